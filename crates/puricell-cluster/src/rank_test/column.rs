//! One column: its stored values sorted, its zeros counted.

use std::ops::Range;

use puricell_core::{Csr, math};

/// The stored values that are not 0 of a block of columns, each with the group of its cell.
pub(super) struct Columns(Vec<Vec<(f32, u32)>>);

/// One column against each group.
pub(super) struct ColumnTest {
    pub(super) groups: Vec<GroupTest>,
}

/// One column and one group.
#[derive(Clone, Copy)]
pub(super) struct GroupTest {
    pub(super) z: f64,
    pub(super) p: f64,
    pub(super) auc: f64,
    pub(super) mean: f64,
    pub(super) mean_rest: f64,
    pub(super) fraction: f64,
    pub(super) fraction_rest: f64,
}

/// What is summed over the cells of a group.
#[derive(Clone, Copy, Default)]
struct Sums {
    rank: f64,
    value: f64,
    above: usize,
    stored: usize,
}

impl Columns {
    pub(super) fn gather(matrix: &Csr<f32>, range: Range<usize>, labels: &[u32]) -> Self {
        let mut columns = vec![Vec::new(); range.len()];
        for (row, &label) in labels.iter().enumerate() {
            let (indices, values) = matrix.row(row);
            let from = indices.partition_point(|&c| (c as usize) < range.start);
            for (&c, &v) in indices[from..].iter().zip(&values[from..]) {
                if c as usize >= range.end {
                    break;
                }
                if v != 0.0 {
                    columns[c as usize - range.start].push((v, label));
                }
            }
        }
        Self(columns)
    }

    pub(super) fn into_tests(self, sizes: &[usize], n_cells: usize) -> Vec<ColumnTest> {
        self.0.into_iter().map(|stored| test(stored, sizes, n_cells)).collect()
    }
}

fn test(mut stored: Vec<(f32, u32)>, sizes: &[usize], n_cells: usize) -> ColumnTest {
    let mut sums = vec![Sums::default(); sizes.len()];
    // In the order of cells, so that a sum does not depend on how ties are sorted.
    for &(value, group) in &stored {
        let s = &mut sums[group as usize];
        s.value += f64::from(value);
        s.stored += 1;
        s.above += usize::from(value > 0.0);
    }
    stored.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let zeros = n_cells - stored.len();
    let negative = stored.partition_point(|v| v.0 < 0.0);
    // Zeros take the ranks after the negative values.
    let zero_rank = negative as f64 + 0.5 * (zeros as f64 + 1.0);
    let mut ties = cube_less_one(zeros);
    for (s, &size) in sums.iter_mut().zip(sizes) {
        s.rank = zero_rank * (size - s.stored) as f64;
    }
    let mut at = 0;
    for block in stored.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let before = if at < negative { at } else { at + zeros };
        let rank = before as f64 + 0.5 * (block.len() as f64 + 1.0);
        for &(_, group) in block {
            sums[group as usize].rank += rank;
        }
        ties += cube_less_one(block.len());
        at += block.len();
    }

    let n = n_cells as f64;
    let correction = 1.0 - ties / cube_less_one(n_cells);
    let all_value: f64 = sums.iter().map(|s| s.value).sum();
    let all_above: usize = sums.iter().map(|s| s.above).sum();
    let groups = sums.iter().zip(sizes).map(|(s, &size)| {
        if size == 0 || size == n_cells {
            let nan = f64::NAN;
            return GroupTest {
                z: nan,
                p: nan,
                auc: nan,
                mean: nan,
                mean_rest: nan,
                fraction: nan,
                fraction_rest: nan,
            };
        }
        let (inside, outside) = (size as f64, (n_cells - size) as f64);
        let deviation = (correction * inside * outside * (n + 1.0) / 12.0).max(0.0).sqrt();
        let z = if deviation > 0.0 { (s.rank - inside * (n + 1.0) / 2.0) / deviation } else { 0.0 };
        GroupTest {
            z,
            p: math::erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2),
            auc: (s.rank - inside * (inside + 1.0) / 2.0) / (inside * outside),
            mean: s.value / inside,
            mean_rest: (all_value - s.value) / outside,
            fraction: s.above as f64 / inside,
            fraction_rest: (all_above - s.above) as f64 / outside,
        }
    });
    ColumnTest { groups: groups.collect() }
}

/// `n^3 - n`, exact in floating point for any number of cells that fits in memory.
fn cube_less_one(n: usize) -> f64 {
    let n = n as f64;
    (n - 1.0) * n * (n + 1.0)
}
