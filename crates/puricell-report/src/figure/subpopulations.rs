//! Sub-populations of the target: share with interval, and how well each is found again.

use super::axis::Axis;
use super::canvas::{
    Area, BOTTOM, ChartFrame, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, at, bold, chart, coloured, dashed, figure,
    font, inside, line, right, stroke, times, write,
};
use super::marker::{Shape, marker};
use super::said::cut;
use super::style::{BLUE, INK, LIMIT, MUTED};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Heterogeneity, Model, SubPopulation};
use crate::number;
use crate::terms::{captions, known};
use crate::text::{Text, sentence};
use crate::words;

const ROW: i32 = 64;
const HEADER: i32 = 44;
const NOTE_CHARS: usize = 22;
const SHARES: (i32, i32) = (380, 950);
const SHARE_TEXT: i32 = 970;
const JACCARD: (i32, i32) = (1310, 1780);

/// Size, interval and stability per sub-population.
pub(crate) fn subpopulations(model: &Model) -> Result<Option<Figure>, ReportError> {
    let Some(heterogeneity) = &model.heterogeneity else { return Ok(None) };
    if heterogeneity.subpopulations.is_empty() {
        return Ok(None);
    }
    let units = words::of_what(model);
    let parts: Vec<Text> = heterogeneity
        .subpopulations
        .iter()
        .map(|s| {
            let share = number::share(s.k, s.n, Some(s.fraction), Some((s.ci_low, s.ci_high)), None);
            captions::COUNTED.with(&[&s.id, &Text::Number(share)])
        })
        .collect();
    let notes = heterogeneity.subpopulations.iter().filter_map(note);
    let frame = Frame {
        kind: FigureKind::SubPopulations,
        title: format!("Sub-populations of {} target {}", number::count(heterogeneity.n), units.many),
        alt: sentence(&parts),
        said: notes.collect(),
        height: TITLE_HEIGHT + HEADER + times(heterogeneity.subpopulations.len(), ROW) + BOTTOM + 16,
    };
    figure(frame, |area| draw(area, heterogeneity, units.many)).map(Some)
}

/// What is known of a sub-population.
fn note(sub: &SubPopulation) -> Option<Text> {
    sub.note.as_ref().map(|note| cut(&known(note), NOTE_CHARS))
}

fn draw(area: &Area<'_>, data: &Heterogeneity, units: &str) -> Drawn {
    let rows = data.subpopulations.len();
    let top = TITLE_HEIGHT + HEADER;
    let height = times(rows, ROW) + BOTTOM;
    let middle = |i: usize| top + times(i, ROW) + ROW / 2;
    let header = coloured(SMALL, MUTED);
    write(area, "Sub-population", (20, top - HEADER / 2), &header)?;
    write(area, &format!("{units} (share)"), (SHARE_TEXT, top - HEADER / 2), &header)?;

    let highest = data.subpopulations.iter().map(|s| s.ci_high).fold(0.05, f64::max);
    let empty = || Axis::with_ticks(0.0, rows as f64, Vec::new());
    let place = |(from, to): (i32, i32), x_title| ChartFrame {
        origin: (from - 1, top),
        size: (to - from, height),
        left: 1,
        x_title,
        y_title: "",
    };
    let title = format!("share of target {units}, % (95 % interval)");
    let shares = chart(area, &place(SHARES, &title), Axis::percent(highest, 5), empty())?;
    for (i, sub) in data.subpopulations.iter().enumerate() {
        let y = middle(i);
        write(area, &sub.id, (20, y), &bold(NORMAL))?;
        if let Some(note) = note(sub) {
            write(area, &note.en(), (90, y), &font(SMALL))?;
        }
        let x = |value: f64| at(&shares, value, 0.0).0;
        interval(area, y, x(sub.ci_low), x(sub.ci_high))?;
        marker(area, (x(sub.fraction), y), 11, Shape::Disc, BLUE)?;
        let text = format!(
            "{} ({})",
            number::count(sub.k),
            number::percent(sub.fraction, sub.n, Some((sub.ci_low, sub.ci_high)), None)
        );
        write(area, &text, (SHARE_TEXT, y), &font(SMALL))?;
    }

    if data.subpopulations.iter().all(|s| s.jaccard.is_none()) {
        return write(area, "stability not assessed", (JACCARD.0, top - HEADER / 2), &header);
    }
    let title = "bootstrap Jaccard index (5 – 95 %)";
    let jaccard = chart(area, &place(JACCARD, title), Axis::linear(0.0, 1.0, 5), empty())?;
    for (i, sub) in data.subpopulations.iter().enumerate() {
        stability(area, middle(i), sub, |value| at(&jaccard, value, 0.0).0)?;
    }
    if let Some(limit) = data.stability.as_ref().and_then(|s| s.stable_from) {
        let (_, upper, _, lower) = inside(&jaccard);
        let x = at(&jaccard, limit, 0.0).0;
        dashed(area, (x, upper), (x, lower), stroke(LIMIT, 3))?;
        let text = format!("stable from {}", number::fixed(limit, 2));
        write(area, &text, (JACCARD.1 - 4, top - HEADER / 2), &right(&coloured(SMALL, LIMIT)))?;
    }
    Ok(())
}

fn interval(area: &Area<'_>, y: i32, from: i32, to: i32) -> Drawn {
    let style = stroke(INK, 4);
    line(area, (from, y), (to, y), style)?;
    line(area, (from, y - 10), (from, y + 10), style)?;
    line(area, (to, y - 10), (to, y + 10), style)
}

fn stability(area: &Area<'_>, y: i32, sub: &SubPopulation, x: impl Fn(f64) -> i32) -> Drawn {
    let Some(jaccard) = sub.jaccard else { return Ok(()) };
    interval(area, y, x(jaccard.q05), x(jaccard.q95))?;
    let shape = if sub.stable == Some(false) { Shape::Box } else { Shape::Square };
    marker(area, (x(jaccard.median), y), 10, shape, BLUE)
}
