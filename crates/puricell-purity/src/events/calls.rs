//! The call of each event.

use puricell_core::reduce::CHUNK;
use puricell_core::{CellMask, Dense};
use rayon::prelude::*;

use super::hypotheses::{Hypotheses, Kind};
use super::model::{EventModel, EventRule};
use super::resolve::{ResolvedEvents, Sign, SignedMarkers};
use super::threshold::MarkerThreshold;
use crate::call::CallKind;
use crate::{Outcome, PurityError};

mod event_call;

pub use event_call::EventCall;
pub(super) use event_call::{MAX_CLASSES, MAX_SUBSETS};

/// The calls of all events of a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct EventCalls {
    /// One entry per event; `None` for one that was not kept.
    pub events: Vec<Option<EventCall>>,
}

impl EventCalls {
    /// What became of each event, in order, for [`composition_of`](crate::composition_of). `mask` is the one that the
    /// events were called with.
    pub fn outcomes<'a>(&'a self, mask: &'a CellMask) -> impl Iterator<Item = Outcome> + 'a {
        self.events.iter().enumerate().filter_map(|(event, call)| match call {
            Some(call) => Some(Outcome::from(call)),
            None => mask.reason(event).map(Outcome::Dropped),
        })
    }
}

/// Calls the events that `mask` keeps, each by itself.
///
/// `values` are the transformed values on the scale of the thresholds, `n_events x n_channels`. Every hypothesis (the
/// target, each reportable class and sub-class, the target with each of these, none of them) is weighed by the signs of
/// all markers used; the likelihood is stated in `data/cytometry/call-model.toml`. A class is called only where as many
/// of its markers as its `min_positive` are seen at or above their thresholds, a dim one at or above the lower end of its
/// uncertain band and a bright one at or above the upper, for such a marker is carried weakly or strongly by definition (where one will do, a marker that it lacks
/// must be below), and a target likewise. A kind is weighed only where each of its `required` markers is at or above its
/// threshold and each of its `excluded` ones below (a doublet: the `required` of both). What does not reach the confidence asked for is unassigned. A NaN is no
/// evidence.
///
/// # Errors
/// [`PurityError::EventShape`] for a threshold of a column that `values` do not have, or a mask of another length;
/// [`PurityError::TooManyKinds`] for more than 254 classes or 32 subsets.
pub fn call_events(
    values: &Dense<f32>,
    mask: &CellMask,
    resolved: &ResolvedEvents,
    model: &EventModel,
) -> Result<EventCalls, PurityError> {
    if mask.n_loaded() != values.n_rows() {
        let (found, expected) = (mask.n_loaded(), values.n_rows());
        return Err(PurityError::EventShape { what: "number of events of the mask", found, expected });
    }
    if let Some(marker) = resolved.markers.iter().find(|m| m.column >= values.n_cols()) {
        let (found, expected) = (marker.column, values.n_cols());
        return Err(PurityError::EventShape { what: "column of a threshold", found, expected });
    }
    for (what, found, limit) in
        [("classes", resolved.classes.len(), MAX_CLASSES), ("subsets", resolved.subsets.len(), MAX_SUBSETS)]
    {
        if found > limit {
            return Err(PurityError::TooManyKinds { what, found, limit });
        }
    }
    let hypotheses = Hypotheses::new(resolved, model);
    let mut events = vec![None; values.n_rows()];
    events.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, calls)| {
        let mut caller = Caller::new(resolved, &hypotheses, &model.rule);
        for (i, call) in calls.iter_mut().enumerate() {
            let event = chunk * CHUNK + i;
            if mask.is_kept(event) {
                *call = Some(caller.call(values.row(event)));
            }
        }
    });
    Ok(EventCalls { events })
}

/// Calls one event after another in the same buffers.
struct Caller<'a> {
    resolved: &'a ResolvedEvents,
    hypotheses: &'a Hypotheses,
    rule: &'a EventRule,
    /// Whether each marker used is seen.
    seen: Vec<bool>,
    /// Whether it is seen as a dim one.
    seen_dimly: Vec<bool>,
    /// Whether it is seen as a bright one.
    seen_brightly: Vec<bool>,
    ln_ratios: Vec<f64>,
    ratios: Vec<(f64, f64)>,
    posterior: Vec<f64>,
    /// Posterior of each class, a top class with its sub-classes; and of doublets with it.
    classes: Vec<f64>,
    doublets: Vec<f64>,
}

impl<'a> Caller<'a> {
    fn new(resolved: &'a ResolvedEvents, hypotheses: &'a Hypotheses, rule: &'a EventRule) -> Self {
        let n = resolved.classes.len();
        Self {
            resolved,
            hypotheses,
            rule,
            seen: Vec::new(),
            seen_dimly: Vec::new(),
            seen_brightly: Vec::new(),
            ln_ratios: Vec::new(),
            ratios: Vec::new(),
            posterior: Vec::new(),
            classes: vec![0.0; n],
            doublets: vec![0.0; n],
        }
    }

    fn call(&mut self, values: &[f32]) -> EventCall {
        let value = |m: &MarkerThreshold| f64::from(values[m.column]);
        self.seen.clear();
        self.seen.extend(self.resolved.markers.iter().map(|m| m.is_positive(value(m))));
        self.seen_dimly.clear();
        self.seen_dimly.extend(self.resolved.markers.iter().map(|m| m.is_not_negative(value(m))));
        self.seen_brightly.clear();
        self.seen_brightly.extend(self.resolved.markers.iter().map(|m| m.is_clearly_positive(value(m))));
        self.ln_ratios.clear();
        self.ln_ratios.extend(self.resolved.markers.iter().map(|m| m.ln_ratio(value(m))));
        self.hypotheses.weigh(&self.seen, &self.ln_ratios, &mut self.ratios, &mut self.posterior);
        let (target, none) = self.gather();

        let classes = &self.resolved.resolved.classes;
        let best = |of: &[f64]| {
            let tops = (0..of.len()).filter(|&c| classes[c].parent.is_none() && of[c] > 0.0);
            tops.reduce(|a, b| if of[b] > of[a] { b } else { a })
        };
        let suspect: f64 = (0..classes.len()).filter(|&c| classes[c].parent.is_none()).map(|c| self.doublets[c]).sum();
        let target_seen = self.n_seen(&self.resolved.target) >= self.resolved.target.min_positive;
        if let Some(class) = best(&self.classes)
            && self.classes[class] >= self.rule.min_confidence
            && self.members(class).any(|c| self.is_shown(c))
        {
            return EventCall::new(CallKind::Class(class), self.subclass(class), 0, self.classes[class]);
        }
        if let Some(class) = best(&self.doublets)
            && target_seen
            && suspect >= self.rule.min_target_confidence
            && self.members(class).any(|c| self.n_seen(&self.resolved.classes[c]) >= self.min_positive(c))
        {
            return EventCall::new(CallKind::Suspect(class), None, 0, suspect);
        }
        if target_seen && target >= self.rule.min_target_confidence {
            return EventCall::new(CallKind::Target, None, self.subsets(), target);
        }
        let likeliest = self.classes.iter().chain(&self.doublets).fold(target.max(none), |a, &b| a.max(b));
        EventCall::new(CallKind::Unassigned, None, 0, likeliest)
    }

    /// Sums the posterior by class; gives that of the target and of none.
    fn gather(&mut self) -> (f64, f64) {
        self.classes.fill(0.0);
        self.doublets.fill(0.0);
        let (mut target, mut none) = (0.0, 0.0);
        let classes = &self.resolved.resolved.classes;
        for (kind, p) in self.hypotheses.kinds.iter().zip(&self.posterior) {
            match *kind {
                Kind::Target => target = *p,
                Kind::None => none = *p,
                Kind::Class(c) => {
                    self.classes[c] += p;
                    if let Some(top) = classes[c].parent {
                        self.classes[top] += p;
                    }
                }
                Kind::Doublet(c) => {
                    self.doublets[c] += p;
                    if let Some(top) = classes[c].parent {
                        self.doublets[top] += p;
                    }
                }
            }
        }
        (target, none)
    }

    /// A top class and its sub-classes that can be reported.
    fn members(&self, top: usize) -> impl Iterator<Item = usize> + '_ {
        let classes = &self.resolved.resolved.classes;
        (0..classes.len()).filter(move |&c| classes[c].reportable && (c == top || classes[c].parent == Some(top)))
    }

    fn n_seen(&self, signed: &SignedMarkers) -> usize {
        let is_seen = |marker: usize, sign: Sign| match sign {
            Sign::Dim => self.seen_dimly[marker],
            Sign::Bright => self.seen_brightly[marker],
            _ => sign.counts() && self.seen[marker],
        };
        signed.signs.iter().filter(|(marker, sign)| is_seen(*marker, *sign)).count()
    }

    fn min_positive(&self, class: usize) -> usize {
        self.resolved.classes[class].min_positive
    }

    /// Enough of the class's markers are seen, and where one will do, one that it lacks is not.
    fn is_shown(&self, class: usize) -> bool {
        let signed = &self.resolved.classes[class];
        let lacks_one = || signed.signs.iter().any(|(marker, sign)| sign.is_lacked() && !self.seen[*marker]);
        self.n_seen(signed) >= signed.min_positive && (signed.min_positive > 1 || lacks_one())
    }

    /// The sub-class that holds most of the class's posterior, if it holds enough and is shown.
    fn subclass(&self, top: usize) -> Option<usize> {
        let subs = self.members(top).filter(|&c| c != top);
        let best = subs.reduce(|a, b| if self.classes[b] > self.classes[a] { b } else { a })?;
        let share = self.classes[best] / self.classes[top];
        (share >= self.rule.min_subclass_share && self.is_shown(best)).then_some(best)
    }

    fn subsets(&self) -> u32 {
        let all = self.resolved.subsets.iter().zip(&self.resolved.resolved.subsets).enumerate();
        all.filter(|(_, (signed, subset))| {
            let fits = |&(marker, sign): &(usize, Sign)| self.seen[marker] == (sign == Sign::Positive);
            subset.reportable && signed.signs.iter().all(fits)
        })
        .fold(0, |bits, (i, _)| bits | (1 << i))
    }
}

#[cfg(test)]
mod tests;
