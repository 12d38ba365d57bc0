//! The call of each cell, by the two-key rule in terms of likelihoods.
//!
//! A cell is a contaminant of a class only where that class's key is **high** (at least `min_distinct` distinct genes,
//! and more of them than this lot's background explains) and the target's key is **low**. Both high is a suspect: a
//! doublet or ambient RNA. Neither is unassigned. No single gene decides, and no cluster does. The likelihood is stated
//! in `data/call-model.toml`; the lot contributes the target's rate and each gene's background, and both are reported.

mod background;
mod evidence;
mod explain;
mod model;
mod panel_counts;
mod posterior;
mod rule;
mod subclass;
mod terms;
mod weights;

pub use background::{GeneBackground, LotBackground};
pub use evidence::{CellEvidence, ClassEvidence};
pub use explain::{Explainer, GeneEvidence};
pub use model::CallModel;
pub use panel_counts::{PanelCounts, PanelPass};
pub use rule::{Call, CallKind};

use evidence::Buffers;
use rule::Weighed;
use weights::Weights;

use puricell_core::math::median;
use puricell_core::{Noted, Warning, reduce};

use crate::resolve::Resolved;

/// The calls of all cells of a lot, and what they rest on.
#[derive(Debug, Clone)]
pub struct Calls {
    /// One entry per cell of the matrix; `None` for a cell that was not to be called.
    pub cells: Vec<Option<Call>>,
    /// What the lot contributed.
    pub background: LotBackground,
    /// Rounds of background estimation run.
    pub rounds: usize,
    /// Likelihood ratio at which a contaminant key is high, from the model.
    pub key_ratio: f64,
    /// Distinct genes of each class of `Resolved::classes` that the background explains in a cell of median depth
    /// among those called.
    pub expected_at_median: Vec<f64>,
}

/// Calls the cells for which `wanted` is true.
///
/// `panel` holds the decisive genes of every cell, `wanted` has an entry per cell. The background is first estimated from
/// cells that carry the target's signature, then `rounds` times from the cells called target.
pub fn call_cells(panel: &PanelCounts, resolved: &Resolved, model: &CallModel, wanted: &[bool]) -> Noted<Calls> {
    let mut reference: Vec<bool> = reduce::map_chunks(panel.n_cells(), reduce::CHUNK, |cells| {
        cells.map(|cell| wanted[cell] && evidence::is_provisional_target(panel, cell, model)).collect::<Vec<_>>()
    })
    .concat();
    let mut background = LotBackground::estimate(panel, &reference, model);
    let mut calls = Vec::new();
    let mut rounds = 0;
    while rounds < model.rule.rounds.max(1) {
        calls = call_once(panel, resolved, model, &background, wanted);
        rounds += 1;
        let next: Vec<bool> = calls.iter().map(|c| c.as_ref().is_some_and(|c| c.kind == CallKind::Target)).collect();
        if next == reference || rounds == model.rule.rounds.max(1) {
            break;
        }
        reference = next;
        background = LotBackground::estimate(panel, &reference, model);
    }
    let mut warnings = Vec::new();
    if background.is_frozen {
        warnings.push(Warning::new(
            "few_target_cells",
            format!(
                "only {} cells carry the target's signature (at least {} are needed), so the background of this lot \
                 could not be estimated and the model's frozen values were used: calls are provisional",
                background.n_reference, model.target.min_reference_cells
            ),
        ));
    }
    let depths: Vec<f64> = (0..panel.n_cells()).filter(|&c| wanted[c]).map(|c| panel.total(c) as f64).collect();
    let depth = median(&depths).unwrap_or(0.0);
    let expected_at_median = panel.classes().iter().map(|slots| background.expected_distinct(slots, depth)).collect();
    let value = Calls { cells: calls, background, rounds, key_ratio: model.rule.key_ratio, expected_at_median };
    Noted { value, warnings }
}

fn call_once(
    panel: &PanelCounts,
    resolved: &Resolved,
    model: &CallModel,
    background: &LotBackground,
    wanted: &[bool],
) -> Vec<Option<Call>> {
    let weights = Weights::new(panel, resolved, model, background);
    reduce::map_chunks(panel.n_cells(), reduce::CHUNK, |cells| {
        let mut buffers = Buffers::default();
        cells
            .map(|cell| {
                wanted[cell].then(|| {
                    let (evidence, posterior) = evidence::weigh(panel, resolved, cell, &weights, model, &mut buffers);
                    let weighed = Weighed {
                        class_genes: posterior.best().map_or(0, |(class, _)| weights.genes_for(panel, cell, class)),
                        stromal_genes: weights.stromal_genes(
                            panel,
                            cell,
                            evidence::depth_beside(panel, &evidence.classes, cell),
                            &model.rule,
                        ),
                        target_genes_asked: target_genes_asked(panel, resolved, background, cell),
                    };
                    rule::decide(&evidence, &posterior, resolved, weighed, model)
                })
            })
            .collect::<Vec<_>>()
    })
    .concat()
}

/// The profile's number, but no more than half of those expected at this depth, and at least one.
fn target_genes_asked(panel: &PanelCounts, resolved: &Resolved, background: &LotBackground, cell: usize) -> u32 {
    let expected = background.expected_distinct(panel.target(), panel.total(cell) as f64);
    resolved.target.min_distinct.min((expected / 2.0).ceil().max(1.0) as u32)
}

#[cfg(test)]
mod tests;
