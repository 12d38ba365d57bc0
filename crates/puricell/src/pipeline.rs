//! The order of the stages, from counts to calls, composition and heterogeneity.

mod heterogeneity;
mod quality;
mod structure;

pub use heterogeneity::{Heterogeneity, Homogeneous, MIN_SUBPOPULATION};
pub use quality::Quality;
pub use structure::Structure;

use puricell_core::{Dataset, Noted, Seed, Warning};
use puricell_purity::{CallModel, Calls, PanelCounts, call_cells};
use puricell_purity::{
    Composition, CompositionParams, Judgement, Outcome, Profile, Resolved, Spec, composition, judge,
};

use crate::error::AppError;
use crate::log::Log;
use crate::timing::Clock;

/// What a lot is analysed with.
#[derive(Debug)]
pub struct Settings<'a> {
    /// The profile, values replaced.
    pub profile: &'a Profile,
    /// The specification, if any.
    pub spec: Option<&'a Spec>,
    /// The frozen parameters of the call.
    pub model: &'a CallModel,
    /// Seed of every stream.
    pub seed: Seed,
    /// Whether to lay out a UMAP.
    pub umap: bool,
}

/// Everything found in a lot.
#[derive(Debug)]
pub struct Analysis {
    /// The profile's genes among the features.
    pub resolved: Resolved,
    /// Metrics, thresholds, and the mask with a reason per dropped cell.
    pub quality: Quality,
    /// The call of each kept cell.
    pub calls: Calls,
    /// What became of each loaded cell.
    pub outcomes: Vec<Outcome>,
    /// The composition table.
    pub composition: Composition,
    /// The verdicts, where there is a specification.
    pub judgement: Option<Judgement>,
    /// Embedding, neighbours, clusters; `None` with too few cells.
    pub structure: Option<Structure>,
    /// Sub-populations of the target; `None` with too few target cells.
    pub heterogeneity: Option<Heterogeneity>,
    /// Diversity and homogeneity.
    pub homogeneous: Homogeneous,
    /// What there is to say, in the order it arose.
    pub warnings: Vec<Warning>,
}

/// Runs every stage on a lot.
///
/// # Errors
/// [`AppError`] where the features do not fit the profile, or a stage refuses its input.
pub fn analyse(
    dataset: &Dataset,
    settings: &Settings<'_>,
    resolved: Noted<Resolved>,
    log: &Log,
    clock: &mut Clock,
) -> Result<Analysis, AppError> {
    let mut warnings = Vec::new();
    let resolved = resolved.into_value(&mut warnings);
    let counts = dataset.counts();

    log.stage("quality control");
    let panel = clock.stage("panel", || PanelCounts::gather(counts, &resolved));
    let quality =
        clock.stage("quality", || quality::control(counts, &panel, settings, &resolved))?.into_value(&mut warnings);
    let kept = quality.mask.kept();
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
    let wanted: Vec<bool> = (0..counts.n_rows()).map(|cell| quality.mask.is_kept(cell)).collect();
    let calls =
        clock.stage("calls", || call_cells(&panel, &resolved, settings.model, &wanted)).into_value(&mut warnings);
    let outcomes: Vec<Outcome> = calls
        .cells
        .iter()
        .enumerate()
        .map(|(cell, call)| match (quality.mask.reason(cell), call) {
            (None, Some(call)) => Ok(Outcome::from(call)),
            (Some(reason), _) => Ok(Outcome::Dropped(reason)),
            (None, None) => {
                Err(AppError::Internal { place: "calls", message: format!("kept cell {cell} has no call") })
            }
        })
        .collect::<Result<_, _>>()?;
    let mut composition = composition(&resolved, &outcomes, &CompositionParams::default())?;
    let judgement = settings.spec.map(|spec| judge(&mut composition, spec));

    let structure = structure::embed(counts, &kept, settings, log, clock)?.into_value(&mut warnings);
    log.stage("heterogeneity");
    let heterogeneity = clock
        .stage("heterogeneity", || heterogeneity::of_target(structure.as_ref(), &calls, settings))?
        .into_value(&mut warnings);
    let homogeneous = clock
        .stage("homogeneity", || {
            heterogeneity::homogeneity_of_target(
                counts,
                &outcomes,
                structure.as_ref(),
                heterogeneity.as_ref(),
                settings,
            )
        })
        .into_value(&mut warnings);
    Ok(Analysis {
        resolved,
        quality,
        calls,
        outcomes,
        composition,
        judgement,
        structure,
        heterogeneity,
        homogeneous,
        warnings,
    })
}
