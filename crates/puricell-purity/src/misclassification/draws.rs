//! Random numbers for the uncertainty of rates.

use puricell_core::Stream;
use puricell_core::math::{ln, pow};

/// A Gamma(`shape`, 1) variable, `shape` above 0 (Marsaglia and Tsang 2000, doi:10.1145/358407.358414).
fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape < 1.0 {
        // 1 - uniform() is above 0.
        let lift = pow(1.0 - stream.uniform(), 1.0 / shape);
        return gamma(shape + 1.0, stream) * lift;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = stream.normal();
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        let u = 1.0 - stream.uniform();
        if ln(u) < 0.5 * x * x + d - d * v + d * ln(v) {
            return d * v;
        }
    }
}

/// Fills `into` with a Dirichlet variable of the weights `alpha`; the share of a weight of 0 is 0.
pub(super) fn dirichlet(alpha: &[f64], stream: &mut Stream, into: &mut [f64]) {
    let mut sum = 0.0;
    for (value, &a) in into.iter_mut().zip(alpha) {
        *value = if a > 0.0 { gamma(a, stream) } else { 0.0 };
        sum += *value;
    }
    if sum > 0.0 {
        for value in into.iter_mut() {
            *value /= sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use puricell_core::Seed;

    use super::*;
    use crate::{Tail, beta_quantile};

    /// Shares of 20,000 draws below quantiles of the exact marginal, a Beta(a, rest).
    #[test]
    fn marginals_are_beta() {
        let alpha = [0.5, 2.5, 40.0];
        let sum: f64 = alpha.iter().sum();
        let mut stream = Seed(3).stream("test", 0);
        let mut draw = [0.0; 3];
        let quantile = |i: usize, p: f64| beta_quantile(Tail::Lower(p), alpha[i], sum - alpha[i]);
        let levels = [0.025, 0.5, 0.975];
        let mut below = [[0_u32; 3]; 3];
        let ends: Vec<[f64; 3]> = (0..3).map(|i| levels.map(|p| quantile(i, p))).collect();
        for _ in 0..20_000 {
            dirichlet(&alpha, &mut stream, &mut draw);
            for i in 0..3 {
                for (count, end) in below[i].iter_mut().zip(&ends[i]) {
                    *count += u32::from(draw[i] <= *end);
                }
            }
        }
        for counts in below {
            for (count, p) in counts.into_iter().zip(levels) {
                // Four standard errors of a share of 20,000.
                let tolerance = 4.0 * (p * (1.0 - p) / 20_000.0).sqrt();
                assert!((f64::from(count) / 20_000.0 - p).abs() < tolerance, "{counts:?}");
            }
        }
    }
}
