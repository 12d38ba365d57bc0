//! Which events carry a marker, and the ISCT table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{LimitSide, Status};

/// What a threshold rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdSource {
    /// Fluorescence-minus-one control.
    Fmo,
    /// Isotype control.
    Isotype,
    /// Unstained cells.
    Unstained,
    /// A mixture fitted to the lot's own events.
    #[default]
    Mixture,
    /// What the channels of markers that the target lacks show as background in this lot.
    Background,
    /// Set by the user.
    User,
}

/// Positivity of one marker among the gated events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarkerPositivity {
    /// Marker, such as "CD73".
    pub marker: String,
    /// Short name of its channel.
    pub channel: String,
    /// Display coordinate at or above which an event is positive; `None` when there is no threshold.
    pub threshold: Option<f64>,
    /// The same as a scale value.
    pub threshold_scale: Option<f64>,
    /// Lower end of the uncertain band, a display coordinate.
    pub band_low: Option<f64>,
    /// Upper end of the uncertain band.
    pub band_high: Option<f64>,
    /// What the threshold rests on.
    pub source: ThresholdSource,
    /// How it was derived, such as "99.5th percentile of 20,000 events of cd73_fmo.fcs".
    pub derivation: String,
    /// False when positive and negative events cannot be told apart: there is then no share, which is not zero.
    pub separable: bool,
    /// Positive events; `None` when not separable.
    pub k: Option<u64>,
    /// Gated events.
    pub n: u64,
    /// Events inside the uncertain band; `None` without a band.
    pub n_uncertain: Option<u64>,
    /// `k / n`.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// One-sided 95 % upper bound, shown where `k` is 0.
    pub upper_one_sided: Option<f64>,
    /// Median of all gated events, or of evenly spaced ones where they are many; a scale value.
    pub median: Option<f64>,
    /// Median of the positive events over that of the negative ones or the control, both scale values.
    pub mfi_ratio: Option<f64>,
    /// What the ratio is taken to, such as "FMO control" or "negative events".
    pub mfi_reference: Option<String>,
    /// Display coordinate of a second peak on one side of the threshold, the positive side first; `None` when there is none.
    pub second_peak: Option<f64>,
    /// The same as a scale value.
    pub second_peak_scale: Option<f64>,
    /// What there is to say.
    pub note: Option<String>,
}

/// The marker criteria of the International Society for Cell and Gene Therapy, line by line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IsctTable {
    /// The criteria, such as "ISCT 2006 (Dominici et al., Cytotherapy 8:315)".
    pub standard: String,
    /// What the shares are of, such as "viable singlets".
    pub population: String,
    /// The lines, in the order of the criteria.
    pub rows: Vec<IsctRow>,
}

/// A line of the ISCT table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IsctRow {
    /// The criterion, such as "CD14 or CD11b".
    pub item: String,
    /// The marker measured for it; `None` when none of them is in the file.
    pub marker: Option<String>,
    /// The limit as a fraction; `None` for a line without limit.
    pub limit: Option<f64>,
    /// Is the limit a maximum or a minimum.
    pub limit_side: LimitSide,
    /// Positive events; `None` when not reportable.
    pub k: Option<u64>,
    /// Size of the population.
    pub n: u64,
    /// `k / n`.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// One-sided 95 % bound on the side of the limit: upper for a maximum, lower for a minimum.
    pub bound_one_sided: Option<f64>,
    /// The status; informative for a waived line.
    pub status: Status,
    /// Waiver with its reason, alternate used, modulation; `None` when there is nothing to say.
    pub note: Option<String>,
}
