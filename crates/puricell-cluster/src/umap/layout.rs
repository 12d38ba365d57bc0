//! The epochs of the layout.

use std::ops::Range;

use rayon::prelude::*;

use super::UmapParams;
use super::curve::Curve;
use crate::Graph;

/// Cells per task.
const CELLS: usize = 512;
/// Cells moved in turn.
const ABREAST: usize = 4;
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
    let (starts, pulls) = schedule(graph, epochs);
    let mut old = start;
    let mut new = old.clone();
    for epoch in 0..epochs {
        let step = (params.learning_rate * (1.0 - epoch as f64 / epochs as f64)) as f32;
        let seen = &old;
        let forces = Forces { seen, curve, step, negative_samples: params.negative_samples };
        new.par_chunks_mut(CELLS).enumerate().for_each_init(Vec::new, |due_now, (chunk, positions)| {
            for (group, positions) in positions.chunks_mut(ABREAST).enumerate() {
                let first = chunk * CELLS + group * ABREAST;
                due_now.clear();
                let mut moving = [const { Moving::NONE }; ABREAST];
                for (cell, moving) in (first..first + positions.len()).zip(&mut moving) {
                    let from = due_now.len();
                    let due = pulls[starts[cell]..starts[cell + 1]].iter().filter(|pull| due(pull.rate, epoch));
                    due_now.extend(due.map(|pull| pull.other));
                    *moving =
                        Moving { cell, at: seen[cell], draws: Draws::new(key, epoch, cell), due: from..due_now.len() };
                }
                forces.act(&mut moving, due_now);
                for (position, moving) in positions.iter_mut().zip(&moving) {
                    *position = moving.at;
                }
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
    // Neither is below 0, so that leaving out what is behind the point is the floor, without a call.
    (before + rate) as u32 > before as u32
}

/// A cell on its way through an epoch.
struct Moving {
    cell: usize,
    at: [f32; 2],
    draws: Draws,
    /// Its places in the list of what pulls now.
    due: Range<usize>,
}

impl Moving {
    const NONE: Self = Self { cell: 0, at: [0.0; 2], draws: Draws(0), due: 0..0 };
}

/// What moves the cells of an epoch.
struct Forces<'a> {
    seen: &'a [[f32; 2]],
    curve: &'a Curve,
    step: f32,
    negative_samples: usize,
}

impl Forces<'_> {
    /// Moves a few cells by all that pulls at each now. A cell's steps hang on each other, those of several cells do not: taken in
    /// turn, they keep the processor busy while it waits for one of them.
    fn act(&self, cells: &mut [Moving; ABREAST], due: &[u32]) {
        let least = cells.iter().map(|cell| cell.due.len()).min().unwrap_or(0);
        let other = |cell: &Moving, turn: usize| self.seen[due[cell.due.start + turn] as usize];
        for turn in 0..least {
            let others = std::array::from_fn(|i| other(&cells[i], turn));
            self.pull(cells, &others);
        }
        for cell in cells {
            for turn in least..cell.due.len() {
                let other = other(cell, turn);
                self.pull(std::array::from_mut(cell), &[other]);
            }
        }
    }

    /// umap-learn meets each edge from both ends and moves both each time, so a cell is pulled twice for the once that it is pushed.
    #[inline]
    fn pull<const N: usize>(&self, cells: &mut [Moving; N], others: &[[f32; 2]; N]) {
        let attract_all = |cells: &mut [Moving; N]| {
            for (cell, other) in cells.iter_mut().zip(others) {
                attract(&mut cell.at, *other, self.curve, self.step);
            }
        };
        attract_all(cells);
        for _ in 0..self.negative_samples {
            for cell in &mut *cells {
                let far = cell.draws.below(self.seen.len());
                if far != cell.cell {
                    repel(&mut cell.at, self.seen[far], self.curve, self.step);
                }
            }
        }
        attract_all(cells);
    }
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
