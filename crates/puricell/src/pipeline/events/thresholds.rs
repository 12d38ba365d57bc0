//! From which value on the events of a lot carry each marker.
//!
//! Sources, the best first: the user's own value; a control (fluorescence minus one before isotype before unstained);
//! two populations of the lot's own values that a valley parts; and, for a marker of one population, what the channels
//! that the target lacks show as background. Where none of them tells stained from unstained the marker is not
//! separable, with the reason. The same rule judges every marker; no expected sign takes part.

mod control;
mod lot;
mod sample;

use puricell_cluster::MixtureParams;
use puricell_core::{CellMask, Dense, Noted, Seed, Warning};
use puricell_prep::cyto::Transform;
use puricell_prep::cyto::positivity::{BackgroundParams, ComponentParams, ControlParams, PopulationParams};
use puricell_purity::events::{Calibration, MarkerThreshold, ThresholdSource};
use rayon::prelude::*;

use crate::error::AppError;
use sample::Scaled;

/// What a control file was stained with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ControlKind {
    /// Everything but the marker.
    Fmo,
    /// An antibody of the same isotype that binds nothing, in the marker's place.
    Isotype,
    /// Nothing.
    Unstained,
}

impl ControlKind {
    /// The words of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Fmo => "FMO control",
            Self::Isotype => "isotype control",
            Self::Unstained => "unstained control",
        }
    }

    fn basis(self) -> Basis {
        match self {
            Self::Fmo => Basis::Fmo,
            Self::Isotype => Basis::Isotype,
            Self::Unstained => Basis::Unstained,
        }
    }
}

/// A control file, prepared as the lot was.
#[derive(Debug, Clone)]
pub struct Control {
    /// What it was stained with.
    pub kind: ControlKind,
    /// Ids of the markers it stands for; `None` for every marker.
    pub markers: Option<Vec<String>>,
    /// Its name in messages.
    pub name: String,
    /// Compensated and transformed as the lot, with the same columns, `n_events x n_channels`.
    pub values: Dense<f32>,
    /// Events that count.
    pub mask: CellMask,
}

/// A lot and what is known beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ThresholdInput<'a> {
    /// Compensated and transformed values of all events, `n_events x n_channels`.
    pub values: &'a Dense<f32>,
    /// The transform of each column; `None` for one left on the linear scale.
    pub transforms: &'a [Option<Transform>],
    /// Events that count.
    pub mask: &'a CellMask,
    /// Marker ids and their columns.
    pub markers: &'a [(String, usize)],
    /// Ids of the markers that the profile's target lacks, each alternative of a choice by itself.
    pub lacked: &'a [String],
    /// Control files.
    pub controls: &'a [Control],
    /// Thresholds set by the user: marker id and value on the scale of `values`.
    pub given: &'a [(String, f64)],
    /// Seed of the run.
    pub seed: Seed,
}

/// How thresholds are found.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdParams {
    /// Populations are looked for in at most this many events, evenly spaced among those kept. Default 100,000: a
    /// quantile of 99 % is then known to 0.03 %, and a population of 0.5 % has 500 events. Raise it for slower, finer thresholds.
    pub max_sample: usize,
    /// What one population is.
    pub population: PopulationParams,
    /// What parts two components.
    pub components: ComponentParams,
    /// The mixture fitted where a valley parts two populations. Default 2 to 3 components, and a tolerance and rounds that
    /// settle a threshold to a hundredth of a spread; the rest as its own default.
    pub mixture: MixtureParams,
    /// How background is known and told from stain. Its `min_upper` is raised to the cofactor of an arcsinh scale.
    pub background: BackgroundParams,
    /// The quantile of a control.
    pub control: ControlParams,
    /// Least share of the lot's events above a control's threshold for them to be a population of their own. Default
    /// 0.05: ten times what a control leaves above its 99.5 % quantile. Below it the control alone gives the evidence.
    pub min_stained_share: f64,
}

impl Default for ThresholdParams {
    fn default() -> Self {
        Self {
            max_sample: 100_000,
            population: PopulationParams::default(),
            components: ComponentParams::default(),
            mixture: MixtureParams {
                min_components: 2,
                max_fit: 10_000,
                n_starts: 0,
                max_iterations: 100,
                tolerance: 1e-6,
                ..MixtureParams::default()
            },
            background: BackgroundParams::default(),
            control: ControlParams::default(),
            min_stained_share: 0.05,
        }
    }
}

/// What a threshold rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The user's word.
    Given,
    /// A control that lacks this stain alone.
    Fmo,
    /// A control with an antibody that binds nothing.
    Isotype,
    /// A control without stain.
    Unstained,
    /// Two populations of the lot.
    Mixture,
    /// One population of the lot beside the channels that the target lacks.
    Background,
}

/// The threshold of one marker and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct LotThreshold {
    /// The threshold; not separable where [`Self::why_not`] says so, and its numbers mean nothing then.
    pub threshold: MarkerThreshold,
    /// What it rests on, or what was tried last.
    pub basis: Basis,
    /// Index of the control used.
    pub control: Option<usize>,
    /// One sentence for the report.
    pub derivation: String,
    /// Why positive and negative events cannot be told apart.
    pub why_not: Option<String>,
}

impl LotThreshold {
    fn not_separable(marker: &str, column: usize, basis: Basis, why: String) -> Self {
        let threshold = MarkerThreshold {
            marker: marker.to_owned(),
            column,
            threshold: 0.0,
            band: (0.0, 0.0),
            separable: false,
            source: source(basis),
            calibration: Calibration::Band,
        };
        Self { threshold, basis, control: None, derivation: format!("Not separable: {why}."), why_not: Some(why) }
    }
}

fn source(basis: Basis) -> ThresholdSource {
    match basis {
        Basis::Given => ThresholdSource::User,
        Basis::Fmo | Basis::Isotype | Basis::Unstained => ThresholdSource::Control,
        Basis::Mixture => ThresholdSource::Mixture,
        Basis::Background => ThresholdSource::Background,
    }
}

/// One threshold per marker, in the order of [`ThresholdInput::markers`]. Linear in the events; the same bits at any
/// thread count.
///
/// Warnings: `control_not_used` for a control that lacks the events to bound its quantile, `no_background_reference` where markers
/// of one population are left and the channels that the target lacks do not say what background is.
///
/// # Errors
/// [`AppError::Usage`] for a threshold set that is no number or is set for a marker that is not measured;
/// [`AppError::Stage`] for a control with another number of columns, a column that is not there, or a parameter out of
/// its range.
pub(super) fn lot_thresholds(
    input: &ThresholdInput<'_>,
    params: &ThresholdParams,
) -> Result<Noted<Vec<LotThreshold>>, AppError> {
    check(input, params)?;
    let rows = sample::rows(input.mask, params.max_sample);
    let profiles: Vec<lot::Profiled> = input
        .markers
        .par_iter()
        .enumerate()
        .map(|(i, (_, column))| {
            let scaled = Scaled::new(input.transforms[*column].as_ref());
            lot::Profiled::new(sample::column(input.values, &rows, *column), scaled, i, input.seed, params)
        })
        .collect::<Result<_, AppError>>()?;
    let reference = lot::reference(input, &profiles, params);
    let mut warnings = Vec::new();
    let mut found = Vec::with_capacity(input.markers.len());
    for ((marker, column), profile) in input.markers.iter().zip(&profiles) {
        let given = input.given.iter().find(|(name, _)| name == marker);
        if let Some((_, value)) = given {
            found.push(given_threshold(marker, *column, *value, profile));
            continue;
        }
        match control::threshold(marker, *column, profile, input, params, &mut warnings)? {
            Some(threshold) => found.push(threshold),
            None => found.push(profile.threshold(marker, *column, reference.as_ref(), params)?),
        }
    }
    if reference.is_none() && found.iter().any(|t| t.basis == Basis::Background) {
        warnings.push(Warning::new("no_background_reference", lot::why_no_reference(input, params)));
    }
    Ok(Noted { value: found, warnings })
}

/// The user's value. The evidence follows the lot's population below it, where there is one.
fn given_threshold(marker: &str, column: usize, value: f64, profile: &lot::Profiled) -> LotThreshold {
    let calibration = profile.given(value);
    let threshold = MarkerThreshold {
        marker: marker.to_owned(),
        column,
        threshold: value,
        band: (value, value),
        separable: true,
        source: ThresholdSource::User,
        calibration,
    };
    let derivation = format!("Set by the user at {value:.4} on the scale, {}.", profile.scaled.words(value));
    LotThreshold { threshold, basis: Basis::Given, control: None, derivation, why_not: None }
}

fn check(input: &ThresholdInput<'_>, params: &ThresholdParams) -> Result<(), AppError> {
    let wrong = |message: String| Err(AppError::Stage { stage: "thresholds", message });
    let n_columns = input.values.n_cols();
    if input.transforms.len() != n_columns || input.mask.n_loaded() != input.values.n_rows() {
        return wrong(format!(
            "{} transforms and a mask of {} events for {} events of {n_columns} columns",
            input.transforms.len(),
            input.mask.n_loaded(),
            input.values.n_rows()
        ));
    }
    if let Some((marker, column)) = input.markers.iter().find(|(_, c)| *c >= n_columns) {
        return wrong(format!("marker {marker} is in column {column} of {n_columns}"));
    }
    for control in input.controls {
        if control.values.n_cols() != n_columns || control.mask.n_loaded() != control.values.n_rows() {
            return wrong(format!(
                "control '{}' has {} columns and a mask of {} events for {}; the lot has {n_columns} columns",
                control.name,
                control.values.n_cols(),
                control.mask.n_loaded(),
                control.values.n_rows()
            ));
        }
    }
    if params.max_sample == 0 {
        return wrong("max_sample is 0; at least one event is needed".to_owned());
    }
    for (marker, value) in input.given {
        if !value.is_finite() {
            return Err(AppError::usage(
                format!("the threshold set for {marker} is {value}"),
                "give a finite number on the scale of the marker's values",
            ));
        }
        if !input.markers.iter().any(|(m, _)| m == marker) {
            let measured: Vec<&str> = input.markers.iter().map(|(m, _)| m.as_str()).collect();
            return Err(AppError::usage(
                format!("a threshold is set for {marker}, which no channel measures"),
                format!("markers measured: {}", measured.join(", ")),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
