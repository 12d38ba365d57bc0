//! The spillover matrix as a heat map.

use super::canvas::{
    Area, Drawn, Frame, SMALL, TITLE_HEIGHT, centred, coloured, figure, fill, font, rectangle, right, shortened,
    stroke, times, upwards, write,
};
use super::style::{BAND, GRID, INK, MUTED, VERMILLION, ramp};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Compensation, Model};
use crate::number;
use crate::terms::{captions, known};
use plotters::prelude::WHITE;

const LEFT: i32 = 330;
const TOP: i32 = TITLE_HEIGHT + 230;
const SIDE: i32 = 1440;
const WIDEST: i32 = 112;
const NAME_CHARS: usize = 16;
/// Cells narrower than this hold no number.
const NUMBER_ROOM: i32 = 70;

/// Rows are fluorochromes, columns the detectors they are seen in.
pub(crate) fn spillover(model: &Model) -> Result<Option<Figure>, ReportError> {
    let Some(data) = model.cytometry.as_ref().and_then(|c| c.compensation.as_ref()) else { return Ok(None) };
    if data.channels.is_empty() {
        return Ok(None);
    }
    let cell = (SIDE / times(data.channels.len(), 1)).clamp(4, WIDEST);
    let condition = data.condition_number.map_or_else(String::new, |c| {
        let norm = data.condition_norm.as_ref().map_or_else(String::new, |n| format!(" ({n})"));
        format!("; condition number {}{norm}", number::significant(c, 3))
    });
    let frame = Frame {
        kind: FigureKind::Spillover,
        title: format!("Spillover, % of the signal in the fluorochrome's own detector{condition}"),
        alt: captions::SPILLOVER.with(&[
            &data.channels.len().to_string(),
            &known(&data.source),
            &number::significant(largest(data), 3),
        ]),
        said: Vec::new(),
        height: TOP + times(data.channels.len(), cell) + 70,
    };
    figure(frame, |area| draw(area, data, cell)).map(Some)
}

/// The coefficients off the diagonal, with row and column.
fn coefficients(data: &Compensation) -> impl Iterator<Item = (usize, usize, f64)> {
    data.matrix.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, &v)| (i, j, v)))
}

fn largest(data: &Compensation) -> f64 {
    coefficients(data).filter(|&(i, j, _)| i != j).map(|(_, _, v)| v.abs()).fold(0.0, f64::max)
}

fn draw(area: &Area<'_>, data: &Compensation, cell: i32) -> Drawn {
    let most = largest(data).max(f64::MIN_POSITIVE);
    // Small coefficients matter as well: the colour follows the square root.
    let shade = |value: f64| libm::sqrt(value.abs() / most);
    let name = font(SMALL);
    for (i, channel) in data.channels.iter().enumerate() {
        let middle = times(i, cell) + cell / 2;
        let channel = shortened(channel, NAME_CHARS);
        if cell >= 26 {
            write(area, &channel, (LEFT - 12, TOP + middle), &right(&name))?;
            write(area, &channel, (LEFT + middle, TOP - 14), &upwards(&name))?;
        }
    }
    write(area, "detector", (LEFT - 12, TOP - 40), &right(&coloured(SMALL, MUTED)))?;
    write(area, "fluorochrome", (LEFT - 12, TOP - 10), &right(&coloured(SMALL, MUTED)))?;
    for (i, j, value) in coefficients(data) {
        let (x, y) = (LEFT + times(j, cell), TOP + times(i, cell));
        let corners = ((x, y), (x + cell, y + cell));
        let own = i == j;
        let none = value.abs() < f64::MIN_POSITIVE || !value.is_finite();
        let colour = if own {
            GRID
        } else if none {
            BAND
        } else {
            ramp(shade(value))
        };
        rectangle(area, corners.0, corners.1, fill(colour))?;
        rectangle(area, corners.0, corners.1, stroke(WHITE, 2))?;
        if value < 0.0 {
            rectangle(area, (x + 4, y + 4), (x + cell - 4, y + cell - 4), stroke(VERMILLION, 4))?;
        }
        if cell >= NUMBER_ROOM && !none {
            let ink = if !own && shade(value) > 0.35 { WHITE } else { INK };
            write(area, &coefficient(value), (x + cell / 2, y + cell / 2), &centred(&coloured(SMALL, ink)))?;
        }
    }
    let y = TOP + times(data.channels.len(), cell) + 38;
    let text = coloured(SMALL, MUTED);
    rectangle(area, (LEFT, y - 12), (LEFT + 30, y + 12), fill(BAND))?;
    write(area, "none", (LEFT + 44, y), &text)?;
    for step in 0..10 {
        let x = LEFT + 150 + 30 * step;
        rectangle(area, (x, y - 12), (x + 30, y + 12), fill(ramp(libm::sqrt(f64::from(step) / 9.0))))?;
    }
    write(area, &format!("up to {}", coefficient(most)), (LEFT + 466, y), &text)?;
    rectangle(area, (LEFT + 690, y - 12), (LEFT + 720, y + 12), stroke(VERMILLION, 4))?;
    write(area, "negative", (LEFT + 734, y), &text)
}

/// Per cent without its sign, to a tenth; smaller ones are said to be.
fn coefficient(value: f64) -> String {
    let percent = value * 100.0;
    if percent.abs() < 0.05 {
        return if value < 0.0 { "> \u{2212}0.1".to_owned() } else { "< 0.1".to_owned() };
    }
    let text = if percent >= 99.95 { number::fixed(percent, 0) } else { number::fixed(percent, 1) };
    text.replace('-', "\u{2212}")
}
