//! Histograms of the markers with their thresholds, uncertain bands and controls.

use super::axis::Axis;
use super::canvas::{
    Area, ChartFrame, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, WIDTH, at, bold, chart, coloured, dashed, figure,
    fill, font, inside, line, path, polygon, rectangle, shortened, stroke, times, write,
};
use super::event_axis::{event_axis, tick_label};
use super::marker::{Shape, marker};
use super::said::cut;
use super::style::{BLUE, BLUE_TINT, INK, LIMIT, MUTED, ORANGE_TINT};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{MarkerHistogram, MarkerPositivity, Model};
use crate::number;
use crate::terms::captions;
use crate::terms::words::{NOT_SEPARABLE, threshold_source};
use crate::text::{Sayable, Text, join};

const COLUMNS: usize = 3;
const PANEL: i32 = 470;
const LEGEND: i32 = 56;
const CHARS: usize = 26;
const TITLE_CHARS: usize = 30;

/// The histograms, three in a row.
pub(crate) fn marker_histograms(model: &Model) -> Result<Option<Figure>, ReportError> {
    let Some(data) = &model.cytometry else { return Ok(None) };
    let shown: Vec<&MarkerHistogram> = data.histograms.iter().filter(|h| h.edges.len() > 1).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let positivity = |h: &MarkerHistogram| data.positivity.iter().find(|p| p.marker == h.marker);
    let nothing = || Text::Same(String::new());
    let parts: Vec<Text> = shown
        .iter()
        .map(|h| captions::COUNTED.with(&[&h.marker, &positivity(h).map_or_else(nothing, outcome)]))
        .collect();
    let notes = shown.iter().filter_map(|&h| Some((h, positivity(h)?)));
    let frame = Frame {
        kind: FigureKind::MarkerHistograms,
        title: "Markers of the gated events".to_owned(),
        alt: captions::HISTOGRAMS.with(&[&join(&parts, "; ", "；")]),
        said: notes.flat_map(|(h, p)| [headline(p), note(h, p)]).collect(),
        height: TITLE_HEIGHT + LEGEND + times(shown.len().div_ceil(COLUMNS), PANEL),
    };
    let width = WIDTH / times(COLUMNS, 1);
    figure(frame, |area| {
        legend(area, &shown)?;
        for (i, histogram) in shown.iter().enumerate() {
            let origin = (times(i % COLUMNS, width), TITLE_HEIGHT + LEGEND + times(i / COLUMNS, PANEL));
            panel(area, origin, width, histogram, positivity(histogram), i % COLUMNS == 0)?;
        }
        Ok(())
    })
    .map(Some)
}

/// `84,782 of 85,564 (99.09 %)`, or why there is no share.
fn outcome(p: &MarkerPositivity) -> Text {
    match p.k {
        Some(k) if p.separable => {
            Text::Number(number::share(k, p.n, p.fraction, p.ci_low.zip(p.ci_high), p.upper_one_sided))
        }
        _ if p.separable => captions::NOT_ESTIMATED.said(),
        _ => NOT_SEPARABLE.said(),
    }
}

/// The first line above a histogram.
fn headline(p: &MarkerPositivity) -> Text {
    if p.k.is_some() { captions::POSITIVE.with(&[&outcome(p)]) } else { outcome(p) }
}

/// The second line: what the threshold rests on.
fn note(data: &MarkerHistogram, p: &MarkerPositivity) -> Text {
    let note = match &data.control {
        Some(control) => captions::WITH_N.with(&[&threshold_source(control.source), &number::count(control.n)]),
        None if p.threshold.is_none() => captions::NO_THRESHOLD.with(&[&threshold_source(p.source)]),
        None => captions::THRESHOLD.with(&[&threshold_source(p.source)]),
    };
    cut(&note, CHARS + 12)
}

fn legend(area: &Area<'_>, shown: &[&MarkerHistogram]) -> Drawn {
    let y = TITLE_HEIGHT + LEGEND / 2 - 6;
    let text = font(SMALL);
    rectangle(area, (120, y - 13), (160, y + 13), fill(BLUE_TINT))?;
    line(area, (120, y - 13), (160, y - 13), stroke(BLUE, 3))?;
    write(area, "lot", (174, y), &text)?;
    if shown.iter().any(|h| h.control.is_some()) {
        line(area, (270, y), (310, y), stroke(INK, 3))?;
        write(area, "control, scaled to the lot's events", (324, y), &text)?;
    }
    dashed(area, (800, y - 16), (800, y + 16), stroke(LIMIT, 3))?;
    write(area, "threshold", (816, y), &text)?;
    rectangle(area, (980, y - 13), (1020, y + 13), fill(ORANGE_TINT))?;
    write(area, "uncertain band", (1034, y), &text)?;
    marker(area, (1290, y), 9, Shape::Down, INK)?;
    write(area, "second peak", (1310, y), &text)
}

fn panel(
    area: &Area<'_>,
    origin: (i32, i32),
    width: i32,
    data: &MarkerHistogram,
    positivity: Option<&MarkerPositivity>,
    first: bool,
) -> Drawn {
    write(area, &shortened(&data.marker, CHARS), (origin.0 + 118, origin.1 + 18), &bold(NORMAL))?;
    if let Some(p) = positivity {
        write(area, &headline(p).en(), (origin.0 + 118, origin.1 + 50), &font(SMALL))?;
        write(area, &note(data, p).en(), (origin.0 + 118, origin.1 + 80), &coloured(SMALL, MUTED))?;
    }
    let tallest = data.counts.iter().copied().max().unwrap_or(0).max(1);
    // From half an event, so that a bin with one event is seen.
    let y_axis = Axis::log10(0.5, tallest as f64 * 1.5, tick_label);
    let frame = ChartFrame {
        origin: (origin.0 + 10, origin.1 + 98),
        size: (width - 34, PANEL - 114),
        left: 108,
        x_title: &shortened(&data.axis.label, TITLE_CHARS),
        y_title: if first { "events per bin (log)" } else { "" },
    };
    let chart = chart(area, &frame, event_axis(&data.axis), y_axis)?;
    let (_, top, _, bottom) = inside(&chart);
    let x = |value: f64| at(&chart, value, 1.0).0;
    if let Some((low, high)) = positivity.and_then(|p| p.band_low.zip(p.band_high)) {
        rectangle(area, (x(low), top), (x(high), bottom), fill(ORANGE_TINT))?;
    }
    let steps = |counts: &[u64], scale: f64| -> Vec<(i32, i32)> {
        let tops = data.edges.windows(2).zip(counts).flat_map(|(edges, &count)| {
            let height = if count == 0 { bottom } else { at(&chart, 0.0, count as f64 * scale).1 };
            edges.iter().map(move |&edge| (edge, height)).collect::<Vec<_>>()
        });
        tops.map(|(edge, height)| (x(edge), height)).collect()
    };
    let lot = steps(&data.counts, 1.0);
    if let (Some(&(left, _)), Some(&(right, _))) = (lot.first(), lot.last()) {
        let mut corners = vec![(left, bottom)];
        corners.extend(&lot);
        corners.push((right, bottom));
        polygon(area, corners, BLUE_TINT)?;
        path(area, lot, stroke(BLUE, 3))?;
    }
    if let Some(control) = data.control.as_ref().filter(|c| c.n > 0) {
        path(area, steps(&control.counts, data.n as f64 / control.n as f64), stroke(INK, 2))?;
    }
    let Some(positivity) = positivity else { return Ok(()) };
    if let Some(threshold) = positivity.threshold {
        dashed(area, (x(threshold), top), (x(threshold), bottom), stroke(LIMIT, 3))?;
    }
    if let Some(peak) = positivity.second_peak {
        marker(area, (x(peak), top + 12), 9, Shape::Down, INK)?;
    }
    Ok(())
}
