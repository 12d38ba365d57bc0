//! The report model and its renderings: JSON with its schema, one-file HTML, PDF/A, figures (SVG, PNG), MultiQC files.
//!
//! A sink: it computes no statistic, knows no other crate of the project and opens no file. Every number comes with the
//! [`Model`]; here it is only laid out. Equal models give equal bytes: coordinates are integers of a tenth of a
//! millimetre, logarithms come from `libm`, fonts are shipped, and nothing reads a clock.
//!
//! ```text
//! Model ──┬─ json        report.json            figures ──┬─ svg    figures/*.svg
//!         ├─ json_schema                                  └─ png    figures/*.png
//!         ├─ multiqc     *_mqc.json, *_mqc_versions.yml
//!         ├─ html(figures, lang)   report.html
//!         └─ pdf(figures, options)  report.pdf
//! ```

pub mod cohort;
mod error;
mod figure;
mod html;
mod json;
mod lang;
pub mod model;
mod multiqc;
mod number;
mod pdf;
mod terms;
mod text;
pub mod validation;
mod view;
mod words;

pub use error::{ModelProblem, ReportError};
pub use figure::{Figure, FigureKind, figures, png};
pub use html::html;
pub use json::{json, json_schema};
pub use lang::Lang;
pub use model::{Model, SCHEMA_VERSION};
pub use multiqc::{MultiqcFile, multiqc};
pub use pdf::{PdfOptions, pdf};
