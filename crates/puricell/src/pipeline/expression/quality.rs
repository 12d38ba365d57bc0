//! Quality control in two tiers: what can be no cell leaves first; the lot's cuts come after the contaminants were
//! looked for, and spare them.

use puricell_core::{CellMask, Noted, Warning};
use puricell_prep::rna::{
    CellMetrics, FeatureSets, FloorParams, LotParams, LotThresholds, MadRule, MetricsPass, SweepParams, SweepRow,
    apply_lot_thresholds, floor, lot_thresholds, sweep,
};
use puricell_purity::Resolved;
use puricell_purity::{Call, CallKind, PanelCounts, call_cells};

use super::CellSettings;
use crate::error::AppError;

/// The quality of every loaded cell and what followed from it.
#[derive(Debug)]
pub struct Quality {
    /// Metrics of every loaded cell.
    pub metrics: CellMetrics,
    /// The floor.
    pub floor: FloorParams,
    /// The lot's thresholds.
    pub thresholds: LotThresholds,
    /// Cells that the lot's cuts spared because they carry a contaminant's signature.
    pub n_protected: usize,
    /// Above the floor, by mitochondrial cap at the profile's floor of genes; groups as in [`Quality::sweep_groups`].
    pub mito_sweep: Vec<SweepRow>,
    /// Above the floor, by fewest genes at this lot's mitochondrial threshold.
    pub feature_sweep: Vec<SweepRow>,
    /// Ids of the groups that the sweeps count: `target`, the top classes, `suspect`, `unassigned`.
    pub sweep_groups: Vec<String>,
}

/// What is measured of every cell.
pub(super) fn metrics_pass(n_cols: usize, resolved: &Resolved) -> Result<MetricsPass, AppError> {
    let sets = FeatureSets {
        mito: resolved.sets.mito.clone(),
        ribo: resolved.sets.ribo.clone(),
        haemoglobin: resolved.sets.haemoglobin.clone(),
    };
    MetricsPass::new(n_cols, &sets).map_err(AppError::stage("quality control"))
}

/// What the cells look like before any cut that was made for target cells, and before the mitochondrial cap, so that the sweep can
/// say what another cap would give.
pub(super) struct Candidates {
    above_floor: Vec<bool>,
    calls: Vec<Option<Call>>,
}

/// Calls every cell above the floor.
pub(super) fn candidates(
    metrics: &CellMetrics,
    panel: &PanelCounts,
    settings: &CellSettings<'_>,
    resolved: &Resolved,
) -> Candidates {
    let callable = floor(metrics, &without_cap(settings));
    let above_floor: Vec<bool> = (0..metrics.n_cells()).map(|cell| callable.is_kept(cell)).collect();
    let calls = call_cells(panel, resolved, settings.model, &above_floor).value.cells;
    Candidates { above_floor, calls }
}

/// The floor but for the mitochondrial cap.
fn without_cap(settings: &CellSettings<'_>) -> FloorParams {
    let qc = &settings.profile.qc;
    FloorParams { min_counts: u64::from(qc.min_counts), min_features: qc.min_features, ..FloorParams::default() }
}

pub(super) fn control(
    metrics: CellMetrics,
    Candidates { above_floor, calls: candidates }: Candidates,
    settings: &CellSettings<'_>,
    resolved: &Resolved,
) -> Result<Noted<(Quality, CellMask)>, AppError> {
    let stage = AppError::stage("quality control");
    let mut warnings = Vec::new();
    let qc = &settings.profile.qc;
    let n_cells = metrics.n_cells();
    let floor_params = FloorParams { mito_cap: qc.mito_cap, ..without_cap(settings) };
    let mut mask = floor(&metrics, &floor_params);
    let is_target: Vec<bool> = (0..n_cells)
        .map(|cell| mask.is_kept(cell) && candidates[cell].as_ref().is_some_and(|c| c.kind == CallKind::Target))
        .collect();
    let protected: Vec<bool> =
        candidates.iter().map(|c| c.as_ref().is_some_and(Call::is_contaminant_candidate)).collect();

    let low = |least: f64| MadRule { n_mads: qc.mads_low, at_least: least, at_most: f64::INFINITY };
    let high = MadRule { n_mads: qc.mads_high, at_least: 0.0, at_most: f64::INFINITY };
    let params = LotParams {
        counts_low: low(f64::from(qc.min_counts)),
        features_low: low(f64::from(qc.min_features)),
        counts_high: qc.use_upper_bounds.then_some(high),
        features_high: qc.use_upper_bounds.then_some(high),
        mito_high: MadRule { n_mads: qc.mito_mads, at_least: qc.mito_min, at_most: qc.mito_cap },
        ..LotParams::default()
    };
    let thresholds = lot_thresholds(&metrics, &is_target, &params).map_err(&stage)?;
    // The missing mitochondrial genes were named when the panels were resolved; too few cells is one finding, not five.
    let said_once = ["mito_not_measurable", "threshold_too_few_cells"];
    warnings.extend(thresholds.warnings.into_iter().filter(|w| !said_once.contains(&w.code)));
    let n_target = is_target.iter().filter(|&&t| t).count();
    if n_target < params.min_cells {
        warnings.push(Warning::new(
            "threshold_too_few_cells",
            format!(
                "{n_target} likely target cells are fewer than the {} that bounds by MAD need, so only the profile's \
                 floors and caps are applied",
                params.min_cells
            ),
        ));
    }
    let thresholds = thresholds.value;
    apply_lot_thresholds(&mut mask, &metrics, &thresholds, &protected).map_err(&stage)?;

    let tops: Vec<usize> = resolved.top_classes().collect();
    let mut sweep_groups = vec!["target".to_owned()];
    sweep_groups.extend(tops.iter().map(|&c| resolved.classes[c].id.clone()));
    sweep_groups.extend(["suspect".to_owned(), "unassigned".to_owned()]);
    let group = |kind: CallKind| match kind {
        CallKind::Target => 0,
        CallKind::Class(class) => tops.iter().position(|&c| c == class).map_or(0, |p| p + 1),
        CallKind::Suspect(_) => tops.len() + 1,
        CallKind::Unassigned => tops.len() + 2,
    };
    let groups: Vec<usize> = candidates.iter().map(|c| c.as_ref().map_or(0, |c| group(c.kind))).collect();
    let run_sweep = |mito_caps: Vec<f64>, min_features: Vec<u32>| {
        let params = SweepParams { mito_caps, min_features };
        sweep(&metrics, &above_floor, &groups, sweep_groups.len(), &params).map_err(&stage)
    };
    let used_mito = thresholds.max_mito.as_ref().map_or(1.0, |t| t.value.clamp(0.0, 1.0));
    let mito_sweep = run_sweep(with(&[0.05, 0.10, 0.15, 0.20, 0.30, 0.50], used_mito), vec![qc.min_features])?;
    let used_features = thresholds.min_features.value.max(0.0) as u32;
    let mut features = vec![100, 200, 300, 500, 1000, 2000, used_features];
    features.sort_unstable();
    features.dedup();
    let feature_sweep = run_sweep(vec![used_mito], features)?;
    let n_protected = protected.iter().filter(|&&p| p).count();
    let value =
        Quality { metrics, floor: floor_params, thresholds, n_protected, mito_sweep, feature_sweep, sweep_groups };
    Ok(Noted { value: (value, mask), warnings })
}

/// The grid with one value added, increasing, each once.
fn with(grid: &[f64], value: f64) -> Vec<f64> {
    let mut values = grid.to_vec();
    values.push(value);
    values.sort_by(f64::total_cmp);
    values.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    values
}
