//! Clusters and the map of all kept cells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Clusters of all kept cells: they illustrate, and never decide on a cell's class.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Clusters {
    /// Method, such as "Leiden on the k-nearest-neighbour graph".
    pub method: String,
    /// Resolution of the objective.
    pub resolution: f64,
    /// Modularity reached.
    pub modularity: Option<f64>,
    /// Neighbours per cell.
    pub n_neighbours: u64,
    /// Principal components used.
    pub n_components: u64,
    /// The clusters, largest first.
    pub clusters: Vec<Cluster>,
}

/// One cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cluster {
    /// Number as in `cells.parquet`.
    pub id: u32,
    /// Cells in it.
    pub n: u64,
    /// Cells per class, aligned with `Model::classes`.
    pub class_counts: Vec<u64>,
}

/// A two-dimensional map of kept cells. Distances and areas in it mean nothing: an illustration only.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Umap {
    /// Kept cells in the lot; more than the points when they were sub-sampled.
    pub n_total: u64,
    /// First coordinate of each point.
    pub x: Vec<f32>,
    /// Second coordinate of each point.
    pub y: Vec<f32>,
    /// Class index of each point.
    pub class: Vec<u32>,
    /// Cluster number of each point; empty when there are no clusters.
    pub cluster: Vec<u32>,
}
