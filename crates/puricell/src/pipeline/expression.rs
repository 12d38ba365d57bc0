//! From counts to calls and composition.

mod doublets;
mod quality;

pub use doublets::{LotDoublets, SUSPECTED_FROM};
pub use quality::Quality;

use puricell_cluster::{Pca, PcaParams, pca};
use puricell_core::{Csr, Dataset, Dense, Embedding, Noted, Warning};
use puricell_prep::rna::{NormaliseParams, VariableFeatures, VariableParams, log_normalise, variable_features};
use puricell_purity::ambient::{Ambient, AmbientParams, EmptyDroplets, ambient_share, pooled_cells};
use puricell_purity::{
    Call, CallKind, CallModel, Calls, Explainer, GeneEvidence, Homogeneity, HomogeneityParams, IntervalMethod, Outcome,
    PanelCounts, Profile, Resolved, TransgeneShare, call_cells, composition, homogeneity,
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
    /// What the empty droplets of the raw matrix hold, where it was given.
    pub droplets: Option<&'a EmptyDroplets>,
    /// Cells, by their row, whose evidence is wanted whatever they are called.
    pub explained: &'a [usize],
    /// The rest.
    pub settings: Settings<'a>,
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
    /// Doublets, expected and found; `None` with too few cells.
    pub doublets: Option<LotDoublets>,
    /// The entropy index of the target cells with its split-half null.
    pub homogeneity: Homogeneity,
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

/// Runs every stage on a lot's expression.
///
/// # Errors
/// [`AppError`] where a stage refuses its input.
pub fn analyse_cells(
    dataset: &Dataset,
    settings: &CellSettings<'_>,
    resolved: Noted<Resolved>,
    log: &Log,
    clock: &mut Clock,
) -> Result<Analysis<CellLot>, AppError> {
    let mut warnings = Vec::new();
    let resolved = resolved.into_value(&mut warnings);
    let counts = dataset.counts();
    let shared = &settings.settings;

    log.stage("quality control");
    let panel = clock.stage("panel", || PanelCounts::gather(counts, &resolved));
    let (quality, mask) =
        clock.stage("quality", || quality::control(counts, &panel, settings, &resolved))?.into_value(&mut warnings);
    let kept = mask.kept();
    if kept.is_empty() {
        warnings.push(Warning::new(
            "no_cell_kept",
            format!(
                "none of {} loaded cells passed quality control, so nothing can be said of the lot",
                counts.n_rows()
            ),
        ));
    }

    log.stage("calls");
    let wanted: Vec<bool> = (0..counts.n_rows()).map(|cell| mask.is_kept(cell)).collect();
    let calls =
        clock.stage("calls", || call_cells(&panel, &resolved, settings.model, &wanted)).into_value(&mut warnings);
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
        let cells: Vec<usize> = (0..counts.n_rows()).filter(wanted).collect();
        let decided = |&cell: &usize| {
            let mut genes = explainer.genes(cell);
            genes.truncate(EVIDENCE_GENES);
            (cell, genes)
        };
        cells.par_iter().map(decided).collect::<Vec<_>>()
    });
    let ambient = clock.stage("ambient", || {
        let droplets = settings.droplets.map_or_else(|| pooled_cells(counts), Clone::clone);
        let is_target: Vec<bool> =
            calls.cells.iter().map(|c| c.as_ref().is_some_and(|c| c.kind == CallKind::Target)).collect();
        ambient_share(droplets, counts, &is_target, &resolved, &AmbientParams::default())
    })?;
    let mut composition = composition(&resolved, &outcomes, shared.counting)?;
    let guard = (&settings.profile.guard, &settings.profile.declared_components()[..], &*settings.profile.isct_name);
    let (judgement, majority) = product::judged(&mut composition, shared.spec, guard, &mut warnings);
    let product = Product {
        majority,
        mixture: settings.profile.mixture_found(&composition)?,
        screens: settings.profile.screens_found(&composition)?,
        transgenes: clock
            .stage("transgenes", || transgenes(dataset, settings.profile, &calls, composition.interval))?
            .into_value(&mut warnings),
    };

    let embedded =
        if shared.structure { embed(dataset, &kept, settings, log, clock)?.into_value(&mut warnings) } else { None };
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
                .stage("doublets", || doublets::of_lot(counts, &quality, &calls, &resolved, of, settings))?
                .into_value(&mut warnings)
        }
        _ => None,
    };
    log.stage("heterogeneity");
    let is_target = |cell: usize| calls.cells[cell].as_ref().is_some_and(|c| c.kind == CallKind::Target);
    let heterogeneity = clock
        .stage("heterogeneity", || heterogeneity::of_target(structure.as_ref(), is_target, shared))?
        .into_value(&mut warnings);
    let (homogeneous, homogeneity) = clock.stage("homogeneity", || {
        let kinds = calls.cells.iter().flatten().map(|c| c.kind);
        let shape = heterogeneity::homogeneity_of_target(kinds, structure.as_ref(), heterogeneity.as_ref(), shared);
        let is_studied = |cell: usize| shared.structure && mask.is_kept(cell) && is_target(cell);
        let rows: Vec<usize> = (0..counts.n_rows()).filter(|&cell| is_studied(cell)).collect();
        (shape, homogeneity(counts, &rows, &HomogeneityParams::default(), shared.seed))
    });
    let homogeneous = homogeneous.into_value(&mut warnings);
    let homogeneity = if shared.structure { homogeneity.into_value(&mut warnings) } else { homogeneity.value };
    let measured = CellLot {
        quality,
        calls,
        evidence,
        ambient,
        has_droplets: settings.droplets.is_some(),
        components,
        doublets,
        homogeneity,
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

/// The share of the target cells that show each transgene named.
fn transgenes(
    dataset: &Dataset,
    profile: &Profile,
    calls: &Calls,
    interval: IntervalMethod,
) -> Result<Noted<Vec<TransgeneShare>>, AppError> {
    let Noted { value: found, warnings } = profile.find_transgenes(dataset.features());
    let is_target = |call: &Option<Call>| call.as_ref().is_some_and(|c| c.kind == CallKind::Target);
    let targets: Vec<usize> = (0..calls.cells.len()).filter(|&cell| is_target(&calls.cells[cell])).collect();
    Ok(Noted { value: profile.transgene_shares(&found, dataset.counts(), &targets, interval)?, warnings })
}

/// Principal components of the log-normalised variable genes.
fn embed(
    dataset: &Dataset,
    kept: &[usize],
    settings: &CellSettings<'_>,
    log: &Log,
    clock: &mut Clock,
) -> Result<Noted<Option<(Coordinates, Components)>>, AppError> {
    let mut warnings = Vec::new();
    let none = |mut warnings: Vec<Warning>, why: String| {
        warnings.push(Warning::new("no_structure", why));
        Ok(Noted { value: None, warnings })
    };
    if kept.len() < MIN_CELLS {
        let why = format!("{} kept cells are too few for clusters or a map: at least {MIN_CELLS}", kept.len());
        return none(warnings, why);
    }
    let analysis = &settings.profile.analysis;
    let counts = dataset.counts();
    log.stage("variable genes");
    let variable = clock
        .stage("variable_genes", || {
            let params = VariableParams { n_top: analysis.n_variable, ..VariableParams::default() };
            variable_features(counts, kept, &params)
        })
        .map_err(AppError::stage("variable genes"))?
        .into_value(&mut warnings);
    if variable.selected.len() < 2 {
        return none(warnings, "no gene varies between the kept cells, so there are no clusters and no map".into());
    }
    log.stage("principal components");
    let (expression, found) = clock.stage("pca", || {
        let expression = log_normalise(counts, kept, &variable.selected, &NormaliseParams::default())
            .map_err(AppError::stage("normalisation"))?;
        let params = PcaParams { n_components: analysis.n_components, ..PcaParams::default() };
        let found =
            pca(&expression, &params, settings.settings.seed).map_err(AppError::stage("principal components"))?;
        Ok::<(Csr<f32>, Noted<Pca>), AppError>((expression, found))
    })?;
    let Pca { embedding, loadings, mean, variance, variance_ratio } = found.into_value(&mut warnings);
    let embedding: Embedding = embedding;
    let features = dataset.features();
    let of = |values: &[String]| variable.selected.iter().map(|&f| values[f].clone()).collect();
    let coordinates = Coordinates {
        rows: kept.to_vec(),
        names: of(&features.names),
        ids: Some(of(&features.ids)),
        expression,
        embedding,
    };
    let components = Components { variable, loadings, mean, variance, variance_ratio };
    Ok(Noted { value: Some((coordinates, components)), warnings })
}
