//! Homogeneity (均一性): how alike the target cells are. Not purity.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::heterogeneity::Quantiles;

/// Homogeneity of the target cells.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Homogeneity {
    /// Diversity of order 0, 1, 2, over one or more groupings.
    pub hill: Vec<HillNumber>,
    /// The index of transcript homogeneity; `None` when not estimable.
    pub index: Option<HomogeneityIndex>,
    /// Distance of the sub-populations; `None` when there is one only or it is not estimable.
    pub separation: Option<Separation>,
    /// What there is to say, for instance why something was not estimable.
    pub note: Option<String>,
}

/// A Hill number: the effective number of groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HillNumber {
    /// What the groups are, such as "classes of viable singlets" or "sub-populations of the target".
    pub over: String,
    /// Order: 0 counts groups, 1 is the exponential of Shannon's entropy, 2 the inverse of Simpson's index.
    pub order: u32,
    /// The effective number of groups.
    pub value: f64,
    /// Lower end of the 95 % bootstrap interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % bootstrap interval.
    pub ci_high: Option<f64>,
    /// Cells counted.
    pub n: u64,
}

/// Entropy-based index, 0 to 1; 1 is one population without more spread than counting gives (10.1038/s41467-020-16904-3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HomogeneityIndex {
    /// The index.
    pub value: f64,
    /// Target cells it was computed from.
    pub n: u64,
    /// The index in random halves of the same lot.
    pub half_index: Option<Quantiles>,
    /// Absolute difference between two random halves of the same lot: what is no difference at all.
    pub split_half_difference: Option<Quantiles>,
    /// Number of random splits.
    pub n_splits: u64,
    /// Genes whose entropy deviates.
    pub n_deviating_genes: Option<u64>,
}

/// How far the sub-populations lie apart, scaled by what random groups of the same sizes give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Separation {
    /// Median distance between centroids over the median of random groups; above 1 is more than sampling noise.
    pub value: f64,
    /// 95th percentile of the same figure for random groups.
    pub null_q95: f64,
    /// Number of groups compared.
    pub n_groups: u64,
}
