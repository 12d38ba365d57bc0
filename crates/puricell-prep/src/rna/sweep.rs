//! What other cut-offs would have dropped.

use rayon::prelude::*;

use super::CellMetrics;
use crate::PrepError;

/// The grid of cut-offs.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepParams {
    /// Mitochondrial caps, fractions from 0 to 1 (default 0.05, 0.10, 0.15, 0.20, 0.25, 0.30 and 1, the last of which
    /// drops nothing). Change them to show the values a reviewer asks for.
    pub mito_caps: Vec<f64>,
    /// Fewest genes (default 0, 200, 500, 1000, 1500, 2000).
    pub min_features: Vec<u32>,
}

impl Default for SweepParams {
    fn default() -> Self {
        Self {
            mito_caps: vec![0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 1.0],
            min_features: vec![0, 200, 500, 1000, 1500, 2000],
        }
    }
}

/// What one pair of cut-offs would do.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepRow {
    /// Cells with a larger mitochondrial fraction would leave.
    pub mito_cap: f64,
    /// Cells with fewer genes would leave.
    pub min_features: u32,
    /// Cells of each group that would stay.
    pub kept: Vec<usize>,
    /// Cells of each group that would leave.
    pub dropped: Vec<usize>,
}

/// For each pair of cut-offs, caps outermost, how many cells of each group they would keep and drop, without any
/// exemption.
///
/// `cells` says which cells take part (those above the floor), `groups` gives each cell's group (below `n_groups`;
/// ignored for cells that take no part): target, each contaminant, and so on. A cell without a mitochondrial fraction
/// is not dropped by a cap. O(cells x grid).
///
/// # Errors
/// [`PrepError::Length`] where `cells` or `groups` does not have one entry per cell; [`PrepError::Group`] where a
/// group is `n_groups` or more; [`PrepError::Parameter`] where a cap is not a fraction from 0 to 1.
pub fn sweep(
    metrics: &CellMetrics,
    cells: &[bool],
    groups: &[usize],
    n_groups: usize,
    params: &SweepParams,
) -> Result<Vec<SweepRow>, PrepError> {
    PrepError::check_length("cells", cells.len(), metrics.n_cells())?;
    PrepError::check_length("groups", groups.len(), metrics.n_cells())?;
    if let Some(&cap) = params.mito_caps.iter().find(|c| !(0.0..=1.0).contains(*c)) {
        return Err(PrepError::Parameter { parameter: "mito_caps", found: cap, expected: "a fraction from 0 to 1" });
    }
    if let Some(cell) = (0..groups.len()).find(|&i| cells[i] && groups[i] >= n_groups) {
        return Err(PrepError::Group { cell, group: groups[cell], n_groups });
    }
    let grid: Vec<(f64, u32)> =
        params.mito_caps.iter().flat_map(|&cap| params.min_features.iter().map(move |&f| (cap, f))).collect();
    let rows = grid.into_par_iter().map(|(mito_cap, min_features)| {
        let mut row = SweepRow { mito_cap, min_features, kept: vec![0; n_groups], dropped: vec![0; n_groups] };
        for cell in (0..cells.len()).filter(|&i| cells[i]) {
            let leaves = metrics.n_features[cell] < min_features || metrics.mito_fraction[cell] > mito_cap;
            let column = if leaves { &mut row.dropped } else { &mut row.kept };
            column[groups[cell]] += 1;
        }
        row
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_accounts_for_every_cell_that_takes_part() {
        let metrics = CellMetrics {
            total_counts: vec![0; 5],
            n_features: vec![100, 300, 3000, 3000, 10],
            mito_fraction: vec![0.01, f64::NAN, 0.07, 0.5, 0.9],
            ..CellMetrics::default()
        };
        let params = SweepParams { mito_caps: vec![0.05, 1.0], min_features: vec![0, 200] };
        let cells = [true, true, true, true, false];
        let rows = sweep(&metrics, &cells, &[1, 1, 0, 0, 9], 2, &params).unwrap();
        let dropped: Vec<&[usize]> = rows.iter().map(|r| r.dropped.as_slice()).collect();
        assert_eq!(dropped, [&[2, 0], &[2, 1], &[0, 0], &[0, 1]]);
        for row in &rows {
            let n: Vec<usize> = row.kept.iter().zip(&row.dropped).map(|(k, d)| k + d).collect();
            assert_eq!(n, [2, 2]);
        }
        assert_eq!(
            sweep(&metrics, &cells, &[1, 2, 0, 0, 9], 2, &params),
            Err(PrepError::Group { cell: 1, group: 2, n_groups: 2 })
        );
        let bad = SweepParams { mito_caps: vec![f64::NAN], ..params };
        assert!(sweep(&metrics, &cells, &[1, 1, 0, 0, 9], 2, &bad).is_err());
    }
}
