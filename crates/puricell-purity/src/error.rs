//! What can be wrong with panels, profiles, specifications and numbers.

mod problem;

use std::fmt;

use thiserror::Error;

pub use problem::{Located, Problem};

/// The kind of file a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// Marker panels.
    Panels,
    /// A product profile.
    Profile,
    /// A specification.
    Specification,
    /// The frozen parameters of the call.
    CallModel,
    /// Markers and their names.
    Markers,
    /// A profile of cytometry.
    CytoProfile,
    /// The results of a validation study.
    Validation,
    /// Margins of equivalence.
    Margins,
    /// Summed counts of a lot's target cells.
    Pseudobulk,
    /// Distributions of a lot's target cells.
    Distributions,
    /// In how many cells of a lot each gene is seen.
    Detection,
    /// What gene and protein of a marker answer.
    Orthogonal,
    /// Terms of public ontologies.
    Ontology,
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panels => "panels",
            Self::Profile => "profile",
            Self::Specification => "specification",
            Self::CallModel => "call model",
            Self::Markers => "markers",
            Self::CytoProfile => "cytometry profile",
            Self::Validation => "validation",
            Self::Margins => "margins",
            Self::Pseudobulk => "pseudobulk",
            Self::Distributions => "distributions",
            Self::Detection => "detection",
            Self::Orthogonal => "orthogonal markers",
            Self::Ontology => "ontology",
        })
    }
}

/// Why a question of purity has no answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PurityError {
    /// The file is not of the expected form: broken TOML, an unknown key, a missing or mistyped field.
    #[error("{document} '{name}'{}: {message}", at_line(*.line))]
    Syntax {
        /// Kind of file.
        document: Document,
        /// Its name, as given by the caller.
        name: String,
        /// Line, from 1, where known.
        line: Option<usize>,
        /// What the parser says.
        message: String,
    },
    /// The file can be read, but contradicts itself or the panels. Every problem found is listed.
    #[error("{document} '{name}' has {}", list(.problems))]
    Invalid {
        /// Kind of file.
        document: Document,
        /// Its name or id.
        name: String,
        /// All problems, in the order of the file.
        problems: Vec<Located>,
    },
    /// No built-in file has this id.
    #[error("there is no built-in {document} '{id}'; built in are {known}")]
    UnknownBuiltin {
        /// Kind of file.
        document: Document,
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: String,
    },
    /// The features are neither human nor mouse genes.
    #[error(
        "the {n_features} gene features are neither human nor mouse genes by id or symbol (first ones: {examples}); \
         human (ENSG..., PTPRC) or mouse (ENSMUSG..., Ptprc) genes are expected"
    )]
    UnknownSpecies {
        /// Number of gene expression features.
        n_features: usize,
        /// The first ones, as id/symbol.
        examples: String,
    },
    /// None of the genes that define the target is measured.
    #[error(
        "no stromal marker found among {n_features} gene features (looked for {wanted}, ...; features look like \
         {examples}); is this a whole-transcriptome matrix with gene symbols or Ensembl ids?"
    )]
    NoTargetGene {
        /// Number of gene expression features.
        n_features: usize,
        /// The first genes looked for.
        wanted: String,
        /// The first features, as id/symbol.
        examples: String,
    },
    /// A channel was given a marker that cannot be given.
    #[error("marker '{marker}' cannot be assigned to channel '{channel}': {why}")]
    Assignment {
        /// Marker id.
        marker: String,
        /// Name of the channel.
        channel: String,
        /// Why not.
        why: &'static str,
    },
    /// None of the markers that define the target can be used.
    #[error(
        "no marker of the target is measured and separable (looked for {wanted}; markers with a threshold: {found})"
    )]
    NoTargetMarker {
        /// The markers looked for.
        wanted: String,
        /// The markers that have a threshold.
        found: String,
    },
    /// Two thresholds for one marker.
    #[error("marker {marker} has two thresholds")]
    RepeatedThreshold {
        /// The marker.
        marker: String,
    },
    /// A threshold that cannot be used.
    #[error("threshold of {marker}: {why}")]
    Threshold {
        /// The marker.
        marker: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A raw matrix, or flags, of another shape than the lot's.
    #[error("{found} {what} for ambient RNA, expected {expected}")]
    AmbientShape {
        /// What is counted.
        what: &'static str,
        /// The number found.
        found: usize,
        /// The number expected.
        expected: usize,
    },
    /// The raw matrix holds too little beside the cells.
    #[error(
        "the raw matrix holds {n} empty droplets with {found} molecules together, at least {least} molecules are needed"
    )]
    NoEmptyDroplets {
        /// Empty droplets.
        n: usize,
        /// Their molecules.
        found: u64,
        /// Molecules needed.
        least: u64,
    },
    /// A threshold of a column that the values do not have, or events that the mask does not have.
    #[error("{what} is {found}, but there are {expected}")]
    EventShape {
        /// What does not fit.
        what: &'static str,
        /// The value found.
        found: usize,
        /// What there is.
        expected: usize,
    },
    /// A lot that is none of those compared.
    #[error("lot {index} was named as control, but there are {n_lots} lots, counted from 0")]
    Control {
        /// The index given.
        index: usize,
        /// How many lots there are.
        n_lots: usize,
    },
    /// More classes or subsets than the call of an event can tell apart.
    #[error("a profile of cytometry may have at most {limit} {what}, found {found}")]
    TooManyKinds {
        /// Classes or subsets.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// More successes than trials.
    #[error("a count of {k} among {n} is impossible")]
    Proportion {
        /// The count.
        k: u64,
        /// The number it is a part of.
        n: u64,
    },
    /// A confidence level outside 0 to 1.
    #[error("a confidence level of {0} is impossible, expected a number between 0 and 1, both excluded")]
    Level(f64),
    /// A rate or share outside its range.
    #[error("{name} is {found}, expected {expected}")]
    Share {
        /// What it is.
        name: &'static str,
        /// The value found.
        found: f64,
        /// The range in words.
        expected: &'static str,
    },
    /// A method that is no better than a coin cannot be corrected for.
    #[error(
        "sensitivity {sensitivity} and specificity {specificity} do not sum to more than 1: nothing can be inferred"
    )]
    Uninformative {
        /// Sensitivity.
        sensitivity: f64,
        /// Specificity.
        specificity: f64,
    },
    /// A validation study of another method than the one in use.
    #[error(
        "the validation was made with {what} {} {} (sha256 {}), and this run uses {} {} (sha256 {}): its limits and rates do \
         not hold here",
        study.id, study.version, short(&study.sha256), run.id, run.version, short(&run.sha256)
    )]
    OtherMethod {
        /// Profile, panels or call model.
        what: &'static str,
        /// The study's.
        study: Box<crate::MadeWith>,
        /// The run's.
        run: Box<crate::MadeWith>,
    },
    /// A cell was called a class that does not exist, may not be reported, or does not fit.
    #[error("cell {cell} is called class {index}: {why}")]
    Outcome {
        /// Row of the cell.
        cell: usize,
        /// Index found in the outcome.
        index: usize,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Enough of a hash to tell two apart.
fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

fn list(problems: &[Located]) -> String {
    let mut text = format!("{} problem{}", problems.len(), if problems.len() == 1 { "" } else { "s" });
    for problem in problems {
        text.push_str("\n  ");
        text.push_str(&problem.to_string());
    }
    text
}

/// The line, from 1, in which byte `offset` of `text` stands.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&b| b == b'\n').count()
}

/// Reads TOML; an error tells the line.
pub(crate) fn from_toml<T: serde::de::DeserializeOwned>(
    text: &str,
    document: Document,
    name: &str,
) -> Result<T, PurityError> {
    toml::from_str(text).map_err(|e| PurityError::Syntax {
        document,
        name: name.to_owned(),
        line: e.span().map(|span| line_of(text, span.start)),
        message: e.message().to_owned(),
    })
}

/// The error that lists the problems of a file, if there are any.
pub(crate) fn fail_if_any(problems: Vec<Located>, document: Document, name: &str) -> Result<(), PurityError> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(PurityError::Invalid { document, name: name.to_owned(), problems })
}

/// True for a plain lower-case word that may name a class or an item.
pub(crate) fn is_id(id: &str) -> bool {
    id.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
