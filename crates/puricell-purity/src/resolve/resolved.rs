//! What resolving gives.

use crate::Direction;
use crate::profile::{ClassRole, Dominant, TargetConflict};
use crate::species::Species;

/// How a gene was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    /// By Ensembl id, version stripped.
    Id,
    /// By symbol.
    Symbol,
    /// By an outdated symbol or another name.
    Alias,
}

/// A gene and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedGene {
    /// Human symbol, as in the panel.
    pub symbol: String,
    /// Columns of the matrix that hold it, increasing; at least one. Counts of several are to be added.
    pub columns: Vec<usize>,
    /// How it was found.
    pub matched_by: MatchedBy,
}

/// How many of a list of genes are among the features.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Genes found.
    pub present: usize,
    /// Genes looked for.
    pub total: usize,
    /// Symbols of those not found, in the order of the panels.
    pub missing: Vec<String>,
}

impl Coverage {
    /// Genes found of those looked for, 0 to 1; 0 where none was looked for.
    pub fn share(&self) -> f64 {
        if self.total == 0 { 0.0 } else { self.present as f64 / self.total as f64 }
    }
}

/// The target or a class, with its decisive genes.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedClass {
    /// Id, written to files.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Index in [`Resolved::classes`] of the top class this one is part of.
    pub parent: Option<usize>,
    /// What it is to the product. Of no meaning for the target.
    pub role: ClassRole,
    /// What a cell is that is stromal as well. Of no meaning for the target.
    pub when_target_high: TargetConflict,
    /// Decisive genes found, each once, in the order of the panels. A top class holds those of its sub-classes too.
    pub genes: Vec<ResolvedGene>,
    /// What was found of the decisive genes.
    pub coverage: Coverage,
    /// False where too few genes are among the features: then the class is not counted, which is not zero.
    pub reportable: bool,
    /// Distinct genes that must be seen in a cell.
    pub min_distinct: u32,
    /// A second way to the class.
    pub dominant: Option<Dominant>,
    /// Cell Ontology id, where one fits.
    pub cell_ontology: Option<String>,
}

/// A sum over classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedRollup {
    /// Id, written to files.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Indices in [`Resolved::classes`].
    pub members: Vec<usize>,
}

/// A group of target cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedSubset {
    /// Id, written to files.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Decisive genes found.
    pub genes: Vec<ResolvedGene>,
    /// What was found of the decisive genes.
    pub coverage: Coverage,
    /// False where less than half of the genes, or fewer than `min_distinct`, are among the features.
    pub reportable: bool,
    /// Distinct genes that must be seen in a cell.
    pub min_distinct: u32,
    /// Cell Ontology id, where one fits.
    pub cell_ontology: Option<String>,
}

/// A panel that is scored and shown, and decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Panel id.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Every gene found, with what it says.
    pub genes: Vec<(ResolvedGene, Direction)>,
    /// What was found.
    pub coverage: Coverage,
}

/// Columns of genes known by name or prefix, increasing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GeneSets {
    /// Mitochondrial genes: the 13 of the `mito` panel, and whatever else is named `MT-`.
    pub mito: Vec<usize>,
    /// Genes of ribosomal proteins.
    pub ribo: Vec<usize>,
    /// Globin genes.
    pub haemoglobin: Vec<usize>,
}

/// A waiver of the profile and what it took away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedWaiver {
    /// The gene's symbol.
    pub gene: String,
    /// Why it does not count.
    pub reason: String,
    /// Ids of the classes for which it would have decided; empty where the panels keep it from deciding anyway.
    pub classes: Vec<String>,
}

/// A profile's genes among the features of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The species of the features.
    pub species: Species,
    /// The stromal key.
    pub target: ResolvedClass,
    /// The classes: each top class, followed by its sub-classes, in the order of the profile.
    pub classes: Vec<ResolvedClass>,
    /// Sums over classes.
    pub rollups: Vec<ResolvedRollup>,
    /// Groups of target cells.
    pub subsets: Vec<ResolvedSubset>,
    /// Panels that are shown and decide nothing.
    pub modules: Vec<Module>,
    /// Genes that the call weighs beside the decisive ones, without those that the profile waives.
    pub support: Vec<ResolvedGene>,
    /// Genes known by name.
    pub sets: GeneSets,
    /// What does not count in this tissue.
    pub waivers: Vec<AppliedWaiver>,
}

impl Resolved {
    /// Indices of the top classes.
    pub fn top_classes(&self) -> impl Iterator<Item = usize> {
        (0..self.classes.len()).filter(|&c| self.classes[c].parent.is_none())
    }

    /// Index of the class with this id.
    pub fn class(&self, id: &str) -> Option<usize> {
        self.classes.iter().position(|c| c.id == id)
    }
}
