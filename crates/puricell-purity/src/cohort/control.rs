//! Control charts: lots in their order, and which of them the others do not explain.

use crate::{Interval, Proportion};

use super::Logit;

/// The fewest lots of a chart; below, its limits would rest on chance.
pub const MIN_CHART_LOTS: usize = 8;

/// The fewest cells of a class in the mean lot of a p' chart.
pub const MIN_MEAN_COUNT: f64 = 5.0;

/// Mean moving range of two, over the standard deviation.
const D2: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// Lots in a row on one side of the centre that are a signal (Nelson 1984, rule 2).
const RUN: usize = 9;

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The values, in order.
    pub values: Vec<f64>,
    /// The centre line.
    pub centre: f64,
    /// The limits of each lot, three standard deviations from the centre.
    pub limits: Vec<Interval>,
    /// Why a lot is a signal; `None` for those that are none.
    pub signals: Vec<Option<Signal>>,
}

/// Why a lot stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Beyond its limits.
    Beyond,
    /// The ninth or a later one in a row on one side of the centre.
    Run,
}

impl Signal {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Beyond => "beyond_limits",
            Self::Run => "run_of_nine",
        }
    }
}

/// Individuals and moving range (Shewhart; NIST/SEMATECH e-Handbook 6.3.2.2) of the lots' logits; `None` below
/// [`MIN_CHART_LOTS`] lots.
pub fn individuals(lots: &[Logit]) -> Option<Chart> {
    let values: Vec<f64> = lots.iter().map(|l| l.value).collect();
    if values.len() < MIN_CHART_LOTS {
        return None;
    }
    let centre = values.iter().sum::<f64>() / values.len() as f64;
    let half = 3.0 * moving_range(&values) / D2;
    let limits = vec![Interval { low: centre - half, high: centre + half }; values.len()];
    Some(chart(values, centre, limits))
}

/// Laney's p' chart (2002, doi:10.1081/QEN-120006708): fractions, with limits that follow each lot's number of cells and are
/// widened by what lots vary beyond counting. `None` below [`MIN_CHART_LOTS`] lots, where no cell or every cell is of the class, and
/// where lots hold fewer than [`MIN_MEAN_COUNT`] of them on average: a single cell would then lie beyond three deviations.
pub fn laney(lots: &[Proportion]) -> Option<Chart> {
    let pooled = Proportion::sum(lots);
    let centre = pooled.fraction().filter(|&p| p > 0.0 && p < 1.0)?;
    let is_too_rare = (pooled.k() as f64) < MIN_MEAN_COUNT * lots.len() as f64;
    if lots.len() < MIN_CHART_LOTS || is_too_rare || lots.iter().any(|l| l.n() == 0) {
        return None;
    }
    let counting: Vec<f64> = lots.iter().map(|l| (centre * (1.0 - centre) / l.n() as f64).sqrt()).collect();
    let values: Vec<f64> = lots.iter().map(|l| l.k() as f64 / l.n() as f64).collect();
    let scores: Vec<f64> = values.iter().zip(&counting).map(|(p, s)| (p - centre) / s).collect();
    let beyond = moving_range(&scores) / D2;
    let limits = counting
        .iter()
        .map(|s| Interval { low: (centre - 3.0 * s * beyond).max(0.0), high: (centre + 3.0 * s * beyond).min(1.0) })
        .collect();
    Some(chart(values, centre, limits))
}

fn moving_range(values: &[f64]) -> f64 {
    values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (values.len() - 1) as f64
}

fn chart(values: Vec<f64>, centre: f64, limits: Vec<Interval>) -> Chart {
    let mut in_a_row = 0;
    let mut side = 0.0_f64;
    let signals = values
        .iter()
        .zip(&limits)
        .map(|(&value, limits)| {
            let here = if value > centre { 1.0 } else { -1.0 };
            in_a_row = if here * side > 0.0 { in_a_row + 1 } else { 1 };
            side = here;
            if value < limits.low || value > limits.high {
                Some(Signal::Beyond)
            } else {
                (in_a_row >= RUN).then_some(Signal::Run)
            }
        })
        .collect();
    Chart { values, centre, limits, signals }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logits(values: &[f64]) -> Vec<Logit> {
        values.iter().map(|&value| Logit { value, variance: 0.01 }).collect()
    }

    #[test]
    fn individuals_are_limited_by_their_moving_range() {
        // The example of the NIST handbook (6.3.2.2), ten batches.
        let values = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
        let found = individuals(&logits(&values)).unwrap();
        assert!((found.centre - 50.81).abs() < 1e-9);
        // Mean moving range 1.8778 and 3 / 1.128: 55.8041 and 45.8159.
        assert!((found.limits[0].high - 55.8041).abs() < 2e-3, "{:?}", found.limits[0]);
        assert!((found.limits[0].low - 45.8159).abs() < 2e-3);
        assert!(found.signals.iter().all(Option::is_none));
        assert_eq!(individuals(&logits(&values[..7])), None);
    }

    #[test]
    fn signals_say_which_rule() {
        let mut values = vec![0.1, -0.1, 0.05, -0.05, 0.1, -0.1, 0.08, -0.02, 3.0];
        values.extend([-0.5; 9].iter().enumerate().map(|(i, v)| v - 0.001 * i as f64));
        let found = individuals(&logits(&values)).unwrap();
        assert_eq!(found.signals[8], Some(Signal::Beyond));
        assert_eq!(found.signals[17], Some(Signal::Run));
        assert_eq!(found.signals[16], None);
    }

    #[test]
    fn fractions_have_limits_of_their_own_numbers() {
        let lots: Vec<Proportion> =
            (0..12).map(|i| Proportion::new(45 + (i * 7) % 11, if i == 3 { 500 } else { 5000 }).unwrap()).collect();
        let found = laney(&lots).unwrap();
        assert!(found.limits[3].high > found.limits[2].high);
        assert_eq!(found.signals[3], Some(Signal::Beyond));
        assert_eq!(laney(&[Proportion::new(0, 5000).unwrap(); 12]), None);
        assert_eq!(laney(&[Proportion::new(4, 5000).unwrap(); 12]), None);
    }
}
