//! Columns of events times a matrix.

use puricell_core::Dense;

/// Events multiplied together: a coefficient is loaded once for all of them.
const LANES: usize = 8;
/// Results taken together: their sums and the events' values fit the registers that every processor has.
const RESULTS: usize = 2;

/// A matrix laid out for [`Product::apply`].
pub(super) struct Product<'a> {
    columns: &'a [usize],
    /// Coefficients by pairs of results, a pair row by row of the matrix.
    pairs: Vec<[f64; RESULTS]>,
}

impl<'a> Product<'a> {
    /// `matrix` is as wide and as high as there are columns.
    pub(super) fn new(columns: &'a [usize], matrix: &Dense<f64>) -> Self {
        let n = columns.len();
        let mut pairs = vec![[0.0; RESULTS]; n.div_ceil(RESULTS) * n];
        for row in 0..n {
            for (result, &coefficient) in matrix.row(row).iter().enumerate() {
                pairs[result / RESULTS * n + row][result % RESULTS] = coefficient;
            }
        }
        Self { columns, pairs }
    }

    /// The columns of each event, a row vector, times the matrix; `events` holds rows of `width` values.
    ///
    /// Each result is summed over the columns from first to last, in `f64`.
    pub(super) fn apply(&self, events: &mut [f32], width: usize) {
        let n = self.columns.len();
        if n == 0 {
            return;
        }
        let mut tile = vec![[0.0_f64; LANES]; n];
        for events in events.chunks_mut(LANES * width) {
            for (lane, event) in events.chunks_exact(width).enumerate() {
                for (to, &column) in tile.iter_mut().zip(self.columns) {
                    to[lane] = f64::from(event[column]);
                }
            }
            for (coefficients, columns) in self.pairs.chunks_exact(n).zip(self.columns.chunks(RESULTS)) {
                let mut sums = [[0.0_f64; LANES]; RESULTS];
                for (measured, coefficients) in tile.iter().zip(coefficients) {
                    for (sums, &coefficient) in sums.iter_mut().zip(coefficients) {
                        for (sum, &measured) in sums.iter_mut().zip(measured) {
                            *sum += measured * coefficient;
                        }
                    }
                }
                for (sums, &column) in sums.iter().zip(columns) {
                    for (event, &sum) in events.chunks_exact_mut(width).zip(sums) {
                        event[column] = sum as f32;
                    }
                }
            }
        }
    }
}
