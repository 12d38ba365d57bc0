//! Axes of channels, in display coordinates and labelled in scale values.

use super::axis::Axis;
use crate::model::PlotAxis;
use crate::number;

/// The axis with its own ticks, or round ones where it has none.
pub(crate) fn event_axis(axis: &PlotAxis) -> Axis {
    if axis.ticks.is_empty() {
        return Axis::within(axis.low, axis.high, 3);
    }
    let inside = axis.ticks.iter().filter(|t| t.at >= axis.low && t.at <= axis.high);
    Axis::with_ticks(axis.low, axis.high, inside.map(|t| (t.at, tick_label(t.value))).collect())
}

/// Powers of ten as such, zero as it is; other ticks stay bare.
pub(crate) fn tick_label(value: f64) -> String {
    if value.abs() < f64::MIN_POSITIVE {
        return "0".to_owned();
    }
    let exponent = libm::round(libm::log10(value.abs())) as i32;
    let power = super::axis::power_of_ten(exponent);
    if !value.is_finite() || (value.abs() - power).abs() > 1e-9 * power {
        return String::new();
    }
    let sign = if value < 0.0 { "\u{2212}" } else { "" };
    match exponent {
        0..=2 => format!("{sign}{}", number::significant(power, 1)),
        _ => format!("{sign}10{}", number::superscript(&exponent.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_labelled_and_others_are_not() {
        let labels: Vec<String> = [-1000.0, 0.0, 10.0, 5000.0, 1e5, f64::NAN].map(tick_label).into();
        assert_eq!(labels, ["\u{2212}10³", "0", "10", "", "10⁵", ""]);
    }
}
