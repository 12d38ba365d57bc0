//! The report of a lot of events.

pub(super) mod axes;
mod bins;
mod borders;
mod calls;
mod channels;
mod densities;
mod gates;
mod histograms;
mod markers;
mod populations;
mod quality;
mod som;

use puricell_report::model as report;

use super::Acquisition;
use crate::pipeline::{Analysis, EventLot};

pub(super) use calls::calls;
pub(super) use quality::qc;

/// What the report says of cytometry alone.
pub(super) fn cytometry(
    analysis: &Analysis<EventLot>,
    acquisition: Acquisition,
    target_name: &str,
) -> report::Cytometry {
    let lot = &analysis.measured;
    let axes = axes::axes(lot, &analysis.mask);
    let gates = gates::gates(lot);
    let densities = densities::densities(analysis, &gates, &axes);
    report::Cytometry {
        instrument: acquisition.instrument,
        compensation: channels::compensation(lot, acquisition.compensation_source),
        channels: channels::channels(lot),
        gates,
        positivity: markers::positivity(analysis),
        isct: markers::isct(analysis),
        histograms: histograms::histograms(analysis, &axes),
        densities,
        som: som::som(analysis, &axes, target_name),
    }
}
