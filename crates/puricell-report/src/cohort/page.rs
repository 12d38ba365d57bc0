//! The page on many lots.

use askama::Template;

use super::Cohort;
use super::document::{self, Block, Section, Shown};
use crate::error::ReportError;
use crate::lang::Lang;
use crate::terms::{self, cohort as t};
use crate::text::Text;
use crate::view::figures::{caption, drawing};
use crate::view::say::Say;

/// Everything the template prints.
#[derive(Template)]
#[template(path = "cohort.html")]
struct Page<'c> {
    model: &'c Cohort,
    s: Say,
    facts: Vec<(Text, Text)>,
    summary: Vec<Text>,
    sections: Vec<Section>,
    figures: Vec<FigureView>,
}

struct FigureView {
    section: &'static str,
    svg: String,
    caption: Text,
}

/// The document on a cohort as one self-contained HTML page. All text of the model is escaped.
///
/// # Errors
/// [`ReportError::Figure`] where a figure cannot be drawn; [`ReportError::Template`].
pub fn cohort_html(model: &Cohort, lang: Lang) -> Result<String, ReportError> {
    let drawn = document::figures(model, lang)?;
    let view = |shown: &Shown| FigureView {
        section: shown.section,
        svg: drawing(&shown.figure.svg),
        caption: caption(&shown.figure),
    };
    let page = Page {
        figures: drawn.iter().map(view).collect(),
        model,
        s: Say(lang),
        facts: document::facts(model),
        summary: document::summary(model),
        sections: document::sections(model),
    };
    Ok(page.render()?)
}
