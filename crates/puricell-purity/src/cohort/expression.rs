//! How far apart the target cells of two lots are in what they express.
//!
//! A run keeps of each lot what needs no other lot to be made: the counts of its target cells summed per gene
//! ([`Pseudobulk`]), and the distributions of single genes or markers and of sums of genes along fixed random directions
//! ([`Distributions`]). Both are kept for all target cells or for two halves of them, drawn at random, so that a distance
//! between lots can be held against what two draws from one lot differ by. [`Cohort`] compares lots by these. In how many of all
//! its viable singlets each gene is seen ([`Detected`]) is held against a cytometer's shares of the same lot.
//!
//! What is kept depends on no run's seed, no profile and no order of cells, so that lots of different runs can be compared. Depth
//! and chemistry of sequencing, voltages and clones of antibodies are not taken out: lots that were measured differently are
//! apart by that too.

mod compare;
mod detected;
mod distributions;
mod genes;
mod halves;
mod header;
mod pseudobulk;
mod quantiles;

pub use compare::{Apart, Cohort, CompareParams, Comparison, Distance, LotPair, MarkerDistance, Measure, WhyNot};
pub use detected::{Detected, DetectedGene, parse_detection, write_detection};
pub use distributions::{
    Distribution, DistributionKind, Distributions, N_DIRECTIONS, TargetCells, TargetEvents, parse_distributions,
    write_distributions,
};
pub use genes::SketchGenes;
pub use halves::second_of_target;
pub use pseudobulk::{GeneSums, Pseudobulk, Reference, parse_pseudobulk, write_pseudobulk};
pub use quantiles::N_QUANTILES;

/// What is kept of a lot's target cells.
#[derive(Debug, Clone, PartialEq)]
pub struct LotExpression {
    /// Summed counts; `None` for a lot that a cytometer measured.
    pub pseudobulk: Option<Pseudobulk>,
    /// Distributions.
    pub distributions: Distributions,
}

#[cfg(test)]
pub(super) use simulated::features as features_for_tests;

#[cfg(test)]
mod simulated;
#[cfg(test)]
mod tests;
