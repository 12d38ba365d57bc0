//! The normal, Student's and the chi-square distribution, over `libm`: the same bits on every machine.

use puricell_core::math::{erfc, exp, ln, ln_gamma};

use crate::beta::{Tail, beta_quantile, regularised_beta};
use crate::intervals::normal_quantile_upper;

/// P(Z <= z) for a standard normal Z.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The z with P(Z <= z) = `p` for a standard normal Z, 0 < p < 1.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 { normal_quantile_upper(1.0 - p) } else { -normal_quantile_upper(p) }
}

/// The t with P(T > t) = `q` for Student's T with `degrees` of freedom, 0 < q < 0.5.
pub(crate) fn student_quantile(q: f64, degrees: f64) -> f64 {
    // degrees / (degrees + T^2) is a Beta(degrees / 2, 1 / 2) variable; its lower tail 2 q is both tails of T.
    let x = beta_quantile(Tail::Lower(2.0 * q), degrees / 2.0, 0.5);
    (degrees * (1.0 - x) / x).sqrt()
}

/// P(|T| > |t|) for Student's T with `degrees` of freedom.
pub(crate) fn student_two_sided(t: f64, degrees: f64) -> f64 {
    regularised_beta(degrees / (degrees + t * t), degrees / 2.0, 0.5).0
}

/// P(X <= x) for a chi-square X with `degrees` of freedom.
pub(crate) fn chi_square_cdf(x: f64, degrees: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { lower_gamma(degrees / 2.0, x / 2.0) }
}

/// The x with P(X <= x) = `p` for a chi-square X with `degrees` of freedom, 0 < p < 1: bisection to the last bits.
pub(crate) fn chi_square_quantile(p: f64, degrees: f64) -> f64 {
    let mut high = degrees.max(1.0);
    while chi_square_cdf(high, degrees) < p {
        high *= 2.0;
    }
    bisect(0.0, high, |x| chi_square_cdf(x, degrees) < p)
}

/// The point between `low` and `high` where `is_below` turns false; it is true up to there and false from there on.
pub(crate) fn bisect(low: f64, high: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// The mean of `f(S)` over S, the sample standard deviation, in units of the true one, that has `degrees` of freedom.
///
/// Simpson's rule over all but 1e-16 of the distribution; `f` must be smooth and at most 1 in size.
pub(crate) fn mean_over_deviation(degrees: f64, f: impl Fn(f64) -> f64) -> f64 {
    const STEPS: u32 = 4000;
    // degrees S^2 is a chi-square variable; its density on the logarithmic scale, where it is smooth for few degrees, too.
    let half = degrees / 2.0;
    let constant = half * ln(half) - ln_gamma(half) + ln(2.0);
    let density = |u: f64| exp(constant + degrees * u - half * exp(2.0 * u));
    let (low, high) =
        (-40.0 / degrees - 6.0 / degrees.sqrt(), 0.5 * ln(1.0 + (80.0 + 12.0 * degrees.sqrt()) / degrees));
    let width = (high - low) / f64::from(STEPS);
    let mut sum = 0.0;
    for i in 0..=STEPS {
        let weight = if i == 0 || i == STEPS {
            1.0
        } else if i % 2 == 1 {
            4.0
        } else {
            2.0
        };
        let u = low + width * f64::from(i);
        sum += weight * density(u) * f(exp(u));
    }
    sum * width / 3.0
}

/// P(T <= t) for T of the non-central Student distribution with `degrees` of freedom: (Z + `shift`) / S.
pub(crate) fn noncentral_student_cdf(t: f64, degrees: f64, shift: f64) -> f64 {
    mean_over_deviation(degrees, |s| normal_cdf(t * s - shift))
}

/// The regularised lower incomplete gamma function P(a, x): its series below a + 1, its continued fraction above.
fn lower_gamma(a: f64, x: f64) -> f64 {
    const STEPS: u32 = 100_000;
    let scale = exp(a * ln(x) - x - ln_gamma(a));
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut sum = term;
        let mut over = a;
        for _ in 0..STEPS {
            over += 1.0;
            term *= x / over;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        return (sum * scale).min(1.0);
    }
    // Lentz's method.
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / f64::MIN_POSITIVE;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..STEPS {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = 1.0 / if d.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { d };
        c = b + an / c;
        c = if c.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { c };
        let step = c * d;
        fraction *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 - scale * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, want: f64) {
        assert!((found - want).abs() <= 1e-9 * want.abs().max(1e-3), "{found} {want}");
    }

    /// scipy.stats 1.17.1: norm.ppf, t.isf, 2 * t.sf, chi2.ppf, chi2.cdf, nct.cdf.
    #[test]
    fn values_agree_with_scipy() {
        close(normal_quantile(0.95), 1.644_853_626_951_472_2);
        close(normal_quantile(0.01), -2.326_347_874_040_840_8);
        close(student_quantile(0.025, 4.0), 2.776_445_105_197_798_7);
        close(student_two_sided(2.0, 7.0), 0.085_619_328_562_976_05);
        for &(p, degrees, want) in CHI_SQUARE {
            close(chi_square_quantile(p, degrees), want);
            close(chi_square_cdf(want, degrees), p);
        }
        for &(t, degrees, shift, want) in NONCENTRAL {
            close(noncentral_student_cdf(t, degrees, shift), want);
        }
    }

    #[test]
    fn the_deviation_has_its_own_moments() {
        for degrees in [1.0, 2.0, 5.0, 30.0, 400.0] {
            close(mean_over_deviation(degrees, |_| 1.0), 1.0);
            // E S^2 = 1; the rule wants a bounded function, so the tail beyond 3 is compared by itself.
            let inside = mean_over_deviation(degrees, |s| normal_cdf(1e3 * (1.0 - s)));
            assert!((inside - chi_square_cdf(degrees, degrees)).abs() < 1e-3, "{degrees} {inside}");
        }
    }

    const CHI_SQUARE: &[(f64, f64, f64)] = &[
        (0.05, 1.0, 0.003_932_140_000_019_522),
        (0.05, 2.0, 0.102_586_588_775_101_06),
        (0.05, 9.0, 3.325_112_843_066_815),
        (0.5, 3.5, 2.860_589_403_066_55),
        (0.95, 29.0, 42.556_967_804_292_69),
        (0.99, 199.0, 248.328_595_720_065_95),
        (0.001, 4.0, 0.090_804_035_538_979_09),
    ];
    const NONCENTRAL: &[(f64, f64, f64, f64)] = &[
        (7.0, 2.0, 3.0, 0.821_627_426_044_734_3),
        (5.0, 9.0, 5.2, 0.406_376_593_896_190_46),
        (13.0, 29.0, 9.0, 0.978_168_719_325_231_1),
        (2.0, 4.0, 0.0, 0.941_941_738_241_592_2),
        (-1.0, 6.0, 0.5, 0.079_924_777_250_001_72),
        (16.0, 99.0, 16.4, 0.383_774_443_562_856_56),
    ];
}
