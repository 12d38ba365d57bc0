//! Two groups of lots: the odds ratio of each class with its 90 % interval against the margins, and what is shown.

use plotters::prelude::RGBColor;

use super::axis::Axis;
use super::canvas::{
    Area, BOTTOM, ChartFrame, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, at, bold, chart, coloured, figure, fill, font,
    inside, line, rectangle, shortened, stroke, times, write,
};
use super::marker::{Shape, marker};
use super::said::cut;
use super::style::{BAND, BLUE, BLUE_TINT, INK, LIMIT, MUTED, VERMILLION};
use super::{Figure, FigureKind};
use crate::cohort::{ClassComparison, Cohort, CohortClass, Equivalence, GroupComparison};
use crate::error::ReportError;
use crate::lang::Lang;
use crate::number;
use crate::terms::cohort as t;
use crate::text::{Sayable, Text};

const ROW: i32 = 46;
const HEADER: i32 = 44;
const LEGEND: i32 = 56;
const LABEL_LEFT: i32 = 20;
const LABEL_CHARS: usize = 31;
const PLOT: (i32, i32) = (500, 1110);
const RATIO_LEFT: i32 = 1135;
const SHOWN_LEFT: i32 = 1500;
const SHOWN_CHARS: usize = 23;

/// One line of the figure.
struct Row<'m> {
    class: &'m CohortClass,
    found: &'m ClassComparison,
}

/// The classes of both groups that have a ratio, or something to show without one; `None` where there is none.
pub(crate) fn comparability(cohort: &Cohort, lang: Lang) -> Result<Option<Figure>, ReportError> {
    let Some(comparison) = &cohort.comparison else { return Ok(None) };
    let rows: Vec<Row<'_>> = comparison
        .classes
        .iter()
        .filter(|c| c.odds_ratio.is_some() || c.shown != Equivalence::DescribeOnly)
        .filter_map(|found| Some(Row { class: cohort.classes.iter().find(|c| c.id == found.class)?, found }))
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let [a, b] = &comparison.groups;
    let title = t::COMPARISON.with(&[&comparison.column, b, a]);
    let frame = Frame {
        kind: FigureKind::Comparability,
        title: cut(&title, 90).plain(lang),
        alt: t::COMPARISON_ALT.with(&[b, a]),
        said: Vec::new(),
        height: TITLE_HEIGHT + HEADER + times(rows.len(), ROW) + BOTTOM + LEGEND,
    };
    figure(frame, |area| draw(area, comparison, &rows, lang)).map(Some)
}

fn draw(area: &Area<'_>, comparison: &GroupComparison, rows: &[Row<'_>], lang: Lang) -> Drawn {
    let top = TITLE_HEIGHT + HEADER;
    let middle = |i: usize| top + times(i, ROW) + ROW / 2;
    for i in (0..rows.len()).step_by(2) {
        rectangle(area, (LABEL_LEFT - 8, middle(i) - ROW / 2), (1790, middle(i) + ROW / 2), fill(BAND))?;
    }
    let header = coloured(SMALL, MUTED);
    let heads = [(LABEL_LEFT, t::CLASS), (RATIO_LEFT, t::RATIO_AND_INTERVAL), (SHOWN_LEFT, t::SHOWN)];
    for (x, head) in heads {
        write(area, &head.said().plain(lang), (x, top - HEADER / 2), &header)?;
    }
    let [a, b] = &comparison.groups;
    let x_title = t::RATIO_AXIS.with(&[&shortened(b, 18), &shortened(a, 18)]).plain(lang);
    let frame = ChartFrame {
        origin: (PLOT.0 - 1, top),
        // The chart keeps a unit on either side for itself.
        size: (PLOT.1 - PLOT.0 + 2, times(rows.len(), ROW) + BOTTOM),
        left: 1,
        x_title: &x_title,
        y_title: "",
    };
    let most = widest(rows);
    let axis = Axis::log10(1.0 / most, most, |v| number::significant(v, 1));
    let chart = chart(area, &frame, axis, Axis::with_ticks(0.0, rows.len() as f64, Vec::new()))?;
    let x = |ratio: f64| at(&chart, ratio, 0.0).0;
    let (_, upper, _, lower) = inside(&chart);
    line(area, (x(1.0), upper), (x(1.0), lower), stroke(MUTED, 2))?;
    for (i, row) in rows.iter().enumerate() {
        put(area, row, middle(i), x, lang)?;
    }
    let y = top + times(rows.len(), ROW) + BOTTOM + LEGEND / 2;
    rectangle(area, (60, y - 12), (130, y + 12), fill(BLUE_TINT))?;
    for end in [60, 130] {
        line(area, (end, y - 16), (end, y + 16), stroke(LIMIT, 4))?;
    }
    write(area, &t::WITHIN_MARGIN.said().plain(lang), (150, y), &header)?;
    let shapes = [(560, Equivalence::Equivalent, t::EQUIVALENT), (860, Equivalence::NotEquivalent, t::NOT_EQUIVALENT)];
    let more =
        [(1160, Equivalence::EquivalenceNotShown, t::NOT_SHOWN), (1500, Equivalence::DescribeOnly, t::DESCRIBED)];
    shapes.into_iter().chain(more).try_for_each(|(x, shown, word)| {
        let (shape, colour) = style(shown);
        marker(area, (x, y), 10, shape, colour)?;
        write(area, &word.said().plain(lang), (x + 24, y), &header)
    })
}

/// The largest ratio drawn, either way: of the intervals and of the margins, twofold at least.
fn widest(rows: &[Row<'_>]) -> f64 {
    let drawn = rows.iter().flat_map(|r| [r.found.low_90, r.found.high_90, r.found.odds_ratio, r.found.margin]);
    let either = drawn.flatten().filter(|v| v.is_finite() && *v > 0.0).map(|v| v.max(1.0 / v));
    1.1 * either.fold(2.0, f64::max).min(1e4)
}

/// How what is shown is told: the shape says it, too.
fn style(shown: Equivalence) -> (Shape, RGBColor) {
    match shown {
        Equivalence::Equivalent => (Shape::Disc, BLUE),
        Equivalence::BothBelow => (Shape::Ring, BLUE),
        Equivalence::NotEquivalent => (Shape::Square, VERMILLION),
        Equivalence::EquivalenceNotShown => (Shape::Diamond, INK),
        Equivalence::DescribeOnly => (Shape::Ring, MUTED),
    }
}

fn put(area: &Area<'_>, row: &Row<'_>, y: i32, x: impl Fn(f64) -> i32, lang: Lang) -> Drawn {
    let Row { class, found } = row;
    let name = cut(&Text::named(&class.label, class.label_zh.as_deref()), LABEL_CHARS).plain(lang);
    let is_part = class.parent.is_some();
    let (indent, size) = if is_part { (40, SMALL) } else { (0, NORMAL) };
    write(area, &name, (LABEL_LEFT + indent, y), &font(size))?;
    if let Some(margin) = found.margin {
        let (from, to) = (x(1.0 / margin), x(margin));
        rectangle(area, (from, y - 14), (to, y + 14), fill(BLUE_TINT))?;
        line(area, (x(1.0), y - 14), (x(1.0), y + 14), stroke(MUTED, 2))?;
        for end in [from, to] {
            line(area, (end, y - 18), (end, y + 18), stroke(LIMIT, 4))?;
        }
    }
    let (shape, colour) = style(found.shown);
    let mut said = Vec::new();
    if let Some((low, high)) = found.low_90.zip(found.high_90) {
        line(area, (x(low), y), (x(high), y), stroke(INK, 4))?;
        for end in [low, high] {
            line(area, (x(end), y - 9), (x(end), y + 9), stroke(INK, 4))?;
        }
        let dash = format!("{0}–{0}", number::NBSP);
        said.push(format!("({}{dash}{})", number::significant(low, 3), number::significant(high, 3)));
    }
    if let Some(ratio) = found.odds_ratio {
        marker(area, (x(ratio), y), 10, shape, colour)?;
        said.insert(0, number::significant(ratio, 3));
    }
    write(area, &Text::Number(said.join(" ")).plain(lang), (RATIO_LEFT, y), &font(SMALL))?;
    let is_decided = found.shown != Equivalence::DescribeOnly;
    let word = if is_decided { bold(SMALL) } else { coloured(SMALL, MUTED) };
    write(area, &cut(&t::shown(found), SHOWN_CHARS).plain(lang), (SHOWN_LEFT, y), &word)
}
