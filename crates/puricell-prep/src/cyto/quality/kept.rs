//! Reading and dropping events that earlier steps kept.

use puricell_core::{CellMask, DropReason, Events, reduce};

use crate::PrepError;
use crate::cyto::gates::Gate;

use super::{Derivation, QualityStep};

/// Events per parallel piece: some 100 kB of a usual file.
const CHUNK: usize = 4096;

/// Kept events an automatic gate needs: below, a density shows chance.
pub(super) const MIN_EVENTS: usize = 500;

/// Events a statistic of the whole file is taken from; more would not move a gate by a hundredth of its spread.
pub(super) const MAX_SAMPLE: usize = 200_000;

/// Kept events at a fixed stride, about [`MAX_SAMPLE`] of them, through `value`.
pub(super) fn sample(events: &Events, mask: &CellMask, value: impl Fn(&[f32]) -> f64) -> Vec<f64> {
    let stride = mask.n_kept().div_ceil(MAX_SAMPLE).max(1);
    (0..events.n_events()).filter(|&i| mask.is_kept(i)).step_by(stride).map(|i| value(events.values().row(i))).collect()
}

/// Drops the kept events for which `leaves` holds; the number that came in and that left.
pub(super) fn drop_where(
    events: &Events,
    mask: &mut CellMask,
    reason: DropReason,
    leaves: impl Fn(usize, &[f32]) -> bool + Sync + Send,
) -> (usize, usize) {
    let n_in = mask.n_kept();
    let leaving = {
        let mask = &*mask;
        reduce::map_chunks(events.n_events(), CHUNK, |range| {
            range.filter(|&i| mask.is_kept(i) && leaves(i, events.values().row(i))).collect::<Vec<usize>>()
        })
    };
    let mut n_dropped = 0;
    for event in leaving.into_iter().flatten() {
        mask.drop_cell(event, reason);
        n_dropped += 1;
    }
    (n_in, n_dropped)
}

/// Keeps the events inside a gate.
pub(super) fn apply_gate(
    events: &Events,
    mask: &mut CellMask,
    reason: DropReason,
    gate: Gate,
    derivation: Derivation,
) -> Result<QualityStep, PrepError> {
    let (n_in, n_dropped) = {
        let bound = gate.bind(events)?;
        drop_where(events, mask, reason, |_, event| !bound.contains(event))
    };
    Ok(QualityStep { reason, n_in, n_dropped, gate: Some(gate), derivation })
}
