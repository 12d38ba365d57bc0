//! What a profile of cytometry must satisfy beyond its form.

use std::collections::BTreeMap;

use super::parse::{RawClass, RawProfile};
use super::{CYTO_PROFILE_SCHEMA, CytoProfile, choices};
use crate::PurityError;
use crate::error::{Document, Located, Problem, is_id, line_of};
use crate::events::MarkerPanel;

/// Ids that the program itself gives a meaning.
const RESERVED: [&str; 7] = ["target", "suspect", "unassigned", "non_viable", "debris", "doublet", "margin"];

pub(super) fn in_itself(raw: &RawProfile, text: &str) -> Vec<Located> {
    let mut found = Vec::new();
    let mut report = |at: usize, problem| found.push(Located { line: Some(line_of(text, at)), problem });
    if raw.schema.get_ref() != CYTO_PROFILE_SCHEMA {
        let problem = Problem::Schema { found: raw.schema.get_ref().clone(), expected: CYTO_PROFILE_SCHEMA };
        report(raw.schema.span().start, problem);
    }
    let (target, at) = (raw.target.get_ref(), raw.target.span().start);
    let lists = [&target.pos, &target.modulated, &target.neg, &target.either];
    repeated_marker("the target", &lists, |problem| report(at, problem));
    if target.min_positive < 2 {
        report(at, Problem::SingleMarker { of: "the target".to_owned(), found: target.min_positive });
    }
    let listed = target.pos.len() + target.modulated.len();
    if listed < target.min_positive as usize {
        let (of, wanted) = ("the target".to_owned(), target.min_positive as usize);
        report(at, Problem::TooFewMarkers { of, wanted, found: listed });
    }

    let mut ids = Vec::new();
    let named = raw
        .classes
        .iter()
        .map(|c| ("class", c.id.get_ref(), c.id.span().start))
        .chain(raw.rollups.iter().map(|r| ("roll-up", r.id.get_ref(), r.id.span().start)))
        .chain(raw.subsets.iter().map(|s| ("subset", &s.get_ref().id, s.span().start)));
    for (what, id, at) in named {
        if !is_id(id) {
            report(at, Problem::IdFormat { id: id.clone() });
        }
        if RESERVED.contains(&id.as_str()) {
            report(at, Problem::Reserved { id: id.clone() });
        }
        if ids.contains(&id) {
            report(at, Problem::Duplicate { what, id: id.clone() });
        }
        ids.push(id);
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
        let (of, at) = (format!("subset '{}'", subset.get_ref().id), subset.span().start);
        if subset.get_ref().pos.is_empty() && subset.get_ref().neg.is_empty() {
            report(at, Problem::Empty { field: "pos", of: of.clone() });
        }
        repeated_marker(&of, &[&subset.get_ref().pos, &subset.get_ref().neg], |problem| report(at, problem));
    }
    // A call holds its subsets as bits of one word.
    if let Some(subset) = raw.subsets.get(32) {
        let (of, found) = ("the profile".to_owned(), raw.subsets.len() as f64);
        report(subset.span().start, Problem::Range { field: "subset", of, found, expected: "at most 32" });
    }
    for waiver in raw.waivers.iter().filter(|w| w.get_ref().reason.trim().is_empty()) {
        let of = format!("the waiver of {}", waiver.get_ref().marker);
        report(waiver.span().start, Problem::Empty { field: "reason", of });
    }
    found
}

fn check_class(class: &RawClass, classes: &BTreeMap<&str, &RawClass>, report: &mut impl FnMut(usize, Problem)) {
    let (id, at) = (class.id.get_ref().clone(), class.id.span().start);
    let of = format!("class '{id}'");
    let lists = [&class.pos, &class.dim, &class.optional, &class.neg, &class.either];
    repeated_marker(&of, &lists, |problem| report(at, problem));
    let mut required = class.pos.len() + class.dim.len();
    let mut negative = class.neg.len();
    match &class.parent {
        None if class.role.is_none() => report(at, Problem::NoRole { class: id }),
        None => {}
        Some(parent) => {
            let (name, at) = (parent.get_ref().clone(), parent.span().start);
            match classes.get(name.as_str()) {
                None => report(at, Problem::Unknown { of: of.clone(), what: "parent", name }),
                Some(top) if top.parent.is_some() => report(at, Problem::NestedParent { class: id, parent: name }),
                Some(top) => {
                    required += top.pos.iter().chain(&top.dim).filter(|m| !class.dim.contains(m)).count();
                    negative += top.neg.len();
                    if class.role.is_some() && class.role != top.role {
                        report(at, Problem::RoleDiffers { class: id, parent: name });
                    }
                }
            }
        }
    }
    let has_reason = class.single_marker_reason.as_ref().is_some_and(|r| !r.trim().is_empty());
    // One positive marker calls a cell only where its absence from the target's kind is shown beside it.
    if class.min_positive == 0 || (class.min_positive == 1 && !(has_reason && negative > 0)) {
        report(at, Problem::SingleMarker { of: of.clone(), found: class.min_positive });
    }
    if required < class.min_positive as usize {
        report(at, Problem::TooFewMarkers { of, wanted: class.min_positive as usize, found: required });
    }
}

fn repeated_marker(of: &str, lists: &[&Vec<String>], mut report: impl FnMut(Problem)) {
    let mut seen = Vec::new();
    for marker in lists.iter().copied().flatten() {
        if seen.contains(&marker) {
            report(Problem::RepeatedMarker { of: of.to_owned(), marker: marker.clone() });
        }
        seen.push(marker);
    }
}

pub(super) fn against_markers(profile: &CytoProfile, panel: &MarkerPanel) -> Vec<Located> {
    let target = &profile.target;
    let mut lists = vec![("target", vec![&target.pos, &target.modulated, &target.neg, &target.either])];
    for class in &profile.classes {
        let own = vec![&class.pos, &class.dim, &class.optional, &class.neg, &class.either, &class.needs];
        lists.push((&class.id, own));
    }
    for subset in &profile.subsets {
        lists.push((&subset.id, vec![&subset.pos, &subset.neg]));
    }
    let mut found = Vec::new();
    for (id, lists) in lists {
        for marker in lists.into_iter().flatten().flat_map(|m| choices(m)).filter(|m| panel.position(m).is_none()) {
            let (of, name) = (format!("'{id}'"), marker.to_owned());
            let problem = Problem::Unknown { of, what: "marker", name };
            found.push(Located { line: profile.lines.get(id).copied(), problem });
        }
    }
    for waiver in profile.waivers.iter().filter(|w| panel.position(&w.marker).is_none()) {
        let (of, name) = ("a waiver".to_owned(), waiver.marker.clone());
        found.push(Located { line: None, problem: Problem::Unknown { of, what: "marker", name } });
    }
    found
}

pub(super) fn fail_if_any(problems: Vec<Located>, name: &str) -> Result<(), PurityError> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(PurityError::Invalid { document: Document::CytoProfile, name: name.to_owned(), problems })
}
