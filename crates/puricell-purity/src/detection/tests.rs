//! Oracle values were computed with scipy 1.17.1 from the binomial distribution.

use super::*;

const L: Level = Level::P95;

#[test]
fn oracle_values_of_cells_needed() {
    let ks = [1, 2, 3, 5, 10, 20, 30, 50, 100];
    for (share, wanted) in [
        (0.05, [59, 93, 124, 181, 311, 554, 786, 1237, 2331]),
        (0.02, [149, 236, 313, 456, 782, 1390, 1972, 3102, 5841]),
        (0.01, [299, 473, 628, 913, 1568, 2784, 3949, 6211, 11_691]),
        (0.001, [2995, 4742, 6294, 9151, 15_702, 27_875, 39_536, 62_165, 116_989]),
        (0.000_1, [29_956, 47_437, 62_956, 91_533, 157_049, 278_788, 395_405, 621_704, 1_169_963]),
        (0.000_01, [299_572, 474_385, 629_578, 915_350, 1_570_519, 2_787_920, 3_954_092, 6_217_100, 11_699_705]),
    ] {
        for (k, want) in ks.into_iter().zip(wanted) {
            assert_eq!(cells_needed(k, share, L).unwrap(), want, "{k} at {share}");
        }
    }
    assert_eq!(cells_needed(3, 1.0, L).unwrap(), 3);
    assert_eq!(cells_needed(0, 0.5, L).unwrap(), 0);
    assert_eq!(
        cells_needed(1, 0.0, L).unwrap_err().to_string(),
        "the true share is 0, expected a number above 0 and up to 1"
    );
}

#[test]
fn oracle_values_of_the_largest_count_within_a_limit() {
    let ns = [500, 1000, 2000, 5000, 10_000, 50_000, 100_000];
    for (limit, wanted) in [
        (0.02, [Some(4), Some(12), Some(29), Some(83), Some(176), Some(948), Some(1926)]),
        (0.01, [Some(1), Some(4), Some(12), Some(38), Some(83), Some(463), Some(948)]),
        (0.005, [None, Some(1), Some(4), Some(16), Some(38), Some(223), Some(463)]),
        (0.001, [None, None, None, Some(1), Some(4), Some(38), Some(83)]),
    ] {
        for (n, want) in ns.into_iter().zip(wanted) {
            let found = largest_count_within(limit, n, L);
            assert_eq!(found, want, "{limit} of {n}");
            // The same by the bounds themselves.
            if let Some(k) = found {
                assert!(Proportion::new(k, n).unwrap().upper_bound(L) <= limit);
                assert!(Proportion::new(k + 1, n).unwrap().upper_bound(L) > limit);
            }
        }
    }
    assert_eq!(largest_count_within(1.0, 7, L), Some(7));
}

#[test]
fn oracle_values_of_the_smallest_positive_count() {
    for (n, want) in [(100, 99), (500, 484), (1000, 962), (5000, 4776), (10_000, 9537), (50_000, 47_581)] {
        assert_eq!(smallest_count_reaching(0.95, n, L), Some(want), "{n}");
    }
    assert_eq!(smallest_count_reaching(0.95, 50, L), None);
    assert_eq!(smallest_count_reaching(0.0, 50, L), Some(0));
}

// Verifies R-09.
#[test]
fn oracle_values_of_blank_and_detection_limits() {
    for (n, rate, lob, lod, digits) in [
        (3000, 0.001, 6, 0.294, 5e-4),
        (5000, 0.000_5, 5, 0.160, 5e-4),
        (10_000, 0.001, 15, 0.131, 5e-4),
        (10_000, 0.000_1, 3, 0.067_5, 5e-5),
        (50_000, 0.000_5, 33, 0.038_2, 5e-5),
        (100_000, 0.000_1, 15, 0.013_1, 5e-5),
    ] {
        assert_eq!(limit_of_blank(n, rate, L).unwrap(), lob, "{n} at {rate}");
        // To the digits of the oracle, which rounds half away from zero.
        let found = limit_of_detection(n, lob, rate, L).unwrap().unwrap() * 100.0;
        assert!((found - lod).abs() <= digits + 1e-9, "{n} at {rate}: {found}");
        // The definition: at the limit of detection, more than the blank's count is called in 95 of 100 cases.
        assert!((binomial_tail(lob + 1, n, found / 100.0 + rate) - 0.95).abs() < 1e-10);
    }
    assert_eq!(limit_of_detection(5, 5, 0.0, L), Ok(None));
    assert!(limit_of_detection(5, 1, -0.1, L).is_err());
    assert_eq!(limit_of_blank(100, 0.0, L).unwrap(), 0);
    assert!(limit_of_blank(100, 1.5, L).is_err());
}

// Verifies R-09.
#[test]
fn poisson_quantification() {
    // 100 events have a CV of 10 %, 25 events of 20 %.
    assert!((poisson_quantification_limit(10_000, 0.1).unwrap().unwrap() - 0.01).abs() < 1e-15);
    assert!((poisson_quantification_limit(10_000, 0.2).unwrap().unwrap() - 0.0025).abs() < 1e-15);
    assert_eq!(poisson_quantification_limit(10, 0.1).unwrap(), None);
    assert_eq!(poisson_quantification_limit(0, 0.3).unwrap(), None);
    assert!(poisson_quantification_limit(10, 0.0).is_err());
}

/// With a rate as good as known, the limits of a study are those of the oracle table of [`limit_of_blank`]; with a perfect
/// sensitivity the limit of detection differs by the factor 1 - rate alone, since contaminants give no false positive.
#[test]
fn limits_of_a_large_study_are_those_of_the_rate() {
    let m = 10_000_000_000_u64;
    for (n, rate, count, lod) in [
        (3000, 0.001, 6, 0.294),
        (5000, 0.0005, 5, 0.160),
        (10_000, 0.001, 15, 0.131),
        (10_000, 0.0001, 3, 0.0675),
        (50_000, 0.0005, 33, 0.0382),
        (100_000, 0.0001, 15, 0.0131),
    ] {
        let blank = Tally { k: (rate * m as f64).round() as u64, n: m, n_distinct: m };
        let (found, share) = limits_of_study(n, blank, None, L).unwrap();
        assert_eq!(found, count);
        // The table gives three digits.
        assert!((share.unwrap() * 100.0 * (1.0 - rate) / lod - 1.0).abs() < 0.003, "{n} {rate}: {share:?}");
        // Half the sensitivity takes about twice the share.
        let half = Tally { k: m / 2, n: m, n_distinct: m };
        let (_, twice) = limits_of_study(n, blank, Some(half), L).unwrap();
        assert!((twice.unwrap() / share.unwrap() / ((1.0 - rate) / (0.5 - rate)) - 1.0).abs() < 1e-12);
    }
}

/// scipy.stats.betabinom(10000, 0.5, 2000.5).ppf(0.95) is 10: no false positive among 2,000 cells does not mean none.
#[test]
fn few_blanks_without_a_false_positive_give_a_limit_above_zero() {
    let none = |n, n_distinct| Tally { k: 0, n, n_distinct };
    assert_eq!(limits_of_study(10_000, none(2000, 2000), None, L).unwrap().0, 10);
    // Drawing the same 2,000 cells ten times teaches nothing new.
    assert_eq!(limits_of_study(10_000, none(20_000, 2000), None, L).unwrap().0, 10);
    assert!(limits_of_study(10_000, none(20_000, 20_000), None, L).unwrap().0 < 10);
}

#[test]
fn a_method_that_sees_nothing_has_no_limit_of_detection() {
    let blank = Tally { k: 10, n: 1000, n_distinct: 1000 };
    let blind = Tally { k: 0, n: 50, n_distinct: 50 };
    assert_eq!(limits_of_study(5000, blank, Some(blind), L).unwrap().1, None);
    assert!(limits_of_study(5000, Tally { k: 0, n: 0, n_distinct: 0 }, None, L).is_err());
}
