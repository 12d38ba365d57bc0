//! Why an event was called so: what each marker says, for its class and against the target.

use puricell_core::{Dense, math};

use super::calls::EventCalls;
use super::hypotheses::{Hypotheses, Kind};
use super::model::EventModel;
use super::resolve::ResolvedEvents;
use crate::call::CallKind;

/// What one marker says of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkerEvidence {
    /// Index of [`ResolvedEvents::markers`].
    pub marker: usize,
    /// The event's value, on the scale of the threshold.
    pub value: f64,
    /// ln of how much likelier this value is in a cell of the class than in a target cell: the marker's factor in the
    /// likelihood of the one hypothesis over that in the other.
    pub log_ratio: f64,
}

/// Why one event was called so.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedEvent {
    /// The event.
    pub event: usize,
    /// The class weighed, an index of `Resolved::classes`: that of the call, or the likeliest of its sub-classes.
    pub class: usize,
    /// All markers used, by the weight of what they say; in the order of the markers where they weigh the same.
    pub markers: Vec<MarkerEvidence>,
}

/// The evidence of events that were called a contaminant or suspect; any other is passed over, and so is every one where
/// the target cannot be told. `values`, `resolved` and `model` are those of
/// [`call_events`](super::call_events), and the factors are its own. A marker whose value is NaN says nothing.
pub fn explain_events(
    events: impl IntoIterator<Item = usize>,
    values: &Dense<f32>,
    calls: &EventCalls,
    resolved: &ResolvedEvents,
    model: &EventModel,
) -> Vec<ExplainedEvent> {
    let hypotheses = Hypotheses::new(resolved, model);
    let place = |kind: Kind| hypotheses.kinds.iter().position(|k| *k == kind);
    let Some(target) = place(Kind::Target) else { return Vec::new() };
    let classes = &resolved.resolved.classes;
    let explain = |event: usize| {
        let kind = calls.events.get(event)?.as_ref()?.kind();
        let (CallKind::Class(top) | CallKind::Suspect(top)) = kind else { return None };
        let row = values.row(event);
        let ln_ratios: Vec<f64> = resolved.markers.iter().map(|m| m.ln_ratio(f64::from(row[m.column]))).collect();
        let says = |hypothesis: usize, marker: usize| hypotheses.ln_factor(hypothesis, marker, ln_ratios[marker]);
        let weight = |hypothesis: usize| (0..ln_ratios.len()).map(|m| says(hypothesis, m)).sum::<f64>();
        let members = (0..classes.len()).filter(|&c| c == top || classes[c].parent == Some(top));
        let weighed = members.filter_map(|c| Some((c, place(Kind::Class(c))?)));
        let (class, hypothesis) = weighed.max_by(|a, b| weight(a.1).total_cmp(&weight(b.1)).then(b.0.cmp(&a.0)))?;
        let mut markers: Vec<MarkerEvidence> = (0..ln_ratios.len())
            .map(|marker| MarkerEvidence {
                marker,
                value: f64::from(row[resolved.markers[marker].column]),
                log_ratio: says(hypothesis, marker) - says(target, marker),
            })
            .filter(|m| !m.value.is_nan())
            .collect();
        markers.sort_by(|a, b| b.log_ratio.abs().total_cmp(&a.log_ratio.abs()).then(a.marker.cmp(&b.marker)));
        Some(ExplainedEvent { event, class, markers })
    };
    events.into_iter().filter_map(explain).collect()
}

impl Hypotheses {
    /// ln of a marker's factor q r + (1 - q), where r is the likelihood ratio of carried over lacked.
    fn ln_factor(&self, hypothesis: usize, marker: usize, ln_ratio: f64) -> f64 {
        let q = self.carried(hypothesis, marker);
        math::ln(q * self.bounded_ratio(ln_ratio) + (1.0 - q))
    }
}

#[cfg(test)]
mod tests;
