//! Gates as plain geometry: what is kept, so that it can be drawn, stated and exported.

use puricell_core::Events;

use crate::PrepError;

/// A gate. Events inside are kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Gate {
    /// Ranges of channels, all of which must hold.
    Rect(RectGate),
    /// A polygon in two channels.
    Polygon(PolygonGate),
    /// A range of the ratio of two channels.
    Ratio(RatioGate),
}

/// One range of a [`RectGate`]: `min <= value < max`, as Gating-ML 2.0 has it. An absent limit is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Name of the channel.
    pub channel: String,
    /// Lower limit, inside.
    pub min: Option<f64>,
    /// Upper limit, outside.
    pub max: Option<f64>,
}

/// Ranges of channels, all of which must hold. No range keeps every event.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RectGate {
    /// The ranges.
    pub ranges: Vec<Range>,
}

/// A polygon in two channels, closed from its last vertex to its first; edges belong to it. Self-crossing polygons
/// follow the even-odd rule, as in Gating-ML 2.0. Fewer than three vertices hold no event.
#[derive(Debug, Clone, PartialEq)]
pub struct PolygonGate {
    /// Channel of the first coordinate.
    pub x: String,
    /// Channel of the second coordinate.
    pub y: String,
    /// Corners, in order.
    pub vertices: Vec<[f64; 2]>,
}

/// A range of `(numerator - numerator_offset) / (denominator - denominator_offset)`, the `fratio` of Gating-ML 2.0 with
/// `A = 1`: `min <= ratio < max`. A ratio that is not a number lies outside.
#[derive(Debug, Clone, PartialEq)]
pub struct RatioGate {
    /// Channel above the line.
    pub numerator: String,
    /// Channel below the line.
    pub denominator: String,
    /// Taken off the numerator (`B` of `fratio`).
    pub numerator_offset: f64,
    /// Taken off the denominator (`C` of `fratio`).
    pub denominator_offset: f64,
    /// Lower limit, inside.
    pub min: Option<f64>,
    /// Upper limit, outside.
    pub max: Option<f64>,
}

fn within(value: f64, min: Option<f64>, max: Option<f64>) -> bool {
    !value.is_nan() && min.is_none_or(|m| value >= m) && max.is_none_or(|m| value < m)
}

/// A gate whose channels were found in one file.
#[derive(Debug, Clone)]
pub struct BoundGate<'a> {
    gate: &'a Gate,
    columns: Vec<usize>,
}

impl Gate {
    /// Names of the channels the gate reads, in the order of its definition.
    pub fn channels(&self) -> Vec<&str> {
        match self {
            Self::Rect(g) => g.ranges.iter().map(|r| r.channel.as_str()).collect(),
            Self::Polygon(g) => vec![&g.x, &g.y],
            Self::Ratio(g) => vec![&g.numerator, &g.denominator],
        }
    }

    /// Finds the channels of the gate.
    ///
    /// # Errors
    /// [`PrepError::Channel`] for a channel the events do not have.
    pub fn bind(&self, events: &Events) -> Result<BoundGate<'_>, PrepError> {
        let columns = self.channels().into_iter().map(|name| column(events, "gate", name)).collect::<Result<_, _>>()?;
        Ok(BoundGate { gate: self, columns })
    }
}

impl BoundGate<'_> {
    /// True when an event (its values in column order) is inside. NaN in a channel the gate reads is outside.
    pub fn contains(&self, event: &[f32]) -> bool {
        let at = |i: usize| f64::from(event[self.columns[i]]);
        match self.gate {
            Gate::Rect(g) => g.ranges.iter().enumerate().all(|(i, r)| within(at(i), r.min, r.max)),
            Gate::Polygon(g) => inside(&g.vertices, at(0), at(1)),
            Gate::Ratio(g) => within((at(0) - g.numerator_offset) / (at(1) - g.denominator_offset), g.min, g.max),
        }
    }
}

/// The limit that keeps of `f32` values those from `value` on, and of values yet to be rounded to `f32` the same ones:
/// halfway between the largest `f32` below `value` and the next. A gate on computed values so holds the same events at
/// either precision.
pub(super) fn limit_before_rounding(value: f64) -> f64 {
    let nearest = value as f32;
    let below = if f64::from(nearest) < value { nearest } else { nearest.next_down() };
    f64::midpoint(f64::from(below), f64::from(below.next_up()))
}

/// Column of a channel by name.
pub(super) fn column(events: &Events, argument: &'static str, name: &str) -> Result<usize, PrepError> {
    events.channel(name).ok_or_else(|| PrepError::Channel { argument, name: name.to_owned() })
}

/// Even-odd rule by crossings of the ray to the right; points on an edge are inside.
fn inside(vertices: &[[f64; 2]], x: f64, y: f64) -> bool {
    if vertices.len() < 3 || x.is_nan() || y.is_nan() {
        return false;
    }
    let mut odd = false;
    let mut previous = vertices[vertices.len() - 1];
    for &vertex in vertices {
        let ([ax, ay], [bx, by]) = (previous, vertex);
        let cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
        let in_box = x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by);
        if cross.abs() <= 0.0 && in_box {
            return true;
        }
        // Half-open in y, so that a vertex counts once. The sign of the cross product says on which side the edge
        // passes.
        if (ay > y) != (by > y) && ((cross > 0.0) == (by > ay)) {
            odd = !odd;
        }
        previous = vertex;
    }
    odd
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use puricell_core::{Channel, ChannelKind, Dense};

    use super::*;

    fn events(values: &[[f32; 2]]) -> Events {
        let channel =
            |name: &str| Channel { name: name.into(), label: None, kind: ChannelKind::ForwardScatter, range: 1024.0 };
        Events::new(
            Dense::new(values.len(), 2, values.iter().flatten().copied().collect()).unwrap(),
            vec![channel("FSC-A"), channel("FSC-H")],
        )
        .unwrap()
    }

    fn kept(gate: &Gate, values: &[[f32; 2]]) -> Vec<bool> {
        let events = events(values);
        let bound = gate.bind(&events).unwrap();
        (0..values.len()).map(|i| bound.contains(events.values().row(i))).collect()
    }

    #[test]
    fn limits_are_closed_below_and_open_above() {
        let range = Range { channel: "FSC-A".into(), min: Some(1.0), max: Some(2.0) };
        let gate = Gate::Rect(RectGate { ranges: vec![range] });
        assert_eq!(kept(&gate, &[[1.0, 0.0], [2.0, 0.0], [0.5, 0.0], [f32::NAN, 0.0]]), [true, false, false, false]);
        assert_eq!(kept(&Gate::Rect(RectGate::default()), &[[9.0, 9.0]]), [true]);
        let ratio = Gate::Ratio(RatioGate {
            numerator: "FSC-A".into(),
            denominator: "FSC-H".into(),
            numerator_offset: 10.0,
            denominator_offset: 0.0,
            min: None,
            max: Some(1.5),
        });
        assert_eq!(kept(&ratio, &[[20.0, 10.0], [25.0, 10.0], [10.0, 0.0]]), [true, false, false]);
    }

    #[test]
    fn a_limit_parts_values_before_and_after_rounding_alike() {
        for value in [812.3_f64, -3.7, 1.0, 1e-3, 262_143.5, 0.0] {
            let limit = limit_before_rounding(value);
            let mut float = (value as f32).next_down().next_down();
            for _ in 0..5 {
                assert_eq!(f64::from(float) >= value, f64::from(float) >= limit, "{value} {float}");
                // What rounds to it: a little less than half a step to both sides.
                let half = 0.499 * (f64::from(float.next_up()) - f64::from(float));
                for near in [f64::from(float) - half, f64::from(float) + half] {
                    assert_eq!(near >= limit, f64::from(near as f32) >= limit, "{value} {near}");
                }
                float = float.next_up();
            }
        }
    }

    #[test]
    fn a_polygon_holds_its_edges_and_not_its_hole() {
        let polygon = |vertices| Gate::Polygon(PolygonGate { x: "FSC-A".into(), y: "FSC-H".into(), vertices });
        let square = polygon(vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]);
        let points = [[2.0, 2.0], [0.0, 2.0], [4.0, 4.0], [4.1, 2.0], [-1.0, 4.0], [-1.0, 0.0]];
        assert_eq!(kept(&square, &points), [true, true, true, false, false, false]);
        // A pentagram's middle is covered twice.
        let star = polygon(vec![[0.0, 3.0], [1.8, -2.4], [-2.9, 0.9], [2.9, 0.9], [-1.8, -2.4]]);
        assert_eq!(kept(&star, &[[0.0, 0.0], [0.0, 2.0]]), [false, true]);
        assert_eq!(kept(&polygon(vec![[0.0, 0.0], [1.0, 1.0]]), &[[0.5, 0.5]]), [false]);
    }

    proptest! {
        /// A triangle by its definition: on one side of all three lines.
        #[test]
        fn a_triangle_is_three_half_planes(corners in prop::array::uniform6(-8_i8..8), x in -8_i8..8, y in -8_i8..8) {
            let c: Vec<[f64; 2]> = corners.chunks(2).map(|p| [f64::from(p[0]), f64::from(p[1])]).collect();
            let side = |a: [f64; 2], b: [f64; 2]| {
                (b[0] - a[0]) * (f64::from(y) - a[1]) - (b[1] - a[1]) * (f64::from(x) - a[0])
            };
            let sides = [side(c[0], c[1]), side(c[1], c[2]), side(c[2], c[0])];
            let area = (c[1][0] - c[0][0]) * (c[2][1] - c[0][1]) - (c[1][1] - c[0][1]) * (c[2][0] - c[0][0]);
            prop_assume!(area.abs() > 0.0);
            let want = sides.iter().all(|&s| s >= 0.0) || sides.iter().all(|&s| s <= 0.0);
            prop_assert_eq!(inside(&c, f64::from(x), f64::from(y)), want);
        }
    }

    #[test]
    fn a_missing_channel_is_named() {
        let gate = Gate::Rect(RectGate { ranges: vec![Range { channel: "SSC-A".into(), min: None, max: None }] });
        let error = gate.bind(&events(&[])).unwrap_err();
        assert_eq!(error, PrepError::Channel { argument: "gate", name: "SSC-A".into() });
    }
}
