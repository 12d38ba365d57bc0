//! What the documents show of a model, in words that know their languages: one view for the page and for the PDF.

pub(crate) mod cytometry;
pub(crate) mod doublets;
pub(crate) mod figures;
pub(crate) mod heterogeneity;
pub(crate) mod lot;
pub(crate) mod markers;
pub(crate) mod product;
pub(crate) mod qc;
pub(crate) mod result;
pub(crate) mod say;
pub(crate) mod structure;
pub(crate) mod trace;
pub(crate) mod verdict;

use crate::model::{Model, Status};
use crate::terms;
use crate::text::{Sayable, Text};
use crate::words;

/// A status as sign, word and CSS class.
pub(crate) struct StatusView {
    pub(crate) sign: &'static str,
    pub(crate) word: Text,
    pub(crate) css: &'static str,
}

impl StatusView {
    pub(crate) fn new(status: Status) -> Self {
        Self {
            sign: words::status_sign(status),
            word: terms::words::status(status).said(),
            css: words::status_class(status),
        }
    }
}

/// The text of an optional value, or a dash.
pub(crate) fn or_dash(text: Option<Text>) -> Text {
    text.unwrap_or_else(|| Text::Same("–".to_owned()))
}

/// A number as English writes it, or a dash.
pub(crate) fn number_or_dash(text: Option<String>) -> Text {
    or_dash(text.map(Text::Number))
}

/// `k of n`.
pub(crate) fn counts(k: u64, n: u64) -> Text {
    Text::Number(format!("{} of {}", crate::number::count(k), crate::number::count(n)))
}

/// A count.
pub(crate) fn count(n: u64) -> Text {
    Text::Number(crate::number::count(n))
}

/// `NA`.
pub(crate) fn not_estimated() -> Text {
    Text::Same(crate::number::NOT_ESTIMATED.to_owned())
}

/// A 95 % interval, or a dash.
pub(crate) fn interval(ci: Option<(f64, f64)>) -> Text {
    number_or_dash(ci.map(|(low, high)| crate::number::interval(low, high)))
}

/// A one-sided 95 % bound beside its interval: the lower for a minimum, and none where that is 0; the upper for a maximum.
pub(crate) fn one_sided(bound: Option<f64>, is_minimum: bool, ci: Option<(f64, f64)>) -> Text {
    use crate::number::{NBSP, lower_bound_beside, upper_bound_beside};
    or_dash(bound.map(|bound| {
        if is_minimum && bound > 0.0 {
            Text::Number(format!(">{NBSP}{}", lower_bound_beside(bound, ci)))
        } else if is_minimum {
            terms::words::NONE.said()
        } else {
            Text::Number(format!("<{NBSP}{}", upper_bound_beside(bound, ci)))
        }
    }))
}

/// A class by its name in both languages.
pub(crate) fn class_name(model: &Model, id: &str) -> Text {
    let class = model.classes.iter().find(|c| c.id == id);
    class.map_or_else(|| Text::Same(id.to_owned()), |c| Text::named(&c.label, c.label_zh.as_deref()))
}

/// As [`class_name`], for a class that the model names beside its id.
pub(crate) fn named_class(model: &Model, id: &str, label: &str) -> Text {
    match model.classes.iter().find(|c| c.id == id) {
        Some(class) => Text::named(label, class.label_zh.as_deref()),
        None => Text::English(label.to_owned()),
    }
}

/// A message in English, as it came.
pub(crate) fn message(text: &str) -> Text {
    Text::English(text.to_owned())
}
