//! The beta-binomial distribution: a binomial whose probability itself varies as a Beta(a, b) variable.

use puricell_core::math::{exp, ln, ln_1p};

use crate::beta::stirling_error;

/// ln(x (x+1) ... (x+n-1)), the logarithm of the rising factorial, for x > 0; 0 for n = 0.
///
/// Relative precision about 1e-14: a difference of ln-gamma would lose the digits where x is large beside n.
pub(crate) fn ln_rising(x: f64, n: u64) -> f64 {
    // Stirling's series in `stirling_error` wants arguments above 16.
    let by_hand = if n <= 32 { n } else { 16 };
    let mut sum = 0.0;
    let mut x = x;
    for _ in 0..by_hand {
        sum += ln(x);
        x += 1.0;
    }
    let left = (n - by_hand) as f64;
    if left <= 0.0 {
        return sum;
    }
    // ln Gamma(y) = (y - 1/2) ln y - y + const + error(y), at y = x + left and y = x.
    sum + left * ln(x) + (x + left - 0.5) * ln_1p(left / x) - left + stirling_error(x + left) - stirling_error(x)
}

/// ln P(X = k) for X of the beta-binomial(n, a, b), k <= n, but for the binomial coefficient, which does not depend on
/// `a` and `b`.
pub(crate) fn ln_kernel(k: u64, n: u64, a: f64, b: f64) -> f64 {
    ln_rising(a, k) + ln_rising(b, n - k) - ln_rising(a + b, n)
}

/// The smallest k with P(X <= k) >= q for X of the beta-binomial(n, a, b); `a` and `b` above 0, `q` from 0 to 1.
///
/// Sums from 0, so its cost is the result's size.
pub(crate) fn beta_binomial_quantile(q: f64, n: u64, a: f64, b: f64) -> u64 {
    let mut ln_p = ln_kernel(0, n, a, b);
    let mut below = exp(ln_p);
    let mut k = 0;
    while below < q && k < n {
        let x = k as f64;
        let left = (n - k) as f64;
        // P(k+1) / P(k)
        ln_p += ln(left / (x + 1.0) * (a + x) / (b + left - 1.0));
        below += exp(ln_p);
        k += 1;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rising_factorials_agree_with_the_sum_of_logarithms() {
        for x in [1e-6_f64, 0.5, 3.0, 17.0, 4000.5, 1e9] {
            for n in [0_u64, 1, 5, 32, 33, 100, 5000] {
                let want: f64 = (0..n).map(|i| ln(x + i as f64)).sum();
                let found = ln_rising(x, n);
                // The sum itself rounds 5,000 times at 1e-16 of its size.
                assert!((found - want).abs() <= 1e-12 * want.abs().max(1.0), "{x} {n}: {found} {want}");
            }
        }
    }

    /// scipy.stats.betabinom(n, a, b).ppf(0.95), scipy 1.17.1.
    #[test]
    fn quantiles_agree_with_scipy() {
        for &(n, a, b, want) in GOLDEN {
            assert_eq!(beta_binomial_quantile(0.95, n, a, b), want, "{n} {a} {b}");
        }
    }

    const GOLDEN: &[(u64, f64, f64, u64)] = &[
        (3000, 3.5, 2997.5, 9),
        (5000, 0.5, 10000.5, 1),
        (10000, 10.5, 9990.5, 19),
        (10000, 0.5, 2000.5, 10),
        (50000, 25.5, 49975.5, 38),
        (100, 0.5, 0.5, 100),
        (1, 0.5, 99.5, 0),
        (0, 0.5, 9.5, 0),
        (200_000, 1000.5, 99_000.5, 2129),
    ];
}
