//! Doublets by simulation: sums of the counts of two cells, brought into the space of the cells and looked for among
//! the neighbours of each.
//!
//! The score is Scrublet's (Wolock, Lopez and Klein 2019, doi:10.1016/j.cels.2018.11.005; version 0.2.3), with three
//! departures. Kinds of pairs that random draws would hardly give (a common group with a rare one) are drawn more often
//! and weighted down in proportion, so that a rare kind has a neighbourhood of its own and the sum is still that of
//! random pairs. A large lot is compared with a sample of itself, so that the cost grows with its cells and not with
//! their square. And the posterior counts the doublets among the cells ([`doublets`]).

mod neighbours;
mod pairs;
mod projection;

use puricell_core::{CountMatrix, Dense, Embedding, Noted, Seed, Warning};

use crate::ClusterError;
use neighbours::Reference;
use pairs::Plan;

/// How doublets are simulated and scored.
#[derive(Debug, Clone, PartialEq)]
pub struct DoubletParams {
    /// Simulated doublets per cell of the reference. Default 2.0, Scrublet's. More gives steadier scores at more cost.
    pub ratio: f64,
    /// Fewest simulated doublets. Default 2000: in a lot of a few hundred cells the draw of so many pairs would
    /// otherwise be the largest part of a score's error. The score allows for any number of them.
    pub min_simulated: usize,
    /// Most cells that neighbours are looked for among; of a larger lot so many are drawn. Default 8000. Raise it where
    /// the finest structure of a large lot matters more than time.
    pub max_reference: usize,
    /// Neighbours per cell before those that the simulated doublets add. `None`, the default, is half the square root of
    /// the reference's cells.
    pub k: Option<usize>,
    /// Share of the cells expected to be doublets, 0 to below 1. Default 0.06. It shapes the posterior and not the
    /// score; give the rate of the instrument's load.
    pub expected_rate: f64,
    /// Fewest simulated doublets of group 0 with each other group. Default 200. Less is coarser for rare groups.
    pub min_per_pair: usize,
}

impl Default for DoubletParams {
    fn default() -> Self {
        Self { ratio: 2.0, min_simulated: 2000, max_reference: 8000, k: None, expected_rate: 0.06, min_per_pair: 200 }
    }
}

/// The cells, the space they lie in and the way into it. All of one number of cells, in one order.
#[derive(Debug, Clone, Copy)]
pub struct DoubletCells<'a> {
    /// Counts of the columns that the space was made of, `n_cells x n_columns`.
    pub counts: &'a CountMatrix,
    /// Molecules of each cell over all columns of the data, those left out of `counts` included.
    pub totals: &'a [u64],
    /// The cells in the space, `n_cells x n_components`.
    pub embedding: &'a Embedding,
    /// Loadings, `n_columns x n_components`.
    pub loadings: &'a Dense<f64>,
    /// Mean of each column of the normalised values, which the space is centred on.
    pub mean: &'a [f64],
    /// Molecules a cell is scaled to before `ln(1 + x)`.
    pub target_sum: f64,
    /// Group of each cell, below `n_groups`; `None` for a cell that is to be in no simulated doublet. Every cell is scored.
    pub groups: &'a [Option<u32>],
    /// Number of groups. Group 0 is the common one.
    pub n_groups: usize,
}

/// Simulated doublets of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoubletPair {
    /// The two groups, the lower one first.
    pub groups: (u32, u32),
    /// Share of this kind among random pairs of cells that have a group, 0 to 1.
    pub share: f64,
    /// Doublets simulated.
    pub n_simulated: usize,
    /// What one of them counts for, that all kinds together may be as random pairs.
    pub weight: f64,
}

/// Scores of the cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Doublets {
    /// Weighted share of simulated doublets among each cell's nearest neighbours, above 0 and below 1.
    pub score: Vec<f64>,
    /// Probability that each cell is a doublet, under the expected rate, 0 to 1.
    pub posterior: Vec<f64>,
    /// Index in `pairs` of the kind that most of each cell's simulated neighbours are of, by weight; the lower index of
    /// equals. `None` where no neighbour is simulated.
    pub pair: Vec<Option<usize>>,
    /// The kinds simulated, by groups.
    pub pairs: Vec<DoubletPair>,
    /// Doublets simulated in all.
    pub n_simulated: usize,
    /// Cells that neighbours were looked for among.
    pub n_reference: usize,
    /// Neighbours of a cell, cells and simulated doublets together.
    pub k: usize,
}

/// Scores each cell by the simulated doublets near it.
///
/// With `q` the score, `d` the expected rate and `r` the simulated doublets (by weight) per cell of the reference, the
/// posterior is `(d / r) q / (1 - q)`, at most 1: the doublets expected near a cell over the cells that are there.
/// Scrublet divides by the cells as if all were single, `(q d / r) / (1 - d - q (1 - d - d / r))`, which stays near 0.5
/// where there is nothing but doublets; the order of cells is the same. Fewer than two cells with a group give the
/// warning `doublets_not_simulated` and no scores. Takes `n_cells * (max_reference * (1 + ratio)) * n_components`
/// operations.
///
/// # Errors
/// [`ClusterError::Length`] where the inputs are of different lengths, [`ClusterError::Label`] for a group beyond
/// `n_groups`, [`ClusterError::Parameter`] for a rate outside 0 to 1, a ratio, `target_sum` or reference that is not
/// above 0, [`ClusterError::NonFinite`] for coordinates that are no numbers.
pub fn doublets(
    cells: &DoubletCells<'_>,
    params: &DoubletParams,
    seed: Seed,
) -> Result<Noted<Option<Doublets>>, ClusterError> {
    check(cells, params)?;
    let n = cells.counts.n_rows();
    let reference = pairs::sample(n, params.max_reference, seed);
    let wanted = ((params.ratio * reference.len() as f64).round() as usize).max(params.min_simulated);
    let Some(plan) = Plan::new(cells.groups, cells.n_groups, wanted, params.min_per_pair) else {
        let message = format!("doublets were not simulated: fewer than two of {n} cells have a group");
        return Ok(Noted { value: None, warnings: vec![Warning::new("doublets_not_simulated", message)] });
    };
    let simulated = projection::project(cells, &plan, seed);
    let weights: Vec<f64> = plan.pairs().iter().map(|p| p.weight).collect();
    let mass: f64 = plan.pairs().iter().map(|p| p.weight * p.n_simulated as f64).sum();
    let ratio = mass / reference.len() as f64;
    let base = params.k.unwrap_or_else(|| (0.5 * (reference.len() as f64).sqrt()).round() as usize).max(1);
    let among = reference.len() + simulated.n_rows();
    let per_cell = among as f64 / reference.len() as f64;
    let k = ((base as f64 * per_cell).round() as usize).clamp(1, among.saturating_sub(1).max(1));

    let found = Reference::new(&cells.embedding.points, &reference, &simulated)?.nearest(k, |neighbours| {
        let mut n_cells = 0_usize;
        let mut by_pair = vec![0_usize; weights.len()];
        for &neighbour in neighbours {
            match (neighbour as usize).checked_sub(reference.len()) {
                None => n_cells += 1,
                Some(doublet) => by_pair[plan.pair_of(doublet)] += 1,
            }
        }
        tally(n_cells, &by_pair, &weights)
    });
    let d = params.expected_rate;
    let value = Doublets {
        score: found.iter().map(|f| f.0).collect(),
        posterior: found.iter().map(|f| posterior(f.0, d, ratio)).collect(),
        pair: found.iter().map(|f| f.1).collect(),
        n_simulated: simulated.n_rows(),
        n_reference: reference.len(),
        pairs: plan.into_pairs(),
        k,
    };
    Ok(Noted::quiet(Some(value)))
}

/// Score and most frequent kind of one cell's neighbours. One neighbour of each sort is added, so that no score is 0 or 1.
fn tally(n_cells: usize, by_pair: &[usize], weights: &[f64]) -> (f64, Option<usize>) {
    let mut mass = 0.0;
    let mut most: Option<(usize, f64)> = None;
    for (pair, (&n, weight)) in by_pair.iter().zip(weights).enumerate().filter(|(_, (n, _))| **n > 0) {
        let of_pair = n as f64 * weight;
        mass += of_pair;
        if most.is_none_or(|(_, m)| of_pair > m) {
            most = Some((pair, of_pair));
        }
    }
    ((mass + 1.0) / (mass + n_cells as f64 + 2.0), most.map(|m| m.0))
}

fn posterior(score: f64, rate: f64, ratio: f64) -> f64 {
    (rate / ratio * score / (1.0 - score)).min(1.0)
}

fn check(cells: &DoubletCells<'_>, params: &DoubletParams) -> Result<(), ClusterError> {
    let n = cells.counts.n_rows();
    let lengths = [
        ("totals of cells", cells.totals.len(), n),
        ("groups of cells", cells.groups.len(), n),
        ("cells in the embedding", cells.embedding.points.n_rows(), n),
        ("rows of loadings", cells.loadings.n_rows(), cells.counts.n_cols()),
        ("column means", cells.mean.len(), cells.counts.n_cols()),
        ("components of the loadings", cells.loadings.n_cols(), cells.embedding.points.n_cols()),
    ];
    for (what, found, expected) in lengths {
        if found != expected {
            return Err(ClusterError::Length { what, found, expected });
        }
    }
    for (cell, group) in cells.groups.iter().enumerate() {
        if let Some(label) = *group
            && label as usize >= cells.n_groups
        {
            return Err(ClusterError::Label { cell, label, n_groups: cells.n_groups });
        }
    }
    let points = &cells.embedding.points;
    if let Some(at) = points.values().iter().position(|v| !v.is_finite()) {
        let (row, column) = (at / points.n_cols(), at % points.n_cols());
        return Err(ClusterError::NonFinite { what: "embedding", row, column, value: points.values()[at] });
    }
    let above_0 =
        [("ratio", params.ratio), ("target_sum", cells.target_sum), ("max_reference", params.max_reference as f64)];
    for (name, value) in above_0 {
        if !(value > 0.0 && value.is_finite()) {
            return Err(ClusterError::Parameter { name, value, expected: "a number above 0" });
        }
    }
    let rate = params.expected_rate;
    if (0.0..1.0).contains(&rate) {
        Ok(())
    } else {
        let expected = "a share from 0 to below 1";
        Err(ClusterError::Parameter { name: "expected_rate", value: rate, expected })
    }
}

#[cfg(test)]
mod tests;
