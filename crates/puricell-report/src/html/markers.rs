//! The ISCT table and positivity per marker as text.

use super::result::share;
use super::{StatusView, or_dash};
use crate::model::{Cytometry, IsctRow, LimitSide, MarkerPositivity};
use crate::number;
use crate::words;

/// The ISCT table.
pub(super) struct IsctView {
    pub(super) standard: String,
    pub(super) population: String,
    pub(super) rows: Vec<IsctRowView>,
}

/// A line of it.
pub(super) struct IsctRowView {
    pub(super) item: String,
    pub(super) marker: String,
    pub(super) limit: String,
    pub(super) counts: String,
    pub(super) share: String,
    pub(super) interval: String,
    pub(super) bound: String,
    pub(super) status: StatusView,
    pub(super) note: String,
}

/// Positivity of one marker.
pub(super) struct PositivityView {
    pub(super) marker: String,
    pub(super) channel: String,
    pub(super) threshold: String,
    pub(super) source: &'static str,
    pub(super) derivation: String,
    pub(super) counts: String,
    pub(super) share: String,
    pub(super) interval: String,
    pub(super) uncertain: String,
    pub(super) median: String,
    pub(super) ratio: String,
    pub(super) reference: String,
    pub(super) second_peak: String,
    pub(super) note: String,
}

pub(super) fn isct(data: &Cytometry) -> Option<IsctView> {
    let table = data.isct.as_ref()?;
    Some(IsctView {
        standard: table.standard.clone(),
        population: table.population.clone(),
        rows: table.rows.iter().map(isct_row).collect(),
    })
}

fn isct_row(row: &IsctRow) -> IsctRowView {
    let ci = row.ci_low.zip(row.ci_high);
    let minimum = row.limit_side == LimitSide::Minimum;
    let sign = if minimum { "≥" } else { "≤" };
    let upper = if minimum { row.ci_high } else { row.bound_one_sided };
    IsctRowView {
        item: row.item.clone(),
        marker: row.marker.clone().unwrap_or_else(|| "not in the file".to_owned()),
        limit: or_dash(row.limit.map(|l| format!("{sign}{}{}", number::NBSP, number::given_percent(l)))),
        counts: counts(row.k, row.n),
        share: share(row.k, row.n, row.fraction, ci, upper, row.limit),
        interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
        bound: or_dash(row.bound_one_sided.filter(|_| row.k.is_some()).map(|bound| {
            if minimum && bound > 0.0 {
                format!(">{}{}", number::NBSP, number::lower_bound(bound))
            } else if minimum {
                "none".to_owned()
            } else {
                format!("<{}{}", number::NBSP, number::upper_bound(bound))
            }
        })),
        status: StatusView::new(row.status),
        note: row.note.clone().unwrap_or_default(),
    }
}

pub(super) fn positivity(data: &Cytometry) -> Vec<PositivityView> {
    data.positivity.iter().map(marker).collect()
}

fn marker(p: &MarkerPositivity) -> PositivityView {
    let ci = p.ci_low.zip(p.ci_high);
    let scale = |value: Option<f64>| or_dash(value.map(|v| number::significant(v, 3)));
    PositivityView {
        marker: p.marker.clone(),
        channel: p.channel.clone(),
        threshold: scale(p.threshold_scale),
        source: words::threshold_source(p.source),
        derivation: p.derivation.clone(),
        counts: counts(p.k, p.n),
        share: if p.separable {
            share(p.k, p.n, p.fraction, ci, p.upper_one_sided, None)
        } else {
            "not separable".to_owned()
        },
        interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
        uncertain: or_dash(p.n_uncertain.map(number::count)),
        median: scale(p.median),
        ratio: scale(p.mfi_ratio),
        reference: p.mfi_reference.clone().unwrap_or_default(),
        second_peak: p.second_peak_scale.map_or_else(
            || if p.second_peak.is_some() { "yes" } else { "no" }.to_owned(),
            |v| number::significant(v, 3),
        ),
        note: p.note.clone().unwrap_or_default(),
    }
}

fn counts(k: Option<u64>, n: u64) -> String {
    k.map_or_else(|| number::NOT_ESTIMATED.to_owned(), |k| format!("{} of {}", number::count(k), number::count(n)))
}
