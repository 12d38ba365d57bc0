//! The English words that figures, tables and pages without languages share, out of the catalogue.

use crate::model::{IntervalMethod, Model, Role, Status, ThresholdSource};
use crate::terms::words as said;

/// What a lot was measured by: cells by their genes, or events by their markers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Units {
    /// `cell`
    pub(crate) one: &'static str,
    /// `cells`
    pub(crate) many: &'static str,
    /// `Cell`
    pub(crate) first: &'static str,
    /// `Cells`
    pub(crate) title: &'static str,
}

/// The words of this lot.
pub(crate) fn of_what(model: &Model) -> Units {
    units(model.cytometry.is_some())
}

/// The words of events, or of cells.
pub(crate) fn units(is_of_events: bool) -> Units {
    if is_of_events {
        Units { one: "event", many: "events", first: "Event", title: "Events" }
    } else {
        Units { one: "cell", many: "cells", first: "Cell", title: "Cells" }
    }
}

/// The status in words.
pub(crate) fn status(status: Status) -> &'static str {
    said::status(status).en
}

/// A sign beside the word, so that colour is never needed.
pub(crate) fn status_sign(status: Status) -> &'static str {
    match status {
        Status::Meets => "✓",
        Status::DoesNotMeet => "✕",
        Status::Inconclusive => "?",
        Status::Informative => "i",
        Status::NotReportable => "–",
    }
}

/// The status as a CSS class.
pub(crate) fn status_class(status: Status) -> &'static str {
    match status {
        Status::Meets => "meets",
        Status::DoesNotMeet => "fails",
        Status::Inconclusive => "open",
        Status::Informative => "info",
        Status::NotReportable => "none",
    }
}

/// The role in words.
pub(crate) fn role(role: Role) -> &'static str {
    said::role(role).en
}

/// What a threshold rests on, in words.
pub(crate) fn threshold_source(source: ThresholdSource) -> &'static str {
    said::threshold_source(source).en
}

/// A method of intervals, before "95 % interval".
pub(crate) fn interval(method: IntervalMethod) -> &'static str {
    said::interval(method).en
}
