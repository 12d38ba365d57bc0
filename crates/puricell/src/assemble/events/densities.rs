//! Biaxial densities: what each gate was drawn on, then markers of the target against those of contaminants.

use puricell_core::{ChannelKind, DropReason};
use puricell_purity::events::{Sign, SignedMarkers};
use puricell_report::model as report;
use puricell_report::model::GateGeometry;

use super::{bins, populations};
use crate::pipeline::{Analysis, EventLot};

/// Bins of an axis.
const SIDE: usize = 128;
/// Plots of gates; a user's file may have many.
const MOST_GATE_PLOTS: usize = 9;
/// Plots of markers.
const MOST_MARKER_PLOTS: usize = 6;

/// A plot to be made.
struct Plan {
    population: Option<String>,
    /// Reasons of the events that are not in the population.
    outside: Vec<DropReason>,
    /// Columns.
    x: usize,
    y: usize,
    gates: Vec<String>,
}

pub(super) fn densities(
    analysis: &Analysis<EventLot>,
    gates: &[report::EventGate],
    axes: &[report::PlotAxis],
) -> Vec<report::DensityPlot> {
    let lot = &analysis.measured;
    let mut plans = gate_plots(lot, gates);
    plans.extend(dye_plot(lot, &plans));
    plans.extend(marker_plots(lot));
    plans.into_iter().map(|plan| density(plan, analysis, axes)).collect()
}

fn density(plan: Plan, analysis: &Analysis<EventLot>, axes: &[report::PlotAxis]) -> report::DensityPlot {
    let Plan { population, outside, x, y, gates } = plan;
    let values = analysis.measured.events.values();
    let counts = bins::count(values.n_rows(), SIDE * SIDE, |event| {
        if !populations::is_within(&analysis.mask, &outside, event) {
            return None;
        }
        let row = values.row(event);
        Some(bins::place(&axes[y], row[y], SIDE)? * SIDE + bins::place(&axes[x], row[x], SIDE)?)
    });
    report::DensityPlot {
        population,
        n: counts.iter().sum(),
        x: axes[x].clone(),
        y: axes[y].clone(),
        n_x: SIDE as u32,
        n_y: SIDE as u32,
        counts: counts.into_iter().map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect(),
        gates,
    }
}

/// One plot per gate with a border, over the events it was applied to; gates over the same channels of the same events share it.
fn gate_plots(lot: &EventLot, gates: &[report::EventGate]) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for gate in gates {
        let Some((x, y)) = columns(gate, lot) else { continue };
        // Where the events within the parent are not known all are shown.
        let parent = gate.parents.first();
        let outside = parent.and_then(|p| populations::outside(&lot.gated, p));
        let population = parent.filter(|_| outside.is_some()).cloned();
        if let Some(same) = plans.iter_mut().find(|p| (p.x, p.y) == (x, y) && p.population == population) {
            same.gates.push(gate.id.clone());
        } else if plans.len() < MOST_GATE_PLOTS {
            plans.push(Plan { population, outside: outside.unwrap_or_default(), x, y, gates: vec![gate.id.clone()] });
        }
    }
    plans
}

/// The plane that a gate is drawn in.
fn columns(gate: &report::EventGate, lot: &EventLot) -> Option<(usize, usize)> {
    let column = |name: &String| lot.events.channel(name);
    let mut at = gate.channels.iter().map(column);
    match &gate.geometry {
        GateGeometry::None | GateGeometry::Boolean { .. } => None,
        // The area, above the line, is usually drawn to the right.
        GateGeometry::Ratio { .. } => {
            let (denominator, numerator) = (at.next()??, at.next()??);
            Some((numerator, denominator))
        }
        GateGeometry::Box { .. } => {
            let all: Vec<usize> = at.flatten().collect();
            let of = |kind| area(lot, kind).filter(|c| all.contains(c));
            of(ChannelKind::ForwardScatter)
                .zip(of(ChannelKind::SideScatter))
                .or_else(|| Some((*all.first()?, *all.get(1)?)))
        }
        _ => match (at.next()??, at.next()) {
            (x, Some(y)) => Some((x, y?)),
            (x, None) => Some((x, partner(lot, x)?)),
        },
    }
}

/// The first channel of the kind that measures the pulse's area, else the first of the kind.
fn area(lot: &EventLot, kind: ChannelKind) -> Option<usize> {
    let channels = lot.events.channels();
    let is_area = |name: &str| name.ends_with("-A");
    let of_kind = |c: &usize| channels[*c].kind == kind;
    (0..channels.len())
        .find(|c| of_kind(c) && is_area(&channels[*c].name))
        .or_else(|| (0..channels.len()).find(of_kind))
}

/// What a single channel is drawn against: forward scatter, side scatter where it is that itself, else a marker.
fn partner(lot: &EventLot, column: usize) -> Option<usize> {
    let scatter = [ChannelKind::ForwardScatter, ChannelKind::SideScatter].into_iter().filter_map(|k| area(lot, k));
    scatter.chain(lot.channels.markers.iter().map(|m| m.1)).find(|&c| c != column)
}

/// The viability dye over the kept events, where no gate shows it.
fn dye_plot(lot: &EventLot, plans: &[Plan]) -> Option<Plan> {
    let x = lot.channels.viability.filter(|dye| plans.iter().all(|p| p.x != *dye && p.y != *dye))?;
    Some(kept(lot, x, partner(lot, x)?))
}

/// For each class that can be reported its first marker across, and upwards a marker of the target, best one that the class lacks.
fn marker_plots(lot: &EventLot) -> Vec<Plan> {
    let markers = &lot.markers;
    let carried = |signed: &SignedMarkers| -> Vec<usize> {
        signed
            .signs
            .iter()
            .filter(|(_, sign)| matches!(sign, Sign::Required | Sign::Positive))
            .map(|(m, _)| *m)
            .collect()
    };
    let of_target = carried(&markers.target);
    let mut plans: Vec<Plan> = Vec::new();
    for (class, signed) in markers.resolved.classes.iter().zip(&markers.classes) {
        let lacked = |m: &usize| signed.signs.iter().any(|(s, sign)| s == m && sign.is_lacked());
        let Some(y) = of_target.iter().copied().find(lacked).or_else(|| of_target.first().copied()) else { continue };
        // What a sub-class takes over from its class stands behind its own.
        let Some(x) = carried(signed).into_iter().find(|m| !of_target.contains(m)) else { continue };
        let (x, y) = (markers.markers[x].column, markers.markers[y].column);
        let is_new = plans.iter().all(|p| p.x != x);
        if class.reportable && is_new && plans.len() < MOST_MARKER_PLOTS {
            plans.push(kept(lot, x, y));
        }
    }
    plans
}

/// A plot of the analysed events.
fn kept(lot: &EventLot, x: usize, y: usize) -> Plan {
    let outside = populations::path(&lot.gated).iter().map(|g| g.reason).collect();
    Plan { population: lot.gated.population.clone(), outside, x, y, gates: Vec::new() }
}
