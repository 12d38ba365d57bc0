//! How alike the target cells are to each other: homogeneity, which is not purity.
//!
//! An index from 0 to 1 says how few genes vary more among the cells than counting noise of their mean explains. It is
//! blind to a thousandth part of foreign cells; what is foreign is told by calls and composition alone.

mod entropy;
mod excess;
mod local_regression;
mod separation;

use puricell_core::{CountMatrix, CountPass, Noted, PASS_ROWS, Seed, Warning, math, reduce};
use rayon::prelude::*;

use entropy::{GeneCounts, LogTable};
use excess::{Excess, excess};
pub use separation::{Separation, SeparationParams, separation};

/// The fewest genes that a curve is fitted to.
const MIN_GENES: usize = 100;

/// What the summed excess of genes is compared with: ROGUE's constant K.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Molecules counted by UMI: K = 45.
    Umi,
    /// Reads of full-length protocols: K = 500.
    FullLength,
}

impl Platform {
    /// ROGUE's K.
    pub fn k(self) -> f64 {
        match self {
            Self::Umi => 45.0,
            Self::FullLength => 500.0,
        }
    }
}

/// What is done about genes that stand out through one or two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutlierCells {
    /// Each gene that stands out is judged again without its two highest cells (ROGUE's `remove.outlier.n = 2`).
    LeaveOutTwo,
    /// All cells count.
    Keep,
}

/// How homogeneity is estimated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomogeneityParams {
    /// Kind of counts (default `Umi`).
    pub platform: Platform,
    /// Default `LeaveOutTwo`, so that two odd cells do not make a lot heterogeneous.
    pub outlier_cells: OutlierCells,
    /// A gene takes part when at least this many cells hold it (default 10). At least 1.
    pub min_cells_per_gene: u32,
    /// With fewer cells than this nothing is estimated (default 50). Genes then have too few counts to tell
    /// heterogeneity from noise, and the index is 1 for any lot. At least 3.
    pub min_cells: usize,
    /// Random splits of the lot into halves (default 20); 0 leaves the split-half null out.
    pub n_splits: usize,
    /// Cells of a half at most (default 2000). The index falls as cells are added, because smaller excesses become
    /// significant; halves of one size are therefore what two lots are compared by.
    pub max_cells_per_half: usize,
}

impl Default for HomogeneityParams {
    fn default() -> Self {
        Self {
            platform: Platform::Umi,
            outlier_cells: OutlierCells::LeaveOutTwo,
            min_cells_per_gene: 10,
            min_cells: 50,
            n_splits: 20,
            max_cells_per_half: 2000,
        }
    }
}

/// What two random draws from one lot differ by.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitHalf {
    /// Cells in each half.
    pub cells_per_half: usize,
    /// The index of both halves of each split.
    pub indices: Vec<[f64; 2]>,
    /// Median index of a half.
    pub median_index: f64,
    /// Median absolute difference between the halves of a split.
    pub median_difference: f64,
    /// 95th percentile of the absolute difference: two lots whose half-size indices differ by less are as alike as one
    /// lot is to itself.
    pub p95_difference: f64,
}

/// Homogeneity of a lot's target cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Homogeneity {
    /// The index, 0 to 1; 1 when no gene varies more than its mean explains. `None` when not estimable.
    pub index: Option<f64>,
    /// Cells behind it.
    pub n_cells: usize,
    /// Genes the curve was fitted to.
    pub n_genes: usize,
    /// Column and excess (entropy below expectation, above 0) of each gene that varies significantly, largest first.
    pub informative: Vec<(usize, f64)>,
    /// The within-lot null; `None` when not asked for or not estimable.
    pub split_half: Option<SplitHalf>,
}

/// Homogeneity of the cells `rows` of `counts` (`n_cells x n_genes`).
///
/// The entropy model and index of ROGUE (Liu et al. 2020, doi:10.1038/s41467-020-16904-3; R package at commit
/// 17888e0). Per gene, `S` is the mean of `ln(1 + count)` and `E` is `ln(1 + mean count)`; a local quadratic of `S` on
/// `E` (span 0.5) says what entropy a gene of that mean has, fitted three times, each time without genes far below it;
/// `ds` is the curve less `S`. Genes with `ds` significant under a normal distribution (Benjamini-Hochberg, 0.05) are
/// summed: `index = 1 - sum / (sum + K)`. Genes beyond the range of the last fit are left out, as in ROGUE.
///
/// It is computed from raw counts: cells that differ in depth alone make a lot look less homogeneous. The index depends
/// on the number of cells; see [`HomogeneityParams::max_cells_per_half`]. The split-half null draws split `i` from
/// stream `("homogeneity_split", i)`; equal bits at any thread count.
///
/// `index` is `None`, with a warning (`homogeneity_not_estimable`), below `min_cells` cells, below 100 genes, or where
/// `rows` names a row outside the matrix. `split_half` is `None`, with a warning (`split_half_not_estimable`), below
/// `2 * min_cells` cells.
pub fn homogeneity(counts: &CountMatrix, rows: &[usize], params: &HomogeneityParams, seed: Seed) -> Noted<Homogeneity> {
    if let Some(&row) = rows.iter().find(|&&r| r >= counts.n_rows()) {
        let why = format!("row {row} lies outside the matrix of {} rows", counts.n_rows());
        return not_estimable(nothing(rows.len()), &why);
    }
    let mut pass = HomogeneityPass::new(counts.n_cols(), rows, params, seed);
    pass.take(0, counts);
    pass.finish()
}

/// [`homogeneity`] in one pass over counts that come in blocks.
#[derive(Debug)]
pub struct HomogeneityPass {
    /// The cells, rows of the whole, increasing.
    rows: Vec<usize>,
    params: HomogeneityParams,
    logs: LogTable,
    lot: Vec<GeneCounts>,
    /// The two halves of each split.
    halves: Vec<Half>,
    cells_per_half: usize,
}

/// Some cells of the lot.
#[derive(Debug)]
struct Half {
    /// Increasing.
    cells: Vec<usize>,
    genes: Vec<GeneCounts>,
}

impl HomogeneityPass {
    /// No cell yet, of counts of `n_cols` columns; `rows` are the cells, strictly increasing.
    pub fn new(n_cols: usize, rows: &[usize], params: &HomogeneityParams, seed: Seed) -> Self {
        let is_estimable = rows.len() >= params.min_cells.max(3);
        let cells_per_half = (rows.len() / 2).min(params.max_cells_per_half);
        let splits = if cells_per_half >= params.min_cells.max(3) { params.n_splits as u64 } else { 0 };
        let genes = || vec![GeneCounts::default(); n_cols];
        let halves = (0..splits).into_par_iter().flat_map_iter(|split| {
            let mut order = rows.to_vec();
            seed.stream("homogeneity_split", split).shuffle(&mut order);
            [0, 1].map(|which| {
                let mut cells = order[which * cells_per_half..(which + 1) * cells_per_half].to_vec();
                cells.sort_unstable(); // read in the order of storage
                Half { cells, genes: genes() }
            })
        });
        Self {
            rows: rows.to_vec(),
            params: params.clone(),
            logs: LogTable::new(),
            lot: if is_estimable { genes() } else { Vec::new() },
            halves: halves.collect(),
            cells_per_half,
        }
    }

    /// The homogeneity of the cells taken.
    pub fn finish(self) -> Noted<Homogeneity> {
        let Self { rows, params, lot, halves, cells_per_half, .. } = self;
        let params = &params;
        let mut result = nothing(rows.len());
        let min_cells = params.min_cells.max(3);
        if rows.len() < min_cells {
            return not_estimable(result, &format!("{} target cells, fewer than {min_cells}", rows.len()));
        }
        let whole = index_of(&lot, rows.len(), params);
        result.n_genes = whole.n_genes;
        let Some(index) = whole.value else {
            let why = format!(
                "{} genes are held by {} cells or more, fewer than {MIN_GENES}",
                whole.n_genes, params.min_cells_per_gene
            );
            return not_estimable(result, &why);
        };
        result.index = Some(index);
        result.informative = whole.informative;
        if params.n_splits == 0 {
            return Noted::quiet(result);
        }
        result.split_half = if halves.is_empty() { None } else { split_half(&halves, cells_per_half, params) };
        let mut warnings = Vec::new();
        if result.split_half.is_none() {
            let message = format!(
                "what two draws of this lot differ by is not estimable: halves of {cells_per_half} cells, fewer than \
                 {min_cells} cells or with fewer than {MIN_GENES} genes; do not compare its homogeneity with other lots"
            );
            warnings.push(Warning::new("split_half_not_estimable", message));
        }
        Noted { value: result, warnings }
    }
}

impl CountPass for HomogeneityPass {
    fn take(&mut self, first: usize, block: &CountMatrix) {
        let Self { rows, logs, lot, halves, .. } = self;
        if lot.is_empty() {
            return;
        }
        let within = |cells: &[usize], from: usize, to: usize| {
            cells.partition_point(|&cell| cell < from)..cells.partition_point(|&cell| cell < to)
        };
        reduce::for_each_chunk(
            block.n_rows(),
            PASS_ROWS,
            |range| {
                let cells = &rows[within(rows, first + range.start, first + range.end)];
                let mut genes = vec![GeneCounts::default(); block.n_cols()];
                entropy::add_cells(&mut genes, block, cells.iter().map(|&cell| cell - first), logs);
                genes
            },
            |genes| lot.iter_mut().zip(&genes).for_each(|(all, more)| all.merge(more)),
        );
        halves.par_iter_mut().for_each(|half| {
            let cells = within(&half.cells, first, first + block.n_rows());
            entropy::add_cells(&mut half.genes, block, half.cells[cells].iter().map(|&cell| cell - first), logs);
        });
    }
}

fn nothing(n_cells: usize) -> Homogeneity {
    Homogeneity { index: None, n_cells, n_genes: 0, informative: Vec::new(), split_half: None }
}

fn not_estimable(value: Homogeneity, why: &str) -> Noted<Homogeneity> {
    let message = format!("homogeneity is not estimable: {why}");
    Noted { value, warnings: vec![Warning::new("homogeneity_not_estimable", message)] }
}

/// The index of some cells.
struct Index {
    /// `None` with too few genes.
    value: Option<f64>,
    n_genes: usize,
    informative: Vec<(usize, f64)>,
}

fn index_of(genes: &[GeneCounts], n_cells: usize, params: &HomogeneityParams) -> Index {
    let points = entropy::points(genes, n_cells, params.min_cells_per_gene.max(1));
    let n_genes = points.len();
    if n_genes < MIN_GENES {
        return Index { value: None, n_genes, informative: Vec::new() };
    }
    let mut found = excess(points);
    if params.outlier_cells == OutlierCells::LeaveOutTwo && found.iter().any(Excess::is_significant) {
        found = excess(entropy::without_outliers(&found, genes, n_cells));
    }
    let mut informative: Vec<(usize, f64)> =
        found.iter().filter(|e| e.is_significant()).map(|e| (e.point.gene, e.ds)).collect();
    let sum: f64 = informative.iter().map(|i| i.1.abs()).sum();
    informative.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Index { value: Some(1.0 - sum / (sum + params.platform.k())), n_genes, informative }
}

fn split_half(halves: &[Half], cells_per_half: usize, params: &HomogeneityParams) -> Option<SplitHalf> {
    let index = |half: &Half| index_of(&half.genes, cells_per_half, params).value;
    let splits: Vec<Option<[f64; 2]>> =
        halves.par_chunks(2).map(|of| Some([index(of.first()?)?, index(of.last()?)?])).collect();
    let indices = splits.into_iter().collect::<Option<Vec<[f64; 2]>>>()?;
    let all: Vec<f64> = indices.iter().flatten().copied().collect();
    let differences: Vec<f64> = indices.iter().map(|[a, b]| (a - b).abs()).collect();
    Some(SplitHalf {
        cells_per_half,
        median_index: math::median(&all)?,
        median_difference: math::median(&differences)?,
        p95_difference: math::quantile(&differences, 0.95)?,
        indices,
    })
}
