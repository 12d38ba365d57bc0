//! Neighbours, clusters and the map, from an embedding: the same for expression and events.

use puricell_cluster::{
    Graph, LeidenParams, NeighbourParams, Search, UmapParams, fuzzy_graph, leiden, modularity, neighbours, umap,
};
use puricell_core::{Csr, Dense, Embedding, Knn, Noted, Partition};

use super::Settings;
use crate::error::AppError;
use crate::log::Log;
use crate::timing::Clock;

/// Fewest kept cells for an embedding.
pub(super) const MIN_CELLS: usize = 10;

/// Cells in the space they are compared in.
#[derive(Debug)]
pub(super) struct Coordinates {
    /// Indices of the cells among the loaded ones, increasing.
    pub(super) rows: Vec<usize>,
    /// Names of the columns of `expression`.
    pub(super) names: Vec<String>,
    /// Their ids, where they have any.
    pub(super) ids: Option<Vec<String>>,
    /// Values by which groups are told apart, a row per cell.
    pub(super) expression: Csr<f32>,
    /// The space.
    pub(super) embedding: Embedding,
}

/// The structure of the cells looked at: all kept ones, or a sample of the events. Rows of every matrix are these cells.
#[derive(Debug)]
pub struct Structure {
    /// Indices of the cells among the loaded ones, increasing.
    pub rows: Vec<usize>,
    /// Names of the columns of `expression`: variable genes, or markers.
    pub names: Vec<String>,
    /// Their ids, where they have any.
    pub ids: Option<Vec<String>>,
    /// Log-normalised variable genes, or markers on their scales, `n_rows x n_names`.
    pub expression: Csr<f32>,
    /// Principal components, or markers.
    pub embedding: Embedding,
    /// Nearest neighbours.
    pub knn: Knn,
    /// How they were searched for.
    pub search: Search,
    /// The neighbour graph.
    pub graph: Graph,
    /// Clusters.
    pub partition: Partition,
    /// Modularity of the clusters.
    pub modularity: f64,
    /// Resolution of the clusters.
    pub resolution: f64,
    /// The map, `n_rows x 2`; `None` where it was not asked for.
    pub umap: Option<Dense<f32>>,
}

pub(super) fn of_embedding(
    coordinates: Coordinates,
    settings: &Settings<'_>,
    log: &Log,
    clock: &mut Clock,
) -> Result<Noted<Structure>, AppError> {
    let mut warnings = Vec::new();
    let Coordinates { rows, names, ids, expression, embedding } = coordinates;
    log.stage("neighbours");
    let (found, graph) = clock.stage("neighbours", || {
        let params = NeighbourParams { k: settings.k, exact_up_to: settings.exact_up_to, ..NeighbourParams::default() };
        let found = neighbours(&embedding, &params, settings.seed).map_err(AppError::stage("neighbours"))?;
        let graph = fuzzy_graph(&found.value.knn).map_err(AppError::stage("neighbours"))?;
        Ok::<_, AppError>((found, graph))
    })?;
    let found = found.into_value(&mut warnings);
    log.stage("clusters");
    let leiden_params = LeidenParams { resolution: settings.resolution, ..LeidenParams::default() };
    let partition = clock
        .stage("clusters", || leiden(&graph, &leiden_params, settings.seed))
        .map_err(AppError::stage("clusters"))?
        .into_value(&mut warnings);
    let modularity =
        modularity(&graph, partition.labels(), settings.resolution).map_err(AppError::stage("clusters"))?;
    let map = if settings.umap {
        log.stage("map");
        let map = clock
            .stage("umap", || umap(&graph, &embedding, &UmapParams::default(), settings.seed))
            .map_err(AppError::stage("UMAP"))?;
        Some(map.into_value(&mut warnings))
    } else {
        None
    };
    let value = Structure {
        rows,
        names,
        ids,
        expression,
        embedding,
        knn: found.knn,
        search: found.search,
        graph,
        partition,
        modularity,
        resolution: settings.resolution,
        umap: map,
    };
    Ok(Noted { value, warnings })
}
