//! Which events are analysed: automatic gates, or those of a Gating-ML file in place of all of them.
//!
//! Either way every event that leaves has one reason, the events left are compensated, and the gates used are a
//! document of Gating-ML 2.0 whose last gate holds, on the file as measured, just the events kept.

mod automatic;
mod derivation;
mod document;
mod user;

use puricell_core::{CellMask, DropReason, Events, Noted};
use puricell_prep::cyto::quality::{
    DebrisResult, MarginResult, QualityParams, SingletResult, TimeResult, TimeSpan, ViabilityResult,
};
use puricell_prep::cyto::{Compensated, GatingMl, Shape, Spillover, gates};

use crate::error::AppError;

/// The spillover matrices of a lot.
#[derive(Debug, Clone, Copy, Default)]
pub struct LotSpillover<'a> {
    /// The file's own: what Gating-ML calls `FCS`.
    pub file: Option<&'a Spillover>,
    /// One given by the user, used in its place.
    pub given: Option<&'a Spillover>,
}

impl<'a> LotSpillover<'a> {
    /// The matrix that compensates the lot.
    pub fn used(&self) -> Option<&'a Spillover> {
        self.given.or(self.file)
    }
}

/// Gates given by the user.
#[derive(Debug, Clone, PartialEq)]
pub struct UserGates {
    /// What the file says.
    pub document: GatingMl,
    /// Id of the gate or quadrant whose events are analysed. `None`: the only gate that no other builds on.
    pub population: Option<String>,
    /// Name of the file, for messages and the report.
    pub file: String,
}

/// What a gate looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum GateShape {
    /// Events inside are kept.
    Kept(gates::Gate),
    /// Events inside any of the spans of a time channel left.
    Removed(Vec<TimeSpan>),
    /// A shape of the user's file, its dimensions transformed and compensated as they say. A quadrant is the rectangle
    /// it cuts out.
    GatingMl(Shape),
}

/// A gate that was used, and what it held.
#[derive(Debug, Clone, PartialEq)]
pub struct UsedGate {
    /// Its id in the document, an XML name if automatic.
    pub id: String,
    /// What it is called in the report: of the user's gates the id.
    pub name: String,
    /// Id of the gate its events come from; `None` for all events.
    pub parent: Option<String>,
    /// Why events outside leave, if the gate is on the way to the analysed ones.
    pub reason: DropReason,
    /// The file's channels it reads, each once. None for a Boolean gate.
    pub channels: Vec<String>,
    /// Its geometry.
    pub shape: GateShape,
    /// Whether it reads compensated values.
    pub compensated: bool,
    /// Events inside.
    pub k: usize,
    /// Events in its parent.
    pub n: usize,
    /// Whether the user gave it.
    pub from_user: bool,
    /// One sentence: where its limits come from.
    pub derivation: String,
}

/// What the automatic gates were derived from, step by step.
#[derive(Debug, Clone, PartialEq)]
pub struct AutomaticSteps {
    /// Disturbed stretches.
    pub time: TimeResult,
    /// Ends of the detectors.
    pub margin: MarginResult,
    /// Debris.
    pub debris: DebrisResult,
    /// Doublets.
    pub singlets: SingletResult,
    /// Dead cells, on compensated values.
    pub viability: ViabilityResult,
}

/// The events of a lot, gated.
#[derive(Debug, Clone, PartialEq)]
pub struct Gated {
    /// One entry per event.
    pub mask: CellMask,
    /// The gates used, parents first; steps that cut nothing are left out. All gates of a user's file, in its order.
    pub gates: Vec<UsedGate>,
    /// The same as Gating-ML; the user's own document where there is one.
    pub document: GatingMl,
    /// Id of the gate of the kept events; `None` where no gate was used.
    pub population: Option<String>,
    /// The automatic steps; `None` with gates of the user.
    pub steps: Option<AutomaticSteps>,
    /// What compensation changed; `None` without a matrix.
    pub compensated: Option<Compensated>,
}

/// Gates the events and leaves them compensated.
///
/// Time, margins, debris and doublets are judged as measured, dead cells on compensated values; gates of the user are
/// evaluated as measured, each dimension compensated as it says. No event in a gate is a result. Without scatter
/// channels (mass cytometry) the steps that need them are not assessed, with one warning `scatter_not_assessed`.
///
/// # Errors
/// [`AppError::Stage`] for a channel that is not there, a parameter outside its range, or a matrix that cannot
/// be inverted; [`AppError::Usage`] for gates that do not fit the file or do not say which events to analyse. After an
/// error the events may be compensated or not.
pub(super) fn gate_events(
    events: &mut Events,
    spillover: LotSpillover<'_>,
    user: Option<&UserGates>,
    params: &QualityParams,
) -> Result<Noted<Gated>, AppError> {
    match user {
        Some(user) => user::gate(events, spillover, user),
        None => automatic::gate(events, spillover, params),
    }
}

/// Compensates by the lot's matrix, where there is one.
fn compensate(
    events: &mut Events,
    spillover: LotSpillover<'_>,
    warnings: &mut Vec<puricell_core::Warning>,
) -> Result<Option<Compensated>, AppError> {
    let Some(matrix) = spillover.used() else { return Ok(None) };
    let done = puricell_prep::cyto::compensate(events, matrix, &puricell_prep::cyto::CompensationParams::default());
    let done = done.map_err(|e| AppError::Channels {
        message: format!("compensation: {e}"),
        hint: "give the matrix of this file's single-stained controls with --compensation FILE (CSV)".into(),
    })?;
    Ok(Some(done.into_value(warnings)))
}

#[cfg(test)]
mod tests;
