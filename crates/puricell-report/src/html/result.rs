//! Verdict, purity and composition as text.

use super::{StatusView, or_dash};
use crate::model::{
    Class, CompositionRow, Decision, DenominatorId, LimitSide, Model, PurityStatement, Role, Status, VerdictItem,
};
use crate::number;
use crate::words;

/// The verdict box.
pub(super) struct VerdictView {
    pub(super) status: StatusView,
    pub(super) tally: String,
    pub(super) items: Vec<ItemView>,
}

/// One item of the specification.
pub(super) struct ItemView {
    pub(super) label: String,
    pub(super) id: String,
    pub(super) method: String,
    pub(super) limit: String,
    pub(super) counts: String,
    pub(super) share: String,
    pub(super) interval: String,
    pub(super) bound: String,
    pub(super) by_point: &'static str,
    pub(super) shown: &'static str,
    pub(super) decides_point: bool,
    pub(super) status: StatusView,
    pub(super) sentence: String,
    pub(super) justification: Option<String>,
}

/// Purity, or that none is claimed.
pub(super) struct PuritySection {
    pub(super) refusal: Option<RefusalView>,
    pub(super) note: String,
    pub(super) statements: Vec<PurityView>,
}

/// Why no purity is claimed.
pub(super) struct RefusalView {
    pub(super) counts: String,
    pub(super) class: String,
    pub(super) basis: Option<String>,
}

/// The share of one denominator.
pub(super) struct PurityView {
    pub(super) denominator: &'static str,
    pub(super) definition: String,
    pub(super) share: String,
    pub(super) counts: String,
    pub(super) interval: String,
    pub(super) headline: bool,
}

/// The composition table of one denominator.
pub(super) struct CompositionView {
    pub(super) denominator: &'static str,
    pub(super) n: String,
    pub(super) definition: String,
    pub(super) rows: Vec<RowView>,
    /// Any limit in the table.
    pub(super) has_limit: bool,
    /// The rows of which a validation study says something.
    pub(super) studied: Vec<StudiedView>,
    /// The method of intervals, to begin a sentence.
    pub(super) intervals: &'static str,
    /// The validation study, by its file's name.
    pub(super) validation: Option<String>,
}

/// One row of the composition table.
pub(super) struct RowView {
    pub(super) label: String,
    pub(super) label_zh: Option<String>,
    pub(super) sub_class: bool,
    pub(super) role: &'static str,
    pub(super) k: String,
    pub(super) share: String,
    pub(super) interval: String,
    pub(super) upper: String,
    pub(super) limit: String,
    pub(super) status: Option<StatusView>,
}

/// What a validation study says of one row.
pub(super) struct StudiedView {
    pub(super) label: String,
    pub(super) share: String,
    pub(super) interval: String,
    pub(super) corrected: String,
    pub(super) corrected_interval: String,
    pub(super) lob: String,
    pub(super) lod: String,
    pub(super) loq: String,
    pub(super) result: &'static str,
}

pub(super) fn verdict(model: &Model) -> VerdictView {
    let items = &model.verdict.items;
    let tally: Vec<String> =
        [Status::Meets, Status::DoesNotMeet, Status::Inconclusive, Status::Informative, Status::NotReportable]
            .into_iter()
            .filter_map(|status| {
                let n = items.iter().filter(|i| i.status == status).count();
                (n > 0).then(|| format!("{n} {}", words::status(status)))
            })
            .collect();
    let tally = match items.len() {
        0 => "No specification was given: the results are for information.".to_owned(),
        1 => format!("1 item: {}.", tally.join(", ")),
        n => format!("{n} items: {}.", tally.join(", ")),
    };
    VerdictView { status: StatusView::new(model.verdict.overall), tally, items: items.iter().map(item).collect() }
}

fn item(item: &VerdictItem) -> ItemView {
    let ci = item.ci_low.zip(item.ci_high);
    let is_minimum = item.limit_side == LimitSide::Minimum;
    let upper = if is_minimum { item.ci_high } else { item.bound_one_sided };
    ItemView {
        label: item.label.clone(),
        id: item.id.clone(),
        method: item.method.clone(),
        limit: item.limit.clone(),
        counts: match item.k {
            Some(k) => format!("{} of {}", number::count(k), number::count(item.n)),
            None => number::NOT_ESTIMATED.to_owned(),
        },
        share: share(item.k, item.n, item.fraction, ci, upper, item.limit_fraction),
        interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
        bound: or_dash(item.bound_one_sided.map(|bound| {
            if is_minimum {
                format!(">{}{}", number::NBSP, number::lower_bound(bound))
            } else {
                format!("<{}{}", number::NBSP, number::upper_bound(bound))
            }
        })),
        by_point: yes_no(item.meets_by_point),
        shown: yes_no(item.shown_with_confidence),
        decides_point: item.decision == Decision::Point,
        status: StatusView::new(item.status),
        sentence: item.sentence.clone(),
        justification: item.justification.clone(),
    }
}

fn yes_no(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "–",
    }
}

/// The estimate, or the bound of a zero count, or that there is none.
pub(super) fn share(
    k: Option<u64>,
    n: u64,
    fraction: Option<f64>,
    ci: Option<(f64, f64)>,
    upper: Option<f64>,
    limit: Option<f64>,
) -> String {
    match (k, fraction, upper) {
        (Some(0), Some(_), Some(upper)) if n > 0 => format!("<{}{}", number::NBSP, number::upper_bound(upper)),
        (Some(0), _, _) => "none found".to_owned(),
        (Some(_), Some(fraction), _) => number::percent(fraction, n, ci, limit),
        _ => number::NOT_ESTIMATED.to_owned(),
    }
}

pub(super) fn purity(model: &Model) -> PuritySection {
    let refused = model.product.majority.as_ref().filter(|m| m.refuses);
    let components: Vec<&str> = model
        .product
        .mixture
        .iter()
        .flat_map(|m| &m.components)
        .filter(|c| !c.within_another)
        .map(|c| model.classes.iter().find(|class| class.id == c.class).map_or(c.class.as_str(), |l| l.label.as_str()))
        .collect();
    PuritySection {
        refusal: refused.map(|m| RefusalView {
            counts: format!("{} of {}", number::count(m.k), number::count(m.n)),
            class: model.classes.iter().find(|c| c.id == m.class).map_or_else(|| m.class.clone(), |c| c.label.clone()),
            basis: m.basis.clone(),
        }),
        note: if refused.is_some() {
            "What was called the target stands below as counts, which are no statement of purity.".to_owned()
        } else if components.is_empty() {
            "The target's share depends on what it is a share of; all denominators stand side by side.".to_owned()
        } else {
            format!(
                "The product is a mixture by declaration: its purity is the share of the declared components together \
                 ({}). All denominators stand side by side.",
                components.join(", ")
            )
        },
        statements: model.purity.iter().map(|s| statement(model, s, refused.is_some())).collect(),
    }
}

fn statement(model: &Model, statement: &PurityStatement, refused: bool) -> PurityView {
    let ci = statement.ci_low.zip(statement.ci_high);
    let definition = model.denominators.iter().find(|d| d.id == statement.denominator);
    let counts = format!("{} of {}", number::count(statement.k), number::count(statement.n));
    PurityView {
        denominator: words::denominator(statement.denominator, words::of_what(model)),
        definition: definition.map(|d| d.definition.clone()).unwrap_or_default(),
        share: if refused {
            "no claim".to_owned()
        } else {
            share(Some(statement.k), statement.n, statement.fraction, ci, statement.ci_high, None)
        },
        counts,
        interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
        headline: statement.headline,
    }
}

/// One table per denominator, viable singlets first.
pub(super) fn compositions(model: &Model) -> Vec<CompositionView> {
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
                denominator: words::denominator(id, words::of_what(model)),
                n: number::count(n),
                definition: size.map(|d| d.definition.clone()).unwrap_or_default(),
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
    let class: Option<&Class> = model.classes.iter().find(|c| c.id == row.class);
    let ci = row.ci_low.zip(row.ci_high);
    let per_cent = |value: Option<f64>| or_dash(value.map(number::upper_bound));
    let sign = if row.role == Role::Target { "≥" } else { "≤" };
    RowView {
        label: class.map_or_else(|| row.class.clone(), |c| c.label.clone()),
        label_zh: class.and_then(|c| c.label_zh.clone()),
        sub_class: row.parent.is_some(),
        role: words::role(row.role),
        k: row.k.map_or_else(|| number::NOT_ESTIMATED.to_owned(), number::count),
        share: share(row.k, row.n, row.fraction, ci, row.upper_one_sided, row.limit),
        interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
        upper: per_cent(row.upper_one_sided),
        limit: or_dash(row.limit.map(|l| format!("{sign}{}{}", number::NBSP, number::given_percent(l)))),
        status: row.status.map(StatusView::new),
    }
}

/// Counted and corrected side by side; `None` for a row of which the study says nothing.
fn studied(model: &Model, row: &CompositionRow) -> Option<StudiedView> {
    if row.corrected_fraction.is_none() && row.result.is_none() && row.lob.is_none() {
        return None;
    }
    let units = words::of_what(model);
    let interval = |low: Option<f64>, high: Option<f64>| or_dash(low.zip(high).map(|(l, h)| number::interval(l, h)));
    Some(StudiedView {
        label: model.classes.iter().find(|c| c.id == row.class).map_or_else(|| row.class.clone(), |c| c.label.clone()),
        share: share(row.k, row.n, row.fraction, row.ci_low.zip(row.ci_high), row.upper_one_sided, row.limit),
        interval: interval(row.ci_low, row.ci_high),
        corrected: corrected(row),
        corrected_interval: interval(row.corrected_low, row.corrected_high),
        lob: or_dash(row.lob.map(|lob| match cells_of(lob, row.n) {
            0 => format!("0 {}", units.many),
            1 => format!("1 {} ({})", units.one, number::upper_bound(lob)),
            k => format!("{} {} ({})", number::count(k), units.many, number::upper_bound(lob)),
        })),
        lod: limit(row, row.lod, "not estimable"),
        loq: limit(row, row.loq, "not established"),
        result: row.result.map_or("–", words::detection),
    })
}

/// A limit of a class whose false calls were measured, or that the study does not give it.
fn limit(row: &CompositionRow, value: Option<f64>, without: &str) -> String {
    match (value, row.lob) {
        (Some(value), _) => number::upper_bound(value),
        (None, Some(_)) => without.to_owned(),
        (None, None) => "–".to_owned(),
    }
}

/// The count behind a share of `n`.
fn cells_of(share: f64, n: u64) -> u64 {
    (share * n as f64).round() as u64
}

/// The corrected fraction; of one that false positives explain, the upper end.
fn corrected(row: &CompositionRow) -> String {
    let ci = row.corrected_low.zip(row.corrected_high);
    match (row.corrected_fraction, ci) {
        // What is left of a share after correction is no less than one in a million, or dust.
        (Some(fraction), Some((_, high))) if fraction < 1e-6 => {
            format!("<{}{}", number::NBSP, number::upper_bound(high))
        }
        (Some(fraction), _) => number::percent(fraction, row.n, ci, row.limit),
        (None, _) => "not estimable".to_owned(),
    }
}
