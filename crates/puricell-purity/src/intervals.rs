//! A count among a number, and what it says about the fraction behind it.

mod method;

pub use method::IntervalMethod;

use puricell_core::math::exp_m1;
use puricell_core::math::ln;

use crate::PurityError;
use crate::beta::{Tail, beta_quantile};

/// A confidence level, between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// 95 %.
    pub const P95: Self = Self(0.95);

    /// Checks the range.
    ///
    /// # Errors
    /// [`PurityError::Level`] outside 0 to 1, both ends excluded, or for NaN.
    pub fn new(level: f64) -> Result<Self, PurityError> {
        if level > 0.0 && level < 1.0 { Ok(Self(level)) } else { Err(PurityError::Level(level)) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The probability of error, 1 less the level, without the dust of the subtraction: 0.05 for 0.95.
    pub fn alpha(self) -> f64 {
        // 1 - 0.95 is 0.05000000000000004; the level was written with a few digits, so its complement is, too.
        let alpha = 1.0 - self.0;
        let rounded = (alpha * 1e12).round() / 1e12;
        if rounded > 0.0 { rounded } else { alpha }
    }
}

/// Two ends, both from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A count `k` among `n`, `k <= n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    k: u64,
    n: u64,
}

impl Proportion {
    /// Checks that the count is possible. `n` may be 0: then nothing is known.
    ///
    /// # Errors
    /// [`PurityError::Proportion`] for `k > n`.
    pub fn new(k: u64, n: u64) -> Result<Self, PurityError> {
        if k <= n { Ok(Self { k, n }) } else { Err(PurityError::Proportion { k, n }) }
    }

    /// The counts of several taken together.
    pub fn sum(parts: &[Self]) -> Self {
        parts.iter().fold(Self { k: 0, n: 0 }, |sum, part| Self { k: sum.k + part.k, n: sum.n + part.n })
    }

    /// The count.
    pub fn k(self) -> u64 {
        self.k
    }

    /// The number it is a part of.
    pub fn n(self) -> u64 {
        self.n
    }

    /// k / n; `None` for n = 0.
    pub fn fraction(self) -> Option<f64> {
        (self.n > 0).then(|| self.k as f64 / self.n as f64)
    }

    /// The two-sided exact interval of Clopper and Pearson (1934, doi:10.1093/biomet/26.4.404). 0 to 1 for n = 0.
    ///
    /// It covers the sampling of cells from one vial, not the differences between lots.
    pub fn clopper_pearson(self, level: Level) -> Interval {
        let half = level.alpha() / 2.0;
        Interval { low: self.exact_lower(half), high: self.exact_upper(half) }
    }

    /// The one-sided exact upper bound: the largest fraction that `k` or fewer among `n` does not exclude. For k = 0 it
    /// is 1 - alpha^(1/n), about 3/n at 95 %. 1 for n = 0.
    pub fn upper_bound(self, level: Level) -> f64 {
        self.exact_upper(level.alpha())
    }

    /// The one-sided exact lower bound. 0 for n = 0.
    pub fn lower_bound(self, level: Level) -> f64 {
        self.exact_lower(level.alpha())
    }

    /// The score interval of Wilson (1927, doi:10.1080/01621459.1927.10502953), without continuity correction. 0 to 1
    /// for n = 0.
    pub fn wilson(self, level: Level) -> Interval {
        if self.n == 0 {
            return Interval { low: 0.0, high: 1.0 };
        }
        let z = normal_quantile_upper(level.alpha() / 2.0);
        let (k, n) = (self.k as f64, self.n as f64);
        let miss = (self.n - self.k) as f64;
        // (k + z^2/2 -+ z sqrt(k (n-k) / n + z^2/4)) / (n + z^2)
        let (centre, half) = (k + z * z / 2.0, z * (k * miss / n + z * z / 4.0).sqrt());
        let ends = |v: f64| (v / (n + z * z)).clamp(0.0, 1.0);
        Interval {
            low: if self.k == 0 { 0.0 } else { ends(centre - half) },
            high: if self.k == self.n { 1.0 } else { ends(centre + half) },
        }
    }

    /// The equal-tailed interval of Jeffreys' prior, Beta(1/2, 1/2); its lower end is 0 for k = 0 and its upper end 1 for
    /// k = n (Brown, Cai and DasGupta 2001, doi:10.1214/ss/1009213286). 0 to 1 for n = 0.
    pub fn jeffreys(self, level: Level) -> Interval {
        let half = level.alpha() / 2.0;
        let (a, b) = (self.k as f64 + 0.5, (self.n - self.k) as f64 + 0.5);
        Interval {
            low: if self.k == 0 { 0.0 } else { beta_quantile(Tail::Lower(half), a, b) },
            high: if self.k == self.n { 1.0 } else { beta_quantile(Tail::Upper(half), a, b) },
        }
    }

    fn exact_lower(self, alpha: f64) -> f64 {
        if self.k == 0 {
            0.0
        } else if self.k == self.n {
            // alpha^(1/n)
            1.0 + exp_m1(ln(alpha) / self.n as f64)
        } else {
            beta_quantile(Tail::Lower(alpha), self.k as f64, (self.n - self.k) as f64 + 1.0)
        }
    }

    fn exact_upper(self, alpha: f64) -> f64 {
        if self.k == self.n {
            1.0
        } else if self.k == 0 {
            // 1 - alpha^(1/n)
            -exp_m1(ln(alpha) / self.n as f64)
        } else {
            beta_quantile(Tail::Upper(alpha), self.k as f64 + 1.0, (self.n - self.k) as f64)
        }
    }
}

/// The z with P(Z > z) = `q` for a standard normal Z, 0 < q <= 0.5: Newton's method on ln of the tail.
pub(crate) fn normal_quantile_upper(q: f64) -> f64 {
    use puricell_core::math::{erfc, exp};
    const INV_SQRT_TWO_PI: f64 = 0.398_942_280_401_432_7;
    let mut z = 0.0_f64;
    for _ in 0..100 {
        let tail = 0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2);
        let density = INV_SQRT_TWO_PI * exp(-z * z / 2.0);
        let step = (ln(tail) - ln(q)) * tail / density;
        z += step;
        if step.abs() <= 1e-15 * z.abs().max(1.0) {
            break;
        }
    }
    z
}

#[cfg(test)]
mod tests;
