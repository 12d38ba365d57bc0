//! A sparse matrix seen through its column means, without subtracting them from the zeros.

use puricell_core::{Csr, reduce};
use rayon::prelude::*;

use crate::dot::dot;

/// Vectors multiplied at once: eight SSE2 registers of two.
pub(super) const BLOCK: usize = 16;

/// A block of vectors, an entry per column of the matrix.
pub(super) type Block = Vec<[f64; BLOCK]>;

/// `A - 1 mean^T` for a sparse `A`.
pub(super) struct Centred<'a> {
    matrix: &'a Csr<f32>,
    mean: Vec<f64>,
    total_variance: f64,
    chunk: usize,
}

impl<'a> Centred<'a> {
    pub(super) fn new(matrix: &'a Csr<f32>) -> Self {
        let n = matrix.n_rows();
        // At most 64 partial results of the size of a block, whatever the number of cells; never by thread count.
        let chunk = n.div_ceil(64).max(256);
        let sums = reduce::fold_chunks(
            n,
            chunk,
            |rows| {
                let mut sums = vec![(0.0, 0.0); matrix.n_cols()];
                for row in rows {
                    let (columns, values) = matrix.row(row);
                    for (&c, &v) in columns.iter().zip(values) {
                        let v = f64::from(v);
                        let s: &mut (f64, f64) = &mut sums[c as usize];
                        s.0 += v;
                        s.1 += v * v;
                    }
                }
                sums
            },
            |mut a, b| {
                for (a, b) in a.iter_mut().zip(b) {
                    a.0 += b.0;
                    a.1 += b.1;
                }
                a
            },
        )
        .unwrap_or_else(|| vec![(0.0, 0.0); matrix.n_cols()]);
        let n_cells = n.max(1) as f64;
        let degrees = n.saturating_sub(1).max(1) as f64;
        let mean: Vec<f64> = sums.iter().map(|s| s.0 / n_cells).collect();
        let total_variance = sums.iter().zip(&mean).map(|(s, m)| (s.1 - s.0 * m).max(0.0) / degrees).sum();
        Self { matrix, mean, total_variance, chunk }
    }

    pub(super) fn n_columns(&self) -> usize {
        self.matrix.n_cols()
    }

    /// Sum of the column variances (divisor n - 1).
    pub(super) fn total_variance(&self) -> f64 {
        self.total_variance
    }

    pub(super) fn into_mean(self) -> Vec<f64> {
        self.mean
    }

    /// The scatter matrix times a block: `(A - 1 m^T)^T (A - 1 m^T) V`, both products in one pass over the rows.
    pub(super) fn scatter_times(&self, block: &[[f64; BLOCK]]) -> Block {
        let offset = weighted_rows(block, self.mean.iter().copied().zip(0_u32..));
        let zero = || (vec![[0.0; BLOCK]; self.n_columns()], [0.0; BLOCK]);
        let (mut product, scores) = reduce::fold_chunks(
            self.matrix.n_rows(),
            self.chunk,
            |rows| {
                let (mut product, mut total) = zero();
                for row in rows {
                    let (columns, values) = self.matrix.row(row);
                    let mut score =
                        weighted_rows(block, values.iter().map(|&v| f64::from(v)).zip(columns.iter().copied()));
                    for l in 0..BLOCK {
                        score[l] -= offset[l];
                        total[l] += score[l];
                    }
                    for (&c, &v) in columns.iter().zip(values) {
                        let (v, target) = (f64::from(v), &mut product[c as usize]);
                        for l in 0..BLOCK {
                            target[l] += v * score[l];
                        }
                    }
                }
                (product, total)
            },
            |(mut a, mut a_total), (b, b_total)| {
                for (a, b) in a.iter_mut().zip(b) {
                    for l in 0..BLOCK {
                        a[l] += b[l];
                    }
                }
                for l in 0..BLOCK {
                    a_total[l] += b_total[l];
                }
                (a, a_total)
            },
        )
        .unwrap_or_else(zero);
        for (p, &m) in product.iter_mut().zip(&self.mean) {
            for l in 0..BLOCK {
                p[l] -= m * scores[l];
            }
        }
        product
    }

    /// Scores of every row on each vector, row-major, `n_rows x vectors.len()`.
    pub(super) fn scores(&self, vectors: &[Vec<f64>]) -> Vec<f32> {
        let width = vectors.len();
        let mut scores = vec![0.0_f32; self.matrix.n_rows() * width];
        if width == 0 {
            return scores;
        }
        for (first, group) in vectors.chunks(BLOCK).enumerate() {
            let mut block = vec![[0.0; BLOCK]; self.n_columns()];
            let mut offset = [0.0; BLOCK];
            for (l, vector) in group.iter().enumerate() {
                for (row, &v) in block.iter_mut().zip(vector) {
                    row[l] = v;
                }
                offset[l] = dot(&self.mean, vector);
            }
            scores.par_chunks_mut(width).enumerate().for_each(|(row, out)| {
                let (columns, values) = self.matrix.row(row);
                let score = weighted_rows(&block, values.iter().map(|&v| f64::from(v)).zip(columns.iter().copied()));
                for (l, o) in out[first * BLOCK..].iter_mut().take(group.len()).enumerate() {
                    *o = (score[l] - offset[l]) as f32;
                }
            });
        }
        scores
    }
}

/// Sum of rows of a block, each with its weight.
fn weighted_rows(block: &[[f64; BLOCK]], weights: impl Iterator<Item = (f64, u32)>) -> [f64; BLOCK] {
    let mut sum = [0.0; BLOCK];
    for (w, row) in weights {
        let row = &block[row as usize];
        for l in 0..BLOCK {
            sum[l] += w * row[l];
        }
    }
    sum
}
