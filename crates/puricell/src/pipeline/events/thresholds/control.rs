//! Thresholds from control files.

use puricell_core::Warning;
use puricell_prep::cyto::positivity::{Separation, Threshold, main_population_of_sorted, threshold_from_control};
use puricell_purity::events::{Calibration, Component, MarkerThreshold, ThresholdSource};

use super::lot::{Profiled, component};
use super::{Control, LotThreshold, ThresholdInput, ThresholdParams, sample};
use crate::error::AppError;

/// The threshold by the best control that stands for the marker; `None` where there is none that says anything.
///
/// Positive events begin at the control's quantile or, if that is further out, as many spreads above its median as they do
/// above a background, so that a control never leaves more false positives than the lot's own background would.
pub(super) fn threshold(
    marker: &str,
    column: usize,
    profile: &Profiled<'_>,
    input: &ThresholdInput<'_>,
    params: &ThresholdParams,
    warnings: &mut Vec<Warning>,
) -> Result<Option<LotThreshold>, AppError> {
    let stands = |c: &Control| c.markers.as_ref().is_none_or(|m| m.iter().any(|name| name == marker));
    let mut order: Vec<usize> = (0..input.controls.len()).filter(|&i| stands(&input.controls[i])).collect();
    order.sort_by_key(|&i| (input.controls[i].kind, i));
    for index in order {
        let control = &input.controls[index];
        let rows = sample::rows(&control.mask, params.max_sample);
        let sorted = sample::column(&control.values, &rows, column);
        let quantile = threshold_from_control(&sorted, &params.control).map_err(AppError::stage("thresholds"))?;
        let quantile = match quantile {
            Separation::Separable(threshold) => threshold,
            Separation::NotSeparable(why) => {
                let message = format!("{} '{}' is not used for {marker}: {why}", control.kind.words(), control.name);
                warnings.push(Warning::new("control_not_used", message));
                continue;
            }
        };
        // The quantile needs hundreds of events, so there is a population.
        let Some(negative) = main_population_of_sorted(&sorted, &params.population) else { continue };
        let edge = profile.edge(&negative, None, params)?;
        let by_edge = edge.threshold.value > quantile.value;
        let Threshold { value, band, .. } = if by_edge { edge.threshold } else { quantile };
        let above = profile.share_from(value);
        let stained = profile.sorted.partition_point(|&v| v < value);
        let positive = (above >= params.min_stained_share)
            .then(|| main_population_of_sorted(&profile.sorted[stained..], &params.population))
            .flatten();
        let negative = component(&negative, &edge);
        let calibration = match positive {
            Some(p) => Calibration::Components {
                negative: Component { weight: (1.0 - above).max(f64::MIN_POSITIVE), ..negative },
                positive: Component { mean: p.median, sd: p.lower_sd, weight: above },
            },
            None => Calibration::Negative(negative),
        };
        let derivation = format!(
            "{} '{}', {} events: {}, {}.",
            control.kind.words(),
            control.name,
            sorted.len(),
            if by_edge {
                format!("{} spreads above its median", params.background.threshold_sds)
            } else {
                format!("its {} % quantile", 100.0 * params.control.quantile)
            },
            profile.scaled.words(value)
        );
        let threshold = MarkerThreshold {
            marker: marker.to_owned(),
            column,
            threshold: value,
            band,
            separable: true,
            source: ThresholdSource::Control,
            calibration,
        };
        let basis = control.kind.basis();
        return Ok(Some(LotThreshold { threshold, basis, control: Some(index), derivation, why_not: None }));
    }
    Ok(None)
}
