//! Simulated doublets in the space of the cells.

use puricell_core::{CountMatrix, Dense, Seed, math};
use rayon::prelude::*;

use super::DoubletCells;
use super::pairs::Plan;

/// Components summed at once.
const BLOCK: usize = 16;
/// Sums below this are looked up once computed: within a doublet few distinct ones make up nearly all entries.
const MEMO: usize = 256;
/// Doublets per parallel task; it changes speed only.
const TASK: usize = 64;

/// Coordinates of the planned doublets, `n_doublets x n_components`.
pub(super) fn project(cells: &DoubletCells<'_>, plan: &Plan, seed: Seed) -> Dense<f32> {
    let width = cells.loadings.n_cols();
    let axes = Axes::new(cells.loadings, cells.mean);
    let mut points = Dense::filled(plan.len(), width, 0.0_f32);
    if width == 0 {
        return points;
    }
    points.values_mut().par_chunks_mut(TASK * width).enumerate().for_each(|(task, out)| {
        let mut sum: Vec<(u32, f64)> = Vec::new();
        for (i, out) in out.chunks_mut(width).enumerate() {
            let (a, b) = plan.cells(task * TASK + i, seed);
            normalised_sum(cells, a, b, &mut sum);
            axes.write(&sum, out);
        }
    });
    points
}

/// `ln(1 + count * target_sum / molecules)` of two cells' summed counts.
fn normalised_sum(cells: &DoubletCells<'_>, a: usize, b: usize, sum: &mut Vec<(u32, f64)>) {
    let molecules = cells.totals[a] as f64 + cells.totals[b] as f64;
    let normalised = |count: u64| math::ln_1p(count as f64 * cells.target_sum / molecules);
    let mut memo = [f64::NAN; MEMO];
    sum.clear();
    for_each_sum(cells.counts, a, b, |column, count| {
        let value = match memo.get_mut(count as usize) {
            Some(known) => {
                if known.is_nan() {
                    *known = normalised(count);
                }
                *known
            }
            None => normalised(count),
        };
        sum.push((column, value));
    });
}

/// The columns of two rows and their summed counts, columns increasing. A sum fits no `u32` for certain.
fn for_each_sum(counts: &CountMatrix, a: usize, b: usize, mut entry: impl FnMut(u32, u64)) {
    let (mut of_a, mut of_b) = (counts.row(a).iter(), counts.row(b).iter());
    let (mut next_a, mut next_b) = (of_a.next(), of_b.next());
    while let (Some((column_a, count_a)), Some((column_b, count_b))) = (next_a, next_b) {
        let mut count = 0;
        if column_a <= column_b {
            count += u64::from(count_a);
            next_a = of_a.next();
        }
        if column_b <= column_a {
            count += u64::from(count_b);
            next_b = of_b.next();
        }
        entry(column_a.min(column_b), count);
    }
    // Of one of them nothing is left.
    next_a.into_iter().chain(of_a).chain(next_b).chain(of_b).for_each(|(column, count)| entry(column, count.into()));
}

/// Loadings in blocks of components, and where the mean cell lies.
struct Axes {
    blocks: Vec<(Vec<[f64; BLOCK]>, [f64; BLOCK])>,
}

impl Axes {
    fn new(loadings: &Dense<f64>, mean: &[f64]) -> Self {
        let block = |first: usize| {
            let mut block = vec![[0.0; BLOCK]; loadings.n_rows()];
            let mut offset = [0.0; BLOCK];
            for (column, lanes) in block.iter_mut().enumerate() {
                for (lane, &loading) in lanes.iter_mut().zip(&loadings.row(column)[first..]) {
                    *lane = loading;
                }
                for l in 0..BLOCK {
                    offset[l] += mean[column] * lanes[l];
                }
            }
            (block, offset)
        };
        Self { blocks: (0..loadings.n_cols()).step_by(BLOCK).map(block).collect() }
    }

    fn write(&self, values: &[(u32, f64)], out: &mut [f32]) {
        for ((block, offset), out) in self.blocks.iter().zip(out.chunks_mut(BLOCK)) {
            let mut score = [0.0; BLOCK];
            for &(column, value) in values {
                let lanes = &block[column as usize];
                for l in 0..BLOCK {
                    score[l] += value * lanes[l];
                }
            }
            for ((out, score), offset) in out.iter_mut().zip(score).zip(offset) {
                *out = (score - offset) as f32;
            }
        }
    }
}
