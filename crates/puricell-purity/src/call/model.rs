//! The frozen parameters of the call.

use serde::{Deserialize, Serialize};

use crate::PurityError;
use crate::error::{Document, from_toml};

/// `data/call-model.toml`, which says what each value means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallModel {
    /// `puricell-call-model/1`.
    pub schema: String,
    /// Version of the values.
    pub version: String,
    /// Prior probabilities.
    pub prior: Priors,
    /// The target's key.
    pub target: TargetKey,
    /// A contaminant class's key.
    pub class: ClassKey,
    /// Background of each gene.
    pub background: BackgroundPrior,
    /// Doublets of a target cell and another.
    pub doublet: DoubletModel,
    /// From likelihoods to calls.
    pub rule: Rule,
}

/// Prior probabilities of the hypotheses; weighed against each other, they need not sum to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priors {
    /// A target cell.
    pub target: f64,
    /// A cell of one class.
    pub contaminant: f64,
    /// A target cell and a cell of one class in one droplet.
    pub doublet: f64,
    /// A cell of no class named.
    pub none: f64,
}

/// The target's key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetKey {
    /// Target molecules per molecule of a provisional target cell.
    pub provisional_rate: f64,
    /// Distinct decisive genes of a provisional target cell.
    pub provisional_distinct: u32,
    /// Fewest reference cells for an estimate of the lot's own rate.
    pub min_reference_cells: usize,
    /// Rate that stands in otherwise.
    pub frozen_rate: f64,
    /// Shape that stands in otherwise.
    pub frozen_shape: f64,
    /// Bounds of the lot's own shape.
    pub shape_range: [f64; 2],
    /// Share of the target's rate seen in other cells.
    pub leak: f64,
    /// Shape of that.
    pub leak_shape: f64,
}

/// A contaminant class's key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassKey {
    /// Share of a class's decisive genes seen in a deeply sequenced cell of it.
    pub detected_share: f64,
    /// Molecules at which 1 - 1/e of that share is seen.
    pub half_depth: f64,
    /// Shape of the distinct genes that the background shows.
    pub background_shape: f64,
    /// Shape of the distinct genes that a cell of the class shows.
    pub class_shape: f64,
}

/// What a gene's background rate is shrunk to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackgroundPrior {
    /// Detections added.
    pub prior_detections: f64,
    /// Molecules added.
    pub prior_molecules: f64,
}

/// A droplet with a target cell and another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoubletModel {
    /// Share of the target's rate.
    pub target_share: f64,
    /// Upper bound of the shape of the target's molecules.
    pub max_shape: f64,
}

/// From likelihoods to calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Likelihood ratio at which a contaminant key is high.
    pub key_ratio: f64,
    /// Least posterior probability of a contaminant call.
    pub min_confidence: f64,
    /// Least posterior probability of a target or suspect call.
    pub min_target_confidence: f64,
    /// Rounds of background estimation.
    pub rounds: usize,
}

impl CallModel {
    /// The text of the built-in model.
    pub const BUILTIN: &str = include_str!("../../data/call-model.toml");

    /// The built-in model.
    ///
    /// # Errors
    /// [`PurityError::Syntax`], which a test excludes for the built-in text.
    pub fn builtin() -> Result<Self, PurityError> {
        from_toml(Self::BUILTIN, Document::CallModel, "call-model.toml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_model_parses_and_its_values_are_in_range() {
        let model = CallModel::builtin().unwrap();
        for p in [model.prior.target, model.prior.contaminant, model.prior.doublet, model.prior.none] {
            assert!(p > 0.0 && p < 1.0);
        }
        assert!(model.target.leak < model.doublet.target_share && model.doublet.target_share < 1.0);
        assert!(model.rule.min_confidence > model.rule.min_target_confidence);
    }
}
