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
    let last = cohort.lots.len() as f64;
    let x_axis = Axis::within(0.0, last + 1.0, 8);
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
