//! Biaxial densities with the gates that were drawn on them.

use super::canvas::{
    Area, Chart, ChartFrame, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, WIDTH, at, bold, chart, coloured, dashed,
    figure, fill, font, inside, path, rectangle, shortened, stroke, times, write,
};
use super::event_axis::event_axis;
use super::gate_outline::outline;
use super::said::cut;
use super::style::{LIMIT, MUTED, ramp};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Cytometry, DensityPlot, EventGate, MarkerPositivity, Model, PlotAxis};
use crate::number;
use crate::terms::{captions, known};
use crate::text::{Sayable, Text, join, sentence};
use plotters::prelude::WHITE;

const COLUMNS: usize = 3;
const PLOT: i32 = 560;
const LINE: i32 = 32;
/// Gates named above a plot.
const MOST_GATES: usize = 4;
/// Steps of the colour scale.
const LEVELS: u32 = 12;
const CHARS: usize = 30;
const GATE_CHARS: usize = 20;

/// The densities, three in a row.
pub(crate) fn densities(model: &Model) -> Result<Option<Figure>, ReportError> {
    let Some(data) = &model.cytometry else { return Ok(None) };
    if data.densities.is_empty() {
        return Ok(None);
    }
    let lines = data.densities.iter().map(|d| d.gates.len().min(MOST_GATES).max(thresholds(data, d).len()));
    let lines = lines.max().unwrap_or(0);
    let head = 46 + times(lines, LINE);
    let panel_height = head + PLOT;
    let parts: Vec<Text> = data
        .densities
        .iter()
        .map(|d| {
            let gates: Vec<Text> = d.gates.iter().filter_map(|id| gate(data, id)).map(counts).collect();
            let said: Vec<Text> = gates.into_iter().chain(thresholds(data, d).into_iter().map(positive)).collect();
            captions::DENSITY.with(&[&population(data, d), &d.y.label, &d.x.label, &join(&said, ", ", "，")])
        })
        .collect();
    let headings = |d| [vec![population(data, d)], lines_of_gates(data, d)].concat();
    let positives = |d| thresholds(data, d).into_iter().map(positive).collect::<Vec<_>>();
    let frame = Frame {
        kind: FigureKind::Densities,
        title: "Gates and thresholds over the density of the events".to_owned(),
        alt: sentence(&parts),
        said: data.densities.iter().flat_map(|d| [headings(d), positives(d)].concat()).collect(),
        height: TITLE_HEIGHT + times(data.densities.len().div_ceil(COLUMNS), panel_height) + 46,
    };
    let bottom = frame.height - 28;
    let width = WIDTH / times(COLUMNS, 1);
    figure(frame, |area| {
        for (i, density) in data.densities.iter().enumerate() {
            let origin = (times(i % COLUMNS, width), TITLE_HEIGHT + times(i / COLUMNS, panel_height));
            panel(area, origin, (width, head), density, data)?;
        }
        key(area, bottom)
    })
    .map(Some)
}

fn gate<'m>(data: &'m Cytometry, id: &str) -> Option<&'m EventGate> {
    data.gates.iter().find(|g| g.id == id)
}

/// The markers across and upwards that have a threshold, in a plot without gates.
fn thresholds<'m>(data: &'m Cytometry, density: &DensityPlot) -> Vec<&'m MarkerPositivity> {
    let axes = [&density.x, &density.y].into_iter().filter(|_| density.gates.is_empty());
    let of = |axis: &PlotAxis| data.positivity.iter().find(|p| p.channel == axis.channel && p.threshold.is_some());
    axes.filter_map(of).collect()
}

/// Name, counts and share of a marker's positive events.
fn positive(p: &MarkerPositivity) -> Text {
    let share = p.k.map_or_else(
        || number::NOT_ESTIMATED.to_owned(),
        |k| number::share(k, p.n, p.fraction, p.ci_low.zip(p.ci_high), p.upper_one_sided),
    );
    captions::POSITIVE_OF.with(&[&shortened(&p.marker, GATE_CHARS), &Text::Number(share)])
}

/// The population shown and its size.
fn population(data: &Cytometry, density: &DensityPlot) -> Text {
    let name = match &density.population {
        None => captions::ALL_EVENTS.said(),
        Some(id) => known(gate(data, id).map_or(id.as_str(), |g| &g.name)),
    };
    captions::WITH_N.with(&[&cut(&name, CHARS - 12), &number::count(density.n)])
}

/// Name, counts and share of a gate.
fn counts(gate: &EventGate) -> Text {
    let share = number::share(gate.k, gate.n, gate.fraction, gate.ci_low.zip(gate.ci_high), gate.upper_one_sided);
    captions::NAMED.with(&[&cut(&known(&gate.name), GATE_CHARS), &Text::Number(share)])
}

/// What stands above a plot for each of its gates; the last line says how many more there are than have room.
fn lines_of_gates(data: &Cytometry, density: &DensityPlot) -> Vec<Text> {
    let n = density.gates.len();
    let shown = if n > MOST_GATES { MOST_GATES - 1 } else { n };
    let line = |(i, id): (usize, &String)| {
        let counts = gate(data, id).map(counts)?;
        Some(if n > 1 { captions::NAMED.with(&[&letter(i).to_string(), &counts]) } else { counts })
    };
    let named = density.gates.iter().enumerate().take(shown).map(|g| line(g).unwrap_or(Text::Same(String::new())));
    let more = (n > shown).then(|| captions::MORE_GATES.with(&[&(n - shown)]));
    named.chain(more).collect()
}

fn panel(
    area: &Area<'_>,
    origin: (i32, i32),
    (width, head): (i32, i32),
    density: &DensityPlot,
    data: &Cytometry,
) -> Drawn {
    write(area, &population(data, density).en(), (origin.0 + 20, origin.1 + 16), &bold(NORMAL))?;
    let frame = ChartFrame {
        origin: (origin.0 + 10, origin.1 + head),
        size: (width - 40, PLOT - 24),
        left: 150,
        x_title: &shortened(&density.x.label, CHARS),
        y_title: &shortened(&density.y.label, CHARS),
    };
    let chart = chart(area, &frame, event_axis(&density.x), event_axis(&density.y))?;
    bins(area, &chart, density)?;
    let several = density.gates.len() > 1;
    for (i, text) in lines_of_gates(data, density).iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        let is_named = i + 1 < MOST_GATES || density.gates.len() <= MOST_GATES;
        let style = if is_named { font(SMALL) } else { coloured(SMALL, MUTED) };
        write(area, &text.en(), (origin.0 + 20, origin.1 + 16 + times(i + 1, LINE)), &style)?;
    }
    let mut borders: Vec<(usize, Vec<(i32, i32)>)> = Vec::new();
    for (i, id) in density.gates.iter().enumerate() {
        let Some(gate) = gate(data, id) else { continue };
        for border in outline(gate, &density.x, &density.y) {
            borders.push((i, border.into_iter().map(|(x, y)| at(&chart, x, y)).collect()));
        }
    }
    let (left, top, right, bottom) = inside(&chart);
    for (i, p) in thresholds(data, density).into_iter().enumerate() {
        write(area, &positive(p).en(), (origin.0 + 20, origin.1 + 16 + times(i + 1, LINE)), &font(SMALL))?;
        let Some(threshold) = p.threshold else { continue };
        if p.channel == density.x.channel {
            let x = at(&chart, threshold, density.y.low).0;
            dashed(area, (x, top), (x, bottom), stroke(LIMIT, 3))?;
        } else {
            let y = at(&chart, density.x.low, threshold).1;
            dashed(area, (left, y), (right, y), stroke(LIMIT, 3))?;
        }
    }
    // The white casings first, so that none covers another gate's line.
    for (colour, width) in [(WHITE, 8), (LIMIT, 4)] {
        for (_, points) in &borders {
            path(area, points.clone(), stroke(colour, width))?;
        }
    }
    for (i, points) in borders.iter().filter(|_| several) {
        if let Some(&(x, y)) = points.get(3).or(points.first()) {
            let x = (x + 10 + times(*i % MOST_GATES, 26)).min(origin.0 + width - 40);
            let y = y + 20;
            write(area, &letter(*i).to_string(), (x, y), &coloured(NORMAL, LIMIT))?;
        }
    }
    Ok(())
}

/// Letter of a gate within its plot.
fn letter(place: usize) -> char {
    char::from(b'A' + (place % 26) as u8)
}

/// Bins with events, those of one colour side by side in one rectangle.
fn bins(area: &Area<'_>, chart: &Chart<'_>, density: &DensityPlot) -> Drawn {
    let most = density.counts.iter().copied().max().unwrap_or(0);
    let n_x = density.n_x as usize;
    if n_x == 0 {
        return Ok(());
    }
    let edge = |axis: &PlotAxis, i: usize, n: u32| axis.low + (axis.high - axis.low) * (i as f64 / f64::from(n));
    for (row, counts) in density.counts.chunks(n_x).enumerate() {
        let mut start = 0;
        while start < counts.len() {
            let step = level(counts[start], most);
            let length = counts[start..].iter().take_while(|&&c| level(c, most) == step).count();
            if step > 0 {
                let low = at(chart, edge(&density.x, start, density.n_x), edge(&density.y, row, density.n_y));
                let high =
                    at(chart, edge(&density.x, start + length, density.n_x), edge(&density.y, row + 1, density.n_y));
                let colour = ramp(f64::from(step - 1) / f64::from(LEVELS - 1));
                // A tenth of a millimetre over the next bins, so that no seam shows between them.
                rectangle(area, (low.0, high.1 - 1), (high.0 + 1, low.1), fill(colour))?;
            }
            start += length;
        }
    }
    Ok(())
}

/// Step of the colour scale: 0 without events, 1 for one, the highest for the fullest bin, logarithmic between.
fn level(count: u32, most: u32) -> u32 {
    match count {
        0 => 0,
        1 => 1,
        _ => {
            let share = libm::log(f64::from(count)) / libm::log(f64::from(most.max(2)));
            1 + libm::round(share * f64::from(LEVELS - 1)) as u32
        }
    }
}

fn key(area: &Area<'_>, y: i32) -> Drawn {
    for (place, step) in (0..LEVELS).enumerate() {
        let x = 250 + times(place, 26);
        rectangle(area, (x, y - 12), (x + 26, y + 12), fill(ramp(f64::from(step) / f64::from(LEVELS - 1))))?;
    }
    let text = coloured(SMALL, MUTED);
    write(area, "one event per bin", (20, y), &text)?;
    write(area, "the fullest bin of the plot (log scale); white: no event", (580, y), &text)?;
    path(area, vec![(1290, y), (1334, y)], stroke(LIMIT, 4))?;
    write(area, "gate", (1348, y), &text)?;
    dashed(area, (1460, y), (1504, y), stroke(LIMIT, 3))?;
    write(area, "threshold", (1518, y), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_is_seen_and_the_fullest_bin_is_darkest() {
        let steps: Vec<u32> = [0, 1, 2, 31, 1000].map(|c| level(c, 1000)).into();
        assert_eq!(steps, [0, 1, 2, 6, 12]);
        assert_eq!(level(1, 1), 1);
        assert_eq!(level(2, 2), LEVELS);
    }
}
