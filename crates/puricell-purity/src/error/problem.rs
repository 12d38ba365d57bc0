//! What can be wrong within a file that is otherwise readable.

use std::fmt;

use thiserror::Error;

use crate::Direction;

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
    /// More of a thing than there may be.
    #[error("there are {found} {what}, at most {limit} may be")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A rule that holds for every lot.
    #[error("rule '{rule}' names no condition; expected passage_min, passage_max or sample_state")]
    NoCondition {
        /// The rule.
        rule: String,
    },
    /// A gene that decides where it must not.
    #[error(
        "gene {gene} is excluded from the screen for '{class}' and decides for it; take it out of the panel, or waive it"
    )]
    ExcludedGene {
        /// The class.
        class: String,
        /// The gene's symbol.
        gene: String,
    },
    /// A component of a mixture that is no component.
    #[error(
        "the mixture names '{class}', which is {role}; a component is the target, a class of role component or a subset"
    )]
    NotComponent {
        /// The class.
        class: String,
        /// Its role.
        role: &'static str,
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
