//! Doublets: expected by the load, suspected by simulation, and what they hide.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SweepCount;

/// Doublets of the lot. No cell left by these scores: a doublet with a contaminant is a suspect by its call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Doublets {
    /// How doublets were simulated and scored, in words.
    pub method: String,
    /// The captures, each looked at by itself, where the lot has several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<DoubletCapture>,
    /// Cells recovered, in all captures. The expected rate follows from those of a capture.
    pub recovered: u64,
    /// Share of doublets per 1,000 cells recovered in a capture, by the profile.
    pub rate_per_1000: f64,
    /// Share of the cells expected to be doublets.
    pub expected_rate: f64,
    /// Cells scored: all kept ones.
    pub n: u64,
    /// Cells expected to be doublets.
    pub expected: f64,
    /// Posterior probability from which a cell is a suspected doublet.
    pub suspected_from: f64,
    /// Suspected doublets.
    pub suspected: u64,
    /// Doublets simulated.
    pub n_simulated: u64,
    /// Nearest cells and simulated doublets that a cell is scored by; the most, where captures differ.
    pub n_neighbours: u64,
    /// The kinds of pairs, those of the target first.
    pub kinds: Vec<DoubletKind>,
    /// What doublets with the target hide of each reportable contaminant class.
    pub hidden: Vec<HiddenClass>,
}

/// The load of one capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoubletCapture {
    /// Number, from 1, and name.
    pub capture: String,
    /// Cells recovered.
    pub recovered: u64,
    /// Share of its cells expected to be doublets.
    pub expected_rate: f64,
}

/// Doublets of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoubletKind {
    /// Ids of the two classes, the same one twice for two cells of one class.
    pub classes: (String, String),
    /// Share among random pairs of cells of a capture.
    pub share: f64,
    /// Cells of the lot expected to be such doublets.
    pub expected: f64,
    /// Suspected doublets whose simulated neighbours are mostly such.
    pub suspected: u64,
    /// What those cells were called; the ids of classes, `suspect` and `unassigned`.
    pub called: Vec<SweepCount>,
}

/// What doublets with the target hide of one class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HiddenClass {
    /// Id of the class.
    pub class: String,
    /// Cells called this class.
    pub k: u64,
    /// Suspects of this class.
    pub suspects: u64,
    /// Doublets of the class and the target expected.
    pub expected: f64,
    /// Share of the class's cells expected in such doublets, where the table of composition does not count them.
    pub hidden_share: f64,
}
