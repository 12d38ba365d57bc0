//! From TOML to a profile.

use serde::Deserialize;
use toml::Spanned;

use super::{
    Analysis, Class, ClassRole, CytometryUse, Dominant, Guard, LotState, Mixture, Profile, Qc, Rollup, Rule, Screen,
    Subset, Target, TargetConflict, Transgene, Waiver, check,
};
use crate::error::{Document, fail_if_any, from_toml, line_of};
use crate::outline::RawRollup;
use crate::{Panels, PurityError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProfile {
    pub(super) schema: Spanned<String>,
    pub(super) id: Spanned<String>,
    version: String,
    name_en: String,
    name_zh: String,
    pub(super) tissue_source: Spanned<String>,
    isct_name: String,
    uberon: String,
    cell_ontology: String,
    sources: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    modules: Vec<String>,
    pub(super) qc: Spanned<Qc>,
    pub(super) analysis: Spanned<Analysis>,
    pub(super) cytometry: Option<Spanned<CytometryUse>>,
    pub(super) target: Spanned<RawTarget>,
    #[serde(default, rename = "class")]
    pub(super) classes: Vec<RawClass>,
    #[serde(default, rename = "rollup")]
    pub(super) rollups: Vec<RawRollup>,
    #[serde(default, rename = "subset")]
    pub(super) subsets: Vec<RawSubset>,
    #[serde(default, rename = "waiver")]
    pub(super) waivers: Vec<RawWaiver>,
    #[serde(default, rename = "rule")]
    pub(super) rules: Vec<Spanned<Rule>>,
    pub(super) guard: Option<Spanned<Guard>>,
    pub(super) mixture: Option<Spanned<Mixture>>,
    #[serde(default, rename = "screen")]
    pub(super) screens: Vec<Spanned<Screen>>,
    pub(super) transgene: Option<Spanned<Transgene>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTarget {
    pub(super) id: Spanned<String>,
    name_en: String,
    name_zh: String,
    pub(super) panels: Vec<String>,
    #[serde(default = "two")]
    pub(super) min_distinct: u32,
    #[serde(default = "half")]
    pub(super) min_coverage: f64,
    pub(super) basis: Option<String>,
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
    pub(super) panels: Vec<String>,
    #[serde(default = "two")]
    pub(super) min_distinct: u32,
    #[serde(default = "half")]
    pub(super) min_coverage: f64,
    when_target_high: Option<TargetConflict>,
    pub(super) dominant: Option<Dominant>,
    cell_ontology: Option<String>,
    pub(super) basis: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSubset {
    pub(super) id: Spanned<String>,
    name_en: String,
    name_zh: String,
    pub(super) panels: Vec<String>,
    #[serde(default = "two")]
    pub(super) min_distinct: u32,
    cell_ontology: Option<String>,
    pub(super) basis: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWaiver {
    pub(super) gene: Spanned<String>,
    pub(super) reason: String,
}

fn two() -> u32 {
    2
}

fn half() -> f64 {
    0.5
}

pub(super) fn parse(text: &str, name: &str) -> Result<Profile, PurityError> {
    let raw: RawProfile = from_toml(text, Document::Profile, name)?;
    fail_if_any(check::in_itself(&raw, text), Document::Profile, name)?;
    Ok(profile(raw, text))
}

pub(super) fn parse_checked(text: &str, name: &str, panels: &Panels) -> Result<Profile, PurityError> {
    let raw: RawProfile = from_toml(text, Document::Profile, name)?;
    let mut problems = check::in_itself(&raw, text);
    let profile = profile(raw, text);
    problems.extend(check::against_panels(&profile, panels));
    fail_if_any(problems, Document::Profile, name)?;
    Ok(profile)
}

fn profile(raw: RawProfile, text: &str) -> Profile {
    let named = std::iter::once(&raw.target.get_ref().id)
        .chain(raw.classes.iter().map(|c| &c.id))
        .chain(raw.subsets.iter().map(|s| &s.id))
        .chain(raw.waivers.iter().map(|w| &w.gene));
    let rules = raw.rules.iter().map(|r| (r.get_ref().id.clone(), line_of(text, r.span().start)));
    let lines = named.map(|id| (id.get_ref().clone(), line_of(text, id.span().start))).chain(rules).collect();
    let target = raw.target.into_inner();
    let profile = Profile {
        lines,
        id: raw.id.into_inner(),
        version: raw.version,
        name_en: raw.name_en,
        name_zh: raw.name_zh,
        tissue_source: raw.tissue_source.into_inner(),
        isct_name: raw.isct_name,
        uberon: raw.uberon,
        cell_ontology: raw.cell_ontology,
        sources: raw.sources,
        notes: raw.notes,
        modules: raw.modules,
        qc: raw.qc.into_inner(),
        analysis: raw.analysis.into_inner(),
        cytometry: raw.cytometry.map(Spanned::into_inner),
        target: Target {
            id: target.id.into_inner(),
            name_en: target.name_en,
            name_zh: target.name_zh,
            panels: target.panels,
            min_distinct: target.min_distinct,
            min_coverage: target.min_coverage,
            basis: target.basis,
        },
        classes: classes(raw.classes),
        rollups: raw.rollups.into_iter().map(Rollup::from).collect(),
        subsets: raw.subsets.into_iter().map(subset).collect(),
        waivers: raw.waivers.into_iter().map(|w| Waiver { gene: w.gene.into_inner(), reason: w.reason }).collect(),
        rules: raw.rules.into_iter().map(Spanned::into_inner).collect(),
        silenced: Vec::new(),
        guard: raw.guard.map(Spanned::into_inner).unwrap_or_default(),
        mixture: raw.mixture.map(Spanned::into_inner),
        screens: raw.screens.into_iter().map(Spanned::into_inner).collect(),
        transgene: raw.transgene.map(Spanned::into_inner).unwrap_or_default(),
    };
    // That of a lot of which nothing is known; what is undecided is said when the lot is.
    profile.for_lot(&LotState::default()).value
}

/// Sub-classes take role, conflict and basis from their parent; the check refuses a file in which it has none.
fn classes(raw: Vec<RawClass>) -> Vec<Class> {
    let top_of = |c: &RawClass| (c.id.get_ref().clone(), c.role, c.when_target_high, c.basis.clone());
    let of_top: Vec<_> = raw.iter().filter(|c| c.parent.is_none()).map(top_of).collect();
    raw.into_iter()
        .map(|c| {
            let parent = c.parent.map(Spanned::into_inner);
            let top = parent.as_ref().and_then(|p| of_top.iter().find(|t| t.0 == *p));
            Class {
                id: c.id.into_inner(),
                name_en: c.name_en,
                name_zh: c.name_zh,
                role: c.role.or(top.and_then(|t| t.1)).unwrap_or(ClassRole::Contaminant),
                when_target_high: c.when_target_high.or(top.and_then(|t| t.2)).unwrap_or(TargetConflict::Suspect),
                basis: c.basis.or_else(|| top.and_then(|t| t.3.clone())),
                parent,
                panels: c.panels,
                min_distinct: c.min_distinct,
                min_coverage: c.min_coverage,
                dominant: c.dominant,
                cell_ontology: c.cell_ontology,
            }
        })
        .collect()
}

fn subset(raw: RawSubset) -> Subset {
    Subset {
        id: raw.id.into_inner(),
        name_en: raw.name_en,
        name_zh: raw.name_zh,
        panels: raw.panels,
        min_distinct: raw.min_distinct,
        cell_ontology: raw.cell_ontology,
        basis: raw.basis,
    }
}
