//! Which genes decided on a cell.

use std::sync::Arc;

use super::background::LotBackground;
use super::evidence::{Buffers, weigh};
use super::model::CallModel;
use super::panel_counts::PanelCounts;
use super::terms::Depth;
use super::weights::{ClassWeights, Weights};
use crate::resolve::Resolved;

/// What one gene said in one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneEvidence {
    /// Symbol.
    pub symbol: Arc<str>,
    /// Molecules of it in the cell; 0 for a gene whose absence speaks.
    pub molecules: u64,
    /// Molecules of it that a target cell of this depth is expected to show.
    pub expected_in_target: f64,
    /// The likeliest class of the cell, by its index in `Resolved::classes`.
    pub class: usize,
    /// The type of that class which explains the cell best: an id of the call model, or of the class.
    pub cell_type: Arc<str>,
    /// Log likelihood of the molecules in a cell of that type over that in a target cell; bounded by the model.
    pub log_ratio: f64,
}

/// Says which genes decided, cell after cell.
#[derive(Debug)]
pub struct Explainer<'a> {
    panel: &'a PanelCounts,
    resolved: &'a Resolved,
    background: &'a LotBackground,
    model: &'a CallModel,
    weights: Weights,
    /// Symbol of each slot, for all cells the same one.
    symbols: Vec<Arc<str>>,
    /// Ids of the types of each class.
    types: Vec<Vec<Arc<str>>>,
}

impl<'a> Explainer<'a> {
    /// Of a lot; all four are those that its cells were called with.
    pub fn new(
        panel: &'a PanelCounts,
        resolved: &'a Resolved,
        background: &'a LotBackground,
        model: &'a CallModel,
    ) -> Self {
        let weights = Weights::new(panel, resolved, model, background);
        let ids = |class: &Option<ClassWeights>| {
            class.iter().flat_map(|c| &c.types).map(|t| Arc::from(t.id.as_str())).collect::<Vec<Arc<str>>>()
        };
        let types = weights.classes.iter().map(ids).collect();
        let symbols = panel.symbols().iter().map(|symbol| Arc::from(symbol.as_str())).collect();
        Self { panel, resolved, background, model, weights, symbols, types }
    }

    /// The genes that say most for or against the likeliest class of a cell, alone in its droplet, against the target.
    ///
    /// Genes are ordered by the size of their ratio, ties by symbol; those that say less than 0.01 are left out. Empty where
    /// no class is weighed or the cell has no molecule. The ratios are those that the call summed, so a reader can add
    /// them up.
    pub fn genes(&self, cell: usize) -> Vec<GeneEvidence> {
        let Self { panel, weights, .. } = self;
        let (_, posterior) = weigh(panel, self.resolved, cell, weights, self.model, &mut Buffers::default());
        let Some((class, _)) = posterior.best() else { return Vec::new() };
        let Some(of_class) = weights.classes[class].as_ref() else { return Vec::new() };
        let total = panel.total(cell) as f64;
        if panel.total(cell) == 0 {
            return Vec::new();
        }
        let at = Depth::of(total);
        let (slots, counts) = panel.row(cell);
        let mut sums = Vec::new();
        of_class.table.sums(at, slots, counts, &mut sums);
        let per_type = 2 * (1 + weights.n_shares);
        let alone = |t: usize| sums[t * per_type] + sums[t * per_type + 1];
        let best = (1..of_class.types.len()).fold(0, |best, t| if alone(t) > alone(best) { t } else { best });

        let mut ratios = vec![0.0; panel.symbols().len()];
        let own = [best * per_type, best * per_type + 1].map(|sum| of_class.table.weights(at, slots, counts, sum));
        for (slot, ratio) in own.concat().into_iter().chain(weights.other.weights(at, slots, counts, 0)) {
            ratios[slot] += ratio;
        }
        let mut genes: Vec<GeneEvidence> = ratios
            .into_iter()
            .enumerate()
            .filter(|(_, ratio)| ratio.abs() >= 0.01)
            .map(|(slot, log_ratio)| GeneEvidence {
                symbol: Arc::clone(&self.symbols[slot]),
                molecules: slots.binary_search(&(slot as u32)).map_or(0, |i| u64::from(counts[i])),
                expected_in_target: total * self.background.genes[slot].rate,
                class,
                cell_type: Arc::clone(&self.types[class][best]),
                log_ratio,
            })
            .collect();
        genes.sort_by(|a, b| b.log_ratio.abs().total_cmp(&a.log_ratio.abs()).then_with(|| a.symbol.cmp(&b.symbol)));
        genes
    }
}
