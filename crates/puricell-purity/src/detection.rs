//! What a number of cells can show at all.
//!
//! All figures are exact binomial ones: they hold for cells drawn at random from one vial, by a method that makes no
//! error beyond the false-positive rate named.

use crate::beta_binomial::beta_binomial_quantile;
use crate::binomial::{binomial_cdf, binomial_quantile, binomial_tail, first};
use crate::{Level, Proportion, PurityError, Tally};

/// Cells needed so that at least `k` of a true share are among them with the probability `level`.
///
/// # Errors
/// [`PurityError::Share`] for a share outside 0 to 1 (0 excluded: no number suffices).
pub fn cells_needed(k: u64, share: f64, level: Level) -> Result<u64, PurityError> {
    if !(share > 0.0 && share <= 1.0) {
        return Err(PurityError::Share {
            name: "the true share",
            found: share,
            expected: "a number above 0 and up to 1",
        });
    }
    let enough = |n: u64| binomial_tail(k, n, share) >= level.get();
    let mut high = k.max(1);
    while !enough(high) {
        high = high.saturating_mul(2);
    }
    Ok(first(k, high, enough))
}

/// Limit of blank: the 95th percentile (at `level`) of false positives among `n` cells, as a count (CLSI EP17).
///
/// # Errors
/// [`PurityError::Share`] for a rate outside 0 to 1.
pub fn limit_of_blank(n: u64, false_positive_rate: f64, level: Level) -> Result<u64, PurityError> {
    check_rate(false_positive_rate)?;
    Ok(binomial_quantile(level.get(), n, false_positive_rate))
}

/// Limit of detection: the smallest true share with which more than `limit_of_blank` cells are called among `n` with the
/// probability `level`, where false positives add to the true cells: a cell is called at the rate share +
/// `false_positive_rate`. `None` where no share suffices.
///
/// # Errors
/// [`PurityError::Share`] for a rate outside 0 to 1.
pub fn limit_of_detection(
    n: u64,
    limit_of_blank: u64,
    false_positive_rate: f64,
    level: Level,
) -> Result<Option<f64>, PurityError> {
    check_rate(false_positive_rate)?;
    if limit_of_blank >= n {
        return Ok(None);
    }
    // P(X > lob) >= level is P(X <= lob) <= alpha: the definition of the exact upper bound of lob among n.
    let called = Proportion::new(limit_of_blank, n)?.upper_bound(level);
    Ok(Some((called - false_positive_rate).max(0.0)))
}

/// Limits of `n` cells by what a study has shown: the limit of blank as a count, the limit of detection as a fraction.
///
/// The false-positive rate is estimated, not known: the limit of blank is the 95th percentile (at `level`) of the count
/// that the blanks *predict* among `n` cells, a beta-binomial with Jeffreys' prior, which becomes
/// [`limit_of_blank`] where the blanks are many and is above 0 where few blanks had no false positive. The limit of
/// detection is the smallest true share p of which more than that are called with the probability `level`, where
/// a cell is called at the rate p sensitivity + (1 - p) rate; a `sensitivity` of `None` is taken as 1. `None` where no share
/// suffices.
///
/// # Errors
/// [`PurityError::Proportion`] for a tally with k > n or no cell.
pub fn limits_of_study(
    n: u64,
    blank: Tally,
    sensitivity: Option<Tally>,
    level: Level,
) -> Result<(u64, Option<f64>), PurityError> {
    let (k, m) = blank.effective()?;
    let count = beta_binomial_quantile(level.get(), n, k + 0.5, m - k + 0.5);
    if count >= n {
        return Ok((count, None));
    }
    let rate = k / m;
    let sensitivity = match sensitivity {
        Some(tally) => tally.effective().map(|(k, n)| k / n)?,
        None => 1.0,
    };
    if sensitivity <= rate {
        return Ok((count, None));
    }
    let called = Proportion::new(count, n)?.upper_bound(level);
    let share = ((called - rate) / (sensitivity - rate)).max(0.0);
    Ok((count, (share <= 1.0).then_some(share)))
}

/// The share whose count among `n` has the coefficient of variation `cv` by Poisson's law: 1 / (cv^2 n). A figure of
/// theory, no limit of quantification that a series has established. `None` for n = 0, or where it exceeds 1.
///
/// # Errors
/// [`PurityError::Share`] for a `cv` that is not above 0.
pub fn poisson_quantification_limit(n: u64, cv: f64) -> Result<Option<f64>, PurityError> {
    if cv.is_nan() || cv <= 0.0 {
        return Err(PurityError::Share {
            name: "the coefficient of variation",
            found: cv,
            expected: "a number above 0",
        });
    }
    let share = 1.0 / (cv * cv * n as f64);
    Ok((share <= 1.0).then_some(share))
}

/// The largest count among `n` whose one-sided upper bound does not exceed `limit`. `None` where even 0 does not show
/// the limit, because there are too few cells.
pub fn largest_count_within(limit: f64, n: u64, level: Level) -> Option<u64> {
    // The bound of k lies at or below the limit exactly where k or fewer would be too unlikely at the limit.
    let too_many = |k: u64| binomial_cdf(k, n, limit) > level.alpha();
    if limit >= 1.0 {
        return Some(n);
    }
    first(0, n, too_many).checked_sub(1)
}

/// The smallest count among `n` whose one-sided lower bound reaches `limit`. `None` where even n does not show it.
pub fn smallest_count_reaching(limit: f64, n: u64, level: Level) -> Option<u64> {
    let shown = |k: u64| binomial_tail(k, n, limit) <= level.alpha();
    if limit <= 0.0 {
        return Some(0);
    }
    shown(n).then(|| first(0, n, shown))
}

fn check_rate(rate: f64) -> Result<(), PurityError> {
    if (0.0..=1.0).contains(&rate) {
        return Ok(());
    }
    Err(PurityError::Share { name: "the false-positive rate", found: rate, expected: "a fraction from 0 to 1" })
}

#[cfg(test)]
mod tests;
