//! A mixture of one to a few Gaussians in one dimension, the number chosen by BIC.
//!
//! Expectation and maximisation by hand over [`puricell_core::math`] and fixed chunks. linfa-clustering 0.8.1's
//! `GaussianMixtureModel` fits the same model, but goes through the C library's `exp` and through `matrixmultiply`, which picks its
//! instructions by the processor, so its last bits are the machine's; it is the oracle of the tests.

mod em;

use puricell_core::{Noted, Seed, Warning};

use crate::ClusterError;

pub use em::MAX_COMPONENTS;
use em::{Fit, fit};

/// Fewest values per component: below, a spread is chance.
const MIN_PER_COMPONENT: usize = 10;

/// How a mixture is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct MixtureParams {
    /// Fewest components tried. Default 1. Set both to 2 where two are asked for whatever BIC says.
    pub min_components: usize,
    /// Most components tried, at most 5. Default 3: negative, dim, bright.
    pub max_components: usize,
    /// Components are fitted on at most this many values, drawn without replacement. Default 20,000. A component of 0.5 % then
    /// has 100; raise it for rarer ones.
    pub max_fit: usize,
    /// Random starts beside the planned ones, of which the best is followed to the end. Default 5.
    pub n_starts: usize,
    /// Most rounds. Default 2,000: overlapping components converge slowly.
    pub max_iterations: usize,
    /// The fit ends when the mean log-likelihood per value grows by less. Default 1e-9.
    pub tolerance: f64,
    /// No standard deviation falls below this part of that of all values, so that no component collapses on repeated
    /// values. Default 0.001.
    pub min_relative_sd: f64,
}

impl Default for MixtureParams {
    fn default() -> Self {
        Self {
            min_components: 1,
            max_components: 3,
            max_fit: 20_000,
            n_starts: 5,
            max_iterations: 2_000,
            tolerance: 1e-9,
            min_relative_sd: 1e-3,
        }
    }
}

/// A mixture of Gaussians, components by increasing mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// Shares, above 0, sum 1. Empty where no value was given.
    pub weights: Vec<f64>,
    /// Means, in the unit of the values.
    pub means: Vec<f64>,
    /// Standard deviations; 0 only where all values are equal.
    pub sds: Vec<f64>,
    /// Log-likelihood of the fitted values; infinite where all values are equal.
    pub log_likelihood: f64,
    /// `(3 k - 1) ln n - 2 log-likelihood`; the smaller the better (Schwarz 1978, doi:10.1214/aos/1176344136).
    pub bic: f64,
    /// Values it was fitted on.
    pub n_fitted: usize,
    /// Rounds of the last run.
    pub n_iterations: usize,
    /// Whether the tolerance was reached.
    pub converged: bool,
    /// BIC by number of components, for all that could be fitted.
    pub candidates: Vec<(usize, f64)>,
}

impl Mixture {
    /// Number of components.
    pub fn n_components(&self) -> usize {
        self.weights.len()
    }

    /// Weight, mean and standard deviation of the components in `range` taken as one: the moments of their mixture. With
    /// it, three components become a negative and a positive side. `None` for an empty range or one beyond the
    /// components.
    pub fn pooled(&self, range: std::ops::Range<usize>) -> Option<(f64, f64, f64)> {
        let (w, m, s) = (self.weights.get(range.clone())?, self.means.get(range.clone())?, self.sds.get(range)?);
        let weight: f64 = w.iter().sum();
        if weight <= 0.0 {
            return None;
        }
        let mean = w.iter().zip(m).map(|(w, m)| w * m).sum::<f64>() / weight;
        let variance =
            w.iter().zip(m).zip(s).map(|((w, m), s)| w * (s * s + (m - mean) * (m - mean))).sum::<f64>() / weight;
        Some((weight, mean, variance.sqrt()))
    }

    /// Where to part the components in two sides: before the component whose distance to the one below, in units of the root mean
    /// square of their standard deviations (Ashman's D), is largest. `None` for fewer than two components.
    pub fn widest_gap(&self) -> Option<usize> {
        let d = |i: usize| {
            let variance = 0.5 * (self.sds[i] * self.sds[i] + self.sds[i - 1] * self.sds[i - 1]);
            (self.means[i] - self.means[i - 1]) / variance.sqrt()
        };
        (1..self.n_components()).reduce(|best, i| if d(i) > d(best) { i } else { best })
    }
}

/// Fits mixtures of [`min_components`](MixtureParams::min_components) to [`max_components`](MixtureParams::max_components)
/// Gaussians and keeps the one of lowest BIC.
///
/// Fewer components than asked are fitted, with the warning `fewer_components`, where there are fewer than ten values each or
/// they have no spread. No value gives a mixture of no component. Linear in the values; the same bits at any thread count.
///
/// # Errors
/// [`ClusterError::NonFinite`] for NaN or infinite values (row: their position), [`ClusterError::Parameter`] for a parameter
/// outside its range.
pub fn gaussian_mixture(values: &[f64], params: &MixtureParams, seed: Seed) -> Result<Noted<Mixture>, ClusterError> {
    check(params)?;
    if let Some(row) = values.iter().position(|v| !v.is_finite()) {
        return Err(ClusterError::NonFinite { what: "values", row, column: 0, value: values[row] as f32 });
    }
    let mut sample = draw(values, params.max_fit, seed);
    // In order, so that the starts are slices and the result does not depend on the order of the values where all are fitted.
    sample.sort_unstable_by(f64::total_cmp);
    let mut warnings = Vec::new();
    let equal = sample.first() == sample.last();
    let most = if equal { sample.len().min(1) } else { (sample.len() / MIN_PER_COMPONENT).max(1) };
    if most < params.min_components {
        warnings.push(Warning::new(
            "fewer_components",
            format!(
                "{} components wanted, {most} fitted: there are {} values{}",
                params.min_components,
                sample.len(),
                if equal && !sample.is_empty() { ", all equal" } else { "" }
            ),
        ));
    }
    if sample.is_empty() {
        return Ok(Noted { value: Mixture::of(Fit::default(), 0, Vec::new()), warnings });
    }
    let (low, high) = (params.min_components.min(most), params.max_components.min(most));
    let fits: Vec<Fit> = (low..=high).filter_map(|k| fit(&sample, k, params, seed)).collect();
    let candidates: Vec<(usize, f64)> = fits.iter().map(|f| (f.k, f.bic(sample.len()))).collect();
    let best = fits.into_iter().reduce(|a, b| if b.bic(sample.len()) < a.bic(sample.len()) { b } else { a });
    // One component always fits; two or more may all collapse where values are few and repeated.
    let best = match best {
        Some(best) => best,
        None => fit(&sample, 1, params, seed).unwrap_or_default(),
    };
    if best.k < low {
        warnings
            .push(Warning::new("fewer_components", format!("no mixture of {low} components fits; {} given", best.k)));
    }
    if !best.converged {
        let message = format!("the mixture of {} had not settled after {} rounds", best.k, best.n_iterations);
        warnings.push(Warning::new("mixture_not_converged", message));
    }
    Ok(Noted { value: Mixture::of(best, sample.len(), candidates), warnings })
}

impl Mixture {
    fn of(fit: Fit, n_fitted: usize, candidates: Vec<(usize, f64)>) -> Self {
        let mut order: Vec<usize> = (0..fit.k).collect();
        order.sort_by(|&a, &b| fit.means[a].total_cmp(&fit.means[b]));
        let pick = |from: &[f64; MAX_COMPONENTS]| order.iter().map(|&i| from[i]).collect();
        Self {
            weights: pick(&fit.weights),
            means: pick(&fit.means),
            sds: pick(&fit.sds),
            log_likelihood: fit.log_likelihood,
            bic: fit.bic(n_fitted),
            n_fitted,
            n_iterations: fit.n_iterations,
            converged: fit.converged,
            candidates,
        }
    }
}

fn check(params: &MixtureParams) -> Result<(), ClusterError> {
    let wrong = |name, value, expected| Err(ClusterError::Parameter { name, value, expected });
    if params.min_components == 0 || params.min_components > params.max_components {
        return wrong("min_components", params.min_components as f64, "from 1 to max_components");
    }
    if params.max_components > MAX_COMPONENTS {
        return wrong("max_components", params.max_components as f64, "at most 5");
    }
    if params.max_iterations == 0 {
        return wrong("max_iterations", 0.0, "at least 1");
    }
    if params.max_fit == 0 {
        return wrong("max_fit", 0.0, "at least 1");
    }
    if !(params.tolerance > 0.0 && params.tolerance.is_finite()) {
        return wrong("tolerance", params.tolerance, "a finite number above 0");
    }
    if !(params.min_relative_sd > 0.0 && params.min_relative_sd < 1.0) {
        return wrong("min_relative_sd", params.min_relative_sd, "above 0 and below 1");
    }
    Ok(())
}

/// At most `most` values, each set of that size equally likely (selection sampling, Knuth, TAOCP 3.4.2 S).
fn draw(values: &[f64], most: usize, seed: Seed) -> Vec<f64> {
    if values.len() <= most {
        return values.to_vec();
    }
    let mut stream = seed.stream("mixture_sample", 0);
    let mut drawn = Vec::with_capacity(most);
    for (i, &value) in values.iter().enumerate() {
        let (left, wanted) = (values.len() - i, most - drawn.len());
        if (left as f64) * stream.uniform() < wanted as f64 {
            drawn.push(value);
        }
    }
    drawn
}
