//! Ambient RNA: what droplets without a cell hold, and how much of it is in the target cells.
//!
//! The profile is that of the empty droplets of the raw matrix. How much of a target cell's molecules come from it is
//! bounded by genes that the target does not express: whatever of them is seen in target cells is at most ambient, as in
//! SoupX with genes that are named by hand (Young and Behjati 2020, doi:10.1093/gigascience/giaa151). Here they are the decisive
//! genes of the other classes that are scarcest in one half of the target cells; the bound comes from the other half, so
//! that choosing them does not lower it. A lot of nearly one cell type has few foreign molecules in its soup, and then
//! nothing can be said: that is an answer too.
//!
//! Each capture has a soup of its own. What the target cells of a lot would show if all they held were ambient is the sum over
//! captures of what those of a capture would by its own soup, so that one bound speaks for the lot: that of the mean of the
//! captures' shares, each weighed by what was expected of it.

use puricell_core::{CountMatrix, CountPass, PASS_ROWS, reduce};

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

impl From<FeatureTotals> for EmptyDroplets {
    /// The lot's own molecules in place of empty droplets, where there is no raw matrix: what cells lose is taken to be what
    /// they hold. Bounds from it stand or fall with that.
    fn from(all: FeatureTotals) -> Self {
        Self { n: all.n_cells, molecules: all.molecules, of_feature: all.of_feature }
    }
}

/// Molecules of some cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureTotals {
    /// Cells.
    pub n_cells: usize,
    /// Their molecules.
    pub molecules: u64,
    /// Molecules of each feature, in the order of the columns.
    pub of_feature: Vec<u64>,
}

impl FeatureTotals {
    fn new(n_cols: usize) -> Self {
        Self { n_cells: 0, molecules: 0, of_feature: vec![0; n_cols] }
    }

    /// Adds what other cells hold.
    pub fn add(&mut self, more: &Self) {
        self.n_cells += more.n_cells;
        self.molecules += more.molecules;
        self.of_feature.iter_mut().zip(&more.of_feature).for_each(|(a, b)| *a += b);
    }
}

/// [`FeatureTotals`] of `N` groups of rows, in one pass over counts that come in blocks.
pub struct TotalsPass<G, const N: usize> {
    /// The group of a row of the whole, by its number and its molecules.
    group: G,
    totals: [FeatureTotals; N],
}

impl<G: Fn(usize, u64) -> Option<usize> + Sync, const N: usize> TotalsPass<G, N> {
    /// No cell yet, of counts of `n_cols` columns. `group(row, molecules)` says in which group, `0..N`, a row of the whole is
    /// counted; `None`: in none.
    pub fn new(n_cols: usize, group: G) -> Self {
        Self { group, totals: std::array::from_fn(|_| FeatureTotals::new(n_cols)) }
    }

    /// The sums of the rows taken.
    pub fn finish(self) -> [FeatureTotals; N] {
        self.totals
    }
}

impl<G: Fn(usize, u64) -> Option<usize> + Sync, const N: usize> CountPass for TotalsPass<G, N> {
    fn take(&mut self, first: usize, block: &CountMatrix) {
        let (group, totals) = (&self.group, &mut self.totals);
        reduce::for_each_chunk(
            block.n_rows(),
            8 * PASS_ROWS,
            |rows| {
                let mut parts: [_; N] = std::array::from_fn(|_| FeatureTotals::new(block.n_cols()));
                for row in rows {
                    let molecules = block.row(row).total();
                    if let Some(sums) = group(first + row, molecules).and_then(|group| parts.get_mut(group)) {
                        sums.n_cells += 1;
                        sums.molecules += molecules;
                        block.row(row).for_each(|column, value| sums.of_feature[column as usize] += u64::from(value));
                    }
                }
                parts
            },
            |parts| totals.iter_mut().zip(&parts).for_each(|(totals, part)| totals.add(part)),
        );
    }
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
    /// The profile of each capture.
    pub soups: Vec<EmptyDroplets>,
    /// The bound; `None` where the soup has too few molecules of other classes: not estimable.
    pub bound: Option<AmbientBound>,
}

/// Sums the droplets of the raw matrix that hold no cell. `is_cell` has an entry per row of the whole, of `n_cols` columns;
/// [`checked_droplets`] makes something of the sum.
pub fn droplets_pass(
    n_cols: usize,
    is_cell: &[bool],
    params: &AmbientParams,
) -> TotalsPass<impl Fn(usize, u64) -> Option<usize> + Sync, 1> {
    let most = params.max_molecules;
    TotalsPass::new(n_cols, move |row, molecules| (!is_cell[row] && (1..=most).contains(&molecules)).then_some(0))
}

/// What the empty droplets hold.
///
/// # Errors
/// [`PurityError::NoEmptyDroplets`] where they together hold fewer molecules than [`AmbientParams::min_molecules`].
pub fn checked_droplets(sum: FeatureTotals, params: &AmbientParams) -> Result<EmptyDroplets, PurityError> {
    if sum.molecules < params.min_molecules {
        let (n, found, least) = (sum.n_cells, sum.molecules, params.min_molecules);
        return Err(PurityError::NoEmptyDroplets { n, found, least });
    }
    Ok(sum.into())
}

/// The two halves of the target cells, a flag per row each: every second one chooses genes, the others count.
pub fn halves_of_target(is_target: &[bool]) -> [Vec<bool>; 2] {
    let mut halves = [vec![false; is_target.len()], vec![false; is_target.len()]];
    let targets = (0..is_target.len()).filter(|&cell| is_target[cell]);
    targets.enumerate().for_each(|(i, cell)| halves[i % 2][cell] = true);
    halves
}

/// Bounds the ambient share of the target cells, of which `halves` are the molecules ([`halves_of_target`]). `soups` has an entry
/// per capture, and `counted` the molecules that the second half has in each.
///
/// # Errors
/// [`PurityError::AmbientShape`] where the halves and a soup have another number of features, or `counted` of captures.
pub fn ambient_share(
    soups: Vec<EmptyDroplets>,
    counted: &[u64],
    halves: &[FeatureTotals; 2],
    resolved: &Resolved,
    params: &AmbientParams,
) -> Result<Ambient, PurityError> {
    let [chooses, counts_half] = halves;
    let n_cols = counts_half.of_feature.len();
    let lengths = soups.iter().map(|soup| soup.of_feature.len()).chain([chooses.of_feature.len()]);
    if let Some(found) = lengths.into_iter().find(|&found| found != n_cols) {
        return Err(PurityError::AmbientShape { what: "features", found, expected: n_cols });
    }
    if counted.len() != soups.len() {
        return Err(PurityError::AmbientShape { what: "captures", found: counted.len(), expected: soups.len() });
    }
    let all: u64 = counted.iter().sum();
    let weight = |of: u64| if all == 0 { 1.0 / soups.len() as f64 } else { of as f64 / all as f64 };
    let mut is_foreign = vec![false; n_cols];
    for class in resolved.classes.iter().filter(|c| c.reportable) {
        class.genes.iter().flat_map(|g| &g.columns).for_each(|&column| is_foreign[column] = true);
    }
    resolved.target.genes.iter().flat_map(|g| &g.columns).for_each(|&column| is_foreign[column] = false);
    let of_soup = |soup: &EmptyDroplets, column: usize| soup.of_feature[column] as f64 / soup.molecules.max(1) as f64;
    let in_soup =
        |column: usize| soups.iter().zip(counted).map(|(soup, &of)| weight(of) * of_soup(soup, column)).sum::<f64>();
    let mut genes: Vec<usize> = (0..n_cols).filter(|&c| is_foreign[c] && in_soup(c) > 0.0).collect();
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
    Ok(Ambient { soups, bound })
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
