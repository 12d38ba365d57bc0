use puricell_core::Seed;

use super::*;
use crate::cohort::fraction_of;

fn by(logit: f64) -> Margin {
    Margin { logit: Some(logit), both_below: None }
}

fn counted(k: u64) -> Proportion {
    Proportion::new(k, 5000).unwrap()
}

/// Lots of 5,000 cells whose logits have this mean and a standard deviation of 0.3.
fn lots(random: &mut puricell_core::Stream, n: usize, mean: f64) -> Vec<Proportion> {
    (0..n)
        .map(|_| {
            let share = fraction_of(mean + 0.3 * random.normal());
            // Counting 5,000 cells around the share, by the normal approximation, which is far finer than lots differ.
            let k = (5000.0 * share + (5000.0 * share * (1.0 - share)).sqrt() * random.normal()).round();
            counted(k.clamp(0.0, 5000.0) as u64)
        })
        .collect()
}

// Verifies R-46.
#[test]
fn equivalence_is_falsely_shown_in_at_most_5_of_100_studies() {
    const STUDIES: u64 = 1000;
    let margin = 0.6;
    // The truth lies on the margin, where a false claim is likeliest.
    let falsely = (0..STUDIES)
        .filter(|&study| {
            let mut random = Seed(46).stream("equivalence", study);
            let (a, b) = (lots(&mut random, 9, -3.0), lots(&mut random, 9, -3.0 + margin));
            compare(&a, &b, by(margin)).shown == Equivalence::Equivalent
        })
        .count();
    // 5 % of 1,000 and two standard errors.
    assert!(falsely <= 64, "{falsely} of {STUDIES}");
    assert!(falsely >= 30, "{falsely}: a test that never claims would show nothing");
}

#[test]
fn power_is_what_simulation_shows_and_the_table_says() {
    // Lots per group for 80 % power, margin in standard deviations.
    for (margin, want) in [(1.0, 18), (1.5, 9), (2.0, 6)] {
        let found = lots_needed(margin, 0.8).unwrap();
        assert!(found.abs_diff(want) <= 1, "{margin}: {found} {want}");
    }
    let (studies, n, margin) = (4000_u64, 7, 1.5);
    let shown = (0..studies)
        .filter(|&study| {
            let mut random = Seed(47).stream("power", study);
            let values: Vec<f64> = (0..2 * n).map(|_| random.normal()).collect();
            let (a, b) = (moments(&values[..n]), moments(&values[n..]));
            // With one variance for both groups, as the power assumes.
            let error = (f64::midpoint(a.1 * a.1, b.1 * b.1) * 2.0 / n as f64).sqrt();
            let half = student_quantile(0.05, 2.0 * (n as f64 - 1.0)) * error;
            (b.0 - a.0).abs() + half < margin
        })
        .count();
    let want = power(margin, (2.0 / n as f64).sqrt(), 2.0 * (n as f64 - 1.0));
    assert!((shown as f64 / studies as f64 - want).abs() < 0.025, "{shown} {want}");
}

/// scipy.stats.ttest_ind(a, b, equal_var=False) on the logits, and its confidence_interval(0.90).
#[test]
fn the_interval_is_welchs() {
    let a: Vec<Proportion> = [100, 140, 90, 120].map(counted).to_vec();
    let b: Vec<Proportion> = [150, 180, 130, 200, 160].map(counted).to_vec();
    let found = compare(&a, &b, by(0.8));
    let interval = found.interval.unwrap();
    for (found, want) in [
        (found.difference.unwrap(), 0.389_540_519_723_765_6),
        (interval.low, 0.145_573_756_261_460_19),
        (interval.high, 0.633_507_283_186_070_9),
        (found.p_difference.unwrap(), 0.021_027_781_201_481_81),
    ] {
        assert!((found - want).abs() < 1e-9, "{found} {want}");
    }
    assert_eq!(found.shown, Equivalence::Equivalent);
    assert_eq!(compare(&a, &b, by(0.5)).shown, Equivalence::NotShown);
    assert_eq!(compare(&a, &b, by(0.1)).shown, Equivalence::NotEquivalent);
    assert_eq!(compare(&a, &b, Margin::default()).shown, Equivalence::DescribeOnly);
    assert_eq!(compare(&a[..2], &b, by(0.8)).shown, Equivalence::DescribeOnly);
}

#[test]
fn zeros_are_compared_by_their_bounds() {
    let none = vec![counted(0); 6];
    let found = compare(&none, &none, by(0.5));
    assert_eq!((found.shown, found.interval), (Equivalence::DescribeOnly, None));
    // 1 - 0.05^(1/30000)
    assert!((found.upper[0] - 9.985_3e-5).abs() < 1e-8, "{:?}", found.upper);
    let below = |bound| Margin { logit: Some(0.5), both_below: Some(bound) };
    assert_eq!(compare(&none, &none, below(1e-4)).shown, Equivalence::BothBelow);
    assert_eq!(compare(&none, &none, below(9e-5)).shown, Equivalence::DescribeOnly);
}
