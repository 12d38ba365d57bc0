//! What a specification must satisfy beyond its form.

use std::collections::{BTreeMap, BTreeSet};

use super::{RawItem, RawSpec, SPEC_SCHEMA};
use crate::error::is_id;
use crate::{ClassList, ClassRole, Denominator, Problem};

/// Problems and the byte at which they stand.
pub(super) fn problems(raw: &RawSpec, list: &ClassList) -> Vec<(usize, Problem)> {
    let mut found = Vec::new();
    if raw.schema.get_ref() != SPEC_SCHEMA {
        let problem = Problem::Schema { found: raw.schema.get_ref().clone(), expected: SPEC_SCHEMA };
        found.push((raw.schema.span().start, problem));
    }
    if raw.items.is_empty() {
        let problem = Problem::Empty { field: "item", of: "the specification".to_owned() };
        found.push((raw.id.span().start, problem));
    }
    let mut ids = BTreeSet::new();
    let mut limited: BTreeMap<(&str, Denominator), &str> = BTreeMap::new();
    for item in &raw.items {
        let (id, at) = (item.id.get_ref(), item.id.span().start);
        if !is_id(id) {
            found.push((at, Problem::IdFormat { id: id.clone() }));
        }
        if !ids.insert(id) {
            found.push((at, Problem::Duplicate { what: "item", id: id.clone() }));
        }
        check_class(item, list, &mut found);
        check_limit(item, &mut found);
        for (field, value) in [("method", &item.method), ("justification", &item.justification)] {
            if value.get_ref().trim().is_empty() {
                found.push((value.span().start, Problem::Empty { field, of: format!("item '{id}'") }));
            }
        }
        let denominator = *item.denominator.get_ref();
        let first = *limited.entry((item.class.get_ref(), denominator)).or_insert(id);
        if first != id {
            let problem = Problem::SameLimit {
                first: first.to_owned(),
                second: id.clone(),
                class: item.class.get_ref().clone(),
                denominator: denominator.name(),
            };
            found.push((at, problem));
        }
    }
    found
}

fn check_class(item: &RawItem, list: &ClassList, found: &mut Vec<(usize, Problem)>) {
    let class = item.class.get_ref().as_str();
    let denominator = *item.denominator.get_ref();
    let known = list.class(class);
    let instead = if class == "target" || known.is_some_and(|c| c.parent.is_none()) {
        // Every denominator; a class outside `classified` has no fraction of it.
        let excluded = known.is_some_and(|c| c.role == ClassRole::Excluded);
        (excluded && denominator == Denominator::Classified).then_some("viable_singlets or all_events")
    } else if class == "suspect" || class == "unassigned" {
        (denominator == Denominator::Classified).then_some("viable_singlets or all_events")
    } else if class == "non_viable" {
        (denominator != Denominator::AllEvents).then_some("all_events")
    } else if known.is_some() || list.informative.iter().any(|id| id == class) {
        (denominator != Denominator::ViableSinglets).then_some("viable_singlets")
    } else {
        let of = format!("item '{}'", item.id.get_ref());
        found.push((item.class.span().start, Problem::Unknown { of, what: "class", name: class.to_owned() }));
        None
    };
    if let Some(instead) = instead {
        let problem = Problem::Denominator {
            item: item.id.get_ref().clone(),
            class: class.to_owned(),
            denominator: denominator.name(),
            instead,
        };
        found.push((item.denominator.span().start, problem));
    }
}

fn check_limit(item: &RawItem, found: &mut Vec<(usize, Problem)>) {
    let (limit, at, id) = (item.limit.get_ref(), item.limit.span().start, item.id.get_ref());
    for (field, value) in [("min", limit.min), ("max", limit.max)] {
        if let Some(value) = value
            && !(0.0..=1.0).contains(&value)
        {
            let (of, expected) = (format!("item '{id}'"), "a fraction from 0 to 1 (2 % is 0.02)");
            found.push((at, Problem::Range { field, of, found: value, expected }));
        }
    }
    match (limit.min, limit.max) {
        (None, None) => found.push((at, Problem::NoLimit { item: id.clone() })),
        (Some(min), Some(max)) if min > max => {
            found.push((at, Problem::LimitOrder { item: id.clone(), min, max }));
        }
        _ => {}
    }
}
