//! Which events were measured well: one reason per event that was not.
//!
//! Five steps, in the order of the first five of [`DropReason::OF_EVENTS`], each a function of its own: the time of the measurement, the ends of
//! the detectors, debris, doublets, dead cells. Every step looks only at events the steps before it kept, says how many
//! came in and how many left, and gives its gate as geometry. A step that cannot be judged drops nothing and says so.
//!
//! Events are on a linear scale, as measured: at the detector's end is known only before compensation, so
//! [`margin_events`] wants uncompensated values; the dye of [`viability`] is best compensated. [`event_quality`] runs all five on one
//! set of values; to use both, call the steps one by one.

mod debris;
mod kept;
mod margin;
mod singlets;
mod time;
mod viability;

use puricell_core::{CellMask, DropReason, Events, Noted};

use super::gates::Gate;
use crate::PrepError;

pub use debris::{DebrisParams, DebrisResult, debris};
pub use margin::{MarginChannels, MarginCount, MarginParams, MarginResult, margin_events};
pub use singlets::{SingletParams, SingletResult, singlets};
pub use time::{TimeBin, TimeParams, TimeResult, TimeSpan, time_anomalies};
pub use viability::{ViabilityParams, ViabilityResult, viability};

/// Where a step's limits came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// Given by the caller.
    Given,
    /// The detector's range in the file.
    DetectorRange,
    /// Median and MAD of this file.
    Mad,
    /// A valley of this file's density.
    Valley,
    /// The valley lay beyond the cap, which stands instead.
    Capped,
    /// Assessed, and nothing found to part: nothing is dropped.
    NothingFound,
    /// No channel, too few events, or no structure to judge by: nothing is dropped. A warning says which.
    NotAssessed,
}

impl Derivation {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::DetectorRange => "detector_range",
            Self::Mad => "mad",
            Self::Valley => "valley",
            Self::Capped => "capped",
            Self::NothingFound => "nothing_found",
            Self::NotAssessed => "not_assessed",
        }
    }
}

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub struct QualityStep {
    /// The reason its events left for.
    pub reason: DropReason,
    /// Events that came in. May be 0.
    pub n_in: usize,
    /// Events that left here.
    pub n_dropped: usize,
    /// What is kept, on the scale of the events; `None` where nothing was gated, and for time, whose geometry is
    /// the removed spans.
    pub gate: Option<Gate>,
    /// Where the limits came from.
    pub derivation: Derivation,
}

impl QualityStep {
    /// Events that stayed.
    pub fn n_kept(&self) -> usize {
        self.n_in - self.n_dropped
    }

    fn not_assessed(reason: DropReason, mask: &CellMask) -> Self {
        Self { reason, n_in: mask.n_kept(), n_dropped: 0, gate: None, derivation: Derivation::NotAssessed }
    }
}

/// Parameters of all steps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QualityParams {
    /// Clogs, bubbles, surges.
    pub time: TimeParams,
    /// Events at the detectors' ends.
    pub margin: MarginParams,
    /// Events that are too small for cells.
    pub debris: DebrisParams,
    /// Two cells at once.
    pub singlets: SingletParams,
    /// Dead cells.
    pub viability: ViabilityParams,
}

/// What all steps did.
#[derive(Debug, Clone, PartialEq)]
pub struct EventQuality {
    /// One entry per event.
    pub mask: CellMask,
    /// First step.
    pub time: TimeResult,
    /// Second step.
    pub margin: MarginResult,
    /// Third step.
    pub debris: DebrisResult,
    /// Fourth step.
    pub singlets: SingletResult,
    /// Last step.
    pub viability: ViabilityResult,
}

impl EventQuality {
    /// The steps in the order they ran. Events = kept + the sum of `n_dropped`.
    pub fn steps(&self) -> [&QualityStep; 5] {
        [&self.time.step, &self.margin.step, &self.debris.step, &self.singlets.step, &self.viability.step]
    }
}

/// Runs all steps on one set of events, `n_events x n_channels`. Linear in the events.
///
/// # Errors
/// [`PrepError::Channel`] for a channel named but not there, [`PrepError::Parameter`] for a parameter outside its range.
pub fn event_quality(events: &Events, params: &QualityParams) -> Result<Noted<EventQuality>, PrepError> {
    let mut mask = CellMask::all_kept(events.n_events());
    let mut warnings = Vec::new();
    let time = time_anomalies(events, &mut mask, &params.time)?.into_value(&mut warnings);
    let margin = margin_events(events, &mut mask, &params.margin)?.into_value(&mut warnings);
    let debris = debris(events, &mut mask, &params.debris)?.into_value(&mut warnings);
    let singlets = singlets(events, &mut mask, &params.singlets)?.into_value(&mut warnings);
    let viability = viability(events, &mut mask, &params.viability)?.into_value(&mut warnings);
    Ok(Noted { value: EventQuality { mask, time, margin, debris, singlets, viability }, warnings })
}
