//! Borders of gates in the coordinates of a plot.

use crate::model::{ChannelRange, EventGate, GateGeometry, PlotAxis};

/// Corners of an ellipse's outline.
const ELLIPSE_CORNERS: u32 = 72;

/// The lines that draw a gate over a plot with these axes; none when it lies in other channels or has no border.
pub(crate) fn outline(gate: &EventGate, x: &PlotAxis, y: &PlotAxis) -> Vec<Vec<(f64, f64)>> {
    if let GateGeometry::Box { ranges } = &gate.geometry {
        let of = |axis: &PlotAxis| ranges.iter().find(|r| r.channel == axis.channel);
        let low = |axis| of(axis).and_then(|r: &ChannelRange| r.low);
        let high = |axis| of(axis).and_then(|r: &ChannelRange| r.high);
        let cut = GateGeometry::Rectangle { x_low: low(x), x_high: high(x), y_low: low(y), y_high: high(y) };
        return if of(x).or(of(y)).is_some() { drawn(&cut, x, y) } else { Vec::new() };
    }
    let is = |place: usize, axis: &PlotAxis| gate.channels.get(place).is_some_and(|c| *c == axis.channel);
    if is(0, x) && (gate.channels.len() == 1 || is(1, y)) {
        drawn(&gate.geometry, x, y)
    } else if is(0, y) && (gate.channels.len() == 1 || is(1, x)) {
        // Drawn with its axes exchanged and turned back.
        let turn = |line: Vec<(f64, f64)>| line.into_iter().map(|(a, b)| (b, a)).collect();
        drawn(&gate.geometry, y, x).into_iter().map(turn).collect()
    } else {
        Vec::new()
    }
}

fn drawn(geometry: &GateGeometry, x: &PlotAxis, y: &PlotAxis) -> Vec<Vec<(f64, f64)>> {
    let frame = |x_low: Option<f64>, x_high: Option<f64>, y_low: Option<f64>, y_high: Option<f64>| {
        let (left, right) = (x_low.unwrap_or(x.low), x_high.unwrap_or(x.high));
        let (bottom, top) = (y_low.unwrap_or(y.low), y_high.unwrap_or(y.high));
        vec![(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    };
    match geometry {
        GateGeometry::None | GateGeometry::Boolean { .. } | GateGeometry::Box { .. } => Vec::new(),
        GateGeometry::Stretches { removed } => {
            removed.iter().map(|s| frame(Some(s.low), Some(s.high), None, None)).collect()
        }
        GateGeometry::Range { low, high } => vec![frame(*low, *high, None, None)],
        GateGeometry::Rectangle { x_low, x_high, y_low, y_high } => vec![frame(*x_low, *x_high, *y_low, *y_high)],
        GateGeometry::Polygon { x, y } => {
            let mut line: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
            line.extend(line.first().copied());
            vec![line]
        }
        GateGeometry::Ellipse { mean, covariance, distance_square } => {
            vec![ellipse(*mean, covariance, *distance_square)]
        }
        GateGeometry::Ratio { low, high } => {
            [low, high].into_iter().flatten().filter_map(|&ratio| ray(ratio, x, y)).collect()
        }
    }
}

/// The unit circle through the Cholesky factor of the covariance.
fn ellipse(mean: [f64; 2], covariance: &[[f64; 2]; 2], distance_square: f64) -> Vec<(f64, f64)> {
    let l11 = libm::sqrt(covariance[0][0].max(0.0));
    let l21 = if l11 > 0.0 { covariance[1][0] / l11 } else { 0.0 };
    let l22 = libm::sqrt((covariance[1][1] - l21 * l21).max(0.0));
    let radius = libm::sqrt(distance_square.max(0.0));
    (0..=ELLIPSE_CORNERS)
        .map(|i| {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(ELLIPSE_CORNERS);
            let (a, b) = (radius * libm::cos(angle), radius * libm::sin(angle));
            (mean[0] + l11 * a, mean[1] + l21 * a + l22 * b)
        })
        .collect()
}

/// The line through the origin with this slope, as far as it lies in the plot; `None` where it does not.
fn ray(ratio: f64, x: &PlotAxis, y: &PlotAxis) -> Option<Vec<(f64, f64)>> {
    if ratio.abs() < f64::MIN_POSITIVE || !ratio.is_finite() {
        return None;
    }
    let (at_bottom, at_top) = (y.low / ratio, y.high / ratio);
    let from = x.low.max(at_bottom.min(at_top));
    let to = x.high.min(at_bottom.max(at_top));
    (from < to).then(|| vec![(from, from * ratio), (to, to * ratio)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(channel: &str, low: f64, high: f64) -> PlotAxis {
        PlotAxis { channel: channel.to_owned(), low, high, ..PlotAxis::default() }
    }

    fn gate(channels: &[&str], geometry: GateGeometry) -> EventGate {
        EventGate { channels: channels.iter().map(|&c| c.to_owned()).collect(), geometry, ..EventGate::default() }
    }

    #[test]
    fn an_open_side_ends_at_the_axis() {
        let geometry = GateGeometry::Rectangle { x_low: Some(2.0), x_high: None, y_low: None, y_high: Some(3.0) };
        let lines = outline(&gate(&["A", "B"], geometry), &axis("A", 0.0, 10.0), &axis("B", -1.0, 5.0));
        assert_eq!(lines, [[(2.0, -1.0), (10.0, -1.0), (10.0, 3.0), (2.0, 3.0), (2.0, -1.0)]]);
    }

    #[test]
    fn a_box_is_drawn_by_those_of_its_ranges_that_the_plot_shows() {
        let range = |channel: &str, high| ChannelRange { channel: channel.to_owned(), low: None, high: Some(high) };
        let geometry = GateGeometry::Box { ranges: vec![range("C", 1.0), range("A", 4.0), range("D", 2.0)] };
        let gate = gate(&["C", "A", "D"], geometry);
        let lines = outline(&gate, &axis("A", 0.0, 10.0), &axis("B", -1.0, 5.0));
        assert_eq!(lines, [[(0.0, -1.0), (4.0, -1.0), (4.0, 5.0), (0.0, 5.0), (0.0, -1.0)]]);
        assert!(outline(&gate, &axis("B", 0.0, 10.0), &axis("E", -1.0, 5.0)).is_empty());
    }

    #[test]
    fn exchanged_axes_exchange_the_coordinates_and_other_channels_draw_nothing() {
        let (x, y) = (axis("A", 0.0, 10.0), axis("B", 0.0, 10.0));
        let polygon = || GateGeometry::Polygon { x: vec![1.0, 2.0, 3.0], y: vec![4.0, 5.0, 6.0] };
        assert_eq!(outline(&gate(&["B", "A"], polygon()), &x, &y)[0][0], (4.0, 1.0));
        assert!(outline(&gate(&["A", "C"], polygon()), &x, &y).is_empty());
        let range = GateGeometry::Range { low: Some(4.0), high: None };
        assert_eq!(outline(&gate(&["B"], range), &x, &y)[0][0], (0.0, 4.0));
    }

    #[test]
    fn every_point_of_an_ellipse_has_its_distance() {
        let (mean, covariance, square) = ([3.0, -1.0], [[2.0, 0.6], [0.6, 0.5]], 4.0);
        let determinant = 2.0 * 0.5 - 0.6 * 0.6;
        for (x, y) in ellipse(mean, &covariance, square) {
            let (dx, dy) = (x - mean[0], y - mean[1]);
            // The inverse of a 2 x 2 matrix by hand.
            let found = (0.5 * dx * dx - 1.2 * dx * dy + 2.0 * dy * dy) / determinant;
            assert!((found - square).abs() < 1e-12, "{found}"); // a few operations on numbers near 1
        }
    }

    #[test]
    fn a_ratio_is_cut_at_the_border_of_the_plot() {
        let (x, y) = (axis("A", 0.0, 10.0), axis("B", 0.0, 5.0));
        assert_eq!(ray(1.0, &x, &y), Some(vec![(0.0, 0.0), (5.0, 5.0)]));
        assert_eq!(ray(0.2, &x, &y), Some(vec![(0.0, 0.0), (10.0, 2.0)]));
        assert_eq!(ray(0.0, &x, &y), None);
    }
}
