//! Library-size normalisation and log1p.

use puricell_core::{CountMatrix, Csr, math};
use rayon::prelude::*;

use super::CellMetrics;
use crate::PrepError;

/// Cells per parallel task. Rows are independent, so this changes speed only.
const CELLS_PER_TASK: usize = 256;
/// Counts below this are looked up once computed: within a cell few distinct counts make up nearly all entries.
const MEMO: usize = 256;

/// How counts are normalised.
#[derive(Debug, Clone, PartialEq)]
pub struct NormaliseParams {
    /// Molecules every cell is scaled to before the logarithm (default 10,000, scanpy's and Seurat's habit). Change it
    /// only to compare with an analysis that used another; it must be finite and above 0.
    pub target_sum: f64,
}

impl Default for NormaliseParams {
    fn default() -> Self {
        Self { target_sum: 1e4 }
    }
}

impl NormaliseParams {
    pub(crate) fn check(&self) -> Result<(), PrepError> {
        if self.target_sum.is_finite() && self.target_sum > 0.0 {
            Ok(())
        } else {
            Err(PrepError::Parameter {
                parameter: "target_sum",
                found: self.target_sum,
                expected: "a finite number above 0",
            })
        }
    }
}

/// What one molecule of each cell is divided by: its molecules over `target_sum` (scanpy's `norm_factor`), one entry
/// per cell of `metrics`; 0 for a cell without a molecule.
///
/// # Errors
/// [`PrepError::Parameter`] where `target_sum` is not a finite number above 0.
pub fn size_factors(metrics: &CellMetrics, params: &NormaliseParams) -> Result<Vec<f64>, PrepError> {
    params.check()?;
    Ok(metrics.total_counts.iter().map(|&total| total as f64 / params.target_sum).collect())
}

/// A count scaled to `target_sum` molecules per cell. Divided last, so that a cell of one gene has exactly
/// `target_sum`. `library_size` is not 0, as it includes this count.
pub(crate) fn scaled(count: u32, library_size: u64, target_sum: f64) -> f64 {
    f64::from(count) * target_sum / library_size as f64
}

/// `ln(1 + count * target_sum / molecules of the cell)` for the genes `columns` of `counts` (strictly increasing),
/// `n_rows x columns.len()`.
///
/// `molecules` are each cell's over **all** genes of the data, those that `counts` holds or not. Stored zeros are left out.
/// Computed in `f64`, stored as `f32`: within 1e-6 relative of `scanpy.pp.normalize_total` and `log1p` (1.11.5), which
/// compute in `f32`.
///
/// # Errors
/// [`PrepError`] where `molecules` is not one per row, a column lies outside the matrix, columns are not strictly
/// increasing, or `target_sum` is not a finite number above 0.
pub fn log_normalise(
    counts: &CountMatrix,
    molecules: &[u64],
    columns: &[usize],
    params: &NormaliseParams,
) -> Result<Csr<f32>, PrepError> {
    params.check()?;
    PrepError::check_length("molecules", molecules.len(), counts.n_rows())?;
    PrepError::check_columns("columns", columns, counts.n_cols())?;
    if let Some(i) = columns.windows(2).position(|w| w[0] >= w[1]) {
        return Err(PrepError::ColumnOrder { position: i + 1, before: columns[i], column: columns[i + 1] });
    }
    let mut new_index = vec![u32::MAX; counts.n_cols()];
    for (new, &old) in columns.iter().enumerate() {
        new_index[old] = new as u32;
    }
    let selected = |column: u32, value: u32| value > 0 && new_index[column as usize] != u32::MAX;

    let n_rows = counts.n_rows();
    let sizes: Vec<u64> = (0..n_rows)
        .into_par_iter()
        .with_min_len(CELLS_PER_TASK)
        .map(|row| {
            let mut size = 0_u64;
            counts.row(row).for_each(|column, value| size += u64::from(selected(column, value)));
            size
        })
        .collect();
    let mut indptr = Vec::with_capacity(n_rows + 1);
    indptr.push(0_u64);
    let mut nnz = 0;
    for size in sizes {
        nnz += size;
        indptr.push(nnz);
    }

    let mut indices = vec![0_u32; nnz as usize];
    let mut normalised = vec![0_f32; nnz as usize];
    let (mut rest_indices, mut rest_values) = (indices.as_mut_slice(), normalised.as_mut_slice());
    let mut tasks = Vec::with_capacity(n_rows.div_ceil(CELLS_PER_TASK));
    for first in (0..n_rows).step_by(CELLS_PER_TASK) {
        let task_rows = first..(first + CELLS_PER_TASK).min(n_rows);
        let size = (indptr[task_rows.end] - indptr[first]) as usize;
        let (task_indices, after) = rest_indices.split_at_mut(size);
        rest_indices = after;
        let (task_values, after) = rest_values.split_at_mut(size);
        rest_values = after;
        tasks.push((task_rows, task_indices, task_values));
    }
    tasks.into_par_iter().for_each(|(rows, indices, normalised)| {
        let mut memo = [f32::NAN; MEMO];
        let mut at = 0;
        for row in rows {
            let total = molecules[row];
            let log = |count| math::ln_1p(scaled(count, total, params.target_sum)) as f32;
            memo.fill(f32::NAN);
            counts.row(row).for_each(|column, value| {
                if selected(column, value) {
                    indices[at] = new_index[column as usize];
                    normalised[at] = match memo.get_mut(value as usize) {
                        Some(known) => {
                            if known.is_nan() {
                                *known = log(value);
                            }
                            *known
                        }
                        None => log(value),
                    };
                    at += 1;
                }
            });
        }
    });
    Ok(Csr::new(n_rows, columns.len(), indptr, indices, normalised)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> CountMatrix {
        // cell 0: 2 0 6 (8); cell 1: none; cell 2: 300 700 (1000), with a stored zero
        CountMatrix::new(3, 3, vec![0, 2, 2, 5], vec![0, 2, 0, 1, 2], vec![2, 6, 300, 700, 0]).unwrap()
    }

    #[test]
    fn the_library_size_is_the_one_given() {
        let n = log_normalise(&counts(), &[8, 0, 1000], &[0, 2], &NormaliseParams::default()).unwrap();
        assert_eq!((n.n_rows(), n.n_cols(), n.nnz()), (3, 2, 3));
        // By the formula: ln(1 + 300 * 10000 / 1000), ln(1 + 2 * 10000 / 8), ln(1 + 6 * 10000 / 8).
        for (row, column, want) in [(2, 0, math::ln(3001.0)), (0, 0, math::ln(2501.0)), (0, 1, math::ln(7501.0))] {
            assert!((f64::from(n.get(row, column).unwrap()) - want).abs() < 1e-6);
        }
        assert_eq!(n.row_nnz(1), 0);
    }

    #[test]
    fn wrong_arguments_are_named() {
        let p = NormaliseParams::default();
        assert_eq!(
            log_normalise(&counts(), &[8, 0, 1000], &[2, 2], &p),
            Err(PrepError::ColumnOrder { position: 1, before: 2, column: 2 })
        );
        assert!(matches!(log_normalise(&counts(), &[3], &[0], &p), Err(PrepError::Length { found: 1, .. })));
        assert!(matches!(log_normalise(&counts(), &[1; 3], &[3], &p), Err(PrepError::Column { column: 3, .. })));
        for target_sum in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let bad = NormaliseParams { target_sum };
            assert!(matches!(log_normalise(&counts(), &[1; 3], &[0], &bad), Err(PrepError::Parameter { .. })));
            assert!(size_factors(&CellMetrics::default(), &bad).is_err());
        }
    }

    #[test]
    fn nothing_in_nothing_out() {
        let empty = CountMatrix::new(0, 0, vec![0], vec![], vec![]).unwrap();
        let n = log_normalise(&empty, &[], &[], &NormaliseParams::default()).unwrap();
        assert_eq!((n.n_rows(), n.n_cols(), n.nnz()), (0, 0, 0));
        let n = log_normalise(&counts(), &[8, 0, 1000], &[], &NormaliseParams::default()).unwrap();
        assert_eq!((n.n_rows(), n.n_cols(), n.nnz()), (3, 0, 0));
    }
}
