//! How far the lots lie from a limit, in units of what they vary by.

use crate::Interval;
use crate::distributions::normal_quantile;

use super::{MIN_LOTS, Standing, moments};

/// The performance index of a process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capability {
    /// Lots.
    pub n_lots: usize,
    /// What so many allow.
    pub standing: Standing,
    /// Distance from the mean to the nearer limit over three standard deviations of all lots.
    pub ppk: f64,
    /// Its 95 % interval (Bissell 1990, doi:10.2307/2347383).
    pub interval: Interval,
}

/// Ppk of values on a scale on which lots vary normally (here: logits) against a lower and an upper limit on the same scale.
///
/// `None` with fewer than [`MIN_LOTS`] lots, without a limit, and where the lots do not vary.
pub fn capability(values: &[f64], lower: Option<f64>, upper: Option<f64>) -> Option<Capability> {
    let (mean, deviation) = moments(values);
    if values.len() < MIN_LOTS || deviation <= 0.0 {
        return None;
    }
    let rooms = [lower.map(|l| mean - l), upper.map(|u| u - mean)];
    let ppk = rooms.into_iter().flatten().reduce(f64::min)? / (3.0 * deviation);
    let n = values.len() as f64;
    let half = normal_quantile(0.975) * (1.0 / (9.0 * n) + ppk * ppk / (2.0 * (n - 1.0))).sqrt();
    let interval = Interval { low: ppk - half, high: ppk + half };
    Some(Capability { n_lots: values.len(), standing: Standing::of(values.len()), ppk, interval })
}

#[cfg(test)]
mod tests {
    use puricell_core::Seed;

    use super::*;

    #[test]
    fn the_nearer_limit_counts() {
        let values = [1.0, 2.0, 3.0];
        let found = capability(&values, Some(-4.0), Some(5.0)).unwrap();
        assert!((found.ppk - 1.0).abs() < 1e-12);
        assert!((capability(&values, Some(-4.0), None).unwrap().ppk - 2.0).abs() < 1e-12);
        assert_eq!(capability(&values, None, None), None);
        assert_eq!(capability(&values[..2], Some(0.0), None), None);
        assert_eq!(capability(&[1.0; 5], Some(0.0), None), None);
        // A mean beyond its limit.
        assert!(capability(&values, Some(2.5), None).unwrap().ppk < 0.0);
    }

    #[test]
    fn the_interval_covers() {
        let (studies, n, truth) = (2000_u64, 30, 1.2);
        let covered = (0..studies).filter(|&study| {
            let mut random = Seed(5).stream("capability", study);
            let values: Vec<f64> = (0..n).map(|_| random.normal()).collect();
            let found = capability(&values, None, Some(3.0 * truth)).unwrap().interval;
            found.low <= truth && truth <= found.high
        });
        let share = covered.count() as f64 / studies as f64;
        assert!((0.93..=0.97).contains(&share), "{share}");
    }
}
