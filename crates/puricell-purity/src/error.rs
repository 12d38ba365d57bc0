//! What can be wrong with panels, profiles, specifications and numbers.

use std::fmt;

use thiserror::Error;

use crate::Direction;

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
        })
    }
}

/// One thing wrong in a file that is otherwise readable.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Problem {
    /// Another format than this version reads.
    #[error("schema is '{found}', expected '{expected}'")]
    Schema {
        /// Value found.
        found: String,
        /// Value this version reads.
        expected: &'static str,
    },
    /// A field that must say something is empty.
    #[error("'{field}' of {of} is empty")]
    Empty {
        /// The field.
        field: &'static str,
        /// What it belongs to.
        of: String,
    },
    /// An id that is not a plain lower-case word.
    #[error("id '{id}' is not a word of a-z, 0-9 and _ that starts with a letter")]
    IdFormat {
        /// The id found.
        id: String,
    },
    /// An id that appears twice.
    #[error("{what} '{id}' is defined twice")]
    Duplicate {
        /// What carries the id.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// An id that the program itself gives a meaning.
    #[error("class id '{id}' is reserved")]
    Reserved {
        /// The id.
        id: String,
    },
    /// A name that nothing defines.
    #[error("{of} names {what} '{name}', which is not defined")]
    Unknown {
        /// Who names it.
        of: String,
        /// What sort of thing is named.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A panel without a marker.
    #[error("panel '{panel}' has no marker")]
    EmptyPanel {
        /// The panel.
        panel: String,
    },
    /// A gene listed twice in one panel.
    #[error("panel '{panel}' lists gene {gene} twice, as '{first}' and as '{second}'")]
    RepeatedGene {
        /// The panel.
        panel: String,
        /// The gene's symbol.
        gene: String,
        /// Direction of the first entry.
        first: Direction,
        /// Direction of the second.
        second: Direction,
    },
    /// An accession that is not a human Ensembl gene id.
    #[error("gene {gene} of panel '{panel}' has Ensembl id '{found}', expected ENSG and 11 digits")]
    EnsemblFormat {
        /// The panel.
        panel: String,
        /// The gene's symbol.
        gene: String,
        /// The id found.
        found: String,
    },
    /// One gene with two accessions.
    #[error("gene {gene} of panel '{panel}' has Ensembl id {found}, but {other} in an earlier panel")]
    EnsemblConflict {
        /// The panel.
        panel: String,
        /// The gene's symbol.
        gene: String,
        /// The id found here.
        found: String,
        /// The id found before.
        other: String,
    },
    /// An alias that is itself a gene of a panel.
    #[error("alias '{alias}' is itself the symbol of a panel gene")]
    AliasIsSymbol {
        /// The alias.
        alias: String,
    },
    /// A class with fewer decisive genes than it asks for.
    #[error("{of} asks for {wanted} distinct genes, but its panels hold {found} decisive ones")]
    TooFewGenes {
        /// The class, or the target.
        of: String,
        /// Distinct genes asked for.
        wanted: usize,
        /// Decisive genes its panels hold.
        found: usize,
    },
    /// A contaminant called by a single gene.
    #[error("{of} would be called by {found} gene; at least 2 must agree")]
    SingleGene {
        /// The class, or the target.
        of: String,
        /// `min_distinct` found.
        found: u32,
    },
    /// A class of events with fewer positive markers than it asks for.
    #[error("{of} asks for {wanted} positive markers, but lists {found}")]
    TooFewMarkers {
        /// The class, or the target.
        of: String,
        /// Positive markers asked for.
        wanted: usize,
        /// Positive markers listed.
        found: usize,
    },
    /// A class of events called by a single marker without more.
    #[error(
        "{of} would be called by {found} positive marker; at least 2 must agree, or 'single_marker_reason' says why \
         one does beside a negative one"
    )]
    SingleMarker {
        /// The class, or the target.
        of: String,
        /// `min_positive` found.
        found: u32,
    },
    /// A marker listed twice for one class.
    #[error("{of} lists marker {marker} twice")]
    RepeatedMarker {
        /// The class, the target or a subset.
        of: String,
        /// The marker.
        marker: String,
    },
    /// A gene that would decide for two classes that exclude each other.
    #[error("gene {gene} decides for both '{first}' and '{second}'; a shared gene must be 'ctx'")]
    SharedGene {
        /// The gene's symbol.
        gene: String,
        /// One class.
        first: String,
        /// The other.
        second: String,
    },
    /// A sub-class below a sub-class.
    #[error("class '{class}' has parent '{parent}', which is itself a sub-class")]
    NestedParent {
        /// The class.
        class: String,
        /// The parent named.
        parent: String,
    },
    /// A top class without role.
    #[error("class '{class}' has no parent and no role; expected contaminant, component or excluded")]
    NoRole {
        /// The class.
        class: String,
    },
    /// A sub-class with another role than its parent.
    #[error("class '{class}' has another role than its parent '{parent}'")]
    RoleDiffers {
        /// The class.
        class: String,
        /// Its parent.
        parent: String,
    },
    /// A number out of its range.
    #[error("'{field}' of {of} is {found}, expected {expected}")]
    Range {
        /// The field.
        field: &'static str,
        /// What it belongs to.
        of: String,
        /// The number found.
        found: f64,
        /// The range in words.
        expected: &'static str,
    },
    /// A limit with neither end.
    #[error("item '{item}' has no limit; expected max, min or both")]
    NoLimit {
        /// The item.
        item: String,
    },
    /// A limit that nothing can meet.
    #[error("item '{item}' asks for at least {min} and at most {max}; nothing can meet both")]
    LimitOrder {
        /// The item.
        item: String,
        /// Lower end.
        min: f64,
        /// Upper end.
        max: f64,
    },
    /// Two limits for one number.
    #[error("items '{first}' and '{second}' both limit class '{class}' of {denominator}")]
    SameLimit {
        /// One item.
        first: String,
        /// The other.
        second: String,
        /// The class.
        class: String,
        /// The denominator.
        denominator: &'static str,
    },
    /// A class that has no row for this denominator.
    #[error("item '{item}': class '{class}' is not reported of {denominator}; use {instead}")]
    Denominator {
        /// The item.
        item: String,
        /// The class.
        class: String,
        /// The denominator asked for.
        denominator: &'static str,
        /// Denominators that exist for this class.
        instead: &'static str,
    },
}

/// A problem and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// Line in the file, from 1; `None` where the problem has no single place.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.problem),
            None => write!(f, "{}", self.problem),
        }
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

/// True for a plain lower-case word that may name a class or an item.
pub(crate) fn is_id(id: &str) -> bool {
    id.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
