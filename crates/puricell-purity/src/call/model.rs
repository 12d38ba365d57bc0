//! The frozen parameters of the call.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::PurityError;
use crate::error::{Document, Located, Problem, fail_if_any, from_toml};

/// Schema of the model's file.
pub(crate) const CALL_MODEL_SCHEMA: &str = "puricell-call-model/2";

/// `data/call-model.toml`, which says what each value means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallModel {
    /// `puricell-call-model/2`.
    pub schema: String,
    /// Version of the values.
    pub version: String,
    /// Prior probabilities.
    pub prior: Priors,
    /// The target's key.
    pub target: TargetKey,
    /// What one gene can say.
    pub gene: GeneWeight,
    /// Background of each gene.
    pub background: BackgroundPrior,
    /// Doublets of a target cell and another.
    pub doublet: DoubletModel,
    /// From likelihoods to calls.
    pub rule: Rule,
    /// Molecules per 10,000 at each level.
    pub level: BTreeMap<String, f64>,
    /// Genes of stromal cells beside the stromal key.
    pub stromal: Stromal,
    /// Levels of the genes of every leukocyte.
    pub leukocyte: BTreeMap<String, Vec<String>>,
    /// The cell types whose genes are known.
    #[serde(rename = "type")]
    pub types: Vec<CellType>,
    /// Symbol to Ensembl id of the genes that no panel names.
    pub support: BTreeMap<String, String>,
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
    /// Fewest reference cells for an estimate of the lot's own rates.
    pub min_reference_cells: usize,
    /// Rate of all decisive genes together that stands in otherwise.
    pub frozen_rate: f64,
    /// Shape that stands in otherwise.
    pub frozen_shape: f64,
    /// Bounds of the lot's own shape.
    pub shape_range: [f64; 2],
    /// Share of the target's rate seen in other cells.
    pub leak: f64,
    /// The same in a cell with the most ambient RNA.
    pub heavy_leak: f64,
    /// Share of the target's rate in a droplet with a target cell.
    pub doublet_share: f64,
}

/// What one gene can say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneWeight {
    /// Bound of a gene's log likelihood ratio.
    pub max_log_ratio: f64,
    /// Probability that a cell of a type makes one of its genes.
    pub on: f64,
    /// The same of a decisive gene of a class without types.
    pub panel_on: f64,
    /// Molecules per 10,000 of such a gene.
    pub panel_rate: f64,
}

/// What a gene's background rate is shrunk to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackgroundPrior {
    /// Molecules of the gene added.
    pub prior_molecules_seen: f64,
    /// Molecules of any gene added.
    pub prior_molecules: f64,
}

/// A droplet with a target cell and another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoubletModel {
    /// Shares of the droplet's molecules that are the target cell's, equally likely.
    pub target_shares: Vec<f64>,
}

/// From likelihoods to calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Likelihood ratio at which a contaminant key is high.
    pub key_ratio: f64,
    /// Odds of a target cell beside it against the cell alone from which on a cell is not called a contaminant.
    pub doublet_odds: f64,
    /// Least posterior probability of a contaminant call.
    pub min_confidence: f64,
    /// Least posterior probability of a target or suspect call.
    pub min_target_confidence: f64,
    /// Rounds of background estimation.
    pub rounds: usize,
}

/// Genes of stromal cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stromal {
    /// Symbols.
    pub genes: Vec<String>,
}

/// A type of cell and the levels of its genes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellType {
    /// Id.
    pub id: String,
    /// Id of the top class of a profile that it belongs to.
    pub class: String,
    /// Id of the sub-class; empty for a type that is of the class and of none of its sub-classes.
    #[serde(default)]
    pub subclass: String,
    /// True where the genes of every leukocyte are its genes too.
    #[serde(default)]
    pub leukocyte: bool,
    /// Symbols at each level.
    #[serde(flatten)]
    pub genes: BTreeMap<String, Vec<String>>,
}

impl CallModel {
    /// The text of the built-in model.
    pub const BUILTIN: &str = include_str!("../../data/call-model.toml");

    /// The built-in model.
    ///
    /// # Errors
    /// As [`CallModel::parse`], which a test excludes for the built-in text.
    pub fn builtin() -> Result<Self, PurityError> {
        Self::parse(Self::BUILTIN, "call-model.toml")
    }

    /// Reads a model; `name` is what messages call it.
    ///
    /// # Errors
    /// [`PurityError::Syntax`] for broken TOML, an unknown key or an unknown level; [`PurityError::Invalid`] for another
    /// schema or a value out of its range.
    pub fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        let model: Self = from_toml(text, Document::CallModel, name)?;
        let mut problems = Vec::new();
        let mut report = |problem| problems.push(Located { line: None, problem });
        if model.schema != CALL_MODEL_SCHEMA {
            report(Problem::Schema { found: model.schema.clone(), expected: CALL_MODEL_SCHEMA });
        }
        let (prior, target, gene, rule) = (&model.prior, &model.target, &model.gene, &model.rule);
        let mut inside = vec![
            ("target", "[prior]", prior.target),
            ("contaminant", "[prior]", prior.contaminant),
            ("doublet", "[prior]", prior.doublet),
            ("none", "[prior]", prior.none),
            ("leak", "[target]", target.leak),
            ("heavy_leak", "[target]", target.heavy_leak),
            ("doublet_share", "[target]", target.doublet_share),
            ("frozen_rate", "[target]", target.frozen_rate),
            ("on", "[gene]", gene.on),
            ("panel_on", "[gene]", gene.panel_on),
            ("min_confidence", "[rule]", rule.min_confidence),
            ("min_target_confidence", "[rule]", rule.min_target_confidence),
        ];
        inside.extend(model.doublet.target_shares.iter().map(|&share| ("target_shares", "[doublet]", share)));
        for (field, of, found) in inside.into_iter().filter(|(.., v)| !(*v > 0.0 && *v < 1.0)) {
            report(Problem::Range { field, of: of.to_owned(), found, expected: "a number between 0 and 1" });
        }
        let mut positive = vec![
            ("max_log_ratio", "[gene]", gene.max_log_ratio),
            ("panel_rate", "[gene]", gene.panel_rate),
            ("prior_molecules_seen", "[background]", model.background.prior_molecules_seen),
            ("prior_molecules", "[background]", model.background.prior_molecules),
            ("key_ratio", "[rule]", rule.key_ratio),
            ("doublet_odds", "[rule]", rule.doublet_odds),
        ];
        // A level that is not in [level] has no rate: NaN is out of every range.
        let named = model.types.iter().flat_map(|t| t.genes.keys()).chain(model.leukocyte.keys());
        positive.extend(named.map(|l| ("level", "[level]", model.level.get(l).copied().unwrap_or(f64::NAN))));
        positive.extend(model.level.values().map(|&rate| ("level", "[level]", rate)));
        for (field, of, found) in positive.into_iter().filter(|(.., v)| !(*v > 0.0 && v.is_finite())) {
            report(Problem::Range { field, of: of.to_owned(), found, expected: "a number above 0" });
        }
        fail_if_any(problems, Document::CallModel, name)?;
        Ok(model)
    }

    /// Molecules per molecule of each gene in a cell of this type.
    pub(super) fn rates<'a>(&'a self, cell_type: &'a CellType) -> BTreeMap<&'a str, f64> {
        let mut rates = BTreeMap::new();
        let common = cell_type.leukocyte.then_some(&self.leukocyte).into_iter().flatten();
        for (level, genes) in common.chain(&cell_type.genes) {
            let rate = self.level.get(level).copied().unwrap_or(0.0) / 1e4;
            rates.extend(genes.iter().map(|gene| (gene.as_str(), rate)));
        }
        rates
    }

    /// Symbols of all genes named by a type or as stromal, sorted, each once.
    pub(crate) fn named_genes(&self) -> Vec<&str> {
        let levels = self.types.iter().flat_map(|t| t.genes.values()).chain(self.leukocyte.values());
        let mut genes: Vec<&str> = levels.flatten().chain(&self.stromal.genes).map(String::as_str).collect();
        genes.sort_unstable();
        genes.dedup();
        genes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panels;

    #[test]
    fn the_built_in_model_parses_and_its_values_are_in_range() {
        let model = CallModel::builtin().unwrap();
        assert!(model.target.leak < model.target.heavy_leak && model.target.heavy_leak < model.target.doublet_share);
        assert!(model.rule.min_confidence > model.rule.min_target_confidence);
        // One gene must not outweigh the prior odds of target to class and the confidence asked for.
        let odds = model.prior.target / model.prior.contaminant * model.rule.min_confidence
            / (1.0 - model.rule.min_confidence);
        assert!(model.gene.max_log_ratio < puricell_core::math::ln(odds));
    }

    #[test]
    fn every_gene_named_has_an_id_once() {
        let model = CallModel::builtin().unwrap();
        let panels = Panels::builtin().unwrap();
        let in_panels = |gene: &str| panels.panels.iter().flat_map(|p| &p.markers).any(|m| m.symbol == gene);
        for gene in model.named_genes() {
            assert!(in_panels(gene) != model.support.contains_key(gene), "{gene}");
        }
        assert!(model.support.keys().all(|gene| model.named_genes().contains(&gene.as_str())));
    }

    #[test]
    fn a_value_out_of_range_and_an_unknown_level_are_refused() {
        let bad = CallModel::BUILTIN.replace("leak = 0.08", "leak = 1.2");
        assert!(CallModel::parse(&bad, "x").unwrap_err().to_string().contains("leak"));
        let bad = CallModel::BUILTIN.replace("very_high = 60.0", "huge = 60.0");
        assert!(CallModel::parse(&bad, "x").is_err());
        let bad = CallModel::BUILTIN.replace("call-model/2", "call-model/1");
        assert!(CallModel::parse(&bad, "x").is_err());
    }

    #[test]
    fn a_type_overrules_what_every_leukocyte_has() {
        let model = CallModel::builtin().unwrap();
        let t_cell = model.types.iter().find(|t| t.id == "t_cell").unwrap();
        let rates = model.rates(t_cell);
        assert!((rates["CD52"] - 20e-4).abs() < 1e-15, "high in T cells, medium in leukocytes");
        assert!((rates["PTPRC"] - 2e-4).abs() < 1e-15);
        let vascular = model.types.iter().find(|t| t.id == "vascular").unwrap();
        assert!(!model.rates(vascular).contains_key("PTPRC"));
    }
}
