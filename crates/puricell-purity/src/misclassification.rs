//! The error of the method itself.

mod confusion;
mod correct;
mod draws;
mod rates;

pub use confusion::Confusion;
pub use correct::{CorrectedClass, CorrectionParams, correct, correctable};

use crate::{Interval, Level, Proportion, PurityError};

/// Id of the product's own cell.
const TARGET: &str = "target";

/// A fraction corrected for the sensitivity and specificity of the method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// The fraction observed.
    pub observed: f64,
    /// The fraction corrected, clipped to 0 to 1.
    pub corrected: f64,
    /// The same before clipping: below 0 where the method's false positives alone explain the count.
    pub unclipped: f64,
    /// Standard error of the corrected fraction from the sampling of cells alone: sensitivity and specificity are taken
    /// as known.
    pub standard_error: f64,
    /// The exact interval of the observed fraction, both ends corrected and clipped.
    pub interval: Interval,
}

/// The estimator of Rogan and Gladen (1978, doi:10.1093/oxfordjournals.aje.a112510):
/// (observed + specificity - 1) / (sensitivity + specificity - 1).
///
/// `None` for n = 0.
///
/// # Errors
/// [`PurityError::Share`] for a sensitivity or specificity outside 0 to 1, [`PurityError::Uninformative`] where they do
/// not sum to more than 1.
pub fn rogan_gladen(
    proportion: Proportion,
    sensitivity: f64,
    specificity: f64,
    level: Level,
) -> Result<Option<Corrected>, PurityError> {
    for (name, found) in [("the sensitivity", sensitivity), ("the specificity", specificity)] {
        if !(0.0..=1.0).contains(&found) {
            return Err(PurityError::Share { name, found, expected: "a fraction from 0 to 1" });
        }
    }
    let youden = sensitivity + specificity - 1.0;
    if youden <= 0.0 {
        return Err(PurityError::Uninformative { sensitivity, specificity });
    }
    let Some(observed) = proportion.fraction() else { return Ok(None) };
    let correct = |p: f64| (p + specificity - 1.0) / youden;
    let unclipped = correct(observed);
    let exact = proportion.clopper_pearson(level);
    Ok(Some(Corrected {
        observed,
        corrected: unclipped.clamp(0.0, 1.0),
        unclipped,
        standard_error: (observed * (1.0 - observed) / proportion.n() as f64).sqrt() / youden,
        interval: Interval { low: correct(exact.low).clamp(0.0, 1.0), high: correct(exact.high).clamp(0.0, 1.0) },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correct(k: u64, n: u64, sensitivity: f64, specificity: f64) -> Corrected {
        rogan_gladen(Proportion::new(k, n).unwrap(), sensitivity, specificity, Level::P95).unwrap().unwrap()
    }

    #[test]
    fn oracle_values() {
        // Computed with scipy 1.17.1, to the digits shown.
        let c = correct(30, 10_000, 0.9, 0.998);
        assert!((c.observed - 0.003).abs() < 1e-15);
        assert!((c.corrected * 100.0 - 0.1114).abs() < 5e-5);
        assert!((c.standard_error * 100.0 - 0.0609).abs() < 5e-5);
        assert!((c.interval.low * 100.0 - 0.0028).abs() < 5e-5);
        assert!((c.interval.high * 100.0 - 0.2539).abs() < 5e-5);
        let c = correct(30, 10_000, 0.9, 0.9999);
        assert!((c.corrected * 100.0 - 0.3223).abs() < 5e-5);
        let c = correct(5, 5000, 0.8, 0.999);
        assert!(c.corrected.abs() < 1e-12 && c.unclipped.abs() < 1e-12);
    }

    #[test]
    fn a_perfect_method_changes_nothing_and_a_coin_is_refused() {
        let c = correct(7, 100, 1.0, 1.0);
        assert!((c.corrected - 0.07).abs() < 1e-15);
        let p = Proportion::new(1, 10).unwrap();
        assert!(matches!(rogan_gladen(p, 0.4, 0.6, Level::P95), Err(PurityError::Uninformative { .. })));
        assert!(matches!(rogan_gladen(p, 1.4, 0.6, Level::P95), Err(PurityError::Share { .. })));
        assert_eq!(rogan_gladen(Proportion::new(0, 0).unwrap(), 1.0, 1.0, Level::P95), Ok(None));
    }
}
