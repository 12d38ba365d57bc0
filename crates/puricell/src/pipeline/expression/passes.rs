//! What is taken from the counts while they are gone through: three times, for what the second time asks follows from the
//! first, and the third from the second. Between the passes nothing of the matrix need be in memory.

use std::borrow::Cow;
use std::ops::Range;

use puricell_core::{CountMatrix, CountPass, Noted, Selection};
use puricell_io::Counts;
use puricell_prep::rna::{CellMetrics, VariableFeatures, VariableParams, VariablePass};
use puricell_purity::ambient::{EmptyDroplets, FeatureTotals, TotalsPass, halves_of_target};
use puricell_purity::{
    Homogeneity, HomogeneityParams, HomogeneityPass, PanelCounts, PanelPass, Resolved, TransgeneColumns,
};

use super::{CellSettings, quality};
use crate::error::AppError;
use crate::timing::Clock;

/// What is known of every cell loaded.
pub(super) struct OfAll {
    pub(super) panel: PanelCounts,
    pub(super) metrics: CellMetrics,
    /// The empty droplets of each capture; its cells pooled, where none are known.
    pub(super) soups: Vec<EmptyDroplets>,
}

pub(super) fn of_all(
    counts: &Counts,
    resolved: &Resolved,
    settings: &CellSettings<'_>,
    clock: &mut Clock,
) -> Result<OfAll, AppError> {
    let n_cols = counts.n_cols();
    let mut panel = PanelPass::new(n_cols, resolved);
    let mut metrics = quality::metrics_pass(n_cols, resolved)?;
    let of_capture = |rows: &Range<usize>| {
        let rows = rows.clone();
        TotalsPass::<_, 1>::new(n_cols, move |row, _| rows.contains(&row).then_some(0))
    };
    let mut pooled: Vec<_> = settings.captures.iter().map(of_capture).collect();
    let mut passes: Vec<(&'static str, &mut dyn CountPass)> = vec![("panel", &mut panel), ("quality", &mut metrics)];
    if settings.droplets.is_empty() {
        passes.extend(pooled.iter_mut().map(|pass| ("ambient", pass as &mut dyn CountPass)));
    }
    go_through(counts, &mut passes, clock)?;
    let soups = if settings.droplets.is_empty() {
        pooled.into_iter().flat_map(TotalsPass::finish).map(EmptyDroplets::from).collect()
    } else {
        settings.droplets.to_vec()
    };
    Ok(OfAll { panel: panel.finish(), metrics: metrics.finish(), soups })
}

/// What is known of the cells kept and of the target cells.
pub(super) struct OfKept {
    /// Molecules of each half of the target cells.
    pub(super) halves: [FeatureTotals; 2],
    /// The same of the halves that lots are compared by.
    pub(super) halves_by_id: [FeatureTotals; 2],
    /// The variable genes, where they are wanted.
    pub(super) variable: Option<Noted<VariableFeatures>>,
    pub(super) homogeneity: Noted<Homogeneity>,
    /// The transgenes among the columns of `transgene_counts`.
    pub(super) transgenes: Vec<TransgeneColumns>,
    /// Their counts in every cell.
    pub(super) transgene_counts: CountMatrix,
}

/// The cells that the second pass asks for, a flag per cell loaded.
pub(super) struct Wanted<'a> {
    pub(super) kept: &'a [bool],
    pub(super) is_target: &'a [bool],
    /// Those of the target cells that are of the second half where lots are compared.
    pub(super) second: &'a [bool],
    /// Whether the variable genes are wanted.
    pub(super) variable: bool,
}

pub(super) fn of_kept(
    counts: &Counts,
    wanted: &Wanted<'_>,
    transgenes: &[TransgeneColumns],
    settings: &CellSettings<'_>,
    clock: &mut Clock,
) -> Result<OfKept, AppError> {
    let n_cols = counts.n_cols();
    let shared = &settings.settings;
    let halves = halves_of_target(wanted.is_target);
    // Two ways of halving, and so quarters.
    let quarter = |row: usize, _: u64| {
        let half = halves.iter().position(|half| half[row])?;
        Some(2 * half + usize::from(wanted.second[row]))
    };
    let mut quarters = TotalsPass::<_, 4>::new(n_cols, quarter);
    let studied: Vec<usize> = (0..counts.n_rows()).filter(|&cell| shared.structure && wanted.is_target[cell]).collect();
    let mut homogeneity = clock
        .part("homogeneity", || HomogeneityPass::new(n_cols, &studied, &HomogeneityParams::default(), shared.seed));
    let params = VariableParams { n_top: settings.profile.analysis.n_variable, ..VariableParams::default() };
    let mut variable = if wanted.variable {
        Some(VariablePass::new(n_cols, wanted.kept, &params).map_err(AppError::stage("variable genes"))?)
    } else {
        None
    };
    let mut columns: Vec<usize> = transgenes.iter().flat_map(|t| t.columns.iter().copied()).collect();
    columns.sort_unstable();
    columns.dedup();
    let every = vec![true; counts.n_rows()];
    let mut selection = Selection::new(&every, columns.clone());
    let mut passes: Vec<(&'static str, &mut dyn CountPass)> =
        vec![("ambient", &mut quarters), ("homogeneity", &mut homogeneity)];
    if !columns.is_empty() {
        passes.push(("transgenes", &mut selection));
    }
    passes.extend(variable.as_mut().map(|pass| ("variable_genes", pass as &mut dyn CountPass)));
    go_through(counts, &mut passes, clock)?;
    let quarters = quarters.finish();
    let sum = |a: usize, b: usize| {
        let mut sum = quarters[a].clone();
        sum.add(&quarters[b]);
        sum
    };
    Ok(OfKept {
        halves: [sum(0, 1), sum(2, 3)],
        halves_by_id: [sum(0, 2), sum(1, 3)],
        variable: variable.map(|pass| clock.part("variable_genes", || pass.finish())),
        homogeneity: clock.part("homogeneity", || homogeneity.finish()),
        transgenes: transgenes.iter().map(|t| t.among(&columns)).collect(),
        transgene_counts: selection.finish(),
    })
}

/// Some genes of the kept cells.
#[derive(Debug)]
pub struct SelectedCounts {
    /// The genes, columns of the whole, increasing.
    pub columns: Vec<usize>,
    /// Their counts, `n_kept x n_columns`.
    pub counts: CountMatrix,
}

impl SelectedCounts {
    /// Positions among the columns of some of them, which are increasing.
    pub fn positions(&self, columns: &[usize]) -> Vec<usize> {
        columns.iter().filter_map(|column| self.columns.binary_search(column).ok()).collect()
    }

    /// The counts of some of the columns, which are increasing.
    pub fn of(&self, columns: &[usize]) -> Cow<'_, CountMatrix> {
        if columns == self.columns {
            return Cow::Borrowed(&self.counts);
        }
        let rows: Vec<usize> = (0..self.counts.n_rows()).collect();
        Cow::Owned(self.counts.select_block(&rows, &self.positions(columns)))
    }
}

pub(super) fn select(
    counts: &Counts,
    kept: &[bool],
    columns: Vec<usize>,
    clock: &mut Clock,
) -> Result<SelectedCounts, AppError> {
    let mut selection = Selection::new(kept, columns.clone());
    go_through(counts, &mut [("selection", &mut selection)], clock)?;
    Ok(SelectedCounts { columns, counts: selection.finish() })
}

fn go_through(
    counts: &Counts,
    passes: &mut [(&'static str, &mut dyn CountPass)],
    clock: &mut Clock,
) -> Result<(), AppError> {
    let mut blocks = counts.blocks();
    while let Some((first, block)) = clock.part("read", || blocks.next())? {
        for (stage, pass) in passes.iter_mut() {
            clock.part(stage, || pass.take(first, &block));
        }
    }
    Ok(())
}
