//! Which signs make which cell.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::marker_panel::MarkerPanel;
use crate::error::{Document, fail_if_any};
use crate::profile::{ClassRole, Guard, Profile, Rollup};
use crate::{PurityError, Species};

mod builtin;
mod check;
mod parse;
mod settings;

pub use settings::{CytoAnalysis, CytoQc};

/// Schema of a profile of cytometry.
pub const CYTO_PROFILE_SCHEMA: &str = "puricell-cyto-profile/1";

/// What the product cell is, and what may stand beside it, by signs of markers.
///
/// A marker in a list may be a choice, `CD19|CD79a`: the first that is measured and can be told apart stands for it.
#[derive(Debug, Clone, PartialEq)]
pub struct CytoProfile {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Species of the cells.
    pub species: Species,
    /// Cell Ontology id of the product cell.
    pub cell_ontology: String,
    /// Name of the product cell by ISCT 2019 (doi:10.1016/j.jcyt.2019.08.002), such as `MSC(M)`; from the product's
    /// profile, or from the file where that is for one tissue.
    pub isct_name: Option<String>,
    /// Tissue of origin in words; from the same.
    pub tissue_source: Option<String>,
    /// Where the signs come from.
    pub sources: Vec<String>,
    /// What a reader must know.
    pub notes: Vec<String>,
    /// Which events are kept.
    pub qc: CytoQc,
    /// How populations are looked for.
    pub analysis: CytoAnalysis,
    /// The product cell.
    pub target: EventTarget,
    /// Classes beside it.
    pub classes: Vec<EventClass>,
    /// Sums over classes.
    pub rollups: Vec<Rollup>,
    /// Groups of target cells.
    pub subsets: Vec<EventSubset>,
    /// Markers that do not count in this product.
    pub waivers: Vec<MarkerWaiver>,
    /// Classes that, as the majority, show that the lot is another product.
    pub guard: Guard,
    /// Line of each id in the file, for messages.
    lines: BTreeMap<String, usize>,
}

/// The product cell's signs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventTarget {
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Markers that it carries by definition: an event below the threshold is weighed as no target cell. They must be measured.
    #[serde(default)]
    pub required: Vec<String>,
    /// Markers that it lacks by definition: an event at or above the threshold is weighed as no target cell, though it may be a
    /// doublet with one. They must be measured.
    #[serde(default)]
    pub excluded: Vec<String>,
    /// Markers it carries.
    pub pos: Vec<String>,
    /// Markers it carries unless culture has lowered them (CD105).
    #[serde(default)]
    pub modulated: Vec<String>,
    /// Markers it lacks.
    pub neg: Vec<String>,
    /// Markers that say nothing of it (HLA-DR).
    #[serde(default)]
    pub either: Vec<String>,
    /// Markers of `required`, `pos` and `modulated` that must be seen. Default 2, never less.
    #[serde(default = "two")]
    pub min_positive: u32,
}

/// A class's signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventClass {
    /// Id, written to files.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Id of the top class that this one is part of; it takes over the signs of that class for markers that it does not
    /// name itself.
    pub parent: Option<String>,
    /// What it is to the product; a sub-class has its parent's.
    pub role: ClassRole,
    /// Markers that it carries by definition: an event below the threshold is weighed as no such cell.
    pub required: Vec<String>,
    /// Markers that it lacks by definition: an event at or above the threshold is weighed as no such cell, though it may be a
    /// doublet with one.
    pub excluded: Vec<String>,
    /// Markers it carries. Each, like those of `required` and `excluded`, must be measured and separable for the class to be
    /// reported.
    pub pos: Vec<String>,
    /// Markers it carries weakly. Required like `pos`.
    pub dim: Vec<String>,
    /// Markers it carries strongly, where other cells carry them weakly: seen from the upper end of the uncertain band on.
    /// Required like `pos`.
    pub bright: Vec<String>,
    /// Markers it carries; used where measured, not required, and not counted.
    pub optional: Vec<String>,
    /// Markers it lacks; used where measured.
    pub neg: Vec<String>,
    /// Markers that say nothing of it.
    pub either: Vec<String>,
    /// Markers of any list without which the class cannot be reported.
    pub needs: Vec<String>,
    /// Markers of `required`, `pos`, `dim` and `bright` that must be seen, those of `dim` from the lower and those of
    /// `bright` from the upper end of the uncertain band on. Default 2; 1 needs a reason and a marker that it lacks.
    pub min_positive: u32,
    /// Why one positive marker may do.
    pub single_marker_reason: Option<String>,
    /// Cell Ontology id, where one fits.
    pub cell_ontology: Option<String>,
}

/// A group of target cells, shown but not taken from the target: the markers seen and not seen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSubset {
    /// Id, written to files.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Markers at or above their thresholds. Every marker of both lists must be measured for the subset to be reported.
    #[serde(default)]
    pub pos: Vec<String>,
    /// Markers below their thresholds.
    #[serde(default)]
    pub neg: Vec<String>,
    /// Cell Ontology id, where one fits.
    pub cell_ontology: Option<String>,
}

/// A marker that does not count in this product.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkerWaiver {
    /// Marker id.
    pub marker: String,
    /// Why, printed in the report.
    pub reason: String,
}

fn two() -> u32 {
    2
}

impl EventTarget {
    /// The markers that count where they are seen.
    pub(super) fn counted(&self) -> impl Iterator<Item = &String> {
        self.required.iter().chain(&self.pos).chain(&self.modulated)
    }
}

impl EventClass {
    /// The markers that it carries and that count where they are seen.
    pub(super) fn carried(&self) -> impl Iterator<Item = &String> {
        self.required.iter().chain(&self.pos).chain(&self.dim).chain(&self.bright)
    }
}

impl CytoProfile {
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

    /// Checks that every marker named is one of the panel.
    ///
    /// # Errors
    /// [`PurityError::Invalid`] with every problem found.
    pub fn check(&self, panel: &MarkerPanel) -> Result<(), PurityError> {
        fail_if_any(check::against_markers(self, panel), Document::CytoProfile, &self.id)
    }

    /// [`CytoProfile::parse`] and [`CytoProfile::check`] in one, with the problems of both in one list.
    ///
    /// # Errors
    /// As those two.
    pub fn parse_checked(text: &str, name: &str, panel: &MarkerPanel) -> Result<Self, PurityError> {
        parse::parse_checked(text, name, panel)
    }

    /// The same profile with further waivers, such as CD34 for early adipose cells.
    #[must_use]
    pub fn with_waivers(mut self, waivers: impl IntoIterator<Item = MarkerWaiver>) -> Self {
        for waiver in waivers {
            if !self.is_waived(&waiver.marker) {
                self.waivers.push(waiver);
            }
        }
        self
    }

    /// The same signs for one product: its names, its tissue, its guard and the waivers of its `[cytometry]` table. Id, version, sources
    /// and numbers stay those of the signs.
    #[must_use]
    pub fn for_product(mut self, product: &Profile) -> Self {
        self.name_en.clone_from(&product.name_en);
        self.name_zh.clone_from(&product.name_zh);
        self.target.name_en.clone_from(&product.target.name_en);
        self.target.name_zh.clone_from(&product.target.name_zh);
        self.cell_ontology.clone_from(&product.cell_ontology);
        self.isct_name = Some(product.isct_name.clone());
        self.tissue_source = Some(product.tissue_source.clone());
        // A class that the signs do not have cannot be the majority of events.
        self.guard.clone_from(&product.guard);
        self.with_waivers(product.cytometry.iter().flat_map(|c| c.waivers.clone()))
    }

    /// True for a marker that does not count in this product.
    pub fn is_waived(&self, marker: &str) -> bool {
        self.waivers.iter().any(|w| w.marker == marker)
    }

    /// Every marker that the profile names, each once, in the order of the file.
    pub fn markers(&self) -> Vec<&str> {
        let target = &self.target;
        let mut lists =
            vec![&target.required, &target.pos, &target.modulated, &target.neg, &target.excluded, &target.either];
        for class in &self.classes {
            lists.extend([&class.required, &class.pos, &class.dim, &class.bright, &class.optional]);
            lists.extend([&class.neg, &class.excluded, &class.either, &class.needs]);
        }
        for subset in &self.subsets {
            lists.extend([&subset.pos, &subset.neg]);
        }
        let mut markers = Vec::new();
        for marker in lists.into_iter().flatten().flat_map(|choice| choices(choice)) {
            if !markers.contains(&marker) {
                markers.push(marker);
            }
        }
        markers
    }
}

/// The markers of a choice, `CD19|CD79a`.
pub(super) fn choices(choice: &str) -> impl Iterator<Item = &str> {
    choice.split('|').map(str::trim)
}

#[cfg(test)]
mod tests;
