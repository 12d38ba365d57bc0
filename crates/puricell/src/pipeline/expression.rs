//! From counts to calls and composition.

mod doublets;
mod passes;
mod quality;
mod states;
mod target;

pub use doublets::{CaptureDoublets, LotDoublets, LotPair, SUSPECTED_FROM};
pub use passes::SelectedCounts;
pub use quality::Quality;

use std::collections::BTreeSet;
use std::ops::Range;

use puricell_cluster::{Pca, PcaParams, pca};
use puricell_core::{CellTable, Csr, Dense, FeatureTable, Noted, Warning};
use puricell_io::Counts;
use puricell_prep::rna::{NormaliseParams, VariableFeatures, log_normalise};
use puricell_purity::ambient::{Ambient, AmbientParams, EmptyDroplets, ambient_share, halves_of_target};
use puricell_purity::cohort::expression::{Detected, LotExpression, SketchGenes, second_of_target};
use puricell_purity::{
    Call, CallKind, CallModel, Calls, Explainer, GeneEvidence, Homogeneity, Outcome, Profile, Resolved, TargetState,
    call_cells, composition, state_columns,
};

use rayon::prelude::*;

use super::structure::{Coordinates, MIN_CELLS};
use super::{Analysis, Called, Product, Settings, Structure, heterogeneity, product, structure};
use crate::error::AppError;
use crate::log::Log;
use crate::timing::Clock;

/// Genes kept of those that decided on a cell: those that weigh most.
const EVIDENCE_GENES: usize = 15;

/// What a lot's expression is analysed with.
#[derive(Debug)]
pub struct CellSettings<'a> {
    /// The profile, values replaced.
    pub profile: &'a Profile,
    /// The frozen parameters of the call.
    pub model: &'a CallModel,
    /// The rows of each capture, one after the other; all of them, where the lot is one capture.
    pub captures: &'a [Range<usize>],
    /// What the empty droplets of each capture's raw matrix hold; empty where none was given.
    pub droplets: &'a [EmptyDroplets],
    /// Cells, by their row, whose evidence is wanted whatever they are called.
    pub explained: &'a [usize],
    /// Counts to be handed on.
    pub keep: KeepCounts,
    /// Whether the states of target cells are wanted.
    pub states: bool,
    /// The cells, where what they express is to be kept for comparisons with other lots.
    pub compared: Option<&'a CellTable>,
    /// The rest.
    pub settings: Settings<'a>,
}

/// Which counts of the kept cells are handed on with the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepCounts {
    /// None.
    None,
    /// Of the variable genes and of every gene that decides a call or is shown.
    Analysed,
    /// Of all genes.
    All,
}

/// What is known of cells by their expression.
#[derive(Debug)]
pub struct CellLot {
    /// Metrics and thresholds.
    pub quality: Quality,
    /// The call of each kept cell.
    pub calls: Calls,
    /// What decided on each cell that was called a contaminant or suspect, or was asked for; in the order of the cells.
    pub evidence: Vec<(usize, Vec<GeneEvidence>)>,
    /// Ambient RNA in the target cells.
    pub ambient: Ambient,
    /// Whether it rests on empty droplets; else on the lot's cells pooled.
    pub has_droplets: bool,
    /// Variable genes and principal components; `None` with too few cells.
    pub components: Option<Components>,
    /// Counts of the kept cells, where they were to be kept.
    pub counts: Option<SelectedCounts>,
    /// Doublets, expected and found; `None` with too few cells.
    pub doublets: Option<LotDoublets>,
    /// The entropy index of the target cells with its split-half null.
    pub homogeneity: Homogeneity,
    /// Informative states of the target cells; empty where they were not wanted.
    pub states: Vec<TargetState>,
    /// What other lots can be compared with; `None` where it was not wanted.
    pub expression: Option<LotExpression>,
    /// In how many of the kept cells genes are seen; `None` likewise.
    pub detected: Option<Detected>,
}

impl Called for CellLot {
    fn kind(&self, cell: usize) -> Option<CallKind> {
        self.calls.cells[cell].as_ref().map(|c| c.kind)
    }

    fn subclass(&self, cell: usize) -> Option<usize> {
        self.calls.cells[cell].as_ref().and_then(|c| c.subclass)
    }

    fn confidence(&self, cell: usize) -> f64 {
        self.calls.cells[cell].as_ref().map_or(f64::NAN, |c| c.confidence)
    }
}

/// Variable genes and principal components of the kept cells.
#[derive(Debug)]
pub struct Components {
    /// The variable genes.
    pub variable: VariableFeatures,
    /// Unit-length loadings, `n_variable x n_components`.
    pub loadings: Dense<f64>,
    /// Mean of each variable gene, which the components are centred on.
    pub mean: Vec<f64>,
    /// Variance along each component.
    pub variance: Vec<f64>,
    /// The same over the variance of all variable genes together.
    pub variance_ratio: Vec<f64>,
}

/// Runs every stage on a lot's expression. The counts are gone when the last pass over them is done.
///
/// # Errors
/// [`AppError`] where the counts cannot be read or a stage refuses its input.
pub fn analyse_cells(
    counts: Counts,
    features: &FeatureTable,
    settings: &CellSettings<'_>,
    resolved: Noted<Resolved>,
    log: &Log,
    clock: &mut Clock,
) -> Result<Analysis<CellLot>, AppError> {
    let mut warnings = Vec::new();
    let resolved = resolved.into_value(&mut warnings);
    let n_cells = counts.n_rows();
    let shared = &settings.settings;

    log.stage("quality control");
    let passes::OfAll { panel, metrics, soups } = passes::of_all(&counts, &resolved, settings, clock)?;
    let candidates = clock.part("candidates", || quality::candidates(&metrics, &panel, settings, &resolved));
    let (quality, mask) =
        clock.part("quality", || quality::control(metrics, candidates, settings, &resolved))?.into_value(&mut warnings);
    let kept = mask.kept();
    if kept.is_empty() {
        warnings.push(Warning::new(
            "no_cell_kept",
            format!("none of {n_cells} loaded cells passed quality control, so nothing can be said of the lot"),
        ));
    }

    log.stage("calls");
    let is_kept: Vec<bool> = (0..n_cells).map(|cell| mask.is_kept(cell)).collect();
    let calls =
        clock.stage("calls", || call_cells(&panel, &resolved, settings.model, &is_kept)).into_value(&mut warnings);
    let outcome = |(cell, call): (usize, &Option<Call>)| match (mask.reason(cell), call) {
        (None, Some(call)) => Ok(Outcome::from(call)),
        (Some(reason), _) => Ok(Outcome::Dropped(reason)),
        (None, None) => Err(AppError::Internal { place: "calls", message: format!("kept cell {cell} has no call") }),
    };
    let outcomes: Vec<Outcome> = calls.cells.iter().enumerate().map(outcome).collect::<Result<_, _>>()?;
    let evidence = clock.stage("evidence", || {
        let explainer = Explainer::new(&panel, &resolved, &calls.background, settings.model);
        let is_candidate = |cell: &usize| calls.cells[*cell].as_ref().is_some_and(Call::is_contaminant_candidate);
        let wanted = |cell: &usize| is_candidate(cell) || settings.explained.contains(cell);
        let cells: Vec<usize> = (0..n_cells).filter(wanted).collect();
        let decided = |&cell: &usize| {
            let mut genes = explainer.genes(cell);
            genes.truncate(EVIDENCE_GENES);
            genes.shrink_to_fit();
            (cell, genes)
        };
        cells.par_iter().map(decided).collect::<Vec<_>>()
    });
    drop(panel);

    log.stage("genes");
    let is_target: Vec<bool> =
        calls.cells.iter().map(|c| c.as_ref().is_some_and(|c| c.kind == CallKind::Target)).collect();
    let mut of_transgenes = Vec::new();
    let transgenes = settings.profile.find_transgenes(features).into_value(&mut of_transgenes);
    let wants_structure = shared.structure && kept.len() >= MIN_CELLS;
    let second = settings.compared.map_or_else(
        || vec![false; n_cells],
        |cells| clock.part("target", || second_of_target(&cells.ids, &is_target)),
    );
    let wanted = passes::Wanted { kept: &is_kept, is_target: &is_target, second: &second, variable: wants_structure };
    let of_kept = passes::of_kept(&counts, &wanted, &transgenes, settings, clock)?;
    let ambient = clock.part("ambient", || {
        let counted = counted_by_capture(&quality, &is_target, settings.captures);
        ambient_share(soups, &counted, &of_kept.halves, &resolved, &AmbientParams::default())
    })?;
    let mut composition = composition(&resolved, &outcomes, shared.counting)?;
    let guard = (&settings.profile.guard, &settings.profile.declared_components()[..], &*settings.profile.isct_name);
    let (judgement, majority) = product::judged(&mut composition, shared.spec, guard, &mut warnings);
    let product = Product {
        majority,
        mixture: settings.profile.mixture_found(&composition)?,
        screens: settings.profile.screens_found(&composition)?,
        transgenes: clock.part("transgenes", || {
            let targets: Vec<usize> = (0..n_cells).filter(|&cell| is_target[cell]).collect();
            let (found, counts) = (&of_kept.transgenes, &of_kept.transgene_counts);
            settings.profile.transgene_shares(found, counts, &targets, composition.interval)
        })?,
    };
    warnings.append(&mut of_transgenes);

    let variable = if shared.structure { variable_genes(of_kept.variable, kept.len(), &mut warnings) } else { None };
    let genes = settings.compared.map(|_| SketchGenes::find(features)).transpose()?;
    let columns = wanted_columns(variable.as_ref(), &resolved, genes.as_ref(), settings, counts.n_cols());
    let selected = passes::select(&counts, &is_kept, columns, clock)?;
    drop(counts);
    let states = if settings.states {
        let of = (&kept[..], &is_target[..]);
        clock.stage("states", || states::of_lot(&selected, of, &quality, &resolved, composition.interval))?
    } else {
        Vec::new()
    };
    let detected =
        genes.as_ref().map(|genes| clock.part("target", || target::detected(&selected, &kept, &quality, genes)));
    let expression = genes
        .map(|genes| {
            let of = target::TargetRows { kept: &kept, is_target: &is_target, second: &second };
            clock.part("target", || target::of_lot(&selected, &of, &quality, &genes, (&of_kept.halves_by_id, features)))
        })
        .transpose()?;
    let embedded = match variable {
        Some(variable) => {
            let of = (&selected, &quality, &kept[..]);
            Some(embed(variable, of, features, settings, log, clock)?.into_value(&mut warnings))
        }
        None => None,
    };
    let (structure, components) = match embedded {
        Some((coordinates, components)) => {
            let structure = structure::of_embedding(coordinates, shared, log, clock)?.into_value(&mut warnings);
            (Some(structure), Some(components))
        }
        None => (None, None),
    };
    let doublets = match (&structure, &components) {
        (Some(structure), Some(components)) => {
            log.stage("doublets");
            let of = (structure, components);
            clock
                .stage("doublets", || doublets::of_lot(&selected, &quality, &calls, &resolved, of, settings))?
                .into_value(&mut warnings)
        }
        _ => None,
    };
    let selected = (settings.keep != KeepCounts::None).then_some(selected);
    log.stage("heterogeneity");
    let heterogeneity = clock
        .stage("heterogeneity", || heterogeneity::of_target(structure.as_ref(), |cell| is_target[cell], shared))?
        .into_value(&mut warnings);
    let homogeneous = clock
        .part("homogeneity", || {
            let kinds = calls.cells.iter().flatten().map(|c| c.kind);
            heterogeneity::homogeneity_of_target(kinds, structure.as_ref(), heterogeneity.as_ref(), shared)
        })
        .into_value(&mut warnings);
    let homogeneity = of_kept.homogeneity;
    let homogeneity = if shared.structure { homogeneity.into_value(&mut warnings) } else { homogeneity.value };
    let measured = CellLot {
        quality,
        calls,
        evidence,
        ambient,
        has_droplets: !settings.droplets.is_empty(),
        components,
        counts: selected,
        doublets,
        homogeneity,
        states,
        expression,
        detected,
    };
    Ok(Analysis {
        resolved,
        mask,
        measured,
        composition,
        judgement,
        product,
        structure,
        heterogeneity,
        homogeneous,
        warnings,
    })
}

/// Molecules of the half of the target cells that bounds ambient RNA, by capture.
fn counted_by_capture(quality: &Quality, is_target: &[bool], captures: &[Range<usize>]) -> Vec<u64> {
    let [_, counted] = halves_of_target(is_target);
    let of_capture = |rows: &Range<usize>| {
        rows.clone().filter(|&cell| counted[cell]).map(|cell| quality.metrics.total_counts[cell]).sum()
    };
    captures.iter().map(of_capture).collect()
}

/// The variable genes, where there are enough for an embedding.
fn variable_genes(
    found: Option<Noted<VariableFeatures>>,
    n_kept: usize,
    warnings: &mut Vec<Warning>,
) -> Option<VariableFeatures> {
    let Some(found) = found else {
        let why = format!("{n_kept} kept cells are too few for clusters or a map: at least {MIN_CELLS}");
        warnings.push(Warning::new("no_structure", why));
        return None;
    };
    let variable = found.into_value(warnings);
    if variable.selected.len() < 2 {
        let why = "no gene varies between the kept cells, so there are no clusters and no map";
        warnings.push(Warning::new("no_structure", why));
        return None;
    }
    Some(variable)
}

/// The genes whose counts are needed further, increasing.
fn wanted_columns(
    variable: Option<&VariableFeatures>,
    resolved: &Resolved,
    compared: Option<&SketchGenes>,
    settings: &CellSettings<'_>,
    n_columns: usize,
) -> Vec<usize> {
    if settings.keep == KeepCounts::All {
        return (0..n_columns).collect();
    }
    let variable = variable.map_or(&[][..], |v| &v.selected);
    let of_states = if settings.states { state_columns(resolved) } else { Vec::new() };
    let compared = compared.into_iter().flat_map(SketchGenes::columns);
    let mut genes: BTreeSet<usize> = variable.iter().copied().chain(of_states).chain(compared).collect();
    if settings.keep == KeepCounts::Analysed {
        let decisive = std::iter::once(&resolved.target)
            .chain(&resolved.classes)
            .flat_map(|c| &c.genes)
            .chain(resolved.subsets.iter().flat_map(|s| &s.genes))
            .chain(resolved.modules.iter().flat_map(|m| m.genes.iter().map(|g| &g.0)));
        for gene in decisive {
            genes.extend(gene.columns.iter().copied());
        }
    }
    genes.into_iter().collect()
}

/// Principal components of the log-normalised variable genes.
fn embed(
    variable: VariableFeatures,
    (selected, quality, kept): (&SelectedCounts, &Quality, &[usize]),
    features: &FeatureTable,
    settings: &CellSettings<'_>,
    log: &Log,
    clock: &mut Clock,
) -> Result<Noted<(Coordinates, Components)>, AppError> {
    let mut warnings = Vec::new();
    log.stage("principal components");
    let (expression, found) = clock.stage("pca", || {
        let molecules: Vec<u64> = kept.iter().map(|&cell| quality.metrics.total_counts[cell]).collect();
        let columns = selected.positions(&variable.selected);
        let expression = log_normalise(&selected.counts, &molecules, &columns, &NormaliseParams::default())
            .map_err(AppError::stage("normalisation"))?;
        let params = PcaParams { n_components: settings.profile.analysis.n_components, ..PcaParams::default() };
        let found =
            pca(&expression, &params, settings.settings.seed).map_err(AppError::stage("principal components"))?;
        Ok::<(Csr<f32>, Noted<Pca>), AppError>((expression, found))
    })?;
    let Pca { embedding, loadings, mean, variance, variance_ratio } = found.into_value(&mut warnings);
    let of = |values: &[String]| variable.selected.iter().map(|&f| values[f].clone()).collect();
    let coordinates = Coordinates {
        rows: kept.to_vec(),
        names: of(&features.names),
        ids: Some(of(&features.ids)),
        expression,
        embedding,
    };
    let components = Components { variable, loadings, mean, variance, variance_ratio };
    Ok(Noted { value: (coordinates, components), warnings })
}
