//! What a profile must satisfy beyond its form.

use std::collections::{BTreeMap, BTreeSet};

use super::parse::{RawClass, RawProfile};
use super::{CytometryUse, PROFILE_SCHEMA, Profile};
use crate::error::{Located, Problem, line_of};
use crate::events::CytoProfile;
use crate::outline::{Outline, OutlinedClass, check_ranges};
use crate::{Direction, Panels};

mod tables;

/// Problems that can be seen without the panels.
pub(super) fn in_itself(raw: &RawProfile, text: &str) -> Vec<Located> {
    let mut found = Vec::new();
    let mut report = |offset: usize, problem| found.push(Located { line: Some(line_of(text, offset)), problem });
    if raw.schema.get_ref() != PROFILE_SCHEMA {
        let problem = Problem::Schema { found: raw.schema.get_ref().clone(), expected: PROFILE_SCHEMA };
        report(raw.schema.span().start, problem);
    }
    for (field, value) in [("id", &raw.id), ("tissue_source", &raw.tissue_source)] {
        if value.get_ref().trim().is_empty() {
            report(value.span().start, Problem::Empty { field, of: "the profile".to_owned() });
        }
    }
    let (qc, at) = (raw.qc.get_ref(), raw.qc.span().start);
    check_ranges("[qc]", at, qc.ranges(), &mut report);
    let analysis = &raw.analysis;
    check_ranges("[analysis]", analysis.span().start, analysis.get_ref().ranges(), &mut report);
    if qc.mito_min > qc.mito_cap {
        let expected = "no more than mito_cap";
        report(at, Problem::Range { field: "mito_min", of: "[qc]".to_owned(), found: qc.mito_min, expected });
    }
    let target = raw.target.get_ref();
    if target.id.get_ref() != "target" {
        let (of, name) = ("[target]".to_owned(), target.id.get_ref().clone());
        report(target.id.span().start, Problem::Unknown { of, what: "id", name });
    }
    check_key("target", target.min_distinct, target.min_coverage, raw.target.span().start, &mut report);
    let outline = Outline {
        classes: raw
            .classes
            .iter()
            .map(|c| OutlinedClass { id: &c.id, parent: c.parent.as_ref(), role: c.role })
            .collect(),
        rollups: &raw.rollups,
        subsets: raw.subsets.iter().map(|s| (s.id.get_ref().as_str(), s.id.span().start)).collect(),
    };
    outline.check(&mut report);
    for class in &raw.classes {
        check_class(class, &mut report);
    }
    for subset in &raw.subsets {
        let of = format!("subset '{}'", subset.id.get_ref());
        check_key(&of, subset.min_distinct, 0.0, subset.id.span().start, &mut report);
    }
    tables::check(raw, &mut report);
    if let Some(cytometry) = &raw.cytometry {
        check_cytometry(cytometry.get_ref(), cytometry.span().start, &mut report);
    }
    for waiver in raw.waivers.iter().filter(|w| w.reason.trim().is_empty()) {
        let of = format!("the waiver of {}", waiver.gene.get_ref());
        report(waiver.gene.span().start, Problem::Empty { field: "reason", of });
    }
    found
}

fn check_key(of: &str, min_distinct: u32, min_coverage: f64, at: usize, report: &mut impl FnMut(usize, Problem)) {
    if min_distinct < 2 {
        report(at, Problem::SingleGene { of: of.to_owned(), found: min_distinct });
    }
    if !(0.0..=1.0).contains(&min_coverage) {
        let expected = "a fraction from 0 to 1";
        report(at, Problem::Range { field: "min_coverage", of: of.to_owned(), found: min_coverage, expected });
    }
}

fn check_class(class: &RawClass, report: &mut impl FnMut(usize, Problem)) {
    let (of, at) = (format!("class '{}'", class.id.get_ref()), class.id.span().start);
    check_key(&of, class.min_distinct, class.min_coverage, at, report);
    if let Some(dominant) = class.dominant
        && !(dominant.min_share > 0.0 && dominant.min_share <= 1.0)
    {
        let (field, found, expected) = ("min_share", dominant.min_share, "a fraction above 0 and up to 1");
        report(at, Problem::Range { field, of, found, expected });
    }
}

/// The profile of cytometry is built in, and names the markers waived.
fn check_cytometry(cytometry: &CytometryUse, at: usize, report: &mut impl FnMut(usize, Problem)) {
    let of = "[cytometry]";
    let unknown = |what, name: &str| Problem::Unknown { of: of.to_owned(), what, name: name.to_owned() };
    let Ok(events) = CytoProfile::builtin(&cytometry.profile) else {
        report(at, unknown("built-in cytometry profile", &cytometry.profile));
        return;
    };
    let known = events.markers();
    for waiver in &cytometry.waivers {
        if !known.contains(&waiver.marker.as_str()) {
            report(at, unknown("marker", &waiver.marker));
        }
        if waiver.reason.trim().is_empty() {
            let of = format!("the waiver of {} in {of}", waiver.marker);
            report(at, Problem::Empty { field: "reason", of });
        }
    }
}

/// Problems between a profile and the panels it names.
pub(super) fn against_panels(profile: &Profile, panels: &Panels) -> Vec<Located> {
    let mut found = Vec::new();
    let mut report = |id: &str, problem| found.push(Located { line: profile.lines.get(id).copied(), problem });
    for panel in profile.modules.iter().filter(|p| panels.get(p).is_none()) {
        let of = "the list of modules".to_owned();
        report("", Problem::Unknown { of, what: "panel", name: panel.clone() });
    }
    // Which top class each decisive gene speaks for.
    let mut owner: BTreeMap<&str, &str> = BTreeMap::new();
    let target = ("target", "target", &profile.target.panels, profile.target.min_distinct);
    let classes = profile
        .classes
        .iter()
        .map(|c| (c.id.as_str(), c.parent.as_deref().unwrap_or(&c.id), &c.panels, c.min_distinct));
    for (id, top, named, wanted) in std::iter::once(target).chain(classes) {
        let of = if id == "target" { "the target".to_owned() } else { format!("class '{id}'") };
        let genes = decisive(&of, named, panels, profile, id != "target", |problem| report(id, problem));
        let is_parent = profile.classes.iter().any(|c| c.parent.as_deref() == Some(id));
        let all_known = named.iter().all(|p| panels.get(p).is_some());
        if all_known && genes.len() < wanted as usize && !(is_parent && genes.is_empty()) {
            report(id, Problem::TooFewGenes { of, wanted: wanted as usize, found: genes.len() });
        }
        for gene in genes {
            let first = *owner.entry(gene).or_insert(top);
            if first != top {
                let (first, second) = (first.to_owned(), top.to_owned());
                report(id, Problem::SharedGene { gene: gene.to_owned(), first, second });
            }
        }
    }
    for subset in &profile.subsets {
        let of = format!("subset '{}'", subset.id);
        let genes = decisive(&of, &subset.panels, panels, profile, false, |problem| report(&subset.id, problem));
        if genes.len() < subset.min_distinct as usize {
            let wanted = subset.min_distinct as usize;
            report(&subset.id, Problem::TooFewGenes { of, wanted, found: genes.len() });
        }
    }
    check_genes_of_tables(profile, panels, &mut report);
    // Waivers of rules are looked at with their rules.
    let by_rule = |gene: &String| profile.rules.iter().any(|r| r.waive_genes.contains(gene));
    for waiver in profile.waivers.iter().filter(|w| !by_rule(&w.gene)) {
        if !panels.panels.iter().any(|p| p.markers.iter().any(|m| m.symbol == waiver.gene)) {
            let (of, name) = ("a waiver".to_owned(), waiver.gene.clone());
            report(&waiver.gene, Problem::Unknown { of, what: "gene", name });
        }
    }
    found
}

/// Genes that rules name are in some panel; genes that a screen excludes decide for it nowhere.
fn check_genes_of_tables(profile: &Profile, panels: &Panels, report: &mut impl FnMut(&str, Problem)) {
    for rule in &profile.rules {
        for gene in rule.waive_genes.iter().chain(&rule.silence_genes) {
            if !panels.panels.iter().any(|p| p.markers.iter().any(|m| m.symbol == *gene)) {
                let of = format!("rule '{}'", rule.id);
                report(&rule.id, Problem::Unknown { of, what: "gene", name: gene.clone() });
            }
        }
    }
    for screen in &profile.screens {
        let of_screen = |c: &&crate::Class| c.id == screen.class || c.parent.as_ref() == Some(&screen.class);
        let named = profile.classes.iter().filter(of_screen).flat_map(|c| &c.panels).filter_map(|id| panels.get(id));
        let genes: BTreeSet<&str> =
            named.flat_map(|p| p.markers_of(Direction::Pos)).map(|m| m.symbol.as_str()).collect();
        for excluded in
            screen.excluded.iter().filter(|e| genes.contains(e.gene.as_str()) && !profile.is_waived(&e.gene))
        {
            let (class, gene) = (screen.class.clone(), excluded.gene.clone());
            report(&screen.class, Problem::ExcludedGene { class, gene });
        }
    }
}

fn decisive<'a>(
    of: &str,
    named: &[String],
    panels: &'a Panels,
    profile: &Profile,
    waivers_hold: bool,
    mut report: impl FnMut(Problem),
) -> BTreeSet<&'a str> {
    let mut genes = BTreeSet::new();
    for id in named {
        let Some(panel) = panels.get(id) else {
            report(Problem::Unknown { of: of.to_owned(), what: "panel", name: id.clone() });
            continue;
        };
        genes.extend(panel.markers_of(Direction::Pos).map(|m| m.symbol.as_str()));
    }
    if waivers_hold {
        genes.retain(|g| !profile.is_waived(g));
    }
    genes
}
