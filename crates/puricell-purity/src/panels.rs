//! Marker panels: which genes speak for which cell type.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::PurityError;

mod check;
mod parse;

/// The format of panel files that this version reads.
pub const PANELS_SCHEMA: &str = "puricell-panels/1";

/// What a gene says in a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Expected in this cell type and decisive.
    Pos,
    /// Expected absent.
    Neg,
    /// Higher in this state.
    Up,
    /// Lower in this state.
    Down,
    /// Shared or dependent on context: shown, never counted.
    Ctx,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pos => "pos",
            Self::Neg => "neg",
            Self::Up => "up",
            Self::Down => "down",
            Self::Ctx => "ctx",
        })
    }
}

/// A gene of a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// HGNC symbol.
    pub symbol: String,
    /// Protein or CD name; empty where none is in use.
    pub protein: String,
    /// Human Ensembl gene id without version; empty where the gene has none.
    pub ensembl: String,
    /// What the gene says.
    pub direction: Direction,
    /// Key of [`Panels::sources`], where it differs from the panel's.
    pub source: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// Genes that together speak for a cell type or state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// Id, unique.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Family of panels, such as `contaminant` or `state`.
    pub group: String,
    /// Use, such as `identity` or `tissue_origin`.
    pub role: String,
    /// Tissue it holds for, or `any`.
    pub tissue: String,
    /// Cell Ontology id, where one fits.
    pub cell_ontology: Option<String>,
    /// Key of [`Panels::sources`].
    pub source: String,
    /// A remark.
    pub note: Option<String>,
    /// The genes, in the order of the file.
    pub markers: Vec<Marker>,
}

impl Panel {
    /// The genes of one direction, in the order of the file.
    pub fn markers_of(&self, direction: Direction) -> impl Iterator<Item = &Marker> {
        self.markers.iter().filter(move |m| m.direction == direction)
    }
}

/// A dye or antibody without a single gene behind it; of use to cytometry alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reagent {
    /// Name on the label.
    pub name: String,
    /// What it binds.
    pub target: String,
    /// The cell type it speaks for.
    pub cell_type: String,
    /// What it says.
    pub direction: Direction,
    /// Key of [`Panels::sources`].
    pub source: String,
}

/// All panels of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panels {
    /// Version of the content.
    pub version: String,
    /// Gene annotation that symbols and ids follow.
    pub annotation: String,
    /// Source key to citation.
    pub sources: BTreeMap<String, String>,
    /// Outdated symbol or protein name to symbol.
    pub aliases: BTreeMap<String, String>,
    /// The panels, in the order of the file.
    pub panels: Vec<Panel>,
    /// Reagents without a gene.
    pub reagents: Vec<Reagent>,
}

impl Panels {
    /// The panels that ship with the program.
    ///
    /// # Errors
    /// None in a released build: a test parses the same text.
    pub fn builtin() -> Result<&'static Self, PurityError> {
        static BUILTIN: OnceLock<Result<Panels, PurityError>> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::parse(Self::builtin_text(), "built-in")).as_ref().map_err(Clone::clone)
    }

    /// The TOML text of the panels that ship with the program.
    pub fn builtin_text() -> &'static str {
        include_str!("../data/panels.toml")
    }

    /// Reads and checks a panel file; `name` is what messages call it.
    ///
    /// # Errors
    /// [`PurityError::Syntax`] for broken TOML or an unknown key, [`PurityError::Invalid`] with every problem found.
    pub fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        parse::parse(text, name)
    }

    /// The panel with this id.
    pub fn get(&self, id: &str) -> Option<&Panel> {
        self.panels.iter().find(|p| p.id == id)
    }
}

#[cfg(test)]
mod tests;
