//! From a value to the evidence that a marker is carried.

use puricell_core::math::ln;

/// Where a threshold comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThresholdSource {
    /// An unstained, isotype or FMO control.
    Control,
    /// A mixture fitted to the lot's own values.
    Mixture,
    /// What unstained channels of the lot look like, and the lot's own values.
    Background,
    /// The user's word.
    User,
}

impl ThresholdSource {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Mixture => "mixture",
            Self::Background => "background",
            Self::User => "user",
        }
    }
}

/// One normal component of a marker's values, on the transformed scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, above 0.
    pub sd: f64,
    /// Share of the events, 0 to 1. It is the lot's own and no part of the evidence: the priors of the call hold it.
    pub weight: f64,
}

/// What turns a distance from the threshold into a likelihood ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Calibration {
    /// Normal components of events that lack and that carry the marker; the positive mean is the higher one.
    Components {
        /// Events that lack the marker.
        negative: Component,
        /// Events that carry it.
        positive: Component,
    },
    /// Only events that lack the marker are known (a control). Those that carry it are taken to lie as far beyond the
    /// threshold as these lie before it, with the same spread: the faintest that a cell can carry. Where the lot itself
    /// has positive events, as for a marker of the target, [`Calibration::Components`] with their mean and spread says
    /// more: a faint value is then none of the target's.
    Negative(Component),
    /// Nothing but the threshold and its band: the ends are odds of 9 to 1.
    Band,
}

/// From which value on events carry a marker.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkerThreshold {
    /// Marker id.
    pub marker: String,
    /// Column of the transformed values.
    pub column: usize,
    /// Values from here on are positive.
    pub threshold: f64,
    /// Lower and upper end of the uncertain band around it.
    pub band: (f64, f64),
    /// False where negative and positive events cannot be told apart: then the marker is not used.
    pub separable: bool,
    /// Where the threshold comes from.
    pub source: ThresholdSource,
    /// What is known beside it.
    pub calibration: Calibration,
}

impl MarkerThreshold {
    /// What makes the threshold unusable, if anything does.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let (low, high) = self.band;
        if !(self.threshold.is_finite() && low <= self.threshold && self.threshold <= high) {
            return Some("the threshold is not a finite number within its uncertain band");
        }
        let is_fit = |c: Component| c.mean.is_finite() && c.sd > 0.0 && c.sd.is_finite();
        match self.calibration {
            Calibration::Components { negative, positive } => {
                let is_ordered = negative.mean < positive.mean;
                let weighed = negative.weight > 0.0 && positive.weight > 0.0;
                (!(is_fit(negative) && is_fit(positive) && is_ordered && weighed))
                    .then_some("the components need finite means in order, spreads above 0 and weights above 0")
            }
            Calibration::Negative(negative) => (!(is_fit(negative) && negative.mean < self.threshold))
                .then_some("the negative component needs a spread above 0 and a mean below the threshold"),
            Calibration::Band => None,
        }
    }

    /// True from the threshold on. A NaN is not positive.
    pub fn is_positive(&self, value: f64) -> bool {
        value >= self.threshold
    }

    /// True from the lower end of the uncertain band on: what a dim marker must reach. A NaN does not.
    pub fn is_not_negative(&self, value: f64) -> bool {
        value >= self.band.0
    }

    /// True from the upper end of the uncertain band on: what a bright marker must reach. A NaN does not.
    pub fn is_clearly_positive(&self, value: f64) -> bool {
        value >= self.band.1
    }

    /// ln of the likelihood ratio, positive against negative, never falling as `value` rises; 0 for NaN.
    ///
    /// Between two components of unlike spread the ratio would turn round in a far tail (a very low value is likelier
    /// under the wider component); it is held level from the turning point on.
    pub fn ln_ratio(&self, value: f64) -> f64 {
        if value.is_nan() {
            return 0.0;
        }
        match self.calibration {
            Calibration::Components { negative, positive } => between(value, negative, positive),
            Calibration::Negative(negative) => {
                let mean = 2.0 * self.threshold - negative.mean;
                between(value, negative, Component { mean, ..negative })
            }
            Calibration::Band => {
                let distance = value - self.threshold;
                let (low, high) = self.band;
                let width = if distance < 0.0 { self.threshold - low } else { high - self.threshold };
                // An end of the band stands for odds of 9 to 1; a band without width is a step.
                if distance == 0.0 { 0.0 } else { ln(9.0) * distance / width.max(f64::MIN_POSITIVE) }
            }
        }
    }

    /// ln of the odds that an event of this value carries the marker: the ratio weighed by the components' shares where
    /// both are known, else [`Self::ln_ratio`].
    pub fn ln_odds(&self, value: f64) -> f64 {
        match self.calibration {
            Calibration::Components { negative, positive } => {
                self.ln_ratio(value) + ln(positive.weight) - ln(negative.weight)
            }
            _ => self.ln_ratio(value),
        }
    }
}

/// ln N(value; positive) - ln N(value; negative), with the value held within the part that rises.
fn between(value: f64, negative: Component, positive: Component) -> f64 {
    let (precision_neg, precision_pos) = (1.0 / (negative.sd * negative.sd), 1.0 / (positive.sd * positive.sd));
    // The ratio is a parabola of curvature (precision_neg - precision_pos) with this turning point.
    let curvature = precision_neg - precision_pos;
    let turning = (negative.mean * precision_neg - positive.mean * precision_pos) / curvature;
    let value = if curvature > 0.0 {
        value.max(turning)
    } else if curvature < 0.0 {
        value.min(turning)
    } else {
        value
    };
    let ln_density = |c: Component| {
        let z = (value - c.mean) / c.sd;
        -0.5 * z * z - ln(c.sd)
    };
    ln_density(positive) - ln_density(negative)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(calibration: Calibration) -> MarkerThreshold {
        let (marker, source) = ("CD45".to_owned(), ThresholdSource::User);
        MarkerThreshold { marker, column: 0, threshold: 3.0, band: (2.5, 4.0), separable: true, source, calibration }
    }

    const NEGATIVE: Component = Component { mean: 1.0, sd: 0.5, weight: 0.75 };

    #[test]
    fn equal_spreads_give_a_straight_line_through_the_midpoint() {
        let positive = Component { mean: 5.0, weight: 0.25, ..NEGATIVE };
        let t = with(Calibration::Components { negative: NEGATIVE, positive });
        // (m1 - m0) (x - (m0 + m1) / 2) / sd^2 = 4 (x - 3) / 0.25; 1e-12 is the dust of squares around 100.
        for x in [-2.0, 0.0, 3.0, 3.5, 9.0] {
            assert!((t.ln_ratio(x) - 16.0 * (x - 3.0)).abs() < 1e-12 * 200.0, "{x}");
        }
        assert!((t.ln_odds(3.0) - ln(1.0 / 3.0)).abs() < 1e-12);
        // The reflected negative is the same component here.
        let reflected = with(Calibration::Negative(NEGATIVE));
        assert!((reflected.ln_ratio(3.7) - t.ln_ratio(3.7)).abs() < 1e-12 * 200.0);
    }

    #[test]
    fn evidence_never_falls_as_the_value_rises() {
        for sd in [0.2, 0.5, 1.5] {
            let positive = Component { mean: 4.0, sd, weight: 0.1 };
            let t = with(Calibration::Components { negative: NEGATIVE, positive });
            let values: Vec<f64> = (-100..=200).map(|i| t.ln_ratio(f64::from(i) * 0.1)).collect();
            assert!(values.windows(2).all(|w| w[0] <= w[1]), "sd {sd}");
            assert!(values[0] < 0.0 && values[300] > 0.0);
        }
    }

    #[test]
    fn the_ends_of_a_band_are_odds_of_nine_to_one() {
        let t = with(Calibration::Band);
        assert!((t.ln_ratio(2.5) + ln(9.0)).abs() < 1e-12);
        assert!((t.ln_ratio(4.0) - ln(9.0)).abs() < 1e-12);
        assert!(t.ln_ratio(3.0).abs() < 1e-12);
        assert!(t.ln_ratio(f64::NAN).abs() < 1e-12 && !t.is_positive(f64::NAN));
        assert!(t.is_positive(3.0) && !t.is_positive(2.999));
        assert!(t.is_clearly_positive(4.0) && !t.is_clearly_positive(3.999) && !t.is_clearly_positive(f64::NAN));
    }
}
