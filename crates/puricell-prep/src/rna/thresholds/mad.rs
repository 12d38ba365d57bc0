//! One bound, by median and MAD within limits.

use puricell_core::math;

use crate::PrepError;

/// Makes the median absolute deviation a consistent estimate of the standard deviation of a normal distribution:
/// `1 / Phi^-1(3/4)`, the constant of R's `mad` and of scater's `isOutlier`.
const MAD_SCALE: f64 = 1.4826;

/// A bound at so many deviations from the median, kept within limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MadRule {
    /// Deviations (1.4826 MAD) from the median. Finite, at least 0.
    pub n_mads: f64,
    /// The bound is never below this. In the unit of the metric: molecules, genes, or a fraction.
    pub at_least: f64,
    /// The bound is never above this; `f64::INFINITY` for no limit.
    pub at_most: f64,
}

/// Where a bound came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// Median and MAD of the lot.
    Mad,
    /// The lot's own bound lay below `at_least`, which stands instead.
    RaisedToLimit,
    /// The lot's own bound lay above `at_most`, which stands instead.
    LoweredToLimit,
    /// Too few cells for a MAD: the limit that drops fewer cells stands.
    TooFewCells,
    /// The MAD is 0 (more than half of the cells are equal): the limit that drops fewer cells stands.
    NoSpread,
}

impl Derivation {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mad => "mad",
            Self::RaisedToLimit => "raised_to_limit",
            Self::LoweredToLimit => "lowered_to_limit",
            Self::TooFewCells => "too_few_cells",
            Self::NoSpread => "no_spread",
        }
    }
}

/// A bound and how it was derived.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// The bound, in the unit of the metric. Bounds on molecules and genes are whole numbers or infinite. A cell at
    /// the bound stays.
    pub value: f64,
    /// Where it came from.
    pub derivation: Derivation,
    /// Cells in the statistic.
    pub n_cells: usize,
    /// Median of `ln(1 + x)` for molecules and genes, of the fraction itself for mitochondria; `None` without a cell.
    pub median: Option<f64>,
    /// 1.4826 times the median absolute deviation, on the scale of `median`.
    pub mad: Option<f64>,
    /// The bound before limits, in the unit of the metric.
    pub unlimited: Option<f64>,
}

/// Which side of the median a bound lies on.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Low,
    High,
}

/// The scale a statistic is taken on.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Scale {
    Log,
    Linear,
}

pub(super) fn check_rule(name: &'static str, rule: &MadRule, largest: f64) -> Result<(), PrepError> {
    if !(rule.n_mads.is_finite() && rule.n_mads >= 0.0) {
        return Err(PrepError::Parameter {
            parameter: name,
            found: rule.n_mads,
            expected: "`n_mads` a finite number of at least 0",
        });
    }
    let valid = rule.at_least >= 0.0 && rule.at_least <= rule.at_most && rule.at_most <= largest;
    if valid { Ok(()) } else { Err(PrepError::Limits { rule: name, at_least: rule.at_least, at_most: rule.at_most }) }
}

pub(super) fn derive(values: &[f64], rule: &MadRule, side: Side, min_cells: usize, scale: Scale) -> Threshold {
    let median = math::median(values);
    let mad = median.and_then(|m| {
        let deviations: Vec<f64> = values.iter().map(|v| (v - m).abs()).collect();
        math::median(&deviations).map(|d| d * MAD_SCALE)
    });
    let unlimited = median.zip(mad).map(|(m, d)| {
        let bound = if side == Side::Low { m - rule.n_mads * d } else { m + rule.n_mads * d };
        match scale {
            Scale::Linear => bound,
            Scale::Log => whole(math::exp_m1(bound).max(0.0), side),
        }
    });
    let lenient = if side == Side::Low { rule.at_least } else { rule.at_most };
    let (value, derivation) = match (unlimited, mad) {
        (Some(bound), Some(mad)) if values.len() >= min_cells => {
            if mad <= 0.0 {
                (lenient, Derivation::NoSpread)
            } else if bound < rule.at_least {
                (rule.at_least, Derivation::RaisedToLimit)
            } else if bound > rule.at_most {
                (rule.at_most, Derivation::LoweredToLimit)
            } else {
                (bound, Derivation::Mad)
            }
        }
        _ => (lenient, Derivation::TooFewCells),
    };
    Threshold { value, derivation, n_cells: values.len(), median, mad, unlimited }
}

/// The whole number that decides as `bound` does: molecules are whole, so fewer than 512.3 are fewer than 513. A bound
/// that rounding left a hair beside a whole number is that number.
fn whole(bound: f64, side: Side) -> f64 {
    let nearest = bound.round();
    if (bound - nearest).abs() <= 1e-9 * bound.max(1.0) {
        nearest
    } else if side == Side::Low {
        bound.ceil()
    } else {
        bound.floor()
    }
}
