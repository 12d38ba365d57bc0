//! Genes that vary more than others of their expression.

use puricell_core::{CountMatrix, Noted, Warning, math, reduce};

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
/// does, so that the choice does not depend on the order of columns. Computed in `f64` from the counts, in two passes
/// over the sparse matrix; scanpy goes through `f32` logarithms, which differ by about 1e-6 relative.
///
/// Warns where fewer genes than wanted have a dispersion (`few_variable_features`), or none has (then nothing is
/// selected).
///
/// # Errors
/// [`PrepError::Row`] where `rows` names a row outside the matrix; [`PrepError::Parameter`] where `target_sum` is not a
/// finite number above 0 or `n_bins` is 0.
pub fn variable_features(
    counts: &CountMatrix,
    rows: &[usize],
    params: &VariableParams,
) -> Result<Noted<VariableFeatures>, PrepError> {
    PrepError::check_rows(rows, counts.n_rows())?;
    NormaliseParams { target_sum: params.target_sum }.check()?;
    if params.n_bins == 0 {
        return Err(PrepError::Parameter { parameter: "n_bins", found: 0.0, expected: "at least 1" });
    }
    let (raw_means, variances) = moments(counts, rows, params.target_sum);
    let (mut means, mut dispersions) = (Vec::with_capacity(raw_means.len()), Vec::with_capacity(raw_means.len()));
    for (&mean, &variance) in raw_means.iter().zip(&variances) {
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
                counts.n_cols(),
                rows.len()
            ),
        ));
    }
    let cutoff = ranked[..params.n_top.min(ranked.len())].last().copied();
    let selected = match cutoff {
        Some(cutoff) => (0..counts.n_cols()).filter(|&g| dispersions_norm[g] >= cutoff).collect(),
        None => Vec::new(),
    };
    Ok(Noted { value: VariableFeatures { means, dispersions, dispersions_norm, selected, cutoff }, warnings })
}

/// Sum over the stored values of one gene, and how many are not 0.
#[derive(Clone, Copy, Default)]
struct GeneSum {
    total: f64,
    n_cells: u32,
}

/// Mean and unbiased variance of each gene's normalised values. Fewer than two cells have variance 0.
fn moments(counts: &CountMatrix, rows: &[usize], target_sum: f64) -> (Vec<f64>, Vec<f64>) {
    let n = rows.len() as f64;
    let sums = gene_sums(counts, rows, target_sum, |_, value| value);
    let means: Vec<f64> = sums.iter().map(|s| if s.n_cells == 0 { 0.0 } else { s.total / n }).collect();
    // Around the mean, in a second pass: the mean of squares less the square of the mean would cancel.
    let squares = gene_sums(counts, rows, target_sum, |gene, value| (value - means[gene]) * (value - means[gene]));
    let variances = squares
        .iter()
        .zip(&means)
        .map(|(s, mean)| {
            let absent = n - f64::from(s.n_cells);
            if rows.len() < 2 { 0.0 } else { (s.total + absent * mean * mean) / (n - 1.0) }
        })
        .collect();
    (means, variances)
}

/// Per gene, the sum of `term(gene, normalised value)` over the cells that hold it.
fn gene_sums(
    counts: &CountMatrix,
    rows: &[usize],
    target_sum: f64,
    term: impl Fn(usize, f64) -> f64 + Sync + Send,
) -> Vec<GeneSum> {
    // The size of a chunk follows from the number of cells alone, so the order of every sum is fixed; at most 32
    // partial results are held, however large the lot.
    let chunk = rows.len().div_ceil(32).max(512);
    let sums = reduce::fold_chunks(
        rows.len(),
        chunk,
        |range| {
            let mut sums = vec![GeneSum::default(); counts.n_cols()];
            for &row in &rows[range] {
                let total = counts.row(row).total();
                counts.row(row).for_each(|column, value| {
                    if value > 0 {
                        let sum = &mut sums[column as usize];
                        sum.total += term(column as usize, scaled(value, total, target_sum));
                        sum.n_cells += 1;
                    }
                });
            }
            sums
        },
        |mut a, b| {
            for (x, y) in a.iter_mut().zip(b) {
                x.total += y.total;
                x.n_cells += y.n_cells;
            }
            a
        },
    );
    sums.unwrap_or_else(|| vec![GeneSum::default(); counts.n_cols()])
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
