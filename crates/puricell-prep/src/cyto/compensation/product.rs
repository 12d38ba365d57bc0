//! Columns of events times a matrix.

#![allow(clippy::inline_always)] // as in `tile`

use pulp::Simd;
use puricell_core::Dense;

use crate::cyto::tile::{Column, EVENTS, WideColumn};

/// Results taken together: their sums and the events' values fit the registers of AVX2.
const RESULTS: usize = 2;

/// Registers of events taken together.
const REGISTERS: usize = 4;

/// A square matrix laid out for [`Product::apply`].
pub(in crate::cyto) struct Product {
    n: usize,
    /// Coefficients by pairs of results, a pair row by row of the matrix.
    pairs: Vec<[f64; RESULTS]>,
}

/// Memory for the columns of a tile in double precision, and for a pair of results.
pub(in crate::cyto) struct Space {
    measured: Vec<WideColumn>,
    results: [WideColumn; RESULTS],
}

impl Product {
    pub(in crate::cyto) fn new(matrix: &Dense<f64>) -> Self {
        let n = matrix.n_rows();
        let mut pairs = vec![[0.0; RESULTS]; n.div_ceil(RESULTS) * n];
        for row in 0..n {
            for (result, &coefficient) in matrix.row(row).iter().enumerate() {
                pairs[result / RESULTS * n + row][result % RESULTS] = coefficient;
            }
        }
        Self { n, pairs }
    }

    /// Pairs of results.
    pub(in crate::cyto) fn n_pairs(&self) -> usize {
        self.n.div_ceil(RESULTS)
    }

    pub(in crate::cyto) fn space(&self) -> Space {
        Space { measured: vec![[0.0; EVENTS]; self.n], results: [[0.0; EVENTS]; RESULTS] }
    }

    /// The columns of each event, a row vector, times the matrix.
    ///
    /// Each result is summed over the columns from first to last, in `f64`, product and sum rounded apart: the same bits in
    /// registers of any width. `between` is called after each pair of results.
    #[inline(always)]
    pub(in crate::cyto) fn apply<S: Simd>(
        &self,
        simd: S,
        tile: &mut [Column],
        columns: &[usize],
        space: &mut Space,
        mut between: impl FnMut(),
    ) {
        if self.n == 0 {
            return;
        }
        for (wide, &column) in space.measured.iter_mut().zip(columns) {
            for (wide, &value) in wide.iter_mut().zip(&tile[column]) {
                *wide = f64::from(value);
            }
        }
        for (coefficients, columns) in self.pairs.chunks_exact(self.n).zip(columns.chunks(RESULTS)) {
            multiply(simd, &space.measured, coefficients, &mut space.results);
            between();
            for (&column, results) in columns.iter().zip(&space.results) {
                for (value, &result) in tile[column].iter_mut().zip(results) {
                    *value = result as f32;
                }
            }
        }
    }
}

/// A pair of results.
#[inline(always)]
fn multiply<S: Simd>(
    simd: S,
    measured: &[WideColumn],
    coefficients: &[[f64; RESULTS]],
    results: &mut [WideColumn; RESULTS],
) {
    const { assert!(EVENTS.is_multiple_of(REGISTERS * S::F64_LANES)) };
    let [first, second] = results;
    let results = S::as_mut_simd_f64s(first)
        .0
        .chunks_exact_mut(REGISTERS)
        .zip(S::as_mut_simd_f64s(second).0.chunks_exact_mut(REGISTERS));
    for (part, (first, second)) in results.enumerate() {
        let mut sums = [[simd.splat_f64s(0.0); REGISTERS]; RESULTS];
        for (measured, coefficients) in measured.iter().zip(coefficients) {
            let measured = &S::as_simd_f64s(measured).0[part * REGISTERS..][..REGISTERS];
            for (sums, &coefficient) in sums.iter_mut().zip(coefficients) {
                let coefficient = simd.splat_f64s(coefficient);
                for (sum, &measured) in sums.iter_mut().zip(measured) {
                    *sum = simd.add_f64s(*sum, simd.mul_f64s(measured, coefficient));
                }
            }
        }
        first.copy_from_slice(&sums[0]);
        second.copy_from_slice(&sums[1]);
    }
}
