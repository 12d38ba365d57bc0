//! Limits of blank, detection and quantification (CLSI EP17-A2; ICH Q2(R2) section 3.2.3).

use puricell_purity::Level as Confidence;
use puricell_purity::detection::limits_of_study;

use super::class::{Level, Share};
use crate::error::AppError;

/// Largest coefficient of variation at the limit of quantification.
pub const MAX_CV: f64 = 0.3;
/// Largest relative bias at the limit of quantification.
pub const MAX_BIAS: f64 = 0.3;
/// A recovery of 0.7 is a bias of 0.3, though 1 - 0.7 is a last bit more.
const DUST: f64 = 1e-12;
/// Share of the mixtures that must be detected.
const DETECTED: f64 = 0.95;

/// Limit of blank as a count, and of detection as a planted fraction, for `n_cells` kept cells: as a lot's run computes them
/// from the same study. A class that was not planted has no limit of detection.
pub(super) fn by_rates(blank: Share, sensitivity: Share, n_cells: u64) -> Result<(u64, Option<f64>), AppError> {
    if blank.n == 0 {
        return Ok((0, None));
    }
    let planted = (sensitivity.n > 0).then(|| sensitivity.tally());
    let (lob, lod) = limits_of_study(n_cells, blank.tally(), planted, Confidence::P95)?;
    Ok((lob, lod.filter(|_| planted.is_some())))
}

/// The lowest planted fraction from which on every level satisfies `holds`.
fn lowest(levels: &[Level], holds: impl Fn(&Level) -> bool) -> Option<f64> {
    let planted = levels.iter().rev().filter(|l| l.nominal > 0.0);
    planted.take_while(|l| holds(l)).last().map(|l| l.planted)
}

/// The lowest planted fraction from which on at least 95 % of the mixtures lie above the limit of blank.
pub(super) fn detection_seen(levels: &[Level]) -> Option<f64> {
    lowest(levels, |l| l.n_detected as f64 >= DETECTED * l.n_runs as f64)
}

/// The lowest planted fraction, at or above the limit of detection `lod`, from which on the scatter of a lot and the bias stay
/// within their targets. `None` without a limit of detection.
pub(super) fn quantification(levels: &[Level], lod: Option<f64>) -> Option<f64> {
    lowest(levels, |l| {
        lod.is_some_and(|lod| l.planted >= lod)
            && l.total_cv.is_some_and(|cv| cv <= MAX_CV + DUST)
            && l.recovery.is_some_and(|r| (r - 1.0).abs() <= MAX_BIAS + DUST)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(nominal: f64, n_detected: usize, total_cv: f64, recovery: f64) -> Level {
        Level {
            nominal,
            n_runs: 20,
            planted: nominal,
            called: nominal * recovery,
            called_interval: None,
            recall: Share::default(),
            recovery: (nominal > 0.0).then_some(recovery),
            repeatability: None,
            intermediate: None,
            total_cv: (nominal > 0.0).then_some(total_cv),
            n_detected,
        }
    }

    #[test]
    fn a_gap_in_the_series_ends_the_range() {
        let levels = [
            level(0.0, 1, 0.0, 0.0),
            level(0.001, 20, 0.2, 1.0),
            level(0.005, 18, 0.25, 0.6),
            level(0.01, 19, 0.3, 0.7),
            level(0.05, 20, 0.1, 0.95),
        ];
        assert_eq!(detection_seen(&levels), Some(0.01));
        assert_eq!(quantification(&levels, Some(0.0005)), Some(0.01));
        assert_eq!(quantification(&levels, Some(0.02)), Some(0.05));
        assert_eq!(quantification(&levels[..3], Some(0.0005)), None);
        assert_eq!(quantification(&levels, None), None);
        assert_eq!(detection_seen(&levels[..1]), None);
    }

    #[test]
    fn limits_follow_the_rates() {
        let share = |k, n| Share { k, n, n_distinct: n, k_distinct: k };
        // So many blanks that the rate is known: 10,000 cells with 1 in 10,000 called falsely have a LOB of 3 cells and a LOD
        // of 0.0675 % (scipy 1.17.1), over the sensitivity.
        let blank = share(500_000, 5_000_000_000);
        let (lob, perfect) = by_rates(blank, share(10_000, 10_000), 10_000).unwrap();
        assert_eq!(lob, 3);
        assert!((perfect.unwrap() - 0.000_675).abs() < 1e-6, "{perfect:?}");
        let (_, half) = by_rates(blank, share(5000, 10_000), 10_000).unwrap();
        assert!((half.unwrap() / perfect.unwrap() - 0.9999 / 0.4999).abs() < 1e-9, "{half:?}");
        assert_eq!(by_rates(blank, Share::default(), 10_000).unwrap(), (3, None));
        assert_eq!(by_rates(Share::default(), Share::default(), 1000).unwrap(), (0, None));
    }
}
