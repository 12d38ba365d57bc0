//! The report as one HTML file: no network, no external font, no script.

mod cytometry;
mod doublets;
pub(crate) mod figures;
mod heterogeneity;
mod lot;
mod markers;
mod product;
mod qc;
mod result;
pub(crate) mod trace;

use askama::Template;

use crate::error::ReportError;
use crate::figure::Figure;
use crate::model::Model;

/// Everything the template prints, already as text.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'m> {
    model: &'m Model,
    of: crate::words::Units,
    lot: lot::Header,
    verdict: result::VerdictView,
    purity: result::PuritySection,
    compositions: Vec<result::CompositionView>,
    product: Option<product::ProductView>,
    cytometry: Option<cytometry::CytometryView>,
    qc: qc::QcView,
    calls: qc::CallsView,
    doublets: Option<doublets::DoubletsView>,
    heterogeneity: Option<heterogeneity::HeterogeneityView>,
    homogeneity: Option<heterogeneity::HomogeneityView>,
    clusters: Option<heterogeneity::ClustersView>,
    states: Vec<qc::StateView>,
    panels: Vec<qc::PanelView>,
    trace: trace::TraceView,
    figures: figures::FigureViews,
}

/// The report as one self-contained HTML document. `figures` are those of [`crate::figures`]; a missing one is left out.
/// Figures with a point per cell are embedded as pictures, the others as drawings. All text of the model is escaped.
///
/// # Errors
/// [`ReportError::Model`] when the model contradicts itself; the errors of [`crate::png`]; [`ReportError::Template`].
pub fn html(model: &Model, figures: &[Figure]) -> Result<String, ReportError> {
    model.check()?;
    let page = Page {
        model,
        of: crate::words::of_what(model),
        lot: lot::header(model),
        verdict: result::verdict(model),
        purity: result::purity(model),
        compositions: result::compositions(model),
        product: product::product(model),
        cytometry: cytometry::cytometry(model),
        qc: qc::qc(model),
        calls: qc::calls(model),
        doublets: doublets::doublets(model),
        heterogeneity: heterogeneity::heterogeneity(model),
        homogeneity: heterogeneity::homogeneity(model),
        clusters: heterogeneity::clusters(model),
        states: qc::states(model),
        panels: qc::panels(model),
        trace: trace::trace(model),
        figures: figures::embed(figures)?,
    };
    Ok(page.render()?)
}

/// A status as sign, word and CSS class.
struct StatusView {
    sign: &'static str,
    word: &'static str,
    css: &'static str,
}

impl StatusView {
    fn new(status: crate::model::Status) -> Self {
        Self {
            sign: crate::words::status_sign(status),
            word: crate::words::status(status),
            css: crate::words::status_class(status),
        }
    }
}

/// The text of an optional value, or a dash.
fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}
