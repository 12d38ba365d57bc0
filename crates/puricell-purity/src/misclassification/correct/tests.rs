use super::*;
use crate::misclassification::rogan_gladen;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&n| n.to_owned()).collect()
}

/// Two classes; every cell distinct.
fn two(target: [u64; 3], class: [u64; 3]) -> Confusion {
    Confusion {
        truth: names(&["target", "blood"]),
        called: names(&["target", "blood", "unassigned"]),
        counts: vec![target.to_vec(), class.to_vec()],
        distinct: vec![target.iter().sum(), class.iter().sum()],
    }
}

fn blood(confusion: &Confusion, target: u64, k: u64, n: u64) -> CorrectedClass {
    let all = correct(confusion, &[("target", target), ("blood", k)], n, &CorrectionParams::default()).unwrap();
    all.into_iter().find(|c| c.class == "blood").unwrap()
}

/// The oracles of Rogan and Gladen's own form: with rates as good as known, the interval is near the exact ends mapped.
// Verifies R-08.
#[test]
fn two_classes_are_rogan_and_gladen() {
    const MANY: u64 = 1_000_000_000;
    for (k, n, se, sp) in [(30, 10_000, 0.9, 0.998), (30, 10_000, 0.9, 0.999_9), (200, 5000, 0.8, 0.999)] {
        let rate = |p: f64| (p * MANY as f64).round() as u64;
        let confusion = two([rate(sp), MANY - rate(sp), 0], [MANY - rate(se), rate(se), 0]);
        let found = blood(&confusion, n - k, k, n);
        let want = rogan_gladen(Proportion::new(k, n).unwrap(), se, sp, Level::P95).unwrap().unwrap();
        assert!((found.fraction - want.corrected).abs() < 1e-9, "{found:?}");
        assert!((found.unclipped - want.unclipped).abs() < 1e-9);
        // Jeffreys' ends of the count lie inside the exact ones by less than one cell; 4,000 draws move an end by 5 % of
        // the half width at most.
        let slack = 1.0 / n as f64 / (se + sp - 1.0) + 0.05 * (want.interval.high - want.interval.low);
        assert!((found.interval.low - want.interval.low).abs() < slack, "{found:?} {want:?}");
        assert!((found.interval.high - want.interval.high).abs() < slack, "{found:?} {want:?}");
    }
}

/// 5 of 5,000 at sensitivity 0.8 and specificity 0.999 is what false positives alone give; fewer is less than nothing.
#[test]
fn what_false_positives_explain_is_zero() {
    let confusion = two([99_900, 100, 0], [200, 800, 0]);
    let found = blood(&confusion, 4995, 5, 5000);
    assert!(found.fraction.abs() < 1e-12 && found.interval.low <= 0.0 && found.interval.high > 0.0005, "{found:?}");
    let found = blood(&confusion, 4998, 2, 5000);
    assert!(found.unclipped < 0.0 && found.fraction.abs() < 1e-9);
    // Far fewer than the study's rate gives: the upper end is that of a method without false positives, never 0.
    let found = blood(&two([90_000, 10_000, 0], [200, 800, 0]), 5000, 0, 5000);
    let plain = Proportion::new(0, 5000).unwrap().clopper_pearson(Level::P95).high;
    assert!((found.interval.high - plain / 0.8).abs() < 1e-12, "{found:?}");
}

/// The uncertainty of the rates widens the interval; drawing cells again does not narrow it.
#[test]
fn uncertain_rates_widen_the_interval() {
    let width = |c: &Confusion| {
        let found = blood(c, 9900, 100, 10_000);
        found.interval.high - found.interval.low
    };
    let known = two([1_000_000, 0, 0], [100_000, 900_000, 0]);
    let few = two([1000, 0, 0], [5, 45, 0]);
    assert!(width(&few) > 1.3 * width(&known), "{} {}", width(&few), width(&known));
    let mut repeated = two([10_000, 0, 0], [50, 450, 0]);
    repeated.distinct = vec![1000, 50];
    assert!((width(&few) / width(&repeated) - 1.0).abs() < 1e-12);
}

/// Planted shares, observed as the matrix says, come back; what is called nothing of these stays out.
// Verifies R-08.
#[test]
fn planted_shares_come_back() {
    let confusion = Confusion {
        truth: names(&["target", "blood", "vessel"]),
        called: names(&["suspect", "vessel", "target", "blood", "unassigned"]),
        counts: vec![vec![10, 2, 9900, 8, 80], vec![5, 3, 2, 80, 10], vec![4, 70, 6, 2, 18]],
        distinct: vec![10_000, 100, 100],
    };
    let planted = [0.95, 0.02, 0.01];
    let n = 1_000_000_000_u64;
    let count = |column: usize| {
        let share: f64 = (0..3)
            .map(|r| planted[r] * confusion.counts[r][column] as f64 / confusion.counts[r].iter().sum::<u64>() as f64)
            .sum();
        (share * n as f64).round() as u64
    };
    let counts = [("target", count(2)), ("blood", count(3)), ("vessel", count(1))];
    let found = correct(&confusion, &counts, n, &CorrectionParams::default()).unwrap();
    for (found, want) in found.iter().zip(planted) {
        // Counts are rounded to one in 1e9.
        assert!((found.fraction - want).abs() < 1e-8, "{found:?}");
        assert!(found.interval.low < want && want < found.interval.high, "{found:?}");
    }
}

/// The constrained solution is no less likely than any neighbour on the simplex, and sums to at most 1.
#[test]
fn the_constrained_solution_is_most_likely() {
    let confusion = Confusion {
        truth: names(&["target", "blood", "vessel"]),
        called: names(&["target", "blood", "vessel", "unassigned"]),
        counts: vec![vec![960, 5, 15, 20], vec![2, 80, 3, 15], vec![6, 2, 70, 22]],
        distinct: vec![1000, 100, 100],
    };
    // No vessel at all, though the target alone would give 75; and hardly any unassigned.
    let counts = [("target", 4900), ("blood", 60), ("vessel", 3)];
    let found = correct(&confusion, &counts, 5000, &CorrectionParams::default()).unwrap();
    let x: Vec<f64> = found.iter().map(|c| c.fraction).collect();
    assert!(found[2].unclipped < 0.0 && x[2] <= 1e-9, "{found:?}");
    assert!(x.iter().sum::<f64>() <= 1.0 + 1e-12);
    let observed = [4900.0, 60.0, 3.0, 37.0];
    let likelihood = |x: &[f64]| -> f64 {
        let none = 1.0 - x.iter().sum::<f64>();
        (0..4)
            .map(|j| {
                let called: f64 = (0..3)
                    .map(|i| x[i] * confusion.counts[i][j] as f64 / confusion.counts[i].iter().sum::<u64>() as f64)
                    .sum();
                observed[j] * puricell_core::math::ln(called + if j == 3 { none } else { 0.0 })
            })
            .sum()
    };
    let best = likelihood(&x);
    for i in 0..4 {
        for j in 0..4 {
            let mut moved: Vec<f64> = x.iter().copied().chain([1.0 - x.iter().sum::<f64>()]).collect();
            let step = 1e-4;
            if i == j || moved[i] < step {
                continue;
            }
            moved[i] -= step;
            moved[j] += step;
            assert!(likelihood(&moved[..3]) < best + 1e-9, "from {i} to {j}");
        }
    }
}

#[test]
fn what_cannot_be_corrected_is_left_out() {
    let params = CorrectionParams::default();
    let no_target = Confusion {
        truth: names(&["blood"]),
        called: names(&["target", "blood"]),
        counts: vec![vec![1, 9]],
        distinct: vec![10],
    };
    assert_eq!(correct(&no_target, &[("blood", 5)], 100, &params), Ok(Vec::new()));
    let coin = two([50, 50, 0], [50, 50, 0]);
    assert_eq!(correct(&coin, &[("target", 50), ("blood", 50)], 100, &params), Ok(Vec::new()));
    assert_eq!(correct(&two([99, 1, 0], [1, 9, 0]), &[], 0, &params), Ok(Vec::new()));
    let too_many = correct(&two([99, 1, 0], [1, 9, 0]), &[("target", 200)], 100, &params);
    assert_eq!(too_many, Err(PurityError::Proportion { k: 200, n: 100 }));
    // A class that was not planted has no row, and its cells are none of these.
    let empty_row = two([99, 1, 0], [0, 0, 0]);
    let found = correct(&empty_row, &[("target", 99), ("blood", 1)], 100, &params).unwrap();
    assert_eq!(found.iter().map(|c| c.class.as_str()).collect::<Vec<_>>(), ["target"]);
}
