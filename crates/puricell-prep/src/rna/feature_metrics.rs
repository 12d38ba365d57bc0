//! Quality metrics of each gene.

use puricell_core::{CountMatrix, reduce};

use crate::PrepError;

/// Metrics of each gene over the cells named, one entry per column of the counts.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureMetrics {
    /// Cells with at least one molecule (scanpy's `n_cells_by_counts`).
    pub n_cells: Vec<u32>,
    /// Molecules in all cells (`total_counts`).
    pub total_counts: Vec<u64>,
    /// Molecules per cell (`mean_counts`); NaN when there is no cell.
    pub mean_counts: Vec<f64>,
    /// Share of cells without a molecule, 0 to 1 (`pct_dropout_by_counts` / 100); NaN when there is no cell.
    pub dropout: Vec<f64>,
}

/// Metrics of every gene over the cells `rows`, as `scanpy.pp.calculate_qc_metrics` (1.11.5) gives them for `var`.
///
/// # Errors
/// [`PrepError::Row`] where `rows` names a row outside the matrix.
pub fn feature_metrics(counts: &CountMatrix, rows: &[usize]) -> Result<FeatureMetrics, PrepError> {
    PrepError::check_rows(rows, counts.n_rows())?;
    // At most 32 partial results however large the lot; integers, so their order is of no account.
    let chunk = rows.len().div_ceil(32).max(512);
    let sums = reduce::fold_chunks(
        rows.len(),
        chunk,
        |range| {
            let (mut n_cells, mut totals) = (vec![0_u32; counts.n_cols()], vec![0_u64; counts.n_cols()]);
            for &row in &rows[range] {
                counts.row(row).for_each(|column, value| {
                    n_cells[column as usize] += u32::from(value > 0);
                    totals[column as usize] += u64::from(value);
                });
            }
            (n_cells, totals)
        },
        |mut a, b| {
            a.0.iter_mut().zip(b.0).for_each(|(x, y)| *x += y);
            a.1.iter_mut().zip(b.1).for_each(|(x, y)| *x += y);
            a
        },
    );
    let (n_cells, total_counts) = sums.unwrap_or((vec![0; counts.n_cols()], vec![0; counts.n_cols()]));
    let n = rows.len() as f64;
    Ok(FeatureMetrics {
        mean_counts: total_counts.iter().map(|&t| t as f64 / n).collect(),
        dropout: n_cells.iter().map(|&c| if rows.is_empty() { f64::NAN } else { 1.0 - f64::from(c) / n }).collect(),
        n_cells,
        total_counts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_rows_named_count() {
        let counts = CountMatrix::new(3, 3, vec![0, 2, 3, 5], vec![0, 2, 0, 1, 2], vec![4, 1, 7, 0, 3]).unwrap();
        let m = feature_metrics(&counts, &[0, 2]).unwrap();
        assert_eq!(m.n_cells, [1, 0, 2]);
        assert_eq!(m.total_counts, [4, 0, 4]);
        assert!((m.mean_counts[0] - 2.0).abs() < 1e-15);
        assert!((m.dropout[0] - 0.5).abs() < 1e-15 && (m.dropout[1] - 1.0).abs() < 1e-15);
        let none = feature_metrics(&counts, &[]).unwrap();
        assert!(none.mean_counts.iter().chain(&none.dropout).all(|v| v.is_nan()));
        assert_eq!(feature_metrics(&counts, &[0, 3]), Err(PrepError::Row { position: 1, row: 3, n_rows: 3 }));
    }
}
