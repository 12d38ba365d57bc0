//! The numbers of a profile: which cells are kept, and how sub-populations are looked for.

use serde::Deserialize;

use crate::outline::NumberRange;

/// Which cells are fit to be called.
///
/// The floors hold for every cell; the bounds by median absolute deviations (MAD) hold for what looks like a target
/// cell, so that small contaminants (granulocytes, platelets, lymphocytes) are not lost by cuts made for big cells.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qc {
    /// Molecules that any cell must have. Default 200; lower it for platelets or very shallow data.
    pub min_counts: u32,
    /// Features that any cell must show. Default 100; as above.
    pub min_features: u32,
    /// MADs below the median of ln counts and ln features at which a target cell is cut. Default 4; raise it where
    /// shallow lots lose good cells.
    pub mads_low: f64,
    /// MADs above the median at which a target cell is cut, if `use_upper_bounds`. Default 4.
    pub mads_high: f64,
    /// Whether to cut at the upper bound. Default false: large cycling stromal cells lie there
    /// too. Turn it on for lots of one cell size with many doublets.
    pub use_upper_bounds: bool,
    /// MADs above the median mitochondrial share at which a cell is cut. Default 3.
    pub mito_mads: f64,
    /// Mitochondrial share that is never cut, 0 to 1. Default 0.10: 5 % fails in 13 of 44 human tissues (PMC8599307).
    pub mito_min: f64,
    /// Mitochondrial share that is always cut, 0 to 1. Default 0.25; lower it with evidence from the lot's dye viability.
    pub mito_cap: f64,
    /// Share of doublets per 1,000 recovered cells, 0 to 1. Default 0.008, which 10x states for 3' v3.1; about half for GEM-X.
    #[serde(default = "rate_of_10x_v3")]
    pub doublet_rate_per_1000: f64,
}

fn rate_of_10x_v3() -> f64 {
    0.008
}

impl Default for Qc {
    fn default() -> Self {
        Self {
            min_counts: 200,
            min_features: 100,
            mads_low: 4.0,
            mads_high: 4.0,
            use_upper_bounds: false,
            mito_mads: 3.0,
            mito_min: 0.10,
            mito_cap: 0.25,
            doublet_rate_per_1000: rate_of_10x_v3(),
        }
    }
}

impl Qc {
    pub(super) fn ranges(&self) -> [NumberRange; 6] {
        [
            NumberRange::above_0("mads_low", self.mads_low),
            NumberRange::above_0("mads_high", self.mads_high),
            NumberRange::above_0("mito_mads", self.mito_mads),
            NumberRange::fraction("mito_min", self.mito_min),
            NumberRange::fraction("mito_cap", self.mito_cap),
            NumberRange::fraction("doublet_rate_per_1000", self.doublet_rate_per_1000),
        ]
    }
}

/// How sub-populations are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// Variable genes kept. Default 2000; fewer for shallow data.
    pub n_variable: usize,
    /// Principal components kept. Default 30.
    pub n_components: usize,
    /// Neighbours of each cell in the graph. Default 15; more gives fewer and larger groups.
    pub k: usize,
    /// Resolution of the partition. Default 0.5; higher gives more groups.
    pub resolution: f64,
}

impl Default for Analysis {
    fn default() -> Self {
        Self { n_variable: 2000, n_components: 30, k: 15, resolution: 0.5 }
    }
}

impl Analysis {
    pub(super) fn ranges(&self) -> [NumberRange; 4] {
        [
            NumberRange::count("n_variable", self.n_variable),
            NumberRange::count("n_components", self.n_components),
            NumberRange::count("k", self.k),
            NumberRange::above_0("resolution", self.resolution),
        ]
    }
}
