//! Quality, calls, states and panels as text.

use super::or_dash;
use crate::model::{DroppedCells, Model, Side, Unit};
use crate::number;

/// One number of the strip.
pub(super) struct MetricView {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) note: String,
}

/// A cut-off.
pub(super) struct ThresholdView {
    pub(super) metric: String,
    pub(super) rule: String,
    pub(super) derivation: String,
    pub(super) beyond: String,
}

/// A sweep table.
pub(super) struct SweepView {
    pub(super) label: String,
    pub(super) classes: Vec<String>,
    pub(super) rows: Vec<SweepRowView>,
}

/// One row of a sweep table.
pub(super) struct SweepRowView {
    pub(super) value: String,
    pub(super) used: bool,
    pub(super) kept: String,
    pub(super) counts: Vec<String>,
}

/// Quality of the cells.
pub(super) struct QcView {
    pub(super) metrics: Vec<MetricView>,
    pub(super) loaded: String,
    pub(super) kept: String,
    pub(super) dropped_total: String,
    pub(super) dropped: Vec<(String, String, String)>,
    pub(super) thresholds: Vec<ThresholdView>,
    pub(super) sweeps: Vec<SweepView>,
}

pub(super) fn qc(model: &Model) -> QcView {
    let qc = &model.qc;
    let label = |metric: &str| {
        let found = qc.distributions.iter().find(|d| d.metric == metric);
        found.map_or_else(|| metric.replace('_', " "), |d| d.label.clone())
    };
    let dropped_total = qc.accounting.dropped.iter().map(|d| d.n).fold(0, u64::saturating_add);
    QcView {
        metrics: qc
            .metrics
            .iter()
            .map(|m| MetricView {
                label: m.label.clone(),
                value: m.value.map_or_else(|| number::NOT_ESTIMATED.to_owned(), |v| measured(v, m.unit, m.n)),
                note: match (m.n, &m.note) {
                    (Some(n), None) => format!("n = {}", number::count(n)),
                    (Some(n), Some(note)) => format!("n = {}; {note}", number::count(n)),
                    (None, Some(note)) => note.clone(),
                    (None, None) => String::new(),
                },
            })
            .collect(),
        loaded: number::count(qc.accounting.loaded),
        kept: number::count(qc.accounting.kept),
        dropped_total: number::count(dropped_total),
        dropped: qc
            .accounting
            .dropped
            .iter()
            .map(|DroppedCells { reason, label, n }| (reason.clone(), label.clone(), number::count(*n)))
            .collect(),
        thresholds: qc
            .thresholds
            .iter()
            .map(|t| ThresholdView {
                metric: label(&t.metric),
                rule: match (t.value, t.side) {
                    (None, _) => "not applied".to_owned(),
                    (Some(value), Side::Lower) => format!("≥{}{}", number::NBSP, setting(value, t.unit)),
                    (Some(value), Side::Upper) => format!("≤{}{}", number::NBSP, setting(value, t.unit)),
                },
                derivation: t.derivation.clone(),
                beyond: or_dash(t.n_beyond.map(number::count)),
            })
            .collect(),
        sweeps: qc
            .sweeps
            .iter()
            .map(|sweep| SweepView {
                label: sweep.label.clone(),
                classes: sweep
                    .rows
                    .first()
                    .map(|r| r.counts.iter().map(|c| class_label(model, &c.class)).collect())
                    .unwrap_or_default(),
                rows: sweep
                    .rows
                    .iter()
                    .map(|r| SweepRowView {
                        value: setting(r.value, sweep.unit),
                        used: r.used,
                        kept: number::count(r.n_kept),
                        counts: r.counts.iter().map(|c| number::count(c.k)).collect(),
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// A measured value. A measured zero is printed bare: `0 %` would claim a precision.
fn measured(value: f64, unit: Unit, n: Option<u64>) -> String {
    match unit {
        Unit::Fraction if value > 0.0 => number::percent(value, n.unwrap_or(1000).min(1000), None, None),
        Unit::Fraction => "0".to_owned(),
        Unit::Count => whole(value),
        Unit::Number => number::significant(value, 3),
    }
}

/// A count as a whole number; a median between two counts as it is.
fn whole(value: f64) -> String {
    if value >= 0.0 && value.fract().abs() < 1e-9 && value < 1e15 {
        number::count(value as u64)
    } else {
        number::significant(value, 3)
    }
}

/// A value that was set.
fn setting(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Fraction if value > 0.0 => number::cut_off_percent(value),
        Unit::Fraction => "0".to_owned(),
        Unit::Count => whole(value),
        Unit::Number => number::significant(value, 3),
    }
}

fn class_label(model: &Model, id: &str) -> String {
    model.classes.iter().find(|c| c.id == id).map_or_else(|| id.to_owned(), |c| c.label.clone())
}

/// One row of the table of call thresholds.
pub(super) struct CallView {
    pub(super) label: String,
    pub(super) high: String,
    pub(super) low: String,
    pub(super) min_distinct: String,
    pub(super) derivation: String,
    pub(super) background: String,
}

/// How cells were called.
pub(super) struct CallsView {
    pub(super) rule: String,
    pub(super) unit: Option<String>,
    pub(super) rows: Vec<CallView>,
}

pub(super) fn calls(model: &Model) -> CallsView {
    let calls = &model.calls;
    CallsView {
        rule: calls.rule.clone(),
        unit: calls.thresholds.first().map(|t| t.unit.clone()),
        rows: calls
            .thresholds
            .iter()
            .map(|t| CallView {
                label: t.label.clone(),
                high: or_dash(t.high.map(|v| number::fixed(v, 3))),
                low: or_dash(t.low.map(|v| number::fixed(v, 3))),
                min_distinct: number::count(t.min_distinct),
                derivation: t.derivation.clone(),
                background: calls.background.iter().find(|b| b.class == t.class).map_or_else(
                    || "–".to_owned(),
                    |b| match (b.rate, b.n) {
                        (None, _) => format!("not estimable: {}", b.derivation),
                        (Some(rate), Some(n)) if rate > 0.0 => {
                            format!(
                                "{} of {} cells ({})",
                                number::percent(rate, n, None, None),
                                number::count(n),
                                b.derivation
                            )
                        }
                        (Some(rate), None) if rate > 0.0 => {
                            format!("{} ({})", number::percent(rate, 10_000, None, None), b.derivation)
                        }
                        (Some(_), Some(n)) => format!("none in {} cells ({})", number::count(n), b.derivation),
                        (Some(_), None) => format!("none ({})", b.derivation),
                    },
                ),
            })
            .collect(),
    }
}

/// An informative state.
pub(super) struct StateView {
    pub(super) label: String,
    pub(super) counts: String,
    pub(super) interval: String,
    pub(super) note: String,
}

pub(super) fn states(model: &Model) -> Vec<StateView> {
    model
        .states
        .iter()
        .map(|s| {
            let ci = s.ci_low.zip(s.ci_high);
            StateView {
                label: s.label.clone(),
                counts: s.k.map_or_else(
                    || "not reportable".to_owned(),
                    |k| number::share(k, s.n, s.fraction, ci, s.upper_one_sided),
                ),
                interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
                note: s.note.clone().unwrap_or_default(),
            }
        })
        .collect()
}

/// Coverage of one panel.
pub(super) struct PanelView {
    pub(super) label: String,
    pub(super) coverage: String,
    pub(super) missing: String,
    pub(super) reportable: bool,
}

pub(super) fn panels(model: &Model) -> Vec<PanelView> {
    model
        .panels
        .iter()
        .map(|p| PanelView {
            label: p.label.clone(),
            coverage: format!("{} of {}", p.present, p.total),
            missing: if p.missing.is_empty() { "–".to_owned() } else { p.missing.join(", ") },
            reportable: p.reportable,
        })
        .collect()
}
