//! The frozen parameters of the call of an event.

use serde::{Deserialize, Serialize};

use crate::PurityError;
use crate::error::{Document, Located, Problem, fail_if_any, from_toml};

/// Schema of the model file.
pub const EVENT_MODEL_SCHEMA: &str = "puricell-event-model/1";

/// `data/cytometry/call-model.toml`, which says what each value means and states the likelihood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventModel {
    /// [`EVENT_MODEL_SCHEMA`].
    pub schema: String,
    /// Version of the values.
    pub version: String,
    /// Prior probabilities.
    pub prior: EventPriors,
    /// What a sign means.
    pub sign: SignProbabilities,
    /// Bounds of the evidence.
    pub evidence: EventEvidence,
    /// From likelihoods to calls.
    pub rule: EventRule,
}

/// Prior probabilities of the hypotheses; weighed against each other, they need not sum to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventPriors {
    /// A target cell.
    pub target: f64,
    /// A cell of one class or sub-class.
    pub contaminant: f64,
    /// A target cell and a cell of one class or sub-class in one event.
    pub doublet: f64,
    /// A cell of no class named.
    pub none: f64,
}

/// Probability that a cell of a class carries a marker, by the sign that the profile gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignProbabilities {
    /// Listed in `required`, `pos`, `bright` or `optional`.
    pub positive: f64,
    /// Listed in `neg`.
    pub negative: f64,
    /// Listed in `dim`.
    pub dim: f64,
    /// Listed in `modulated`.
    pub modulated: f64,
    /// Listed in `either`.
    pub either: f64,
    /// Not listed.
    pub unstated: f64,
}

/// Bounds of the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventEvidence {
    /// Bound of a marker's ln likelihood ratio, either way.
    pub max_log_ratio: f64,
}

/// From likelihoods to calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// Least posterior probability of a contaminant call.
    pub min_confidence: f64,
    /// Least share of the class's posterior that a sub-class must hold to be named.
    pub min_subclass_share: f64,
    /// Least posterior probability of a target or suspect call.
    pub min_target_confidence: f64,
}

impl EventModel {
    /// The TOML text that ships with the program.
    pub fn builtin_text() -> &'static str {
        include_str!("../../data/cytometry/call-model.toml")
    }

    /// The model that ships with the program.
    ///
    /// # Errors
    /// None in practice: a test reads the file. As [`EventModel::parse`].
    pub fn builtin() -> Result<Self, PurityError> {
        Self::parse(Self::builtin_text(), "event call model")
    }

    /// Reads a model; `name` is what messages call it.
    ///
    /// # Errors
    /// [`PurityError::Syntax`] for broken TOML or an unknown key; [`PurityError::Invalid`] for another schema or a value
    /// out of its range.
    pub fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        let model: Self = from_toml(text, Document::CallModel, name)?;
        let mut problems = Vec::new();
        let mut report = |problem| problems.push(Located { line: None, problem });
        if model.schema != EVENT_MODEL_SCHEMA {
            report(Problem::Schema { found: model.schema.clone(), expected: EVENT_MODEL_SCHEMA });
        }
        let (prior, sign, rule) = (&model.prior, &model.sign, &model.rule);
        let inside = [
            ("target", "[prior]", prior.target),
            ("contaminant", "[prior]", prior.contaminant),
            ("doublet", "[prior]", prior.doublet),
            ("none", "[prior]", prior.none),
            ("positive", "[sign]", sign.positive),
            ("negative", "[sign]", sign.negative),
            ("dim", "[sign]", sign.dim),
            ("modulated", "[sign]", sign.modulated),
            ("either", "[sign]", sign.either),
            ("unstated", "[sign]", sign.unstated),
            ("min_confidence", "[rule]", rule.min_confidence),
            ("min_subclass_share", "[rule]", rule.min_subclass_share),
            ("min_target_confidence", "[rule]", rule.min_target_confidence),
        ];
        for (field, of, found) in inside.into_iter().filter(|(.., v)| !(*v > 0.0 && *v < 1.0)) {
            report(Problem::Range { field, of: of.to_owned(), found, expected: "a number between 0 and 1" });
        }
        // e^20 is certainty; beyond it a component's tail says nothing of cells.
        let found = model.evidence.max_log_ratio;
        if !(found > 0.0 && found <= 20.0) {
            let (of, expected) = ("[evidence]".to_owned(), "a number above 0 and up to 20");
            report(Problem::Range { field: "max_log_ratio", of, found, expected });
        }
        fail_if_any(problems, Document::CallModel, name)?;
        Ok(model)
    }
}
