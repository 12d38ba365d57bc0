//! From TOML to a profile of cytometry.

use serde::Deserialize;
use toml::Spanned;

use super::{CytoAnalysis, CytoProfile, CytoQc, EventClass, EventSubset, EventTarget, MarkerWaiver, check, two};
use crate::error::{Document, fail_if_any, from_toml, line_of};
use crate::events::MarkerPanel;
use crate::outline::RawRollup;
use crate::profile::{ClassRole, Guard, Rollup};
use crate::{PurityError, Species};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProfile {
    pub(super) schema: Spanned<String>,
    pub(super) id: Spanned<String>,
    version: String,
    name_en: String,
    name_zh: String,
    species: RawSpecies,
    cell_ontology: String,
    isct_name: Option<String>,
    tissue_source: Option<String>,
    sources: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
    pub(super) qc: Option<Spanned<CytoQc>>,
    pub(super) analysis: Option<Spanned<CytoAnalysis>>,
    pub(super) target: Spanned<EventTarget>,
    #[serde(default, rename = "class")]
    pub(super) classes: Vec<RawClass>,
    #[serde(default, rename = "rollup")]
    pub(super) rollups: Vec<RawRollup>,
    #[serde(default, rename = "subset")]
    pub(super) subsets: Vec<Spanned<EventSubset>>,
    #[serde(default, rename = "waiver")]
    pub(super) waivers: Vec<Spanned<MarkerWaiver>>,
    pub(super) guard: Option<Spanned<Guard>>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum RawSpecies {
    Human,
    Mouse,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClass {
    pub(super) id: Spanned<String>,
    name_en: String,
    name_zh: String,
    pub(super) parent: Option<Spanned<String>>,
    pub(super) role: Option<ClassRole>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    #[serde(default)]
    pub(super) excluded: Vec<String>,
    #[serde(default)]
    pub(super) pos: Vec<String>,
    #[serde(default)]
    pub(super) dim: Vec<String>,
    #[serde(default)]
    pub(super) bright: Vec<String>,
    #[serde(default)]
    pub(super) optional: Vec<String>,
    #[serde(default)]
    pub(super) neg: Vec<String>,
    #[serde(default)]
    pub(super) either: Vec<String>,
    #[serde(default)]
    pub(super) needs: Vec<String>,
    #[serde(default = "two")]
    pub(super) min_positive: u32,
    pub(super) single_marker_reason: Option<String>,
    cell_ontology: Option<String>,
}

impl RawClass {
    /// The markers that it carries and that count where they are seen.
    pub(super) fn carried(&self) -> impl Iterator<Item = &String> {
        self.required.iter().chain(&self.pos).chain(&self.dim).chain(&self.bright)
    }
}

pub(super) fn parse(text: &str, name: &str) -> Result<CytoProfile, PurityError> {
    let raw: RawProfile = from_toml(text, Document::CytoProfile, name)?;
    fail_if_any(check::in_itself(&raw, text), Document::CytoProfile, name)?;
    Ok(profile(raw, text))
}

pub(super) fn parse_checked(text: &str, name: &str, panel: &MarkerPanel) -> Result<CytoProfile, PurityError> {
    let raw: RawProfile = from_toml(text, Document::CytoProfile, name)?;
    let mut problems = check::in_itself(&raw, text);
    let profile = profile(raw, text);
    problems.extend(check::against_markers(&profile, panel));
    fail_if_any(problems, Document::CytoProfile, name)?;
    Ok(profile)
}

fn profile(raw: RawProfile, text: &str) -> CytoProfile {
    let mut lines: std::collections::BTreeMap<String, usize> = raw
        .classes
        .iter()
        .map(|c| (c.id.get_ref().clone(), line_of(text, c.id.span().start)))
        .chain(raw.subsets.iter().map(|s| (s.get_ref().id.clone(), line_of(text, s.span().start))))
        .collect();
    lines.insert("target".to_owned(), line_of(text, raw.target.span().start));
    let roles: Vec<(String, ClassRole)> =
        raw.classes.iter().filter_map(|c| Some((c.id.get_ref().clone(), c.role?))).collect();
    CytoProfile {
        id: raw.id.into_inner(),
        version: raw.version,
        name_en: raw.name_en,
        name_zh: raw.name_zh,
        species: match raw.species {
            RawSpecies::Human => Species::Human,
            RawSpecies::Mouse => Species::Mouse,
        },
        cell_ontology: raw.cell_ontology,
        isct_name: raw.isct_name,
        tissue_source: raw.tissue_source,
        sources: raw.sources,
        notes: raw.notes,
        qc: raw.qc.map(Spanned::into_inner).unwrap_or_default(),
        analysis: raw.analysis.map(Spanned::into_inner).unwrap_or_default(),
        target: raw.target.into_inner(),
        classes: raw.classes.into_iter().map(|c| class(c, &roles)).collect(),
        rollups: raw.rollups.into_iter().map(Rollup::from).collect(),
        subsets: raw.subsets.into_iter().map(Spanned::into_inner).collect(),
        waivers: raw.waivers.into_iter().map(Spanned::into_inner).collect(),
        guard: raw.guard.map(Spanned::into_inner).unwrap_or_default(),
        lines,
    }
}

/// A sub-class takes its role from its parent; the check refuses a file in which neither has one.
fn class(raw: RawClass, roles: &[(String, ClassRole)]) -> EventClass {
    let parent = raw.parent.map(Spanned::into_inner);
    let of_parent = parent.as_ref().and_then(|p| roles.iter().find(|(id, _)| id == p)).map(|(_, role)| *role);
    EventClass {
        id: raw.id.into_inner(),
        name_en: raw.name_en,
        name_zh: raw.name_zh,
        role: raw.role.or(of_parent).unwrap_or(ClassRole::Contaminant),
        parent,
        required: raw.required,
        excluded: raw.excluded,
        pos: raw.pos,
        dim: raw.dim,
        bright: raw.bright,
        optional: raw.optional,
        neg: raw.neg,
        either: raw.either,
        needs: raw.needs,
        min_positive: raw.min_positive,
        single_marker_reason: raw.single_marker_reason,
        cell_ontology: raw.cell_ontology,
    }
}
