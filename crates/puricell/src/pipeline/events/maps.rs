//! The self-organising map of the kept events: a second witness of the calls.

use puricell_cluster::{
    MetaclusterCount, MetaclusterParams, SomParams, TreeEdge, map_to_nodes, metacluster_nodes, node_medians,
    spanning_tree, train_som_on,
};
use puricell_core::{Dense, Events, Noted, Warning};

use super::EventSettings;
use crate::error::AppError;

/// Event without a node.
const NO_NODE: u32 = u32::MAX;

/// The map of a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct EventMap {
    /// Markers and columns that are its dimensions.
    pub markers: Vec<(String, usize)>,
    /// Sides of the grid.
    pub sides: (usize, usize),
    /// Node of each loaded event; [`EventMap::node`] reads it.
    nodes: Vec<u32>,
    /// Events per node.
    pub sizes: Vec<usize>,
    /// Median of each marker, `n_nodes x n_markers`, on the channels' scales; NaN for a node without events.
    pub medians: Dense<f64>,
    /// Metacluster of each node.
    pub metacluster_of: Vec<u32>,
    /// Events per metacluster, largest first.
    pub metacluster_sizes: Vec<usize>,
    /// Spanning tree of the codes.
    pub tree: Vec<TreeEdge>,
    /// Mean distance of an event to its code.
    pub mean_quantisation_error: f64,
}

impl EventMap {
    /// Node of a loaded event; `None` where it was not kept.
    pub fn node(&self, event: usize) -> Option<u32> {
        Some(self.nodes[event]).filter(|&node| node != NO_NODE)
    }

    /// Metacluster of a loaded event.
    pub fn metacluster(&self, event: usize) -> Option<u32> {
        self.node(event).map(|node| self.metacluster_of[node as usize])
    }

    /// Number of metaclusters.
    pub fn n_metaclusters(&self) -> usize {
        self.metacluster_sizes.len()
    }
}

pub(super) fn map_events(
    events: &Events,
    kept: &[usize],
    markers: &[(String, usize)],
    settings: &EventSettings<'_>,
) -> Result<Noted<Option<EventMap>>, AppError> {
    let stage = AppError::stage("self-organising map");
    let mut warnings = Vec::new();
    let n_nodes = settings.som.0 * settings.som.1;
    if kept.len() < n_nodes || markers.len() < 2 {
        let why = format!(
            "{} kept events over {} markers are too few for a map of {n_nodes} nodes",
            kept.len(),
            markers.len()
        );
        return Ok(Noted { value: None, warnings: vec![Warning::new("no_map", why)] });
    }
    let columns: Vec<usize> = markers.iter().map(|m| m.1).collect();
    let params = SomParams { x: settings.som.0, y: settings.som.1, ..SomParams::default() };
    let seed = settings.settings.seed;
    let trained =
        train_som_on(events.values(), &columns, kept, &params, seed).map_err(&stage)?.into_value(&mut warnings);
    let mapped = map_to_nodes(&trained, events.values(), &columns, kept.iter().copied()).map_err(&stage)?;
    let medians =
        node_medians(events.values(), &columns, &kept.iter().copied(), &mapped.nodes, n_nodes).map_err(&stage)?;
    let wanted = MetaclusterCount::Fixed(settings.n_metaclusters);
    let groups = metacluster_nodes(&trained, &mapped.sizes, wanted, &MetaclusterParams::default(), seed)
        .map_err(&stage)?
        .into_value(&mut warnings);
    let mut nodes = vec![NO_NODE; events.n_events()];
    for (&event, &node) in kept.iter().zip(&mapped.nodes) {
        nodes[event] = node;
    }
    let value = EventMap {
        markers: markers.to_vec(),
        sides: settings.som,
        nodes,
        sizes: mapped.sizes,
        medians,
        metacluster_of: groups.of_node,
        metacluster_sizes: groups.sizes,
        tree: spanning_tree(&trained.scaled_codes()),
        mean_quantisation_error: mapped.mean_quantisation_error,
    };
    Ok(Noted { value: Some(value), warnings })
}

/// Some rows and columns of the events.
pub(super) fn select(events: &Events, rows: &[usize], columns: &[usize]) -> Dense<f32> {
    let mut points = Dense::filled(rows.len(), columns.len(), 0.0_f32);
    for (to, &row) in rows.iter().enumerate() {
        let from = events.values().row(row);
        for (value, &column) in points.row_mut(to).iter_mut().zip(columns) {
            *value = from[column];
        }
    }
    points
}
