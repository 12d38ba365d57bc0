//! What is kept of the cells for comparisons with other lots and with a cytometer.

use puricell_core::FeatureTable;
use puricell_purity::ambient::FeatureTotals;
use puricell_purity::cohort::expression::{
    Detected, Distributions, LotExpression, Pseudobulk, SketchGenes, TargetCells,
};

use super::{Quality, SelectedCounts};
use crate::error::AppError;
use crate::output::hash_text;

/// The target cells among those loaded and those kept.
pub(super) struct TargetRows<'a> {
    /// The cells kept, increasing.
    pub(super) kept: &'a [usize],
    /// A flag per cell loaded.
    pub(super) is_target: &'a [bool],
    /// The same, of the target cells of the second half.
    pub(super) second: &'a [bool],
}

/// `selected` are the counts of the cells kept, `halves` the molecules of the halves of the target cells.
pub(super) fn of_lot(
    selected: &SelectedCounts,
    of: &TargetRows<'_>,
    quality: &Quality,
    genes: &SketchGenes,
    (halves, features): (&[FeatureTotals; 2], &FeatureTable),
) -> Result<LotExpression, AppError> {
    let rows: Vec<usize> = (0..of.kept.len()).filter(|&row| of.is_target[of.kept[row]]).collect();
    let molecules: Vec<u64> = rows.iter().map(|&row| quality.metrics.total_counts[of.kept[row]]).collect();
    let second: Vec<bool> = rows.iter().map(|&row| of.second[of.kept[row]]).collect();
    let cells = TargetCells {
        counts: &selected.counts,
        columns: &selected.columns,
        rows: &rows,
        molecules: &molecules,
        second: &second,
    };
    Ok(LotExpression {
        pseudobulk: Some(Pseudobulk::of_halves(halves, features, hash_text)?),
        distributions: Distributions::of_cells(&cells, genes),
    })
}

/// The same genes in all cells kept, target cells or not.
pub(super) fn detected(selected: &SelectedCounts, kept: &[usize], quality: &Quality, genes: &SketchGenes) -> Detected {
    let molecules: Vec<u64> = kept.iter().map(|&cell| quality.metrics.total_counts[cell]).collect();
    Detected::of_cells(&selected.counts, &selected.columns, &molecules, genes)
}
