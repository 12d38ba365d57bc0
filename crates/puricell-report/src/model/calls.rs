//! How cells were called.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much of a class's marker panel the file holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PanelCoverage {
    /// Id of the class.
    pub class: String,
    /// Name for people.
    pub label: String,
    /// Decisive markers present in the file.
    pub present: u64,
    /// Decisive markers of the class.
    pub total: u64,
    /// Symbols of the markers not in the file.
    pub missing: Vec<String>,
    /// False when coverage is below the profile's limit: the class is then not reportable, which is not zero.
    pub reportable: bool,
}

/// Thresholds, background rates and the scores behind the calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calls {
    /// The rule in one or two sentences.
    pub rule: String,
    /// The keys of the two-key rule per class.
    pub thresholds: Vec<CallThreshold>,
    /// How often the method finds a class where there is none.
    pub background: Vec<Background>,
    /// The scores; `None` when no cell was kept.
    pub scatter: Option<Scatter>,
}

/// What a class's score must reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallThreshold {
    /// Id of the class.
    pub class: String,
    /// Name for people.
    pub label: String,
    /// Score at or above which the class's key is high; `None` when the class was not assessed.
    pub high: Option<f64>,
    /// Score below which the key counts as low; `None` when there is no such level.
    pub low: Option<f64>,
    /// Distinct markers that must be seen in the cell.
    pub min_distinct: u64,
    /// Unit of the score, such as "mean log-normalised expression".
    pub unit: String,
    /// How the threshold was derived.
    pub derivation: String,
}

/// How often the method finds a class where there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Background {
    /// Id of the class.
    pub class: String,
    /// Name for people.
    pub label: String,
    /// False positives per cell, 0 to 1; `None` when not estimable.
    pub rate: Option<f64>,
    /// Cells the rate was estimated from.
    pub n: Option<u64>,
    /// How it was estimated.
    pub derivation: String,
}

/// Scores of cells: the target's against each contaminant family's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scatter {
    /// Kept cells in the lot; more than `class` holds when the points were sub-sampled.
    pub n_total: u64,
    /// The target's score.
    pub target: ScatterAxis,
    /// The contaminant families' scores, one panel each.
    pub contaminants: Vec<ScatterAxis>,
    /// Class index of each point.
    pub class: Vec<u32>,
}

/// One score of the points of a scatter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScatterAxis {
    /// Id of the class.
    pub class: String,
    /// Axis title, such as "Stromal score (mean log-normalised)".
    pub label: String,
    /// Level at or above which the key is high.
    pub high: Option<f64>,
    /// Level below which the key is low.
    pub low: Option<f64>,
    /// Score of each point.
    pub score: Vec<f32>,
}
