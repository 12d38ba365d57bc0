//! Which events carry a marker: a threshold with an uncertain band, and what lies on either side.
//!
//! Four sources, the best first: the caller's own threshold; a control ([`threshold_from_control`]: fluorescence minus one,
//! isotype, unstained); the lot itself, by the two components of its mixture ([`threshold_from_components`]) or, where a
//! marker has one population, by what unstained channels of the lot look like ([`background_reference`]). Where none tells positive from negative the answer is [`Separation::NotSeparable`] with the reason, never a number.

mod background;
mod components;
mod control;
mod population;
mod summary;

pub use background::{
    BackgroundEdge, BackgroundParams, BackgroundReference, LinearSpan, Staining, background_edge, background_reference,
    components_of_stained,
};
pub use components::{ComponentParams, TwoComponents, threshold_from_components};
pub use control::{ControlParams, QuantileInterval, quantile_interval, threshold_from_control};
pub use population::{MainPopulation, PopulationParams, Valley, main_population, main_population_of_sorted, valleys};
pub use summary::{Positivity, positivity};

/// Where a threshold came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThresholdSource {
    /// Given by the caller.
    Given,
    /// A quantile of a control.
    Control,
    /// The crossing of two components of the lot.
    Mixture,
    /// The edge of the lot's own background, or its crossing with a stained population.
    Background,
}

impl ThresholdSource {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Control => "control",
            Self::Mixture => "mixture",
            Self::Background => "background",
        }
    }
}

/// A threshold on the scale of the values it came from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Events from this value on are positive.
    pub value: f64,
    /// Events from `band.0` up to, not including, `band.1` are uncertain. `band.0 <= value <= band.1`.
    pub band: (f64, f64),
    /// Where it came from.
    pub source: ThresholdSource,
}

impl Threshold {
    /// A threshold of the caller's, without an uncertain band.
    pub fn given(value: f64) -> Self {
        Self { value, band: (value, value), source: ThresholdSource::Given }
    }
}

/// Whether positive and negative events can be told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Separation {
    /// By this threshold.
    Separable(Threshold),
    /// Not; shares of this marker are not to be reported.
    NotSeparable(NotSeparable),
}

impl Separation {
    /// The threshold, where there is one.
    pub fn threshold(&self) -> Option<&Threshold> {
        match self {
            Self::Separable(threshold) => Some(threshold),
            Self::NotSeparable(_) => None,
        }
    }
}

/// Why positive and negative events cannot be told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NotSeparable {
    /// The components lie too close.
    Overlap {
        /// Ashman's D found.
        ashman_d: f64,
        /// D wanted.
        least: f64,
    },
    /// One component is so light that it may be the other's tail.
    MinorWeight {
        /// Weight of the lighter component.
        weight: f64,
        /// Weight wanted.
        least: f64,
    },
    /// One component outweighs the other even at the other's mean, so their posteriors do not cross between the means.
    NoCrossing,
    /// The control has too few events to bound its quantile from above.
    FewControlEvents {
        /// Finite events of the control.
        found: usize,
        /// Events wanted.
        least: usize,
    },
}

impl std::fmt::Display for NotSeparable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Overlap { ashman_d, least } => {
                write!(f, "the two components overlap: Ashman's D is {ashman_d:.2}, at least {least} is wanted")
            }
            Self::MinorWeight { weight, least } => {
                write!(f, "the lighter component holds {weight:.5} of the events, at least {least} is wanted")
            }
            Self::NoCrossing => f.write_str("one component outweighs the other even at the other's mean"),
            Self::FewControlEvents { found, least } => {
                write!(f, "the control has {found} events, {least} are needed to bound its quantile")
            }
        }
    }
}
