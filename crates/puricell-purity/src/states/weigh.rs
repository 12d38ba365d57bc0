//! How much likelier a cell's counts are in a state than at rest.

use puricell_core::math::ln;

use super::counts::StateGenes;
use super::{Rest, StateParams};

/// Molecules that a gene is taken to have shown beside those seen, where its part of a programme is asked for.
const SEEN_BESIDE: f64 = 0.2;

/// A product of as many ratios, each within `1 / fold` and `fold`, is a number yet.
const PER_PRODUCT: usize = 128;

/// What a state's genes are weighed with.
#[derive(Debug)]
pub(super) struct Weight {
    /// How many times what is shown at rest each gene shows in the state.
    folds: Vec<f64>,
    ln_folds: Vec<f64>,
    shape: f64,
    /// What is asked of a cell.
    pub(super) threshold: f64,
    /// The most that one gene weighs.
    bound: f64,
}

impl Weight {
    pub(super) fn new(genes: &StateGenes, params: &StateParams) -> Self {
        let folds: Vec<f64> =
            genes.genes.iter().map(|g| if g.rises { params.fold } else { 1.0 / params.fold }).collect();
        let threshold = ln(params.likelihood_ratio);
        Self {
            ln_folds: folds.iter().map(|&f| ln(f)).collect(),
            folds,
            shape: params.shape,
            threshold,
            bound: threshold / f64::from(params.min_genes.max(1)),
        }
    }

    pub(super) fn n_genes(&self) -> usize {
        self.folds.len()
    }

    /// Whether a gene rises.
    pub(super) fn rises(&self, gene: usize) -> bool {
        self.folds[gene] > 1.0
    }

    /// The log likelihood ratio of a cell's counts `row` (gene and molecules, increasing), with `rates` molecules of each
    /// gene per molecule at rest. `ratios` is room for as many numbers.
    pub(super) fn log_ratio(&self, row: &[(u32, u32)], molecules: u64, rates: &[f64], ratios: &mut [f64]) -> f64 {
        let molecules = molecules as f64;
        let shape = self.shape;
        for ((ratio, &rate), &fold) in ratios.iter_mut().zip(rates).zip(&self.folds) {
            let mean = molecules * rate;
            *ratio = (shape + fold * mean) / (shape + mean);
        }
        let unseen: f64 = ratios.chunks(PER_PRODUCT).map(|some| ln(some.iter().product())).sum();
        let mut sum = -shape * unseen;
        for &(gene, count) in row {
            let gene = gene as usize;
            let ln_ratio = ln(ratios[gene]);
            // What the gene weighs, in place of what it weighs where it is not seen.
            sum += self.gene(gene, f64::from(count), ln_ratio) + shape * ln_ratio;
        }
        sum
    }

    /// What one gene weighs that shows `count` molecules.
    fn gene(&self, gene: usize, count: f64, ln_ratio: f64) -> f64 {
        (count * self.ln_folds[gene] - (count + self.shape) * ln_ratio).min(self.bound)
    }

    /// Molecules of the genes that rise from which on a cell of `depth` molecules is counted, where they show in the
    /// proportions of cells at rest and genes that fall show what they show in the state. `None` where no number is enough.
    pub(super) fn counted_from(&self, depth: f64, rest: &Rest) -> Option<f64> {
        let rising = |gene: &usize| self.rises(*gene);
        let seen = |gene: usize| rest.seen[gene] as f64 + SEEN_BESIDE;
        let all_seen: f64 = (0..self.n_genes()).filter(rising).map(seen).sum();
        let weighs = |molecules: f64| -> f64 {
            let of = |gene: usize| {
                let mean = depth * rest.rates[gene];
                let ln_ratio = ln((self.shape + self.folds[gene] * mean) / (self.shape + mean));
                let count = if self.rises(gene) { molecules * seen(gene) / all_seen } else { self.folds[gene] * mean };
                self.gene(gene, count, ln_ratio)
            };
            (0..self.n_genes()).map(of).sum()
        };
        let (mut low, mut high) = (0.0, depth);
        if weighs(high) < self.threshold {
            return None;
        }
        // Ends where two neighbouring numbers are left, or nearly.
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if weighs(middle) < self.threshold {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }
}
