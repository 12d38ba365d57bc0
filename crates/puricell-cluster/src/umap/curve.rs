//! The curve of attraction, `1 / (1 + a d^2b)`, and its forces.

use puricell_core::math;

/// Distances the curve is fitted at (umap-learn's `find_ab_params`).
const POINTS: usize = 300;
/// Table entries per doubling of the squared distance: linear interpolation is then within 1e-5 of the function.
const STEPS_LOG2: u32 = 7;
/// Squared distances from 2^-40 to 2^40 are told apart; beyond, forces are clipped or vanish.
const LEAST_LOG2: u32 = 127 - 40;
const DOUBLINGS: u32 = 80;

/// The fitted curve, with its forces tabulated by squared distance.
pub(super) struct Curve {
    #[cfg(test)]
    pub(super) a: f64,
    #[cfg(test)]
    pub(super) b: f64,
    attraction: Vec<f32>,
    repulsion: Vec<f32>,
}

impl Curve {
    /// Least squares against 1 up to `min_dist` and an exponential of scale `spread` beyond.
    pub(super) fn fit(spread: f64, min_dist: f64) -> Self {
        let (a, b) = fit(spread, min_dist);
        let table = |force: &dyn Fn(f64) -> f64| -> Vec<f32> {
            (0..=DOUBLINGS << STEPS_LOG2)
                .map(|i| force(f64::from(f32::from_bits((LEAST_LOG2 << 23) + (i << (23 - STEPS_LOG2))))) as f32)
                .collect()
        };
        Self {
            #[cfg(test)]
            a,
            #[cfg(test)]
            b,
            attraction: table(&|u| {
                let power = math::pow(u, b);
                2.0 * a * b * power / (u * (1.0 + a * power))
            }),
            // 0.001 as in umap-learn: it bounds the push of cells that nearly coincide.
            repulsion: table(&|u| 2.0 * b / ((0.001 + u) * (1.0 + a * math::pow(u, b)))),
        }
    }

    /// Pull per unit of distance at a squared distance above 0.
    #[inline]
    pub(super) fn attraction(&self, squared: f32) -> f32 {
        interpolate(&self.attraction, squared)
    }

    /// Push per unit of distance at a squared distance above 0.
    #[inline]
    pub(super) fn repulsion(&self, squared: f32) -> f32 {
        interpolate(&self.repulsion, squared)
    }
}

/// Linear between entries spaced evenly within each doubling, found from the bits of the number.
#[inline]
fn interpolate(table: &[f32], x: f32) -> f32 {
    let offset = x.to_bits().saturating_sub(LEAST_LOG2 << 23);
    let step = 23 - STEPS_LOG2;
    let i = ((offset >> step) as usize).min(table.len() - 2);
    let part = (offset & ((1 << step) - 1)) as f32 * (1.0 / (1_u32 << step) as f32);
    table[i] + (table[i + 1] - table[i]) * part
}

/// `a` and `b` by Levenberg-Marquardt from (1, 1), where umap-learn starts too.
fn fit(spread: f64, min_dist: f64) -> (f64, f64) {
    let data: Vec<(f64, f64)> = (0..POINTS)
        .map(|i| {
            let x = 3.0 * spread * i as f64 / (POINTS - 1) as f64;
            (x, if x < min_dist { 1.0 } else { math::exp(-(x - min_dist) / spread) })
        })
        .collect();
    let value = |a: f64, b: f64, x: f64| if x > 0.0 { 1.0 / (1.0 + a * math::pow(x, 2.0 * b)) } else { 1.0 };
    let loss = |a: f64, b: f64| data.iter().map(|&(x, y)| (value(a, b, x) - y) * (value(a, b, x) - y)).sum::<f64>();
    let (mut a, mut b, mut damping) = (1.0, 1.0, 1e-3);
    let mut current = loss(a, b);
    for _ in 0..200 {
        let (mut aa, mut ab, mut bb, mut ga, mut gb) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &(x, y) in data.iter().filter(|p| p.0 > 0.0) {
            let v = value(a, b, x);
            let power = math::pow(x, 2.0 * b);
            let (da, db) = (-v * v * power, -v * v * a * power * 2.0 * math::ln(x));
            aa += da * da;
            ab += da * db;
            bb += db * db;
            ga += da * (y - v);
            gb += db * (y - v);
        }
        let (daa, dbb) = (aa * (1.0 + damping), bb * (1.0 + damping));
        let determinant = daa * dbb - ab * ab;
        if determinant <= 0.0 {
            break;
        }
        let (step_a, step_b) = ((ga * dbb - gb * ab) / determinant, (gb * daa - ga * ab) / determinant);
        let next = loss(a + step_a, b + step_b);
        if next <= current {
            let done = step_a.abs() + step_b.abs() < 1e-12;
            (a, b, current, damping) = (a + step_a, b + step_b, next, damping * 0.1);
            if done {
                break;
            }
        } else {
            damping *= 10.0;
            if damping > 1e12 {
                break;
            }
        }
    }
    (a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_as_umap_learn_does() {
        // umap-learn 0.5, `find_ab_params(spread, min_dist)`; both fits stop within 1e-6 of the same least squares.
        for (spread, min_dist, a, b) in [
            (1.0, 0.5, 0.583_030_020_341_442_5, 1.334_166_992_431_491_4),
            (1.0, 0.1, 1.576_943_460_269_765_2, 0.895_060_877_851_573_3),
        ] {
            let curve = Curve::fit(spread, min_dist);
            assert!((curve.a - a).abs() < 1e-5 && (curve.b - b).abs() < 1e-5, "{} {}", curve.a, curve.b);
        }
    }

    #[test]
    fn tables_follow_the_formulas() {
        let curve = Curve::fit(1.0, 0.5);
        let (a, b) = (curve.a, curve.b);
        for i in 1..4000 {
            let u = f64::from(i) * f64::from(i) * 1.234e-5;
            let power = math::pow(u, b);
            let pull = 2.0 * a * b * power / (u * (1.0 + a * power));
            let push = 2.0 * b / ((0.001 + u) * (1.0 + a * power));
            // Linear interpolation over 1/128 of a doubling: (1/128)^2 / 8 times the curvature, which is below 8.
            assert!((f64::from(curve.attraction(u as f32)) / pull - 1.0).abs() < 1e-4, "{u}");
            assert!((f64::from(curve.repulsion(u as f32)) / push - 1.0).abs() < 1e-4, "{u}");
        }
    }
}
