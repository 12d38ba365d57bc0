//! Purity and composition as text.

use super::{StatusView, class_name, counts, interval, not_estimated, number_or_dash, or_dash};
use crate::lang::Term;
use crate::model::{CompositionRow, DenominatorId, Model, PurityStatement, Role};
use crate::number;
use crate::terms::{self, known, words};
use crate::text::{Sayable, Text, list};

/// Purity, or that none is claimed.
pub(crate) struct PuritySection {
    pub(crate) refusal: Option<RefusalView>,
    pub(crate) note: Text,
    pub(crate) statements: Vec<PurityView>,
}

/// Why no purity is claimed.
pub(crate) struct RefusalView {
    pub(crate) counts: Text,
    pub(crate) class: Text,
    pub(crate) basis: Option<String>,
}

/// The share of one denominator.
pub(crate) struct PurityView {
    pub(crate) denominator: Term,
    pub(crate) definition: Text,
    pub(crate) share: Text,
    pub(crate) counts: Text,
    pub(crate) interval: Text,
    pub(crate) headline: bool,
}

/// The composition table of one denominator.
pub(crate) struct CompositionView {
    pub(crate) denominator: Term,
    pub(crate) n: Text,
    pub(crate) definition: Text,
    pub(crate) rows: Vec<RowView>,
    /// Any limit in the table.
    pub(crate) has_limit: bool,
    /// The rows of which a validation study says something.
    pub(crate) studied: Vec<StudiedView>,
    /// The method of intervals, to begin a sentence.
    pub(crate) intervals: Term,
    /// The validation study, by its file's name.
    pub(crate) validation: Option<String>,
}

/// One row of the composition table.
pub(crate) struct RowView {
    pub(crate) id: String,
    /// Id of the class it is a sub-class of, or nothing.
    pub(crate) parent: String,
    /// Any cell of it.
    pub(crate) found: bool,
    pub(crate) label: Text,
    pub(crate) sub_class: bool,
    pub(crate) role: Term,
    pub(crate) counts: Text,
    /// The count alone.
    pub(crate) k: Text,
    pub(crate) share: Text,
    pub(crate) interval: Text,
    pub(crate) upper: Text,
    pub(crate) limit: Text,
    pub(crate) status: Option<StatusView>,
}

/// What a validation study says of one row.
pub(crate) struct StudiedView {
    pub(crate) label: Text,
    pub(crate) share: Text,
    pub(crate) interval: Text,
    pub(crate) corrected: Text,
    pub(crate) corrected_interval: Text,
    pub(crate) lob: Text,
    pub(crate) lod: Text,
    pub(crate) loq: Text,
    pub(crate) result: Text,
}

/// The estimate, or the bound of a zero count, or that there is none.
pub(crate) fn share(
    k: Option<u64>,
    n: u64,
    fraction: Option<f64>,
    ci: Option<(f64, f64)>,
    upper: Option<f64>,
    limit: Option<f64>,
) -> Text {
    match (k, fraction, upper) {
        (Some(0), Some(_), Some(upper)) if n > 0 => {
            Text::Number(format!("<{}{}", number::NBSP, number::upper_bound(upper)))
        }
        (Some(0), _, _) => words::NONE_FOUND.said(),
        (Some(_), Some(fraction), _) => Text::Number(number::percent(fraction, n, ci, limit)),
        _ => not_estimated(),
    }
}

pub(crate) fn purity(model: &Model) -> PuritySection {
    let refused = model.product.majority.as_ref().filter(|m| m.refuses);
    let components: Vec<Text> = model
        .product
        .mixture
        .iter()
        .flat_map(|m| &m.components)
        .filter(|c| !c.within_another)
        .map(|c| class_name(model, &c.class))
        .collect();
    PuritySection {
        refusal: refused.map(|m| RefusalView {
            counts: counts(m.k, m.n),
            class: class_name(model, &m.class),
            basis: m.basis.clone(),
        }),
        note: if refused.is_some() {
            terms::PURITY_REFUSED.said()
        } else if components.is_empty() {
            terms::PURITY_NOTE.said()
        } else {
            terms::PURITY_MIXTURE.with(&[&list(&components)])
        },
        statements: model.purity.iter().map(|s| statement(model, s, refused.is_some())).collect(),
    }
}

fn statement(model: &Model, statement: &PurityStatement, refused: bool) -> PurityView {
    let ci = statement.ci_low.zip(statement.ci_high);
    let definition = model.denominators.iter().find(|d| d.id == statement.denominator);
    PurityView {
        denominator: words::denominator(statement.denominator, model.cytometry.is_some()),
        definition: known(definition.map(|d| d.definition.as_str()).unwrap_or_default()),
        share: if refused {
            words::NO_CLAIM.said()
        } else {
            share(Some(statement.k), statement.n, statement.fraction, ci, statement.ci_high, None)
        },
        counts: counts(statement.k, statement.n),
        interval: interval(ci),
        headline: statement.headline,
    }
}

/// One table per denominator, viable singlets first.
pub(crate) fn compositions(model: &Model) -> Vec<CompositionView> {
    [DenominatorId::ViableSinglets, DenominatorId::AllEvents, DenominatorId::Classified]
        .into_iter()
        .filter_map(|id| {
            let rows: Vec<&CompositionRow> = model.composition.iter().filter(|r| r.denominator == id).collect();
            let size = model.denominators.iter().find(|d| d.id == id);
            let n = size.map(|d| d.n).or_else(|| rows.first().map(|r| r.n))?;
            if rows.is_empty() {
                return None;
            }
            Some(CompositionView {
                denominator: words::denominator(id, model.cytometry.is_some()),
                n: super::count(n),
                definition: known(size.map(|d| d.definition.as_str()).unwrap_or_default()),
                has_limit: rows.iter().any(|r| r.limit.is_some() || r.status.is_some()),
                studied: rows.iter().copied().filter_map(|r| studied(model, r)).collect(),
                intervals: words::intervals(model.statistics.interval),
                validation: model.statistics.validation.clone(),
                rows: rows.into_iter().map(|r| row(model, r)).collect(),
            })
        })
        .collect()
}

fn row(model: &Model, row: &CompositionRow) -> RowView {
    let ci = row.ci_low.zip(row.ci_high);
    let sign = if row.role == Role::Target { "≥" } else { "≤" };
    RowView {
        id: row.class.clone(),
        parent: row.parent.clone().unwrap_or_default(),
        found: row.k.is_some_and(|k| k > 0),
        label: class_name(model, &row.class),
        sub_class: row.parent.is_some(),
        role: words::role(row.role),
        counts: Text::Number(format!(
            "{} of {}",
            row.k.map_or_else(|| number::NOT_ESTIMATED.to_owned(), number::count),
            number::count(row.n)
        )),
        k: row.k.map_or_else(not_estimated, super::count),
        share: share(row.k, row.n, row.fraction, ci, row.upper_one_sided, row.limit),
        interval: interval(ci),
        upper: number_or_dash(row.upper_one_sided.map(|u| number::upper_bound_beside(u, ci))),
        limit: number_or_dash(row.limit.map(|l| format!("{sign}{}{}", number::NBSP, number::given_percent(l)))),
        status: row.status.map(StatusView::new),
    }
}

/// Counted and corrected side by side; `None` for a row of which the study says nothing.
fn studied(model: &Model, row: &CompositionRow) -> Option<StudiedView> {
    if row.corrected_fraction.is_none() && row.result.is_none() && row.lob.is_none() {
        return None;
    }
    let of = words::of(model.cytometry.is_some());
    let bound = |lob: f64| Text::Number(number::upper_bound(lob));
    Some(StudiedView {
        label: class_name(model, &row.class),
        share: share(row.k, row.n, row.fraction, row.ci_low.zip(row.ci_high), row.upper_one_sided, row.limit),
        interval: interval(row.ci_low.zip(row.ci_high)),
        corrected: corrected(row),
        corrected_interval: interval(row.corrected_low.zip(row.corrected_high)),
        lob: or_dash(row.lob.map(|lob| match cells_of(lob, row.n) {
            0 => terms::COUNT_AND_UNIT.with(&[&"0", &of.many]),
            1 => terms::COUNT_UNIT_SHARE.with(&[&"1", &of.one, &bound(lob)]),
            k => terms::COUNT_UNIT_SHARE.with(&[&number::count(k), &of.many, &bound(lob)]),
        })),
        lod: limit(row, row.lod, words::NOT_ESTIMABLE),
        loq: limit(row, row.loq, words::NOT_ESTABLISHED),
        result: or_dash(row.result.map(|r| words::detection(r).said())),
    })
}

/// A limit of a class whose false calls were measured, or that the study does not give it.
fn limit(row: &CompositionRow, value: Option<f64>, without: Term) -> Text {
    match (value, row.lob) {
        (Some(value), _) => Text::Number(number::upper_bound(value)),
        (None, Some(_)) => without.said(),
        (None, None) => or_dash(None),
    }
}

/// The count behind a share of `n`.
fn cells_of(share: f64, n: u64) -> u64 {
    (share * n as f64).round() as u64
}

/// The corrected fraction; of one that false positives explain, the upper end.
fn corrected(row: &CompositionRow) -> Text {
    let ci = row.corrected_low.zip(row.corrected_high);
    match (row.corrected_fraction, ci) {
        // What is left of a share after correction is no less than one in a million, or dust.
        (Some(fraction), Some((_, high))) if fraction < 1e-6 => {
            Text::Number(format!("<{}{}", number::NBSP, number::upper_bound(high)))
        }
        (Some(fraction), _) => Text::Number(number::percent(fraction, row.n, ci, row.limit)),
        (None, _) => words::NOT_ESTIMABLE.said(),
    }
}

/// The top classes of the tables, to choose from.
pub(crate) fn filters(model: &Model) -> Vec<(String, Text)> {
    let mut found: Vec<(String, Text)> = Vec::new();
    for row in model.composition.iter().filter(|r| r.parent.is_none()) {
        if !found.iter().any(|(id, _)| *id == row.class) {
            found.push((row.class.clone(), class_name(model, &row.class)));
        }
    }
    found
}
