//! The negative binomial.

use puricell_core::math::{ln, ln_gamma};

/// Log probability of `k` under a negative binomial of this mean and shape (variance = mean + mean^2 / shape).
///
/// A mean below 1e-9 counts as 1e-9.
pub(super) fn ln_negative_binomial(k: f64, mean: f64, shape: f64) -> f64 {
    let mean = mean.max(1e-9);
    ln_gamma(k + shape) - ln_gamma(shape) - ln_gamma(k + 1.0)
        + shape * ln(shape / (shape + mean))
        + k * ln(mean / (shape + mean))
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::math::exp;

    #[test]
    fn agrees_with_scipy_and_sums_to_one() {
        // scipy 1.17.1: nbinom.logpmf(3, 2, 2/(2+5)) and nbinom.logpmf(0, 1.5, 1.5/(1.5+0.2))
        assert!((ln_negative_binomial(3.0, 5.0, 2.0) - -2.128_648_285_734_484).abs() < 1e-12);
        assert!((ln_negative_binomial(0.0, 0.2, 1.5) - -0.187_744_714_431_009_07).abs() < 1e-12);
        let total: f64 = (0..400).map(|k| exp(ln_negative_binomial(f64::from(k), 7.0, 3.0))).sum();
        assert!((total - 1.0).abs() < 1e-9, "{total}");
    }
}
