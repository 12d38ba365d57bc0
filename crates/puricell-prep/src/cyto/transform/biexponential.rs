//! Logicle and hyperlog: curves whose inverse is a formula and whose value is a root.
//!
//! After the reference implementation of Moore and Parks 2012 (doi:10.1002/cyto.a.22030), in the letters of Gating-ML
//! 2.0, section 6. Around zero both formulas are differences of almost equal terms; there a Taylor series is used.

use puricell_core::math;
use std::f64::consts::LN_10;

/// Terms of the Taylor series: at a quarter of the linear region its 17th term is below f64's rounding.
const N_TERMS: usize = 16;
/// Steps of Halley's method: the reference stops with an error after 10. Four are usual; the rest is for values far off
/// the scale.
const MAX_STEPS: usize = 40;

/// `a e^(b y) - c e^(-d y) + f`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Logicle {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    f: f64,
    x1: f64,
    series_end: f64,
    taylor: [f64; N_TERMS],
}

/// `a e^(b y) + c y - f`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hyperlog {
    a: f64,
    b: f64,
    c: f64,
    f: f64,
    x1: f64,
    series_end: f64,
    /// Linear value where the exponential takes over, `inverse(x1 + w)`.
    at_x0: f64,
    w: f64,
    taylor: [f64; N_TERMS],
}

impl Logicle {
    /// Parameters in the standard's range.
    pub(super) fn new(t: f64, w: f64, m: f64, a: f64) -> Self {
        let w = w / (m + a);
        let x2 = a / (m + a);
        let x1 = x2 + w;
        let x0 = x2 + 2.0 * w;
        let b = (m + a) * LN_10;
        let d = decay(b, w);
        let c_a = math::exp(x0 * (b + d));
        let mf_a = math::exp(b * x1) - c_a / math::exp(d * x1);
        let a = t / ((math::exp(b) - mf_a) - c_a / math::exp(d));
        let c = c_a * a;
        let f = -mf_a * a;
        let (mut growing, mut falling) = (a * math::exp(b * x1), -c / math::exp(d * x1));
        let mut taylor = [0.0; N_TERMS];
        for (i, term) in taylor.iter_mut().enumerate() {
            growing *= b / (i + 1) as f64;
            falling *= -d / (i + 1) as f64;
            *term = growing + falling;
        }
        // The second derivative at zero is 0: the condition that defines d.
        taylor[1] = 0.0;
        Self { a, b, c, d, f, x1, series_end: x1 + w / 4.0, taylor }
    }

    /// Linear value up to which the scale is almost linear.
    pub(super) fn knee(&self) -> f64 {
        self.taylor[0] / self.b
    }

    pub(super) fn forward(&self, value: f64) -> f64 {
        let start = |size: f64| {
            if size < self.taylor[0] { self.x1 + size / self.taylor[0] } else { math::ln(size / self.a) / self.b }
        };
        root(value, self.x1, start, |y| {
            let (grown, fallen) = (self.a * math::exp(self.b * y), self.c / math::exp(self.d * y));
            let height =
                if y < self.series_end { series(&self.taylor, y - self.x1) } else { (grown + self.f) - fallen };
            let slope = self.b * grown + self.d * fallen;
            (height, slope, self.b * self.b * grown - self.d * self.d * fallen)
        })
    }

    pub(super) fn inverse(&self, y: f64) -> f64 {
        mirrored(y, self.x1, |y| {
            if y < self.series_end {
                series(&self.taylor, y - self.x1)
            } else {
                (self.a * math::exp(self.b * y) + self.f) - self.c / math::exp(self.d * y)
            }
        })
    }
}

impl Hyperlog {
    /// Parameters in the standard's range.
    pub(super) fn new(t: f64, w: f64, m: f64, a: f64) -> Self {
        let w = w / (m + a);
        let x2 = a / (m + a);
        let x1 = x2 + w;
        let x0 = x2 + 2.0 * w;
        let b = (m + a) * LN_10;
        let c_a = math::exp(b * x0) / w;
        let f_a = math::exp(b * x1) + c_a * x1;
        let a = t / ((math::exp(b) + c_a) - f_a);
        let c = c_a * a;
        let f = f_a * a;
        let mut growing = a * math::exp(b * x1);
        let mut taylor = [0.0; N_TERMS];
        for (i, term) in taylor.iter_mut().enumerate() {
            growing *= b / (i + 1) as f64;
            *term = growing;
        }
        taylor[0] += c;
        let mut curve = Self { a, b, c, f, x1, series_end: x1 + w / 4.0, at_x0: 0.0, w, taylor };
        curve.at_x0 = curve.inverse(x0);
        curve
    }

    /// Linear value up to which the scale is almost linear.
    pub(super) fn knee(&self) -> f64 {
        self.at_x0
    }

    pub(super) fn forward(&self, value: f64) -> f64 {
        let start = |size: f64| {
            if size < self.at_x0 { self.x1 + size * self.w / self.at_x0 } else { math::ln(size / self.a) / self.b }
        };
        root(value, self.x1, start, |y| {
            let grown = self.a * math::exp(self.b * y);
            let height =
                if y < self.series_end { series(&self.taylor, y - self.x1) } else { (grown + self.c * y) - self.f };
            (height, self.b * grown + self.c, self.b * self.b * grown)
        })
    }

    pub(super) fn inverse(&self, y: f64) -> f64 {
        mirrored(y, self.x1, |y| {
            if y < self.series_end {
                series(&self.taylor, y - self.x1)
            } else {
                (self.a * math::exp(self.b * y) + self.c * y) - self.f
            }
        })
    }
}

/// Taylor series around zero, without a constant term.
fn series(taylor: &[f64; N_TERMS], x: f64) -> f64 {
    taylor.iter().rev().fold(0.0, |sum, term| (sum + term) * x)
}

/// Both curves are odd around `x1`.
fn mirrored(y: f64, x1: f64, upper: impl Fn(f64) -> f64) -> f64 {
    if y < x1 { -upper(2.0 * x1 - y) } else { upper(y) }
}

/// Where the curve reaches `value`, by Halley's method. `curve` gives height, slope and curvature at and above `x1`.
fn root(value: f64, x1: f64, start: impl Fn(f64) -> f64, curve: impl Fn(f64) -> (f64, f64, f64)) -> f64 {
    if value == 0.0 {
        return x1;
    }
    if !value.is_finite() {
        return value;
    }
    let size = value.abs();
    let mut y = start(size);
    for _ in 0..MAX_STEPS {
        let (height, slope, curvature) = curve(y);
        let short = height - size;
        let delta = short / (slope * (1.0 - short * curvature / (2.0 * slope * slope)));
        if !delta.is_finite() {
            break;
        }
        y -= delta;
        if delta.abs() < 3.0 * f64::EPSILON * y.abs().max(1.0) {
            break;
        }
    }
    if value < 0.0 { 2.0 * x1 - y } else { y }
}

/// The `d` of logicle: root of `2 (ln d - ln b) + w (b + d)` in `(0, b]`, by Newton's method kept within a bracket.
fn decay(b: f64, w: f64) -> f64 {
    if w == 0.0 {
        return b;
    }
    let f_b = -2.0 * math::ln(b) + w * b;
    let (mut low, mut high) = (0.0, b);
    let mut d = b / 2.0;
    // A bisection halves the bracket, so that f64's digits are exhausted well before.
    for _ in 0..200 {
        let f = 2.0 * math::ln(d) + w * d + f_b;
        if f == 0.0 {
            break;
        }
        if f < 0.0 {
            low = d;
        } else {
            high = d;
        }
        let newton = d - f / (2.0 / d + w);
        let next = if newton > low && newton < high { newton } else { low + (high - low) / 2.0 };
        let step = (next - d).abs();
        d = next;
        if step < 2.0 * f64::EPSILON * d {
            break;
        }
    }
    d
}
