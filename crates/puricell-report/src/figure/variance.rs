//! What the lots vary by: for each class the shares of its variance with their intervals, or why there are none.

use super::axis::Axis;
use super::canvas::{
    Area, BOTTOM, ChartFrame, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, at, bold, chart, coloured, figure, fill, font,
    line, rectangle, stroke, times, write,
};
use super::marker::{Shape, marker};
use super::said::cut;
use super::style::{BAND, BLUE, INK, MUTED};
use super::{Figure, FigureKind};
use crate::cohort::{Cohort, CohortClass, VarianceShare};
use crate::error::ReportError;
use crate::lang::Lang;
use crate::number;
use crate::terms::{self, cohort as t};
use crate::text::{Sayable, Text};

const ROW: i32 = 42;
/// Rows that a page holds.
const MOST_ROWS: usize = 48;
const LABEL_LEFT: i32 = 20;
const NAME_CHARS: usize = 28;
const PLOT: (i32, i32) = (520, 1300);
const SHARE_LEFT: i32 = 1330;
/// Letters between the left of the plot and the edge of the sheet.
const REASON_CHARS: usize = 96;

/// One line of the figure.
enum Row<'m> {
    /// The name of a class, with what there is to say instead of shares.
    Class(&'m CohortClass),
    /// A part of its variance.
    Part(&'m VarianceShare),
}

/// The shares of the classes given, over as many sheets as they need; none where no class has shares.
pub(crate) fn variance<'m>(
    classes: impl Iterator<Item = &'m CohortClass>,
    cohort: &Cohort,
    lang: Lang,
) -> Result<Vec<Figure>, ReportError> {
    let classes: Vec<&CohortClass> = classes.filter(|c| c.n_lots > 0).collect();
    if classes.iter().all(|c| c.variance.is_empty()) {
        return Ok(Vec::new());
    }
    let mut sheets: Vec<Vec<Row<'_>>> = Vec::new();
    for class in classes {
        let rows = std::iter::once(Row::Class(class)).chain(class.variance.iter().map(Row::Part));
        match sheets.last_mut() {
            Some(sheet) if sheet.len() + class.variance.len() < MOST_ROWS => sheet.extend(rows),
            _ => sheets.push(rows.collect()),
        }
    }
    sheets
        .iter()
        .map(|rows| {
            let frame = Frame {
                kind: FigureKind::Variance,
                title: t::VARIANCE_TITLE.with(&[&cohort.lots.len()]).plain(lang),
                alt: t::VARIANCE_ALT.said(),
                said: Vec::new(),
                height: TITLE_HEIGHT + times(rows.len(), ROW) + BOTTOM,
            };
            figure(frame, |area| draw(area, rows, lang))
        })
        .collect()
}

fn draw(area: &Area<'_>, rows: &[Row<'_>], lang: Lang) -> Drawn {
    let (top, height) = (TITLE_HEIGHT, times(rows.len(), ROW));
    let middle = |i: usize| top + times(i, ROW) + ROW / 2;
    let x_title = t::VARIANCE_AXIS.said().plain(lang);
    let frame = ChartFrame {
        origin: (PLOT.0 - 1, top),
        // The chart keeps a unit on either side for itself.
        size: (PLOT.1 - PLOT.0 + 2, height + BOTTOM),
        left: 1,
        x_title: &x_title,
        y_title: "",
    };
    let chart = chart(area, &frame, Axis::percent(1.0, 5), Axis::with_ticks(0.0, rows.len() as f64, Vec::new()))?;
    let x = |share: f64| at(&chart, share, 0.0).0;
    for (i, row) in rows.iter().enumerate() {
        let y = middle(i);
        match row {
            Row::Class(class) => {
                rectangle(area, (LABEL_LEFT - 8, y - ROW / 2), (1790, y + ROW / 2), fill(BAND))?;
                let name = Text::named(&class.label, class.label_zh.as_deref());
                let room = if class.variance.is_empty() { NAME_CHARS } else { REASON_CHARS };
                write(area, &cut(&name, room).plain(lang), (LABEL_LEFT, y), &bold(NORMAL))?;
                if let Some(why) = &class.variance_why_not {
                    without(area, y, why, lang)?;
                }
            }
            Row::Part(part) => {
                write(area, &cut(&t::variance_part(part), NAME_CHARS).plain(lang), (LABEL_LEFT + 34, y), &font(SMALL))?;
                share(area, part, y, x, lang)?;
            }
        }
    }
    Ok(())
}

fn share(area: &Area<'_>, part: &VarianceShare, y: i32, x: impl Fn(f64) -> i32, lang: Lang) -> Drawn {
    let Some(share) = part.share else {
        return without(area, y, part.why_not.as_deref().unwrap_or(number::NOT_ESTIMATED), lang);
    };
    let mut text = format!("{}{}%", number::fixed(share * 100.0, 1), number::NBSP);
    if let Some((low, high)) = part.low.zip(part.high) {
        let ink = stroke(INK, 4);
        line(area, (x(low), y), (x(high), y), ink)?;
        for end in [low, high] {
            line(area, (x(end), y - 9), (x(end), y + 9), ink)?;
        }
        text = format!("{text} ({})", number::interval(low, high));
    }
    // What no factor explains has another shape.
    let shape = if matches!(part.name.as_str(), "lot" | "counting") { Shape::Box } else { Shape::Disc };
    marker(area, (x(share), y), 10, shape, BLUE)?;
    write(area, &Text::Number(text).plain(lang), (SHARE_LEFT, y), &font(SMALL))
}

/// Says why there is nothing to draw.
fn without(area: &Area<'_>, y: i32, why: &str, lang: Lang) -> Drawn {
    let text = t::NOT_ESTIMABLE_AS.with(&[&terms::known(why)]);
    write(area, &cut(&text, REASON_CHARS).plain(lang), (PLOT.0 + 12, y), &coloured(SMALL, MUTED))
}
