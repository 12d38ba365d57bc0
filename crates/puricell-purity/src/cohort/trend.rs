//! Whether a class rises or falls with time or passage.

use crate::distributions::{student_quantile, student_two_sided};
use crate::{Interval, Proportion};

use super::Logit;

/// The fewest lots of a trend.
pub const MIN_TREND_LOTS: usize = 5;

/// A line through the lots' logits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Lots.
    pub n_lots: usize,
    /// Change of the logit per unit of what it is held against.
    pub slope: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// P that there is no change.
    pub p: f64,
}

/// Least squares of the logits on a number known of each lot. `None` with fewer than [`MIN_TREND_LOTS`] lots, or fewer than three
/// distinct numbers.
pub fn trend(lots: &[(f64, Proportion)]) -> Option<Trend> {
    let points: Vec<(f64, f64)> = lots.iter().filter_map(|&(x, lot)| Some((x, Logit::of(lot)?.value))).collect();
    let mut distinct: Vec<f64> = points.iter().map(|p| p.0).collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup_by(|a, b| a.total_cmp(b).is_eq());
    if points.len() < MIN_TREND_LOTS || distinct.len() < 3 {
        return None;
    }
    let n = points.len() as f64;
    let mean_x = points.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_y = points.iter().map(|p| p.1).sum::<f64>() / n;
    let sxx: f64 = points.iter().map(|p| (p.0 - mean_x).powi(2)).sum();
    let slope = points.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum::<f64>() / sxx;
    let rest: f64 = points.iter().map(|p| (p.1 - mean_y - slope * (p.0 - mean_x)).powi(2)).sum();
    let error = (rest / (n - 2.0) / sxx).sqrt();
    let half = student_quantile(0.025, n - 2.0) * error;
    let p = if error > 0.0 { student_two_sided(slope / error, n - 2.0) } else { 1.0 };
    Some(Trend { n_lots: points.len(), slope, interval: Interval { low: slope - half, high: slope + half }, p })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy.stats.linregress on the logits.
    #[test]
    fn the_line_is_that_of_least_squares() {
        let lots = [(1.0, 50), (2.0, 61), (3.0, 58), (4.0, 80), (5.0, 77), (6.0, 95)]
            .map(|(x, k)| (x, Proportion::new(k, 5000).unwrap()));
        let found = trend(&lots).unwrap();
        assert!((found.slope - 0.121_673_415_307_011_84).abs() < 1e-10, "{found:?}");
        assert!((found.p - 0.004_137_314_480_292_909).abs() < 1e-10, "{found:?}");
        assert!((found.interval.high - 0.178_962_984_395_832_2).abs() < 1e-10, "{found:?}");
        assert_eq!(trend(&lots[..4]), None);
        assert_eq!(trend(&lots.map(|(x, lot)| (if x > 2.0 { 1.0 } else { 0.0 }, lot))), None);
    }
}
