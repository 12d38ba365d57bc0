//! What the likelihood and its score need at one set of variances.

use puricell_core::Dense;
use puricell_core::math::ln;

use super::super::matrix::{dot, inverse, product, times, zeros};
use super::Design;

/// Everything about one set of variances that the score needs. With T = \[X Z\], R the variances of lot and counting and B the
/// scaled inverse of Henderson's matrix, P = R^-1 - R^-1 T B T' R^-1 (Harville 1977, doi:10.1080/01621459.1977.10480998).
pub(super) struct State {
    pub(super) ln_likelihood: f64,
    /// B, of which the first rows and columns are the covariance of the fixed effects.
    pub(super) spread: Dense<f64>,
    /// B T' R^-1 y: the effects.
    pub(super) effects: Vec<f64>,
    /// T' R^-m T for m = 1, 2, 3.
    powers: [Dense<f64>; 3],
    /// Sums over lots of R^-1 and R^-2.
    traces: [f64; 2],
    /// T' P y.
    pulled: Vec<f64>,
    /// |P y|^2.
    squared: f64,
}

impl State {
    pub(super) fn new(design: &Design, values: &[f64], variances: &[f64]) -> Option<Self> {
        let t = &design.effects;
        let n_effects = t.n_cols();
        let of_lots = variances.last().copied().unwrap_or(0.0);
        let weights: Vec<f64> = design.counting.iter().map(|c| 1.0 / (of_lots + c)).collect();
        let mut powers = [zeros(n_effects, n_effects), zeros(n_effects, n_effects), zeros(n_effects, n_effects)];
        let mut right = vec![0.0; n_effects];
        for (i, &w) in weights.iter().enumerate() {
            let row = t.row(i);
            for (a, &x) in row.iter().enumerate() {
                if x.abs() > 0.0 {
                    right[a] += w * x * values[i];
                    for (b, &y) in row.iter().enumerate() {
                        let mut term = x * y;
                        for power in &mut powers {
                            term *= w;
                            power.row_mut(a)[b] += term;
                        }
                    }
                }
            }
        }
        // Standard deviations of the effects, 1 for the fixed ones: a variance of 0 takes its effects out.
        let mut scale = vec![1.0; n_effects];
        for (columns, variance) in design.random.iter().zip(variances) {
            scale[columns.clone()].fill(variance.sqrt());
        }
        let mut henderson = zeros(n_effects, n_effects);
        for a in 0..n_effects {
            for b in 0..n_effects {
                let one = f64::from(u8::from(a == b && a >= design.n_fixed));
                henderson.row_mut(a)[b] = scale[a] * powers[0].row(a)[b] * scale[b] + one;
            }
        }
        let (mut spread, ln_determinant) = inverse(&henderson)?;
        for a in 0..n_effects {
            for b in 0..n_effects {
                spread.row_mut(a)[b] *= scale[a] * scale[b];
            }
        }
        let effects = times(&spread, &right);
        let fitted = times(t, &effects);
        // P y = R^-1 (y - T effects).
        let py: Vec<f64> = values.iter().zip(&fitted).zip(&weights).map(|((y, f), w)| w * (y - f)).collect();
        let mut pulled = vec![0.0; n_effects];
        for (i, &p) in py.iter().enumerate() {
            for (to, &x) in pulled.iter_mut().zip(t.row(i)) {
                *to += x * p;
            }
        }
        let ln_weights: f64 = weights.iter().map(|&w| ln(w)).sum();
        Some(Self {
            ln_likelihood: -0.5 * (ln_determinant - ln_weights + dot(values, &py)),
            spread,
            effects,
            powers,
            traces: [weights.iter().sum(), weights.iter().map(|w| w * w).sum()],
            pulled,
            squared: dot(&py, &py),
        })
    }

    /// The step of Fisher scoring, with variances at 0 that the likelihood holds there left where they are.
    pub(super) fn step(&self, design: &Design, variances: &[f64]) -> Option<Vec<f64>> {
        let [s1, s2, s3] = &self.powers;
        let n_effects = design.effects.n_cols();
        let b_s1 = product(&self.spread, s1);
        let b_s2 = product(&self.spread, s2);
        let s1_b_s1 = product(s1, &b_s1);
        let s2_b_s1 = product(s2, &b_s1);
        // T' P T, and the diagonal of T' P P T.
        let tpt = |a: usize, b: usize| s1.row(a)[b] - s1_b_s1.row(a)[b];
        let tppt = |a: usize| {
            let inner: f64 = (0..n_effects).map(|c| b_s1.row(c)[a] * s2_b_s1.row(c)[a]).sum();
            s2.row(a)[a] - 2.0 * s2_b_s1.row(a)[a] + inner
        };
        let sum = |of: &dyn Fn(usize) -> f64| (0..n_effects).map(of).sum::<f64>();
        let trace_p = self.traces[0] - sum(&|a| b_s2.row(a)[a]);
        let trace_b_s3 = sum(&|a| dot(self.spread.row(a), s3.row(a)));
        let trace_squared = sum(&|a| (0..n_effects).map(|b| b_s2.row(a)[b] * b_s2.row(b)[a]).sum());
        let trace_pp = self.traces[1] - 2.0 * trace_b_s3 + trace_squared;

        let n_parts = variances.len();
        let mut score = vec![0.0; n_parts];
        let mut information = zeros(n_parts, n_parts);
        for (f, columns) in design.random.iter().enumerate() {
            let squares: f64 = self.pulled[columns.clone()].iter().map(|p| p * p).sum();
            score[f] = 0.5 * (squares - columns.clone().map(|a| tpt(a, a)).sum::<f64>());
            for (g, others) in design.random.iter().enumerate() {
                let sum: f64 = columns
                    .clone()
                    .flat_map(|a| others.clone().map(move |b| (a, b)))
                    .map(|(a, b)| tpt(a, b) * tpt(a, b))
                    .sum();
                information.row_mut(f)[g] = 0.5 * sum;
            }
            let with_lots = 0.5 * columns.clone().map(tppt).sum::<f64>();
            information.row_mut(f)[n_parts - 1] = with_lots;
            information.row_mut(n_parts - 1)[f] = with_lots;
        }
        score[n_parts - 1] = 0.5 * (self.squared - trace_p);
        information.row_mut(n_parts - 1)[n_parts - 1] = 0.5 * trace_pp;

        let free: Vec<usize> = (0..n_parts).filter(|&i| variances[i] > 0.0 || score[i] > 0.0).collect();
        let mut inner = zeros(free.len(), free.len());
        for (a, &i) in free.iter().enumerate() {
            for (b, &j) in free.iter().enumerate() {
                inner.row_mut(a)[b] = information.row(i)[j];
            }
        }
        let (inverse, _) = inverse(&inner)?;
        let wanted = times(&inverse, &free.iter().map(|&i| score[i]).collect::<Vec<f64>>());
        let mut step = vec![0.0; n_parts];
        for (&i, value) in free.iter().zip(wanted) {
            step[i] = value;
        }
        Some(step)
    }
}
