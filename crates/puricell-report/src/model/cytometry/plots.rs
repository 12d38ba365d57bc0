//! Histograms and densities, binned by the caller.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::positivity::ThresholdSource;

/// An axis of a histogram or density, in display coordinates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlotAxis {
    /// Short name of the channel.
    pub channel: String,
    /// Axis title, such as "CD45 (APC-A)".
    pub label: String,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Where scale values lie; empty for a linear channel, whose display coordinates are scale values.
    pub ticks: Vec<AxisTick>,
}

/// A tick of a transformed axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AxisTick {
    /// Display coordinate.
    pub at: f64,
    /// The scale value there, such as 1000; powers of ten and 0 are labelled.
    pub value: f64,
}

/// A histogram of one marker over the gated events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarkerHistogram {
    /// Marker, as in [`MarkerPositivity::marker`](super::MarkerPositivity::marker), which holds the threshold.
    pub marker: String,
    /// The axis.
    pub axis: PlotAxis,
    /// Bin edges in display coordinates, increasing, one more than bins.
    pub edges: Vec<f64>,
    /// Events per bin; those beyond the axis are in the first and last bin.
    pub counts: Vec<u64>,
    /// Events binned.
    pub n: u64,
    /// The control on the same bins; `None` without one.
    pub control: Option<ControlHistogram>,
}

/// The control beside a histogram.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControlHistogram {
    /// Which control.
    pub source: ThresholdSource,
    /// Base name of its file.
    pub name: String,
    /// Its events.
    pub n: u64,
    /// Its events per bin.
    pub counts: Vec<u64>,
}

/// Events of a population over two channels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DensityPlot {
    /// Id of the gate whose events are shown; `None` for all events.
    pub population: Option<String>,
    /// Number of events shown.
    pub n: u64,
    /// Horizontal axis, cut into `n_x` equal bins.
    pub x: PlotAxis,
    /// Vertical axis, cut into `n_y` equal bins.
    pub y: PlotAxis,
    /// Bins across.
    pub n_x: u32,
    /// Bins up.
    pub n_y: u32,
    /// Events per bin, row by row from the bottom, each row from the left; events beyond the axes are in the outer bins.
    pub counts: Vec<u32>,
    /// Ids of the gates drawn.
    pub gates: Vec<String>,
}
