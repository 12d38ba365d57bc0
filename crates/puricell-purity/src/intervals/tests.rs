use super::*;

fn p(k: u64, n: u64) -> Proportion {
    Proportion::new(k, n).unwrap()
}

// Verifies R-07.
#[test]
fn intervals_agree_with_scipy() {
    let golden = include_str!("../../../../test-data/statistics/intervals.tsv");
    let mut checked = 0;
    for line in golden.lines().skip(2) {
        let f: Vec<&str> = line.split('\t').collect();
        let number = |i: usize| f[i].parse::<f64>().unwrap();
        let proportion = p(f[0].parse().unwrap(), f[1].parse().unwrap());
        let level = Level::new(number(2)).unwrap();
        let (exact, wilson, jeffreys) =
            (proportion.clopper_pearson(level), proportion.wilson(level), proportion.jeffreys(level));
        let found = [
            exact.low,
            exact.high,
            proportion.upper_bound(level),
            proportion.lower_bound(level),
            wilson.low,
            wilson.high,
            jeffreys.low,
            jeffreys.high,
        ];
        for (i, found) in found.into_iter().enumerate() {
            let want = number(i + 3);
            // 2e-10 relative, counted from the nearer end: Boost's own error reaches 7e-11 at n of ten million (see the
            // next test). Near 1 the spacing of numbers, 1e-16, limits the distance from the end, hence the floor there.
            let distance = if want < 0.5 { want.max(f64::MIN_POSITIVE) } else { (1.0 - want).max(1e-4) };
            let error = (found - want).abs() / distance;
            assert!(error < 2e-10, "column {i} of {line}: {found}, error {error:e}");
            checked += 1;
        }
    }
    assert!(checked > 1700, "{checked}");
}

#[test]
fn bounds_of_small_counts_agree_with_50_digit_arithmetic() {
    let golden = include_str!("../../../../test-data/statistics/exact.tsv");
    let mut checked = 0;
    for line in golden.lines().skip(2) {
        let f: Vec<&str> = line.split('\t').collect();
        let (k, n) = (f[0].parse().unwrap(), f[1].parse().unwrap());
        let [alpha, want] = [2, 3].map(|i: usize| f[i].parse::<f64>().unwrap());
        let found = p(k, n).upper_bound(Level::new(1.0 - alpha).unwrap());
        // 1e-13: a few hundred roundings of 1e-16 in the continued fraction and the saddle-point form.
        assert!((found / want - 1.0).abs() < 1e-13, "{line}: {found}");
        checked += 1;
    }
    assert_eq!(checked, 60);
}

/// Values in per cent, computed with scipy 1.17.1, to the digits shown.
// Verifies R-07.
#[test]
fn oracle_values_of_three_intervals() {
    for (k, n, exact, wilson, jeffreys) in [
        (0, 5000, [0.0, 0.0738], [0.0, 0.0768], [0.0, 0.0502]),
        (1, 5000, [0.0005, 0.1114], [0.0035, 0.1132], [0.0022, 0.0934]),
        (3, 5000, [0.0124, 0.1752], [0.0204, 0.1763], [0.0169, 0.1600]),
        (10, 5000, [0.0959, 0.3675], [0.1087, 0.3678], [0.1029, 0.3545]),
        (100, 5000, [1.6302, 2.4273], [1.6472, 2.4265], [1.6392, 2.4163]),
        (200, 10_000, [1.7347, 2.2938], [1.7435, 2.2934], [1.7393, 2.2885]),
        (9521, 10_000, [94.7731, 95.6203], [94.7738, 95.6115], [94.7783, 95.6155]),
    ] {
        let near = |found: Interval, want: [f64; 2]| {
            (found.low * 100.0 - want[0]).abs() < 5.1e-5 && (found.high * 100.0 - want[1]).abs() < 5.1e-5
        };
        let q = p(k, n);
        assert!(near(q.clopper_pearson(Level::P95), exact), "{k}/{n} {:?}", q.clopper_pearson(Level::P95));
        assert!(near(q.wilson(Level::P95), wilson), "{k}/{n} {:?}", q.wilson(Level::P95));
        // Jeffreys at k = 0 starts at 0 by convention; the oracle's 5e-6 % rounds to the same.
        assert!(near(q.jeffreys(Level::P95), jeffreys), "{k}/{n} {:?}", q.jeffreys(Level::P95));
    }
}

/// Upper 95 % one-sided bound for k = 0, in per cent, computed with scipy 1.17.1.
// Verifies R-07.
#[test]
fn oracle_values_of_zero_counts() {
    for (n, want, digits) in [
        (300, 0.9936, 5e-5),
        (500, 0.5974, 5e-5),
        (1000, 0.2991, 5e-5),
        (3000, 0.0998, 5e-5),
        (5000, 0.0599, 5e-5),
        (10_000, 0.029_95, 5e-6),
        (30_000, 0.009_99, 5e-6),
        (100_000, 0.003_00, 5e-6),
        (1_000_000, 0.000_30, 5e-6),
    ] {
        let found = p(0, n).upper_bound(Level::P95) * 100.0;
        assert!((found - want).abs() < digits, "{n}: {found}");
    }
    // The rule of three, and the definition: at the bound, a zero has the probability of error.
    let u = p(0, 5000).upper_bound(Level::P95);
    assert!((u * 5000.0 / 3.0 - 1.0).abs() < 0.002);
    assert!((puricell_core::math::pow(1.0 - u, 5000.0) - 0.05).abs() < 1e-12);
}

#[test]
fn bounds_keep_their_definition() {
    use crate::{binomial_cdf, binomial_tail};
    for (k, n) in [(1, 5), (3, 5000), (83, 5000), (9999, 10_000), (300_000, 1_000_000)] {
        let (upper, lower) = (p(k, n).upper_bound(Level::P95), p(k, n).lower_bound(Level::P95));
        // 1e-10: a relative error of 1e-13 of the bound moves the tail by about n times that.
        assert!((binomial_cdf(k, n, upper) - 0.05).abs() < 1e-10);
        assert!((binomial_tail(k, n, lower) - 0.05).abs() < 1e-10);
        // k of n and n - k of n are mirror images.
        assert!((p(n - k, n).lower_bound(Level::P95) - (1.0 - upper)).abs() < 1e-13);
    }
}

#[test]
fn impossible_input_is_refused_and_nothing_known_is_the_whole_range() {
    assert_eq!(Proportion::new(6, 5).unwrap_err().to_string(), "a count of 6 among 5 is impossible");
    for level in [0.0, 1.0, -1.0, f64::NAN] {
        assert!(matches!(Level::new(level), Err(PurityError::Level(_))));
    }
    let whole = Interval { low: 0.0, high: 1.0 };
    let nothing = p(0, 0);
    assert_eq!(nothing.fraction(), None);
    assert_eq!(nothing.clopper_pearson(Level::P95), whole);
    assert_eq!(nothing.wilson(Level::P95), whole);
    assert_eq!(nothing.jeffreys(Level::P95), whole);
    assert!((nothing.upper_bound(Level::P95), nothing.lower_bound(Level::P95)) == (1.0, 0.0));
}

#[test]
fn the_normal_quantile_agrees_with_scipy() {
    // scipy.stats.norm.isf, scipy 1.17.1.
    for (q, z) in [(0.025, 1.959_963_984_540_054), (0.05, 1.644_853_626_951_472_7), (0.005, 2.575_829_303_548_900_4)] {
        assert!((normal_quantile_upper(q) - z).abs() < 1e-14);
    }
    assert!(normal_quantile_upper(0.5).abs() < 1e-15);
}
