//! Axes with ticks of our own: no logarithm of the drawing library decides on a pixel.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::model::Scale;
use crate::number;

/// An axis: a range, its scale, and labelled ticks.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    scale: Scale,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// A linear axis over at least `low` to `high`, widened to whole tick steps.
    pub(crate) fn linear(low: f64, high: f64, n_ticks: usize) -> Self {
        let (low, high) = widened(low, high);
        let step = nice_step((high - low) / n_ticks.max(1) as f64);
        let first = libm::floor(low / step + 1e-9);
        let last = libm::ceil(high / step - 1e-9);
        let decimals = (-libm::floor(libm::log10(step) + 1e-9)).clamp(0.0, 9.0) as usize;
        let n_steps = (last - first).clamp(1.0, 100.0) as usize;
        let ticks: Vec<(f64, String)> = (0..=n_steps)
            .map(|i| {
                let value = (first + i as f64) * step;
                let label = if decimals == 0 { number::significant(value, 1) } else { number::fixed(value, decimals) };
                (value, label)
            })
            .collect();
        Self { low: first * step, high: last * step, scale: Scale::Linear, ticks }
    }

    /// A linear axis from `low` to `high` and no further, with the round ticks that lie between.
    pub(crate) fn within(low: f64, high: f64, n_ticks: usize) -> Self {
        let (low, high) = widened(low, high);
        let ticks = Self::linear(low, high, n_ticks).ticks.into_iter().filter(|t| t.0 >= low && t.0 <= high).collect();
        Self { low, high, scale: Scale::Linear, ticks }
    }

    /// A linear axis of `n` things in a row, the first at 1, with a place to spare at either end: ticks are whole numbers.
    pub(crate) fn counted(n: usize, n_ticks: usize) -> Self {
        let mut axis = Self::within(0.0, n as f64 + 1.0, n_ticks.min(n + 1));
        axis.ticks.retain(|t| t.0 >= 1.0 && t.0 <= n as f64);
        axis
    }

    /// A linear axis of fractions from 0, labelled in per cent.
    pub(crate) fn percent(high: f64, n_ticks: usize) -> Self {
        let axis = Self::linear(0.0, high * 100.0, n_ticks);
        let ticks = axis.ticks.into_iter().map(|(value, label)| (value / 100.0, label)).collect();
        Self { low: 0.0, high: axis.high / 100.0, scale: Scale::Linear, ticks }
    }

    /// A linear axis with exactly this range, ticks where given.
    pub(crate) fn with_ticks(low: f64, high: f64, ticks: Vec<(f64, String)>) -> Self {
        Self { low, high, scale: Scale::Linear, ticks }
    }

    /// A logarithmic axis from `low` to `high` (both positive), a tick at each power of ten, labelled by `label`.
    pub(crate) fn log10(low: f64, high: f64, label: impl Fn(f64) -> String) -> Self {
        let low = low.max(f64::MIN_POSITIVE);
        let high = high.max(low * 1.000_001);
        let first = libm::ceil(libm::log10(low) - 1e-9) as i32;
        let last = libm::floor(libm::log10(high) + 1e-9) as i32;
        let mut ticks = Vec::new();
        for exponent in first - 1..=last {
            for factor in [1.0, 2.0, 5.0] {
                let value = factor * power_of_ten(exponent);
                let labelled = factor < 1.5 || last - first < 2;
                let inside = value >= low * (1.0 - 1e-9) && value <= high * (1.0 + 1e-9);
                if labelled && inside {
                    ticks.push((value, label(value)));
                }
            }
        }
        let mut axis = Self { low, high, scale: Scale::Log10, ticks: Vec::new() };
        // Powers of ten keep their label; another tick does where it has room between its neighbours.
        let is_power = |value: f64| (libm::log10(value) - libm::round(libm::log10(value))).abs() < 1e-9;
        let powers: Vec<f64> = ticks.iter().map(|t| t.0).filter(|&v| is_power(v)).collect();
        let mut kept: Vec<f64> = powers;
        for (value, label) in ticks {
            let room = |other: &f64| (axis.position(*other) - axis.position(value)).abs() >= LABEL_ROOM;
            if is_power(value) || kept.iter().all(room) {
                kept.push(value);
                axis.ticks.push((value, label));
            }
        }
        axis
    }

    /// Position of a value between 0 and 1, held inside the axis.
    fn position(&self, value: f64) -> f64 {
        let value = if value.is_nan() { self.low } else { value.clamp(self.low, self.high) };
        let (low, high, value) = match self.scale {
            Scale::Linear => (self.low, self.high, value),
            Scale::Log10 => (libm::log10(self.low), libm::log10(self.high), libm::log10(value)),
        };
        if high > low { (value - low) / (high - low) } else { 0.5 }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        limit.0 + libm::round(f64::from(limit.1 - limit.0) * self.position(*value)) as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.iter().map(|t| t.0).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        self.ticks.iter().find(|t| t.0.total_cmp(value).is_eq()).map_or_else(String::new, |t| t.1.clone())
    }
}

/// Share of a log axis that a label needs to itself in the narrowest figure.
const LABEL_ROOM: f64 = 0.19;

/// A finite, increasing range around what was asked for.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let low = if low.is_finite() { low } else { 0.0 };
    let high = if high.is_finite() { high } else { low + 1.0 };
    if high - low > f64::EPSILON * low.abs().max(1.0) { (low, high) } else { (low - 0.5, low + 0.5) }
}

/// 1, 2 or 5 times a power of ten, at least `raw`.
fn nice_step(raw: f64) -> f64 {
    let power = power_of_ten(libm::floor(libm::log10(raw)) as i32);
    let factor = raw / power;
    let nice = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| factor <= f * (1.0 + 1e-9)).unwrap_or(10.0);
    nice * power
}

/// Ten to a whole power, by repeated multiplication: the same bits everywhere.
pub(crate) fn power_of_ten(exponent: i32) -> f64 {
    let magnitude = (0..exponent.unsigned_abs()).fold(1.0, |p: f64, _| p * 10.0);
    if exponent < 0 { 1.0 / magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|t| t.1.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_numbers_that_cover_the_range() {
        assert_eq!(labels(&Axis::linear(-0.3, 2.2, 5)), ["-0.5", "0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]);
        assert_eq!(labels(&Axis::linear(0.0, 4300.0, 5)), ["0", "1,000", "2,000", "3,000", "4,000", "5,000"]);
        assert_eq!(labels(&Axis::percent(0.6, 6)), ["0", "10", "20", "30", "40", "50", "60"]);
        assert_eq!(labels(&Axis::within(0.0, 262_144.0, 3)), ["0", "100,000", "200,000"]);
        assert_eq!(labels(&Axis::counted(1, 8)), ["1"]);
        assert_eq!(labels(&Axis::counted(3, 8)), ["1", "2", "3"]);
        assert_eq!(labels(&Axis::counted(30, 8)), ["5", "10", "15", "20", "25", "30"]);
        assert_eq!(labels(&Axis::linear(3.0, 3.0, 2)), ["2.5", "3.0", "3.5"]);
    }

    #[test]
    fn a_log_axis_has_a_tick_per_decade_and_more_when_short() {
        let label = |v: f64| format!("{v}");
        assert_eq!(labels(&Axis::log10(0.001, 1.0, label)), ["0.001", "0.01", "0.1", "1"]);
        assert_eq!(labels(&Axis::log10(150.0, 1200.0, label)), ["200", "500", "1000"]);
        assert_eq!(labels(&Axis::log10(500.0, 57_000.0, label)), ["1000", "10000", "50000"]);
    }

    #[test]
    fn values_map_to_the_pixel_range_and_never_beyond() {
        let axis = Axis::log10(0.01, 1.0, |v| v.to_string());
        assert_eq!(axis.map(&0.1, (100, 300)), 200);
        assert_eq!(axis.map(&5.0, (100, 300)), 300);
        assert_eq!(axis.map(&f64::NAN, (100, 300)), 100);
        assert_eq!(Axis::linear(0.0, 10.0, 5).map(&2.5, (400, 0)), 300);
    }
}
