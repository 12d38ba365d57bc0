//! The verdict as text.

use super::{StatusView, class_name, counts, interval, named_class, not_estimated};
use crate::lang::Term;
use crate::model::{Decision, LimitSide, Model, Status, VerdictItem};
use crate::number;
use crate::terms::{self, words};
use crate::text::{Sayable, Text};

/// The verdict box.
pub(crate) struct VerdictView {
    pub(crate) status: StatusView,
    pub(crate) sentence: Text,
    pub(crate) items: Vec<ItemView>,
}

/// One item of the specification.
pub(crate) struct ItemView {
    pub(crate) label: Text,
    pub(crate) id: String,
    pub(crate) method: Text,
    pub(crate) limit: Text,
    pub(crate) counts: Text,
    pub(crate) share: Text,
    pub(crate) interval: Text,
    pub(crate) bound: Text,
    pub(crate) by_point: Text,
    pub(crate) shown: Text,
    pub(crate) decides_point: bool,
    pub(crate) decides_bound: bool,
    /// Which of the two decides, in words.
    pub(crate) decides: Text,
    pub(crate) status: StatusView,
    pub(crate) sentence: Text,
    pub(crate) justification: Option<Text>,
}

pub(crate) fn verdict(model: &Model) -> VerdictView {
    let items = &model.verdict.items;
    VerdictView {
        status: StatusView::new(model.verdict.overall),
        sentence: Text::words(model.verdict.sentence.clone(), sentence_zh(model)),
        items: items.iter().map(|i| item(model, i)).collect(),
    }
}

/// The sentence in Chinese, from what it says in numbers.
fn sentence_zh(model: &Model) -> String {
    let mut text = String::new();
    if let Some(majority) = &model.product.majority {
        let unit = words::of(model.cytometry.is_some()).many;
        let values: [&dyn Sayable; 4] =
            [&number::count(majority.k), &number::count(majority.n), &unit, &class_name(model, &majority.class)];
        text.push_str(&terms::MAJORITY.with(&values).zh());
    }
    let items = &model.verdict.items;
    if items.is_empty() {
        text.push_str(terms::VERDICT_WITHOUT.zh);
        return text;
    }
    let n = |status: Status| items.iter().filter(|i| i.status == status).count();
    let spec = model.definitions.iter().find(|d| d.kind == "spec");
    let name = spec.map_or_else(|| terms::THE_SPECIFICATION.said(), |d| Text::Same(d.id.clone()));
    let sentence = terms::VERDICT_SENTENCE.with(&[
        &name,
        &items.len(),
        &n(Status::Meets),
        &n(Status::DoesNotMeet),
        &n(Status::Inconclusive),
        &n(Status::NotReportable),
        &n(Status::Informative),
    ]);
    text.push_str(&sentence.zh());
    text
}

fn item(model: &Model, item: &VerdictItem) -> ItemView {
    let ci = item.ci_low.zip(item.ci_high);
    let is_minimum = item.limit_side == LimitSide::Minimum;
    let row = model.composition.iter().find(|r| r.class == item.class && r.denominator == item.denominator);
    let upper = if is_minimum { row.and_then(|r| r.upper_one_sided) } else { item.bound_one_sided };
    let decides = item.status != Status::Informative;
    let share = super::result::share(item.k, item.n, item.fraction, ci, upper, item.limit_fraction);
    ItemView {
        label: named_class(model, &item.class, &item.label),
        id: item.id.clone(),
        method: terms::known(&item.method),
        limit: limit(model, item),
        counts: item.k.map_or_else(not_estimated, |k| counts(k, item.n)),
        share,
        interval: interval(ci),
        bound: super::one_sided(item.bound_one_sided, is_minimum, ci),
        by_point: yes_no(item.meets_by_point),
        shown: yes_no(item.shown_with_confidence),
        decides_point: decides && item.decision == Decision::Point,
        decides_bound: decides && item.decision == Decision::Bound95,
        decides: if decides { terms::DECIDES } else { terms::DECIDES_NOTHING }.with(&[&words::decision(item.decision)]),
        status: StatusView::new(item.status),
        sentence: Text::words(item.sentence.clone(), sentence(model, item).zh()),
        justification: item.justification.as_deref().map(super::message),
    }
}

/// The limit: the English as it came, the Chinese from its value.
fn limit(model: &Model, item: &VerdictItem) -> Text {
    let of = words::denominator(item.denominator, model.cytometry.is_some());
    let Some(fraction) = item.limit_fraction else { return Text::English(item.limit.clone()) };
    let term = if item.limit_side == LimitSide::Minimum { terms::LIMIT_AT_LEAST } else { terms::LIMIT_AT_MOST };
    let value = Text::Number(number::given_percent(fraction));
    // A range has two ends, of which the model holds one as a number.
    if item.limit.contains(" to ") {
        return Text::English(item.limit.clone());
    }
    Text::words(item.limit.clone(), term.with(&[&value, &of]).zh())
}

/// Both readings of an item in words.
fn sentence(model: &Model, item: &VerdictItem) -> Text {
    let Some(k) = item.k else { return terms::known(&item.sentence) };
    let point = match item.meets_by_point {
        Some(true) => terms::POINT_MEETS.said(),
        Some(false) => terms::POINT_FAILS.said(),
        None => terms::POINT_NONE.with(&[&words::of(model.cytometry.is_some()).one]),
    };
    // Whichever of the two decides, the sentence says whether the limit is shown or excluded, and, where so few could not
    // show it at all, how many could.
    let unit = words::of(model.cytometry.is_some()).many;
    let bound = match (item.shown_with_confidence, item.excluded_with_confidence, item.cells_needed) {
        (Some(true), ..) => terms::BOUND_SHOWN.said(),
        (_, Some(true), _) => terms::BOUND_EXCLUDED.said(),
        (.., Some(needed)) => terms::BOUND_TOO_FEW.with(&[&number::count(needed), &unit]),
        _ => terms::BOUND_NOT_SHOWN.said(),
    };
    terms::ITEM_SENTENCE.with(&[&counts(k, item.n), &point, &bound])
}

fn yes_no(answer: Option<bool>) -> Text {
    let words: Option<Term> = answer.map(|yes| if yes { words::YES } else { words::NO });
    super::or_dash(words.map(|w| w.said()))
}
