//! The self-organising map over its spanning tree: metaclusters, then one heat map per marker.

use super::canvas::{
    Area, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, WIDTH, bold, centred, coloured, figure, fill, font, line,
    rectangle, shortened, stroke, times, write,
};
use super::said::{class_labelled, cut};
use super::style::{BAND, GROUPS, INK, MUTED, VERMILLION, ramp};
use super::tree_layout::tree_layout;
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Metacluster, Model, SomMap, SomNode};
use crate::number;
use crate::terms::captions;
use crate::text::{Text, join};
use plotters::prelude::{Circle, RGBColor};

const LARGE: i32 = 1120;
const COLUMNS: usize = 4;
const SMALL_TREE: i32 = WIDTH / 4;
const HEAD: i32 = 46;
const LEGEND_ROW: i32 = 44;
const KEY: i32 = 60;
const LABEL_CHARS: usize = 28;

/// The map; nodes as large as the number of their events.
pub(crate) fn som(model: &Model) -> Result<Option<Figure>, ReportError> {
    let Some(cytometry) = &model.cytometry else { return Ok(None) };
    let Some(map) = &cytometry.som else { return Ok(None) };
    if map.nodes.is_empty() {
        return Ok(None);
    }
    let parts: Vec<Text> = map
        .metaclusters
        .iter()
        .map(|m| match &m.label {
            Some(l) => captions::METACLUSTER.with(&[&m.id, &class_labelled(model, l), &number::count(m.n)]),
            None => captions::COUNTED.with(&[&m.id, &number::count(m.n)]),
        })
        .collect();
    let entries: Vec<Text> = map.metaclusters.iter().map(|m| entry(model, m)).collect();
    let listed = TITLE_HEIGHT + 40 + times(map.metaclusters.len() + 1, LEGEND_ROW) + 130;
    let top = (TITLE_HEIGHT + LARGE).max(listed);
    let frame = Frame {
        kind: FigureKind::Som,
        title: format!("Self-organising map of {} events over its spanning tree", number::count(map.n)),
        alt: captions::MAP_OF_NODES.with(&[
            &map.nodes.len().to_string(),
            &map.metaclusters.len().to_string(),
            &join(&parts, "; ", "；"),
        ]),
        said: entries.clone(),
        height: top + times(map.markers.len().div_ceil(COLUMNS), SMALL_TREE + HEAD) + KEY,
    };
    let height = frame.height;
    let places = places(map);
    figure(frame, |area| {
        let at = fitted(&places, (20, TITLE_HEIGHT + 10), LARGE - 20, 46);
        metaclusters(area, map, &at)?;
        legend(area, map, &entries)?;
        for (i, name) in map.markers.iter().enumerate() {
            let origin = (times(i % COLUMNS, SMALL_TREE), top + times(i / COLUMNS, SMALL_TREE + HEAD));
            write(area, &shortened(name, LABEL_CHARS), (origin.0 + 20, origin.1 + 20), &bold(NORMAL))?;
            let at = fitted(&places, (origin.0, origin.1 + HEAD - 10), SMALL_TREE, 20);
            let threshold = cytometry.positivity.iter().find(|p| p.marker == *name).and_then(|p| p.threshold);
            heat_map(area, map, &at, i, threshold)?;
        }
        key(area, height - KEY / 2)
    })
    .map(Some)
}

/// The given places, or a layout of the tree.
fn places(map: &SomMap) -> Vec<(f64, f64)> {
    let given: Vec<(f64, f64)> = map
        .nodes
        .iter()
        .filter_map(|n| n.position)
        .map(|p| (p.x, p.y))
        .filter(|p| p.0.is_finite() && p.1.is_finite())
        .collect();
    if given.len() == map.nodes.len() { given } else { tree_layout(map.nodes.len(), &map.edges) }
}

/// Places on the sheet: one scale for both directions, in the middle of a square.
fn fitted(places: &[(f64, f64)], origin: (i32, i32), side: i32, margin: i32) -> Vec<(i32, i32)> {
    let start = (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY);
    let (x_low, x_high, y_low, y_high) =
        places.iter().fold(start, |(a, b, c, d), &(x, y)| (a.min(x), b.max(x), c.min(y), d.max(y)));
    let span = (x_high - x_low).max(y_high - y_low).max(1e-9);
    let scale = f64::from(side - 2 * margin) / span;
    let (x_mid, y_mid) = (f64::midpoint(x_low, x_high), f64::midpoint(y_low, y_high));
    places
        .iter()
        .map(|&(x, y)| {
            let dx = libm::round((x - x_mid) * scale) as i32;
            let dy = libm::round((y - y_mid) * scale) as i32;
            (origin.0 + side / 2 + dx, origin.1 + side / 2 - dy)
        })
        .collect()
}

fn branches(area: &Area<'_>, map: &SomMap, at: &[(i32, i32)], width: u32) -> Drawn {
    for edge in &map.edges {
        if let (Some(&from), Some(&to)) = (at.get(edge.from as usize), at.get(edge.to as usize)) {
            line(area, from, to, stroke(MUTED, width))?;
        }
    }
    Ok(())
}

/// Radius from `least` to `most`, the area between growing with the events.
fn radius(map: &SomMap, node: &SomNode, least: i32, most: i32) -> i32 {
    let largest = map.nodes.iter().map(|n| n.n).max().unwrap_or(0).max(1);
    let share = libm::sqrt(node.n as f64 / largest as f64);
    least + libm::round(share * f64::from(most - least)) as i32
}

fn disc(area: &Area<'_>, at: (i32, i32), radius: i32, colour: RGBColor) -> Drawn {
    area.draw(&Circle::new(at, radius, fill(colour)))?;
    area.draw(&Circle::new(at, radius, stroke(INK, 1)))
}

/// Colour and ink of a metacluster, by its place in the list.
fn group(map: &SomMap, id: u32) -> (RGBColor, RGBColor) {
    let place = map.metaclusters.iter().position(|m| m.id == id).unwrap_or(0);
    GROUPS[place % GROUPS.len()]
}

fn metaclusters(area: &Area<'_>, map: &SomMap, at: &[(i32, i32)]) -> Drawn {
    branches(area, map, at, 3)?;
    for (node, &place) in map.nodes.iter().zip(at) {
        if node.n == 0 {
            disc(area, place, 6, BAND)?;
            continue;
        }
        let (colour, ink) = group(map, node.metacluster);
        disc(area, place, radius(map, node, 15, 25), colour)?;
        write(area, &node.metacluster.to_string(), place, &centred(&coloured(SMALL, ink)))?;
    }
    Ok(())
}

/// Events of a metacluster and what most of them are called.
fn entry(model: &Model, meta: &Metacluster) -> Text {
    let n = number::count(meta.n);
    let label = meta.label.as_ref().map(|l| cut(&class_labelled(model, l), LABEL_CHARS));
    label.map_or_else(|| Text::Number(n.clone()), |label| captions::CALLED.with(&[&n, &label]))
}

fn legend(area: &Area<'_>, map: &SomMap, entries: &[Text]) -> Drawn {
    let x = LARGE + 40;
    let top = TITLE_HEIGHT + 40;
    write(area, "Metacluster  (events; most are called)", (x, top), &bold(SMALL))?;
    for (i, (meta, entry)) in map.metaclusters.iter().zip(entries).enumerate() {
        let y = top + times(i + 1, LEGEND_ROW);
        let (colour, ink) = group(map, meta.id);
        disc(area, (x + 18, y), 17, colour)?;
        write(area, &meta.id.to_string(), (x + 18, y), &centred(&coloured(SMALL, ink)))?;
        write(area, &entry.en(), (x + 50, y), &font(SMALL))?;
    }
    let note = coloured(SMALL, MUTED);
    let below = top + times(map.metaclusters.len() + 1, LEGEND_ROW) + 24;
    for (i, text) in ["A second witness: events are called", "by their own markers, never by", "the node they lie in."]
        .iter()
        .enumerate()
    {
        write(area, text, (x, below + times(i, 34)), &note)?;
    }
    Ok(())
}

/// Colour by the median; a thick outline where it reaches the marker's threshold.
fn heat_map(area: &Area<'_>, map: &SomMap, at: &[(i32, i32)], marker: usize, threshold: Option<f64>) -> Drawn {
    branches(area, map, at, 1)?;
    let Some(range) = map.ranges.get(marker) else { return Ok(()) };
    let span = (range.high - range.low).max(f64::MIN_POSITIVE);
    for (node, &place) in map.nodes.iter().zip(at) {
        let Some(&median) = node.medians.get(marker) else {
            disc(area, place, 3, BAND)?;
            continue;
        };
        let size = radius(map, node, 7, 12);
        disc(area, place, size, ramp((median - range.low) / span))?;
        if threshold.is_some_and(|t| median >= t) {
            area.draw(&Circle::new(place, size, stroke(VERMILLION, 4)))?;
        }
    }
    Ok(())
}

fn key(area: &Area<'_>, y: i32) -> Drawn {
    let text = coloured(SMALL, MUTED);
    write(area, "median of the node: low", (20, y), &text)?;
    for step in 0..12 {
        let x = 320 + 26 * step;
        rectangle(area, (x, y - 12), (x + 26, y + 12), fill(ramp(f64::from(step) / 11.0)))?;
    }
    write(area, "high", (646, y), &text)?;
    area.draw(&Circle::new((790, y), 11, stroke(VERMILLION, 4)))?;
    write(area, "at or above the threshold", (812, y), &text)?;
    write(area, "size: events of the node", (1240, y), &text)
}
