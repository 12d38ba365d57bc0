//! Where limits may lie, from the lots made so far.

use puricell_core::math::ln;

use crate::distributions::{bisect, chi_square_quantile, noncentral_student_cdf, normal_quantile};
use crate::{Interval, Level};

/// What a tolerance bound promises: with `confidence`, at least `coverage` of all lots lie within it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// Share of lots, 0 to 1, ends excluded.
    pub coverage: f64,
    /// Confidence.
    pub confidence: Level,
}

impl Promise {
    /// 95 % of lots with 95 % confidence.
    pub const P95_95: Self = Self { coverage: 0.95, confidence: Level::P95 };
}

/// The factor k of the one-sided normal tolerance bound, mean + k standard deviations, of `n` lots; `None` below 2.
///
/// k sqrt(n) is the quantile of a non-central Student variable with n - 1 degrees of freedom and the shift z sqrt(n)
/// (Owen 1963; NIST/SEMATECH e-Handbook 7.2.6.3). To about 1e-9.
pub fn one_sided_factor(n: usize, promise: Promise) -> Option<f64> {
    if n < 2 {
        return None;
    }
    let root = (n as f64).sqrt();
    let shift = normal_quantile(promise.coverage) * root;
    let level = promise.confidence.get();
    let is_below = |k: f64| noncentral_student_cdf(k * root, n as f64 - 1.0, shift) < level;
    let mut high = 4.0;
    while is_below(high) && high < 1e6 {
        high *= 2.0;
    }
    Some(bisect(0.0, high, is_below))
}

/// The factor of the two-sided normal tolerance interval, mean +- k standard deviations, of `n` lots by Howe's approximation
/// (1969, doi:10.1080/01621459.1969.10500999); `None` below 2.
pub fn two_sided_factor(n: usize, promise: Promise) -> Option<f64> {
    if n < 2 {
        return None;
    }
    let lots = n as f64;
    let z = normal_quantile(f64::midpoint(1.0, promise.coverage));
    let spread = chi_square_quantile(promise.confidence.alpha(), lots - 1.0);
    Some(z * ((lots - 1.0) * (1.0 + 1.0 / lots) / spread).sqrt())
}

/// The fewest lots whose largest (or smallest) value is a bound without any assumption on their distribution: 59 for 95 %
/// with 95 % confidence (Wilks 1941).
pub fn lots_without_assumption(promise: Promise) -> u64 {
    (ln(promise.confidence.alpha()) / ln(promise.coverage)).ceil() as u64
}

/// The rank, from 1 at the extreme, of the value that is a one-sided bound without any assumption; `None` with too few lots.
///
/// The r-th from the extreme is a bound where a binomial(n, 1 - coverage) count of lots beyond it is at least r with the
/// confidence asked for.
pub fn rank_without_assumption(n: usize, promise: Promise) -> Option<usize> {
    let n = n as u64;
    let enough = |rank: u64| crate::binomial_tail(rank, n, 1.0 - promise.coverage) >= promise.confidence.get();
    let mut rank = 0;
    while rank < n && enough(rank + 1) {
        rank += 1;
    }
    (rank > 0).then_some(rank as usize)
}

/// The interval of 95 % (or another level) for the next value, from `n` normal ones with this mean and standard deviation.
pub fn prediction_interval(mean: f64, deviation: f64, n: usize, level: Level) -> Option<Interval> {
    if n < 2 {
        return None;
    }
    let lots = n as f64;
    let t = crate::distributions::student_quantile(level.alpha() / 2.0, lots - 1.0);
    let half = t * deviation * (1.0 + 1.0 / lots).sqrt();
    Some(Interval { low: mean - half, high: mean + half })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise(coverage: f64) -> Promise {
        Promise { coverage, confidence: Level::P95 }
    }

    /// The published table (NIST/SEMATECH; Odeh and Owen 1980), three decimals.
    #[test]
    fn factors_equal_the_table() {
        let table = [
            (3, 7.656),
            (4, 5.144),
            (5, 4.203),
            (6, 3.708),
            (8, 3.187),
            (10, 2.911),
            (12, 2.736),
            (15, 2.566),
            (20, 2.396),
            (25, 2.292),
            (30, 2.220),
            (50, 2.065),
            (100, 1.927),
        ];
        for (n, want) in table {
            let k = one_sided_factor(n, promise(0.95)).unwrap();
            assert!((k - want).abs() < 6e-4, "{n}: {k} {want}");
        }
        for (n, want) in [(5, 5.741), (10, 3.981), (20, 3.295), (30, 3.064)] {
            let k = one_sided_factor(n, promise(0.99)).unwrap();
            assert!((k - want).abs() < 6e-4, "{n}: {k} {want}");
        }
        for (n, want) in [(5, 5.094), (10, 3.382), (20, 2.752), (30, 2.550)] {
            let k = two_sided_factor(n, promise(0.95)).unwrap();
            assert!((k - want).abs() < 6e-4, "{n}: {k} {want}");
        }
        assert_eq!(one_sided_factor(1, promise(0.95)), None);
    }

    #[test]
    fn bounds_without_assumption_need_59_and_299_lots() {
        assert_eq!(lots_without_assumption(promise(0.95)), 59);
        assert_eq!(lots_without_assumption(promise(0.99)), 299);
        assert_eq!(rank_without_assumption(58, promise(0.95)), None);
        assert_eq!(rank_without_assumption(59, promise(0.95)), Some(1));
        // Wilks: 93 lots for the second, 124 for the third.
        assert_eq!(rank_without_assumption(92, promise(0.95)), Some(1));
        assert_eq!(rank_without_assumption(93, promise(0.95)), Some(2));
        assert_eq!(rank_without_assumption(124, promise(0.95)), Some(3));
    }

    #[test]
    fn the_promise_is_kept_in_simulation() {
        let (n, studies) = (10, 4000_u64);
        let k = one_sided_factor(n, promise(0.95)).unwrap();
        let z = normal_quantile(0.95);
        let kept = (0..studies)
            .filter(|&study| {
                let mut random = puricell_core::Seed(7).stream("tolerance", study);
                let values: Vec<f64> = (0..n).map(|_| random.normal()).collect();
                let (mean, deviation) = super::super::moments(&values);
                mean + k * deviation >= z
            })
            .count();
        // Four standard errors of a share of 0.95 among 4,000.
        let share = kept as f64 / studies as f64;
        assert!((share - 0.95).abs() < 4.0 * (0.95_f64 * 0.05 / studies as f64).sqrt(), "{share}");
    }
}
