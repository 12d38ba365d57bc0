//! Score of the target against the score of each contaminant family, with the thresholds of the two-key rule.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::axis::Axis;
use super::canvas::{
    Area, ChartFrame, Drawn, Frame, SMALL, TITLE_HEIGHT, WIDTH, at, bold, chart, coloured, dashed, figure, font,
    inside, right, stroke, times, write,
};
use super::marker::marker;
use super::said::{cut, labelled};
use super::style::{ClassStyle, LIMIT, MUTED, class_styles, top};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{DenominatorId, Model, Role, Scatter, ScatterAxis};
use crate::number;
use crate::terms::captions;
use crate::terms::words::{of, role};
use crate::text::{Sayable, Text, join, list};
use crate::view::class_name;
use crate::words::{self, Units};

const PANEL: i32 = 760;
const LEGEND_ROW: i32 = 46;
const LEGEND_COLUMNS: usize = 3;
/// Above this many points the markers of a class shrink.
const MANY_POINTS: usize = 1000;
const LABEL_CHARS: usize = 28;

/// One legend entry: a top class among the points.
pub(crate) struct Entry {
    class: usize,
    style: ClassStyle,
    /// Of a point; smaller for a class with many points.
    radius: i32,
    pub(crate) text: Text,
}

/// The score panels, two in a row.
pub(crate) fn scores(model: &Model) -> Result<Option<Figure>, ReportError> {
    let Some(scatter) = &model.calls.scatter else { return Ok(None) };
    if scatter.contaminants.is_empty() || scatter.class.is_empty() {
        return Ok(None);
    }
    let units = words::of_what(model);
    let entries = legend_entries(model, &scatter.class);
    let legend_top = TITLE_HEIGHT + times(scatter.contaminants.len().div_ceil(2), PANEL) + 14;
    let legend_height = times(entries.len().div_ceil(LEGEND_COLUMNS), LEGEND_ROW);
    let families: Vec<Text> = scatter.contaminants.iter().map(|a| labelled(model, &a.label)).collect();
    let counts: Vec<Text> = entries.iter().map(|e| e.text.clone()).collect();
    let frame = Frame {
        kind: FigureKind::Scores,
        title: format!("Scores behind the calls{}", subset_note(scatter.n_total, scatter.class.len(), units)),
        alt: captions::SCORES.with(&[
            &of(model.cytometry.is_some()).one,
            &labelled(model, &scatter.target.label),
            &list(&families),
            &join(&counts, "; ", "；"),
        ]),
        said: counts.into_iter().chain([thresholds_text(model, scatter)]).collect(),
        height: legend_top + legend_height + LEGEND_ROW + 10,
    };
    figure(frame, |area| {
        for (i, axis) in scatter.contaminants.iter().enumerate() {
            let origin = (times(i % 2, WIDTH / 2), TITLE_HEIGHT + times(i / 2, PANEL));
            panel(area, origin, scatter, axis, &entries, model)?;
        }
        legend(area, legend_top, &entries)?;
        let y = legend_top + legend_height + LEGEND_ROW / 2;
        dashed(area, (40, y), (84, y), stroke(LIMIT, 3))?;
        write(area, &thresholds_text(model, scatter).en(), (100, y), &coloured(SMALL, LIMIT))
    })
    .map(Some)
}

/// Says when not every kept cell is drawn.
pub(crate) fn subset_note(n_total: u64, n_points: usize, Units { many, .. }: Units) -> String {
    if n_points as u64 == n_total {
        format!(": {} kept {many}", number::count(n_total))
    } else {
        format!(": {} of {} kept {many} drawn", number::count(n_points as u64), number::count(n_total))
    }
}

fn panel(
    area: &Area<'_>,
    origin: (i32, i32),
    scatter: &Scatter,
    axis: &ScatterAxis,
    entries: &[Entry],
    model: &Model,
) -> Drawn {
    let frame = ChartFrame {
        origin: (origin.0 + 10, origin.1 + 36),
        size: (WIDTH / 2 - 40, PANEL - 56),
        left: 112,
        x_title: &scatter.target.label,
        y_title: &axis.label,
    };
    let chart = chart(area, &frame, score_axis(&scatter.target), score_axis(axis))?;
    let (left, upper, right_edge, lower) = inside(&chart);
    for entry in entries {
        let of_class = scatter.class.iter().map(|&class| top(&model.classes, class as usize) == entry.class);
        let points = of_class.zip(scatter.target.score.iter().zip(&axis.score)).filter(|(is_own, _)| *is_own);
        // Of many cells in one place the first covers the others: three in four, in a lot of many contaminants.
        let mut drawn = BTreeSet::new();
        for (_, (&x, &y)) in points {
            let place = at(&chart, f64::from(x), f64::from(y));
            if drawn.insert(place) {
                marker(area, place, entry.radius, entry.style.shape, entry.style.colour)?;
            }
        }
    }
    let rule = stroke(LIMIT, 3);
    for x in [scatter.target.low, scatter.target.high].into_iter().flatten() {
        let x = at(&chart, x, 0.0).0;
        dashed(area, (x, upper), (x, lower), rule)?;
    }
    for y in [axis.low, axis.high].into_iter().flatten() {
        let y = at(&chart, 0.0, y).1;
        dashed(area, (left, y), (right_edge, y), rule)?;
    }
    let note = coloured(SMALL, MUTED);
    write(area, "contaminant: stromal low", (left, upper - 18), &note)?;
    write(area, "suspect: both high", (right_edge, upper - 18), &right(&note))
}

/// The thresholds in words; those that the contaminant classes share are said once.
fn thresholds_text(model: &Model, scatter: &Scatter) -> Text {
    let levels = |axis: &ScatterAxis| {
        let low = axis.low.map(|v| captions::LOW.with(&[&number::fixed(v, 2)]));
        let high = axis.high.map(|v| captions::HIGH.with(&[&number::fixed(v, 2)]));
        join(&low.into_iter().chain(high).collect::<Vec<_>>(), ", ", "，")
    };
    let of_axis = |axis: &ScatterAxis| {
        let class = model.classes.iter().find(|c| c.id == axis.class);
        let zh =
            class.map(|c| if c.role == Role::Target { role(c.role).zh } else { c.label_zh.as_deref().unwrap_or("") });
        let id = axis.class.replace('_', " ");
        let name = Text::named(&id, zh.filter(|zh| !zh.is_empty()));
        (name, levels(axis))
    };
    let mut parts = vec![of_axis(&scatter.target)];
    let shared = scatter.contaminants.first().map(levels);
    match shared {
        Some(shared) if scatter.contaminants.len() > 1 && scatter.contaminants.iter().all(|a| levels(a) == shared) => {
            parts.push((captions::EVERY_OTHER.said(), shared));
        }
        _ => parts.extend(scatter.contaminants.iter().map(of_axis)),
    }
    let said: Vec<Text> =
        parts.iter().filter(|(_, l)| !l.is_empty()).map(|(class, l)| captions::NAMED.with(&[class, l])).collect();
    captions::THRESHOLDS.with(&[&join(&said, "; ", "；")])
}

/// From zero (or the lowest score below) to the highest score.
fn score_axis(axis: &ScatterAxis) -> Axis {
    let ends = axis.score.iter().map(|&s| f64::from(s)).chain(axis.high).chain(axis.low).filter(|s| s.is_finite());
    let (low, high) = ends.fold((0.0_f64, 0.1_f64), |(low, high), s| (low.min(s), high.max(s)));
    Axis::linear(low, high * 1.06, 5)
}

/// The top classes present among the points, the most frequent first, so that rare ones are drawn above.
pub(crate) fn legend_entries(model: &Model, points: &[u32]) -> Vec<Entry> {
    let styles = class_styles(&model.classes);
    let mut drawn = vec![0_usize; model.classes.len()];
    for &class in points {
        if let Some(n) = drawn.get_mut(top(&model.classes, class as usize)) {
            *n += 1;
        }
    }
    let mut present: Vec<usize> = (0..drawn.len()).filter(|&c| drawn[c] > 0).collect();
    present.sort_by_key(|&c| (Reverse(drawn[c]), c));
    present
        .into_iter()
        .map(|class| {
            let id = &model.classes[class].id;
            let row =
                model.composition.iter().find(|r| r.class == *id && r.denominator == DenominatorId::ViableSinglets);
            let counts = row.and_then(|r| r.k.map(|k| format!("{} / {}", number::count(k), number::count(r.n))));
            let name = class_name(model, id);
            let text = match counts {
                Some(counts) => captions::NAMED.with(&[&cut(&name, LABEL_CHARS), &counts]),
                None => name,
            };
            Entry { class, style: styles[class], radius: if drawn[class] > MANY_POINTS { 4 } else { 6 }, text }
        })
        .collect()
}

fn legend(area: &Area<'_>, y: i32, entries: &[Entry]) -> Drawn {
    for (i, entry) in entries.iter().enumerate() {
        let x = 60 + times(i % LEGEND_COLUMNS, 580);
        let y = y + times(i / LEGEND_COLUMNS, LEGEND_ROW) + LEGEND_ROW / 2;
        marker(area, (x, y), 10, entry.style.shape, entry.style.colour)?;
        write(area, &entry.text.en(), (x + 26, y), &font(SMALL))?;
    }
    Ok(())
}

/// Draws the points of a map in the order of the legend, and the legend in a column at the right.
pub(crate) fn map_points(area: &Area<'_>, model: &Model, points: &[((i32, i32), u32)], column: (i32, i32)) -> Drawn {
    let classes: Vec<u32> = points.iter().map(|p| p.1).collect();
    let entries = legend_entries(model, &classes);
    for entry in &entries {
        for &(place, class) in points {
            if top(&model.classes, class as usize) == entry.class {
                marker(area, place, entry.radius, entry.style.shape, entry.style.colour)?;
            }
        }
    }
    let title = format!("Call  ({} / viable singlets)", words::of_what(model).many);
    write(area, &title, (column.0, column.1), &bold(SMALL))?;
    for (i, entry) in entries.iter().enumerate() {
        let y = column.1 + times(i + 1, LEGEND_ROW);
        marker(area, (column.0 + 10, y), 10, entry.style.shape, entry.style.colour)?;
        write(area, &entry.text.en(), (column.0 + 36, y), &font(SMALL))?;
    }
    Ok(())
}
