//! A class of a validation study: called against planted fraction, and the recovery by planted fraction.

use super::axis::Axis;
use super::canvas::{
    Area, BOTTOM, ChartFrame, Drawn, Frame, SMALL, TITLE_HEIGHT, at, chart, coloured, dashed, figure, inside, line,
    stroke, write,
};
use super::marker::{Shape, marker};
use super::style::{BLUE, INK, MUTED};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::number;
use crate::text::Text;
use crate::validation::{StudyClass, StudyPlanted};

const HEIGHT: i32 = 760;
const LEFT: (i32, i32) = (20, 900);
const RIGHT: (i32, i32) = (930, 1780);

/// Both charts; `None` for a class that was not planted at a fraction above 0.
pub(crate) fn linearity(class: &StudyClass) -> Result<Option<Figure>, ReportError> {
    let Some(planted) = &class.planted else { return Ok(None) };
    let highest = planted.points.iter().map(|p| p.0.max(p.1)).fold(0.0, f64::max);
    let lowest = planted.levels.iter().map(|l| l.planted).filter(|&p| p > 0.0).fold(f64::INFINITY, f64::min);
    if highest <= 0.0 || !lowest.is_finite() {
        return Ok(None);
    }
    let frame = Frame {
        kind: FigureKind::Linearity,
        title: format!("{}: called against planted", class.label),
        alt: Text::English(format!(
            "Left: called against planted fraction of {} mixtures with the fitted line and, dashed, full recovery. Right: \
             recovery of each mixture by planted fraction.",
            planted.points.len()
        )),
        said: Vec::new(),
        height: TITLE_HEIGHT + HEIGHT,
    };
    figure(frame, |area| {
        called(area, planted, highest)?;
        recovery(area, planted, lowest)
    })
    .map(Some)
}

fn frame<'t>((from, to): (i32, i32), x_title: &'t str, y_title: &'t str) -> ChartFrame<'t> {
    ChartFrame { origin: (from, TITLE_HEIGHT), size: (to - from, HEIGHT - BOTTOM / 4), left: 110, x_title, y_title }
}

fn called(area: &Area<'_>, planted: &StudyPlanted, highest: f64) -> Drawn {
    let axis = || Axis::percent(highest * 1.05, 5);
    let chart = chart(area, &frame(LEFT, "planted, %", "called, %"), axis(), axis())?;
    let (left, top, right, bottom) = inside(&chart);
    // Axes are alike, so that full recovery is the diagonal.
    dashes(area, (left, bottom), (right, top))?;
    if let Some(fit) = planted.line {
        let end = |x: f64| at(&chart, x, fit.intercept.0 + fit.slope.0 * x);
        line(area, end(0.0), end(highest), stroke(BLUE, 3))?;
    }
    for &(x, y) in &planted.points {
        marker(area, at(&chart, x, y), 9, Shape::Ring, BLUE)?;
    }
    let note = coloured(SMALL, MUTED);
    write(area, "dashed: full recovery", (left + 14, top + 18), &note)
}

fn recovery(area: &Area<'_>, planted: &StudyPlanted, lowest: f64) -> Drawn {
    let points: Vec<(f64, f64)> = planted.points.iter().filter(|p| p.0 > 0.0).map(|&(x, y)| (x, y / x)).collect();
    let highest = points.iter().map(|p| p.0).fold(lowest, f64::max);
    let top_of_axis = points.iter().map(|p| p.1).fold(1.0, f64::max) * 1.1;
    let x_axis = Axis::log10(lowest / 1.6, highest * 1.6, |v| number::given_percent(v).replace("\u{a0}%", ""));
    let y_axis = Axis::percent(top_of_axis, 5);
    let chart = chart(area, &frame(RIGHT, "planted, %", "recovery, %"), x_axis, y_axis)?;
    let (left, _, right, _) = inside(&chart);
    let full = at(&chart, highest, 1.0).1;
    dashed(area, (left, full), (right, full), stroke(MUTED, 3))?;
    for &(x, y) in &points {
        marker(area, at(&chart, x, y), 9, Shape::Ring, BLUE)?;
    }
    for level in planted.levels.iter().filter(|l| l.planted > 0.0) {
        let (x, y) = at(&chart, level.planted, level.called / level.planted);
        line(area, (x - 26, y), (x + 26, y), stroke(INK, 5))?;
    }
    Ok(())
}

/// A dashed diagonal.
fn dashes(area: &Area<'_>, from: (i32, i32), to: (i32, i32)) -> Drawn {
    const PARTS: i32 = 45;
    let point = |i: i32| (from.0 + (to.0 - from.0) * i / PARTS, from.1 + (to.1 - from.1) * i / PARTS);
    (0..PARTS).step_by(2).try_for_each(|i| line(area, point(i), point(i + 1), stroke(MUTED, 3)))
}
