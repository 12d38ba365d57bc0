//! A product profile: what the target is, what may and may not stand beside it, and how to look.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Panels, PurityError};

mod builtin;
mod check;
mod parse;

/// The format of profile files that this version reads.
pub const PROFILE_SCHEMA: &str = "puricell-profile/1";

/// A product profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Id, such as `bone-marrow`.
    pub id: String,
    /// Version of the content.
    pub version: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Tissue of origin in words.
    pub tissue_source: String,
    /// Name by ISCT 2019 (doi:10.1016/j.jcyt.2019.08.002), such as `MSC(M)`.
    pub isct_name: String,
    /// UBERON id of the tissue.
    pub uberon: String,
    /// Cell Ontology id of the target.
    pub cell_ontology: String,
    /// What the profile rests on.
    pub sources: Vec<String>,
    /// Remarks for the reader of a report.
    pub notes: Vec<String>,
    /// Panels scored and shown that decide nothing: identity, origin, states, potency.
    pub modules: Vec<String>,
    /// Which cells are fit to be called.
    pub qc: Qc,
    /// How sub-populations are looked for.
    pub analysis: Analysis,
    /// The declared product cell.
    pub target: Target,
    /// What else may be in the lot, in the order of the file.
    pub classes: Vec<Class>,
    /// Sums over classes, informative.
    pub rollups: Vec<Rollup>,
    /// Groups of target cells, informative.
    pub subsets: Vec<Subset>,
    /// Genes that do not count in this tissue, with the reason.
    pub waivers: Vec<Waiver>,
    /// Line of the file, from 1, at which `target`, a class, a subset or a waived gene stands; for messages.
    pub lines: BTreeMap<String, usize>,
}

/// Which cells are fit to be called.
///
/// The floors hold for every cell; the bounds by median absolute deviations (MAD) hold for what looks like a target
/// cell, so that small contaminants (granulocytes, platelets, lymphocytes) are not lost by cuts made for big cells.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qc {
    /// Molecules that any cell must have. Default 200; lower it for platelets or very shallow data.
    pub min_counts: u32,
    /// Features that any cell must show. Default 100; as above.
    pub min_features: u32,
    /// MADs below the median of ln counts and ln features at which a target cell is cut. Default 4; raise it where
    /// shallow lots lose good cells.
    pub mads_low: f64,
    /// MADs above the median at which a target cell is cut, if `use_upper_bounds`. Default 4.
    pub mads_high: f64,
    /// Whether to cut at the upper bound. Default false: large cycling stromal cells lie there
    /// too. Turn it on for lots of one cell size with many doublets.
    pub use_upper_bounds: bool,
    /// MADs above the median mitochondrial share at which a cell is cut. Default 3.
    pub mito_mads: f64,
    /// Mitochondrial share that is never cut, 0 to 1. Default 0.10: 5 % fails in 13 of 44 human tissues (PMC8599307).
    pub mito_min: f64,
    /// Mitochondrial share that is always cut, 0 to 1. Default 0.25; lower it with evidence from the lot's dye viability.
    pub mito_cap: f64,
}

impl Default for Qc {
    fn default() -> Self {
        Self {
            min_counts: 200,
            min_features: 100,
            mads_low: 4.0,
            mads_high: 4.0,
            use_upper_bounds: false,
            mito_mads: 3.0,
            mito_min: 0.10,
            mito_cap: 0.25,
        }
    }
}

/// How sub-populations are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// Variable genes kept. Default 2000; fewer for shallow data.
    pub n_variable: usize,
    /// Principal components kept. Default 30.
    pub n_components: usize,
    /// Neighbours of each cell in the graph. Default 15; more gives fewer and larger groups.
    pub k: usize,
    /// Resolution of the partition. Default 0.5; higher gives more groups.
    pub resolution: f64,
}

impl Default for Analysis {
    fn default() -> Self {
        Self { n_variable: 2000, n_components: 30, k: 15, resolution: 0.5 }
    }
}

/// The declared product cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Always `target`.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Panels whose `pos` genes form the stromal key.
    pub panels: Vec<String>,
    /// Distinct key genes that a target cell must show. Default 2.
    pub min_distinct: u32,
    /// Share of the key genes that must be among the features, 0 to 1. Default 0.5.
    pub min_coverage: f64,
}

/// What a class is to the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassRole {
    /// A cellular impurity.
    Contaminant,
    /// A declared or harmless companion, with a range of its own.
    Component,
    /// In neither: counted, but not part of `classified`.
    Excluded,
}

impl ClassRole {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contaminant => "contaminant",
            Self::Component => "component",
            Self::Excluded => "excluded",
        }
    }
}

/// What a cell is whose class programme and stromal programme are both high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetConflict {
    /// Candidate doublet or ambient RNA: its own row.
    Suspect,
    /// A target cell: the programme is one that stromal cells can turn on (fat, muscle).
    Target,
}

/// A set of genes known by name or prefix rather than by panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GeneSetName {
    /// Globin genes.
    Haemoglobin,
}

/// A second way to a class: one set of genes makes up most of the cell.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dominant {
    /// The set.
    pub set: GeneSetName,
    /// Share of the cell's molecules from which on the class's key is high, 0 to 1.
    pub min_share: f64,
}

/// A class of cells that may stand beside the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Id, written to files.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Id of the top class that this one is part of; `None` for a top class.
    pub parent: Option<String>,
    /// What it is to the product; a sub-class has its parent's.
    pub role: ClassRole,
    /// Panels whose `pos` genes decide.
    pub panels: Vec<String>,
    /// Distinct genes that must be seen. Default 2, never less.
    pub min_distinct: u32,
    /// Share of the genes that must be among the features for the class to be reported, 0 to 1. Default 0.5.
    pub min_coverage: f64,
    /// What a cell is that is stromal as well; a sub-class has its parent's unless it says otherwise.
    pub when_target_high: TargetConflict,
    /// A second way to the class.
    pub dominant: Option<Dominant>,
    /// Cell Ontology id, where one fits.
    pub cell_ontology: Option<String>,
}

/// A sum over classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollup {
    /// Id, written to files.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Ids of the classes summed.
    pub of: Vec<String>,
}

/// A group of target cells, shown but not taken from the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subset {
    /// Id, written to files.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Panels whose `pos` genes decide.
    pub panels: Vec<String>,
    /// Distinct genes that must be seen. Default 2.
    pub min_distinct: u32,
    /// Cell Ontology id, where one fits.
    pub cell_ontology: Option<String>,
}

/// A gene that does not count in this tissue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The gene's symbol.
    pub gene: String,
    /// Why, printed in the report.
    pub reason: String,
}

impl Profile {
    /// Ids of the profiles that ship with the program.
    pub fn list() -> &'static [&'static str] {
        builtin::IDS
    }

    /// The profile of this id that ships with the program.
    ///
    /// # Errors
    /// [`PurityError::UnknownBuiltin`] for another id.
    pub fn builtin(id: &str) -> Result<Self, PurityError> {
        Self::parse(Self::builtin_text(id)?, id)
    }

    /// The TOML text of a profile that ships with the program.
    ///
    /// # Errors
    /// [`PurityError::UnknownBuiltin`] for another id.
    pub fn builtin_text(id: &str) -> Result<&'static str, PurityError> {
        builtin::text(id)
    }

    /// Reads a profile and checks it in itself; `name` is what messages call it.
    ///
    /// # Errors
    /// [`PurityError::Syntax`] for broken TOML or an unknown key, [`PurityError::Invalid`] with every problem found.
    pub fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        parse::parse(text, name)
    }

    /// Checks the profile against panels: every panel named exists, every class has enough decisive genes, no gene
    /// decides for two classes that exclude each other.
    ///
    /// # Errors
    /// [`PurityError::Invalid`] with every problem found.
    pub fn check(&self, panels: &Panels) -> Result<(), PurityError> {
        check::fail_if_any(check::against_panels(self, panels), &self.id)
    }

    /// [`Profile::parse`] and [`Profile::check`] in one, with the problems of both in one list.
    ///
    /// # Errors
    /// As those two.
    pub fn parse_checked(text: &str, name: &str, panels: &Panels) -> Result<Self, PurityError> {
        parse::parse_checked(text, name, panels)
    }

    /// True for a gene that does not count in this tissue.
    pub fn is_waived(&self, gene: &str) -> bool {
        self.waivers.iter().any(|w| w.gene == gene)
    }
}

#[cfg(test)]
mod tests;
