//! What the renderings of a cytometry lot rely on.

use super::Problems;
use crate::error::ModelProblem;
use crate::model::{Cytometry, DensityPlot, EventGate, GateGeometry, MarkerHistogram, PlotAxis, SomMap};

/// Gates follow their parents and start from their events; matrices are square; bins and counts go together.
pub(super) fn check(data: &Cytometry, found: &mut Problems) {
    if let Some(compensation) = &data.compensation {
        let n = compensation.channels.len();
        found.length("cytometry.compensation.matrix", compensation.matrix.len(), n);
        for (row, channel) in compensation.matrix.iter().zip(&compensation.channels) {
            found.length(&format!("cytometry.compensation.matrix.{channel}"), row.len(), n);
        }
    }
    for (i, gate) in data.gates.iter().enumerate() {
        gate_agrees(gate, &data.gates[..i], found);
    }
    for p in &data.positivity {
        let what = format!("cytometry.positivity.{}", p.marker);
        found.part(&what, p.k.unwrap_or(0), p.n);
        found.part(&what, p.n_uncertain.unwrap_or(0), p.n);
        found.fractions(&what, &[p.fraction, p.ci_low, p.ci_high, p.upper_one_sided]);
    }
    for row in data.isct.iter().flat_map(|t| &t.rows) {
        let what = format!("cytometry.isct.{}", row.item);
        found.part(&what, row.k.unwrap_or(0), row.n);
        found.fractions(&what, &[row.limit, row.fraction, row.ci_low, row.ci_high, row.bound_one_sided]);
    }
    for histogram in &data.histograms {
        histogram_agrees(histogram, found);
    }
    for density in &data.densities {
        density_agrees(density, &data.gates, found);
    }
    if let Some(som) = &data.som {
        som_agrees(som, found);
    }
}

fn gate_agrees(gate: &EventGate, before: &[EventGate], found: &mut Problems) {
    let what = format!("cytometry.gates.{}", gate.id);
    found.part(&what, gate.k, gate.n);
    found.fractions(&what, &[gate.fraction, gate.ci_low, gate.ci_high, gate.upper_one_sided]);
    if before.iter().any(|g| g.id == gate.id) {
        found.list.push(ModelProblem::Duplicate { what: "cytometry.gates".to_owned(), found: gate.id.clone() });
    }
    if let GateGeometry::Polygon { x, y } = &gate.geometry {
        found.length(&format!("{what}.geometry.y"), y.len(), x.len());
    }
    for parent in &gate.parents {
        match before.iter().find(|g| g.id == *parent) {
            None => found.unknown_reference(&what, parent),
            Some(holder) if gate.parents.len() == 1 && holder.k != gate.n => {
                found.list.push(ModelProblem::GateParent {
                    gate: gate.id.clone(),
                    n: gate.n,
                    parent: parent.clone(),
                    k: holder.k,
                });
            }
            Some(_) => {}
        }
    }
}

fn histogram_agrees(histogram: &MarkerHistogram, found: &mut Problems) {
    let what = format!("cytometry.histograms.{}", histogram.marker);
    let n_bins = histogram.edges.len().saturating_sub(1);
    found.length(&format!("{what}.counts"), histogram.counts.len(), n_bins);
    if let Some(control) = &histogram.control {
        found.length(&format!("{what}.control.counts"), control.counts.len(), n_bins);
    }
    found.edges(&what, &histogram.edges, f64::MIN);
    axis_agrees(&histogram.axis, &what, found);
}

fn density_agrees(density: &DensityPlot, gates: &[EventGate], found: &mut Problems) {
    let what = format!("cytometry.densities.{}.{}", density.x.channel, density.y.channel);
    let n_bins = (density.n_x as usize).saturating_mul(density.n_y as usize);
    found.length(&format!("{what}.counts"), density.counts.len(), n_bins);
    axis_agrees(&density.x, &what, found);
    axis_agrees(&density.y, &what, found);
    for id in density.gates.iter().chain(&density.population) {
        if !gates.iter().any(|g| g.id == *id) {
            found.unknown_reference(&what, id);
        }
    }
}

fn axis_agrees(axis: &PlotAxis, what: &str, found: &mut Problems) {
    found.edges(&format!("{what}.{}", axis.channel), &[axis.low, axis.high], f64::MIN);
}

fn som_agrees(som: &SomMap, found: &mut Problems) {
    found.length("cytometry.som.ranges", som.ranges.len(), som.markers.len());
    for (i, node) in som.nodes.iter().enumerate() {
        let what = format!("cytometry.som.nodes.{i}");
        if node.n > 0 {
            found.length(&format!("{what}.medians"), node.medians.len(), som.markers.len());
        }
        if !som.metaclusters.iter().any(|m| m.id == node.metacluster) {
            found.unknown_reference(&what, &node.metacluster.to_string());
        }
    }
    for edge in &som.edges {
        for end in [edge.from, edge.to] {
            if end as usize >= som.nodes.len() {
                found.unknown_reference("cytometry.som.edges", &end.to_string());
            }
        }
    }
}
