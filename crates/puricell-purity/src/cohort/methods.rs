//! Two methods on the same lots: single-cell expression beside flow cytometry.

use crate::distributions::{normal_quantile, student_quantile};
use crate::{Interval, Level, Proportion};

use super::{Logit, MIN_LOTS, moments};

/// The agreement of two methods over lots measured by both.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The lots.
    pub pairs: Vec<Pair>,
    /// Mean difference of the logits, second less first; `None` with fewer than [`MIN_LOTS`] lots.
    pub bias: Option<f64>,
    /// Its 95 % interval.
    pub bias_interval: Option<Interval>,
    /// The limits within which 95 % of differences lie (Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8).
    pub limits: Option<Interval>,
    /// Lin's coefficient of concordance of the logits (1989, doi:10.2307/2532051), -1 to 1; `None` where nothing varies.
    pub concordance: Option<f64>,
    /// Its 95 % interval, by Fisher's transformation; `None` below five lots.
    pub concordance_interval: Option<Interval>,
}

/// One lot by two methods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The counts.
    pub counted: [Proportion; 2],
    /// Second fraction less first.
    pub difference: f64,
    /// Its 95 % interval (Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10).
    pub interval: Interval,
}

/// Compares two methods, lot by lot. Lots without a cell in either are left out.
pub fn agreement(lots: &[[Proportion; 2]]) -> Agreement {
    let pairs: Vec<Pair> = lots.iter().filter_map(|&counted| pair(counted)).collect();
    let logits: Vec<[f64; 2]> =
        pairs.iter().filter_map(|p| Some([Logit::of(p.counted[0])?.value, Logit::of(p.counted[1])?.value])).collect();
    let differences: Vec<f64> = logits.iter().map(|[a, b]| b - a).collect();
    let n = differences.len();
    let mut found = Agreement {
        pairs,
        bias: None,
        bias_interval: None,
        limits: None,
        concordance: None,
        concordance_interval: None,
    };
    if n < MIN_LOTS {
        return found;
    }
    let (bias, deviation) = moments(&differences);
    let half = student_quantile(0.025, n as f64 - 1.0) * deviation / (n as f64).sqrt();
    let reach = normal_quantile(0.975) * deviation;
    found.bias = Some(bias);
    found.bias_interval = Some(Interval { low: bias - half, high: bias + half });
    found.limits = Some(Interval { low: bias - reach, high: bias + reach });
    found.concordance = concordance(&logits);
    found.concordance_interval = found.concordance.and_then(|c| concordance_interval(&logits, c));
    found
}

/// Compares one lot; `None` without a cell in either.
pub(super) fn pair(counted: [Proportion; 2]) -> Option<Pair> {
    let [first, second] = counted;
    let (p, q) = (first.fraction()?, second.fraction()?);
    let (a, b) = (first.wilson(Level::P95), second.wilson(Level::P95));
    let low = (q - p) - ((q - b.low).powi(2) + (a.high - p).powi(2)).sqrt();
    let high = (q - p) + ((b.high - q).powi(2) + (p - a.low).powi(2)).sqrt();
    Some(Pair { counted, difference: q - p, interval: Interval { low, high } })
}

/// Means, variances (over n) and covariance of pairs.
fn squares(pairs: &[[f64; 2]]) -> ([f64; 2], [f64; 2], f64) {
    let n = pairs.len() as f64;
    let mean = [0, 1].map(|i| pairs.iter().map(|p| p[i]).sum::<f64>() / n);
    let variance = [0, 1].map(|i| pairs.iter().map(|p| (p[i] - mean[i]).powi(2)).sum::<f64>() / n);
    let covariance = pairs.iter().map(|p| (p[0] - mean[0]) * (p[1] - mean[1])).sum::<f64>() / n;
    (mean, variance, covariance)
}

fn concordance(pairs: &[[f64; 2]]) -> Option<f64> {
    let (mean, variance, covariance) = squares(pairs);
    let over = variance[0] + variance[1] + (mean[0] - mean[1]).powi(2);
    (over > 0.0).then(|| 2.0 * covariance / over)
}

/// Lin's asymptotic interval (with the correction of 2000, doi:10.1111/j.0006-341X.2000.00324.x).
fn concordance_interval(pairs: &[[f64; 2]], c: f64) -> Option<Interval> {
    let (mean, variance, covariance) = squares(pairs);
    let n = pairs.len() as f64;
    let r = covariance / (variance[0] * variance[1]).sqrt();
    if pairs.len() < 5 || !r.is_finite() || r.abs() < 1e-12 || c.abs() >= 1.0 {
        return None;
    }
    let shift2 = (mean[0] - mean[1]).powi(2) / (variance[0] * variance[1]).sqrt();
    let (c2, r2) = (c * c, r * r);
    let of_z = ((1.0 - r2) * c2 / ((1.0 - c2) * r2) + 2.0 * c2 * c * (1.0 - c) * shift2 / (r * (1.0 - c2).powi(2))
        - c2 * c2 * shift2 * shift2 / (2.0 * r2 * (1.0 - c2).powi(2)))
        / (n - 2.0);
    // atanh(c) = 1/2 ln((1 + c) / (1 - c)) and back.
    let z = 0.5 * puricell_core::math::ln((1.0 + c) / (1.0 - c));
    let half = normal_quantile(0.975) * of_z.max(0.0).sqrt();
    let back = |z: f64| {
        let e = puricell_core::math::exp(2.0 * z);
        (e - 1.0) / (e + 1.0)
    };
    Some(Interval { low: back(z - half), high: back(z + half) })
}

#[cfg(test)]
mod tests {
    use puricell_core::Seed;

    use super::*;
    use crate::cohort::fraction_of;

    fn counted(k: u64, n: u64) -> Proportion {
        Proportion::new(k, n).unwrap()
    }

    /// Newcombe's own examples (1998, table II, method 10): 56/70 - 48/80 and 9/10 - 3/10.
    #[test]
    fn differences_have_newcombes_interval() {
        for (a, b, want) in [
            (counted(48, 80), counted(56, 70), (0.0524, 0.3339)),
            (counted(3, 10), counted(9, 10), (0.1705, 0.8090)),
            (counted(0, 10), counted(10, 10), (0.6075, 1.0)),
        ] {
            let found = pair([a, b]).unwrap().interval;
            assert!((found.low - want.0).abs() < 1e-4 && (found.high - want.1).abs() < 1e-4, "{found:?} {want:?}");
        }
    }

    #[test]
    fn equal_methods_agree_and_a_shift_is_seen() {
        let shares = [0.01, 0.02, 0.03, 0.05, 0.08, 0.1];
        let lot =
            |p: f64, by: f64| counted((1e6 * fraction_of(super::super::logit_of(p) + by)).round() as u64, 1_000_000);
        let same = agreement(&shares.map(|p| [lot(p, 0.0), lot(p, 0.0)]));
        assert!((same.concordance.unwrap() - 1.0).abs() < 1e-12 && same.bias.unwrap().abs() < 1e-12);
        let shifted = agreement(&shares.map(|p| [lot(p, 0.0), lot(p, 0.7)]));
        assert!((shifted.bias.unwrap() - 0.7).abs() < 1e-3, "{shifted:?}");
        assert!(shifted.concordance.unwrap() < 0.8);
        assert_eq!(agreement(&[[lot(0.1, 0.0), lot(0.1, 0.0)]; 2]).bias, None);
    }

    #[test]
    fn intervals_of_concordance_cover() {
        let (studies, n) = (1000_u64, 30);
        // Two readings of one value, each with its own error: r = 1 / 1.25, no shift, equal scales.
        let truth = 1.0 / 1.25;
        let covered = (0..studies).filter(|&study| {
            let mut random = Seed(11).stream("concordance", study);
            let pairs: Vec<[f64; 2]> = (0..n)
                .map(|_| {
                    let value = random.normal();
                    [value + 0.5 * random.normal(), value + 0.5 * random.normal()]
                })
                .collect();
            let c = concordance(&pairs).unwrap();
            let found = concordance_interval(&pairs, c).unwrap();
            found.low <= truth && truth <= found.high
        });
        let share = covered.count() as f64 / studies as f64;
        assert!((0.92..=0.98).contains(&share), "{share}");
    }
}
