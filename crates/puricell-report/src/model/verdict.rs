//! Does the lot meet its specification.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::composition::DenominatorId;

/// The verdict over all items of the specification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The worst status of the items that carry a limit; `informative` when there is no specification.
    pub overall: Status,
    /// One sentence that says the overall result.
    pub sentence: String,
    /// One entry per item of the specification, in its order.
    pub items: Vec<VerdictItem>,
    /// Departures from the signed-off profile or specification, one sentence each; empty when there is none.
    pub deviations: Vec<String>,
}

/// One item of the specification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerdictItem {
    /// Id of the item.
    pub id: String,
    /// Id of the class it is about.
    pub class: String,
    /// Name of the class for people.
    pub label: String,
    /// Method, such as "scRNA-seq, two-key marker call".
    pub method: String,
    /// The limit as text, such as "≤ 2 % of viable singlets".
    pub limit: String,
    /// The limit as a fraction; `None` for an informative item.
    pub limit_fraction: Option<f64>,
    /// Is the limit a maximum or a minimum.
    pub limit_side: LimitSide,
    /// What the fraction is a share of.
    pub denominator: DenominatorId,
    /// What decides: the point estimate or the one-sided 95 % bound.
    pub decision: Decision,
    /// Cells of the class; `None` when the class is not reportable.
    pub k: Option<u64>,
    /// Size of the denominator.
    pub n: u64,
    /// `k / n`; `None` when not reportable.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// One-sided 95 % bound on the side of the limit: upper for a maximum, lower for a minimum.
    pub bound_one_sided: Option<f64>,
    /// Does the point estimate meet the limit.
    pub meets_by_point: Option<bool>,
    /// Is the limit shown to be met with 95 % confidence.
    pub shown_with_confidence: Option<bool>,
    /// Is the limit shown not to be met with 95 % confidence.
    #[serde(default)]
    pub excluded_with_confidence: Option<bool>,
    /// Fewest cells that could show the limit, where the bound decides nothing and so few as were counted never could.
    #[serde(default)]
    pub cells_needed: Option<u64>,
    /// The item's status.
    pub status: Status,
    /// Both readings as a sentence, such as "0 of 4,980; meets by point estimate; shown with 95 % confidence."
    pub sentence: String,
    /// Why the limit is what it is, from the specification.
    pub justification: Option<String>,
}

/// On which side of a limit the result must lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitSide {
    /// At or below the limit: a contaminant.
    Maximum,
    /// At or above the limit: the target.
    Minimum,
}

/// What decides on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The point estimate against the limit: the field's custom.
    Point,
    /// The one-sided 95 % bound against the limit.
    Bound95,
}

/// The status words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The limit is met by the rule that decides.
    Meets,
    /// The limit is not met.
    DoesNotMeet,
    /// The interval crosses the limit, or there are too few cells to tell.
    Inconclusive,
    /// There is no limit: for information.
    Informative,
    /// The class cannot be reported, for instance because too few of its markers are in the file.
    NotReportable,
}
