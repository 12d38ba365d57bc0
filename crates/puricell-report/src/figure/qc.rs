//! Histograms of the QC metrics, kept against dropped cells, with the cut-offs.

use super::axis::Axis;
use super::canvas::{
    Area, ChartFrame, Drawn, Frame, SMALL, TITLE_HEIGHT, WIDTH, at, chart, coloured, dashed, figure, fill, font,
    inside, line, rectangle, right, stroke, times, write,
};
use super::style::{BLUE, BLUE_TINT, LIMIT, VERMILLION};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Distribution, Model, QcThreshold, Scale, Side, Unit};
use crate::number;
use crate::terms::{captions, known};
use crate::text::{Text, list};

const COLUMNS: usize = 3;
const PANEL: i32 = 560;
const LEGEND: i32 = 56;

/// The histograms, three in a row.
pub(crate) fn qc(model: &Model) -> Result<Option<Figure>, ReportError> {
    let distributions: Vec<&Distribution> = model.qc.distributions.iter().filter(|d| d.edges.len() > 1).collect();
    if distributions.is_empty() {
        return Ok(None);
    }
    let rows = distributions.len().div_ceil(COLUMNS);
    let names: Vec<Text> = distributions.iter().map(|d| known(&d.label)).collect();
    let cells = &model.qc.accounting;
    let dropped = cells.loaded - cells.kept.min(cells.loaded);
    let frame = Frame {
        kind: FigureKind::Qc,
        title: "Quality of the cells and the cut-offs of this lot".to_owned(),
        alt: captions::QUALITY.with(&[&list(&names), &number::count(cells.kept), &number::count(dropped)]),
        said: Vec::new(),
        height: TITLE_HEIGHT + LEGEND + times(rows, PANEL),
    };
    figure(frame, |area| {
        legend(area, cells.kept, dropped)?;
        let width = WIDTH / times(COLUMNS, 1);
        for (i, distribution) in distributions.iter().enumerate() {
            let origin = (times(i % COLUMNS, width), TITLE_HEIGHT + LEGEND + times(i / COLUMNS, PANEL));
            let thresholds: Vec<&QcThreshold> =
                model.qc.thresholds.iter().filter(|t| t.metric == distribution.metric).collect();
            histogram(area, origin, width, distribution, &thresholds, i % COLUMNS == 0)?;
        }
        Ok(())
    })
    .map(Some)
}

fn legend(area: &Area<'_>, kept: u64, dropped: u64) -> Drawn {
    let y = TITLE_HEIGHT + LEGEND / 2 - 8;
    rectangle(area, (120, y - 13), (160, y + 13), fill(BLUE_TINT))?;
    outline(area, (120, y - 13), (160, y + 13), BLUE)?;
    write(area, &format!("kept, n = {}", number::count(kept)), (174, y), &font(SMALL))?;
    hatched(area, (560, y - 13), (600, y + 13))?;
    write(area, &format!("dropped, n = {} (stacked on top)", number::count(dropped)), (614, y), &font(SMALL))?;
    dashed(area, (1160, y - 16), (1160, y + 16), stroke(LIMIT, 3))?;
    write(area, "cut-off", (1176, y), &font(SMALL))
}

fn histogram(
    area: &Area<'_>,
    origin: (i32, i32),
    width: i32,
    data: &Distribution,
    thresholds: &[&QcThreshold],
    first: bool,
) -> Drawn {
    let (Some(&low), Some(&high)) = (data.edges.first(), data.edges.last()) else { return Ok(()) };
    // The axis reaches every cut-off: one drawn at the edge would be read as the edge's value.
    let cut_offs = || thresholds.iter().filter_map(|t| t.value).filter(|v| v.is_finite());
    let low = cut_offs().filter(|&v| data.scale == Scale::Linear || v > 0.0).fold(low, f64::min);
    let high = cut_offs().fold(high, f64::max);
    let tallest = data.kept.iter().zip(&data.dropped).map(|(k, d)| k + d).max().unwrap_or(0).max(1);
    let tick = |value: f64| match data.unit {
        Unit::Fraction => number::given_percent(value),
        Unit::Count | Unit::Number => number::significant(value, 1),
    };
    let x = match (data.scale, data.unit) {
        (Scale::Log10, _) => Axis::log10(low, high, tick),
        (Scale::Linear, Unit::Fraction) => Axis::percent(high, 4),
        (Scale::Linear, _) => Axis::linear(low, high, 4),
    };
    let title = match (data.scale, data.unit) {
        (Scale::Log10, _) => format!("{} (log scale)", data.label),
        (Scale::Linear, Unit::Fraction) => format!("{}, %", data.label),
        (Scale::Linear, _) => data.label.clone(),
    };
    let frame = ChartFrame {
        origin: (origin.0 + 10, origin.1 + 44),
        size: (width - 34, PANEL - 64),
        left: 108,
        x_title: &title,
        y_title: if first { "cells per bin" } else { "" },
    };
    let chart = chart(area, &frame, x, Axis::linear(0.0, tallest as f64, 4))?;
    for (bin, edges) in data.edges.windows(2).enumerate() {
        let &[from, to] = edges else { continue };
        let (kept, dropped) = (data.kept.get(bin).copied().unwrap_or(0), data.dropped.get(bin).copied().unwrap_or(0));
        let (base, middle, upper) =
            (at(&chart, from, 0.0), at(&chart, to, kept as f64), at(&chart, from, (kept + dropped) as f64));
        if kept > 0 {
            rectangle(area, (base.0, middle.1), (middle.0, base.1), fill(BLUE_TINT))?;
            outline(area, (base.0, middle.1), (middle.0, base.1), BLUE)?;
        }
        if dropped > 0 {
            // One cell in a tall histogram is still seen.
            hatched(area, (base.0, upper.1.min(middle.1 - 2)), (middle.0, middle.1))?;
        }
    }
    let (left, top, right_edge, bottom) = inside(&chart);
    for threshold in thresholds {
        let Some(value) = threshold.value else { continue };
        let x = at(&chart, value, 0.0).0;
        dashed(area, (x, top - 12), (x, bottom), stroke(LIMIT, 3))?;
        let (sign, text) = match threshold.side {
            Side::Lower => ("≥", coloured(SMALL, LIMIT)),
            Side::Upper => ("≤", coloured(SMALL, LIMIT)),
        };
        let shown = match threshold.unit {
            Unit::Fraction => number::cut_off_percent(value),
            Unit::Count | Unit::Number => number::significant(value, 3),
        };
        // The label stands on the side where there is room.
        let label = format!("{sign}{}{shown}", number::NBSP);
        if x > i32::midpoint(left, right_edge) {
            write(area, &label, (right_edge.min(x + 90), top - 28), &right(&text))?;
        } else {
            write(area, &label, (left.max(x - 60), top - 28), &text)?;
        }
    }
    Ok(())
}

fn outline(area: &Area<'_>, from: (i32, i32), to: (i32, i32), colour: plotters::prelude::RGBColor) -> Drawn {
    rectangle(area, from, to, stroke(colour, 1))
}

/// A bar of upright hatching: told from a plain bar without colour.
fn hatched(area: &Area<'_>, from: (i32, i32), to: (i32, i32)) -> Drawn {
    outline(area, from, to, VERMILLION)?;
    if to.1 - from.1 < 8 {
        return Ok(());
    }
    let mut x = from.0 + 5;
    while x < to.0 {
        line(area, (x, from.1), (x, to.1), stroke(VERMILLION, 2))?;
        x += 6;
    }
    Ok(())
}
