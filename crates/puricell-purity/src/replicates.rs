//! Replicate preparations of one lot: a fraction whose replicates may differ by more than the drawing of cells.
//!
//! Each replicate's count is binomial around a fraction of its own, which varies between replicates as a Beta variable with
//! mean `mean` and intra-class correlation `rho`: a beta-binomial (Williams 1975, doi:10.2307/2529820). The variance of a
//! count among n is 1 + (n - 1) rho times the binomial one, so that more cells of few replicates soon buy nothing.

use puricell_core::math::{exp, ln};

use crate::beta::{Tail, beta_quantile};
use crate::beta_binomial::ln_kernel;
use crate::distributions::student_quantile;
use crate::{Interval, Level, Proportion};

/// Fewest replicates for an interval: with two, the spread between them is known by one difference.
pub const MIN_REPLICATES: usize = 3;

/// What replicates say together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replicated {
    /// Replicates with a cell at least.
    pub n_replicates: usize,
    /// Cells of the class, over replicates.
    pub k: u64,
    /// Cells, over replicates.
    pub n: u64,
    /// Mean fraction, by maximum likelihood.
    pub mean: f64,
    /// Intra-class correlation, 0 to 1, by maximum likelihood: 0 where replicates differ no more than drawing explains. `None`
    /// where no cell, or every cell, is of the class, or with one replicate: nothing varies.
    pub rho: Option<f64>,
    /// Variance of the pooled count over its binomial variance, 1 or more: sum n (1 + (n - 1) rho) / sum n.
    pub inflation: f64,
    /// Interval of the mean over preparations of this lot; `None` with fewer than [`MIN_REPLICATES`].
    ///
    /// The exact interval of an effective number of cells: those counted, over the inflation, times the squared ratio of
    /// Student's quantiles with n - 1 and with one less than the replicates' degrees of freedom (Korn and Graubard 1998,
    /// Survey Methodology 24:193).
    pub interval: Option<Interval>,
}

/// Fits replicates. Those without a cell are left out; `None` where none is left.
///
/// The program counts one library at a time; several of one lot are put together here, each with the `k` and `n` of its own
/// `composition.tsv`:
///
/// ```
/// use puricell_purity::replicates::replicated;
/// use puricell_purity::{Level, Proportion};
///
/// let counted = [(12, 5000), (25, 5000), (8, 4800)];
/// let replicates = counted.map(|(k, n)| Proportion::new(k, n)).into_iter().collect::<Result<Vec<_>, _>>()?;
/// let lot = replicated(&replicates, Level::P95).ok_or("no cell")?;
/// let interval = lot.interval.ok_or("fewer than three replicates")?;
/// // The three differ by more than drawing explains, so that 45 of 14,800 tell as much as a third of them would.
/// assert!(lot.inflation > 3.0);
/// assert!(interval.low < 0.001 && 0.008 < interval.high);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn replicated(replicates: &[Proportion], level: Level) -> Option<Replicated> {
    let counted: Vec<Proportion> = replicates.iter().copied().filter(|r| r.n() > 0).collect();
    let (k, n) = counted.iter().fold((0, 0), |(k, n), r| (k + r.k(), n + r.n()));
    let pooled = Proportion::new(k, n).ok()?;
    let naive = pooled.fraction()?;
    let fit = (counted.len() > 1 && k > 0 && k < n).then(|| most_likely(&counted, naive));
    let (mean, rho) = fit.map_or((naive, None), |(mean, rho)| (mean, Some(rho)));
    let varied: f64 = counted.iter().map(|r| r.n() as f64 * (1.0 + (r.n() as f64 - 1.0) * rho.unwrap_or(0.0))).sum();
    let inflation = varied / n as f64;
    let interval = (counted.len() >= MIN_REPLICATES).then(|| {
        let half = level.alpha() / 2.0;
        let ratio = student_quantile(half, n as f64 - 1.0) / student_quantile(half, counted.len() as f64 - 1.0);
        let cells = (n as f64 / inflation * ratio * ratio).min(n as f64);
        let found = mean * cells;
        Interval {
            low: if k == 0 { 0.0 } else { beta_quantile(Tail::Lower(half), found, cells - found + 1.0) },
            high: if k == n { 1.0 } else { beta_quantile(Tail::Upper(half), found + 1.0, cells - found) },
        }
    });
    Some(Replicated { n_replicates: counted.len(), k, n, mean, rho, inflation, interval })
}

/// Log likelihood of mean and rho, but for what depends on neither. rho = 0 is the binomial.
fn ln_likelihood(replicates: &[Proportion], mean: f64, rho: f64) -> f64 {
    let one = |r: &Proportion| {
        if rho > 0.0 {
            let size = (1.0 - rho) / rho;
            ln_kernel(r.k(), r.n(), mean * size, (1.0 - mean) * size)
        } else {
            r.k() as f64 * ln(mean) + (r.n() - r.k()) as f64 * ln(1.0 - mean)
        }
    };
    replicates.iter().map(one).sum()
}

/// Mean and rho of the largest likelihood; `naive` is the pooled fraction, between 0 and 1, which is the mean for rho = 0.
fn most_likely(replicates: &[Proportion], naive: f64) -> (f64, f64) {
    let logit = |p: f64| ln(p / (1.0 - p));
    let back = |x: f64| 1.0 / (1.0 + exp(-x));
    let centre = logit(naive);
    // For a given rho, the mean lies between the replicates' own fractions, which for zero counts are far out.
    let best_mean = |rho: f64| {
        let x = maximum(centre - 6.0, centre + 6.0, 1e-9, |x| ln_likelihood(replicates, back(x), rho));
        (back(x), ln_likelihood(replicates, back(x), rho))
    };
    // A rho below 1e-9 changes no count of fewer than a hundred million cells.
    let (low, high) = (logit(1e-9), logit(0.99));
    // The likelihood of rho has one maximum; a coarse grid keeps the search off its flat end.
    let steps = 40;
    let at = |i: i32| low + (high - low) * f64::from(i) / f64::from(steps);
    let mut best = (0, f64::NEG_INFINITY);
    for i in 0..=steps {
        let value = best_mean(back(at(i))).1;
        if value > best.1 {
            best = (i, value);
        }
    }
    let x = maximum(at((best.0 - 1).max(0)), at((best.0 + 1).min(steps)), 1e-7, |x| best_mean(back(x)).1);
    let (mean, value) = best_mean(back(x));
    // More than the dust of the sums above the binomial likelihood, or there is no evidence of variation.
    if value > ln_likelihood(replicates, naive, 0.0) + 1e-6 { (mean, back(x)) } else { (naive, 0.0) }
}

/// Where a function of one maximum is largest, by golden section, to `width`.
fn maximum(low: f64, high: f64, width: f64, f: impl Fn(f64) -> f64) -> f64 {
    const SHARE: f64 = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (low, high);
    let (mut left, mut right) = (high - SHARE * (high - low), low + SHARE * (high - low));
    let (mut at_left, mut at_right) = (f(left), f(right));
    while high - low > width {
        if at_left >= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - SHARE * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + SHARE * (high - low);
            at_right = f(right);
        }
    }
    low + (high - low) / 2.0
}

#[cfg(test)]
mod tests;
