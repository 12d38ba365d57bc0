//! The report as one HTML file: no network, no external font, one small script.

pub(crate) mod cytometry;
pub(crate) mod doublets;
pub(crate) mod explorer;
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

use askama::Template;

use crate::error::ReportError;
use crate::figure::Figure;
use crate::lang::{Lang, Term};
use crate::model::{Model, Status};
#[allow(clippy::wildcard_imports, reason = "the templates name some three hundred terms")]
use crate::terms::*;
use crate::text::{Sayable, Text};
use say::Say;

/// Everything the template prints, in words that know their languages.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'m> {
    model: &'m Model,
    s: Say,
    of: words::Of,
    title: String,
    seed: String,
    glossary: &'static [Term],
    lot: lot::Header,
    verdict: verdict::VerdictView,
    purity: result::PuritySection,
    compositions: Vec<result::CompositionView>,
    filters: Vec<(String, Text)>,
    product: Option<product::ProductView>,
    cytometry: Option<cytometry::CytometryView>,
    qc: qc::QcView,
    calls: qc::CallsView,
    doublets: Option<doublets::DoubletsView>,
    explorer: Option<explorer::Explorer>,
    words: String,
    heterogeneity: Option<heterogeneity::HeterogeneityView>,
    homogeneity: Option<heterogeneity::HomogeneityView>,
    clusters: Option<structure::ClustersView>,
    states: Vec<qc::StateView>,
    panels: Vec<qc::PanelView>,
    trace: trace::TraceView,
    figures: figures::FigureViews,
}

/// The report as one self-contained HTML document in a language. `figures` are those of [`crate::figures`]; a missing one is
/// left out. Figures with a point per cell are embedded as pictures, the others as drawings. All text of the model is
/// escaped.
///
/// # Errors
/// [`ReportError::Model`] when the model contradicts itself; the errors of [`crate::png`]; [`ReportError::Template`].
pub fn html(model: &Model, figures: &[Figure], lang: Lang) -> Result<String, ReportError> {
    model.check()?;
    let page = Page {
        model,
        s: Say(lang),
        of: words::of(model.cytometry.is_some()),
        title: DOCUMENT.text(lang),
        seed: model.seed.to_string(),
        glossary: GLOSSARY,
        lot: lot::header(model),
        verdict: verdict::verdict(model),
        purity: result::purity(model),
        compositions: result::compositions(model),
        filters: result::filters(model),
        product: product::product(model),
        cytometry: cytometry::cytometry(model),
        qc: qc::qc(model),
        calls: qc::calls(model),
        doublets: doublets::doublets(model),
        explorer: explorer::explorer(model),
        words: explorer::words(model, lang),
        heterogeneity: heterogeneity::heterogeneity(model),
        homogeneity: heterogeneity::homogeneity(model),
        clusters: structure::clusters(model),
        states: qc::states(model),
        panels: qc::panels(model),
        trace: trace::trace(model),
        figures: figures::embed(model, figures, lang)?,
    };
    Ok(page.render()?)
}

/// A status as sign, word and CSS class.
pub(crate) struct StatusView {
    pub(crate) sign: &'static str,
    pub(crate) word: Text,
    pub(crate) css: &'static str,
}

impl StatusView {
    pub(crate) fn new(status: Status) -> Self {
        Self {
            sign: crate::words::status_sign(status),
            word: words::status(status).said(),
            css: crate::words::status_class(status),
        }
    }
}

/// The text of an optional value, or a dash.
fn or_dash(text: Option<Text>) -> Text {
    text.unwrap_or_else(|| Text::Same("–".to_owned()))
}

/// A number as English writes it, or a dash.
fn number_or_dash(text: Option<String>) -> Text {
    or_dash(text.map(Text::Number))
}

/// `k of n`.
pub(crate) fn counts(k: u64, n: u64) -> Text {
    Text::Number(format!("{} of {}", crate::number::count(k), crate::number::count(n)))
}

/// A count.
fn count(n: u64) -> Text {
    Text::Number(crate::number::count(n))
}

/// `NA`.
fn not_estimated() -> Text {
    Text::Same(crate::number::NOT_ESTIMATED.to_owned())
}

/// A 95 % interval, or a dash.
fn interval(ci: Option<(f64, f64)>) -> Text {
    number_or_dash(ci.map(|(low, high)| crate::number::interval(low, high)))
}

/// A one-sided 95 % bound beside its interval: the lower for a minimum, and none where that is 0; the upper for a maximum.
fn one_sided(bound: Option<f64>, is_minimum: bool, ci: Option<(f64, f64)>) -> Text {
    use crate::number::{NBSP, lower_bound_beside, upper_bound_beside};
    or_dash(bound.map(|bound| {
        if is_minimum && bound > 0.0 {
            Text::Number(format!(">{NBSP}{}", lower_bound_beside(bound, ci)))
        } else if is_minimum {
            words::NONE.said()
        } else {
            Text::Number(format!("<{NBSP}{}", upper_bound_beside(bound, ci)))
        }
    }))
}

/// A class by its name in both languages.
fn class_name(model: &Model, id: &str) -> Text {
    let class = model.classes.iter().find(|c| c.id == id);
    class.map_or_else(|| Text::Same(id.to_owned()), |c| Text::named(&c.label, c.label_zh.as_deref()))
}

/// As [`class_name`], for a class that the model names beside its id.
fn named_class(model: &Model, id: &str, label: &str) -> Text {
    match model.classes.iter().find(|c| c.id == id) {
        Some(class) => Text::named(label, class.label_zh.as_deref()),
        None => Text::English(label.to_owned()),
    }
}

/// A message in English, as it came.
fn message(text: &str) -> Text {
    Text::English(text.to_owned())
}
