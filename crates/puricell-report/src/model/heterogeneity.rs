//! Sub-populations of the target cells and how stable they are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Heterogeneity of the target cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Heterogeneity {
    /// Which cells were looked at, in words.
    pub scope: String,
    /// Their number.
    pub n: u64,
    /// Method, such as "Leiden, resolution 0.6".
    pub method: String,
    /// Resolution used.
    pub resolution: f64,
    /// Modularity reached.
    pub modularity: Option<f64>,
    /// The sub-populations, largest first.
    pub subpopulations: Vec<SubPopulation>,
    /// Stability of the partition.
    pub stability: Option<Stability>,
}

/// One sub-population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SubPopulation {
    /// Name, such as `S1`.
    pub id: String,
    /// What the sub-population seems to be, where a state panel explains it, such as "cycling".
    pub note: Option<String>,
    /// Cells in it.
    pub k: u64,
    /// Target cells.
    pub n: u64,
    /// `k / n`.
    pub fraction: f64,
    /// Lower end of the 95 % interval.
    pub ci_low: f64,
    /// Upper end of the 95 % interval.
    pub ci_high: f64,
    /// Best Jaccard index of this sub-population over the bootstrap replicates.
    pub jaccard: Option<Quantiles>,
    /// Does it reach the stability limit; `None` when stability was not assessed.
    pub stable: Option<bool>,
    /// Marker genes, best first.
    pub markers: Vec<Marker>,
}

/// A marker gene of a sub-population against the other target cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Marker {
    /// Symbol.
    pub gene: String,
    /// Feature id of the input.
    pub feature_id: Option<String>,
    /// Effect size: the probability that a cell of the sub-population exceeds another (0.5 is none).
    pub auc: f64,
    /// Log2 fold change of mean normalised expression; `None` where not finite.
    pub log2_fold_change: Option<f64>,
    /// p-value of the rank test, adjusted by Benjamini-Hochberg.
    pub p_adjusted: f64,
    /// Share of the sub-population's cells that express it.
    pub fraction_in: Option<f64>,
    /// Share of the other cells that express it.
    pub fraction_out: Option<f64>,
}

/// Three points of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantiles {
    /// 5th percentile.
    pub q05: f64,
    /// Median.
    pub median: f64,
    /// 95th percentile.
    pub q95: f64,
}

/// How far the partition depends on resolution, seed and sample.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stability {
    /// The partition at other resolutions, increasing.
    pub resolutions: Vec<ResolutionPoint>,
    /// The partition with other seeds.
    pub seeds: Vec<SeedPoint>,
    /// How the bootstrap was done; `None` when it was not.
    pub bootstrap: Option<Bootstrap>,
    /// Agreement (adjusted Rand index) with k-means++ at the same number of groups.
    pub kmeans_ari: Option<f64>,
    /// Median Jaccard index from which a sub-population is called stable.
    pub stable_from: Option<f64>,
}

/// The partition at one resolution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResolutionPoint {
    /// Resolution.
    pub resolution: f64,
    /// Number of groups found.
    pub n_groups: u64,
    /// Adjusted Rand index to the partition of this report.
    pub ari: f64,
    /// True for the resolution of this report.
    pub used: bool,
}

/// The partition with one seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeedPoint {
    /// Number of the random stream.
    pub seed: u64,
    /// Number of groups found.
    pub n_groups: u64,
    /// Adjusted Rand index to the partition of this report.
    pub ari: f64,
}

/// How the bootstrap was done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bootstrap {
    /// Number of replicates.
    pub n_replicates: u64,
    /// Share of cells drawn, without replacement.
    pub fraction_drawn: f64,
    /// Adjusted Rand index of the replicates to the partition of this report.
    pub ari: Option<Quantiles>,
}
