//! The model of `cohort.json`: everything the document says, and nothing it computes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Definition, InputFile, Parameter, ReportWarning, Role, Status, Tool};

/// Version of the model's shape; changes as that of [`crate::SCHEMA_VERSION`] does.
pub const COHORT_SCHEMA_VERSION: &str = "1.0";

/// What a cohort of lots shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cohort {
    /// [`COHORT_SCHEMA_VERSION`] of the program that wrote this.
    pub schema_version: String,
    /// The program.
    pub tool: Tool,
    /// What was measured of the cells of all lots: `expression` or `cytometry`.
    pub readout: Readout,
    /// What the number of lots allows.
    pub standing: Standing,
    /// The lots in their order: by date where all state one, else as given.
    pub lots: Vec<CohortLot>,
    /// Results that were given and take no part, each with the reason.
    pub left_out: Vec<LeftOut>,
    /// Classes, in display order.
    pub classes: Vec<CohortClass>,
    /// Distances between the lots' compositions; `None` with fewer than two lots or where classes are not all reportable.
    pub composition_distance: Option<DistanceMatrix>,
    /// Distances between the lots' target cells in what they express, by measure; empty where the results keep nothing of it.
    pub expression_distances: Vec<ExpressionDistance>,
    /// Lots that the others do not explain.
    pub outliers: Vec<OutlierLot>,
    /// Two groups of lots compared; `None` where none was asked for.
    pub comparison: Option<GroupComparison>,
    /// Lots of a new source against reference lots; `None` where none was asked for.
    pub bridging: Option<Bridging>,
    /// Lots measured by two methods; empty where there is none.
    pub methods: Vec<MethodComparison>,
    /// What a person should know about this result.
    pub warnings: Vec<ReportWarning>,
    /// Each effective parameter.
    pub parameters: Vec<Parameter>,
    /// The results that were read, and the tables beside.
    pub inputs: Vec<InputFile>,
    /// Profiles of the lots, margins.
    pub definitions: Vec<Definition>,
    /// The seed of all random streams.
    pub seed: u64,
}

/// What was measured of the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readout {
    /// Genes of single cells.
    Expression,
    /// Markers of events.
    Cytometry,
}

/// What a number of lots allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Fewer than three lots: described only.
    DescribeOnly,
    /// Fewer than twenty: limits and capability are preliminary.
    Preliminary,
    /// Twenty or more.
    Settled,
}

/// One lot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CohortLot {
    /// Lot number.
    pub id: String,
    /// Base name of its result folder or file.
    pub folder: String,
    /// Viable singlets.
    pub n: u64,
    /// Its verdict.
    pub verdict: Status,
    /// Donor, tissue, passage, process version and what else is known, by name.
    pub facts: BTreeMap<String, String>,
}

/// A result that takes no part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Folder or file.
    pub folder: String,
    /// Why.
    pub reason: String,
}

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

/// One class by two methods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodComparison {
    /// Id of the class.
    pub class: String,
    /// Name for people.
    pub label: String,
    /// Lots measured by both: expression first, cytometry second.
    pub pairs: Vec<MethodPair>,
    /// Mean difference of the logits, cytometry less expression, as an odds ratio.
    pub odds_ratio: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// 95 % of differences lie above this odds ratio.
    pub limit_low: Option<f64>,
    /// And below this one.
    pub limit_high: Option<f64>,
    /// Lin's coefficient of concordance of the logits.
    pub concordance: Option<f64>,
    /// Lower end of its 95 % interval.
    pub concordance_low: Option<f64>,
    /// Upper end.
    pub concordance_high: Option<f64>,
}

/// One lot by two methods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodPair {
    /// Lot number.
    pub lot: String,
    /// Cells of the class by expression and by cytometry.
    pub k: [u64; 2],
    /// Viable singlets by each.
    pub n: [u64; 2],
    /// Fraction by cytometry less that by expression.
    pub difference: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}
