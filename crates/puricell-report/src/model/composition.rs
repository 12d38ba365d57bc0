//! Which cells are in the lot and in what proportion.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::verdict::Status;

/// A class that a cell can be called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Class {
    /// Id, such as `hematopoietic`.
    pub id: String,
    /// Name for people, such as "Hematopoietic".
    pub label: String,
    /// Chinese name, where the profile has one.
    pub label_zh: Option<String>,
    /// Id of the class this is a sub-class of.
    pub parent: Option<String>,
    /// Its part in the product.
    pub role: Role,
}

/// The part a class plays in the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The product's cell.
    Target,
    /// A declared component besides the target.
    Component,
    /// A cellular impurity.
    Contaminant,
    /// For information; may overlap other classes and is in no sum.
    Informative,
    /// Not part of the viable singlets, such as non-viable cells.
    Excluded,
}

/// What a fraction is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DenominatorId {
    /// Every loaded barcode or event.
    AllEvents,
    /// The kept cells: viable by the RNA surrogate or the dye, and single.
    ViableSinglets,
    /// The kept cells that got a class: without suspects and unassigned.
    Classified,
}

/// Size and meaning of a denominator in this lot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DenominatorSize {
    /// Which denominator.
    pub id: DenominatorId,
    /// Its number of cells in this lot.
    pub n: u64,
    /// What it means, in one sentence.
    pub definition: String,
}

/// The target's share of one denominator; of a declared mixture, that of all its components together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PurityStatement {
    /// Which denominator.
    pub denominator: DenominatorId,
    /// Cells of the target, or of all components of a mixture.
    pub k: u64,
    /// Size of the denominator.
    pub n: u64,
    /// `k / n`; `None` when `n` is 0, and where the profile refuses a claim of purity.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// True for the denominator that the specification or profile makes the headline.
    pub headline: bool,
}

/// A row of `composition.tsv`: the same columns, the same order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CompositionRow {
    /// Id of the class.
    pub class: String,
    /// Id of the class this is a sub-class of.
    pub parent: Option<String>,
    /// The class's part in the product.
    pub role: Role,
    /// Cells of the class; `None` when the class is not reportable.
    pub k: Option<u64>,
    /// Size of the denominator.
    pub n: u64,
    /// What the fraction is a share of.
    pub denominator: DenominatorId,
    /// `k / n`, 0 to 1.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval, by [`Statistics::interval`].
    pub ci_low: Option<f64>,
    /// Upper end of the same.
    pub ci_high: Option<f64>,
    /// One-sided 95 % upper bound.
    pub upper_one_sided: Option<f64>,
    /// Limit of blank, as a fraction.
    pub lob: Option<f64>,
    /// Limit of detection, as a fraction.
    pub lod: Option<f64>,
    /// Limit of quantification, as a fraction.
    pub loq: Option<f64>,
    /// Limit of the specification, as a fraction.
    pub limit: Option<f64>,
    /// Status against the limit; `None` where no limit is set.
    pub status: Option<Status>,
    /// The fraction corrected for what the method confuses; `None` without a validation study.
    #[serde(default)]
    pub corrected_fraction: Option<f64>,
    /// Lower end of its 95 % interval.
    #[serde(default)]
    pub corrected_low: Option<f64>,
    /// Upper end of its 95 % interval.
    #[serde(default)]
    pub corrected_high: Option<f64>,
    /// The result against the limits of blank and quantification; `None` without a validation study.
    #[serde(default)]
    pub result: Option<Detection>,
}

/// A result against the limits of the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Detection {
    /// No more cells than a blank may give.
    NotDetected,
    /// More than a blank gives, and below the limit of quantification, or none is established.
    DetectedBelowLoq,
    /// At or above the limit of quantification, and within the range studied.
    Quantified,
    /// Above the highest fraction that was studied.
    AboveRange,
}

/// How fractions were computed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Statistics {
    /// The two-sided intervals; one-sided bounds are exact always.
    pub interval: IntervalMethod,
    /// The validation study behind detection limits and corrected fractions, by its file's name; `None` without one.
    pub validation: Option<String>,
}

/// How two-sided intervals are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IntervalMethod {
    /// Exact, conservative.
    #[default]
    ClopperPearson,
    /// The score interval.
    Wilson,
    /// Equal tails of Jeffreys' prior.
    Jeffreys,
}
