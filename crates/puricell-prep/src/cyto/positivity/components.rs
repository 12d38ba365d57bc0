//! A threshold from the two components of a mixture.

use puricell_core::math;

use super::{NotSeparable, Separation, Threshold, ThresholdSource};
use crate::PrepError;

/// The negative and the positive component of a marker's values, each `[negative, positive]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoComponents {
    /// Shares of the events, each above 0. They need not sum to 1: only their ratio counts, and the smaller share of both.
    pub weight: [f64; 2],
    /// Means, the negative's below the positive's.
    pub mean: [f64; 2],
    /// Standard deviations, above 0.
    pub sd: [f64; 2],
}

impl TwoComponents {
    /// Ashman's D: distance of the means in units of the root mean square of the standard deviations. Above 2 two
    /// components are cleanly parted (Ashman, Bird and Zepf 1994, doi:10.1086/117248).
    pub fn ashman_d(&self) -> f64 {
        let variance = 0.5 * (self.sd[0] * self.sd[0] + self.sd[1] * self.sd[1]);
        (self.mean[1] - self.mean[0]) / variance.sqrt()
    }

    /// Natural logarithm of the odds that an event of this value is positive.
    pub fn log_odds(&self, value: f64) -> f64 {
        let log = |i: usize| {
            let z = (value - self.mean[i]) / self.sd[i];
            math::ln(self.weight[i] / self.sd[i]) - 0.5 * z * z
        };
        log(1) - log(0)
    }

    /// Where the posterior of the positive component is `posterior`, between the means; there it rises throughout.
    fn crossing(&self, posterior: f64) -> Option<f64> {
        let want = math::ln(posterior / (1.0 - posterior));
        let [mut low, mut high] = self.mean;
        if self.log_odds(low) >= want || self.log_odds(high) <= want {
            return None;
        }
        loop {
            let middle = low + 0.5 * (high - low);
            // No number between the two is left.
            if middle <= low || middle >= high {
                return Some(high);
            }
            if self.log_odds(middle) < want {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}

/// When two components make a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComponentParams {
    /// Least Ashman's D. Default 2, his own criterion.
    pub min_ashman_d: f64,
    /// Least weight of the lighter component, as a share of both. Default 0.005: a mixture fitted to 20,000 events then has
    /// 100 in it. A rarer population needs a control.
    pub min_weight: f64,
    /// Posterior of the positive component where the uncertain band begins; it ends at 1 less this. Default 0.1.
    /// Above 0, below 0.5.
    pub band_posterior: f64,
}

impl Default for ComponentParams {
    fn default() -> Self {
        Self { min_ashman_d: 2.0, min_weight: 0.005, band_posterior: 0.1 }
    }
}

/// The value at which both components are equally likely, with the band in which neither is sure.
///
/// # Errors
/// [`PrepError::Parameter`] for a component without weight or spread, means out of order, or a parameter outside its
/// range.
pub fn threshold_from_components(
    components: &TwoComponents,
    params: &ComponentParams,
) -> Result<Separation, PrepError> {
    for i in 0..2 {
        let positive = "a finite number above 0";
        PrepError::check_at_least("weight", components.weight[i], f64::MIN_POSITIVE, positive)?;
        PrepError::check_at_least("sd", components.sd[i], f64::MIN_POSITIVE, positive)?;
        PrepError::check_at_least("mean", components.mean[i], f64::MIN, "a finite number")?;
    }
    let gap = components.mean[1] - components.mean[0];
    PrepError::check_at_least("mean[1] - mean[0]", gap, 0.0, "the positive's mean above the negative's")?;
    if !(params.band_posterior > 0.0 && params.band_posterior < 0.5) {
        let (parameter, found) = ("band_posterior", params.band_posterior);
        return Err(PrepError::Parameter { parameter, found, expected: "above 0 and below 0.5" });
    }
    let ashman_d = components.ashman_d();
    if ashman_d < params.min_ashman_d {
        return Ok(Separation::NotSeparable(NotSeparable::Overlap { ashman_d, least: params.min_ashman_d }));
    }
    let [a, b] = components.weight;
    let weight = a.min(b) / (a + b);
    if weight < params.min_weight {
        return Ok(Separation::NotSeparable(NotSeparable::MinorWeight { weight, least: params.min_weight }));
    }
    let crossing = |posterior| components.crossing(posterior);
    let low = params.band_posterior;
    Ok(match (crossing(low), crossing(0.5), crossing(1.0 - low)) {
        (Some(low), Some(value), Some(high)) => {
            Separation::Separable(Threshold { value, band: (low, high), source: ThresholdSource::Mixture })
        }
        _ => Separation::NotSeparable(NotSeparable::NoCrossing),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(weight: [f64; 2], mean: [f64; 2], sd: [f64; 2]) -> TwoComponents {
        TwoComponents { weight, mean, sd }
    }

    #[test]
    fn equal_components_cross_half_way() {
        let found = threshold_from_components(&two([0.5; 2], [0.0, 4.0], [1.0; 2]), &ComponentParams::default());
        let threshold = *found.unwrap().threshold().unwrap();
        assert!((threshold.value - 2.0).abs() < 1e-12);
        // Log-odds are 4 (x - 2); ln 9 / 4 = 0.549306144334.
        assert!((threshold.band.0 - 1.450_693_855_666).abs() < 1e-11);
        assert!((threshold.band.1 - 2.549_306_144_334).abs() < 1e-11);
        assert_eq!(threshold.source, ThresholdSource::Mixture);
    }

    #[test]
    fn unequal_components_cross_where_the_quadratic_says() {
        // 0.9 N(0, 1) = 0.1 N(6, 2): -x^2/2 + ln 0.9 = -(x - 6)^2 / 8 + ln 0.05, so 3 x^2 + 12 x - 36 - 8 ln 18 = 0.
        let found = threshold_from_components(&two([0.9, 0.1], [0.0, 6.0], [1.0, 2.0]), &ComponentParams::default());
        let want = (-12.0 + (144.0 + 12.0 * (36.0 + 8.0 * math::ln(18.0))).sqrt()) / 6.0;
        assert!((found.unwrap().threshold().unwrap().value - want).abs() < 1e-12);
    }

    #[test]
    fn components_that_do_not_part_say_why() {
        let params = ComponentParams::default();
        let found = |c: TwoComponents| match threshold_from_components(&c, &params).unwrap() {
            Separation::NotSeparable(reason) => reason,
            Separation::Separable(t) => panic!("{t:?}"),
        };
        // D = 1.9 / 1.
        let near = found(two([0.5; 2], [0.0, 1.9], [1.0; 2]));
        assert!(matches!(near, NotSeparable::Overlap { ashman_d, .. } if (ashman_d - 1.9).abs() < 1e-12));
        let light = found(two([0.998, 0.002], [0.0, 9.0], [1.0; 2]));
        assert!(matches!(light, NotSeparable::MinorWeight { weight, .. } if (weight - 0.002).abs() < 1e-12));
        let swamped = found(two([0.99, 0.01], [0.0, 2.1], [1.0; 2]));
        assert_eq!(swamped, NotSeparable::NoCrossing);
        assert!(threshold_from_components(&two([0.5; 2], [1.0, 0.0], [1.0; 2]), &params).is_err());
        assert!(threshold_from_components(&two([0.5; 2], [0.0, 1.0], [1.0, 0.0]), &params).is_err());
        assert!(threshold_from_components(&two([f64::NAN, 1.0], [0.0, 1.0], [1.0; 2]), &params).is_err());
    }
}
