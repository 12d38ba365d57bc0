//! What the tables beside the classes must satisfy: rules, guard, mixture, screens, transgene.

use std::collections::BTreeSet;

use toml::Spanned;

use crate::Problem;
use crate::error::is_id;
use crate::events::CytoProfile;
use crate::profile::parse::RawProfile;
use crate::profile::{ClassRole, MixtureComponent, Rule};

pub(super) fn check(raw: &RawProfile, report: &mut impl FnMut(usize, Problem)) {
    bases(raw, report);
    rules(raw, report);
    guard(raw, report);
    mixture(raw, report);
    screens(raw, report);
    transgene(raw, report);
}

fn not_empty(field: &'static str, of: &str, text: &str, at: usize, report: &mut impl FnMut(usize, Problem)) {
    if text.trim().is_empty() {
        report(at, Problem::Empty { field, of: of.to_owned() });
    }
}

fn bases(raw: &RawProfile, report: &mut impl FnMut(usize, Problem)) {
    let target = ("the target".to_owned(), &raw.target.get_ref().basis, raw.target.span().start);
    let classes = raw.classes.iter().map(|c| (format!("class '{}'", c.id.get_ref()), &c.basis, c.id.span().start));
    let subsets = raw.subsets.iter().map(|s| (format!("subset '{}'", s.id.get_ref()), &s.basis, s.id.span().start));
    for (of, basis, at) in std::iter::once(target).chain(classes).chain(subsets) {
        if let Some(basis) = basis {
            not_empty("basis", &of, basis, at, report);
        }
    }
}

fn rules(raw: &RawProfile, report: &mut impl FnMut(usize, Problem)) {
    let mut ids = BTreeSet::new();
    // Genes and markers already waived; a second waiver would say two reasons.
    let mut genes: BTreeSet<&str> = raw.waivers.iter().map(|w| w.gene.get_ref().as_str()).collect();
    let cytometry = raw.cytometry.as_ref().map(Spanned::get_ref);
    let mut markers: BTreeSet<&str> = cytometry.iter().flat_map(|c| &c.waivers).map(|w| w.marker.as_str()).collect();
    let events = cytometry.and_then(|c| CytoProfile::builtin(&c.profile).ok());
    for rule in &raw.rules {
        let (rule, at): (&Rule, usize) = (rule.get_ref(), rule.span().start);
        let of = format!("rule '{}'", rule.id);
        if !is_id(&rule.id) {
            report(at, Problem::IdFormat { id: rule.id.clone() });
        }
        if !ids.insert(&rule.id) {
            report(at, Problem::Duplicate { what: "rule", id: rule.id.clone() });
        }
        not_empty("reason", &of, &rule.reason, at, report);
        not_empty("basis", &of, &rule.basis, at, report);
        let when = rule.when;
        if when.passage_min.is_none() && when.passage_max.is_none() && when.sample_state.is_none() {
            report(at, Problem::NoCondition { rule: rule.id.clone() });
        }
        if let (Some(min), Some(max)) = (when.passage_min, when.passage_max)
            && min > max
        {
            let (field, found, expected) = ("passage_min", f64::from(min), "no more than passage_max");
            report(at, Problem::Range { field, of: of.clone(), found, expected });
        }
        for gene in rule.waive_genes.iter().filter(|g| !genes.insert(g.as_str())) {
            report(at, Problem::Duplicate { what: "the waiver of gene", id: gene.clone() });
        }
        for marker in &rule.waive_markers {
            let is_known = events.as_ref().is_some_and(|e| e.markers().contains(&marker.as_str()));
            if !is_known {
                report(at, Problem::Unknown { of: of.clone(), what: "marker of [cytometry]", name: marker.clone() });
            }
            if !markers.insert(marker) {
                report(at, Problem::Duplicate { what: "the waiver of marker", id: marker.clone() });
            }
        }
    }
}

fn guard(raw: &RawProfile, report: &mut impl FnMut(usize, Problem)) {
    let Some(guard) = &raw.guard else { return };
    let (guard, at) = (guard.get_ref(), guard.span().start);
    not_empty("reason", "[guard]", &guard.reason, at, report);
    not_empty("basis", "[guard]", &guard.basis, at, report);
    let is_top = |id: &String| raw.classes.iter().any(|c| c.parent.is_none() && c.id.get_ref() == id);
    for name in guard.refuse_if_majority.iter().filter(|id| !is_top(id)) {
        report(at, Problem::Unknown { of: "[guard]".to_owned(), what: "top class", name: name.clone() });
    }
}

fn mixture(raw: &RawProfile, report: &mut impl FnMut(usize, Problem)) {
    let Some(mixture) = &raw.mixture else { return };
    let (mixture, at) = (mixture.get_ref(), mixture.span().start);
    let mut named = BTreeSet::new();
    for component in &mixture.components {
        if !named.insert(&component.class) {
            report(at, Problem::Duplicate { what: "component", id: component.class.clone() });
        }
        not_empty("basis", &format!("component '{}'", component.class), &component.basis, at, report);
        component_class(raw, component, at, report);
        component_range(component, at, report);
    }
}

fn component_class(raw: &RawProfile, component: &MixtureComponent, at: usize, report: &mut impl FnMut(usize, Problem)) {
    let id = &component.class;
    let subset = raw.subsets.iter().any(|s| s.id.get_ref() == id);
    if id == "target" || subset {
        return;
    }
    let Some(class) = raw.classes.iter().find(|c| c.id.get_ref() == id) else {
        report(at, Problem::Unknown { of: "[mixture]".to_owned(), what: "class", name: id.clone() });
        return;
    };
    let parent = class.parent.as_ref().map(Spanned::get_ref);
    let top = raw.classes.iter().find(|c| Some(c.id.get_ref()) == parent);
    match class.role.or(top.and_then(|t| t.role)) {
        Some(ClassRole::Component) | None => {}
        Some(role) => report(at, Problem::NotComponent { class: id.clone(), role: role.name() }),
    }
}

fn component_range(component: &MixtureComponent, at: usize, report: &mut impl FnMut(usize, Problem)) {
    let item = format!("component '{}'", component.class);
    for (field, value) in [("min", component.range.min), ("max", component.range.max)] {
        if let Some(found) = value.filter(|v| !(0.0..=1.0).contains(v)) {
            let expected = "a fraction from 0 to 1 (2 % is 0.02)";
            report(at, Problem::Range { field, of: item.clone(), found, expected });
        }
    }
    match (component.range.min, component.range.max) {
        (None, None) => report(at, Problem::NoLimit { item: component.class.clone() }),
        (Some(min), Some(max)) if min > max => {
            report(at, Problem::LimitOrder { item: component.class.clone(), min, max });
        }
        _ => {}
    }
}

fn screens(raw: &RawProfile, report: &mut impl FnMut(usize, Problem)) {
    for screen in &raw.screens {
        let (screen, at) = (screen.get_ref(), screen.span().start);
        let of = format!("the screen for '{}'", screen.class);
        if !raw.classes.iter().any(|c| *c.id.get_ref() == screen.class) {
            report(at, Problem::Unknown { of: "[[screen]]".to_owned(), what: "class", name: screen.class.clone() });
        }
        for (field, text) in [
            ("shows", &screen.shows),
            ("cannot_show", &screen.cannot_show),
            ("orthogonal", &screen.orthogonal),
            ("basis", &screen.basis),
        ] {
            not_empty(field, &of, text, at, report);
        }
        for excluded in &screen.excluded {
            not_empty("reason", &format!("the exclusion of {}", excluded.gene), &excluded.reason, at, report);
        }
    }
}

fn transgene(raw: &RawProfile, report: &mut impl FnMut(usize, Problem)) {
    let Some(transgene) = &raw.transgene else { return };
    let (transgene, at) = (transgene.get_ref(), transgene.span().start);
    let of = "[transgene]";
    if transgene.min_molecules == 0 {
        let expected = "at least 1";
        report(at, Problem::Range { field: "min_molecules", of: of.to_owned(), found: 0.0, expected });
    }
    let mut seen = BTreeSet::new();
    for feature in &transgene.features {
        not_empty("features", of, feature, at, report);
        if !seen.insert(feature) {
            report(at, Problem::Duplicate { what: "transgene", id: feature.clone() });
        }
    }
}

#[cfg(test)]
mod tests;
