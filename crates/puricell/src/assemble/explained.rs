//! Why contaminants and suspects were called so.

use puricell_core::CellTable;
use puricell_purity::CallKind;
use puricell_purity::events::{EventModel, explain_events};
use puricell_report::model as report;

use super::calls::ClassIndex;
use super::events::axes::linear;
use crate::pipeline::{Analysis, Called, CellLot, EventLot};

/// Most cells of the report: with some fifteen genes each they take less than a megabyte of the page.
const MOST_CELLS: usize = 1000;

/// The evidence of the cells that `evidence.tsv` explains, or of evenly spaced ones among them.
pub(super) fn explained(
    cells: &CellTable,
    analysis: &Analysis<CellLot>,
    classes: &[report::Class],
    index: &ClassIndex,
) -> Option<report::Explained> {
    let evidence = &analysis.measured.evidence;
    if evidence.is_empty() {
        return None;
    }
    let n = evidence.len();
    let shown = n.min(MOST_CELLS);
    let one = |i: usize| {
        let (cell, genes) = &evidence[i * n / shown];
        let first = genes.first()?;
        let kind = analysis.measured.kind(*cell);
        Some(report::ExplainedCell {
            cell: cells.ids.get(*cell)?.clone(),
            call: kind.and_then(|_| Some(classes.get(index.of(kind) as usize)?.id.clone())),
            class: analysis.resolved.classes[first.class].id.clone(),
            cell_type: first.cell_type.to_string(),
            confidence: Some(analysis.measured.confidence(*cell)).filter(|c| c.is_finite()),
            genes: genes
                .iter()
                .map(|gene| report::ExplainingGene {
                    gene: gene.symbol.to_string(),
                    molecules: gene.molecules,
                    expected_in_target: rounded(gene.expected_in_target),
                    log_ratio: rounded(gene.log_ratio),
                })
                .collect(),
            markers: Vec::new(),
        })
    };
    Some(report::Explained { n_total: n as u64, cells: (0..shown).filter_map(one).collect() })
}

/// The evidence of events called contaminant or suspect, or of evenly spaced ones among them.
pub(super) fn explained_events(
    analysis: &Analysis<EventLot>,
    model: &EventModel,
    classes: &[report::Class],
    index: &ClassIndex,
) -> Option<report::Explained> {
    let lot = &analysis.measured;
    let is_one = |event: &usize| matches!(lot.kind(*event), Some(CallKind::Class(_) | CallKind::Suspect(_)));
    let events: Vec<usize> = (0..lot.calls.events.len()).filter(is_one).collect();
    if events.is_empty() {
        return None;
    }
    let n = events.len();
    let shown = n.min(MOST_CELLS);
    let chosen = (0..shown).map(|i| events[i * n / shown]);
    let explained = explain_events(chosen, lot.events.values(), &lot.calls, &lot.markers, model);
    let id = |class: usize| analysis.resolved.classes[class].id.clone();
    let cells = explained.into_iter().map(|one| report::ExplainedCell {
        cell: (one.event + 1).to_string(),
        call: classes.get(index.of(lot.kind(one.event)) as usize).map(|c| c.id.clone()),
        class: analysis.resolved.classes[one.class].parent.map_or_else(|| id(one.class), id),
        cell_type: id(one.class),
        confidence: Some(lot.confidence(one.event)).filter(|c| c.is_finite()),
        genes: Vec::new(),
        markers: one
            .markers
            .iter()
            .map(|says| {
                let marker = &lot.markers.markers[says.marker];
                report::ExplainingMarker {
                    marker: marker.marker.clone(),
                    value: four_digits(linear(lot, marker.column, says.value)),
                    threshold: four_digits(linear(lot, marker.column, marker.threshold)),
                    log_ratio: rounded(says.log_ratio),
                }
            })
            .collect(),
    });
    Some(report::Explained { n_total: n as u64, cells: cells.collect() })
}

/// To four significant digits, more than a detector resolves.
fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// To the digits of `evidence.tsv`.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
