//! What target cells show that are not in a state.

use puricell_core::reduce;

use super::counts::StateCounts;
use super::weigh::Weight;
use super::{StateDefinition, StateParams};

/// Cells at rest, and how many are not.
#[derive(Debug)]
pub(super) struct Rest {
    /// Molecules of each gene in the cells at rest.
    pub(super) seen: Vec<u64>,
    /// Molecules of each gene per molecule that cells are weighed with.
    pub(super) rates: Vec<f64>,
    /// Molecules of the genes that rise per molecule: what the cells at rest show.
    pub(super) own: f64,
    /// The same as it is weighed with: no more than the state's limit.
    pub(super) taken: f64,
    /// Cells in the state.
    pub(super) in_state: u64,
}

/// Settles which cells are at rest. `None` where the target cells hold no molecule.
pub(super) fn rest_of(
    state: &StateDefinition,
    weight: &Weight,
    counts: &StateCounts,
    index: usize,
    params: &StateParams,
) -> Option<Rest> {
    let mut is_resting = least_half(weight, counts, index);
    let mut rest = pooled(state, weight, counts, index, &is_resting)?;
    for _ in 0..params.max_rounds {
        let now: Vec<bool> = reduce::map_chunks(counts.n_cells(), reduce::CHUNK, |range| {
            let mut room = vec![0.0; weight.n_genes()];
            let weighs = |cell| {
                let row = counts.row(index, cell);
                weight.log_ratio(row, counts.molecules(cell), &rest.rates, &mut room) < weight.threshold
            };
            range.map(weighs).collect::<Vec<bool>>()
        })
        .concat();
        rest.in_state = now.iter().filter(|&&resting| !resting).count() as u64;
        if now == is_resting {
            break;
        }
        is_resting = now;
        // Where no cell is left at rest, the limit alone says what one shows, in the proportions known so far.
        if let Some(next) = pooled(state, weight, counts, index, &is_resting) {
            rest = Rest { in_state: rest.in_state, ..next };
        }
    }
    Some(rest)
}

/// The cells whose share of molecules of genes that rise is the median one at most: half of them, or more where shares are
/// equal, whatever the order of the cells.
fn least_half(weight: &Weight, counts: &StateCounts, index: usize) -> Vec<bool> {
    let share = |cell: usize| {
        let rising = counts.row(index, cell).iter().filter(|e| weight.rises(e.0 as usize));
        let molecules: u64 = rising.map(|e| u64::from(e.1)).sum();
        molecules as f64 / counts.molecules(cell).max(1) as f64
    };
    let shares: Vec<f64> = (0..counts.n_cells()).map(share).collect();
    let mut sorted = shares.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let median = sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0.0);
    shares.into_iter().map(|share| share <= median).collect()
}

/// What some cells show together. `None` where they hold no molecule.
fn pooled(
    state: &StateDefinition,
    weight: &Weight,
    counts: &StateCounts,
    index: usize,
    is_resting: &[bool],
) -> Option<Rest> {
    let mut seen = vec![0_u64; weight.n_genes()];
    let mut molecules = 0_u64;
    for cell in (0..counts.n_cells()).filter(|&cell| is_resting[cell]) {
        molecules += counts.molecules(cell);
        for &(gene, count) in counts.row(index, cell) {
            seen[gene as usize] += u64::from(count);
        }
    }
    if molecules == 0 {
        return None;
    }
    let rising: u64 = (0..seen.len()).filter(|&gene| weight.rises(gene)).map(|gene| seen[gene]).sum();
    let own = rising as f64 / molecules as f64;
    let taken = state.at_rest_most.map_or(own, |most| own.min(most));
    let scale = if taken < own { taken / own } else { 1.0 };
    let rate = |(gene, &seen): (usize, &u64)| {
        let rate = seen as f64 / molecules as f64;
        if weight.rises(gene) { scale * rate } else { rate }
    };
    let rates = seen.iter().enumerate().map(rate).collect();
    Some(Rest { seen, rates, own, taken, in_state: 0 })
}
