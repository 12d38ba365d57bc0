//! The states of the lot's target cells, from the counts of the kept cells.

use puricell_purity::{IntervalMethod, Resolved, StateParams, TargetState, target_states};

use super::{Quality, SelectedCounts};
use crate::error::AppError;

/// `selected` are the counts of the cells `kept`.
pub(super) fn of_lot(
    selected: &SelectedCounts,
    (kept, is_target): (&[usize], &[bool]),
    quality: &Quality,
    resolved: &Resolved,
    interval: IntervalMethod,
) -> Result<Vec<TargetState>, AppError> {
    let (rows, molecules): (Vec<usize>, Vec<u64>) = kept
        .iter()
        .enumerate()
        .filter(|&(_, &cell)| is_target[cell])
        .map(|(row, &cell)| (row, quality.metrics.total_counts[cell]))
        .unzip();
    let of = (&rows[..], &molecules[..]);
    Ok(target_states(&selected.counts, &selected.columns, of, resolved, interval, &StateParams::default())?)
}
