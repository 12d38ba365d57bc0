//! Lots measured by two methods: expression of single cells and cytometry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far two methods agree over lots; all `None` with fewer than three.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodAgreement {
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

/// One class by two methods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodComparison {
    /// Id of the class.
    pub class: String,
    /// Name for people.
    pub label: String,
    /// Lots measured by both: expression first, cytometry second.
    pub pairs: Vec<MethodPair>,
    /// Over these lots.
    #[serde(flatten)]
    pub agreement: MethodAgreement,
}

/// One lot by two methods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodPair {
    /// Lot number.
    pub lot: String,
    /// Cells by expression and by cytometry: those of the class, or those in which the gene is seen and those that carry the protein.
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

/// One marker by its RNA and by its protein.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarkerComparison {
    /// The marker, such as "CD105".
    pub marker: String,
    /// Symbol of its gene.
    pub gene: String,
    /// What each of the two answers.
    pub answers: String,
    /// The same in Chinese.
    pub answers_zh: String,
    /// Where that is from.
    pub source: String,
    /// Lots in which both were measured.
    pub pairs: Vec<MarkerPair>,
    /// Over these lots.
    #[serde(flatten)]
    pub agreement: MethodAgreement,
}

/// One marker of one lot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarkerPair {
    /// RNA (cells with at least one molecule of the gene) and protein (positive events).
    #[serde(flatten)]
    pub counted: MethodPair,
    /// Lower ends of the exact 95 % intervals of the two fractions.
    pub ci_low: [f64; 2],
    /// Upper ends.
    pub ci_high: [f64; 2],
    /// Molecules of the gene in all viable singlets.
    pub molecules: u64,
    /// Squared coefficient of variation of the cells' molecules of all genes.
    pub depth_dispersion: f64,
    /// Fraction in which RNA would be seen if exactly the share of cells that carries the protein held its molecules alike.
    pub expected: f64,
    /// The same at the lower end of the protein's interval.
    pub expected_low: f64,
    /// And at the upper end.
    pub expected_high: f64,
    /// What that shows.
    pub finding: MarkerFinding,
}

/// What RNA and protein of a marker show of each other in one lot, by the 95 % intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkerFinding {
    /// The interval of the difference holds 0.
    NoDifference,
    /// RNA in fewer cells, by no more than dropout explains, and in more than half as many cells as carry the protein could hold.
    RnaBelowAsDropout,
    /// RNA in fewer cells, and too few molecules to tell dropout from cells without RNA.
    RnaBelowTooFewMolecules,
    /// RNA in fewer cells than dropout explains.
    RnaBelowBeyondDropout,
    /// RNA in more cells than protein.
    RnaAbove,
}
