//! Doublets of the lot: simulated from its own cells, scored among them, and set against what the load lets expect.
//!
//! No cell leaves by its score. A doublet that bears a contaminant is a suspect by its call; the scores say how many
//! doublets there are besides, and how much of a contaminant they hide.

use puricell_cluster::{DoubletCells, DoubletParams, Doublets, doublets};
use puricell_core::{Noted, Seed};
use puricell_prep::rna::NormaliseParams;
use puricell_purity::{CallKind, Calls, Resolved};

use super::{CellSettings, Components, Quality, SelectedCounts, Structure};
use crate::error::AppError;

/// Posterior from which a cell is counted as a suspected doublet.
pub const SUSPECTED_FROM: f64 = 0.5;
/// Share of doublets beyond which no load is run, and which a linear rate must not pass.
const MAX_RATE: f64 = 0.5;

/// The doublets of a lot, expected and found.
#[derive(Debug)]
pub struct LotDoublets {
    /// The cells scored, indices among the loaded ones, increasing; `scores` has their order.
    pub rows: Vec<usize>,
    /// Scores, posteriors and kinds.
    pub scores: Doublets,
    /// Ids of the groups that pairs are drawn of: `target`, the top classes, `unassigned`.
    pub groups: Vec<String>,
    /// Cells of each group.
    pub sizes: Vec<usize>,
    /// Suspects per group, by the class they are suspected of.
    pub suspects: Vec<usize>,
    /// Cells recovered: those above the floor of molecules and genes.
    pub recovered: usize,
    /// Doublets per 1,000 recovered cells, as a share, by the profile.
    pub rate_per_1000: f64,
    /// Expected share of doublets among the cells.
    pub expected_rate: f64,
}

impl LotDoublets {
    /// Share of a group among the cells that pairs are drawn from.
    pub fn share(&self, group: usize) -> f64 {
        self.sizes[group] as f64 / (self.sizes.iter().sum::<usize>().max(1)) as f64
    }

    /// Name of each kind of `scores.pairs`, such as `target+endothelial`.
    pub fn kinds(&self) -> Vec<String> {
        let name = |group: u32| self.groups[group as usize].as_str();
        self.scores.pairs.iter().map(|p| format!("{}+{}", name(p.groups.0), name(p.groups.1))).collect()
    }

    /// Cells expected to be doublets of one kind, an index of `scores.pairs`.
    pub fn expected(&self, pair: usize) -> f64 {
        self.rows.len() as f64 * self.expected_rate * self.scores.pairs[pair].share
    }

    /// Positions in `rows` of the suspected doublets of one kind.
    pub fn suspected(&self, pair: usize) -> impl Iterator<Item = usize> {
        let scores = &self.scores;
        (0..self.rows.len()).filter(move |&i| scores.posterior[i] >= SUSPECTED_FROM && scores.pair[i] == Some(pair))
    }

    /// Share of a group's cells that are expected in a doublet with a target cell: of every `1 - d` single barcodes there
    /// are `d` with two cells, so `2 d` of `1 + d` cells share one, with a target cell by its share.
    pub fn hidden_share(&self) -> f64 {
        2.0 * self.expected_rate * self.share(0) / (1.0 + self.expected_rate)
    }
}

pub(super) fn of_lot(
    selected: &SelectedCounts,
    quality: &Quality,
    calls: &Calls,
    resolved: &Resolved,
    (structure, components): (&Structure, &Components),
    settings: &CellSettings<'_>,
) -> Result<Noted<Option<LotDoublets>>, AppError> {
    let rows = structure.rows.clone();
    let mut ids = vec!["target".to_owned()];
    let tops: Vec<usize> = resolved.top_classes().collect();
    ids.extend(tops.iter().map(|&class| resolved.classes[class].id.clone()));
    ids.push("unassigned".to_owned());
    let of_class = |class: usize| tops.iter().position(|&t| t == class).map(|t| t + 1);
    let mut suspects = vec![0; ids.len()];
    let mut sizes = vec![0; ids.len()];
    let mut groups = Vec::with_capacity(rows.len());
    for &row in &rows {
        let group = match calls.cells[row].as_ref().map(|c| c.kind) {
            Some(CallKind::Target) => Some(0),
            Some(CallKind::Class(class)) => of_class(class),
            // What may be two cells already is no half of a doublet.
            Some(CallKind::Suspect(class)) => {
                if let Some(group) = of_class(class) {
                    suspects[group] += 1;
                }
                None
            }
            Some(CallKind::Unassigned) | None => Some(ids.len() - 1),
        };
        if let Some(group) = group {
            sizes[group] += 1;
        }
        groups.push(group.map(|g| g as u32));
    }

    let metrics = &quality.metrics;
    let recovered = metrics
        .total_counts
        .iter()
        .zip(&metrics.n_features)
        .filter(|&(&counts, &features)| counts >= quality.floor.min_counts && features >= quality.floor.min_features)
        .count();
    let rate_per_1000 = settings.profile.qc.doublet_rate_per_1000;
    let expected_rate = (rate_per_1000 * recovered as f64 / 1000.0).min(MAX_RATE);
    let totals: Vec<u64> = rows.iter().map(|&row| metrics.total_counts[row]).collect();
    let cells = DoubletCells {
        counts: &selected.of(&components.variable.selected),
        totals: &totals,
        embedding: &structure.embedding,
        loadings: &components.loadings,
        mean: &components.mean,
        target_sum: NormaliseParams::default().target_sum,
        groups: &groups,
        n_groups: ids.len(),
    };
    let params = DoubletParams { expected_rate, ..DoubletParams::default() };
    let seed: Seed = settings.settings.seed;
    let found = doublets(&cells, &params, seed).map_err(AppError::stage("doublets"))?;
    let value = found.value.map(|scores| LotDoublets {
        rows,
        scores,
        groups: ids,
        sizes,
        suspects,
        recovered,
        rate_per_1000,
        expected_rate,
    });
    Ok(Noted { value, warnings: found.warnings })
}
