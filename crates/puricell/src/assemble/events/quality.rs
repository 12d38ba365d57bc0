//! Accounting and the QC strip.

use puricell_core::DropReason;
use puricell_purity::{Level, Proportion, sentence};
use puricell_report::model as report;

use super::populations;
use crate::pipeline::{Analysis, EventLot, UsedGate};

pub(in crate::assemble) fn qc(analysis: &Analysis<EventLot>) -> report::Qc {
    let lot = &analysis.measured;
    report::Qc { accounting: accounting(analysis), metrics: metrics(lot), ..report::Qc::default() }
}

/// What the kept events are, as far as it was assessed.
pub(super) fn population(lot: &EventLot) -> &'static str {
    let has = |reason| populations::path(&lot.gated).iter().any(|g| g.reason == reason);
    match (has(DropReason::NonViable), has(DropReason::Doublet)) {
        (true, true) => "viable singlets",
        (false, true) => "singlets (viability not assessed)",
        (true, false) => "viable events (doublets not assessed)",
        (false, false) => "the events kept (viability and doublets not assessed)",
    }
}

/// The reason of a user's gates is shown only where it was given.
fn accounting(analysis: &Analysis<EventLot>) -> report::CellAccounting {
    let mask = &analysis.mask;
    let is_shown = |&(reason, n): &(DropReason, usize)| reason != DropReason::Gate || n > 0;
    report::CellAccounting {
        loaded: mask.n_loaded() as u64,
        kept: mask.n_kept() as u64,
        dropped: mask
            .dropped(&DropReason::OF_EVENTS)
            .into_iter()
            .filter(is_shown)
            .map(|(reason, n)| report::DroppedCells {
                reason: reason.name().to_owned(),
                label: reason_label(reason).to_owned(),
                n: n as u64,
            })
            .collect(),
    }
}

fn reason_label(reason: DropReason) -> &'static str {
    match reason {
        DropReason::TimeAnomaly => "measured while the flow was disturbed: clog, bubble or surge",
        DropReason::Margin => "at the end of a scatter detector's range",
        DropReason::Debris => "too little forward scatter for a cell: debris",
        DropReason::Doublet => "pulse too long for its height: two cells in one event",
        DropReason::NonViable => "stained by the viability dye: dead",
        DropReason::Gate => "outside a gate given by the user",
        // Of expression alone.
        DropReason::LowCounts | DropReason::LowFeatures | DropReason::HighMito => "not a reason of events",
    }
}

fn metrics(lot: &EventLot) -> Vec<report::QcMetric> {
    let path = populations::path(&lot.gated);
    let of = |reason| path.iter().find(|g| g.reason == reason).copied();
    let mut all = vec![
        share("viable", "Viable among singlets", of(DropReason::NonViable), "no gate of a viability dye was applied"),
        share("singlets", "Single among cells", of(DropReason::Doublet), "no gate of doublets was applied"),
    ];
    if let Some(compensated) = &lot.gated.compensated {
        all.push(report::QcMetric {
            id: "condition".to_owned(),
            label: "Condition number of the compensation".to_owned(),
            value: Some(compensated.condition),
            unit: report::Unit::Number,
            n: None,
            note: Some(format!("1-norm, {} channels", compensated.columns.len())),
        });
    }
    all
}

/// The share inside a gate; not assessed without one.
fn share(id: &str, label: &str, gate: Option<&UsedGate>, without: &str) -> report::QcMetric {
    let counted = gate.and_then(|g| Proportion::new(g.k as u64, g.n as u64).ok()).filter(|p| p.n() > 0);
    report::QcMetric {
        id: id.to_owned(),
        label: label.to_owned(),
        value: counted.and_then(Proportion::fraction),
        unit: report::Unit::Fraction,
        n: None,
        note: Some(counted.map_or_else(|| format!("not assessed: {without}"), |p| sentence(p, Level::P95))),
    }
}
