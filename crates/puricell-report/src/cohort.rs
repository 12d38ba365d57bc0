//! Many lots as one document: the model of `cohort.json` and its renderings.
//!
//! As everywhere in this crate, every number comes with the model and is only laid out. Fractions are 0 to 1, intervals
//! two-sided 95 % unless a name says otherwise, `None` is "not estimated".

pub(crate) mod document;
mod model;
mod page;

use crate::error::ReportError;
use crate::figure::Figure;
use crate::json;
use crate::lang::Lang;

pub use crate::multiqc::cohort_multiqc;
pub use crate::pdf::cohort_pdf;
pub use model::*;
pub use page::cohort_html;

/// The model as JSON, laid out as [`crate::json()`] does.
///
/// # Errors
/// [`ReportError::Json`] for a number that must be there and is not finite.
pub fn cohort_json(cohort: &Cohort) -> Result<String, ReportError> {
    json::laid_out(cohort)
}

/// The figures as SVG, in English, by the names of their files without ending.
///
/// # Errors
/// [`ReportError::Figure`].
pub fn cohort_figures(cohort: &Cohort) -> Result<Vec<(String, Figure)>, ReportError> {
    Ok(document::figures(cohort, Lang::En)?.into_iter().map(|shown| (shown.name, shown.figure)).collect())
}

/// The JSON Schema (draft 2020-12) of [`cohort_json`]'s output.
///
/// # Errors
/// [`ReportError::Json`] when the schema cannot be written, which no input causes.
pub fn cohort_schema() -> Result<String, ReportError> {
    json::schema_of::<Cohort>()
}
