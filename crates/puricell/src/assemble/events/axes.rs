//! Axes of channels, in display coordinates.

use puricell_core::math::{pow, quantile};
use puricell_core::{CellMask, ChannelKind, Dense, Events};
use puricell_prep::cyto::{Scale, Transform};
use puricell_report::model::{AxisTick, PlotAxis};

use crate::pipeline::EventLot;

/// Events looked at for the ends of an axis, evenly spaced.
const MOST_LOOKED_AT: usize = 100_000;
/// Share of the events that may lie beyond an end: a few wild ones would leave no room for the others.
const BEYOND: f64 = 0.0002;
/// Least distance of two labelled ticks, as a share of the axis.
const TICK_ROOM: f64 = 0.085;
/// Powers of ten above this are on no instrument's scale.
const MOST_DECADES: i32 = 9;

/// At most `most` events that count, evenly spaced in the order of acquisition.
pub(super) fn sample(mask: &CellMask, counts: impl Fn(usize) -> bool, most: usize) -> Vec<usize> {
    let n = (0..mask.n_loaded()).filter(|&event| counts(event)).count();
    let stride = n.div_ceil(most).max(1);
    (0..mask.n_loaded()).filter(|&event| counts(event)).step_by(stride).collect()
}

/// The axis of every channel, the same in all figures.
///
/// Markers of one kind of scale share their ends, so that the noise of a negative one does not look like signal: a logicle
/// scale is shown whole, arcsinh up to the brightest marker. Scatter begins at 0, time at its first event.
pub(super) fn axes(lot: &EventLot, mask: &CellMask) -> Vec<PlotAxis> {
    let events = &lot.events;
    let all = sample(mask, |_| true, MOST_LOOKED_AT);
    let kept = sample(mask, |event| mask.is_kept(event), MOST_LOOKED_AT);
    let of_controls: Vec<Vec<usize>> =
        lot.controls.iter().map(|c| sample(&c.mask, |event| c.mask.is_kept(event), MOST_LOOKED_AT / 10)).collect();
    let ends: Vec<(f64, f64)> = (0..events.n_channels())
        .map(|column| {
            let of_marker = lot.channels.markers.iter().any(|m| m.1 == column) && !kept.is_empty();
            let rows = if of_marker { &kept } else { &all };
            let mut ends = quantiles(events.values(), rows, column);
            for (control, rows) in
                lot.controls.iter().zip(&of_controls).filter(|(_, rows)| of_marker && !rows.is_empty())
            {
                let other = quantiles(&control.values, rows, column);
                ends = (ends.0.min(other.0), ends.1.max(other.1));
            }
            ends
        })
        .collect();
    let is_mass = |column: usize| matches!(scale(lot, column).map(Transform::scale), Some(Scale::Arcsinh { .. }));
    let of_mass = (0..events.n_channels()).filter(|&c| is_mass(c)).map(|c| ends[c]);
    let mass = of_mass.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    (0..events.n_channels())
        .map(|column| {
            let (low, high) = ends[column];
            let (low, high) = match scale(lot, column).map(Transform::scale) {
                Some(Scale::Arcsinh { .. }) => mass.map_or((low.min(0.0), high), |m| (m.0.min(0.0), m.1)),
                Some(_) => (low.min(0.0), high.max(1.0)),
                None => linear_ends(events, column, low, high),
            };
            // A channel without spread has an axis all the same.
            let high = if high > low { high } else { low + 1.0 };
            let ticks = scale(lot, column).map_or_else(Vec::new, |t| ticks(t, low, high));
            PlotAxis { channel: events.channels()[column].name.clone(), label: label(lot, column), low, high, ticks }
        })
        .collect()
}

pub(super) fn scale(lot: &EventLot, column: usize) -> Option<&Transform> {
    lot.scales[column].as_ref().map(|s| &s.transform)
}

/// A display coordinate as a scale value.
pub(in crate::assemble) fn linear(lot: &EventLot, column: usize, value: f64) -> f64 {
    scale(lot, column).map_or(value, |t| t.inverse(value))
}

/// `CD45 (APC-A)`, or the channel alone.
pub(super) fn label(lot: &EventLot, column: usize) -> String {
    let channel = &lot.events.channels()[column].name;
    match lot.channels.of_column(column) {
        Some(marker) if marker != channel => format!("{marker} ({channel})"),
        _ => channel.clone(),
    }
}

fn quantiles(values: &Dense<f32>, rows: &[usize], column: usize) -> (f64, f64) {
    let found = rows.iter().map(|&row| f64::from(values.row(row)[column]));
    let found: Vec<f64> = found.filter(|v| v.is_finite()).collect();
    let at = |q| quantile(&found, q).unwrap_or(0.0);
    (at(BEYOND), at(1.0 - BEYOND))
}

/// A scatter channel from 0 to its detector's end, where the events reach half as far; time from its first event to its last.
fn linear_ends(events: &Events, column: usize, low: f64, high: f64) -> (f64, f64) {
    let channel = &events.channels()[column];
    if channel.kind == ChannelKind::Time {
        let times =
            || (0..events.n_events()).map(|e| f64::from(events.values().row(e)[column])).filter(|t| t.is_finite());
        return (times().fold(low, f64::min), times().fold(high, f64::max));
    }
    let range = channel.range;
    let is_scatter = matches!(channel.kind, ChannelKind::ForwardScatter | ChannelKind::SideScatter);
    let high = if is_scatter && range.is_finite() && high > 0.5 * range { range } else { high * 1.05 };
    (low.min(0.0), high)
}

/// Zero and powers of ten of either sign, as far as their labels have room; the outer ones come first.
fn ticks(transform: &Transform, low: f64, high: f64) -> Vec<AxisTick> {
    let room = TICK_ROOM * (high - low);
    let inside = |value: f64| Some(transform.forward(value)).filter(|at| *at >= low && *at <= high);
    let mut ticks: Vec<AxisTick> = Vec::new();
    let mut add = |value: f64| {
        if let Some(at) = inside(value)
            && ticks.iter().all(|t| (t.at - at).abs() >= room)
        {
            ticks.push(AxisTick { at, value });
        }
    };
    add(0.0);
    for exponent in (0..=MOST_DECADES).rev() {
        add(pow(10.0, f64::from(exponent)).round());
        add(-pow(10.0, f64::from(exponent)).round());
    }
    ticks.sort_by(|a, b| a.at.total_cmp(&b.at));
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_powers_of_ten_with_room_between() {
        let logicle = Transform::new(Scale::Logicle { t: 262_144.0, w: 0.7, m: 4.5, a: 0.0 }).unwrap();
        let found = ticks(&logicle, -0.05, 1.0);
        let values: Vec<f64> = found.iter().map(|t| t.value).collect();
        // 100 lies 0.08 from 0 on this scale.
        assert_eq!(values, [0.0, 1e3, 1e4, 1e5]);
        for tick in &found {
            assert!((logicle.inverse(tick.at) - tick.value).abs() < 1e-6 * (1.0 + tick.value));
        }
        assert!(found.windows(2).all(|t| t[1].at - t[0].at >= TICK_ROOM * 1.05));
    }
}
