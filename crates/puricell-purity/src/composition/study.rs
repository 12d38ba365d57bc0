//! What a validation study adds to a row.

use super::{CompositionParams, Denominator, MethodLimits};
use crate::detection::{limits_of_study, poisson_quantification_limit};
use crate::misclassification::{CorrectedClass, CorrectionParams, correct};
use crate::{Interval, Proportion, PurityError};

/// A result against the limits of the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detection {
    /// No more cells than a blank may give: at most the limit of blank.
    NotDetected,
    /// More than a blank gives, and below the limit of quantification, or none is established.
    DetectedBelowLoq,
    /// At or above the limit of quantification, and within the range that the study planted.
    Quantified,
    /// Above the highest fraction that the study planted, where its linearity was not shown.
    AboveRange,
}

impl Detection {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotDetected => "not_detected",
            Self::DetectedBelowLoq => "detected_below_loq",
            Self::Quantified => "quantified",
            Self::AboveRange => "above_range",
        }
    }
}

/// The columns that exist with a validation study only.
#[derive(Debug, Default)]
pub(super) struct Studied {
    pub(super) lob: Option<f64>,
    pub(super) lod: Option<f64>,
    pub(super) loq: Option<f64>,
    pub(super) corrected: Option<f64>,
    pub(super) corrected_interval: Option<Interval>,
    pub(super) detection: Option<Detection>,
}

/// Corrects the viable singlets by the study's confusion matrix; empty without one.
pub(super) fn corrected(
    counts: &[(&str, u64)],
    n: u64,
    params: &CompositionParams,
) -> Result<Vec<CorrectedClass>, PurityError> {
    let Some(confusion) = &params.confusion else { return Ok(Vec::new()) };
    let with = CorrectionParams { level: params.level, seed: params.seed, ..CorrectionParams::default() };
    correct(confusion, counts, n, &with)
}

/// The study's columns of one row. Rates and limits of a study are shares of the viable singlets, so other denominators have
/// none.
pub(super) fn of_row(
    class: &str,
    counted: Option<Proportion>,
    denominator: Denominator,
    params: &CompositionParams,
    corrected: &[CorrectedClass],
) -> Result<Studied, PurityError> {
    let Some(counted) = counted.filter(|_| denominator == Denominator::ViableSinglets) else {
        return Ok(Studied::default());
    };
    let n = counted.n();
    let corrected = corrected.iter().find(|c| c.class == class);
    let mut studied = Studied {
        corrected: corrected.map(|c| c.fraction),
        corrected_interval: corrected.map(|c| c.interval),
        ..Studied::default()
    };
    let MethodLimits { blank, sensitivity, quantification_limit, highest_planted } =
        params.methods.get(class).copied().unwrap_or_default();
    if let Some(blank) = blank {
        let (count, lod) = limits_of_study(n, blank, sensitivity, params.level)?;
        studied.lob = Some(count as f64 / n as f64);
        // That every cell would be called is no result of the study.
        studied.lod = lod.filter(|_| sensitivity.is_some());
        // A limit found with many cells does not hold for few.
        let by_number = poisson_quantification_limit(n, params.quantification_cv)?;
        studied.loq = match (quantification_limit, studied.lod, by_number) {
            (Some(established), Some(lod), Some(by_number)) => Some(established.max(lod).max(by_number)),
            _ => None,
        };
        let share = studied.corrected.or(counted.fraction());
        studied.detection = Some(if counted.k() <= count {
            Detection::NotDetected
        } else if studied.loq.zip(share).is_some_and(|(loq, share)| share >= loq) {
            let is_above = highest_planted.zip(share).is_some_and(|(highest, share)| share > highest);
            if is_above { Detection::AboveRange } else { Detection::Quantified }
        } else {
            Detection::DetectedBelowLoq
        });
    }
    Ok(studied)
}
