//! From TOML to panels.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Direction, Marker, Panel, Panels, Reagent, check};
use crate::PurityError;
use crate::error::{Document, fail_if_any, from_toml};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) schema: Spanned<String>,
    pub(super) version: String,
    annotation: String,
    pub(super) sources: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) aliases: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default, rename = "panel")]
    pub(super) panels: Vec<RawPanel>,
    #[serde(default, rename = "reagent")]
    pub(super) reagents: Vec<Reagent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPanel {
    pub(super) id: Spanned<String>,
    name_en: String,
    name_zh: String,
    group: String,
    role: String,
    tissue: String,
    cell_ontology: Option<String>,
    #[serde(default)]
    pub(super) source: Option<Spanned<String>>,
    note: Option<String>,
    pub(super) markers: Vec<RawMarker>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMarker {
    pub(super) symbol: Spanned<String>,
    #[serde(default)]
    protein: String,
    #[serde(default)]
    pub(super) ensembl: String,
    pub(super) direction: Direction,
    pub(super) source: Option<String>,
    note: Option<String>,
}

pub(super) fn parse(text: &str, name: &str) -> Result<Panels, PurityError> {
    let raw: RawFile = from_toml(text, Document::Panels, name)?;
    let problems = check::problems(&raw, text);
    fail_if_any(problems, Document::Panels, name)?;
    Ok(Panels {
        version: raw.version,
        annotation: raw.annotation,
        sources: raw.sources,
        aliases: raw.aliases.into_iter().map(|(k, v)| (k.into_inner(), v.into_inner())).collect(),
        panels: raw.panels.into_iter().map(panel).collect(),
        reagents: raw.reagents,
    })
}

fn panel(raw: RawPanel) -> Panel {
    Panel {
        id: raw.id.into_inner(),
        name_en: raw.name_en,
        name_zh: raw.name_zh,
        group: raw.group,
        role: raw.role,
        tissue: raw.tissue,
        cell_ontology: raw.cell_ontology,
        source: raw.source.map(Spanned::into_inner).unwrap_or_default(),
        note: raw.note,
        markers: raw.markers.into_iter().map(marker).collect(),
    }
}

fn marker(raw: RawMarker) -> Marker {
    Marker {
        symbol: raw.symbol.into_inner(),
        protein: raw.protein,
        ensembl: raw.ensembl,
        direction: raw.direction,
        source: raw.source,
        note: raw.note,
    }
}
