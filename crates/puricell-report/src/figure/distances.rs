//! Distances between lots: for each lot a comb whose teeth are its distances to the others, against the distances between
//! halves of one lot and those to the lot that is known to be different.

use super::axis::Axis;
use super::canvas::{
    Area, BOTTOM, ChartFrame, Drawn, Frame, SMALL, TITLE_HEIGHT, at, chart, coloured, dashed, figure, font, inside,
    line, path, shortened, stroke, times, write,
};
use super::marker::{Shape, marker};
use super::style::{BLUE, GRID, LIMIT, MUTED};
use super::{Figure, FigureKind};
use crate::cohort::{Cohort, DistanceMeasure, ExpressionDistance};
use crate::error::ReportError;
use crate::lang::{Lang, Term};
use crate::terms::cohort as t;
use crate::text::{Sayable, Text};

/// Lots that a sheet holds.
const MOST_LOTS: usize = 60;
const LABEL_LEFT: i32 = 20;
const LABEL_CHARS: usize = 18;
const PLOTS: (i32, i32) = (270, 1770);
const GAP: i32 = 40;
const LEGEND: i32 = 96;

/// Two lots.
struct Pair {
    lots: [usize; 2],
    distance: f64,
    is_further: bool,
}

/// What the lots are apart in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    /// The shares of classes: the line is the bound that 95 % of halves keep.
    Composition,
    /// What the target cells express: the line is the median of halves.
    Expression,
}

/// One measure of distance.
pub(crate) struct Measured {
    name: Text,
    pairs: Vec<Pair>,
    /// What halves of one lot are apart, and what that number is.
    halves: Option<f64>,
    control: Option<usize>,
}

impl Measured {
    /// By the shares of classes.
    pub(crate) fn of_composition(measure: &DistanceMeasure) -> Self {
        let rows = measure.between.iter().enumerate();
        let pairs = rows.flat_map(|(i, row)| {
            row.iter().enumerate().map(move |(j, &distance)| Pair {
                lots: [j, i + 1],
                distance,
                is_further: distance > measure.null_p95,
            })
        });
        Self {
            name: t::composition_measure(&measure.name),
            pairs: pairs.collect(),
            halves: Some(measure.null_p95),
            control: measure.control,
        }
    }

    /// By what the target cells express.
    pub(crate) fn of_expression(measure: &ExpressionDistance, control: Option<usize>) -> Self {
        let pairs = measure
            .pairs
            .iter()
            .filter_map(|p| Some(Pair { lots: p.lots, distance: p.between?, is_further: p.is_further == Some(true) }));
        Self {
            name: t::expression_measure(&measure.measure),
            pairs: pairs.collect(),
            halves: measure.within_median,
            control,
        }
    }
}

/// Measures side by side, over as many sheets as the lots need; none where no two lots were compared.
pub(crate) fn distances(
    cohort: &Cohort,
    measures: &[Measured],
    of: Of,
    lang: Lang,
) -> Result<Vec<Figure>, ReportError> {
    if measures.iter().all(|m| m.pairs.is_empty()) {
        return Ok(Vec::new());
    }
    let (title, halves) = match of {
        Of::Composition => (t::DISTANCES_TITLE, t::HALVES_BOUND),
        Of::Expression => (t::EXPRESSION_TITLE, t::HALVES_MIDDLE),
    };
    let lots: Vec<usize> = (0..cohort.lots.len()).collect();
    let control = measures.iter().find_map(|m| m.control).and_then(|lot| cohort.lots.get(lot));
    lots.chunks(MOST_LOTS)
        .map(|lots| {
            let row = if lots.len() > 30 { 28 } else { 44 };
            let height = TITLE_HEIGHT + times(lots.len(), row) + BOTTOM + LEGEND;
            let frame = Frame {
                kind: FigureKind::Distances,
                title: title.with(&[&cohort.lots.len()]).plain(lang),
                alt: t::DISTANCES_ALT.said(),
                said: Vec::new(),
                height,
            };
            figure(frame, |area| {
                for (i, &lot) in lots.iter().enumerate() {
                    let name = shortened(&cohort.lots[lot].id, LABEL_CHARS);
                    write(area, &name, (LABEL_LEFT, TITLE_HEIGHT + times(i, row) + row / 2), &font(SMALL))?;
                }
                let width = (PLOTS.1 - PLOTS.0 + GAP) / i32::try_from(measures.len()).unwrap_or(1).max(1) - GAP;
                for (i, measure) in measures.iter().enumerate() {
                    let left = PLOTS.0 + times(i, width + GAP);
                    panel(area, measure, lots, (left, left + width), row, lang)?;
                }
                legend(area, height - LEGEND, halves, control.map(|c| c.id.as_str()), lang)
            })
        })
        .collect()
}

fn panel(
    area: &Area<'_>,
    measure: &Measured,
    lots: &[usize],
    (left, right): (i32, i32),
    row: i32,
    lang: Lang,
) -> Drawn {
    let highest = measure.pairs.iter().map(|p| p.distance).fold(measure.halves.unwrap_or(0.0), f64::max);
    let x_title = measure.name.plain(lang);
    let frame = ChartFrame {
        origin: (left, TITLE_HEIGHT),
        size: (right - left, times(lots.len(), row) + BOTTOM),
        left: 1,
        x_title: &x_title,
        y_title: "",
    };
    let rows = Axis::with_ticks(0.0, lots.len() as f64, Vec::new());
    let chart = chart(area, &frame, Axis::within(0.0, highest * 1.03, 4), rows)?;
    let x = |distance: f64| at(&chart, distance, 0.0).0;
    let (_, top, _, bottom) = inside(&chart);
    for (i, &lot) in lots.iter().enumerate() {
        let y = TITLE_HEIGHT + times(i, row) + row / 2;
        let base = y + row * 3 / 10;
        line(area, (x(0.0), base), (x(highest), base), stroke(GRID, 1))?;
        let of_lot = || measure.pairs.iter().filter(move |p| p.lots.contains(&lot));
        let mut teeth: Vec<(i32, bool)> = of_lot().map(|p| (x(p.distance), p.is_further)).collect();
        teeth.sort_unstable();
        let height = |is_further: bool| row * if is_further { 6 } else { 2 } / 10;
        let outline = teeth.iter().flat_map(|&(x, far)| [(x, base), (x, base - height(far)), (x, base)]);
        // One line with all teeth: a shape per pair would make the page of many lots heavy.
        path(area, outline.collect(), stroke(BLUE, 2))?;
        let Some(control) = measure.control.filter(|&control| control != lot) else { continue };
        for pair in of_lot().filter(|p| p.lots.contains(&control)) {
            marker(area, (x(pair.distance), y), 8, Shape::Square, LIMIT)?;
        }
    }
    match measure.halves {
        Some(halves) => dashed(area, (x(halves), top), (x(halves), bottom), stroke(MUTED, 3)),
        None => Ok(()),
    }
}

/// Two lines of what the shapes mean.
fn legend(area: &Area<'_>, top: i32, halves: Term, control: Option<&str>, lang: Lang) -> Drawn {
    let text = coloured(SMALL, MUTED);
    let (first, second) = (top + 26, top + 68);
    path(
        area,
        vec![(30, first + 10), (60, first + 10), (60, first - 14), (60, first + 10), (90, first + 10)],
        stroke(BLUE, 2),
    )?;
    write(area, &t::LONG_TOOTH.said().plain(lang), (106, first), &text)?;
    path(
        area,
        vec![(900, first + 10), (930, first + 10), (930, first + 2), (930, first + 10), (960, first + 10)],
        stroke(BLUE, 2),
    )?;
    write(area, &t::SHORT_TOOTH.said().plain(lang), (976, first), &text)?;
    dashed(area, (60, second - 18), (60, second + 18), stroke(MUTED, 3))?;
    write(area, &halves.said().plain(lang), (106, second), &text)?;
    let Some(control) = control else { return Ok(()) };
    marker(area, (930, second), 8, Shape::Square, LIMIT)?;
    let name = shortened(control, LABEL_CHARS);
    write(area, &t::DISTANCE_TO.with(&[&name]).plain(lang), (976, second), &coloured(SMALL, LIMIT))
}
