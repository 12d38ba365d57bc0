//! The self-organising map.

use puricell_purity::CallKind;
use puricell_report::model as report;

use super::bins;
use crate::pipeline::{Analysis, Called, EventLot};

pub(super) fn som(
    analysis: &Analysis<EventLot>,
    axes: &[report::PlotAxis],
    target_name: &str,
) -> Option<report::SomMap> {
    let lot = &analysis.measured;
    let map = lot.map.as_ref()?;
    let labels = labels(analysis, target_name);
    let nodes = map.sizes.iter().zip(&map.metacluster_of).enumerate().map(|(node, (&n, &metacluster))| {
        let medians = if n > 0 { map.medians.row(node).to_vec() } else { Vec::new() };
        report::SomNode { position: None, n: n as u64, metacluster, medians }
    });
    let metaclusters = map.metacluster_sizes.iter().zip(labels).zip(0..);
    let n: u64 = map.sizes.iter().map(|&n| n as u64).sum();
    Some(report::SomMap {
        method: format!(
            "FlowSOM (self-organising map of {} x {} nodes, consensus metaclustering) over {} markers, trained on {} events",
            map.sides.0,
            map.sides.1,
            map.markers.len(),
            puricell_purity::group_thousands(n)
        ),
        n,
        markers: map.markers.iter().map(|m| m.0.clone()).collect(),
        ranges: map.markers.iter().map(|m| report::Span { low: axes[m.1].low, high: axes[m.1].high }).collect(),
        nodes: nodes.collect(),
        edges: map.tree.iter().map(|e| report::SomEdge { from: e.from as u32, to: e.to as u32 }).collect(),
        metaclusters: metaclusters.map(|((&n, label), id)| report::Metacluster { id, n: n as u64, label }).collect(),
    })
}

/// What most events of each metacluster were called, the first of equals; `None` without events.
fn labels(analysis: &Analysis<EventLot>, target_name: &str) -> Vec<Option<String>> {
    let lot = &analysis.measured;
    let Some(map) = &lot.map else { return Vec::new() };
    let mut names = vec![target_name, "suspect", "unassigned"];
    names.extend(analysis.resolved.classes.iter().map(|c| c.name_en.as_str()));
    let counts = bins::count(analysis.mask.n_loaded(), map.n_metaclusters() * names.len(), |event| {
        let kind = match lot.kind(event)? {
            CallKind::Target => 0,
            CallKind::Suspect(_) => 1,
            CallKind::Unassigned => 2,
            CallKind::Class(class) => 3 + class,
        };
        Some(map.metacluster(event)? as usize * names.len() + kind)
    });
    counts
        .chunks(names.len())
        .map(|of_kind| {
            let most = (0..names.len()).reduce(|a, b| if of_kind[b] > of_kind[a] { b } else { a })?;
            (of_kind[most] > 0).then(|| names[most].to_owned())
        })
        .collect()
}
