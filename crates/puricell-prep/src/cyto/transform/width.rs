//! Width of the linear region of a logicle scale, from the data.

use puricell_core::math;

use super::CytoError;

/// An estimated width, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogicleWidth {
    /// `W`, decades, from 0 to `M / 2`.
    pub width: f64,
    /// The negative value that the linear region reaches down to; `None` when no value is negative.
    pub reference: Option<f64>,
    /// Negative values seen.
    pub n_negative: usize,
}

/// Estimates `W = (M - log10(T / |r|)) / 2` of a channel (Parks 2006, doi:10.1002/cyto.a.20258), `r` the 5th percentile
/// of its negative values, for a scale of top `t` and `m` decades. The result is kept within `0..=m / 2`.
///
/// Values are linear and compensated; those that are not finite are passed over. Without a negative value the width
/// is 0: there is nothing below zero to be shown.
///
/// # Errors
/// [`CytoError::Parameter`] when `t` or `m` is not a finite number above 0.
pub fn estimate_logicle_width(values: &[f64], t: f64, m: f64) -> Result<LogicleWidth, CytoError> {
    for (parameter, found) in [("T", t), ("M", m)] {
        if !(found.is_finite() && found > 0.0) {
            let expected = "a finite number above 0";
            return Err(CytoError::Parameter { scale: "logicle", parameter, found, expected });
        }
    }
    let negative: Vec<f64> = values.iter().copied().filter(|v| v.is_finite() && *v < 0.0).collect();
    let reference = math::quantile(&negative, 0.05);
    let width = reference.map_or(0.0, |r| ((m - math::log10(t / r.abs())) / 2.0).clamp(0.0, m / 2.0));
    Ok(LogicleWidth { width, reference, n_negative: negative.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_follows_the_fifth_percentile_of_the_negatives() {
        // Negatives -1, -2, .. -101: numpy.quantile(.., 0.05) = -96. W = (4.5 - log10(262144 / 96)) / 2.
        let values: Vec<f64> = (-101..=5000).map(f64::from).chain([f64::NAN, f64::NEG_INFINITY]).collect();
        let found = estimate_logicle_width(&values, 262_144.0, 4.5).unwrap();
        assert_eq!((found.n_negative, found.reference), (101, Some(-96.0)));
        // Recomputed in decimal: log10(2730.666..) = 3.436268688912093; a last digit of rounding.
        assert!((found.width - (4.5 - 3.436_268_688_912_093_2) / 2.0).abs() < 1e-12, "{}", found.width);
    }

    #[test]
    fn the_width_stays_within_the_scale() {
        for (values, want) in [(vec![], 0.0), (vec![1.0, 2.0], 0.0), (vec![-0.001], 0.0), (vec![-1e9], 2.25)] {
            let found = estimate_logicle_width(&values, 262_144.0, 4.5).unwrap().width;
            assert_eq!(found.to_bits(), f64::to_bits(want));
        }
        assert!(estimate_logicle_width(&[], 0.0, 4.5).is_err());
        assert!(estimate_logicle_width(&[], 1.0, f64::NAN).is_err());
    }
}
