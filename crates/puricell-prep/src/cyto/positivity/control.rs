//! A threshold from a control that lacks the marker's stain.

use puricell_core::math;

use super::{NotSeparable, Separation, Threshold, ThresholdSource};
use crate::PrepError;

/// How a control makes a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControlParams {
    /// Quantile of the control at which an event counts as positive. Default 0.995: one control event in 200 lies above.
    /// Above 0, below 1.
    pub quantile: f64,
    /// Confidence of the interval of that quantile, which is the uncertain band. Default 0.95. Above 0, below 1.
    pub confidence: f64,
}

impl Default for ControlParams {
    fn default() -> Self {
        Self { quantile: 0.995, confidence: 0.95 }
    }
}

/// Order statistics that enclose a quantile: ranks from 1 to n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuantileInterval {
    /// Rank of the lower bound; `None` where even the smallest value does not bound it.
    pub lower: Option<usize>,
    /// Rank of the upper bound; `None` where even the largest value does not bound it.
    pub upper: Option<usize>,
}

/// Exact, distribution-free interval of a quantile from `n` independent values: the ranks `l` and `u` with
/// `P(B < l) <= a/2` and `P(B >= u) <= a/2`, `B` binomial (n, quantile) and `a = 1 - confidence`, `l` as large and `u` as small as can
/// be (Hahn and Meeker 1991, Statistical Intervals, section 5.2). Bounded work at any `n`.
pub fn quantile_interval(n: usize, quantile: f64, confidence: f64) -> QuantileInterval {
    let tail = 0.5 * (1.0 - confidence);
    let (count, q) = (n as f64, 1.0 - quantile);
    let (mean, sd) = (count * quantile, (count * quantile * q).sqrt());
    // Beyond 40 standard deviations and 40 counts nothing is left of the distribution in f64.
    let reach = 40.0 * sd + 40.0;
    let first = (mean - reach).max(0.0) as usize;
    let last = ((mean + reach) as usize).min(n);
    let log_mass = |k: usize| {
        let (k, rest) = (k as f64, (n - k) as f64);
        math::ln_gamma(count + 1.0) - math::ln_gamma(k + 1.0) - math::ln_gamma(rest + 1.0)
            + k * math::ln(quantile)
            + rest * math::ln(q)
    };
    // P(B < l): the largest l is the first k whose own mass would pass the tail.
    let mut below = 0.0;
    let mut lower = first;
    for k in first..=last {
        below += math::exp(log_mass(k));
        if below > tail {
            break;
        }
        lower = k + 1;
    }
    // P(B >= u): likewise from above.
    let mut above = 0.0;
    let mut upper = last + 1;
    for k in (first..=last).rev() {
        above += math::exp(log_mass(k));
        if above > tail {
            break;
        }
        upper = k;
    }
    QuantileInterval { lower: (lower >= 1).then_some(lower), upper: (upper <= n).then_some(upper) }
}

/// The control's quantile (linear between order statistics), with its exact interval as the uncertain band.
/// `control` holds the marker's values of the control's cells on the scale the lot is judged on; NaN and infinities do not count.
///
/// # Errors
/// [`PrepError::Parameter`] for a quantile or confidence that is not between 0 and 1.
pub fn threshold_from_control(control: &[f64], params: &ControlParams) -> Result<Separation, PrepError> {
    for (parameter, found) in [("quantile", params.quantile), ("confidence", params.confidence)] {
        if !(found > 0.0 && found < 1.0) {
            return Err(PrepError::Parameter { parameter, found, expected: "above 0 and below 1" });
        }
    }
    let mut sorted: Vec<f64> = control.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let interval = quantile_interval(n, params.quantile, params.confidence);
    let (Some(lower), Some(upper), Some(value)) =
        (interval.lower, interval.upper, math::quantile(&sorted, params.quantile))
    else {
        // The largest of n values bounds the quantile when quantile^n <= a/2, the smallest when (1 - quantile)^n is.
        let tail = math::ln(0.5 * (1.0 - params.confidence));
        let rarer = params.quantile.max(1.0 - params.quantile);
        let least = (tail / math::ln(rarer)).ceil() as usize;
        return Ok(Separation::NotSeparable(NotSeparable::FewControlEvents { found: n, least }));
    };
    let band = (sorted[lower - 1].min(value), sorted[upper - 1].max(value));
    Ok(Separation::Separable(Threshold { value, band, source: ThresholdSource::Control }))
}

#[cfg(test)]
mod tests {
    use puricell_core::Seed;

    use super::*;

    #[test]
    fn ranks_agree_with_scipy() {
        // scipy 1.17.1: l = binom.ppf(.025, n, p), u = binom.ppf(.975, n, p) + 1 (the definitions above, as P(B <= k) is
        // never exactly .025 or .975 here): see the values in the test's table.
        for (n, p, lower, upper) in RANKS {
            let found = quantile_interval(n, p, 0.95);
            assert_eq!((found.lower, found.upper), (lower, upper), "{n} {p}");
        }
    }

    const RANKS: [(usize, f64, Option<usize>, Option<usize>); 6] = [
        (10, 0.5, Some(2), Some(9)),
        (100, 0.995, Some(98), None),
        (1_000, 0.995, Some(990), Some(1_000)),
        (736, 0.995, Some(728), Some(736)),
        (735, 0.995, Some(727), None),
        (1_000_000, 0.995, Some(994_861), Some(995_139)),
    ];

    #[test]
    fn the_interval_covers_the_true_quantile() {
        // 400 controls of 1,000 uniform values: covered at least 95 %, less three standard errors of 1.1 %.
        let params = ControlParams::default();
        let covered = (0..400)
            .filter(|&i| {
                let mut stream = Seed(5).stream("control", i);
                let control: Vec<f64> = (0..1_000).map(|_| stream.uniform()).collect();
                let found = threshold_from_control(&control, &params).unwrap();
                let band = found.threshold().unwrap().band;
                band.0 <= 0.995 && 0.995 <= band.1
            })
            .count();
        assert!(covered >= 367, "{covered}");
    }

    #[test]
    fn a_small_control_says_how_many_events_it_needs() {
        // ln 0.025 / ln 0.995 = 735.9
        let found = threshold_from_control(&[1.0; 700], &ControlParams::default()).unwrap();
        assert_eq!(found, Separation::NotSeparable(NotSeparable::FewControlEvents { found: 700, least: 736 }));
        let none = threshold_from_control(&[f64::NAN], &ControlParams::default()).unwrap();
        assert!(none.threshold().is_none());
        let params = ControlParams { quantile: 1.0, ..ControlParams::default() };
        assert!(threshold_from_control(&[1.0], &params).is_err());
    }
}
