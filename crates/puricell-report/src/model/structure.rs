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
    /// How they were searched for; absent in a report of a version that searched exactly without saying so.
    pub neighbour_search: Option<NeighbourSearch>,
    /// Principal components used.
    pub n_components: u64,
    /// The clusters, largest first.
    pub clusters: Vec<Cluster>,
}

/// How nearest neighbours were searched for. The numbers are absent where the search was exact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NeighbourSearch {
    /// Whether all cells were compared with all.
    pub is_exact: bool,
    /// Share of the exact neighbours that were found, of the cells sampled, 0 to 1.
    pub recall: Option<f64>,
    /// Lower end of its 95 % interval (Clopper and Pearson), in which a sampled cell with all its neighbours counts once.
    pub ci_low: Option<f64>,
    /// Upper end of that interval.
    pub ci_high: Option<f64>,
    /// Cells drawn at random, with replacement, for the recall.
    pub n_sampled: Option<u64>,
    /// Recall that was to be reached.
    pub target: Option<f64>,
    /// Regions that the space was parted into.
    pub n_regions: Option<u64>,
    /// Regions searched for each cell.
    pub n_searched: Option<u64>,
    /// Mean share of the cells that a cell was compared with, 0 to 1.
    pub share_searched: Option<f64>,
}

impl Default for NeighbourSearch {
    /// An exact search.
    fn default() -> Self {
        Self {
            is_exact: true,
            recall: None,
            ci_low: None,
            ci_high: None,
            n_sampled: None,
            target: None,
            n_regions: None,
            n_searched: None,
            share_searched: None,
        }
    }
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
