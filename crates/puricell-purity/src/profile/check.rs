//! What a profile must satisfy beyond its form.

use std::collections::{BTreeMap, BTreeSet};

use super::parse::{RawClass, RawProfile};
use super::{PROFILE_SCHEMA, Profile};
use crate::error::{Document, Located, Problem, PurityError, is_id, line_of};
use crate::{Direction, Panels};

/// Ids that the program itself gives a meaning.
const RESERVED: [&str; 8] =
    ["target", "suspect", "unassigned", "non_viable", "debris", "low_counts", "low_features", "doublet"];

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
    for (field, value, low, high, expected) in numbers(raw) {
        if !(low..=high).contains(&value) {
            let (at, of) = if field.contains("analysis") {
                (raw.analysis.span().start, "[analysis]")
            } else {
                (raw.qc.span().start, "[qc]")
            };
            let field = field.trim_start_matches("analysis.");
            report(at, Problem::Range { field, of: of.to_owned(), found: value, expected });
        }
    }
    let (qc, at) = (raw.qc.get_ref(), raw.qc.span().start);
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
    let mut ids = BTreeSet::new();
    let named = raw
        .classes
        .iter()
        .map(|c| ("class", &c.id))
        .chain(raw.rollups.iter().map(|r| ("roll-up", &r.id)))
        .chain(raw.subsets.iter().map(|s| ("subset", &s.id)));
    for (what, id) in named {
        let (id, at) = (id.get_ref(), id.span().start);
        if !is_id(id) {
            report(at, Problem::IdFormat { id: id.clone() });
        }
        if RESERVED.contains(&id.as_str()) {
            report(at, Problem::Reserved { id: id.clone() });
        }
        if !ids.insert(id) {
            report(at, Problem::Duplicate { what, id: id.clone() });
        }
    }
    let classes: BTreeMap<&str, &RawClass> = raw.classes.iter().map(|c| (c.id.get_ref().as_str(), c)).collect();
    for class in &raw.classes {
        check_class(class, &classes, &mut report);
    }
    for rollup in &raw.rollups {
        for member in rollup.of.iter().filter(|m| !classes.contains_key(m.get_ref().as_str())) {
            let of = format!("roll-up '{}'", rollup.id.get_ref());
            report(member.span().start, Problem::Unknown { of, what: "class", name: member.get_ref().clone() });
        }
    }
    for subset in &raw.subsets {
        let of = format!("subset '{}'", subset.id.get_ref());
        check_key(&of, subset.min_distinct, 0.0, subset.id.span().start, &mut report);
    }
    for waiver in raw.waivers.iter().filter(|w| w.reason.trim().is_empty()) {
        let of = format!("the waiver of {}", waiver.gene.get_ref());
        report(waiver.gene.span().start, Problem::Empty { field: "reason", of });
    }
    found
}

fn numbers(raw: &RawProfile) -> Vec<(&'static str, f64, f64, f64, &'static str)> {
    let (qc, analysis) = (raw.qc.get_ref(), raw.analysis.get_ref());
    let any = f64::MAX;
    vec![
        ("mads_low", qc.mads_low, f64::MIN_POSITIVE, any, "a number above 0"),
        ("mads_high", qc.mads_high, f64::MIN_POSITIVE, any, "a number above 0"),
        ("mito_mads", qc.mito_mads, f64::MIN_POSITIVE, any, "a number above 0"),
        ("mito_min", qc.mito_min, 0.0, 1.0, "a fraction from 0 to 1"),
        ("mito_cap", qc.mito_cap, 0.0, 1.0, "a fraction from 0 to 1"),
        ("analysis.n_variable", analysis.n_variable as f64, 1.0, any, "at least 1"),
        ("analysis.n_components", analysis.n_components as f64, 1.0, any, "at least 1"),
        ("analysis.k", analysis.k as f64, 1.0, any, "at least 1"),
        ("analysis.resolution", analysis.resolution, f64::MIN_POSITIVE, any, "a number above 0"),
    ]
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

fn check_class(class: &RawClass, classes: &BTreeMap<&str, &RawClass>, report: &mut impl FnMut(usize, Problem)) {
    let (id, at) = (class.id.get_ref().clone(), class.id.span().start);
    let of = format!("class '{id}'");
    check_key(&of, class.min_distinct, class.min_coverage, at, report);
    if let Some(dominant) = class.dominant
        && !(dominant.min_share > 0.0 && dominant.min_share <= 1.0)
    {
        let (field, found, expected) = ("min_share", dominant.min_share, "a fraction above 0 and up to 1");
        report(at, Problem::Range { field, of: of.clone(), found, expected });
    }
    match &class.parent {
        None if class.role.is_none() => report(at, Problem::NoRole { class: id }),
        None => {}
        Some(parent) => {
            let (name, at) = (parent.get_ref().clone(), parent.span().start);
            match classes.get(name.as_str()) {
                None => report(at, Problem::Unknown { of, what: "parent", name }),
                Some(top) if top.parent.is_some() => report(at, Problem::NestedParent { class: id, parent: name }),
                Some(top) if class.role.is_some() && class.role != top.role => {
                    report(at, Problem::RoleDiffers { class: id, parent: name });
                }
                Some(_) => {}
            }
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
    for waiver in &profile.waivers {
        if !panels.panels.iter().any(|p| p.markers.iter().any(|m| m.symbol == waiver.gene)) {
            let (of, name) = ("a waiver".to_owned(), waiver.gene.clone());
            report(&waiver.gene, Problem::Unknown { of, what: "gene", name });
        }
    }
    found
}

/// The error that lists the problems, if there are any.
pub(super) fn fail_if_any(problems: Vec<Located>, name: &str) -> Result<(), PurityError> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(PurityError::Invalid { document: Document::Profile, name: name.to_owned(), problems })
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
