//! The self-organising map.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gates::Span;

/// A self-organising map with its spanning tree. It illustrates and is a second witness; calls are made per event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SomMap {
    /// Method in words, such as "FlowSOM, 10 x 10 nodes, 10 epochs".
    pub method: String,
    /// Events mapped.
    pub n: u64,
    /// Markers of the nodes' medians.
    pub markers: Vec<String>,
    /// Range of the colour scale of each marker, in display coordinates: fixed ends, such as those of the marker's
    /// histogram, so that noise of a negative marker does not look like signal. Aligned with `markers`.
    pub ranges: Vec<Span>,
    /// The nodes.
    pub nodes: Vec<SomNode>,
    /// The edges of the minimum spanning tree.
    pub edges: Vec<SomEdge>,
    /// The metaclusters, in display order.
    pub metaclusters: Vec<Metacluster>,
}

/// A node of the map.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SomNode {
    /// Where it is drawn; `None` lets the figure lay the tree out. Used only when every node has one.
    pub position: Option<NodePosition>,
    /// Events mapped to it.
    pub n: u64,
    /// Id of its metacluster.
    pub metacluster: u32,
    /// Median of each marker in display coordinates, aligned with [`SomMap::markers`]; empty for a node without events.
    pub medians: Vec<f64>,
}

/// A place on a drawing, in any unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NodePosition {
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
}

/// An edge of the spanning tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SomEdge {
    /// Index of a node.
    pub from: u32,
    /// Index of another.
    pub to: u32,
}

/// A group of nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metacluster {
    /// Id, as in [`SomNode::metacluster`].
    pub id: u32,
    /// Events in its nodes.
    pub n: u64,
    /// Label of the class that most of its events were called; `None` when there is none.
    pub label: Option<String>,
}
