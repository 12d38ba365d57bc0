//! A product profile: what the target is, what may and may not stand beside it, and how to look.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Document, fail_if_any};
use crate::events::{CytoProfile, MarkerWaiver};
use crate::{Panels, PurityError};

mod builtin;
mod check;
mod guard;
mod mixture;
mod parse;
mod rule;
mod screen;
mod settings;
mod transgene;

pub use guard::{Guard, Majority, refuse_claim};
pub use mixture::{ComponentFound, Mixture, MixtureComponent, MixtureFound, MixturePurity};
pub use rule::{IfUnknown, LotState, Rule, RuleOutcome, SampleState, When};
pub use screen::{ExcludedGene, Screen, ScreenFound};
pub use settings::{Analysis, Qc};
pub use transgene::{Transgene, TransgeneColumns, TransgeneShare};

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
    /// UBERON id of the tissue; empty where the product comes from no one tissue.
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
    /// The profile of cytometry that goes with this product, where there is one.
    pub cytometry: Option<CytometryUse>,
    /// The declared product cell.
    pub target: Target,
    /// What else may be in the lot, in the order of the file.
    pub classes: Vec<Class>,
    /// Sums over classes, informative.
    pub rollups: Vec<Rollup>,
    /// Groups of target cells, informative.
    pub subsets: Vec<Subset>,
    /// Genes that do not count in this tissue, with the reason; those of the rules that hold among them.
    pub waivers: Vec<Waiver>,
    /// What holds for some lots only.
    pub rules: Vec<Rule>,
    /// Genes that say nothing in the panels that are only shown, by the rules that hold.
    pub silenced: Vec<String>,
    /// Classes that, as the majority, show that the lot is another product.
    pub guard: Guard,
    /// The declared components, where the product is a mixture.
    pub mixture: Option<Mixture>,
    /// Classes whose result is printed with what so many cells can show.
    pub screens: Vec<Screen>,
    /// Transgenes named by the user.
    pub transgene: Transgene,
    /// Line of the file, from 1, at which `target`, a class, a subset, a rule or a waived gene stands; for messages.
    pub lines: BTreeMap<String, usize>,
}

/// How the same product is looked at by cytometry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CytometryUse {
    /// Id of a profile of cytometry that ships with the program.
    pub profile: String,
    /// Markers that do not count in this tissue, with the reason.
    #[serde(default)]
    pub waivers: Vec<MarkerWaiver>,
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
    /// What the choice of this key rests on: a citation, or `general knowledge`.
    pub basis: Option<String>,
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
    /// Why the class is looked for in this product: a citation, or `general knowledge`; a sub-class has its parent's
    /// unless it says otherwise. What its genes rest on stands in the panels.
    pub basis: Option<String>,
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
    /// Why the group is shown: a citation, or `general knowledge`.
    pub basis: Option<String>,
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
        fail_if_any(check::against_panels(self, panels), Document::Profile, &self.id)
    }

    /// [`Profile::parse`] and [`Profile::check`] in one, with the problems of both in one list.
    ///
    /// # Errors
    /// As those two.
    pub fn parse_checked(text: &str, name: &str, panels: &Panels) -> Result<Self, PurityError> {
        parse::parse_checked(text, name, panels)
    }

    /// The profile of cytometry for this product, with its waivers and under its names; `None` where the product has none.
    ///
    /// # Errors
    /// [`PurityError::UnknownBuiltin`] where [`Profile::cytometry`] was changed to name another than a built-in one.
    pub fn cytometry(&self) -> Result<Option<CytoProfile>, PurityError> {
        let of = |named: &CytometryUse| Ok(CytoProfile::builtin(&named.profile)?.for_product(self));
        self.cytometry.as_ref().map(of).transpose()
    }

    /// True for a gene that does not count in this tissue.
    pub fn is_waived(&self, gene: &str) -> bool {
        self.waivers.iter().any(|w| w.gene == gene)
    }
}

#[cfg(test)]
mod tests;
