//! The epochs of the layout.

use rayon::prelude::*;

use super::UmapParams;
use super::curve::Curve;
use crate::Graph;

/// Cells per task.
const CELLS: usize = 512;
/// A single force never moves a cell farther than this times the step (umap-learn's).
const CLIP: f32 = 4.0;

/// An edge as its cell sees it: the other end, and its rate, the share of epochs in which it pulls.
struct Pull {
    other: u32,
    rate: f32,
}

/// Runs all epochs from `start`.
pub(super) fn optimise(
    graph: &Graph,
    start: Vec<[f32; 2]>,
    curve: &Curve,
    epochs: usize,
    params: &UmapParams,
    key: u64,
) -> Vec<[f32; 2]> {
    let n = graph.n_cells();
    let (starts, pulls) = schedule(graph, epochs);
    let mut old = start;
    let mut new = old.clone();
    for epoch in 0..epochs {
        let step = (params.learning_rate * (1.0 - epoch as f64 / epochs as f64)) as f32;
        let seen = &old;
        new.par_chunks_mut(CELLS).enumerate().for_each(|(chunk, positions)| {
            for (i, position) in positions.iter_mut().enumerate() {
                let cell = chunk * CELLS + i;
                let mut draws = Draws::new(key, epoch, cell);
                let mut at = seen[cell];
                for pull in &pulls[starts[cell]..starts[cell + 1]] {
                    if !due(pull.rate, epoch) {
                        continue;
                    }
                    let other = seen[pull.other as usize];
                    // umap-learn meets each edge from both ends and moves both each time, so a cell is pulled twice for
                    // the once that it is pushed.
                    attract(&mut at, other, curve, step);
                    for _ in 0..params.negative_samples {
                        let far = draws.below(n);
                        if far != cell {
                            repel(&mut at, seen[far], curve, step);
                        }
                    }
                    attract(&mut at, other, curve, step);
                }
                *position = at;
            }
        });
        std::mem::swap(&mut old, &mut new);
    }
    old
}

/// The edges of each cell strong enough to pull at least once.
fn schedule(graph: &Graph, epochs: usize) -> (Vec<usize>, Vec<Pull>) {
    let weights = graph.weights();
    let strongest = weights.parts().2.iter().copied().fold(0.0_f32, f32::max);
    let least = strongest / epochs.max(1) as f32;
    let mut starts = vec![0];
    let mut pulls = Vec::new();
    for cell in 0..graph.n_cells() {
        let (others, values) = weights.row(cell);
        for (&other, &weight) in others.iter().zip(values).filter(|e| *e.1 >= least) {
            pulls.push(Pull { other, rate: weight / strongest });
        }
        starts.push(pulls.len());
    }
    (starts, pulls)
}

/// Whether an edge of this rate pulls in this epoch: evenly spread, `rate * epochs` times in all.
fn due(rate: f32, epoch: usize) -> bool {
    let before = epoch as f32 * rate;
    (before + rate).floor() > before.floor()
}

#[inline]
fn attract(at: &mut [f32; 2], other: [f32; 2], curve: &Curve, step: f32) {
    let (dx, dy) = (other[0] - at[0], other[1] - at[1]);
    let squared = dx * dx + dy * dy;
    if squared > 0.0 {
        let force = curve.attraction(squared);
        at[0] += step * (force * dx).clamp(-CLIP, CLIP);
        at[1] += step * (force * dy).clamp(-CLIP, CLIP);
    }
}

#[inline]
fn repel(at: &mut [f32; 2], other: [f32; 2], curve: &Curve, step: f32) {
    let (dx, dy) = (at[0] - other[0], at[1] - other[1]);
    let squared = dx * dx + dy * dy;
    if squared > 0.0 {
        let force = curve.repulsion(squared);
        at[0] += step * (force * dx).clamp(-CLIP, CLIP);
        at[1] += step * (force * dy).clamp(-CLIP, CLIP);
    }
}

/// Random cells of one cell in one epoch: SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195) on a
/// counter, so that a draw depends on nothing but its place. A ChaCha stream each would cost more than the layout.
struct Draws(u64);

impl Draws {
    fn new(key: u64, epoch: usize, cell: usize) -> Self {
        Self(mix(key ^ mix(((epoch as u64) << 32) | cell as u64)))
    }

    /// Uniform on `0..n`; the bias, below n / 2^32, is of no consequence to a picture.
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (((mix(self.0) >> 32) * n as u64) >> 32) as usize
    }
}

fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_pulls_as_often_as_its_rate_says() {
        for (rate, want) in [(1.0, 200), (0.5, 100), (0.25, 50), (0.125, 25)] {
            assert_eq!((0..200).filter(|&e| due(rate, e)).count(), want);
        }
    }

    #[test]
    fn draws_are_even() {
        let mut seen = [0; 10];
        for cell in 0..2000 {
            let mut draws = Draws::new(7, 3, cell);
            for _ in 0..5 {
                seen[draws.below(10)] += 1;
            }
        }
        // 1000 expected in each; four standard deviations of the binomial are 120.
        assert!(seen.iter().all(|&c| (880..1120).contains(&c)), "{seen:?}");
    }
}
