//! States of the target cells: gene programmes that cells of one type turn on and off.
//!
//! A state is informative. It is of target cells only, so that a contaminant which makes the same genes is never counted,
//! and nothing of it enters a call, a fraction or a verdict.

mod counts;
mod definition;
mod rest;
mod weigh;
mod words;

use puricell_core::CountMatrix;

pub use definition::{STATES, StateDefinition};

use crate::resolve::Resolved;
use crate::{Interval, IntervalMethod, Level, Proportion, PurityError};
use counts::{StateCounts, StateGenes};
use rest::{Rest, rest_of};
use weigh::Weight;

/// How states are told.
#[derive(Debug, Clone, PartialEq)]
pub struct StateParams {
    /// A cell is in a state where its counts are this many times likelier in it than at rest (default 1000): of cells at
    /// rest at most one in as many is counted, as a likelihood ratio passes `r` with a probability of `1 / r` at most.
    pub likelihood_ratio: f64,
    /// How many times what cells at rest show a state's genes are taken to show in it, or a part of that where they fall
    /// (default 4). Where counts are many a cell is counted from about half of it on.
    pub fold: f64,
    /// Shape of the negative binomial that a gene's counts follow at rest and in the state, variance
    /// `mean + mean^2 / shape` (default 2). Less where genes are bursty, such as in nuclei.
    pub shape: f64,
    /// Genes that it takes at least (default 3): none weighs more than this part of what is asked.
    pub min_genes: u32,
    /// Share of a state's genes that must be among the features (default 0.5, as for subsets).
    pub min_coverage: f64,
    /// Target cells needed to say what cells at rest show (default 50).
    pub min_cells: usize,
    /// A cell of median depth must be counted from this many times what cells at rest show on, or from
    /// [`StateDefinition::shown`] on; else the state is not reportable (default 3).
    pub told_from_fold: f64,
    /// Rounds at most in which it is settled which cells are at rest (default 20).
    pub max_rounds: u32,
}

impl Default for StateParams {
    fn default() -> Self {
        Self {
            likelihood_ratio: 1000.0,
            fold: 4.0,
            shape: 2.0,
            min_genes: 3,
            min_coverage: 0.5,
            min_cells: 50,
            told_from_fold: 3.0,
            max_rounds: 20,
        }
    }
}

/// The target cells of a lot in one state.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetState {
    /// Id, such as `cycling`.
    pub id: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// Target cells in the state, of all target cells; `None` where it cannot be told, which is not zero.
    pub counted: Option<Proportion>,
    /// Target cells.
    pub n: u64,
    /// Two-sided 95 % interval by the method asked for.
    pub interval: Option<Interval>,
    /// Exact one-sided 95 % upper bound.
    pub upper_bound: Option<f64>,
    /// What cells at rest are taken to show, molecules of the genes that rise per molecule; `None` where nothing was
    /// estimated.
    pub at_rest: Option<f64>,
    /// The rule with this lot's numbers, or why the state is not reportable.
    pub note: String,
}

/// The states of a lot's target cells, of [`STATES`] those whose panels the profile names, in that order.
///
/// Of a cell with `N` molecules, gene `g` shows a negative binomial of mean `N a_g` at rest and `N a_g fold` in the state
/// (`N a_g / fold` where the gene falls). The log likelihood ratios of the state's genes, each bounded at
/// `ln(likelihood_ratio) / min_genes`, are summed; a cell is in the state from `ln(likelihood_ratio)` on. `a_g` is what the
/// target cells not in the state show together: from the half of them with the least share of the genes that rise, in
/// rounds, until the same cells are in the state. Where they show more than [`StateDefinition::at_rest_most`], the `a_g`
/// are scaled down to it, so that a state which all cells share is seen.
///
/// `counts` are those of some cells and of the columns `columns` of the whole (increasing; genes that are missing there
/// count as not seen), `rows` its target cells and `molecules` all molecules of each of these. No random number is drawn,
/// and sums are of integers: equal at any thread count.
///
/// # Errors
/// None for `rows` without repetition; [`PurityError::Proportion`] is passed on.
pub fn target_states(
    counts: &CountMatrix,
    columns: &[usize],
    (rows, molecules): (&[usize], &[u64]),
    resolved: &Resolved,
    interval: IntervalMethod,
    params: &StateParams,
) -> Result<Vec<TargetState>, PurityError> {
    let states: Vec<(&StateDefinition, StateGenes)> =
        STATES.iter().filter_map(|state| Some((state, StateGenes::find(state, resolved)?))).collect();
    let genes: Vec<&StateGenes> = states.iter().map(|(_, genes)| genes).collect();
    let gathered = StateCounts::gather(counts, columns, (rows, molecules), &genes);
    let of = |(i, (state, genes)): (usize, &(&StateDefinition, StateGenes))| {
        let found = tell(state, genes, &gathered, i, params);
        let counted = found.k.map(|k| Proportion::new(k, rows.len() as u64)).transpose()?;
        Ok(TargetState {
            id: state.id,
            name_en: state.name_en,
            n: rows.len() as u64,
            interval: counted.map(|p| p.interval(interval, Level::P95)),
            upper_bound: counted.map(|p| p.upper_bound(Level::P95)),
            counted,
            at_rest: found.at_rest,
            note: found.note,
        })
    };
    states.iter().enumerate().map(of).collect()
}

/// Columns, increasing, of all genes that [`target_states`] asks for.
pub fn state_columns(resolved: &Resolved) -> Vec<usize> {
    let genes = STATES.iter().filter_map(|state| StateGenes::find(state, resolved));
    let mut columns: Vec<usize> = genes.flat_map(|g| g.genes).flat_map(|g| g.columns).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// What is found of a state.
struct Found {
    k: Option<u64>,
    at_rest: Option<f64>,
    note: String,
}

fn tell(
    state: &StateDefinition,
    genes: &StateGenes,
    counts: &StateCounts,
    index: usize,
    params: &StateParams,
) -> Found {
    let unknown = |note| Found { k: None, at_rest: None, note };
    let needed = (params.min_coverage * genes.total as f64).ceil().max(f64::from(params.min_genes));
    if (genes.genes.len() as f64) < needed {
        return unknown(words::coverage(state, genes, needed));
    }
    if counts.n_cells() < params.min_cells {
        return unknown(words::too_few_cells(counts.n_cells(), params));
    }
    let weight = Weight::new(genes, params);
    let Some(rest) = rest_of(state, &weight, counts, index, params) else {
        return unknown(words::nothing_seen());
    };
    let depth = counts.median_molecules();
    let from = weight.counted_from(depth, &rest);
    let Rest { own, taken: at_rest, in_state, .. } = rest;
    let told =
        |from: f64| from <= params.told_from_fold * depth * at_rest || state.shown.is_some_and(|s| from <= s * depth);
    let seen = words::Seen { depth, own, at_rest };
    match from {
        Some(from) if told(from) => {
            let note = words::counted(state, genes, &seen, from, params);
            Found { k: Some(in_state), at_rest: Some(at_rest), note }
        }
        _ => Found { k: None, at_rest: Some(at_rest), note: words::too_shallow(state, &seen, from, params) },
    }
}

#[cfg(test)]
mod tests;
