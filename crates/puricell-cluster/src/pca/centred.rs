//! A sparse matrix seen through its column means, without subtracting them from the zeros.

mod rows;

use puricell_core::{Csr, reduce};
use rayon::prelude::*;

use crate::dot::dot;
use puricell_core::widest;
use rows::{Products, Scores, weighted_rows};

/// Vectors multiplied at once: two registers of AVX-512, eight of SSE2.
pub(super) const BLOCK: usize = 16;

/// Rows whose scores one task computes. Rows are independent, so this changes speed only.
const ROWS_PER_TASK: usize = 256;

/// Columns whose partial products one task adds up. They are independent too.
const COLUMNS_PER_TASK: usize = 128;

/// One entry of each vector of a block, where it lies in as few lines of the cache as can be.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub(super) struct Lanes(pub(super) [f64; BLOCK]);

impl Lanes {
    pub(super) const ZERO: Self = Self([0.0; BLOCK]);
}

/// A block of vectors, an entry per column of the matrix.
pub(super) type Block = Vec<Lanes>;

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
    pub(super) fn scatter_times(&self, block: &[Lanes]) -> Block {
        let offset = weighted_rows(block, &self.mean);
        let parts = reduce::map_chunks(self.matrix.n_rows(), self.chunk, |rows| {
            let (mut product, mut total) = (vec![Lanes::ZERO; self.n_columns()], Lanes::ZERO);
            let sums = (&mut product[..], &mut total);
            widest(Products { matrix: self.matrix, rows, block, offset: &offset, sums });
            (product, total)
        });
        let mut scores = Lanes::ZERO;
        for (_, total) in &parts {
            add(&mut scores, total);
        }
        let mut product = vec![Lanes::ZERO; self.n_columns()];
        // Each entry from the first part to the last, whichever task adds it up.
        product.par_chunks_mut(COLUMNS_PER_TASK).zip(self.mean.par_chunks(COLUMNS_PER_TASK)).enumerate().for_each(
            |(task, (product, mean))| {
                for (part, _) in &parts {
                    product.iter_mut().zip(&part[task * COLUMNS_PER_TASK..]).for_each(|(sum, part)| add(sum, part));
                }
                for (p, &m) in product.iter_mut().zip(mean) {
                    for l in 0..BLOCK {
                        p.0[l] -= m * scores.0[l];
                    }
                }
            },
        );
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
            let mut block = vec![Lanes::ZERO; self.n_columns()];
            let mut offset = Lanes::ZERO;
            for (l, vector) in group.iter().enumerate() {
                for (row, &v) in block.iter_mut().zip(vector) {
                    row.0[l] = v;
                }
                offset.0[l] = dot(&self.mean, vector);
            }
            scores.par_chunks_mut(ROWS_PER_TASK * width).enumerate().for_each(|(task, out)| {
                let place = first * BLOCK..first * BLOCK + group.len();
                widest(Scores {
                    matrix: self.matrix,
                    first: task * ROWS_PER_TASK,
                    block: &block,
                    offset: &offset,
                    width,
                    place,
                    out,
                });
            });
        }
        scores
    }
}

fn add(Lanes(sum): &mut Lanes, Lanes(more): &Lanes) {
    for l in 0..BLOCK {
        sum[l] += more[l];
    }
}
