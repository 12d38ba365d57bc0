//! A control chart: the lots in their order with their intervals, the centre and the control limits.

use super::axis::Axis;
use super::canvas::{
    Area, BOTTOM, ChartFrame, Drawn, Frame, SMALL, TITLE_HEIGHT, at, chart, coloured, dashed, figure, inside, line,
    stroke, write,
};
use super::marker::{Shape, marker};
use super::style::{BLUE, INK, LIMIT, MUTED};
use super::{Figure, FigureKind};
use crate::cohort::{Cohort, CohortClass, ControlChart};
use crate::error::ReportError;
use crate::lang::Lang;
use crate::terms::cohort as t;
use crate::text::{Sayable, Text};

const HEIGHT: i32 = 640;

/// The chart of a class; `None` for one that has none.
pub(crate) fn control(cohort: &Cohort, class: &CohortClass, lang: Lang) -> Result<Option<Figure>, ReportError> {
    let Some(data) = &class.chart else { return Ok(None) };
    let name = Text::named(&class.label, class.label_zh.as_deref());
    let alt = t::CHART_ALT.with(&[&name, &data.points.len()]);
    let frame = Frame {
        kind: FigureKind::Control,
        title: t::CHART_TITLE.with(&[&name]).plain(lang),
        alt,
        said: Vec::new(),
        height: TITLE_HEIGHT + HEIGHT,
    };
    figure(frame, |area| draw(area, cohort, class, data, lang)).map(Some)
}

fn draw(area: &Area<'_>, cohort: &Cohort, class: &CohortClass, data: &ControlChart, lang: Lang) -> Drawn {
    let ends = |lot: usize, fraction: f64| {
        let interval = class.counts.get(lot).copied().flatten().and_then(|c| c.ci_low.zip(c.ci_high));
        interval.unwrap_or((fraction, fraction))
    };
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for point in &data.points {
        let (from, to) = ends(point.lot, point.fraction);
        low = low.min(from).min(point.low);
        high = high.max(to).max(point.high);
    }
    let room = 0.05 * (high - low);
    let y_axis = Axis::within(100.0 * (low - room).max(0.0), 100.0 * (high + room).min(1.0), 6);
    let x_axis = Axis::counted(cohort.lots.len(), 8);
    let (x_title, y_title) = (t::LOTS_IN_ORDER.said().plain(lang), t::SHARE_AXIS.said().plain(lang));
    let frame = ChartFrame {
        origin: (20, TITLE_HEIGHT),
        size: (1760, HEIGHT - BOTTOM / 4),
        left: 130,
        x_title: &x_title,
        y_title: &y_title,
    };
    let chart = chart(area, &frame, x_axis, y_axis)?;
    let (left, _, right, _) = inside(&chart);
    let height_of = |fraction: f64| at(&chart, 0.0, 100.0 * fraction).1;
    line(area, (left, height_of(data.centre)), (right, height_of(data.centre)), stroke(MUTED, 2))?;
    for point in &data.points {
        let x = point.lot as f64 + 1.0;
        let (from, to) = (at(&chart, x - 0.5, 0.0).0, at(&chart, x + 0.5, 0.0).0);
        for limit in [point.low, point.high] {
            dashed(area, (from, height_of(limit)), (to, height_of(limit)), stroke(LIMIT, 2))?;
        }
    }
    for point in &data.points {
        let here = at(&chart, point.lot as f64 + 1.0, 100.0 * point.fraction);
        let (from, to) = ends(point.lot, point.fraction);
        line(area, (here.0, height_of(from)), (here.0, height_of(to)), stroke(INK, 2))?;
        // A signal has another shape and its lot's number, so that colour alone says nothing.
        let (shape, colour) = if point.signal.is_some() { (Shape::Square, LIMIT) } else { (Shape::Disc, BLUE) };
        marker(area, here, 9, shape, colour)?;
        if point.signal.is_some() {
            let name = super::shortened(&cohort.lots[point.lot].id, 18);
            write(area, &name, (here.0 + 14, here.1 - 18), &coloured(SMALL, LIMIT))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Fraction of a lot, ends of its interval, and its signal.
    type Lot = (f64, f64, f64, Option<&'static str>);

    /// The chart of three lots `L-0` to `L-2` of 100 cells, all with the same limits.
    fn drawn(lots: [Lot; 3], centre: f64, limits: (f64, f64)) -> String {
        let lot =
            |i: usize| json!({"id": format!("L-{i}"), "folder": "", "n": 100, "verdict": "informative", "facts": {}});
        let cohort = json!({
            "schema_version": "", "tool": {"name": "", "version": ""}, "readout": "expression",
            "standing": "preliminary", "lots": [lot(0), lot(1), lot(2)], "left_out": [], "classes": [],
            "expression_distances": [], "outliers": [], "methods": [], "markers": [], "warnings": [], "parameters": [], "inputs": [],
            "definitions": [], "seed": 0,
        });
        let count = |l: &Lot| {
            let k = (100.0 * l.0).round() as u64;
            json!({"k": k, "n": 100, "fraction": l.0, "ci_low": l.1, "ci_high": l.2})
        };
        let point = |(i, l): (usize, &Lot)| json!({"lot": i, "fraction": l.0, "low": limits.0, "high": limits.1, "signal": l.3});
        let counts: Vec<Value> = lots.iter().map(count).collect();
        let points: Vec<Value> = lots.iter().enumerate().map(point).collect();
        let class = json!({
            "id": "c", "label": "C", "role": "target", "counts": counts, "n_lots": 3, "is_rare": false, "variance": [],
            "chart": {"kind": "individuals", "centre": centre, "points": points}, "trends": [], "tolerance": [],
        });
        let (cohort, class) = (serde_json::from_value(cohort).unwrap(), serde_json::from_value(class).unwrap());
        control(&cohort, &class, Lang::En).unwrap().unwrap().svg
    }

    /// Numbers of the named attributes of every shape that is `what`.
    fn shapes(svg: &str, what: &str, colour: &str, attributes: &[&str]) -> Vec<Vec<i32>> {
        let of = |line: &str, name: &str| -> Vec<i32> {
            let text = line.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap();
            text.split([',', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().unwrap()).collect()
        };
        let chosen = svg.lines().filter(|l| l.starts_with(what) && l.contains(&format!("=\"{colour}\"")));
        chosen.map(|line| attributes.iter().flat_map(|name| of(line, name)).collect()).collect()
    }

    /// Left end, right end and height of the dashed lines, each put together from its dashes.
    fn limits(svg: &str) -> Vec<[i32; 3]> {
        let mut found: Vec<[i32; 3]> = Vec::new();
        for dash in shapes(svg, "<polyline", "#8A1C1C", &["points"]) {
            assert_eq!(dash[1], dash[3], "a limit is level");
            match found.last_mut() {
                Some(last) if last[2] == dash[1] && dash[0] - last[1] == 10 => last[1] = dash[2],
                _ => found.push([dash[0], dash[2], dash[1]]),
            }
        }
        found
    }

    /// One unit of a tenth of a millimetre for rounding and for the edge of the drawing area.
    fn assert_near(found: &[Vec<i32>], by_hand: &[&[i32]]) {
        assert_eq!(found.len(), by_hand.len(), "{found:?}");
        for (found, by_hand) in found.iter().zip(by_hand) {
            let is_near = found.iter().zip(*by_hand).all(|(a, b)| (a - b).abs() <= 1);
            assert!(found.len() == by_hand.len() && is_near, "{found:?} instead of {by_hand:?}");
        }
    }

    // By hand: the inner area runs from 150 to 1,780 and from 605 up to 70; three lots lie at 1, 2 and 3 of 4, so at 557.5, 965
    // and 1,372.5. What is drawn reaches from 10 to 90 %, with a twentieth of that on either side from 6 to 94 %, so that a
    // share lies at 605 - 535 (100 share - 6) / 88.
    #[test]
    fn lots_intervals_and_limits_stand_where_their_shares_lie_and_a_signal_is_a_named_square() {
        let signal = Some("beyond_limits");
        let lots = [(0.5, 0.1, 0.72, None), (0.39, 0.28, 0.5, None), (0.83, 0.72, 0.9, signal)];
        let svg = drawn(lots, 0.5, (0.28, 0.72));
        assert_near(&shapes(&svg, "<circle", "#0072B2", &["cx", "cy"]), &[&[557, 337], &[965, 404]]);
        let intervals = shapes(&svg, "<polyline", "#1F242A", &["points"]);
        assert_near(&intervals, &[&[557, 581, 557, 204], &[965, 471, 965, 337], &[1372, 204, 1372, 94]]);
        // Its middle at 1,372 and 137, its sides 18 long.
        let squares = shapes(&svg, "<rect", "#8A1C1C", &["x", "y", "width", "height"]);
        assert_near(&squares, &[&[1363, 128, 18, 18]]);
        assert_eq!(svg.matches("\nL-").count(), 1, "{svg}");
        assert!(svg.contains("\nL-2\n"));
        // Half a lot to either side, the upper limit after the lower; the last dash is cut, or its gap.
        let ends = [[353, 761], [761, 1168], [1168, 1576]];
        let expected: Vec<[i32; 3]> = ends.iter().flat_map(|e| [[e[0], e[1], 471], [e[0], e[1], 204]]).collect();
        let found = limits(&svg);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, by_hand) in found.iter().zip(&expected) {
            let [left, right, height] = [0, 1, 2].map(|i| by_hand[i] - found[i]);
            assert!(left.abs() <= 1 && (-1..=10).contains(&right) && height.abs() <= 1, "{found:?}, {by_hand:?}");
        }
        let centre = shapes(&svg, "<polyline", "#5E6670", &["points"]);
        assert!(centre.iter().any(|l| l[0] == 150 && l[2] == 1780 && l[1] == l[3] && (l[1] - 337).abs() <= 1));
    }

    // From 0 to 3 %, and with a twentieth of that above to 3.15 %, none below 0: 605 - 535 * 3 / 3.15 = 95.
    #[test]
    fn a_class_that_no_lot_holds_lies_on_the_axis_with_its_bounds_above_it() {
        let svg = drawn([(0.0, 0.0, 0.03, None); 3], 0.0, (0.0, 0.0));
        assert_near(&shapes(&svg, "<circle", "#0072B2", &["cx", "cy"]), &[&[557, 605], &[965, 605], &[1372, 605]]);
        let intervals = shapes(&svg, "<polyline", "#1F242A", &["points"]);
        assert_near(&intervals, &[&[557, 605, 557, 95], &[965, 605, 965, 95], &[1372, 605, 1372, 95]]);
        assert_eq!(shapes(&svg, "<rect", "#8A1C1C", &["x"]), Vec::<Vec<i32>>::new());
        let limits = limits(&svg);
        assert!(limits.len() == 6 && limits.iter().all(|limit| (limit[2] - 605).abs() <= 1), "{limits:?}");
    }
}
