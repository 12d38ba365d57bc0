//! Whether two groups of lots are equivalent within margins that were fixed beforehand.
//!
//! Two one-sided tests (Schuirmann 1987, doi:10.1007/BF01068419): equivalent where the 90 % interval of the difference lies
//! within the margin. That no difference was found is something else, and has another word.

use crate::distributions::{mean_over_deviation, normal_cdf, student_quantile, student_two_sided};
use crate::{Interval, Level, Proportion};

use super::{Logit, MIN_LOTS, moments};

/// What the comparison of two groups shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Equivalence {
    /// The 90 % interval of the difference lies within the margin.
    Equivalent,
    /// It lies outside the margin as a whole.
    NotEquivalent,
    /// It crosses the margin: neither is shown.
    NotShown,
    /// No cell of the class in one group at least, and both pooled upper bounds below the bound that was fixed for that.
    BothBelow,
    /// Fewer than [`MIN_LOTS`] lots in a group, or no cells of the class in either: described only.
    DescribeOnly,
}

impl Equivalence {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::NotEquivalent => "not_equivalent",
            Self::NotShown => "equivalence_not_shown",
            Self::BothBelow => "both_below",
            Self::DescribeOnly => "describe_only",
        }
    }
}

/// What was fixed beforehand for one class.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Margin {
    /// Largest difference allowed, on the logit scale, above 0.
    pub logit: Option<f64>,
    /// Where a group has no cell of the class: the fraction that both upper bounds must stay below.
    pub both_below: Option<f64>,
}

/// The comparison of one class between two groups of lots, B less A on the logit scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Lots of A and of B.
    pub n_lots: [usize; 2],
    /// Cells of the class and all cells, over the lots of A and of B.
    pub pooled: [Proportion; 2],
    /// One-sided 95 % upper bounds of the pooled fractions, exact; what a comparison of zeros rests on.
    pub upper: [f64; 2],
    /// What was fixed for the class.
    pub margin: Margin,
    /// Mean of B less mean of A.
    pub difference: Option<f64>,
    /// Its 90 % interval (Welch).
    pub interval: Option<Interval>,
    /// P of Welch's test that the means do not differ: for information, it decides nothing.
    pub p_difference: Option<f64>,
    /// Chance of showing equivalence with so many lots, if there were no difference at all and lots varied as seen.
    pub power: Option<f64>,
    /// What is shown.
    pub shown: Equivalence,
}

/// Compares the counts of a class in two groups of lots; `margin` was fixed before.
///
/// Lots enter with equal weight: what differs between them is mostly not counting.
pub fn compare(a: &[Proportion], b: &[Proportion], margin: Margin) -> Comparison {
    let pooled = [a, b].map(Proportion::sum);
    let values =
        [a, b].map(|group| group.iter().filter_map(|&lot| Logit::of(lot)).map(|l| l.value).collect::<Vec<f64>>());
    let n_lots = [values[0].len(), values[1].len()];
    let mut found = Comparison {
        n_lots,
        pooled,
        upper: pooled.map(|p| p.upper_bound(Level::P95)),
        margin,
        difference: None,
        interval: None,
        p_difference: None,
        power: None,
        shown: Equivalence::DescribeOnly,
    };
    // Zeros in all lots of a group have no spread of their own: their logits differ by the numbers of cells alone.
    if n_lots.iter().any(|&n| n < MIN_LOTS) {
        return found;
    }
    if pooled.iter().any(|p| p.k() == 0 || p.k() == p.n()) {
        if margin.both_below.is_some_and(|bound| found.upper.iter().all(|&upper| upper < bound)) {
            found.shown = Equivalence::BothBelow;
        }
        return found;
    }
    let [first, second] = [moments(&values[0]), moments(&values[1])];
    let difference = second.0 - first.0;
    let welch = Welch::of(first.1, n_lots[0], second.1, n_lots[1]);
    let half = student_quantile(0.05, welch.degrees) * welch.error;
    let interval = Interval { low: difference - half, high: difference + half };
    found.difference = Some(difference);
    found.interval = Some(interval);
    found.p_difference = Some(student_two_sided(difference / welch.error, welch.degrees));
    if let Some(margin) = margin.logit {
        found.power = Some(power(margin, welch.error, welch.degrees));
        found.shown = if interval.low > -margin && interval.high < margin {
            Equivalence::Equivalent
        } else if interval.low >= margin || interval.high <= -margin {
            Equivalence::NotEquivalent
        } else {
            Equivalence::NotShown
        };
    }
    found
}

/// The standard error of a difference of means and its degrees of freedom (Welch 1947, Satterthwaite 1946).
struct Welch {
    error: f64,
    degrees: f64,
}

impl Welch {
    fn of(first: f64, n_first: usize, second: f64, n_second: usize) -> Self {
        let (n_first, n_second) = (n_first as f64, n_second as f64);
        let (a, b) = (first * first / n_first, second * second / n_second);
        let degrees = (a + b) * (a + b) / (a * a / (n_first - 1.0) + b * b / (n_second - 1.0));
        // Without any spread, as many as the smaller group has.
        let degrees = if degrees.is_finite() { degrees } else { n_first.min(n_second) - 1.0 };
        Self { error: (a + b).sqrt(), degrees }
    }
}

/// Chance that the 90 % interval of a difference that is 0 lies within `margin`, where its standard error is `error`.
pub fn power(margin: f64, error: f64, degrees: f64) -> f64 {
    if error <= 0.0 {
        return 1.0;
    }
    let t = student_quantile(0.05, degrees);
    // With an estimated error of s times the true one, the difference may be up to margin - t s error away.
    mean_over_deviation(degrees, |s| {
        let room = margin / error - t * s;
        if room > 0.0 { 2.0 * normal_cdf(room) - 1.0 } else { 0.0 }
    })
}

/// The fewest lots in each of two groups that show equivalence with a chance of `wanted`, if there is no difference; `margin`
/// in standard deviations between lots. `None` above 1,000.
pub fn lots_needed(margin: f64, wanted: f64) -> Option<usize> {
    (MIN_LOTS..=1000).find(|&n| power(margin, (2.0 / n as f64).sqrt(), 2.0 * (n as f64 - 1.0)) >= wanted)
}

#[cfg(test)]
mod tests;
