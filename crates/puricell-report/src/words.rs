//! The words that documents and figures share.

use crate::model::{
    ChannelRole, DenominatorId, Detection, GateOrigin, IntervalMethod, Model, ParameterSource, Role, Status,
    ThresholdSource, Use,
};

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
    match status {
        Status::Meets => "meets",
        Status::DoesNotMeet => "does not meet",
        Status::Inconclusive => "inconclusive",
        Status::Informative => "informative",
        Status::NotReportable => "not reportable",
    }
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

/// The denominator in words.
pub(crate) fn denominator(id: DenominatorId, units: Units) -> &'static str {
    match id {
        DenominatorId::Classified if units.many == "events" => "classified events",
        DenominatorId::AllEvents => "all events",
        DenominatorId::ViableSinglets => "viable singlets",
        DenominatorId::Classified => "classified cells",
    }
}

/// The role in words.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Target => "target",
        Role::Component => "component",
        Role::Contaminant => "contaminant",
        Role::Informative => "informative",
        Role::Excluded => "excluded",
    }
}

/// The use in words.
pub(crate) fn purpose(purpose: Use) -> &'static str {
    match purpose {
        Use::Characterisation => "characterisation",
        Use::Release => "release",
        Use::InProcess => "in-process control",
    }
}

/// The origin of a parameter in words.
pub(crate) fn source(source: ParameterSource) -> &'static str {
    match source {
        ParameterSource::BuiltIn => "built-in",
        ParameterSource::Profile => "profile",
        ParameterSource::Spec => "specification",
        ParameterSource::File => "file",
        ParameterSource::CommandLine => "command line",
    }
}

/// What a threshold rests on, in words.
pub(crate) fn threshold_source(source: ThresholdSource) -> &'static str {
    match source {
        ThresholdSource::Fmo => "FMO control",
        ThresholdSource::Isotype => "isotype control",
        ThresholdSource::Unstained => "unstained control",
        ThresholdSource::Mixture => "mixture of the lot",
        ThresholdSource::Background => "background of the lot",
        ThresholdSource::User => "set by the user",
    }
}

/// Where a gate came from, in words.
pub(crate) fn gate_origin(origin: GateOrigin) -> &'static str {
    match origin {
        GateOrigin::Automatic => "automatic",
        GateOrigin::User => "user",
        GateOrigin::File => "Gating-ML file",
    }
}

/// What a channel measures, in words.
pub(crate) fn channel_role(role: ChannelRole) -> &'static str {
    match role {
        ChannelRole::Scatter => "scatter",
        ChannelRole::Fluorescence => "fluorescence",
        ChannelRole::Mass => "mass",
        ChannelRole::Time => "time",
        ChannelRole::Other => "other",
    }
}

/// A method of intervals, before "95 % interval".
pub(crate) fn interval(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::ClopperPearson => "exact",
        IntervalMethod::Wilson => "Wilson's",
        IntervalMethod::Jeffreys => "Jeffreys'",
    }
}

/// The method of intervals with its name, to begin a sentence.
pub(crate) fn intervals(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::ClopperPearson => "Exact (Clopper–Pearson)",
        IntervalMethod::Wilson => "Wilson's score",
        IntervalMethod::Jeffreys => "Jeffreys'",
    }
}

/// A result against the limits of blank and quantification.
pub(crate) fn detection(result: Detection) -> &'static str {
    match result {
        Detection::NotDetected => "not detected",
        Detection::DetectedBelowLoq => "detected, below LOQ",
        Detection::Quantified => "quantified",
        Detection::AboveRange => "above the range studied",
    }
}
