//! The ISCT table and positivity per marker as text.

use super::result::share;
use super::{StatusView, interval, message, not_estimated, number_or_dash};
use crate::model::{Cytometry, IsctRow, LimitSide, MarkerPositivity};
use crate::number;
use crate::terms::{known, words};
use crate::text::{Sayable, Text};

/// The ISCT table.
pub(crate) struct IsctView {
    pub(crate) standard: Text,
    pub(crate) population: Text,
    pub(crate) rows: Vec<IsctRowView>,
}

/// A line of it.
pub(crate) struct IsctRowView {
    pub(crate) item: Text,
    pub(crate) marker: Text,
    pub(crate) limit: Text,
    pub(crate) counts: Text,
    pub(crate) share: Text,
    pub(crate) interval: Text,
    pub(crate) bound: Text,
    pub(crate) status: StatusView,
    pub(crate) note: Text,
}

/// Positivity of one marker.
pub(crate) struct PositivityView {
    pub(crate) marker: Text,
    pub(crate) channel: Text,
    pub(crate) threshold: Text,
    pub(crate) source: Text,
    pub(crate) derivation: Text,
    pub(crate) counts: Text,
    pub(crate) share: Text,
    pub(crate) interval: Text,
    pub(crate) uncertain: Text,
    pub(crate) median: Text,
    pub(crate) ratio: Text,
    pub(crate) reference: Text,
    pub(crate) second_peak: Text,
    pub(crate) note: Text,
}

pub(crate) fn isct(data: &Cytometry) -> Option<IsctView> {
    let table = data.isct.as_ref()?;
    Some(IsctView {
        standard: known(&table.standard),
        population: known(&table.population),
        rows: table.rows.iter().map(isct_row).collect(),
    })
}

fn isct_row(row: &IsctRow) -> IsctRowView {
    let ci = row.ci_low.zip(row.ci_high);
    let minimum = row.limit_side == LimitSide::Minimum;
    let sign = if minimum { "≥" } else { "≤" };
    let upper = if minimum { row.ci_high } else { row.bound_one_sided };
    IsctRowView {
        item: known(&row.item),
        marker: row.marker.clone().map_or_else(|| words::NOT_IN_FILE.said(), Text::Same),
        limit: number_or_dash(row.limit.map(|l| format!("{sign}{}{}", number::NBSP, number::given_percent(l)))),
        counts: counts(row.k, row.n),
        share: share(row.k, row.n, row.fraction, ci, upper, row.limit),
        interval: interval(ci),
        bound: super::one_sided(row.bound_one_sided.filter(|_| row.k.is_some()), minimum, ci),
        status: StatusView::new(row.status),
        note: known(row.note.as_deref().unwrap_or_default()),
    }
}

pub(crate) fn positivity(data: &Cytometry) -> Vec<PositivityView> {
    data.positivity.iter().map(marker).collect()
}

fn marker(p: &MarkerPositivity) -> PositivityView {
    let ci = p.ci_low.zip(p.ci_high);
    let scale = |value: Option<f64>| number_or_dash(value.map(|v| number::significant(v, 3)));
    PositivityView {
        marker: Text::Same(p.marker.clone()),
        channel: Text::Same(p.channel.clone()),
        threshold: scale(p.threshold_scale),
        source: words::threshold_source(p.source).said(),
        derivation: message(&p.derivation),
        counts: counts(p.k, p.n),
        share: if p.separable {
            share(p.k, p.n, p.fraction, ci, p.upper_one_sided, None)
        } else {
            words::NOT_SEPARABLE.said()
        },
        interval: interval(ci),
        uncertain: number_or_dash(p.n_uncertain.map(number::count)),
        median: scale(p.median),
        ratio: scale(p.mfi_ratio),
        reference: known(p.mfi_reference.as_deref().unwrap_or_default()),
        second_peak: p.second_peak_scale.map_or_else(
            || if p.second_peak.is_some() { words::YES } else { words::NO }.said(),
            |v| Text::Number(number::significant(v, 3)),
        ),
        note: message(p.note.as_deref().unwrap_or_default()),
    }
}

fn counts(k: Option<u64>, n: u64) -> Text {
    k.map_or_else(not_estimated, |k| super::counts(k, n))
}
