//! The map of all kept cells: an illustration, without axes, since its distances mean nothing.

use super::canvas::{Area, Drawn, Frame, SMALL, TITLE_HEIGHT, coloured, figure, line, stroke, times, write};
use super::scatter::{legend_entries, map_points, subset_note};
use super::style::{GRID, LIMIT};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Model, Umap};
use crate::terms::captions;
use crate::terms::words::of;
use crate::words;

const SIDE: i32 = 1060;
const LEFT: i32 = 20;

/// The map, coloured by call.
pub(crate) fn umap(model: &Model) -> Result<Option<Figure>, ReportError> {
    let Some(map) = &model.umap else { return Ok(None) };
    if map.class.is_empty() {
        return Ok(None);
    }
    let units = words::of_what(model);
    // A map of events is of a sample.
    let n_total = if model.cytometry.is_some() { model.qc.accounting.kept } else { map.n_total };
    let frame = Frame {
        kind: FigureKind::Umap,
        title: format!("Map of the lot (UMAP), illustration only{}", subset_note(n_total, map.class.len(), units)),
        alt: captions::MAP.with(&[&of(model.cytometry.is_some()).many]),
        said: legend_entries(model, &map.class).into_iter().map(|e| e.text).collect(),
        height: TITLE_HEIGHT + SIDE + 20,
    };
    figure(frame, |area| draw(area, model, map)).map(Some)
}

fn draw(area: &Area<'_>, model: &Model, map: &Umap) -> Drawn {
    let (top, right, bottom) = (TITLE_HEIGHT, LEFT + SIDE, TITLE_HEIGHT + SIDE);
    for (from, to) in [
        ((LEFT, top), (right, top)),
        ((right, top), (right, bottom)),
        ((right, bottom), (LEFT, bottom)),
        ((LEFT, bottom), (LEFT, top)),
    ] {
        line(area, from, to, stroke(GRID, 2))?;
    }
    let finite = || map.x.iter().zip(&map.y).filter(|(x, y)| x.is_finite() && y.is_finite());
    let start = (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY);
    let (x_low, x_high, y_low, y_high) = finite().fold(start, |(a, b, c, d), (&x, &y)| {
        let (x, y) = (f64::from(x), f64::from(y));
        (a.min(x), b.max(x), c.min(y), d.max(y))
    });
    // One scale for both directions.
    let span = (x_high - x_low).max(y_high - y_low).max(f64::MIN_POSITIVE);
    let scale = f64::from(SIDE - 60) / span;
    let (x_mid, y_mid) = (f64::midpoint(x_low, x_high), f64::midpoint(y_low, y_high));
    let points: Vec<((i32, i32), u32)> = map
        .x
        .iter()
        .zip(&map.y)
        .zip(&map.class)
        .filter(|((x, y), _)| x.is_finite() && y.is_finite())
        .map(|((&x, &y), &class)| {
            let dx = libm::round((f64::from(x) - x_mid) * scale) as i32;
            let dy = libm::round((f64::from(y) - y_mid) * scale) as i32;
            ((LEFT + SIDE / 2 + dx, top + SIDE / 2 - dy), class)
        })
        .collect();
    map_points(area, model, &points, (right + 40, top + 30))?;
    let note = coloured(SMALL, LIMIT);
    for (i, text) in [
        "Illustration only: distances, areas and",
        "densities on this map carry no meaning;",
        "no call and no share rests on it.",
    ]
    .iter()
    .enumerate()
    {
        write(area, text, (right + 40, bottom - 90 + times(i, 36)), &note)?;
    }
    Ok(())
}
