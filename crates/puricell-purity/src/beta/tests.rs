use super::*;

#[test]
fn closed_forms_hold() {
    for x in [1e-12, 1e-3, 0.3, 0.7, 0.999] {
        // I_x(1, b) = 1 - (1-x)^b and I_x(a, 1) = x^a.
        let (lower, upper) = regularised_beta(x, 1.0, 5.0);
        let y: f64 = 1.0 - x;
        // 1e-13: a few roundings on either side; the left-hand sum 1 - y^5 itself loses digits for tiny x.
        assert!((upper / y.powi(5) - 1.0).abs() < 1e-13);
        let exact = x * (1.0 + y * (1.0 + y * (1.0 + y * (1.0 + y))));
        assert!((lower / exact - 1.0).abs() < 1e-13, "{lower} {exact}");
        assert!((regularised_beta(x, 3.0, 1.0).0 / x.powi(3) - 1.0).abs() < 1e-13);
    }
    assert_eq!(regularised_beta(0.0, 2.0, 3.0), (0.0, 1.0));
    assert_eq!(regularised_beta(1.0, 2.0, 3.0), (1.0, 0.0));
    assert!(regularised_beta(f64::NAN, 2.0, 3.0).0.is_nan());
    assert!(regularised_beta(0.5, 0.0, 3.0).0.is_nan());
}

#[test]
fn the_inverse_inverts_in_both_tails() {
    for (a, b) in [(2.0, 3.0), (0.5, 5000.5), (1.0, 5000.0), (84.0, 4917.0), (9_521.0, 480.0), (1e6, 9e6)] {
        for p in [1e-10, 1e-3, 0.025, 0.05, 0.3, 0.5, 0.9, 0.999] {
            // 1e-9 for millions, where the tail moves by sqrt(n) times the relative change of x; 1e-11 else.
            let tolerance = if a + b > 1e6 { 1e-9 } else { 1e-11 };
            let x = beta_quantile(Tail::Lower(p), a, b);
            assert!((regularised_beta(x, a, b).0 / p - 1.0).abs() < tolerance, "{a} {b} {p}");
            let x = beta_quantile(Tail::Upper(p), a, b);
            assert!((regularised_beta(x, a, b).1 / p - 1.0).abs() < tolerance, "{a} {b} {p} {x}");
        }
    }
    assert!(beta_quantile(Tail::Lower(0.0), 2.0, 3.0) <= 0.0);
    assert!(beta_quantile(Tail::Upper(0.0), 2.0, 3.0) >= 1.0);
    assert!(beta_quantile(Tail::Lower(f64::NAN), 2.0, 3.0).is_nan());
}

#[test]
fn binomial_tails_are_sums_of_the_density() {
    use crate::{binomial_cdf, binomial_quantile, binomial_tail};
    let (n, p): (u64, f64) = (50, 0.13);
    let mut density = (1.0 - p).powi(50);
    let mut sum = 0.0;
    for k in 0..=n {
        sum += density;
        // 1e-13: fifty additions of rounded terms.
        assert!((binomial_cdf(k, n, p) - sum).abs() < 1e-13, "{k}");
        assert!((binomial_tail(k, n, p) - (1.0 - sum + density)).abs() < 1e-13, "{k}");
        assert!(binomial_quantile(sum - 1e-12, n, p) <= k);
        density *= (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
    }
    assert!(binomial_tail(51, 50, p) <= 0.0);
}

#[test]
fn binomial_tails_agree_with_scipy() {
    let golden = include_str!("../../../../test-data/statistics/binomial.tsv");
    let mut checked = 0;
    for line in golden.lines().skip(2) {
        let f: Vec<&str> = line.split('\t').collect();
        let (k, n): (u64, u64) = (f[0].parse().unwrap(), f[1].parse().unwrap());
        let [p, cdf, sf] = [2, 3, 4].map(|i: usize| f[i].parse::<f64>().unwrap());
        // 1e-9 relative: Boost's own error for n of a million reaches 1e-10; below 1e-250 neither keeps digits.
        let near = |found: f64, want: f64| (found - want).abs() <= 1e-9 * want + 1e-250;
        assert!(near(crate::binomial_cdf(k, n, p), cdf), "cdf {line}: {}", crate::binomial_cdf(k, n, p));
        assert!(near(crate::binomial_tail(k + 1, n, p), sf), "sf {line}: {}", crate::binomial_tail(k + 1, n, p));
        checked += 1;
    }
    assert!(checked > 150, "{checked}");
}
