//! A profile's genes found among the features of a file.

use std::collections::BTreeMap;

use puricell_core::{FeatureKind, FeatureTable, Noted, Warning};

use crate::profile::{ClassRole, TargetConflict};
use crate::species::{Species, examples};
use crate::{CallModel, Direction, Panels, Profile, PurityError};

mod index;
mod resolved;
mod sets;

pub use resolved::{
    AppliedWaiver, Coverage, GeneSets, MatchedBy, Module, Resolved, ResolvedClass, ResolvedGene, ResolvedRollup,
    ResolvedSubset,
};

use index::GeneIndex;

/// Finds a profile's genes among the gene expression features of a file.
///
/// A gene matches by Ensembl id without version, then by symbol, then by alias (case-sensitive). Several columns of one
/// gene (the two PAR copies of IL3RA) all belong to it. Mouse genes match through `data/mouse_symbols.tsv`; human genes
/// without a mouse gene count as missing.
///
/// Warnings: `species_mapped` for mouse; `low_panel_coverage` for a class that cannot be reported; `no_mito_genes`.
///
/// # Errors
/// [`PurityError::Invalid`] where profile and panels do not fit, [`PurityError::UnknownSpecies`],
/// [`PurityError::NoTargetGene`] where no gene of the stromal key is measured.
pub fn resolve(profile: &Profile, panels: &Panels, features: &FeatureTable) -> Result<Noted<Resolved>, PurityError> {
    profile.check(panels)?;
    let species = Species::detect(features)?;
    let index = GeneIndex::new(features, panels, species);
    let mut warnings = Vec::new();
    if species == Species::Mouse {
        warnings.push(Warning::new(
            "species_mapped",
            "the features are mouse genes; panels were mapped from human, and genes without a mouse ortholog count as \
             missing: results show the method, not a human product",
        ));
    }

    let (genes, coverage) = find(panels, &profile.target.panels, &index, |_| true);
    if genes.is_empty() {
        let measured: Vec<usize> =
            (0..features.len()).filter(|&i| features.kinds[i] == FeatureKind::GeneExpression).collect();
        let wanted: Vec<&str> = coverage.missing.iter().take(3).map(String::as_str).collect();
        return Err(PurityError::NoTargetGene {
            n_features: measured.len(),
            wanted: wanted.join(", "),
            examples: examples(features, &measured),
        });
    }
    let target = ResolvedClass {
        id: profile.target.id.clone(),
        name_en: profile.target.name_en.clone(),
        name_zh: profile.target.name_zh.clone(),
        parent: None,
        role: ClassRole::Component,
        when_target_high: TargetConflict::Target,
        reportable: is_reportable(&coverage, profile.target.min_coverage, profile.target.min_distinct),
        genes,
        coverage,
        min_distinct: profile.target.min_distinct,
        dominant: None,
        cell_ontology: Some(profile.cell_ontology.clone()),
    };
    let classes = resolve_classes(profile, panels, &index);
    for class in std::iter::once(&target).chain(&classes).filter(|c| c.parent.is_none() && !c.reportable) {
        warnings.push(low_coverage(class));
    }
    // One line for the sub-classes of each class that can itself be reported; those of another go without saying.
    for (top, class) in classes.iter().enumerate().filter(|(_, c)| c.parent.is_none() && c.reportable) {
        let lost: Vec<String> = classes
            .iter()
            .filter(|c| c.parent == Some(top) && !c.reportable)
            .map(|c| format!("{} ({} of {} genes)", c.id, c.coverage.present, c.coverage.total))
            .collect();
        if !lost.is_empty() {
            warnings.push(Warning::new(
                "low_panel_coverage",
                format!(
                    "sub-classes of '{}' are not reportable, for too few of their genes are among the features: {}; \
                     their cells are counted in '{}'",
                    class.id,
                    lost.join(", "),
                    class.id
                ),
            ));
        }
    }
    let sets = sets::gene_sets(features, panels, &index);
    if sets.mito.is_empty() {
        warnings.push(Warning::new(
            "no_mito_genes",
            "no mitochondrial gene is among the features, so dying cells cannot be told by RNA",
        ));
    }
    let value = Resolved {
        rollups: rollups(profile, &classes),
        subsets: profile.subsets.iter().map(|s| resolve_subset(s, panels, &index)).collect(),
        modules: profile.modules.iter().filter_map(|id| resolve_module(id, profile, panels, &index)).collect(),
        waivers: waivers(profile, panels),
        support: support(profile, panels, &index)?,
        species,
        target,
        classes,
        sets,
    };
    Ok(Noted { value, warnings })
}

/// The genes of some groups of the built-in panels, each once, by symbol: with its columns where it is among the features.
/// The same list for every lot, whatever its profile, its rules and its own panels.
///
/// # Errors
/// [`PurityError::UnknownSpecies`].
pub(crate) fn find_builtin(
    groups: &[&str],
    features: &FeatureTable,
) -> Result<(Species, BTreeMap<&'static str, Option<ResolvedGene>>), PurityError> {
    let panels = Panels::builtin()?;
    let species = Species::detect(features)?;
    let index = GeneIndex::new(features, panels, species);
    let named = panels.panels.iter().filter(|p| groups.contains(&p.group.as_str())).flat_map(|p| &p.markers);
    let found = named.map(|m| (m.symbol.as_str(), index.find(&m.symbol, &m.ensembl))).collect();
    Ok((species, found))
}

/// Decisive genes of some panels: those found, and the account.
fn find(
    panels: &Panels,
    named: &[String],
    index: &GeneIndex<'_>,
    counts: impl Fn(&str) -> bool,
) -> (Vec<ResolvedGene>, Coverage) {
    let mut coverage = Coverage::default();
    let mut genes: Vec<ResolvedGene> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for marker in named.iter().filter_map(|id| panels.get(id)).flat_map(|p| p.markers_of(Direction::Pos)) {
        if !counts(&marker.symbol) || !seen.insert(marker.symbol.as_str()) {
            continue;
        }
        coverage.total += 1;
        if let Some(gene) = index.find(&marker.symbol, &marker.ensembl) {
            coverage.present += 1;
            genes.push(gene);
        } else {
            coverage.missing.push(marker.symbol.clone());
        }
    }
    (genes, coverage)
}

fn is_reportable(coverage: &Coverage, min_coverage: f64, min_distinct: u32) -> bool {
    coverage.present >= min_distinct as usize && coverage.share() >= min_coverage
}

fn resolve_classes(profile: &Profile, panels: &Panels, index: &GeneIndex<'_>) -> Vec<ResolvedClass> {
    let mut resolved = Vec::with_capacity(profile.classes.len());
    for top in profile.classes.iter().filter(|c| c.parent.is_none()) {
        let parent = resolved.len();
        let own = |c: &&crate::Class| c.parent.as_deref() == Some(top.id.as_str());
        let subs: Vec<&crate::Class> = profile.classes.iter().filter(own).collect();
        for class in std::iter::once(top).chain(subs.iter().copied()) {
            let is_top = std::ptr::eq(class, top);
            let mut named = class.panels.clone();
            if is_top {
                named.extend(subs.iter().flat_map(|s| s.panels.iter().cloned()));
            }
            let (genes, coverage) = find(panels, &named, index, |gene| !profile.is_waived(gene));
            resolved.push(ResolvedClass {
                id: class.id.clone(),
                name_en: class.name_en.clone(),
                name_zh: class.name_zh.clone(),
                parent: (!is_top).then_some(parent),
                role: class.role,
                when_target_high: class.when_target_high,
                reportable: is_reportable(&coverage, class.min_coverage, class.min_distinct),
                genes,
                coverage,
                min_distinct: class.min_distinct,
                dominant: class.dominant,
                cell_ontology: class.cell_ontology.clone(),
            });
        }
    }
    resolved
}

fn low_coverage(class: &ResolvedClass) -> Warning {
    let Coverage { present, total, missing } = &class.coverage;
    let first: Vec<&str> = missing.iter().take(8).map(String::as_str).collect();
    let rest = missing.len() - first.len();
    let rest = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    Warning::new(
        "low_panel_coverage",
        format!(
            "class '{}' is not reportable: only {present} of its {total} genes are among the features (missing: {}{rest})",
            class.id,
            first.join(", ")
        ),
    )
}

fn rollups(profile: &Profile, classes: &[ResolvedClass]) -> Vec<ResolvedRollup> {
    let position = |id: &String| classes.iter().position(|c| c.id == *id);
    profile
        .rollups
        .iter()
        .map(|r| ResolvedRollup {
            id: r.id.clone(),
            name_en: r.name_en.clone(),
            name_zh: r.name_zh.clone(),
            members: r.of.iter().filter_map(position).collect(),
        })
        .collect()
}

fn resolve_subset(subset: &crate::Subset, panels: &Panels, index: &GeneIndex<'_>) -> ResolvedSubset {
    let (genes, coverage) = find(panels, &subset.panels, index, |_| true);
    ResolvedSubset {
        id: subset.id.clone(),
        name_en: subset.name_en.clone(),
        name_zh: subset.name_zh.clone(),
        reportable: is_reportable(&coverage, 0.5, subset.min_distinct),
        genes,
        coverage,
        min_distinct: subset.min_distinct,
        cell_ontology: subset.cell_ontology.clone(),
    }
}

/// Without the genes that a rule silences: they are neither found nor missing.
fn resolve_module(id: &str, profile: &Profile, panels: &Panels, index: &GeneIndex<'_>) -> Option<Module> {
    let panel = panels.get(id)?;
    let mut coverage = Coverage::default();
    let mut genes = Vec::new();
    for marker in panel.markers.iter().filter(|m| !profile.silenced.contains(&m.symbol)) {
        coverage.total += 1;
        if let Some(gene) = index.find(&marker.symbol, &marker.ensembl) {
            coverage.present += 1;
            genes.push((gene, marker.direction));
        } else {
            coverage.missing.push(marker.symbol.clone());
        }
    }
    Some(Module { id: id.to_owned(), name_en: panel.name_en.clone(), name_zh: panel.name_zh.clone(), genes, coverage })
}

/// The genes that the call model names, as far as they are measured.
fn support(profile: &Profile, panels: &Panels, index: &GeneIndex<'_>) -> Result<Vec<ResolvedGene>, PurityError> {
    let model = CallModel::builtin()?;
    let id = |gene: &str| {
        let marker = panels.panels.iter().flat_map(|p| &p.markers).find(|m| m.symbol == gene);
        marker.map(|m| m.ensembl.clone()).or_else(|| model.support.get(gene).cloned()).unwrap_or_default()
    };
    let counts = |gene: &&str| !profile.is_waived(gene) && !profile.silenced.iter().any(|s| s == gene);
    let named = model.named_genes();
    Ok(named.into_iter().filter(counts).filter_map(|gene| index.find(gene, &id(gene))).collect())
}

fn waivers(profile: &Profile, panels: &Panels) -> Vec<AppliedWaiver> {
    let decides = |class: &crate::Class, gene: &str| {
        let mut named = class.panels.iter().filter_map(|id| panels.get(id));
        named.any(|p| p.markers_of(Direction::Pos).any(|m| m.symbol == gene))
    };
    profile
        .waivers
        .iter()
        .map(|w| AppliedWaiver {
            gene: w.gene.clone(),
            reason: w.reason.clone(),
            classes: profile.classes.iter().filter(|c| decides(c, &w.gene)).map(|c| c.id.clone()).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
