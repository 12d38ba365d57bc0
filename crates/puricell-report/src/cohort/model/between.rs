//! Lots against each other: distances, groups, a new source.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Distances between lots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DistanceMatrix {
    /// What it is made of: ids of classes, or `expression`.
    pub of: Vec<String>,
    /// The measures, such as Aitchison's and Jensen and Shannon's.
    pub measures: Vec<DistanceMeasure>,
}

/// One measure of distance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DistanceMeasure {
    /// Name.
    pub name: String,
    /// 95 % of pairs of halves of one lot are nearer.
    pub null_p95: f64,
    /// Half of them are.
    pub null_median: f64,
    /// Median distance between halves of two lots, rows of the lower triangle: `[1][0]`, `[2][0]`, `[2][1]` and so on.
    pub between: Vec<Vec<f64>>,
    /// Distance between halves of a lot and of the lot declared to be different, and that lot's index.
    pub control: Option<usize>,
}

/// Distances of expression by one measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpressionDistance {
    /// `pseudobulk_correlation`, `pseudobulk_log_ratio`, `marker_emd` or `sliced_emd`.
    pub measure: String,
    /// Median distance between the halves of one lot.
    pub within_median: Option<f64>,
    /// Median distance between halves of two lots.
    pub between_median: Option<f64>,
    /// Median of the distances as a share of that to the lot declared to be different.
    pub of_control_median: Option<f64>,
    /// Pairs further apart than halves of a lot.
    pub n_further: u64,
    /// Pairs that could be compared.
    pub n_compared: u64,
    /// Every pair of lots.
    pub pairs: Vec<ExpressionPair>,
}

/// Two lots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpressionPair {
    /// Their indices.
    pub lots: [usize; 2],
    /// Mean distance between a half of one and a half of the other.
    pub between: Option<f64>,
    /// What it would be if they were one lot.
    pub within: Option<f64>,
    /// Whether that is further apart than halves of a lot are.
    pub is_further: Option<bool>,
    /// Share of the distance to the lot declared to be different.
    pub of_control: Option<f64>,
    /// Why the two cannot be compared.
    pub why_not: Option<String>,
}

/// A lot that stands out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutlierLot {
    /// Index of the lot.
    pub lot: usize,
    /// Id of the class.
    pub class: String,
    /// Its fraction.
    pub fraction: f64,
    /// Lower end of what the other lots predict for 95 % of lots.
    pub expected_low: f64,
    /// Upper end.
    pub expected_high: f64,
    /// P, adjusted for all lots and classes.
    pub p_adjusted: f64,
}

/// Two groups of lots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupComparison {
    /// The fact they differ by.
    pub column: String,
    /// The two values.
    pub groups: [String; 2],
    /// Indices of the lots of each.
    pub lots: [Vec<usize>; 2],
    /// Id and version of the margins, and when they were fixed; `None` where none were given: nothing is then decided.
    pub margins: Option<String>,
    /// One per class.
    pub classes: Vec<ClassComparison>,
}

/// One class in two groups of lots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassComparison {
    /// Id of the class.
    pub class: String,
    /// Lots of each group in which it is reportable.
    pub n_lots: [u64; 2],
    /// Cells of the class in each group.
    pub k: [u64; 2],
    /// Cells in each group.
    pub n: [u64; 2],
    /// One-sided 95 % upper bounds of the pooled fractions.
    pub upper: [f64; 2],
    /// Odds ratio, second over first, by the means of the logits.
    pub odds_ratio: Option<f64>,
    /// Lower end of its 90 % interval.
    pub low_90: Option<f64>,
    /// Upper end.
    pub high_90: Option<f64>,
    /// Largest odds ratio allowed either way.
    pub margin: Option<f64>,
    /// Where a group has no cell: the fraction that both upper bounds must stay below.
    pub both_below: Option<f64>,
    /// Chance of showing equivalence with so many lots, if there were no difference.
    pub power: Option<f64>,
    /// P that there is no difference, for information.
    pub p_difference: Option<f64>,
    /// What is shown.
    pub shown: Equivalence,
}

/// What a comparison shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Equivalence {
    /// The 90 % interval lies within the margin.
    Equivalent,
    /// It lies outside as a whole.
    NotEquivalent,
    /// It crosses the margin: neither is shown.
    EquivalenceNotShown,
    /// No cell in one group at least; both upper bounds are below what was fixed.
    BothBelow,
    /// Too few lots, no cells, or no margin: described only.
    DescribeOnly,
}

/// Lots of a new source against reference lots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bridging {
    /// The fact by which they are new.
    pub column: String,
    /// Its value.
    pub value: String,
    /// Indices of the new lots.
    pub new: Vec<usize>,
    /// Reference lots.
    pub n_reference: u64,
    /// What was looked at.
    pub results: Vec<BridgingResult>,
}

/// A class of a new lot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BridgingResult {
    /// Index of the lot.
    pub lot: usize,
    /// Id of the class.
    pub class: String,
    /// Its fraction.
    pub fraction: f64,
    /// Lower end of what the reference lots predict for 95 % of lots.
    pub expected_low: f64,
    /// Upper end.
    pub expected_high: f64,
    /// Whether it lies within.
    pub is_within: bool,
}
