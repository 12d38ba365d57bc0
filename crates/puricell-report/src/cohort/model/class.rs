//! One class over all lots.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::Role;

/// One class over all lots, as a share of viable singlets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CohortClass {
    /// Id.
    pub id: String,
    /// Name for people.
    pub label: String,
    /// Chinese name, where the profile has one.
    pub label_zh: Option<String>,
    /// Id of the class this is a sub-class of.
    pub parent: Option<String>,
    /// Its part in the product.
    pub role: Role,
    /// Its count in each lot, in the order of the lots; `None` where it is not reportable.
    pub counts: Vec<Option<LotCount>>,
    /// Lots in which it is reportable.
    pub n_lots: u64,
    /// Whether so few cells are found that its counts are taken as beta-binomial and not as logit-normal.
    pub is_rare: bool,
    /// Smallest fraction among the lots.
    pub least: Option<f64>,
    /// Median fraction.
    pub median: Option<f64>,
    /// Largest fraction.
    pub most: Option<f64>,
    /// The mean over lots and what they vary by beyond counting; `None` with fewer than three lots.
    pub dispersion: Option<Dispersion>,
    /// What share of the variance goes with which factor; empty where not estimable.
    pub variance: Vec<VarianceShare>,
    /// Why the variance was not partitioned.
    pub variance_why_not: Option<String>,
    /// The lots in their order against limits of their own making.
    pub chart: Option<ControlChart>,
    /// Change with time and with passage.
    pub trends: Vec<TrendLine>,
    /// Where limits may lie.
    pub tolerance: Vec<ToleranceBound>,
    /// What the lots' limit is, and how far they lie from it; `None` without a common limit.
    pub capability: Option<CapabilityIndex>,
}

/// A count of one lot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LotCount {
    /// Cells of the class.
    pub k: u64,
    /// Viable singlets.
    pub n: u64,
    /// k / n.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval, as in the lot's own report.
    pub ci_low: Option<f64>,
    /// Upper end.
    pub ci_high: Option<f64>,
}

/// A class as the beta-binomial distribution sees it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dispersion {
    /// Mean fraction.
    pub mean: f64,
    /// Lower end of its 95 % interval over lots.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Intra-lot correlation: 0 where lots differ no more than counting explains.
    pub rho: Option<f64>,
    /// How many times the pooled count varies more than a binomial one.
    pub inflation: f64,
}

/// A part of the variance between lots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VarianceShare {
    /// Factor, `lot` (what is left between lots) or `counting`.
    pub name: String,
    /// Levels among the lots.
    pub n_levels: u64,
    /// Variance on the logit scale.
    pub variance: Option<f64>,
    /// Share of the whole, 0 to 1.
    pub share: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Why it is not estimable.
    pub why_not: Option<String>,
}

/// A control chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControlChart {
    /// `individuals` of logits, drawn as fractions, or Laney's `p_prime`.
    pub kind: ChartKind,
    /// The centre line, a fraction.
    pub centre: f64,
    /// The lots on it, in order.
    pub points: Vec<ChartPoint>,
}

/// The kind of a control chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Individuals and moving range of the logits.
    Individuals,
    /// Laney's p' chart.
    PPrime,
}

/// One lot on a control chart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChartPoint {
    /// Index of the lot.
    pub lot: usize,
    /// Its fraction.
    pub fraction: f64,
    /// Lower control limit.
    pub low: f64,
    /// Upper control limit.
    pub high: f64,
    /// Why it is a signal.
    pub signal: Option<ChartSignal>,
}

/// Why a lot is a signal on a control chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChartSignal {
    /// Beyond its limits.
    BeyondLimits,
    /// The ninth or a later one in a row on one side of the centre.
    RunOfNine,
}

/// A line through the lots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrendLine {
    /// What it is held against: `date` (per year) or `passage` (per passage).
    pub against: String,
    /// Lots.
    pub n_lots: u64,
    /// Factor by which the odds change per unit.
    pub odds_ratio: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// P that there is no change, adjusted for all classes and both lines.
    pub p_adjusted: f64,
}

/// A bound that lots keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToleranceBound {
    /// How it was made.
    pub method: ToleranceMethod,
    /// The lower bound, a fraction, where that is the side that matters.
    pub low: Option<f64>,
    /// The upper bound.
    pub high: Option<f64>,
    /// The factor of the normal bounds.
    pub factor: Option<f64>,
    /// Why there is none.
    pub why_not: Option<String>,
}

/// How a bound that lots keep was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToleranceMethod {
    /// Normal on the logit scale: 95 % of lots with 95 % confidence.
    LogitNormal,
    /// Without any assumption: the same promise, 59 lots at least.
    NonParametric,
    /// Beta-binomial: what the next lot keeps with 95 % probability.
    BetaBinomialNext,
}

/// Performance against a limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapabilityIndex {
    /// Least fraction allowed.
    pub min: Option<f64>,
    /// Largest fraction allowed.
    pub max: Option<f64>,
    /// Ppk on the logit scale; `None` where it is not estimable.
    pub ppk: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Lots whose fraction lies beyond the limit.
    pub n_beyond: u64,
}
