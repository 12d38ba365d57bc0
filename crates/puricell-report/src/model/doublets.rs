//! Doublets: expected by the load, suspected by simulation, and what they hide.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SweepCount;

/// Doublets of the lot. No cell left by these scores: a doublet with a contaminant is a suspect by its call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Doublets {
    /// How doublets were simulated and scored, in words.
    pub method: String,
    /// Cells recovered, which the expected rate follows from.
    pub recovered: u64,
    /// Share of doublets per 1,000 recovered cells, by the profile.
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
    /// Nearest cells and simulated doublets that a cell is scored by.
    pub n_neighbours: u64,
    /// The kinds of pairs, those of the target first.
    pub kinds: Vec<DoubletKind>,
    /// What doublets with the target hide of each reportable contaminant class.
    pub hidden: Vec<HiddenClass>,
}

/// Doublets of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoubletKind {
    /// Ids of the two classes, the same one twice for two cells of one class.
    pub classes: (String, String),
    /// Share among random pairs of cells.
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
