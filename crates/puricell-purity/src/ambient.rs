//! Ambient RNA: what droplets without a cell hold, and how much of it is in the target cells.
//!
//! The profile is that of the empty droplets of the raw matrix. How much of a target cell's molecules come from it is
//! bounded by genes that the target does not express: whatever of them is seen in target cells is at most ambient, as in
//! SoupX with genes that are named by hand (Young and Behjati 2020, doi:10.1093/gigascience/giaa151). Here they are the decisive
//! genes of the other classes that are scarcest in one half of the target cells; the bound comes from the other half, so
//! that choosing them does not lower it. A lot of nearly one cell type has few foreign molecules in its soup, and then
//! nothing can be said: that is an answer too.

use puricell_core::{CountMatrix, reduce};

use crate::PurityError;
use crate::beta::{Tail, beta_quantile};
use crate::resolve::{Resolved, ResolvedGene};

/// How empty droplets are told and when an estimate is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AmbientParams {
    /// A barcode that is no cell and has at most this many molecules is an empty droplet. Default 100, the bound below
    /// which `EmptyDrops` takes droplets as empty (Lun 2019, doi:10.1186/s13059-019-1662-y). Raise it for lots sequenced
    /// much deeper.
    pub max_molecules: u64,
    /// Fewest molecules of all empty droplets together for a profile. Default 10,000: a gene of 1 in 1,000 is then known to
    /// a third.
    pub min_molecules: u64,
    /// Fewest molecules of the genes chosen that the target cells looked at would show if all they held were ambient.
    /// Default 100: a contamination of 5 % then shows five.
    pub min_expected: f64,
    /// Share of all such molecules that the genes chosen must make up, 0 to 1. Default 0.25: the scarcest quarter, of several
    /// genes as a rule.
    pub chosen_share: f64,
}

impl Default for AmbientParams {
    fn default() -> Self {
        Self { max_molecules: 100, min_molecules: 10_000, min_expected: 100.0, chosen_share: 0.25 }
    }
}

/// What empty droplets hold.
#[derive(Debug, Clone, PartialEq)]
pub struct EmptyDroplets {
    /// Barcodes taken as empty.
    pub n: usize,
    /// Their molecules.
    pub molecules: u64,
    /// Molecules of each feature, in the order of the columns.
    pub of_feature: Vec<u64>,
}

impl EmptyDroplets {
    /// Share of the molecules that are of these genes, 0 to 1.
    pub fn share(&self, genes: &[ResolvedGene]) -> f64 {
        let of: u64 = genes.iter().flat_map(|g| &g.columns).map(|&c| self.of_feature[c]).sum();
        of as f64 / self.molecules.max(1) as f64
    }
}

/// The lot's own molecules in place of empty droplets, where there is no raw matrix: what cells lose is taken to be what they
/// hold. Bounds from it stand or fall with that.
pub fn pooled_cells(counts: &CountMatrix) -> EmptyDroplets {
    let (molecules, of_feature) = totals(counts, counts.n_rows(), |row| row);
    EmptyDroplets { n: counts.n_rows(), molecules, of_feature }
}

/// All molecules, and those of each feature, of `n` rows, of which `row_of` gives the numbers.
fn totals(counts: &CountMatrix, n: usize, row_of: impl Fn(usize) -> usize + Sync) -> (u64, Vec<u64>) {
    let parts = reduce::map_chunks(n, 8 * reduce::CHUNK, |items| {
        let (mut molecules, mut of_feature) = (0_u64, vec![0_u64; counts.n_cols()]);
        for item in items {
            counts.row(row_of(item)).for_each(|column, value| {
                of_feature[column as usize] += u64::from(value);
                molecules += u64::from(value);
            });
        }
        (molecules, of_feature)
    });
    parts.into_iter().fold((0, vec![0; counts.n_cols()]), |(molecules, mut sum), (more, of_feature)| {
        sum.iter_mut().zip(of_feature).for_each(|(a, b)| *a += b);
        (molecules + more, sum)
    })
}

/// A bound of the ambient share of the target cells' molecules.
#[derive(Debug, Clone, PartialEq)]
pub struct AmbientBound {
    /// Columns of the genes chosen, increasing.
    pub genes: Vec<usize>,
    /// Their molecules in the half of the target cells that did not choose them.
    pub observed: u64,
    /// Molecules of them that these cells would show if all they held were ambient.
    pub expected: f64,
    /// `observed / expected`: the ambient share if target cells express none of the genes, else an upper bound.
    pub share: f64,
    /// Upper end of the one-sided 95 % interval of that ratio, `observed` taken as Poisson.
    pub upper: f64,
}

/// The ambient share of the target cells' molecules.
#[derive(Debug, Clone, PartialEq)]
pub struct Ambient {
    /// The profile.
    pub droplets: EmptyDroplets,
    /// The bound; `None` where the soup has too few molecules of other classes: not estimable.
    pub bound: Option<AmbientBound>,
    /// Share of the soup that is of the target's decisive genes.
    pub target_share: f64,
}

/// Sums the droplets of the raw matrix that hold no cell. `is_cell` has an entry per row.
///
/// # Errors
/// [`PurityError::AmbientShape`] where `is_cell` has another length; [`PurityError::NoEmptyDroplets`] where the
/// droplets together hold fewer molecules than [`AmbientParams::min_molecules`].
pub fn empty_droplets(
    raw: &CountMatrix,
    is_cell: &[bool],
    params: &AmbientParams,
) -> Result<EmptyDroplets, PurityError> {
    if is_cell.len() != raw.n_rows() {
        return Err(PurityError::AmbientShape { what: "barcodes", found: is_cell.len(), expected: raw.n_rows() });
    }
    let parts = reduce::map_chunks(raw.n_rows(), 64 * reduce::CHUNK, |rows| {
        let (mut n, mut molecules) = (0_usize, 0_u64);
        let mut of_feature = vec![0_u64; raw.n_cols()];
        for row in rows.filter(|&r| !is_cell[r]) {
            let total = raw.row(row).total();
            if total == 0 || total > params.max_molecules {
                continue;
            }
            n += 1;
            molecules += total;
            raw.row(row).for_each(|column, count| of_feature[column as usize] += u64::from(count));
        }
        (n, molecules, of_feature)
    });
    let mut sum = EmptyDroplets { n: 0, molecules: 0, of_feature: vec![0; raw.n_cols()] };
    for (n, molecules, of_feature) in parts {
        sum.n += n;
        sum.molecules += molecules;
        sum.of_feature.iter_mut().zip(of_feature).for_each(|(a, b)| *a += b);
    }
    if sum.molecules < params.min_molecules {
        let (n, found, least) = (sum.n, sum.molecules, params.min_molecules);
        return Err(PurityError::NoEmptyDroplets { n, found, least });
    }
    Ok(sum)
}

/// Bounds the ambient share of the target cells.
///
/// `counts` are of the lot, over the same features as the raw matrix; `is_target` has an entry per cell.
///
/// # Errors
/// [`PurityError::AmbientShape`] where the features or the cells differ in number.
pub fn ambient_share(
    droplets: EmptyDroplets,
    counts: &CountMatrix,
    is_target: &[bool],
    resolved: &Resolved,
    params: &AmbientParams,
) -> Result<Ambient, PurityError> {
    for (what, found, expected) in
        [("features", droplets.of_feature.len(), counts.n_cols()), ("cells", is_target.len(), counts.n_rows())]
    {
        if found != expected {
            return Err(PurityError::AmbientShape { what, found, expected });
        }
    }
    let mut is_foreign = vec![false; counts.n_cols()];
    for class in resolved.classes.iter().filter(|c| c.reportable) {
        class.genes.iter().flat_map(|g| &g.columns).for_each(|&column| is_foreign[column] = true);
    }
    resolved.target.genes.iter().flat_map(|g| &g.columns).for_each(|&column| is_foreign[column] = false);
    // Every second target cell chooses, the others count.
    let targets: Vec<usize> = (0..counts.n_rows()).filter(|&cell| is_target[cell]).collect();
    let half = |parity: usize| {
        let n = targets.len().saturating_sub(parity).div_ceil(2);
        let (molecules, of_feature) = totals(counts, n, |i| targets[parity + 2 * i]);
        Half { molecules, of_feature }
    };
    let (chooses, counts_half) = (half(0), half(1));
    let in_soup = |column: usize| droplets.of_feature[column] as f64 / droplets.molecules.max(1) as f64;
    let mut genes: Vec<usize> = (0..counts.n_cols()).filter(|&c| is_foreign[c] && droplets.of_feature[c] > 0).collect();
    let ratio = |c: usize| chooses.of_feature[c] as f64 / in_soup(c);
    genes.sort_by(|&a, &b| ratio(a).total_cmp(&ratio(b)).then(a.cmp(&b)));
    let expected = |c: usize| counts_half.molecules as f64 * in_soup(c);
    let wanted = (params.chosen_share * genes.iter().map(|&c| expected(c)).sum::<f64>()).max(params.min_expected);
    let mut sum = 0.0;
    let n = genes.iter().take_while(|&&c| {
        let is_wanted = sum < wanted;
        sum += if is_wanted { expected(c) } else { 0.0 };
        is_wanted
    });
    let n = n.count();
    genes.truncate(n);
    genes.sort_unstable();
    let bound = (sum >= params.min_expected).then(|| {
        let observed: u64 = genes.iter().map(|&c| counts_half.of_feature[c]).sum();
        AmbientBound {
            observed,
            expected: sum,
            share: observed as f64 / sum,
            upper: poisson_upper(observed) / sum,
            genes,
        }
    });
    let target_share = droplets.share(&resolved.target.genes);
    Ok(Ambient { droplets, bound, target_share })
}

/// Molecules of one half of the target cells.
struct Half {
    molecules: u64,
    of_feature: Vec<u64>,
}

/// One-sided exact 95 % upper bound of a Poisson mean (Garwood 1936): the 95 % quantile of a gamma of shape `k + 1`.
///
/// A gamma is the limit of `m` times a beta (k + 1, m) as `m` grows; `m` = 1e9 leaves a relative error below 1e-6 for
/// counts up to a million.
fn poisson_upper(k: u64) -> f64 {
    const M: f64 = 1e9;
    M * beta_quantile(Tail::Upper(0.05), k as f64 + 1.0, M)
}

#[cfg(test)]
mod tests;
