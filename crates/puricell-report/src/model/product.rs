//! What the profile asks of the product beyond classes and limits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the profile asks of the product beyond classes and limits, and what was found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// What holds by passage and state: what became of each rule of the profile for this lot.
    pub rules: Vec<AppliedRule>,
    /// Genes or markers that did not count in this lot.
    pub waivers: Vec<Waiver>,
    /// The class, not the target, of which most kept cells are; `None` where there is none.
    pub majority: Option<Majority>,
    /// The declared mixture against what was found; `None` where the product is none.
    pub mixture: Option<Mixture>,
    /// Classes that matter below what so many cells can show.
    pub screens: Vec<Screen>,
    /// The transgenes named; `None` where none is named and none expected.
    pub transgenes: Option<Transgenes>,
}

/// A rule of the profile for some lots, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AppliedRule {
    /// Id of the rule.
    pub id: String,
    /// When it holds, in words.
    pub when: String,
    /// Whether it holds for this lot; `None` where the metadata does not say.
    pub holds: Option<bool>,
    /// Whether it was applied.
    pub applied: bool,
    /// What it does to data of this kind, in words; `None` where it does nothing to them.
    pub effect: Option<String>,
    /// Why there is such a rule.
    pub reason: String,
    /// What it rests on: a citation, or `general knowledge`.
    pub basis: String,
}

/// A gene or marker that did not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// Its symbol.
    pub gene: String,
    /// Names of the classes for which it would have decided.
    pub classes: Vec<String>,
    /// Why it did not count.
    pub reason: String,
}

/// Most kept cells are of one class that is not the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Majority {
    /// Id of the class.
    pub class: String,
    /// Its cells.
    pub k: u64,
    /// The cells kept.
    pub n: u64,
    /// True where the profile refuses a claim of purity on such a lot: then no share of the target is stated as purity.
    pub refuses: bool,
    /// What was found and what follows.
    pub sentence: String,
    /// What the refusal rests on; `None` where nothing is refused.
    pub basis: Option<String>,
}

/// A declared mixture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mixture {
    /// The components, in the order of the profile.
    pub components: Vec<MixtureComponent>,
}

/// A component of a mixture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MixtureComponent {
    /// Id of the class or subset.
    pub class: String,
    /// True where its cells are counted within another class, and so add nothing to the purity.
    pub within_another: bool,
    /// Lower end of the range expected, as a share of the viable singlets.
    pub range_min: Option<f64>,
    /// Upper end of the range expected.
    pub range_max: Option<f64>,
    /// Its cells; `None` when the class is not reportable.
    pub k: Option<u64>,
    /// The viable singlets.
    pub n: u64,
    /// `k / n`.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// One-sided 95 % upper bound.
    pub upper_one_sided: Option<f64>,
    /// Whether the fraction lies in the range; `None` when not reportable or there is no cell.
    pub within_by_point: Option<bool>,
    /// What the one-sided 95 % bounds show: within, outside, or `None` where they leave it open.
    pub within_by_bound: Option<bool>,
    /// What the range rests on: a citation, or `general knowledge`.
    pub basis: String,
}

/// A screen for a class that the method cannot exclude at the level that matters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Screen {
    /// Id of the class looked for.
    pub class: String,
    /// Cells found; `None` when not screened.
    pub k: Option<u64>,
    /// Cells screened, which are those kept; `None` when not screened.
    pub n: Option<u64>,
    /// Exact one-sided 95 % upper bound of the share.
    pub upper_one_sided: Option<f64>,
    /// The smallest share of which so many cells would have shown one with 95 % probability, were every such cell recognised.
    pub smallest_seen: Option<f64>,
    /// Limit of detection of this method from blanks; `None` without a validation study.
    pub lod: Option<f64>,
    /// Result and limit in one sentence.
    pub sentence: String,
    /// What the result can say.
    pub shows: String,
    /// What it cannot.
    pub cannot_show: String,
    /// The method that decides instead.
    pub orthogonal: String,
    /// Genes that others use for this purpose and that did not decide here.
    pub excluded: Vec<ExcludedGene>,
    /// What the screen rests on: a citation, or `general knowledge`.
    pub basis: String,
}

/// A gene that must not decide in a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExcludedGene {
    /// The gene's symbol.
    pub gene: String,
    /// Why.
    pub reason: String,
}

/// The target cells that show the transgenes named. For information.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transgenes {
    /// Molecules from which on a cell shows a feature.
    pub min_molecules: u32,
    /// Whether the product is modified by declaration.
    pub expected: bool,
    /// A row per feature named, then one of the cells that show any of several; empty where none is named.
    pub shares: Vec<TransgeneShare>,
}

/// The target cells that show a transgene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TransgeneShare {
    /// The feature as the user named it, or `any`.
    pub feature: String,
    /// Target cells that show it; `None` where it was not measured, which is not zero.
    pub k: Option<u64>,
    /// Target cells; `None` where it was not measured.
    pub n: Option<u64>,
    /// `k / n`.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// One-sided 95 % upper bound.
    pub upper_one_sided: Option<f64>,
    /// The result in words.
    pub sentence: String,
}
