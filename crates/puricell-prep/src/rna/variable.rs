//! Genes that vary more than others of their expression.

use puricell_core::{CountMatrix, CountPass, Noted, PASS_ROWS, Warning, math, reduce};

use super::NormaliseParams;
use super::normalise::scaled;
use crate::PrepError;

/// How variable genes are chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct VariableParams {
    /// Genes wanted (default 2000). Fewer suit small panels, more suit deep data with many cell types.
    pub n_top: usize,
    /// Bins of mean expression within which dispersions are compared (default 20; at least 1).
    pub n_bins: usize,
    /// Molecules every cell is scaled to (default 10,000): the same as for [`log_normalise`](super::log_normalise).
    pub target_sum: f64,
}

impl Default for VariableParams {
    fn default() -> Self {
        Self { n_top: 2000, n_bins: 20, target_sum: 1e4 }
    }
}

/// Variability of each gene, one entry per column of the counts, and the genes chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct VariableFeatures {
    /// `ln(1 + mean)` of the normalised values.
    pub means: Vec<f64>,
    /// `ln(variance / mean)` of the normalised values; NaN where the variance is 0.
    pub dispersions: Vec<f64>,
    /// Dispersion less the mean of its bin, over the standard deviation of its bin; NaN where there is no dispersion.
    pub dispersions_norm: Vec<f64>,
    /// Columns chosen, increasing.
    pub selected: Vec<usize>,
    /// The normalised dispersion of the last gene chosen; `None` when none is.
    pub cutoff: Option<f64>,
}

/// The `n_top` genes with the largest dispersion for their expression, over the cells `rows`.
///
/// As `scanpy.pp.highly_variable_genes(flavor="seurat", n_top_genes=...)` (1.11.5) after `normalize_total` and `log1p`:
/// mean and variance of the normalised values before the logarithm, their ratio's logarithm, bins of equal width over
/// the means, z-scores within bins; the only gene of a bin gets 1. Genes tied with the last one are all kept, as scanpy
/// does, so that the choice does not depend on the order of columns. Computed in `f64` from the counts, in one pass
/// over the sparse matrix; scanpy goes through `f32` logarithms, which differ by about 1e-6 relative.
///
/// Warns where fewer genes than wanted have a dispersion (`few_variable_features`), or none has (then nothing is
/// selected).
///
/// # Errors
/// [`PrepError`] where a row lies outside the matrix, or a parameter outside its range.
pub fn variable_features(
    counts: &CountMatrix,
    rows: &[usize],
    params: &VariableParams,
) -> Result<Noted<VariableFeatures>, PrepError> {
    PrepError::check_rows(rows, counts.n_rows())?;
    let mut wanted = vec![false; counts.n_rows()];
    for &row in rows {
        wanted[row] = true;
    }
    let mut pass = VariablePass::new(counts.n_cols(), &wanted, params)?;
    pass.take(0, counts);
    Ok(pass.finish())
}

/// [`variable_features`] in one pass over counts that come in blocks.
#[derive(Debug)]
pub struct VariablePass<'a> {
    rows: &'a [bool],
    params: VariableParams,
    moments: Moments,
}

impl<'a> VariablePass<'a> {
    /// No cell yet, of counts of `n_cols` columns. `rows` has an entry for each row of the whole.
    ///
    /// # Errors
    /// [`PrepError::Parameter`] where a parameter lies outside its range.
    pub fn new(n_cols: usize, rows: &'a [bool], params: &VariableParams) -> Result<Self, PrepError> {
        NormaliseParams { target_sum: params.target_sum }.check()?;
        if params.n_bins == 0 {
            return Err(PrepError::Parameter { parameter: "n_bins", found: 0.0, expected: "at least 1" });
        }
        Ok(Self { rows, params: params.clone(), moments: Moments::new(n_cols) })
    }

    /// The variable genes of the cells taken.
    pub fn finish(self) -> Noted<VariableFeatures> {
        let (n_cells, n_cols) = (self.moments.n_cells, self.moments.of_gene.len());
        let (raw_means, variances) = self.moments.finish();
        select(&raw_means, &variances, (n_cells, n_cols), &self.params)
    }
}

impl CountPass for VariablePass<'_> {
    fn take(&mut self, first: usize, block: &CountMatrix) {
        let (rows, target_sum, moments) = (self.rows, self.params.target_sum, &mut self.moments);
        // Chunks of rows are those of the whole however they come in blocks, so the order of every sum is fixed.
        reduce::for_each_chunk(
            block.n_rows(),
            PASS_ROWS,
            |range| {
                let wanted = range.filter(|&row| rows[first + row]);
                ChunkSums::of(block, wanted, target_sum)
            },
            |sums| moments.add(&sums),
        );
    }
}

fn select(
    raw_means: &[f64],
    variances: &[f64],
    (n_cells, n_cols): (usize, usize),
    params: &VariableParams,
) -> Noted<VariableFeatures> {
    let (mut means, mut dispersions) = (Vec::with_capacity(raw_means.len()), Vec::with_capacity(raw_means.len()));
    for (&mean, &variance) in raw_means.iter().zip(variances) {
        // A gene that is nowhere gets scanpy's small mean, so that it falls into the first bin.
        let mean = if mean > 0.0 { mean } else { 1e-12 };
        means.push(math::ln_1p(mean));
        dispersions.push(if variance > 0.0 { math::ln(variance / mean) } else { f64::NAN });
    }
    let dispersions_norm = normalise_dispersions(&means, &dispersions, params.n_bins);
    let mut ranked: Vec<f64> = dispersions_norm.iter().copied().filter(|d| !d.is_nan()).collect();
    ranked.sort_by(|a, b| b.total_cmp(a));
    let mut warnings = Vec::new();
    if ranked.len() < params.n_top {
        warnings.push(Warning::new(
            "few_variable_features",
            format!(
                "{} variable genes were asked for, but only {} of {} genes vary over {} cells; all of these are used",
                params.n_top,
                ranked.len(),
                n_cols,
                n_cells
            ),
        ));
    }
    let cutoff = ranked[..params.n_top.min(ranked.len())].last().copied();
    let selected = match cutoff {
        Some(cutoff) => (0..n_cols).filter(|&g| dispersions_norm[g] >= cutoff).collect(),
        None => Vec::new(),
    };
    Noted { value: VariableFeatures { means, dispersions, dispersions_norm, selected, cutoff }, warnings }
}

/// Variance over squared mean below which values are equal but for rounding: some hundred times that of an `f64`.
const ROUNDING: f64 = 1e-13;

/// Sums of each gene's normalised values, and of their squares, over a chunk of cells.
struct ChunkSums {
    n_cells: usize,
    of_gene: Vec<(f64, f64)>,
}

impl ChunkSums {
    fn of(counts: &CountMatrix, rows: impl Iterator<Item = usize>, target_sum: f64) -> Self {
        let mut sums = Self { n_cells: 0, of_gene: vec![(0.0, 0.0); counts.n_cols()] };
        for row in rows {
            let total = counts.row(row).total();
            counts.row(row).for_each(|column, value| {
                if value > 0 {
                    let value = scaled(value, total, target_sum);
                    let sum = &mut sums.of_gene[column as usize];
                    sum.0 += value;
                    sum.1 += value * value;
                }
            });
            sums.n_cells += 1;
        }
        sums
    }
}

/// Means of each gene's normalised values and sums of squared deviations from them, chunk added to chunk (Chan, Golub and
/// LeVeque 1983, doi:10.2307/2683386). Only within a chunk are squares subtracted from each other.
#[derive(Debug)]
struct Moments {
    n_cells: usize,
    /// Mean, and sum of squared deviations.
    of_gene: Vec<(f64, f64)>,
}

impl Moments {
    fn new(n_cols: usize) -> Self {
        Self { n_cells: 0, of_gene: vec![(0.0, 0.0); n_cols] }
    }

    fn add(&mut self, chunk: &ChunkSums) {
        if chunk.n_cells == 0 {
            return;
        }
        let (before, more) = (self.n_cells as f64, chunk.n_cells as f64);
        let all = before + more;
        for ((mean, deviations), &(sum, squares)) in self.of_gene.iter_mut().zip(&chunk.of_gene) {
            let of_chunk = sum / more;
            let difference = of_chunk - *mean;
            *deviations += (squares - sum * of_chunk).max(0.0) + difference * difference * (before * more / all);
            *mean += difference * (more / all);
        }
        self.n_cells += chunk.n_cells;
    }

    /// Mean and unbiased variance of each gene. Fewer than two cells have variance 0.
    fn finish(self) -> (Vec<f64>, Vec<f64>) {
        let n = self.n_cells as f64;
        let of = |&(mean, deviations): &(f64, f64)| {
            // Of equal values rounding alone leaves deviations.
            let is_rounding = deviations <= ROUNDING * n * mean * mean;
            (mean, if self.n_cells < 2 || is_rounding { 0.0 } else { deviations / (n - 1.0) })
        };
        self.of_gene.iter().map(of).unzip()
    }
}

/// Z-scores of dispersions within bins of equal width over the means, as `pandas.cut` makes them.
fn normalise_dispersions(means: &[f64], dispersions: &[f64], n_bins: usize) -> Vec<f64> {
    let Some(edges) = bin_edges(means, n_bins) else { return Vec::new() };
    // A bin holds what lies above its lower edge and not above its upper one.
    let bins: Vec<usize> = means.iter().map(|m| edges.partition_point(|e| e < m).clamp(1, n_bins) - 1).collect();
    let mut count = vec![0_usize; n_bins];
    let mut mean = vec![0.0; n_bins];
    let mut squares = vec![0.0; n_bins];
    let present = || bins.iter().zip(dispersions).filter(|(_, d)| !d.is_nan());
    for (&bin, &dispersion) in present() {
        count[bin] += 1;
        mean[bin] += dispersion;
    }
    for (sum, &n) in mean.iter_mut().zip(&count) {
        *sum /= n as f64;
    }
    for (&bin, &dispersion) in present() {
        squares[bin] += (dispersion - mean[bin]) * (dispersion - mean[bin]);
    }
    bins.iter()
        .zip(dispersions)
        .map(|(&bin, &dispersion)| {
            if count[bin] == 1 {
                // scanpy divides the dispersion by itself, so that the only gene of a bin has 1.
                dispersion / mean[bin]
            } else {
                (dispersion - mean[bin]) / (squares[bin] / (count[bin] as f64 - 1.0)).sqrt()
            }
        })
        .collect()
}

/// `n_bins + 1` edges over the range of the means, as `pandas.cut(means, n_bins)` (2.3) lays them.
fn bin_edges(means: &[f64], n_bins: usize) -> Option<Vec<f64>> {
    let low = means.iter().copied().min_by(f64::total_cmp)?;
    let high = means.iter().copied().max_by(f64::total_cmp)?;
    let flat = high <= low;
    let (from, to) = if flat { (low - 0.001 * low.abs(), high + 0.001 * high.abs()) } else { (low, high) };
    let step = (to - from) / n_bins as f64;
    let mut edges: Vec<f64> = (0..=n_bins).map(|i| from + i as f64 * step).collect();
    edges[n_bins] = to;
    if !flat {
        edges[0] -= (high - low) * 0.001;
    }
    Some(edges)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(counts: &CountMatrix, n_top: usize) -> Noted<VariableFeatures> {
        let rows: Vec<usize> = (0..counts.n_rows()).collect();
        variable_features(counts, &rows, &VariableParams { n_top, ..VariableParams::default() }).unwrap()
    }

    #[test]
    fn moments_follow_their_definition() {
        // Two cells of 10 molecules: gene 0 has 3 and 1, gene 1 has 7 and 9, gene 2 none; scaled by 1000.
        let counts = CountMatrix::new(2, 3, vec![0, 2, 4], vec![0, 1, 0, 1], vec![3, 7, 1, 9]).unwrap();
        let v = select(&counts, 2).value;
        let want_mean = [math::ln_1p(2000.0), math::ln_1p(8000.0)];
        // Both have deviations of 1000 around the mean: variance 2e6 with n - 1 = 1.
        let want_dispersion = [math::ln(2e6 / 2000.0), math::ln(2e6 / 8000.0)];
        for gene in 0..2 {
            assert!((v.means[gene] - want_mean[gene]).abs() < 1e-12);
            assert!((v.dispersions[gene] - want_dispersion[gene]).abs() < 1e-12);
            // Each is alone in its bin.
            assert!((v.dispersions_norm[gene] - 1.0).abs() < 1e-12);
        }
        assert!(v.dispersions[2].is_nan() && v.dispersions_norm[2].is_nan());
        assert_eq!(v.selected, [0, 1]);
    }

    #[test]
    fn fewer_genes_than_wanted_are_all_used_with_a_warning() {
        let counts = CountMatrix::new(2, 3, vec![0, 2, 4], vec![0, 1, 0, 1], vec![3, 7, 1, 9]).unwrap();
        let noted = select(&counts, 2000);
        assert_eq!(noted.value.selected, [0, 1]);
        assert_eq!(noted.warnings[0].code, "few_variable_features");
        assert!(noted.warnings[0].message.contains("only 2 of 3 genes"));
    }

    #[test]
    fn nothing_varies_in_degenerate_matrices() {
        let cases = [
            CountMatrix::new(0, 0, vec![0], vec![], vec![]),
            CountMatrix::new(0, 4, vec![0], vec![], vec![]),
            CountMatrix::new(3, 0, vec![0, 0, 0, 0], vec![], vec![]),
            CountMatrix::new(2, 4, vec![0, 0, 0], vec![], vec![]),
            // One cell; and two cells of one gene, which normalisation makes equal.
            CountMatrix::new(1, 2, vec![0, 2], vec![0, 1], vec![3, 4]),
            CountMatrix::new(2, 1, vec![0, 1, 2], vec![0, 0], vec![3, 7]),
        ];
        for counts in cases {
            let noted = select(&counts.unwrap(), 10);
            assert!(noted.value.selected.is_empty() && noted.value.cutoff.is_none(), "{noted:?}");
            assert_eq!(noted.warnings.len(), 1);
        }
    }

    #[test]
    fn wrong_parameters_are_named() {
        let counts = CountMatrix::new(1, 1, vec![0, 1], vec![0], vec![1_u32]).unwrap();
        let no_bins = VariableParams { n_bins: 0, ..VariableParams::default() };
        assert!(matches!(variable_features(&counts, &[0], &no_bins), Err(PrepError::Parameter { .. })));
        let no_target = VariableParams { target_sum: f64::NAN, ..VariableParams::default() };
        assert!(matches!(variable_features(&counts, &[0], &no_target), Err(PrepError::Parameter { .. })));
        let p = VariableParams::default();
        assert!(matches!(variable_features(&counts, &[1], &p), Err(PrepError::Row { row: 1, .. })));
    }
}
