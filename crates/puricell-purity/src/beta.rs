//! The incomplete beta function and its inverse, with the same bits on every machine.
//!
//! I_x(a, b) is the probability that a Beta(a, b) variable lies below x, and, for whole a and b, the upper tail of a
//! binomial. Its scale factor is taken from Loader's saddle-point form of the binomial density, which keeps full
//! relative precision where differences of ln-gamma lose nine digits (a, b around a million).

use puricell_core::math::{exp, ln, ln_gamma};

/// Half of ln(2 pi).
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// A probability, counted from one end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tail {
    /// The probability below.
    Lower(f64),
    /// The probability above; keeps its precision where it is tiny.
    Upper(f64),
}

/// The regularised incomplete beta function: the two probabilities (below `x`, above `x`) of a Beta(`a`, `b`) variable.
///
/// `a` and `b` must be above 0; `x` outside 0 to 1 is taken as the nearer end; the result for NaN is NaN. The smaller of
/// the two carries the full relative precision (about 1e-13 up to a + b of 1e7). A continued fraction of
/// about sqrt(a + b) steps.
pub fn regularised_beta(x: f64, a: f64, b: f64) -> (f64, f64) {
    if x.is_nan() || a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x >= 1.0 {
        return (1.0, 0.0);
    }
    let y = 1.0 - x;
    if x < a / (a + b) {
        let lower = scale(x, y, a, b) * a / (a + b) * b * continued_fraction(x, y, a, b, a - (a + b) * x);
        (lower, 1.0 - lower)
    } else {
        let upper = scale(x, y, a, b) * a / (a + b) * b * continued_fraction(y, x, b, a, (a + b) * x - a);
        (1.0 - upper, upper)
    }
}

/// The `x` at which a Beta(`a`, `b`) variable has the probability given below or above it.
///
/// `a` and `b` must be above 0. A probability at or beyond 0 or 1 gives the end of the range; NaN gives NaN. Relative
/// precision about 1e-13. Newton's method on the logarithm of the tail, held in a shrinking bracket.
pub fn beta_quantile(tail: Tail, a: f64, b: f64) -> f64 {
    let (p, is_lower) = match tail {
        Tail::Lower(p) => (p, true),
        Tail::Upper(p) => (p, false),
    };
    if p.is_nan() || a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 {
        return f64::NAN;
    }
    if p <= 0.0 || p >= 1.0 {
        return if (p <= 0.0) == is_lower { 0.0 } else { 1.0 };
    }
    // Work in the smaller tail: it alone has the digits.
    let (p, is_lower) = if p > 0.5 { (1.0 - p, !is_lower) } else { (p, is_lower) };
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = a / (a + b);
    for _ in 0..400 {
        let (below, above) = regularised_beta(x, a, b);
        let at = if is_lower { below } else { above };
        let too_low = if is_lower { at < p } else { at > p };
        if too_low {
            low = x;
        } else {
            high = x;
        }
        let density = scale(x, 1.0 - x, a, b) * a / (a + b) * b / (x * (1.0 - x));
        // d ln(lower)/d ln(x) = x density / lower; d ln(upper)/d x = -density / upper.
        let next =
            if is_lower { x * exp((ln(p) - ln(at)) * at / (x * density)) } else { x - (ln(p) - ln(at)) * at / density };
        let next = if next > low && next < high { next } else { middle(low, high) };
        if (next - x).abs() <= 2.0 * f64::EPSILON * x || next <= low || next >= high {
            return next;
        }
        x = next;
    }
    x
}

/// A point between the ends of a bracket, in the logarithm where they lie orders of magnitude apart.
fn middle(low: f64, high: f64) -> f64 {
    if low <= 0.0 {
        high / 16.0
    } else if high > 4.0 * low {
        (low * high).sqrt()
    } else {
        low + (high - low) / 2.0
    }
}

/// x^a y^b Gamma(a+b+1) / (Gamma(a+1) Gamma(b+1)), y = 1 - x: Loader's form (C. Loader 2000, "Fast and accurate
/// computation of binomial probabilities"), as in R's `dbinom_raw`, for any a, b > 0.
fn scale(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let n = a + b;
    let ln_core = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y);
    let ln_factor = 2.0 * HALF_LN_TWO_PI + ln(a) + ln(b / n);
    exp(ln_core - 0.5 * ln_factor)
}

/// ln(Gamma(n+1)) less Stirling's formula: (n + 1/2) ln n - n + ln(2 pi)/2.
pub(crate) fn stirling_error(n: f64) -> f64 {
    if n <= 16.0 {
        return ln_gamma(n + 1.0) - (n + 0.5) * ln(n) + n - HALF_LN_TWO_PI;
    }
    // 1/12n - 1/360n^3 + 1/1260n^5 - 1/1680n^7 + 1/1188n^9; the next term is below 1e-16 for n > 16.
    let m = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / m) / m) / m) / m) / n
}

/// x ln(x/m) + m - x without cancellation near x = m (Loader's `bd0`).
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() < 0.1 * (x + m) {
        let v = (x - m) / (x + m);
        let mut sum = (x - m) * v;
        let mut term = 2.0 * x * v;
        for j in 1..1000 {
            term *= v * v;
            let next = sum + term / f64::from(2 * j + 1);
            if next.to_bits() == sum.to_bits() {
                return next;
            }
            sum = next;
        }
        return sum;
    }
    x * ln(x / m) + m - x
}

/// The continued fraction of I_x(a, b) for x below the mean, without its factor x^a y^b / B(a, b); `lambda` is
/// a - (a + b) x, which only the caller can give without cancellation. `bfrac` of Didonato and Morris 1992 (TOMS 708,
/// doi:10.1145/131766.131776).
fn continued_fraction(x: f64, y: f64, a: f64, b: f64, lambda: f64) -> f64 {
    let c = 1.0 + lambda;
    let c0 = b / a;
    let c1 = 1.0 + 1.0 / a;
    let (mut p, mut s) = (1.0, a + 1.0);
    let (mut above, mut below) = ((0.0, 1.0), (1.0, c / c1));
    let mut value = c1 / c;
    for n in 1..1_000_000 {
        let n = f64::from(n);
        let t = n / a;
        let w = n * (b - n) * x;
        let e = a / s;
        let alpha = p * (p + c0) * e * e * (w * x);
        let e = (1.0 + t) / (c1 + t + t);
        let beta = n + w / s + e * (c + n * (1.0 + y));
        p = 1.0 + t;
        s += 2.0;
        above = (above.1, alpha * above.0 + beta * above.1);
        below = (below.1, alpha * below.0 + beta * below.1);
        let next = above.1 / below.1;
        if (next - value).abs() <= f64::EPSILON * next {
            return next;
        }
        value = next;
        // Keep the terms near 1.
        above = (above.0 / below.1, next);
        below = (below.0 / below.1, 1.0);
    }
    value
}

#[cfg(test)]
mod tests;
