//! Quality, calls, states and panels as text.

use super::{class_name, count, counts, interval, message, named_class, not_estimated, number_or_dash, or_dash};
use crate::model::{DroppedCells, Model, Side, Unit};
use crate::number;
use crate::terms::{self, known, words};
use crate::text::{Sayable, Text, join};

/// One number of the strip.
pub(crate) struct MetricView {
    pub(crate) label: Text,
    pub(crate) value: Text,
    /// Of how many cells it is, where that is told apart from what else there is to say; else all there is to say.
    pub(crate) short: Text,
    pub(crate) note: Text,
}

/// A cut-off.
pub(crate) struct ThresholdView {
    pub(crate) metric: Text,
    pub(crate) rule: Text,
    pub(crate) derivation: Text,
    pub(crate) beyond: Text,
}

/// A sweep table.
pub(crate) struct SweepView {
    pub(crate) label: Text,
    pub(crate) classes: Vec<Text>,
    pub(crate) rows: Vec<SweepRowView>,
}

/// One row of a sweep table.
pub(crate) struct SweepRowView {
    pub(crate) value: Text,
    pub(crate) used: bool,
    pub(crate) kept: Text,
    pub(crate) counts: Vec<Text>,
}

/// Quality of the cells.
pub(crate) struct QcView {
    pub(crate) metrics: Vec<MetricView>,
    pub(crate) loaded: Text,
    pub(crate) kept: Text,
    pub(crate) kept_of_loaded: Text,
    pub(crate) dropped_total: Text,
    pub(crate) dropped: Vec<(String, Text, Text)>,
    pub(crate) thresholds: Vec<ThresholdView>,
    pub(crate) sweeps: Vec<SweepView>,
}

pub(crate) fn qc(model: &Model) -> QcView {
    let qc = &model.qc;
    let label = |metric: &str| {
        let found = qc.distributions.iter().find(|d| d.metric == metric);
        found.map_or_else(|| message(&metric.replace('_', " ")), |d| known(&d.label))
    };
    let dropped_total = qc.accounting.dropped.iter().map(|d| d.n).fold(0, u64::saturating_add);
    QcView {
        metrics: qc
            .metrics
            .iter()
            .map(|m| MetricView {
                label: known(&m.label),
                value: m.value.map_or_else(not_estimated, |v| Text::Number(measured(v, m.unit, m.n))),
                short: match (m.n, &m.note) {
                    (Some(n), _) => terms::N_IS.with(&[&number::count(n)]),
                    (None, Some(note)) => known(note),
                    (None, None) => Text::Same(String::new()),
                },
                note: match (m.n, &m.note) {
                    (Some(n), None) => terms::N_IS.with(&[&number::count(n)]),
                    (Some(n), Some(note)) => join(&[terms::N_IS.with(&[&number::count(n)]), known(note)], "; ", "；"),
                    (None, Some(note)) => known(note),
                    (None, None) => Text::Same(String::new()),
                },
            })
            .collect(),
        loaded: count(qc.accounting.loaded),
        kept: count(qc.accounting.kept),
        kept_of_loaded: counts(qc.accounting.kept, qc.accounting.loaded),
        dropped_total: count(dropped_total),
        dropped: qc
            .accounting
            .dropped
            .iter()
            .map(|DroppedCells { reason, label, n }| (reason.clone(), known(label), count(*n)))
            .collect(),
        thresholds: qc
            .thresholds
            .iter()
            .map(|t| ThresholdView {
                metric: label(&t.metric),
                rule: match (t.value, t.side) {
                    (None, _) => words::NOT_APPLIED.said(),
                    (Some(value), Side::Lower) => Text::Number(format!("≥{}{}", number::NBSP, setting(value, t.unit))),
                    (Some(value), Side::Upper) => Text::Number(format!("≤{}{}", number::NBSP, setting(value, t.unit))),
                },
                derivation: known(&t.derivation),
                beyond: number_or_dash(t.n_beyond.map(number::count)),
            })
            .collect(),
        sweeps: qc
            .sweeps
            .iter()
            .map(|sweep| SweepView {
                label: known(&sweep.label),
                classes: sweep
                    .rows
                    .first()
                    .map(|r| r.counts.iter().map(|c| class_name(model, &c.class)).collect())
                    .unwrap_or_default(),
                rows: sweep
                    .rows
                    .iter()
                    .map(|r| SweepRowView {
                        value: Text::Number(setting(r.value, sweep.unit)),
                        used: r.used,
                        kept: count(r.n_kept),
                        counts: r.counts.iter().map(|c| count(c.k)).collect(),
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

/// One row of the table of call thresholds.
pub(crate) struct CallView {
    pub(crate) label: Text,
    pub(crate) high: Text,
    pub(crate) low: Text,
    pub(crate) min_distinct: Text,
    pub(crate) derivation: Text,
    pub(crate) background: Text,
}

/// How cells were called.
pub(crate) struct CallsView {
    pub(crate) rule: Text,
    pub(crate) unit: Option<Text>,
    pub(crate) rows: Vec<CallView>,
}

pub(crate) fn calls(model: &Model) -> CallsView {
    let calls = &model.calls;
    CallsView {
        rule: known(&calls.rule),
        unit: calls.thresholds.first().map(|t| known(&t.unit)),
        rows: calls
            .thresholds
            .iter()
            .map(|t| CallView {
                label: named_class(model, &t.class, &t.label),
                high: number_or_dash(t.high.map(|v| number::fixed(v, 3))),
                low: number_or_dash(t.low.map(|v| number::fixed(v, 3))),
                min_distinct: count(t.min_distinct),
                derivation: known(&t.derivation),
                background: calls.background.iter().find(|b| b.class == t.class).map_or_else(
                    || or_dash(None),
                    |b| match (b.rate, b.n) {
                        (None, _) => terms::BACKGROUND_NOT_ESTIMABLE.with(&[&known(&b.derivation)]),
                        (Some(rate), Some(n)) if rate > 0.0 => terms::BACKGROUND_OF.with(&[
                            &Text::Number(number::percent(rate, n, None, None)),
                            &number::count(n),
                            &known(&b.derivation),
                        ]),
                        (Some(rate), None) if rate > 0.0 => {
                            let rate = Text::Number(number::percent(rate, 10_000, None, None));
                            terms::BACKGROUND_RATE.with(&[&rate, &known(&b.derivation)])
                        }
                        (Some(_), Some(n)) => {
                            terms::BACKGROUND_NONE_IN.with(&[&number::count(n), &known(&b.derivation)])
                        }
                        (Some(_), None) => terms::BACKGROUND_NONE.with(&[&known(&b.derivation)]),
                    },
                ),
            })
            .collect(),
    }
}

/// An informative state.
pub(crate) struct StateView {
    pub(crate) label: Text,
    pub(crate) counts: Text,
    pub(crate) interval: Text,
    pub(crate) note: Text,
}

pub(crate) fn states(model: &Model) -> Vec<StateView> {
    model
        .states
        .iter()
        .map(|s| {
            let ci = s.ci_low.zip(s.ci_high);
            StateView {
                label: known(&s.label),
                counts: s.k.map_or_else(
                    || words::NOT_REPORTABLE.said(),
                    |k| Text::Number(number::share(k, s.n, s.fraction, ci, s.upper_one_sided)),
                ),
                interval: interval(ci),
                note: known(s.note.as_deref().unwrap_or_default()),
            }
        })
        .collect()
}

/// Coverage of one panel.
pub(crate) struct PanelView {
    pub(crate) label: Text,
    pub(crate) coverage: Text,
    pub(crate) missing: Text,
    pub(crate) reportable: bool,
}

pub(crate) fn panels(model: &Model) -> Vec<PanelView> {
    model
        .panels
        .iter()
        .map(|p| PanelView {
            label: named_class(model, &p.class, &p.label),
            coverage: counts(p.present, p.total),
            missing: if p.missing.is_empty() { or_dash(None) } else { Text::Same(p.missing.join(", ")) },
            reportable: p.reportable,
        })
        .collect()
}
