//! Embedding, neighbours, clusters and the map of the kept cells.

use puricell_cluster::{
    Graph, KnnParams, LeidenParams, Pca, PcaParams, UmapParams, fuzzy_graph, knn, leiden, modularity, pca, umap,
};
use puricell_core::{Csr, Dense, Knn, Noted, Partition, Warning};
use puricell_prep::rna::{NormaliseParams, VariableFeatures, VariableParams, log_normalise, variable_features};

use super::Settings;
use crate::error::AppError;
use crate::log::Log;
use crate::timing::Clock;

/// Fewest kept cells for an embedding.
const MIN_CELLS: usize = 10;

/// The structure of the kept cells. Rows of every matrix are the kept cells, in input order.
#[derive(Debug)]
pub struct Structure {
    /// Indices of the kept cells among the loaded ones.
    pub rows: Vec<usize>,
    /// The variable genes.
    pub variable: VariableFeatures,
    /// Log-normalised variable genes, `n_kept x n_variable`.
    pub expression: Csr<f32>,
    /// Principal components.
    pub pca: Pca,
    /// Nearest neighbours.
    pub knn: Knn,
    /// The neighbour graph.
    pub graph: Graph,
    /// Clusters.
    pub partition: Partition,
    /// Modularity of the clusters.
    pub modularity: f64,
    /// Resolution of the clusters.
    pub resolution: f64,
    /// The map, `n_kept x 2`; `None` where it was not asked for.
    pub umap: Option<Dense<f32>>,
}

pub(super) fn embed(
    counts: &Csr<u32>,
    kept: &[usize],
    settings: &Settings<'_>,
    log: &Log,
    clock: &mut Clock,
) -> Result<Noted<Option<Structure>>, AppError> {
    let mut warnings = Vec::new();
    let none = |mut warnings: Vec<Warning>, why: String| {
        warnings.push(Warning::new("no_structure", why));
        Ok(Noted { value: None, warnings })
    };
    if kept.len() < MIN_CELLS {
        let why = format!("{} kept cells are too few for clusters or a map: at least {MIN_CELLS}", kept.len());
        return none(warnings, why);
    }
    let analysis = &settings.profile.analysis;
    log.stage("variable genes");
    let variable = clock
        .stage("variable_genes", || {
            let params = VariableParams { n_top: analysis.n_variable, ..VariableParams::default() };
            variable_features(counts, kept, &params)
        })
        .map_err(AppError::stage("variable genes"))?
        .into_value(&mut warnings);
    if variable.selected.len() < 2 {
        return none(warnings, "no gene varies between the kept cells, so there are no clusters and no map".into());
    }
    log.stage("principal components");
    let (expression, pca) = clock.stage("pca", || {
        let expression = log_normalise(counts, kept, &variable.selected, &NormaliseParams::default())
            .map_err(AppError::stage("normalisation"))?;
        let params = PcaParams { n_components: analysis.n_components, ..PcaParams::default() };
        let pca = pca(&expression, &params, settings.seed).map_err(AppError::stage("principal components"))?;
        Ok::<_, AppError>((expression, pca))
    })?;
    let pca = pca.into_value(&mut warnings);
    log.stage("neighbours");
    let (knn, graph) = clock.stage("neighbours", || {
        let knn = knn(&pca.embedding, &KnnParams { k: analysis.k }).map_err(AppError::stage("neighbours"))?;
        let graph = fuzzy_graph(&knn.value).map_err(AppError::stage("neighbours"))?;
        Ok::<_, AppError>((knn, graph))
    })?;
    let knn = knn.into_value(&mut warnings);
    log.stage("clusters");
    let leiden_params = LeidenParams { resolution: analysis.resolution, ..LeidenParams::default() };
    let partition = clock
        .stage("clusters", || leiden(&graph, &leiden_params, settings.seed))
        .map_err(AppError::stage("clusters"))?
        .into_value(&mut warnings);
    let modularity =
        modularity(&graph, partition.labels(), analysis.resolution).map_err(AppError::stage("clusters"))?;
    let map = if settings.umap {
        log.stage("map");
        let map = clock
            .stage("umap", || umap(&graph, &pca.embedding, &UmapParams::default(), settings.seed))
            .map_err(AppError::stage("UMAP"))?;
        Some(map.into_value(&mut warnings))
    } else {
        None
    };
    let value = Structure {
        rows: kept.to_vec(),
        variable,
        expression,
        pca,
        knn,
        graph,
        partition,
        modularity,
        resolution: analysis.resolution,
        umap: map,
    };
    Ok(Noted { value: Some(value), warnings })
}
