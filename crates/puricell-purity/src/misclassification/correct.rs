//! Fractions corrected by a confusion matrix.

use puricell_core::Seed;

use super::draws::dirichlet;
use super::rates::{Rates, invert};
use super::{Confusion, TARGET};
use crate::{Interval, Level, Proportion, PurityError};

/// How corrected fractions are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrectionParams {
    /// Level of the intervals. Default 95 %.
    pub level: Level,
    /// Draws of rates and counts behind an interval. Default 4,000: the probability beyond an end is then within 0.005
    /// of the 0.025 meant (two standard errors). More for smoother ends.
    pub n_draws: u32,
    /// Seed of the draws, which come from the stream `misclassification`.
    pub seed: Seed,
}

impl Default for CorrectionParams {
    fn default() -> Self {
        Self { level: Level::P95, n_draws: 4000, seed: Seed(1) }
    }
}

/// A class's fraction among the cells counted, corrected for what the method confuses.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrectedClass {
    /// Class id.
    pub class: String,
    /// The fraction observed.
    pub observed: f64,
    /// The corrected fraction: of all that are at least 0 and sum to at most 1, the most likely.
    pub fraction: f64,
    /// What plain inversion gives: below 0 where false positives alone explain the count.
    pub unclipped: f64,
    /// The interval, which carries the sampling of the cells and the uncertainty of every rate.
    pub interval: Interval,
}

/// Corrects counts for the confusion of classes: the estimator of Rogan and Gladen (1978,
/// doi:10.1093/oxfordjournals.aje.a112510) for any number of classes.
///
/// `counts` gives the cells called each class, by class id, among `n` kept cells; a class it lacks was called for none.
/// What is called anything else (suspect, unassigned, classes that the study did not plant) is left to "none of these".
/// The shares of the true classes solve `observed = rates' x`. Where the solution has a share below 0, or shares that sum
/// to more than 1, the multinomial likelihood is maximised over those that are allowed instead.
///
/// Intervals: rates and observed shares are drawn from their posteriors (Dirichlet; Jeffreys' half for each called class,
/// for each false-positive rate and each sensitivity), every draw is inverted, and the interval is that of equal
/// tails, clipped to 0 and 1. Its lower end is 0 where no cell was called the class.
///
/// The upper end of a class other than the target takes false positives from a posterior without the half: none where the
/// study saw none. A prior takes some for granted, which after few source cells are more than the method makes: with 40
/// target cells, one upper end in ten then lay below the truth. Where fewer cells were called than false positives alone
/// would give, so that even the upper end falls to 0, it is that of the count without any false positive.
///
/// Empty where there is nothing to correct by or to correct: no target cell in the study, a matrix without inverse, n = 0.
///
/// # Errors
/// [`PurityError::Proportion`] where more cells are called than there are.
pub fn correct(
    confusion: &Confusion,
    counts: &[(&str, u64)],
    n: u64,
    params: &CorrectionParams,
) -> Result<Vec<CorrectedClass>, PurityError> {
    let Some(rates) = Rates::new(confusion) else { return Ok(Vec::new()) };
    let n_classes = rates.classes.len();
    let mut observed: Vec<u64> = rates
        .classes
        .iter()
        .map(|class| counts.iter().filter(|(name, _)| name == class).map(|(_, k)| *k).sum())
        .collect();
    let called: u64 = observed.iter().sum();
    let Some(rest) = n.checked_sub(called) else { return Err(PurityError::Proportion { k: called, n }) };
    observed.push(rest);
    if n == 0 {
        return Ok(Vec::new());
    }
    let estimate = rates.estimate();
    let shares: Vec<f64> = observed.iter().map(|&k| k as f64 / n as f64).collect();
    let Some(unclipped) = invert(&estimate, &shares) else { return Ok(Vec::new()) };
    let fractions = most_likely(&estimate, &shares, &unclipped);

    let weights: Vec<f64> = observed.iter().map(|&k| k as f64 + 0.5).collect();
    let mut stream = params.seed.stream("misclassification", 0);
    let mut drawn_rates = vec![vec![0.0; n_classes + 1]; n_classes];
    let mut drawn = vec![0.0; n_classes + 1];
    let none: Vec<Vec<f64>> = vec![Vec::with_capacity(params.n_draws as usize); n_classes];
    let (mut solutions, mut of_upper_end) = (none.clone(), none);
    for _ in 0..params.n_draws {
        rates.draw(&mut stream, &mut drawn_rates);
        dirichlet(&weights, &mut stream, &mut drawn);
        // A draw without inverse is a set of rates that says nothing; it is left out.
        let keep = |into: &mut Vec<Vec<f64>>, solution: Vec<f64>| {
            into.iter_mut().zip(solution).for_each(|(all, one)| all.push(one));
        };
        if let Some(solution) = invert(&drawn_rates, &drawn) {
            keep(&mut solutions, solution);
        }
        rates.draw_target_without_prior(&mut stream, &mut drawn_rates);
        if let Some(solution) = invert(&drawn_rates, &drawn) {
            keep(&mut of_upper_end, solution);
        }
    }
    let half = params.level.alpha() / 2.0;
    let result = rates.classes.iter().enumerate().map(|(i, class)| {
        let end =
            |of: &[Vec<f64>], q: f64| puricell_core::math::quantile(&of[i], q).unwrap_or(f64::NAN).clamp(0.0, 1.0);
        let upper = if class == TARGET { &solutions } else { &of_upper_end };
        let fraction = fractions[i];
        let mut interval =
            Interval { low: end(&solutions, half).min(fraction), high: end(upper, 1.0 - half).max(fraction) };
        if observed[i] == 0 {
            interval.low = 0.0;
        }
        if interval.high <= 0.0 {
            let plain = Proportion::new(observed[i], n)?.clopper_pearson(params.level).high;
            interval.high = (plain / estimate[i][i]).min(1.0);
        }
        Ok(CorrectedClass { class: class.clone(), observed: shares[i], fraction, unclipped: unclipped[i], interval })
    });
    result.collect()
}

/// Class ids of a matrix that [`correct`] can correct by; empty where it cannot.
pub fn correctable(confusion: &Confusion) -> Vec<String> {
    Rates::new(confusion).map_or_else(Vec::new, |rates| rates.classes)
}

/// Dust of a solution: a share this far below 0 is 0.
const NEAR: f64 = 1e-12;

/// The shares, none below 0 and in sum at most 1, that make the observed ones most likely.
fn most_likely(rates: &[Vec<f64>], observed: &[f64], unclipped: &[f64]) -> Vec<f64> {
    let n = rates.len();
    let none = 1.0 - unclipped.iter().sum::<f64>();
    if none >= -NEAR && unclipped.iter().all(|&x| x >= -NEAR) {
        return unclipped.iter().map(|x| x.clamp(0.0, 1.0)).collect();
    }
    // Expectation and maximisation on the classes that are not at their bound; the last is "none of these".
    let start = |x: f64| if x > 0.0 { x } else { 0.0 };
    let mut x: Vec<f64> = unclipped.iter().map(|&x| start(x)).chain(std::iter::once(start(none))).collect();
    let rate = |i: usize, j: usize| if i < n { rates[i][j] } else { f64::from(u8::from(j == n)) };
    for _ in 0..=n {
        climb(&mut x, observed, rate);
        // At the maximum, the gradient of a class left at 0 is at most that of the others, which is 1.
        let gradient = |i: usize| -> f64 {
            (0..=n)
                .filter(|&j| observed[j] > 0.0)
                .map(|j| observed[j] * rate(i, j) / (0..=n).map(|i| x[i] * rate(i, j)).sum::<f64>())
                .sum()
        };
        let better: Vec<usize> = (0..=n).filter(|&i| x[i] <= 0.0 && gradient(i) > 1.0 + 1e-9).collect();
        if better.is_empty() {
            break;
        }
        for i in better {
            x[i] = 1e-3;
        }
    }
    x.truncate(n);
    x
}

/// Climbs to the maximum of the likelihood from `x`, whose zeros stay zero. Every observed call must be possible.
fn climb(x: &mut [f64], observed: &[f64], rate: impl Fn(usize, usize) -> f64) {
    let n = x.len();
    // A call that no class left makes possible: give every class a little.
    if (0..n).any(|j| observed[j] > 0.0 && (0..n).all(|i| x[i] * rate(i, j) <= 0.0)) {
        for x in x.iter_mut() {
            *x += 1e-3;
        }
    }
    let sum: f64 = x.iter().sum();
    for x in x.iter_mut() {
        *x /= sum;
    }
    for _ in 0..20_000 {
        let called: Vec<f64> = (0..n).map(|j| (0..n).map(|i| x[i] * rate(i, j)).sum()).collect();
        let mut moved = 0.0_f64;
        for (i, x) in x.iter_mut().enumerate() {
            let factor: f64 = (0..n)
                .filter(|&j| observed[j] > 0.0 && called[j] > 0.0)
                .map(|j| observed[j] * rate(i, j) / called[j])
                .sum();
            let next = *x * factor;
            moved = moved.max((next - *x).abs());
            *x = next;
        }
        if moved < 1e-14 {
            break;
        }
    }
}

#[cfg(test)]
mod tests;
