//! What the lot itself contributes to the calls: the target's rate, and how often a target cell shows each gene.

use puricell_core::math::{exp, median};
use puricell_core::reduce;

use super::model::CallModel;
use super::panel_counts::PanelCounts;

/// One gene in the lot's target cells.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneBackground {
    /// Symbol.
    pub symbol: String,
    /// Reference cells that show it.
    pub n_detected: usize,
    /// Its molecules in the reference cells.
    pub n_molecules: u64,
    /// Molecules per molecule of a target cell, shrunk as the model says.
    pub rate: f64,
}

/// What this lot's reference cells (target cells) show.
#[derive(Debug, Clone, PartialEq)]
pub struct LotBackground {
    /// Reference cells.
    pub n_reference: usize,
    /// Molecules of the target's decisive genes per molecule, median over the reference cells.
    pub target_rate: f64,
    /// Shape of their negative binomial, by moments.
    pub target_shape: f64,
    /// True where there were too few reference cells, so that rate and shape are the model's.
    pub is_frozen: bool,
    /// One entry per slot of the panel counts.
    pub genes: Vec<GeneBackground>,
}

impl LotBackground {
    /// Estimates from the cells for which `reference` is true.
    pub(super) fn estimate(panel: &PanelCounts, reference: &[bool], model: &CallModel) -> Self {
        let cells: Vec<usize> = (0..panel.n_cells()).filter(|&c| reference[c] && panel.total(c) > 0).collect();
        let is_frozen = cells.len() < model.target.min_reference_cells;
        let molecules: f64 = cells.iter().map(|&c| panel.total(c) as f64).sum();
        let (target_rate, target_shape) = if is_frozen {
            (model.target.frozen_rate, model.target.frozen_shape)
        } else {
            target_rate_and_shape(panel, &cells, model)
        };
        let n_slots = panel.symbols().len();
        let seen = reduce::fold_chunks(
            cells.len(),
            reduce::CHUNK,
            |range| {
                let mut seen = vec![(0_usize, 0_u64); n_slots];
                for &cell in &cells[range] {
                    let (slots, counts) = panel.row(cell);
                    for (&slot, &count) in slots.iter().zip(counts) {
                        let (detected, molecules) = &mut seen[slot as usize];
                        *detected += 1;
                        *molecules += u64::from(count);
                    }
                }
                seen
            },
            |mut a, b| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a = (a.0 + b.0, a.1 + b.1));
                a
            },
        )
        .unwrap_or_else(|| vec![(0, 0); n_slots]);
        let frozen = model.target.frozen_rate / panel.target().len().max(1) as f64;
        let prior = &model.background;
        let genes = panel
            .symbols()
            .iter()
            .zip(seen)
            .enumerate()
            .map(|(slot, (symbol, (n_detected, n_molecules)))| GeneBackground {
                symbol: symbol.clone(),
                n_detected,
                n_molecules,
                rate: match (is_frozen, panel.target().binary_search(&slot).is_ok()) {
                    (true, true) => frozen,
                    (true, false) => prior.prior_molecules_seen / prior.prior_molecules,
                    (false, _) => {
                        (n_molecules as f64 + prior.prior_molecules_seen) / (molecules + prior.prior_molecules)
                    }
                },
            })
            .collect();
        Self { n_reference: cells.len(), target_rate, target_shape, is_frozen, genes }
    }

    /// Distinct genes among `slots` that a target cell of `total` molecules is expected to show.
    pub(super) fn expected_distinct(&self, slots: &[usize], total: f64) -> f64 {
        slots.iter().map(|&slot| 1.0 - exp(-total * self.genes[slot].rate)).sum()
    }
}

fn target_rate_and_shape(panel: &PanelCounts, cells: &[usize], model: &CallModel) -> (f64, f64) {
    let mut target: Vec<(f64, f64)> =
        cells.iter().map(|&c| (panel.among(c, panel.target()).1 as f64, panel.total(c) as f64)).collect();
    // In an order of their own, so that the sums do not depend on that of the cells in the file.
    target.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0)));
    let rates: Vec<f64> = target.iter().map(|(s, n)| s / n).collect();
    let rate = median(&rates).unwrap_or(model.target.frozen_rate);
    // variance = mean + mean^2 / shape, summed over the cells.
    let (mut squared_means, mut excess) = (0.0, 0.0);
    for (s, n) in target {
        let mean = n * rate;
        squared_means += mean * mean;
        excess += (s - mean) * (s - mean) - mean;
    }
    let [least, most] = model.target.shape_range;
    let shape = if excess > 0.0 { (squared_means / excess).clamp(least, most) } else { most };
    (rate, shape)
}
