//! Expectation and maximisation from several starts.

use puricell_core::{Seed, math, reduce};

use super::MixtureParams;

/// Most components of a mixture.
pub const MAX_COMPONENTS: usize = 5;

/// Rounds after which the starts are compared and only the best is followed (Biernacki, Celeux and Govaert 2003,
/// doi:10.1016/S0167-9473(02)00163-9).
const SHORT_RUN: usize = 20;
/// Parts of the sorted values at which the planned starts cut: halves, and small populations at either end.
const CUTS: [f64; 7] = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98];
/// A component holds at least this many values' worth of weight.
const MIN_WEIGHT: f64 = 2.0;
/// Values per parallel piece.
const CHUNK: usize = 2048;

type PerComponent = [f64; MAX_COMPONENTS];

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fit {
    pub(super) k: usize,
    pub(super) weights: PerComponent,
    pub(super) means: PerComponent,
    pub(super) sds: PerComponent,
    pub(super) log_likelihood: f64,
    pub(super) n_iterations: usize,
    pub(super) converged: bool,
}

impl Fit {
    pub(super) fn bic(&self, n: usize) -> f64 {
        if n == 0 {
            return 0.0;
        }
        (3 * self.k - 1) as f64 * math::ln(n as f64) - 2.0 * self.log_likelihood
    }
}

/// The best fit of `k` components to sorted values; `None` where every start lost a component.
pub(super) fn fit(sorted: &[f64], k: usize, params: &MixtureParams, seed: Seed) -> Option<Fit> {
    let n = sorted.len();
    let whole = moments(sorted, 0..n)?;
    if whole.1 <= 0.0 {
        return (k == 1).then(|| Fit {
            k: 1,
            weights: [1.0, 0.0, 0.0, 0.0, 0.0],
            means: [whole.0, 0.0, 0.0, 0.0, 0.0],
            log_likelihood: f64::INFINITY,
            converged: true,
            ..Fit::default()
        });
    }
    let least_sd = params.min_relative_sd * whole.1;
    let mut best: Option<Fit> = None;
    for cuts in starts(sorted, k, params.n_starts, seed) {
        let start = from_cuts(sorted, &cuts, least_sd);
        let found =
            start.and_then(|s| run(sorted, s, SHORT_RUN.min(params.max_iterations), params.tolerance, least_sd));
        if let Some(found) = found
            && best.as_ref().is_none_or(|b| found.log_likelihood > b.log_likelihood)
        {
            best = Some(found);
        }
    }
    let best = best?;
    if best.converged || best.n_iterations >= params.max_iterations {
        return Some(best);
    }
    let rest = params.max_iterations - best.n_iterations;
    let before = best.n_iterations;
    // A component may be lost on the way; then what the short run found stands, marked as not settled.
    let end = run(sorted, best, rest, params.tolerance, least_sd);
    Some(end.map_or(best, |end| Fit { n_iterations: before + end.n_iterations, ..end }))
}

/// Positions at which the sorted values are cut in `k` groups.
fn starts(sorted: &[f64], k: usize, n_random: usize, seed: Seed) -> Vec<Vec<usize>> {
    let n = sorted.len();
    let at = |part: f64| ((part * n as f64) as usize).clamp(1, n - 1);
    let mut starts: Vec<Vec<usize>> = Vec::new();
    match k {
        1 => return vec![Vec::new()],
        2 => starts.extend(CUTS.iter().map(|&c| vec![at(c)])),
        3 => {
            for (i, &low) in CUTS.iter().enumerate() {
                starts.extend(CUTS[i + 1..].iter().map(|&high| vec![at(low), at(high)]));
            }
        }
        _ => starts.push((1..k).map(|i| at(i as f64 / k as f64)).collect()),
    }
    // Equal parts of the range between the outermost thousandths: what counts of values cannot see.
    let (low, high) = (sorted[at(0.001)], sorted[at(0.999)]);
    let by_value = |i: usize| sorted.partition_point(|&v| v < low + (high - low) * i as f64 / k as f64).clamp(1, n - 1);
    starts.push((1..k).map(by_value).collect());
    let mut stream = seed.stream("mixture_start", k as u64);
    for _ in 0..n_random {
        let mut cuts: Vec<usize> = (1..k).map(|_| 1 + stream.below(n - 1)).collect();
        cuts.sort_unstable();
        starts.push(cuts);
    }
    starts
}

/// Mean and standard deviation of a slice; `None` when it is empty.
fn moments(sorted: &[f64], range: std::ops::Range<usize>) -> Option<(f64, f64)> {
    let slice = sorted.get(range)?;
    if slice.is_empty() {
        return None;
    }
    let n = slice.len() as f64;
    let mean = slice.iter().sum::<f64>() / n;
    Some((mean, (slice.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt()))
}

fn from_cuts(sorted: &[f64], cuts: &[usize], least_sd: f64) -> Option<Fit> {
    let mut fit = Fit { k: cuts.len() + 1, ..Fit::default() };
    for i in 0..fit.k {
        let from = if i == 0 { 0 } else { cuts[i - 1] };
        let to = cuts.get(i).copied().unwrap_or(sorted.len());
        let (mean, sd) = moments(sorted, from..to)?;
        fit.means[i] = mean;
        fit.sds[i] = sd.max(least_sd);
        fit.weights[i] = (to - from) as f64 / sorted.len() as f64;
    }
    Some(fit)
}

/// Sums of one expectation step.
#[derive(Clone, Copy)]
struct Sums {
    log_likelihood: f64,
    weight: PerComponent,
    /// Of the deviations from the mean before, so that the variance loses no digits.
    first: PerComponent,
    second: PerComponent,
}

fn expect(values: &[f64], fit: &Fit) -> Sums {
    let mut log_scale = [0.0; MAX_COMPONENTS];
    for (i, scale) in log_scale.iter_mut().enumerate().take(fit.k) {
        *scale = math::ln(fit.weights[i] / fit.sds[i]) - 0.5 * math::ln(2.0 * std::f64::consts::PI);
    }
    let zero = [0.0; MAX_COMPONENTS];
    let part = |range: std::ops::Range<usize>| {
        let mut sums = Sums { log_likelihood: 0.0, weight: zero, first: zero, second: zero };
        for &value in &values[range] {
            let mut mass = zero;
            let mut largest = f64::NEG_INFINITY;
            for (i, mass) in mass[..fit.k].iter_mut().enumerate() {
                let z = (value - fit.means[i]) / fit.sds[i];
                *mass = log_scale[i] - 0.5 * z * z;
                largest = largest.max(*mass);
            }
            let mut total = 0.0;
            for mass in &mut mass[..fit.k] {
                *mass = math::exp(*mass - largest);
                total += *mass;
            }
            sums.log_likelihood += largest + math::ln(total);
            for (i, mass) in mass[..fit.k].iter().enumerate() {
                let (share, deviation) = (mass / total, value - fit.means[i]);
                sums.weight[i] += share;
                sums.first[i] += share * deviation;
                sums.second[i] += share * deviation * deviation;
            }
        }
        sums
    };
    let add = |mut a: Sums, b: Sums| {
        a.log_likelihood += b.log_likelihood;
        for i in 0..MAX_COMPONENTS {
            a.weight[i] += b.weight[i];
            a.first[i] += b.first[i];
            a.second[i] += b.second[i];
        }
        a
    };
    reduce::fold_chunks(values.len(), CHUNK, part, add).unwrap_or(Sums {
        log_likelihood: 0.0,
        weight: zero,
        first: zero,
        second: zero,
    })
}

/// Rounds until the tolerance or the limit; `None` where a component is lost. The log-likelihood is that of the parameters
/// returned.
fn run(values: &[f64], mut fit: Fit, rounds: usize, tolerance: f64, least_sd: f64) -> Option<Fit> {
    let n = values.len() as f64;
    let mut sums = expect(values, &fit);
    fit.converged = false;
    for round in 1..=rounds {
        for i in 0..fit.k {
            if sums.weight[i] < MIN_WEIGHT {
                return None;
            }
            let shift = sums.first[i] / sums.weight[i];
            let variance = (sums.second[i] / sums.weight[i] - shift * shift).max(0.0);
            fit.means[i] += shift;
            fit.sds[i] = variance.sqrt().max(least_sd);
            fit.weights[i] = sums.weight[i] / n;
        }
        let next = expect(values, &fit);
        let gain = next.log_likelihood - sums.log_likelihood;
        sums = next;
        fit.n_iterations = round;
        if gain.abs() < tolerance * n {
            fit.converged = true;
            break;
        }
    }
    fit.log_likelihood = sums.log_likelihood;
    Some(fit)
}
