//! Ids, parents and roles of a profile.

use std::collections::{BTreeMap, BTreeSet};

use puricell_core::DropReason;
use toml::Spanned;

use super::RawRollup;
use crate::error::is_id;
use crate::{ClassRole, Problem};

/// Ids that the program itself gives a meaning, beside the reasons for which cells are not kept.
const RESERVED: [&str; 4] = ["target", "suspect", "unassigned", "non_viable"];

/// A class as far as its place among the others goes.
pub(crate) struct OutlinedClass<'a> {
    pub(crate) id: &'a Spanned<String>,
    pub(crate) parent: Option<&'a Spanned<String>>,
    pub(crate) role: Option<ClassRole>,
}

/// The ids of a profile.
pub(crate) struct Outline<'a> {
    pub(crate) classes: Vec<OutlinedClass<'a>>,
    pub(crate) rollups: &'a [RawRollup],
    /// Id of each subset and the byte at which it stands.
    pub(crate) subsets: Vec<(&'a str, usize)>,
}

impl Outline<'_> {
    /// Ids are words, no two are the same and none is reserved; a parent is a top class of the same role; a top class has
    /// a role; roll-ups are of classes.
    pub(crate) fn check(&self, report: &mut impl FnMut(usize, Problem)) {
        self.check_ids(report);
        let classes: BTreeMap<&str, &OutlinedClass> =
            self.classes.iter().map(|c| (c.id.get_ref().as_str(), c)).collect();
        for class in &self.classes {
            check_place(class, &classes, report);
        }
        for rollup in self.rollups {
            for member in rollup.of.iter().filter(|m| !classes.contains_key(m.get_ref().as_str())) {
                let of = format!("roll-up '{}'", rollup.id.get_ref());
                report(member.span().start, Problem::Unknown { of, what: "class", name: member.get_ref().clone() });
            }
        }
    }

    fn check_ids(&self, report: &mut impl FnMut(usize, Problem)) {
        let mut ids = BTreeSet::new();
        let named = self
            .classes
            .iter()
            .map(|c| ("class", c.id.get_ref().as_str(), c.id.span().start))
            .chain(self.rollups.iter().map(|r| ("roll-up", r.id.get_ref().as_str(), r.id.span().start)))
            .chain(self.subsets.iter().map(|&(id, at)| ("subset", id, at)));
        for (what, id, at) in named {
            if !is_id(id) {
                report(at, Problem::IdFormat { id: id.to_owned() });
            }
            if RESERVED.contains(&id) || DropReason::ALL.iter().any(|reason| reason.name() == id) {
                report(at, Problem::Reserved { id: id.to_owned() });
            }
            if !ids.insert(id) {
                report(at, Problem::Duplicate { what, id: id.to_owned() });
            }
        }
    }
}

fn check_place(
    class: &OutlinedClass,
    classes: &BTreeMap<&str, &OutlinedClass>,
    report: &mut impl FnMut(usize, Problem),
) {
    let (id, at) = (class.id.get_ref().clone(), class.id.span().start);
    let Some(parent) = class.parent else {
        if class.role.is_none() {
            report(at, Problem::NoRole { class: id });
        }
        return;
    };
    let (name, at) = (parent.get_ref().clone(), parent.span().start);
    match classes.get(name.as_str()) {
        None => report(at, Problem::Unknown { of: format!("class '{id}'"), what: "parent", name }),
        Some(top) if top.parent.is_some() => report(at, Problem::NestedParent { class: id, parent: name }),
        Some(top) if class.role.is_some() && class.role != top.role => {
            report(at, Problem::RoleDiffers { class: id, parent: name });
        }
        Some(_) => {}
    }
}
