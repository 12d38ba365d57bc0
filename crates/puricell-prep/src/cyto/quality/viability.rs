//! Dead cells, by a dye that enters them.

use puricell_core::{CellMask, DropReason, Events, Noted, Warning, math};

use crate::PrepError;
use crate::cyto::density::{Density, PeakParams, density};
use crate::cyto::gates::{Gate, Range, RectGate, column, limit_before_rounding};

use super::kept::{MIN_EVENTS, apply_gate, sample};
use super::{Derivation, QualityStep};

/// How dead cells are told.
#[derive(Debug, Clone, PartialEq)]
pub struct ViabilityParams {
    /// Channel of the dye. Default `None`: no dye, so not assessed.
    pub channel: Option<String>,
    /// Events from this value on are dead, in the channel's unit. Default `None`: from the density.
    pub threshold: Option<f64>,
    /// The density is taken of `asinh(value / cofactor)`. Default 150, as usual for fluorescence; 5 for mass counts.
    pub cofactor: f64,
    /// Dead cells stain at least this much brighter than the live, in units of the asinh scale. Default 1: 2.7 fold.
    pub min_separation: f64,
    /// A threshold that would call more than this share dead is not applied, for then the valley more likely parts two
    /// kinds of live cells. Default 0.5. Raise it for lots known to be poor.
    pub max_dead: f64,
    /// Which peaks of the density count.
    pub peaks: PeakParams,
}

impl Default for ViabilityParams {
    fn default() -> Self {
        let peaks = PeakParams::default();
        Self { channel: None, threshold: None, cofactor: 150.0, min_separation: 1.0, max_dead: 0.5, peaks }
    }
}

/// The step and what it was derived from.
#[derive(Debug, Clone, PartialEq)]
pub struct ViabilityResult {
    /// What the step did.
    pub step: QualityStep,
    /// Density of `asinh(value / cofactor)` over the events that came in, where one was made.
    pub density: Option<Density>,
    /// Events from this on left, in the channel's unit.
    pub threshold: Option<f64>,
}

/// Drops kept events stained by the viability dye.
///
/// The threshold is the valley below the highest peak of the density that is far enough from the next lower one. Without such a
/// pair nothing is dropped, with the warning `viability_not_separable`: few dead cells, or a dye that failed. The
/// caller may then give a threshold, from a control or a mixture. Without a channel: `viability_not_assessed`.
///
/// # Errors
/// [`PrepError::Channel`] for a channel that is not there, [`PrepError::Parameter`] for a parameter outside its range.
pub fn viability(
    events: &Events,
    mask: &mut CellMask,
    params: &ViabilityParams,
) -> Result<Noted<ViabilityResult>, PrepError> {
    PrepError::check_length("mask", mask.n_loaded(), events.n_events())?;
    let positive = "a finite number above 0";
    PrepError::check_at_least("viability.cofactor", params.cofactor, f64::MIN_POSITIVE, positive)?;
    PrepError::check_at_least("viability.min_separation", params.min_separation, 0.0, "a finite number of at least 0")?;
    if !(0.0..=1.0).contains(&params.max_dead) {
        let expected = "a fraction from 0 to 1";
        return Err(PrepError::Parameter { parameter: "viability.max_dead", found: params.max_dead, expected });
    }
    let undone = |mask: &CellMask, density, code, message: String| Noted {
        value: ViabilityResult {
            step: QualityStep::not_assessed(DropReason::NonViable, mask),
            density,
            threshold: None,
        },
        warnings: vec![Warning::new(code, message)],
    };
    let Some(name) = &params.channel else {
        let message = "no viability dye was named; dead cells may be among the kept events";
        return Ok(undone(mask, None, "viability_not_assessed", message.to_owned()));
    };
    let at = column(events, "viability.channel", name)?;
    let gate = |threshold| {
        // Compensated values are computed, and rounded when stored.
        let max = Some(limit_before_rounding(threshold));
        Gate::Rect(RectGate { ranges: vec![Range { channel: name.clone(), min: None, max }] })
    };
    if let Some(threshold) = params.threshold {
        if threshold.is_nan() {
            return Err(PrepError::Parameter {
                parameter: "viability.threshold",
                found: threshold,
                expected: "a number",
            });
        }
        let step = apply_gate(events, mask, DropReason::NonViable, gate(threshold), Derivation::Given)?;
        return Ok(Noted::quiet(ViabilityResult { step, density: None, threshold: Some(threshold) }));
    }
    if mask.n_kept() < MIN_EVENTS {
        let message =
            format!("{} events are too few to part live from dead in {name}; {MIN_EVENTS} are needed", mask.n_kept());
        return Ok(undone(mask, None, "viability_not_assessed", message));
    }
    let values = sample(events, mask, |row| asinh(f64::from(row[at]) / params.cofactor));
    let density = density(&values);
    let Some(valley) = density.as_ref().and_then(|d| find_valley(d, &values, params)) else {
        let message = format!("{name} shows no dead population apart from the live one; no event is dropped by it");
        return Ok(undone(mask, density, "viability_not_separable", message));
    };
    let threshold = params.cofactor * sinh(valley);
    let step = apply_gate(events, mask, DropReason::NonViable, gate(threshold), Derivation::Valley)?;
    Ok(Noted::quiet(ViabilityResult { step, density, threshold: Some(threshold) }))
}

fn find_valley(density: &Density, values: &[f64], params: &ViabilityParams) -> Option<f64> {
    let peaks = density.peaks(&params.peaks);
    let pairs = peaks.windows(2).rev();
    let valley = pairs
        .filter(|pair| pair[1].position - pair[0].position >= params.min_separation)
        .map(|pair| density.position(density.valley(pair[0].index, pair[1].index)))
        .next()?;
    let n_dead = values.iter().filter(|&&v| v >= valley).count();
    (n_dead as f64 <= params.max_dead * values.len() as f64).then_some(valley)
}

/// Inverse hyperbolic sine, exact near 0.
fn asinh(x: f64) -> f64 {
    let a = x.abs();
    math::ln_1p(a + a * a / (1.0 + (1.0 + a * a).sqrt())).copysign(x)
}

fn sinh(x: f64) -> f64 {
    let e = math::exp_m1(x.abs());
    (0.5 * (e + e / (e + 1.0))).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asinh_and_sinh_are_inverse_and_right() {
        // mpmath: asinh(1) = 0.881373587019543025, asinh(1e-9) = 1e-9 - 1.67e-28, sinh(1) = 1.17520119364380146
        assert!((asinh(1.0) - 0.881_373_587_019_543).abs() < 1e-15);
        assert!((asinh(-1e-9) + 1e-9).abs() < 1e-24);
        assert!((sinh(1.0) - 1.175_201_193_643_801_5).abs() < 1e-15);
        for i in -30..30 {
            let x = 0.5 * f64::from(i);
            // A few roundings, of e^x at most relative 1e-15 each.
            assert!((asinh(sinh(x)) - x).abs() < 1e-14 * (1.0 + x.abs()));
        }
    }
}
