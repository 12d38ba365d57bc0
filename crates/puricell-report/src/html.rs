//! The report as one HTML file: no network, no external font, one small script.

mod explorer;

use askama::Template;

use crate::error::ReportError;
use crate::figure::Figure;
use crate::lang::{Lang, Term};
use crate::model::Model;
#[allow(clippy::wildcard_imports, reason = "the templates name some three hundred terms")]
use crate::terms::*;
use crate::text::Text;
use crate::view::say::Say;
use crate::view::{cytometry, doublets, figures, heterogeneity, lot, product, qc, result, structure, trace, verdict};

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
