//! Why single cells were called so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The evidence of single cells or events: contaminants, suspects, and those asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explained {
    /// Cells that `evidence.tsv` explains, or events called contaminant or suspect; more than `cells` where the report shows
    /// a part.
    pub n_total: u64,
    /// Cells shown, in input order; evenly spaced where they are not all.
    pub cells: Vec<ExplainedCell>,
}

/// Why one cell was called so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedCell {
    /// The cell, by its barcode; the event, by its place in the file, from 1.
    pub cell: String,
    /// Id of the class it was called; `None` for a cell that was not kept.
    pub call: Option<String>,
    /// Id of the class that the genes were weighed for: the likeliest besides the target.
    pub class: String,
    /// The type of that class which explains the cell best.
    pub cell_type: String,
    /// Posterior probability of the call.
    pub confidence: Option<f64>,
    /// The genes that decided, by the weight of what they say. Empty for events.
    #[serde(default)]
    pub genes: Vec<ExplainingGene>,
    /// The markers of an event, by the weight of what they say. Empty for cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<ExplainingMarker>,
}

/// What one marker says of one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainingMarker {
    /// The marker.
    pub marker: String,
    /// The event's value, compensated, on the linear scale.
    pub value: f64,
    /// The marker's threshold, on the same scale.
    pub threshold: f64,
    /// Log likelihood ratio: above 0 it speaks for the class, below 0 for the target.
    pub log_ratio: f64,
}

/// What one gene says of one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainingGene {
    /// Symbol.
    pub gene: String,
    /// Molecules in the cell; 0 for a gene whose absence speaks.
    pub molecules: u64,
    /// Molecules that a target cell of this depth is expected to show.
    pub expected_in_target: f64,
    /// Log likelihood ratio: above 0 it speaks for the class, below 0 for the target.
    pub log_ratio: f64,
}
