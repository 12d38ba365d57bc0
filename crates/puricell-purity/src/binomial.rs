//! The binomial distribution, through the incomplete beta function.

use crate::beta::regularised_beta;

/// P(X <= k) for X of Binomial(n, p). 1 for k >= n. `p` must be from 0 to 1.
pub fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { regularised_beta(p, k as f64 + 1.0, (n - k) as f64).1 }
}

/// P(X >= k) for X of Binomial(n, p). 1 for k = 0, 0 for k > n. `p` must be from 0 to 1.
pub fn binomial_tail(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 {
        1.0
    } else if k > n {
        0.0
    } else {
        regularised_beta(p, k as f64, (n - k) as f64 + 1.0).0
    }
}

/// The smallest k with P(X <= k) >= q for X of Binomial(n, p). `p` and `q` must be from 0 to 1.
pub fn binomial_quantile(q: f64, n: u64, p: f64) -> u64 {
    first(0, n, |k| binomial_cdf(k, n, p) >= q)
}

/// The smallest number from `low` to `high` for which a monotone condition holds; `high` where it holds for none below.
pub(crate) fn first(low: u64, high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
