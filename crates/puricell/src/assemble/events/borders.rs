//! Where a gate's border lies, in the display coordinates of its channels.

use puricell_core::math::{cos, sin};
use puricell_prep::cyto::gates::{Gate, Range, RatioGate};
use puricell_prep::cyto::quality::TimeSpan;
use puricell_prep::cyto::{
    BooleanOperation, Compensation, Dimension, GateReference, Interval, Scale, Shape, Source, Transform,
    TransformationKind,
};
use puricell_report::model::{ChannelRange, GateGeometry, Span};

use super::axes::scale;
use crate::pipeline::{EventLot, GateShape, UsedGate};

/// Points of a straight edge, which another scale bends.
const EDGE_POINTS: usize = 12;
/// Corners that an ellipse is drawn with where another scale bends it.
const ELLIPSE_CORNERS: usize = 72;

type Border = (Vec<String>, GateGeometry);

/// The gate's channels, horizontal first, and its border. A border in values that the lot is not shown in (compensated
/// otherwise, a ratio with offsets, more than two dimensions at an angle) cannot be drawn and is left out.
pub(super) fn border(gate: &UsedGate, lot: &EventLot) -> Border {
    let found = match &gate.shape {
        GateShape::Removed(spans) => gate.channels.first().map(|time| removed(time, spans, lot)),
        GateShape::Kept(Gate::Rect(rect)) => {
            let ranges = rect.ranges.iter().map(|r| kept_range(r, gate.compensated, lot));
            ranges.collect::<Option<Vec<_>>>().map(rectangle)
        }
        GateShape::Kept(Gate::Ratio(ratio)) => ratio_border(ratio, lot),
        GateShape::Kept(Gate::Polygon(polygon)) => {
            let dimension = |name: &str| Axis::of_channel(name, gate.compensated, lot);
            dimension(&polygon.x).zip(dimension(&polygon.y)).map(|axes| drawn_polygon(axes, &polygon.vertices))
        }
        GateShape::GatingMl(shape) => of_shape(shape, lot),
    };
    found.unwrap_or_else(|| (gate.channels.clone(), GateGeometry::None))
}

/// From the values that a gate is written in to display coordinates.
struct Axis<'a> {
    channel: String,
    /// The scale that the gate is written on; `None` for linear values.
    own: Option<Transform>,
    display: Option<&'a Transform>,
}

impl<'a> Axis<'a> {
    /// `None` where the lot is shown compensated and the gate is not, or the other way round.
    fn of_channel(name: &str, compensated: bool, lot: &'a EventLot) -> Option<Self> {
        let column = lot.events.channel(name)?;
        let changed = lot.spillover.as_ref().is_some_and(|s| s.channels().iter().any(|c| c == name));
        (compensated == changed || !changed).then(|| Self {
            channel: name.to_owned(),
            own: None,
            display: scale(lot, column),
        })
    }

    fn of_dimension(dimension: &Dimension, lot: &'a EventLot) -> Option<Self> {
        let Source::Channel(name) = &dimension.source else { return None };
        let document = &lot.gated.document;
        let compensated = match &dimension.compensation {
            Compensation::Uncompensated => false,
            Compensation::Fcs => true,
            // A matrix of the document is the lot's where its coefficients are.
            Compensation::Matrix(id) => {
                let matrix = document.matrices.iter().find(|m| m.id == *id)?;
                let used = lot.spillover.as_ref()?;
                let same = matrix.detectors == used.channels()
                    && matrix.coefficients.values() == used.matrix().values()
                    && !matrix.inverted;
                if !same {
                    return None;
                }
                true
            }
        };
        let mut axis = Self::of_channel(name, compensated, lot)?;
        if let Some(id) = &dimension.transformation {
            let known = document.transformations.iter().find(|t| t.id == *id)?;
            let TransformationKind::Scale { scale, .. } = &known.kind else { return None };
            axis.own = Some(Transform::new(*scale).ok()?);
        }
        Some(axis)
    }

    fn at(&self, value: f64) -> f64 {
        let linear = self.own.as_ref().map_or(value, |t| t.inverse(value));
        self.display.map_or(linear, |t| t.forward(linear))
    }

    /// Whether straight lines stay straight.
    fn is_straight(&self) -> bool {
        let is_linear = |t: &Transform| matches!(t.scale(), Scale::Linear { .. });
        match (&self.own, self.display) {
            (None, None) => true,
            (Some(own), Some(display)) => own == display,
            (Some(one), None) | (None, Some(one)) => is_linear(one),
        }
    }
}

fn removed(time: &str, spans: &[TimeSpan], lot: &EventLot) -> Border {
    let column = lot.events.channel(time);
    let times = || {
        let rows = 0..lot.events.n_events();
        rows.filter_map(|e| column.map(|c| f64::from(lot.events.values().row(e)[c]))).filter(|t| t.is_finite())
    };
    // An open end is that of the measurement.
    let removed = spans
        .iter()
        .map(|s| Span {
            low: s.min.unwrap_or_else(|| times().fold(f64::INFINITY, f64::min)),
            high: s.max.unwrap_or_else(|| times().fold(f64::NEG_INFINITY, f64::max)),
        })
        .collect();
    (vec![time.to_owned()], GateGeometry::Stretches { removed })
}

fn kept_range(range: &Range, compensated: bool, lot: &EventLot) -> Option<ChannelRange> {
    let axis = Axis::of_channel(&range.channel, compensated, lot)?;
    Some(ChannelRange {
        low: range.min.map(|v| axis.at(v)),
        high: range.max.map(|v| axis.at(v)),
        channel: axis.channel,
    })
}

fn rectangle(mut ranges: Vec<ChannelRange>) -> Border {
    let channels = ranges.iter().map(|r| r.channel.clone()).collect();
    let geometry = match ranges.as_mut_slice() {
        [] => GateGeometry::None,
        [x] => GateGeometry::Range { low: x.low, high: x.high },
        [x, y] => GateGeometry::Rectangle { x_low: x.low, x_high: x.high, y_low: y.low, y_high: y.high },
        _ => GateGeometry::Box { ranges },
    };
    (channels, geometry)
}

fn ratio_border(ratio: &RatioGate, lot: &EventLot) -> Option<Border> {
    let has_offset = ratio.numerator_offset.abs() + ratio.denominator_offset.abs() > 0.0;
    let is_linear = |name: &str| lot.events.channel(name).is_some_and(|c| scale(lot, c).is_none());
    (!has_offset && is_linear(&ratio.numerator) && is_linear(&ratio.denominator)).then(|| {
        let channels = vec![ratio.denominator.clone(), ratio.numerator.clone()];
        (channels, GateGeometry::Ratio { low: ratio.min, high: ratio.max })
    })
}

fn drawn_polygon((x, y): (Axis<'_>, Axis<'_>), vertices: &[[f64; 2]]) -> Border {
    let points = if x.is_straight() && y.is_straight() { 1 } else { EDGE_POINTS };
    let following = vertices.iter().cycle().skip(1);
    let corners = vertices.iter().zip(following).flat_map(|(from, to)| {
        (0..points).map(move |i| {
            let part = i as f64 / points as f64;
            [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])]
        })
    });
    let (xs, ys) = corners.map(|c| (x.at(c[0]), y.at(c[1]))).unzip();
    (vec![x.channel, y.channel], GateGeometry::Polygon { x: xs, y: ys })
}

fn of_shape(shape: &Shape, lot: &EventLot) -> Option<Border> {
    match shape {
        Shape::Rectangle(sides) => match sides.as_slice() {
            [(Dimension { source: Source::Ratio(id), transformation: None, .. }, interval)] => {
                of_ratio(id, *interval, lot)
            }
            sides => {
                let ranges = sides.iter().map(|(dimension, interval)| {
                    let axis = Axis::of_dimension(dimension, lot)?;
                    Some(ChannelRange {
                        low: interval.min.map(|v| axis.at(v)),
                        high: interval.max.map(|v| axis.at(v)),
                        channel: axis.channel,
                    })
                });
                ranges.collect::<Option<Vec<_>>>().map(rectangle)
            }
        },
        Shape::Polygon { dimensions: [x, y], vertices } => {
            let axes = Axis::of_dimension(x, lot).zip(Axis::of_dimension(y, lot))?;
            Some(drawn_polygon(axes, vertices))
        }
        Shape::Ellipsoid { dimensions, mean, covariance, distance_square } => {
            let ([x, y], &[mean_x, mean_y]) = (dimensions.as_slice(), mean.as_slice()) else { return None };
            let (x, y) = Axis::of_dimension(x, lot).zip(Axis::of_dimension(y, lot))?;
            let covariance =
                [[covariance.row(0)[0], covariance.row(0)[1]], [covariance.row(1)[0], covariance.row(1)[1]]];
            if x.is_straight() && y.is_straight() && x.own.is_none() && y.own.is_none() {
                let (mean, distance_square) = ([mean_x, mean_y], *distance_square);
                let geometry = GateGeometry::Ellipse { mean, covariance, distance_square };
                return Some((vec![x.channel, y.channel], geometry));
            }
            let (l11, radius) = (covariance[0][0].sqrt(), distance_square.sqrt());
            let l21 = covariance[1][0] / l11;
            let l22 = (covariance[1][1] - l21 * l21).sqrt();
            let corner = |i: usize| {
                let angle = std::f64::consts::TAU * i as f64 / ELLIPSE_CORNERS as f64;
                let (a, b) = (radius * cos(angle), radius * sin(angle));
                (x.at(mean_x + l11 * a), y.at(mean_y + l21 * a + l22 * b))
            };
            let (xs, ys): (Vec<f64>, Vec<f64>) = (0..ELLIPSE_CORNERS).map(corner).unzip();
            let drawable = xs.iter().chain(&ys).all(|v| v.is_finite());
            drawable.then(|| (vec![x.channel, y.channel], GateGeometry::Polygon { x: xs, y: ys }))
        }
        Shape::Boolean { operation, operands } => {
            Some((Vec::new(), GateGeometry::Boolean { expression: expression(*operation, operands) }))
        }
        // Its quadrants stand in its place.
        Shape::Quadrants { .. } => None,
    }
}

fn of_ratio(id: &str, interval: Interval, lot: &EventLot) -> Option<Border> {
    let known = lot.gated.document.transformations.iter().find(|t| t.id == id)?;
    let TransformationKind::Ratio { numerator, denominator, a, b, c } = &known.kind else { return None };
    // A factor only moves the ends.
    let part = |end: Option<f64>| end.map(|v| v / a);
    (*a > 0.0).then_some(())?;
    let ratio = RatioGate {
        numerator: numerator.clone(),
        denominator: denominator.clone(),
        numerator_offset: *b,
        denominator_offset: *c,
        min: part(interval.min),
        max: part(interval.max),
    };
    ratio_border(&ratio, lot)
}

fn expression(operation: BooleanOperation, operands: &[GateReference]) -> String {
    let names: Vec<String> =
        operands.iter().map(|o| if o.complement { format!("not {}", o.id) } else { o.id.clone() }).collect();
    match operation {
        BooleanOperation::And => names.join(" and "),
        BooleanOperation::Or => names.join(" or "),
        BooleanOperation::Not => format!("not {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_a_polygon_bend_with_the_scale_and_keep_their_corners() {
        let scale = Transform::new(Scale::Arcsinh { cofactor: 5.0 }).unwrap();
        let axis = |display| Axis { channel: "A".to_owned(), own: None, display };
        let triangle = [[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]];
        let (_, GateGeometry::Polygon { x, y }) = drawn_polygon((axis(None), axis(None)), &triangle) else { panic!() };
        assert_eq!((x, y), (vec![0.0, 100.0, 100.0], vec![0.0, 0.0, 100.0]));
        let (_, GateGeometry::Polygon { x, y }) = drawn_polygon((axis(Some(&scale)), axis(None)), &triangle) else {
            panic!()
        };
        assert_eq!(x.len(), 3 * EDGE_POINTS);
        for i in [EDGE_POINTS, 2 * EDGE_POINTS] {
            assert!((x[i] - scale.forward(100.0)).abs() < 1e-12);
        }
        // Each point of the last edge, from the far corner back to the first, has equal linear coordinates.
        for i in 2 * EDGE_POINTS..3 * EDGE_POINTS {
            assert!((scale.inverse(x[i]) - y[i]).abs() < 1e-9 * (1.0 + y[i]));
        }
    }

    #[test]
    fn a_gate_on_the_lots_own_scale_is_drawn_as_it_is() {
        let scale = Transform::new(Scale::Logicle { t: 262_144.0, w: 0.6, m: 4.5, a: 0.0 }).unwrap();
        let axis = Axis { channel: "A".to_owned(), own: Some(scale.clone()), display: Some(&scale) };
        assert!(axis.is_straight());
        // There and back through a logicle, which inverts to 1e-9 of its scale.
        assert!((axis.at(0.4) - 0.4).abs() < 1e-9);
    }

    #[test]
    fn expressions_read_as_sentences() {
        let of = |id: &str, complement| GateReference { id: id.to_owned(), complement };
        let operands = [of("singlets", false), of("dead", true)];
        assert_eq!(expression(BooleanOperation::And, &operands), "singlets and not dead");
        assert_eq!(expression(BooleanOperation::Not, &operands[..1]), "not singlets");
    }
}
