//! What share of the differences between lots goes with donor, passage, process and the like.
//!
//! On the logit scale: y = X b + sum of Z u + lot + counting. A factor with [`MIN_LEVELS`] levels or more has random effects
//! u with a variance; one with fewer, such as two versions of a process, has fixed effects, whose variance over the lots at
//! hand is its part. `lot` is what is left between lots of the same levels. Counting is known beforehand, from the number of
//! cells of each lot. Variances are estimated by restricted maximum likelihood (Patterson and Thompson 1971,
//! doi:10.1093/biomet/58.3.545) in Henderson's form, by Fisher scoring; intervals are those of a parametric bootstrap.

mod state;

use std::collections::BTreeMap;

use puricell_core::math::quantile;
use puricell_core::{Dense, Seed};
use rayon::prelude::*;

use super::Logit;
use super::matrix::{dot, inverse, times, zeros};
use crate::Interval;
use state::State;

/// The fewest levels of a factor with a variance of its own.
pub const MIN_LEVELS: usize = 5;

/// Name of the part between lots that no factor explains.
pub const LOT: &str = "lot";

/// Name of the part that counting a limited number of cells adds.
pub const COUNTING: &str = "counting";

/// What is known of every lot: donor, passage, process version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// Name.
    pub name: String,
    /// Its value in each lot; `None` where it is not stated.
    pub values: Vec<Option<String>>,
}

/// How the partition is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceParams {
    /// Cohorts simulated for the intervals (default 400).
    pub n_bootstrap: usize,
    /// A factor that must have [`MIN_LEVELS`] levels to be told at all, not even as fixed: `donor`.
    pub only_random: &'static str,
}

impl Default for VarianceParams {
    fn default() -> Self {
        Self { n_bootstrap: 400, only_random: "donor" }
    }
}

/// The partition of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct VariancePartition {
    /// Lots.
    pub n_lots: usize,
    /// The sum of all parts, on the logit scale.
    pub total: f64,
    /// The factors as given, then [`LOT`] and [`COUNTING`].
    pub parts: Vec<VariancePart>,
}

/// One part.
#[derive(Debug, Clone, PartialEq)]
pub struct VariancePart {
    /// Name of the factor, [`LOT`] or [`COUNTING`].
    pub name: String,
    /// Levels among the lots.
    pub n_levels: usize,
    /// Variance on the logit scale; `None` where it is not estimable.
    pub variance: Option<f64>,
    /// Share of the total, 0 to 1.
    pub share: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
    /// Why it is not estimable.
    pub why_not: Option<String>,
}

/// How a factor enters.
enum Part {
    /// With the random effects of its levels.
    Random,
    /// With the fixed effects of all levels but the first: the columns of `X`.
    Fixed(std::ops::Range<usize>),
    /// Not at all.
    Out(String),
}

/// Partitions the variance of the lots' logits. `None` with fewer than [`MIN_LEVELS`] lots.
///
/// Bootstrap cohort `i` is drawn from stream `("variance", i)`: equal bits at any thread count.
pub fn variance_partition(
    lots: &[Logit],
    factors: &[Factor],
    params: &VarianceParams,
    seed: Seed,
) -> Option<VariancePartition> {
    if lots.len() < MIN_LEVELS {
        return None;
    }
    let design = Design::new(lots, factors, params);
    let values: Vec<f64> = lots.iter().map(|l| l.value).collect();
    let fit = design.fit(&values, None, 1e-9)?;
    let parts = design.parts_of(&fit);
    let total: f64 = parts.iter().flatten().sum();
    let drawn: Vec<Vec<Option<f64>>> = (0..params.n_bootstrap as u64)
        .into_par_iter()
        .filter_map(|i| {
            let values = design.draw(&fit, seed, i);
            let parts = design.parts_of(&design.fit(&values, Some(&fit.variances), 1e-4)?);
            let total: f64 = parts.iter().flatten().sum();
            Some(parts.into_iter().map(|p| p.map(|p| p / total)).collect())
        })
        .collect();
    let n_levels = |i: usize| factors.get(i).map_or(lots.len(), |f| levels_of(f).len());
    let named = factors.iter().map(|f| f.name.as_str()).chain([LOT, COUNTING]);
    let parts = named.enumerate().map(|(i, name)| {
        let shares: Vec<f64> = drawn.iter().filter_map(|cohort| cohort[i]).collect();
        let interval =
            parts[i].and_then(|_| Some(Interval { low: quantile(&shares, 0.025)?, high: quantile(&shares, 0.975)? }));
        VariancePart {
            name: name.to_owned(),
            n_levels: n_levels(i),
            variance: parts[i],
            share: parts[i].map(|p| p / total),
            interval,
            why_not: match design.parts.get(i) {
                Some(Part::Out(why)) => Some(why.clone()),
                _ => None,
            },
        }
    });
    Some(VariancePartition { n_lots: lots.len(), total, parts: parts.collect() })
}

/// The levels of a factor with their numbers, in the order of the alphabet.
fn levels_of(factor: &Factor) -> BTreeMap<&str, usize> {
    let mut levels: BTreeMap<&str, usize> = factor.values.iter().flatten().map(|v| (v.as_str(), 0)).collect();
    for (i, number) in levels.values_mut().enumerate() {
        *number = i;
    }
    levels
}

/// The lots' levels, and what counting adds to each.
struct Design {
    counting: Vec<f64>,
    parts: Vec<Part>,
    /// `n_lots x (fixed + random)` effects: X, then Z of each random factor.
    effects: Dense<f64>,
    n_fixed: usize,
    /// For each random factor, its columns of `effects`.
    random: Vec<std::ops::Range<usize>>,
}

/// What was estimated.
struct Fit {
    /// Of the random factors, then of the lots.
    variances: Vec<f64>,
    /// The fixed effects.
    fixed: Vec<f64>,
    /// Their covariance.
    covariance: Dense<f64>,
}

impl Design {
    fn new(lots: &[Logit], factors: &[Factor], params: &VarianceParams) -> Self {
        let n = lots.len();
        let mut fixed: Vec<Vec<f64>> = vec![vec![1.0; n]];
        let mut random: Vec<Vec<f64>> = Vec::new();
        let mut random_ranges: Vec<std::ops::Range<usize>> = Vec::new();
        let mut parts = Vec::new();
        for factor in factors {
            let levels = levels_of(factor);
            let of_lots: Option<Vec<usize>> = factor.values.iter().map(|v| v.as_deref().map(|v| levels[v])).collect();
            let Some(of_lots) = of_lots else {
                let missing = factor.values.iter().filter(|v| v.is_none()).count();
                parts.push(Part::Out(format!("{missing} of {n} lots do not state it")));
                continue;
            };
            let column = |level: usize| of_lots.iter().map(|&l| f64::from(u8::from(l == level))).collect::<Vec<f64>>();
            let part = if levels.len() < 2 {
                Part::Out("all lots have the same".to_owned())
            } else if levels.len() == n {
                Part::Out("every lot has another: it cannot be told from the lot".to_owned())
            } else if levels.len() >= MIN_LEVELS {
                let start = random.len();
                random.extend((0..levels.len()).map(column));
                random_ranges.push(start..random.len());
                Part::Random
            } else {
                let start = fixed.len();
                fixed.extend((1..levels.len()).map(column));
                if rank_deficient(&fixed) {
                    fixed.truncate(start);
                    Part::Out("it cannot be told from another factor: its levels follow from that one's".to_owned())
                } else if factor.name == params.only_random {
                    // Its effects are taken out of the rest, and no share is said.
                    Part::Out(format!("{} levels; at least {MIN_LEVELS} are needed", levels.len()))
                } else {
                    Part::Fixed(start..fixed.len())
                }
            };
            parts.push(part);
        }
        let n_fixed = fixed.len();
        let columns: Vec<Vec<f64>> = fixed.into_iter().chain(random).collect();
        let mut effects = zeros(n, columns.len());
        for (j, column) in columns.iter().enumerate() {
            for (i, &value) in column.iter().enumerate() {
                effects.row_mut(i)[j] = value;
            }
        }
        let random = random_ranges.into_iter().map(|r| r.start + n_fixed..r.end + n_fixed).collect();
        Self { counting: lots.iter().map(|l| l.variance).collect(), parts, effects, n_fixed, random }
    }

    /// Restricted maximum likelihood, from a start.
    /// Until the likelihood gains less than `precision`.
    fn fit(&self, values: &[f64], start: Option<&[f64]>, precision: f64) -> Option<Fit> {
        const ITERATIONS: usize = 200;
        let n_parts = self.random.len() + 1;
        let mut variances = start.map_or_else(
            || {
                let (_, deviation) = super::moments(values);
                vec![deviation * deviation / n_parts as f64; n_parts]
            },
            // Off the boundary, which scoring leaves slowly.
            |start| start.iter().map(|v| v.max(1e-4 * start.iter().sum::<f64>())).collect(),
        );
        let mut state = State::new(self, values, &variances)?;
        for _ in 0..ITERATIONS {
            let step = state.step(self, &variances)?;
            let mut scale = 1.0;
            let mut next = None;
            while scale > 1e-6 {
                let tried: Vec<f64> = variances.iter().zip(&step).map(|(v, s)| (v + scale * s).max(0.0)).collect();
                match State::new(self, values, &tried) {
                    Some(found) if found.ln_likelihood >= state.ln_likelihood => {
                        next = Some((tried, found));
                        break;
                    }
                    _ => scale /= 2.0,
                }
            }
            let Some((tried, found)) = next else { break };
            let gained = found.ln_likelihood - state.ln_likelihood;
            (variances, state) = (tried, found);
            if gained < precision {
                break;
            }
        }
        let fixed = state.effects[..self.n_fixed].to_vec();
        let mut covariance = zeros(self.n_fixed, self.n_fixed);
        for i in 0..self.n_fixed {
            covariance.row_mut(i).copy_from_slice(&state.spread.row(i)[..self.n_fixed]);
        }
        Some(Fit { variances, fixed, covariance })
    }

    /// The variances of the factors, the lots and counting.
    fn parts_of(&self, fit: &Fit) -> Vec<Option<f64>> {
        let mut random = fit.variances.iter();
        let mut parts: Vec<Option<f64>> = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Random => random.next().copied(),
                Part::Fixed(columns) => Some(self.variance_of_fixed(columns, fit)),
                Part::Out(_) => None,
            })
            .collect();
        parts.push(random.next().copied());
        parts.push(Some(self.counting.iter().sum::<f64>() / self.counting.len() as f64));
        parts
    }

    /// Variance over the lots of what fixed effects add, less what their own errors make of it.
    fn variance_of_fixed(&self, columns: &std::ops::Range<usize>, fit: &Fit) -> f64 {
        let n = self.effects.n_rows() as f64;
        let means: Vec<f64> = columns
            .clone()
            .map(|j| (0..self.effects.n_rows()).map(|i| self.effects.row(i)[j]).sum::<f64>() / n)
            .collect();
        let mut seen = 0.0;
        let mut by_error = 0.0;
        for i in 0..self.effects.n_rows() {
            let row = self.effects.row(i);
            let centred: Vec<f64> = columns.clone().zip(&means).map(|(j, mean)| row[j] - mean).collect();
            let added = dot(&centred, &fit.fixed[columns.clone()]);
            seen += added * added;
            for (a, &x) in columns.clone().zip(&centred) {
                by_error += x * dot(&fit.covariance.row(a)[columns.clone()], &centred);
            }
        }
        ((seen - by_error) / n).max(0.0)
    }

    /// A cohort like the one estimated.
    fn draw(&self, fit: &Fit, seed: Seed, item: u64) -> Vec<f64> {
        let mut random = seed.stream("variance", item);
        let mut effects = fit.fixed.clone();
        for (columns, variance) in self.random.iter().zip(&fit.variances) {
            effects.extend(columns.clone().map(|_| variance.sqrt() * random.normal()));
        }
        let of_lots = fit.variances.last().copied().unwrap_or(0.0);
        let mut values = times(&self.effects, &effects);
        for (value, counting) in values.iter_mut().zip(&self.counting) {
            *value += (of_lots + counting).sqrt() * random.normal();
        }
        values
    }
}

/// Whether the last columns follow from the others.
fn rank_deficient(columns: &[Vec<f64>]) -> bool {
    let mut squares = zeros(columns.len(), columns.len());
    for (i, a) in columns.iter().enumerate() {
        for (j, b) in columns.iter().enumerate() {
            squares.row_mut(i)[j] = dot(a, b);
        }
    }
    inverse(&squares).is_none()
}

#[cfg(test)]
mod tests;
