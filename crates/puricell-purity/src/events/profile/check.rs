//! What a profile of cytometry must satisfy beyond its form.

use toml::Spanned;

use super::parse::{RawClass, RawProfile};
use super::{CYTO_PROFILE_SCHEMA, CytoProfile, EventTarget, choices};
use crate::error::{Located, Problem, line_of};
use crate::events::MarkerPanel;
use crate::events::calls::{MAX_CLASSES, MAX_SUBSETS};
use crate::outline::{Outline, OutlinedClass, check_ranges};

pub(super) fn in_itself(raw: &RawProfile, text: &str) -> Vec<Located> {
    let mut found = Vec::new();
    let mut report = |at: usize, problem| found.push(Located { line: Some(line_of(text, at)), problem });
    if raw.schema.get_ref() != CYTO_PROFILE_SCHEMA {
        let problem = Problem::Schema { found: raw.schema.get_ref().clone(), expected: CYTO_PROFILE_SCHEMA };
        report(raw.schema.span().start, problem);
    }
    if let Some(qc) = &raw.qc {
        check_ranges("[qc]", qc.span().start, qc.get_ref().ranges(), &mut report);
    }
    if let Some(analysis) = &raw.analysis {
        check_ranges("[analysis]", analysis.span().start, analysis.get_ref().ranges(), &mut report);
    }
    let (target, at) = (raw.target.get_ref(), raw.target.span().start);
    let lists = target_lists(target);
    repeated_marker("the target", &lists, |problem| report(at, problem));
    if target.min_positive < 2 {
        report(at, Problem::SingleMarker { of: "the target".to_owned(), found: target.min_positive });
    }
    let listed = target.counted().count();
    if listed < target.min_positive as usize {
        let (of, wanted) = ("the target".to_owned(), target.min_positive as usize);
        report(at, Problem::TooFewMarkers { of, wanted, found: listed });
    }

    let outline = Outline {
        classes: raw
            .classes
            .iter()
            .map(|c| OutlinedClass { id: &c.id, parent: c.parent.as_ref(), role: c.role })
            .collect(),
        rollups: &raw.rollups,
        subsets: raw.subsets.iter().map(|s| (s.get_ref().id.as_str(), s.span().start)).collect(),
    };
    outline.check(&mut report);
    for class in &raw.classes {
        let parent = class.parent.as_ref().map(Spanned::get_ref);
        let top = raw.classes.iter().find(|c| parent.is_some_and(|p| p == c.id.get_ref()));
        check_class(class, top, &mut report);
    }
    for subset in &raw.subsets {
        let (of, at) = (format!("subset '{}'", subset.get_ref().id), subset.span().start);
        if subset.get_ref().pos.is_empty() && subset.get_ref().neg.is_empty() {
            report(at, Problem::Empty { field: "pos", of: of.clone() });
        }
        repeated_marker(&of, &[&subset.get_ref().pos, &subset.get_ref().neg], |problem| report(at, problem));
    }
    if let Some(class) = raw.classes.get(MAX_CLASSES) {
        report(
            class.id.span().start,
            Problem::TooMany { what: "classes", found: raw.classes.len(), limit: MAX_CLASSES },
        );
    }
    if let Some(subset) = raw.subsets.get(MAX_SUBSETS) {
        report(subset.span().start, Problem::TooMany { what: "subsets", found: raw.subsets.len(), limit: MAX_SUBSETS });
    }
    if let Some(guard) = &raw.guard {
        let (guard, at) = (guard.get_ref(), guard.span().start);
        for (field, text) in [("reason", &guard.reason), ("basis", &guard.basis)] {
            if text.trim().is_empty() {
                report(at, Problem::Empty { field, of: "[guard]".to_owned() });
            }
        }
        let is_top = |id: &String| raw.classes.iter().any(|c| c.parent.is_none() && c.id.get_ref() == id);
        for name in guard.refuse_if_majority.iter().filter(|id| !is_top(id)) {
            report(at, Problem::Unknown { of: "[guard]".to_owned(), what: "top class", name: name.clone() });
        }
    }
    for waiver in raw.waivers.iter().filter(|w| w.get_ref().reason.trim().is_empty()) {
        let of = format!("the waiver of {}", waiver.get_ref().marker);
        report(waiver.span().start, Problem::Empty { field: "reason", of });
    }
    found
}

/// `top` is the class's parent.
fn check_class(class: &RawClass, top: Option<&RawClass>, report: &mut impl FnMut(usize, Problem)) {
    let (of, at) = (format!("class '{}'", class.id.get_ref()), class.id.span().start);
    let carried = [&class.required, &class.pos, &class.dim, &class.bright, &class.optional];
    let lists: Vec<_> = carried.into_iter().chain([&class.excluded, &class.neg, &class.either]).collect();
    repeated_marker(&of, &lists, |problem| report(at, problem));
    let taken_over =
        top.iter().flat_map(|t| t.carried()).filter(|m| !class.dim.contains(m) && !class.bright.contains(m)).count();
    let required = class.carried().count() + taken_over;
    let negative = std::iter::once(class).chain(top).map(|c| c.neg.len() + c.excluded.len()).sum::<usize>();
    let has_reason = class.single_marker_reason.as_ref().is_some_and(|r| !r.trim().is_empty());
    // One positive marker calls a cell only where its absence from the target's kind is shown beside it.
    if class.min_positive == 0 || (class.min_positive == 1 && !(has_reason && negative > 0)) {
        report(at, Problem::SingleMarker { of: of.clone(), found: class.min_positive });
    }
    if required < class.min_positive as usize {
        report(at, Problem::TooFewMarkers { of, wanted: class.min_positive as usize, found: required });
    }
}

fn target_lists(target: &EventTarget) -> [&Vec<String>; 6] {
    [&target.required, &target.excluded, &target.pos, &target.modulated, &target.neg, &target.either]
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
    let mut lists = vec![("target", target_lists(target).to_vec())];
    for class in &profile.classes {
        let (carried, lacked) =
            ([&class.required, &class.pos, &class.dim, &class.bright, &class.optional], [&class.neg, &class.excluded]);
        let own = carried.into_iter().chain(lacked).chain([&class.either, &class.needs]);
        lists.push((&class.id, own.collect()));
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
