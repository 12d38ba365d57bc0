//! What lies on either side of a threshold.

use super::Threshold;
use crate::PrepError;
use crate::cyto::density::{Peak, PeakParams, density};

/// Values the density is taken from, at a fixed stride.
const MAX_SAMPLE: usize = 200_000;

/// One marker over the events of a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct Positivity {
    /// Events with a finite value. May be 0.
    pub n: usize,
    /// Of these, at or above the threshold.
    pub n_positive: usize,
    /// Of these, inside the uncertain band, on either side of the threshold.
    pub n_uncertain: usize,
    /// Median intensity of the positive events on the linear scale; `None` without one.
    pub median_positive: Option<f64>,
    /// Median intensity of the negative events on the linear scale; `None` without one.
    pub median_negative: Option<f64>,
    /// Ratio of the two; `None` without both or with a negative median of 0 or less, as compensation may give.
    pub mfi_ratio: Option<f64>,
    /// Peaks of the density of all events on the scale of the threshold, from left to right.
    pub peaks: Vec<Peak>,
    /// The second highest of them: another population, or another level of the marker.
    pub second_peak: Option<Peak>,
}

/// Counts events about a threshold. `values` are on the threshold's scale, `linear` the same events' intensities on the linear
/// scale; events where either is not finite do not count.
///
/// # Errors
/// [`PrepError::Length`] where the two differ in length, [`PrepError::Parameter`] for a threshold that is NaN or lies outside
/// its band.
pub fn positivity(values: &[f32], linear: &[f32], threshold: &Threshold) -> Result<Positivity, PrepError> {
    PrepError::check_length("linear", linear.len(), values.len())?;
    let (low, high) = threshold.band;
    if !(low <= threshold.value && threshold.value <= high) {
        let expected = "a number inside its band";
        return Err(PrepError::Parameter { parameter: "threshold", found: threshold.value, expected });
    }
    let (mut positive, mut negative) = (Vec::new(), Vec::new());
    let mut n_uncertain = 0;
    for (&value, &linear) in values.iter().zip(linear).filter(|(v, l)| v.is_finite() && l.is_finite()) {
        let value = f64::from(value);
        n_uncertain += usize::from(value >= low && value < high);
        if value >= threshold.value { positive.push(linear) } else { negative.push(linear) }
    }
    let (n_positive, n) = (positive.len(), positive.len() + negative.len());
    let (median_positive, median_negative) = (median(&mut positive), median(&mut negative));
    let mfi_ratio = median_positive.zip(median_negative).filter(|m| m.1 > 0.0).map(|(p, n)| p / n);
    let stride = values.len().div_ceil(MAX_SAMPLE).max(1);
    let sample: Vec<f64> = values.iter().step_by(stride).map(|&v| f64::from(v)).collect();
    let peaks = density(&sample).map(|d| d.peaks(&PeakParams::default())).unwrap_or_default();
    let mut by_height = peaks.clone();
    by_height.sort_by(|a, b| b.height.total_cmp(&a.height).then(a.index.cmp(&b.index)));
    let second_peak = by_height.get(1).copied();
    Ok(Positivity { n, n_positive, n_uncertain, median_positive, median_negative, mfi_ratio, peaks, second_peak })
}

/// Median by selection, the mean of the middle two for an even number: linear in the values, unlike
/// `puricell_core::math::median`, which sorts.
fn median(values: &mut [f32]) -> Option<f64> {
    let half = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, &mut middle, _) = values.select_nth_unstable_by(half, f32::total_cmp);
    let below = below.iter().copied().max_by(f32::total_cmp);
    Some(match below {
        Some(below) if even => 0.5 * (f64::from(below) + f64::from(middle)),
        _ => f64::from(middle),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use puricell_core::{Seed, math};

    use super::*;
    use crate::cyto::positivity::ThresholdSource;

    #[test]
    fn events_are_counted_by_the_definition() {
        let threshold = Threshold { value: 2.0, band: (1.5, 2.5), source: ThresholdSource::Given };
        let values = [0.0, 1.0, 1.5, 2.0, 2.4, 2.5, 9.0, f32::NAN];
        let linear = [10.0, 20.0, 30.0, 100.0, 200.0, 300.0, 400.0, 1.0];
        let found = positivity(&values, &linear, &threshold).unwrap();
        assert_eq!((found.n, found.n_positive, found.n_uncertain), (7, 4, 3));
        assert_eq!((found.median_positive, found.median_negative), (Some(250.0), Some(20.0)));
        assert!((found.mfi_ratio.unwrap() - 12.5).abs() < 1e-12);
        let none = positivity(&[], &[], &threshold).unwrap();
        assert_eq!((none.n, none.n_positive, none.median_positive, none.second_peak), (0, 0, None, None));
        assert!(positivity(&[1.0], &[], &threshold).is_err());
        assert!(positivity(&[], &[], &Threshold { value: f64::NAN, ..threshold }).is_err());
    }

    #[test]
    fn a_second_level_of_the_marker_is_a_second_peak() {
        let mut stream = Seed(8).stream("summary", 0);
        let values: Vec<f32> =
            (0..20_000).map(|i| (stream.normal() * 0.4 + if i % 10 < 3 { 2.0 } else { 5.0 }) as f32).collect();
        let found = positivity(&values, &values, &Threshold::given(3.5)).unwrap();
        assert_eq!(found.peaks.len(), 2);
        // A mode of 6,000 values under a kernel of 0.08 scatters by less than half of their spread of 0.4.
        assert!((found.second_peak.unwrap().position - 2.0).abs() < 0.2);
    }

    proptest! {
        #[test]
        fn selection_finds_the_median(mut values in prop::collection::vec(-100_i16..100, 1..40)) {
            let mut floats: Vec<f32> = values.iter().map(|&v| f32::from(v)).collect();
            values.sort_unstable();
            let wide: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
            prop_assert_eq!(median(&mut floats), math::median(&wide));
        }
    }
}
