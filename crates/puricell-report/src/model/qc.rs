//! Quality of the cells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Quality of the cells and what became of each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Qc {
    /// Loaded, kept, and dropped per reason.
    pub accounting: CellAccounting,
    /// The QC strip: medians, rates, coverage.
    pub metrics: Vec<QcMetric>,
    /// The cut-offs and how each was derived.
    pub thresholds: Vec<QcThreshold>,
    /// Histograms of the metrics, kept against dropped cells.
    pub distributions: Vec<Distribution>,
    /// What other cut-offs would have given.
    pub sweeps: Vec<Sweep>,
}

/// Every cell is accounted for: `loaded = kept + sum of dropped`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CellAccounting {
    /// Barcodes or events in the file.
    pub loaded: u64,
    /// Cells kept.
    pub kept: u64,
    /// Cells dropped, one entry per reason in the order of application, also those with no cell.
    pub dropped: Vec<DroppedCells>,
}

/// Cells that left for one reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DroppedCells {
    /// The word of `cells.parquet`, such as `high_mito`.
    pub reason: String,
    /// The reason in words, such as "mitochondrial share above 18.4 %".
    pub label: String,
    /// Number of cells.
    pub n: u64,
}

/// One number of the QC strip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QcMetric {
    /// Stable id, such as `median_counts`.
    pub id: String,
    /// Name for people, such as "Median UMI per kept cell".
    pub label: String,
    /// The value; `None` when not estimable, with the reason in `note`.
    pub value: Option<f64>,
    /// How to read the value.
    pub unit: Unit,
    /// Number of cells behind the value, where it is a statistic over cells.
    pub n: Option<u64>,
    /// What there is to say, such as "not estimable without the raw matrix".
    pub note: Option<String>,
}

/// How to read a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A whole number, or a median of such.
    Count,
    /// 0 to 1, printed as per cent.
    Fraction,
    /// A number without unit.
    Number,
}

/// On which side of a threshold cells leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Cells below leave.
    Lower,
    /// Cells above leave.
    Upper,
}

/// A cut-off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QcThreshold {
    /// Metric it applies to: `total_counts`, `n_features`, `mito_fraction` or another.
    pub metric: String,
    /// Which cells leave.
    pub side: Side,
    /// The value, in the metric's own unit; `None` when the cut-off was not applied.
    pub value: Option<f64>,
    /// How the value is to be read.
    pub unit: Unit,
    /// How it was derived, such as "median + 3 MAD of 1,931 cells, within 10 % to 25 % of the profile".
    pub derivation: String,
    /// Cells that lie beyond it, whatever the reason they left for; `None` when not counted.
    pub n_beyond: Option<u64>,
}

/// Scale of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Linear.
    Linear,
    /// Logarithm to base 10; edges are still in the metric's own unit.
    Log10,
}

/// A histogram of one metric over the loaded cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Distribution {
    /// Metric, as in [`QcThreshold::metric`].
    pub metric: String,
    /// Name for people, used as axis title.
    pub label: String,
    /// How to read the edges.
    pub unit: Unit,
    /// Scale the bins are even on.
    pub scale: Scale,
    /// Bin edges, increasing, one more than bins; positive on a log scale.
    pub edges: Vec<f64>,
    /// Kept cells per bin.
    pub kept: Vec<u64>,
    /// Dropped cells per bin.
    pub dropped: Vec<u64>,
}

/// The composition under other values of one cut-off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sweep {
    /// Name of the cut-off for people, such as "Upper limit of the mitochondrial share".
    pub label: String,
    /// How to read the values.
    pub unit: Unit,
    /// One row per value, increasing.
    pub rows: Vec<SweepRow>,
}

/// One row of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepRow {
    /// Value of the cut-off.
    pub value: f64,
    /// True for the value this report used.
    pub used: bool,
    /// Cells kept with it.
    pub n_kept: u64,
    /// Cells per class with it, the classes shown being the same in each row.
    pub counts: Vec<SweepCount>,
}

/// Cells of a class in a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepCount {
    /// Id of the class.
    pub class: String,
    /// Cells of the class among the kept.
    pub k: u64,
}

/// Share of the target cells in an informative state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateShare {
    /// Id, such as `cycling`.
    pub id: String,
    /// Name for people.
    pub label: String,
    /// Target cells in the state; `None` when not reportable.
    pub k: Option<u64>,
    /// Target cells.
    pub n: u64,
    /// `k / n`.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// One-sided 95 % upper bound, shown where `k` is 0.
    pub upper_one_sided: Option<f64>,
    /// What there is to say, such as the rule used.
    pub note: Option<String>,
}
