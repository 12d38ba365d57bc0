//! Every mixture through the whole pipeline.

use std::collections::BTreeMap;

use puricell_cluster::NeighbourParams;
use puricell_core::{Noted, Seed, Warning};
use puricell_io::Lot;
use puricell_purity::{CallKind, CallModel, CompositionParams, Denominator, Interval, Profile, Resolved};

use super::design::{Design, RunPlan};
use super::mix::{MixedCell, mix};
use super::pool::{Group, Pool};
use crate::error::AppError;
use crate::log::Log;
use crate::pipeline::{Analysis, Called, CellSettings, KeepCounts, Settings, analyse_cells};
use crate::timing::Clock;

/// What the mixtures are analysed with: as a lot would be.
#[derive(Debug, Clone, Copy)]
pub struct StudySettings<'a> {
    /// The profile, values replaced.
    pub profile: &'a Profile,
    /// The frozen parameters of the call.
    pub model: &'a CallModel,
    /// The profile's genes among those of the pool.
    pub resolved: &'a Resolved,
}

/// What became of one barcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellResult {
    /// What it is.
    pub cell: MixedCell,
    /// What it was called; `None` where quality control removed it.
    pub call: Option<CallKind>,
}

/// The row of a class as a lot's table would state it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalledShare {
    /// Cells called the class.
    pub k: u64,
    /// Cells kept.
    pub n: u64,
    /// 95 % interval as the table prints it.
    pub interval: Option<Interval>,
}

/// What a mixture gave.
#[derive(Debug, Clone, PartialEq)]
pub struct RunResult {
    /// The mixture.
    pub plan: RunPlan,
    /// Its barcodes.
    pub cells: Vec<CellResult>,
    /// The row of viable singlets per group (`target` first); `None` where it was not reportable.
    pub called: Vec<Option<CalledShare>>,
    /// The call that is right for each group; `None` for a class that the profile does not have.
    pub kinds: Vec<Option<CallKind>>,
}

/// Runs of a study, and how many of them gave each warning.
pub type StudyRuns = (Vec<RunResult>, BTreeMap<&'static str, (usize, String)>);

/// Makes and analyses every mixture of the design, one after another. Beside the runs: per code of a warning, how many runs
/// gave it, and what the first of them said.
///
/// # Errors
/// [`AppError`] where a stage refuses a mixture.
pub fn run_study(
    pool: &Pool,
    design: &Design,
    settings: &StudySettings<'_>,
    log: &Log,
    clock: &mut Clock,
) -> Result<StudyRuns, AppError> {
    let mut is_mito = vec![false; pool.features.len()];
    settings.resolved.sets.mito.iter().for_each(|&gene| is_mito[gene] = true);
    let counting = CompositionParams::default();
    let plans = design.runs();
    let mut results = Vec::with_capacity(plans.len());
    let mut warnings: BTreeMap<&'static str, (usize, String)> = BTreeMap::new();
    for plan in plans {
        let mixture = clock.stage("mix", || mix(pool, &is_mito, design, &plan))?;
        let whole = 0..mixture.dataset.n_cells();
        let cell_settings = CellSettings {
            explained: &[],
            keep: KeepCounts::None,
            states: false,
            compared: None,
            profile: settings.profile,
            model: settings.model,
            captures: std::slice::from_ref(&whole),
            droplets: &[],
            settings: Settings {
                spec: None,
                counting: &counting,
                seed: Seed(plan.seed),
                structure: false,
                umap: false,
                k: settings.profile.analysis.k,
                exact_up_to: NeighbourParams::default().exact_up_to,
                resolution: settings.profile.analysis.resolution,
            },
        };
        let resolved = Noted::quiet(settings.resolved.clone());
        let Lot { counts, features, .. } = mixture.dataset.into();
        let analysis = analyse_cells(counts, &features, &cell_settings, resolved, log, clock)?;
        tell(&mut warnings, &analysis.warnings);
        results.push(result(plan, &mixture.cells, &analysis, &pool.groups));
    }
    Ok((results, warnings))
}

/// Refuses a class that the files cannot show: its recovery would be a zero that says nothing of the method. `of` says
/// what the decisive ones are, and where they would have to be.
///
/// # Errors
/// [`AppError::Channels`] with what is missing.
pub fn check_reportable(groups: &[Group], resolved: &Resolved, of: &str) -> Result<(), AppError> {
    for group in groups.iter().skip(1) {
        let class = resolved.class(&group.id).map(|c| &resolved.classes[c]);
        if let Some(class) = class.filter(|c| !c.reportable) {
            return Err(AppError::Channels {
                message: format!(
                    "class {} is not reportable: {} of its {} decisive {of}",
                    group.id, class.coverage.present, class.coverage.total
                ),
                hint: format!("missing: {}", class.coverage.missing.join(", ")),
            });
        }
    }
    Ok(())
}

/// Adds an analysis's warnings, each code once.
pub(super) fn tell(told: &mut BTreeMap<&'static str, (usize, String)>, warnings: &[Warning]) {
    for (i, warning) in warnings.iter().enumerate() {
        if !warnings[..i].iter().any(|w| w.code == warning.code) {
            told.entry(warning.code).or_insert_with(|| (0, warning.message.clone())).0 += 1;
        }
    }
}

/// What an analysis made of a mixture's cells, which are in the order of `cells`.
pub(super) fn result<M: Called>(
    plan: RunPlan,
    cells: &[MixedCell],
    analysis: &Analysis<M>,
    groups: &[Group],
) -> RunResult {
    let called = groups.iter().map(|group| {
        let row = analysis.composition.row(&group.id, Denominator::ViableSinglets)?;
        Some(CalledShare { k: row.k?, n: row.n, interval: row.interval })
    });
    let cells = cells.iter().enumerate().map(|(i, &cell)| {
        let call = if analysis.mask.is_kept(i) { analysis.measured.kind(i) } else { None };
        CellResult { cell, call }
    });
    let kind = |id: &str| match id {
        "target" => Some(CallKind::Target),
        id => analysis.resolved.class(id).map(CallKind::Class),
    };
    RunResult {
        plan,
        cells: cells.collect(),
        called: called.collect(),
        kinds: groups.iter().map(|g| kind(&g.id)).collect(),
    }
}
