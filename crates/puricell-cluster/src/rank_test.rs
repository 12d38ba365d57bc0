//! Which columns tell each group from the rest: the Wilcoxon rank-sum test on a sparse matrix.
//!
//! Average ranks and the tie correction of the variance, no continuity correction, two-sided normal p-values: what
//! scanpy 1.11 computes with `rank_genes_groups(method="wilcoxon", tie_correct=True)`. The zeros of a column are one
//! block of ties that is counted, never listed.

mod adjust;
mod column;

use puricell_core::{Csr, Dense};
use rayon::prelude::*;

use crate::ClusterError;
pub use adjust::benjamini_hochberg;
use column::{ColumnTest, Columns};

/// Each group against all other cells, for each column; every matrix is `n_groups x n_columns`.
///
/// Where a group is empty or holds all cells there is nothing to compare, and its rows are NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct RankTest {
    /// Standardised rank sum, positive where the group's values are higher; 0 for a constant column.
    pub z: Dense<f64>,
    /// Two-sided p-value of the normal approximation.
    pub p: Dense<f64>,
    /// p-value adjusted over the columns of the group (Benjamini and Hochberg 1995,
    /// doi:10.1111/j.2517-6161.1995.tb02031.x).
    pub p_adjusted: Dense<f64>,
    /// Effect size: chance that a cell of the group has a higher value than another, ties half (area under the ROC
    /// curve), 0 to 1; 0.5 is no effect.
    pub auc: Dense<f64>,
    /// Mean of the group.
    pub mean: Dense<f64>,
    /// Mean of all other cells.
    pub mean_rest: Dense<f64>,
    /// Share of the group with a value above 0.
    pub fraction: Dense<f64>,
    /// Share of all other cells with a value above 0.
    pub fraction_rest: Dense<f64>,
}

/// Columns handled by one task; a task walks all rows once.
const COLUMNS: usize = 128;

/// Tests each group `0..n_groups` of `labels` against the rest, column by column.
///
/// `matrix` is cells x columns. Takes the time to sort the stored values of each column, in parallel over columns, and no
/// copy of the matrix beyond a block of columns per thread. A normal approximation: with fewer than about 10 cells in a
/// group p-values are rough. Cells tested against the groups they themselves formed make p-values too small: read them
/// as an order of markers, not as evidence that the groups exist.
///
/// # Errors
/// [`ClusterError::Length`] where there is not one label per cell, [`ClusterError::Label`] for a label of `n_groups` or
/// more, [`ClusterError::NonFinite`] for NaN or infinite values.
pub fn rank_test(matrix: &Csr<f32>, labels: &[u32], n_groups: usize) -> Result<RankTest, ClusterError> {
    let (n_cells, n_columns) = (matrix.n_rows(), matrix.n_cols());
    if labels.len() != n_cells {
        return Err(ClusterError::Length { what: "labels", found: labels.len(), expected: n_cells });
    }
    let mut sizes = vec![0_usize; n_groups];
    for (cell, &label) in labels.iter().enumerate() {
        *sizes.get_mut(label as usize).ok_or(ClusterError::Label { cell, label, n_groups })? += 1;
    }
    let (indptr, indices, values) = matrix.parts();
    if let Some(at) = values.iter().position(|v| !v.is_finite()) {
        let row = indptr.partition_point(|&p| p as usize <= at) - 1;
        return Err(ClusterError::NonFinite { what: "matrix", row, column: indices[at] as usize, value: values[at] });
    }

    let tests: Vec<ColumnTest> = (0..n_columns.div_ceil(COLUMNS))
        .into_par_iter()
        .flat_map_iter(|block| {
            let range = block * COLUMNS..((block + 1) * COLUMNS).min(n_columns);
            Columns::gather(matrix, range, labels).into_tests(&sizes, n_cells)
        })
        .collect();

    let table = |value: &dyn Fn(&ColumnTest, usize) -> f64| {
        let mut table = Dense::filled(n_groups, n_columns, 0.0);
        for group in 0..n_groups {
            for (out, test) in table.row_mut(group).iter_mut().zip(&tests) {
                *out = value(test, group);
            }
        }
        table
    };
    let p = table(&|t, g| t.groups[g].p);
    let mut p_adjusted = p.clone();
    for group in 0..n_groups {
        let adjusted = benjamini_hochberg(p.row(group));
        p_adjusted.row_mut(group).copy_from_slice(&adjusted);
    }
    Ok(RankTest {
        z: table(&|t, g| t.groups[g].z),
        p,
        p_adjusted,
        auc: table(&|t, g| t.groups[g].auc),
        mean: table(&|t, g| t.groups[g].mean),
        mean_rest: table(&|t, g| t.groups[g].mean_rest),
        fraction: table(&|t, g| t.groups[g].fraction),
        fraction_rest: table(&|t, g| t.groups[g].fraction_rest),
    })
}
