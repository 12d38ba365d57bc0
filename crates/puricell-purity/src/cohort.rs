//! Many lots: how far they agree, what moves them, and where limits may lie.
//!
//! A lot enters by the count of a class among its cells. Classes that every lot holds are studied on the logit scale, where
//! an effect is a ratio of odds; classes that many lots lack by the beta-binomial distribution, which takes a zero as it is.
//! With fewer than [`MIN_LOTS`] lots nothing is tested, only described.

pub mod capability;
pub mod control;
pub mod distance;
pub mod equivalence;
pub mod expression;
pub mod margins;
pub mod markers;
mod matrix;
pub mod methods;
pub mod outliers;
pub mod predictive;
pub mod tolerance;
pub mod trend;
pub mod variance;

use puricell_core::math::ln;

use crate::Proportion;

/// The fewest lots for any test; below, lots are described only.
pub const MIN_LOTS: usize = 3;

/// The fewest lots whose limits and capability are not called preliminary.
pub const SETTLED_LOTS: usize = 20;

/// What a number of lots allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Fewer than [`MIN_LOTS`]: described only.
    DescribeOnly,
    /// Fewer than [`SETTLED_LOTS`].
    Preliminary,
    /// Enough.
    Settled,
}

impl Standing {
    /// Of a number of lots.
    pub fn of(n_lots: usize) -> Self {
        match n_lots {
            0..MIN_LOTS => Self::DescribeOnly,
            MIN_LOTS..SETTLED_LOTS => Self::Preliminary,
            _ => Self::Settled,
        }
    }

    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::DescribeOnly => "describe_only",
            Self::Preliminary => "preliminary",
            Self::Settled => "settled",
        }
    }
}

/// A fraction on the logit scale, with what counting alone makes it vary by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logit {
    /// ln((k + 1/2) / (n - k + 1/2)).
    pub value: f64,
    /// 1 / (k + 1/2) + 1 / (n - k + 1/2).
    pub variance: f64,
}

impl Logit {
    /// The empirical logit (Haldane 1956, Anscombe 1956); `None` without a cell.
    pub fn of(counted: Proportion) -> Option<Self> {
        let (k, n) = (counted.k() as f64, counted.n() as f64);
        let (found, rest) = (k + 0.5, n - k + 0.5);
        (counted.n() > 0).then(|| Self { value: ln(found / rest), variance: 1.0 / found + 1.0 / rest })
    }
}

/// The fraction of a logit.
pub fn fraction_of(logit: f64) -> f64 {
    1.0 / (1.0 + puricell_core::math::exp(-logit))
}

/// The logit of a fraction between 0 and 1; minus or plus infinity at the ends.
pub fn logit_of(fraction: f64) -> f64 {
    ln(fraction / (1.0 - fraction))
}

/// Mean and standard deviation (n - 1); the deviation of fewer than two values is NaN.
pub(crate) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, if values.len() < 2 { f64::NAN } else { (squares / (n - 1.0)).sqrt() })
}

/// P values of several tests, adjusted so that the chance of any false one is held (Holm 1979).
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]).then(a.cmp(&b)));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, &i) in order.iter().enumerate() {
        largest = largest.max(p_values[i] * (p_values.len() - rank) as f64).min(1.0);
        adjusted[i] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_hold_zero_counts() {
        let logit = Logit::of(Proportion::new(0, 5000).unwrap()).unwrap();
        assert!((logit.value + 9.210_440).abs() < 1e-6, "{logit:?}");
        assert!((fraction_of(logit.value) - 0.5 / 5001.0).abs() < 1e-15);
        assert!((logit_of(fraction_of(-3.0)) + 3.0).abs() < 1e-12);
        assert_eq!(Logit::of(Proportion::new(0, 0).unwrap()), None);
    }

    /// statsmodels.stats.multitest.multipletests(method="holm").
    #[test]
    fn holm_adjusts_in_order() {
        let found = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, want) in found.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - want).abs() < 1e-12, "{found} {want}");
        }
    }

    #[test]
    fn standing_follows_the_number_of_lots() {
        assert_eq!(
            [2, 3, 19, 20].map(|n| Standing::of(n).name()),
            ["describe_only", "preliminary", "preliminary", "settled"]
        );
    }
}
