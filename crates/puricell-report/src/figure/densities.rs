//! Biaxial densities with the gates that were drawn on them.

use super::canvas::{
    Area, Chart, ChartFrame, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, WIDTH, at, bold, chart, coloured, dashed,
    figure, fill, font, inside, path, rectangle, shortened, stroke, times, write,
};
use super::event_axis::event_axis;
use super::gate_outline::outline;
use super::style::{LIMIT, MUTED, ramp};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Cytometry, DensityPlot, EventGate, MarkerPositivity, Model, PlotAxis};
use crate::number;
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
    let parts: Vec<String> = data
        .densities
        .iter()
        .map(|d| {
            let gates: Vec<String> = d.gates.iter().filter_map(|id| gate(data, id)).map(counts).collect();
            let said: Vec<String> = gates.into_iter().chain(thresholds(data, d).into_iter().map(positive)).collect();
            format!("{}, {} against {}: {}", population(data, d), d.y.label, d.x.label, said.join(", "))
        })
        .collect();
    let frame = Frame {
        kind: FigureKind::Densities,
        title: "Gates and thresholds over the density of the events".to_owned(),
        alt: format!("{}.", parts.join("; ")),
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
fn positive(p: &MarkerPositivity) -> String {
    let share = p.k.map_or_else(
        || number::NOT_ESTIMATED.to_owned(),
        |k| number::share(k, p.n, p.fraction, p.ci_low.zip(p.ci_high), p.upper_one_sided),
    );
    format!("{}+: {share}", shortened(&p.marker, GATE_CHARS))
}

/// The population shown and its size.
fn population(data: &Cytometry, density: &DensityPlot) -> String {
    let name = match &density.population {
        None => "All events",
        Some(id) => gate(data, id).map_or(id.as_str(), |g| &g.name),
    };
    format!("{}, n = {}", shortened(name, CHARS - 12), number::count(density.n))
}

/// Name, counts and share of a gate.
fn counts(gate: &EventGate) -> String {
    let share = number::share(gate.k, gate.n, gate.fraction, gate.ci_low.zip(gate.ci_high), gate.upper_one_sided);
    format!("{}: {share}", shortened(&gate.name, GATE_CHARS))
}

fn panel(
    area: &Area<'_>,
    origin: (i32, i32),
    (width, head): (i32, i32),
    density: &DensityPlot,
    data: &Cytometry,
) -> Drawn {
    write(area, &population(data, density), (origin.0 + 20, origin.1 + 16), &bold(NORMAL))?;
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
    let mut borders: Vec<(usize, Vec<(i32, i32)>)> = Vec::new();
    for (i, id) in density.gates.iter().enumerate() {
        let Some(gate) = gate(data, id) else { continue };
        let text = if several { format!("{}: {}", letter(i), counts(gate)) } else { counts(gate) };
        let y = origin.1 + 16 + times(i + 1, LINE);
        if i + 1 < MOST_GATES || density.gates.len() <= MOST_GATES {
            write(area, &text, (origin.0 + 20, y), &font(SMALL))?;
        } else if i + 1 == MOST_GATES {
            let more = format!("and {} more, see the table", density.gates.len() - i);
            write(area, &more, (origin.0 + 20, y), &coloured(SMALL, MUTED))?;
        }
        for border in outline(gate, &density.x, &density.y) {
            borders.push((i, border.into_iter().map(|(x, y)| at(&chart, x, y)).collect()));
        }
    }
    let (left, top, right, bottom) = inside(&chart);
    for (i, p) in thresholds(data, density).into_iter().enumerate() {
        write(area, &positive(p), (origin.0 + 20, origin.1 + 16 + times(i + 1, LINE)), &font(SMALL))?;
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
