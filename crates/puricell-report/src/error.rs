//! What can go wrong when a report is rendered.

use thiserror::Error;

/// Why a rendering failed. Each is a fault of the program that filled the model, or of this crate.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The model contradicts itself; all problems are listed.
    #[error("the report model contradicts itself: {}", list(.0))]
    Model(Vec<ModelProblem>),
    /// A number that must be there is not finite, or the model does not survive its own JSON.
    #[error("the report model cannot be written as JSON (is a number that must be there NaN or infinite?)")]
    Json(#[from] serde_json::Error),
    /// A figure could not be drawn.
    #[error("figure `{figure}` could not be drawn: {reason}")]
    Figure {
        /// Name of the figure.
        figure: &'static str,
        /// What the drawing library said.
        reason: String,
    },
    /// An SVG could not be read back to be rasterised.
    #[error("an SVG of {bytes} bytes could not be read by the rasteriser")]
    Svg {
        /// Length of the SVG.
        bytes: usize,
        /// What the SVG reader said.
        source: resvg::usvg::Error,
    },
    /// A picture of this size cannot be made.
    #[error("a picture of {width} x {height} pixels cannot be made (scale {scale})")]
    PictureSize {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Scale asked for.
        scale: f32,
    },
    /// The PNG encoder failed.
    #[error("the PNG encoder failed: {reason}")]
    Png {
        /// What the encoder said.
        reason: String,
    },
    /// A shipped font could not be read.
    #[error("the shipped font {name} could not be read")]
    Font {
        /// Its name.
        name: &'static str,
    },
    /// The PDF writer or its validator refused.
    #[error("the PDF could not be written: {reason}")]
    Pdf {
        /// What the writer said.
        reason: String,
    },
    /// The HTML template failed.
    #[error("the HTML template failed")]
    Template(#[from] askama::Error),
}

/// One contradiction inside a model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModelProblem {
    /// Loaded is not kept plus dropped.
    #[error("{loaded} cells loaded, but {kept} kept and {dropped} dropped")]
    Accounting {
        /// Cells loaded.
        loaded: u64,
        /// Cells kept.
        kept: u64,
        /// Sum over the reasons.
        dropped: u64,
    },
    /// Two lists that go together differ in length.
    #[error("`{what}` holds {found} entries, expected {expected}")]
    Length {
        /// Which list.
        what: String,
        /// Its length.
        found: usize,
        /// The length it should have.
        expected: usize,
    },
    /// A class index or id that is not in the class list.
    #[error("`{what}` names class {found}, which is not among the {n_classes} classes")]
    UnknownClass {
        /// Where it stands.
        what: String,
        /// The index or id.
        found: String,
        /// Number of classes.
        n_classes: usize,
    },
    /// More cells than the whole they are a part of.
    #[error("`{what}`: {k} of {n} cells")]
    PartExceedsWhole {
        /// Where it stands.
        what: String,
        /// The part.
        k: u64,
        /// The whole.
        n: u64,
    },
    /// A fraction outside 0 to 1.
    #[error("`{what}` is {value}, not a fraction from 0 to 1")]
    NotAFraction {
        /// Where it stands.
        what: String,
        /// The value as text.
        value: String,
    },
    /// Bin edges that do not increase, or are not positive on a log scale.
    #[error("the bin edges of `{what}` do not increase, or are not positive on a log scale, at position {position}")]
    Edges {
        /// Which distribution.
        what: String,
        /// Index of the first wrong edge.
        position: usize,
    },
    /// Something names what is not there; a gate's parent must also stand before it.
    #[error("`{what}` names `{found}`, which the report does not hold (a gate stands after its parents)")]
    UnknownReference {
        /// Where it stands.
        what: String,
        /// The name or index.
        found: String,
    },
    /// Two things bear one id.
    #[error("`{what}` holds the id `{found}` twice")]
    Duplicate {
        /// Which list.
        what: String,
        /// The id.
        found: String,
    },
    /// A gate's events are not those of its parent.
    #[error("gate `{gate}` was applied to {n} events, but its parent `{parent}` holds {k}")]
    GateParent {
        /// Id of the gate.
        gate: String,
        /// Events it was applied to.
        n: u64,
        /// Id of its parent.
        parent: String,
        /// Events inside the parent.
        k: u64,
    },
}

fn list(problems: &[ModelProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
