//! Counting calls.

use std::borrow::Borrow;

use puricell_core::DropReason;

use crate::call::CallKind;
use crate::profile::ClassRole;
use crate::{Outcome, PurityError, Resolved};

pub(super) struct Counts {
    pub(super) loaded: u64,
    pub(super) kept: u64,
    pub(super) classified: u64,
    pub(super) target: u64,
    pub(super) suspect: u64,
    pub(super) unassigned: u64,
    /// Per entry of `Resolved::classes`; a sub-class's cells are in its parent's count too.
    pub(super) classes: Vec<u64>,
    /// Per entry of `Resolved::subsets`.
    pub(super) subsets: Vec<u64>,
    /// Per entry of `DropReason::ALL`.
    pub(super) dropped: Vec<u64>,
}

pub(super) fn count<O: Borrow<Outcome>>(
    resolved: &Resolved,
    outcomes: impl Iterator<Item = O>,
) -> Result<Counts, PurityError> {
    let mut counts = Counts {
        loaded: 0,
        kept: 0,
        classified: 0,
        target: 0,
        suspect: 0,
        unassigned: 0,
        classes: vec![0; resolved.classes.len()],
        subsets: vec![0; resolved.subsets.len()],
        dropped: vec![0; DropReason::ALL.len()],
    };
    for (cell, outcome) in outcomes.enumerate() {
        counts.loaded += 1;
        let refuse = |index, why| Err(PurityError::Outcome { cell, index, why });
        let called = match outcome.borrow() {
            Outcome::Dropped(reason) => {
                for (count, known) in counts.dropped.iter_mut().zip(DropReason::ALL) {
                    *count += u64::from(known == *reason);
                }
                continue;
            }
            Outcome::Called(called) => called,
        };
        counts.kept += 1;
        let class = match called.kind {
            CallKind::Target => {
                counts.target += 1;
                counts.classified += 1;
                for &subset in &called.subsets {
                    let Some(count) = counts.subsets.get_mut(subset) else {
                        return refuse(subset, "there is no such subset");
                    };
                    *count += 1;
                }
                continue;
            }
            CallKind::Suspect(_) => {
                counts.suspect += 1;
                continue;
            }
            CallKind::Unassigned => {
                counts.unassigned += 1;
                continue;
            }
            CallKind::Class(class) => class,
        };
        let Some(found) = resolved.classes.get(class) else { return refuse(class, "there is no such class") };
        if found.parent.is_some() {
            return refuse(class, "it is a sub-class; a call names the top class and the sub-class apart");
        }
        if !found.reportable {
            return refuse(class, "the class is not reportable");
        }
        counts.classes[class] += 1;
        counts.classified += u64::from(found.role != ClassRole::Excluded);
        if let Some(subclass) = called.subclass {
            if resolved.classes.get(subclass).is_none_or(|s| s.parent != Some(class)) {
                return refuse(subclass, "it is no sub-class of the class called");
            }
            counts.classes[subclass] += 1;
        }
    }
    Ok(counts)
}
