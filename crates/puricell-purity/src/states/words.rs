//! What the report says of a state beside its numbers.

use super::StateDefinition;
use super::StateParams;
use super::counts::StateGenes;
use crate::group_thousands;

/// What a lot lets see of a state.
pub(super) struct Seen {
    /// Median molecules of a target cell.
    pub(super) depth: f64,
    /// Share of molecules that the cells at rest show.
    pub(super) own: f64,
    /// The same, no more than the limit.
    pub(super) at_rest: f64,
}

impl Seen {
    /// What cells at rest show, and the lot's own where the limit is taken.
    fn at_rest(&self) -> String {
        let at_rest = per_10_000(self.at_rest);
        if self.at_rest < self.own {
            format!("{at_rest}, as a limit, for this lot's own {}", per_10_000(self.own))
        } else {
            at_rest
        }
    }

    fn from(&self, from: f64) -> String {
        per_10_000(from / self.depth)
    }

    fn depth(&self) -> String {
        group_thousands(self.depth.round() as u64)
    }
}

/// Two significant digits or more.
fn per_10_000(share: f64) -> String {
    let value = 1e4 * share;
    if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") }
}

pub(super) fn counted(
    state: &StateDefinition,
    genes: &StateGenes,
    seen: &Seen,
    from: f64,
    params: &StateParams,
) -> String {
    format!(
        "{} of {} genes of {}. Counted: molecules of them at least {} times likelier {}-fold changed than at rest ({} of \
         10,000), by at least {} genes; at the median of {} molecules from {} of 10,000 on",
        genes.genes.len(),
        genes.total,
        state.panels.join(", "),
        group_thousands(params.likelihood_ratio.round() as u64),
        params.fold,
        seen.at_rest(),
        params.min_genes,
        seen.depth(),
        seen.from(from),
    )
}

pub(super) fn coverage(state: &StateDefinition, genes: &StateGenes, needed: f64) -> String {
    format!(
        "only {} of {} genes of {} are among the features; at least {needed} are needed",
        genes.genes.len(),
        genes.total,
        state.panels.join(", "),
    )
}

pub(super) fn too_few_cells(n: usize, params: &StateParams) -> String {
    format!("{n} target cells are too few to say what cells at rest show; at least {} are needed", params.min_cells)
}

pub(super) fn nothing_seen() -> String {
    "the target cells hold no molecule".to_owned()
}

pub(super) fn too_shallow(state: &StateDefinition, seen: &Seen, from: Option<f64>, params: &StateParams) -> String {
    let (depth, at_rest) = (seen.depth(), seen.at_rest());
    let Some(from) = from else {
        return format!(
            "too shallow: at the median of {depth} molecules no cell could be counted; at rest {at_rest} of 10,000"
        );
    };
    let (from, fold) = (seen.from(from), params.told_from_fold);
    let start = format!(
        "too shallow: at the median of {depth} molecules counted only from {from} of 10,000 on; asked is from {fold} times"
    );
    match state.shown {
        None => format!("{start} what rest shows on ({at_rest})"),
        Some(shown) => format!("{start} what rest shows on ({at_rest}), or from {}", per_10_000(shown)),
    }
}
