//! Histograms of the markers over the kept events, with their controls.

use puricell_core::{CellMask, Dense};
use puricell_report::model as report;

use super::bins;
use super::markers::source;
use crate::pipeline::{Analysis, EventLot};

/// Bins of a histogram.
const N_BINS: usize = 200;

pub(super) fn histograms(analysis: &Analysis<EventLot>, axes: &[report::PlotAxis]) -> Vec<report::MarkerHistogram> {
    let lot = &analysis.measured;
    lot.thresholds
        .iter()
        .map(|threshold| {
            let column = threshold.threshold.column;
            let axis = &axes[column];
            let counts = counts(lot.events.values(), &analysis.mask, column, axis);
            let control = threshold.control.and_then(|c| lot.controls.get(c)).map(|control| {
                let counts = self::counts(&control.values, &control.mask, column, axis);
                let n = counts.iter().sum();
                report::ControlHistogram { source: source(threshold.basis), name: control.name.clone(), n, counts }
            });
            let step = (axis.high - axis.low) / N_BINS as f64;
            report::MarkerHistogram {
                marker: threshold.threshold.marker.clone(),
                axis: axis.clone(),
                edges: (0..=N_BINS).map(|i| axis.low + step * i as f64).collect(),
                n: counts.iter().sum(),
                counts,
                control,
            }
        })
        .collect()
}

fn counts(values: &Dense<f32>, mask: &CellMask, column: usize, axis: &report::PlotAxis) -> Vec<u64> {
    bins::count(values.n_rows(), N_BINS, |event| {
        if mask.is_kept(event) { bins::place(axis, values.row(event)[column], N_BINS) } else { None }
    })
}
