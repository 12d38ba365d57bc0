//! Clusters and the map.

use puricell_report::model as report;

use super::calls::ClassIndex;
use crate::pipeline::{Analysis, Called};

pub(super) fn clusters<M: Called>(
    analysis: &Analysis<M>,
    index: &ClassIndex,
    n_classes: usize,
    method: &str,
    n_components: u64,
) -> Option<report::Clusters> {
    let structure = analysis.structure.as_ref()?;
    let mut class_counts = vec![vec![0_u64; n_classes]; structure.partition.n_groups()];
    for (&row, &label) in structure.rows.iter().zip(structure.partition.labels()) {
        class_counts[label as usize][index.of(analysis.measured.kind(row)) as usize] += 1;
    }
    Some(report::Clusters {
        method: method.to_owned(),
        resolution: structure.resolution,
        modularity: Some(structure.modularity),
        n_neighbours: structure.knn.k() as u64,
        n_components,
        clusters: structure
            .partition
            .sizes()
            .iter()
            .zip(class_counts)
            .zip(0..)
            .map(|((&n, class_counts), id)| report::Cluster { id, n: n as u64, class_counts })
            .collect(),
    })
}

pub(super) fn umap<M: Called>(analysis: &Analysis<M>, index: &ClassIndex, shown: &[usize]) -> Option<report::Umap> {
    let structure = analysis.structure.as_ref()?;
    let map = structure.umap.as_ref()?;
    // Shown cells are kept cells, and both lists are increasing.
    let positions: Vec<usize> = shown.iter().filter_map(|cell| structure.rows.binary_search(cell).ok()).collect();
    Some(report::Umap {
        n_total: structure.rows.len() as u64,
        x: positions.iter().map(|&p| map.row(p)[0]).collect(),
        y: positions.iter().map(|&p| map.row(p)[1]).collect(),
        class: positions.iter().map(|&p| index.of(analysis.measured.kind(structure.rows[p]))).collect(),
        cluster: positions.iter().map(|&p| structure.partition.labels()[p]).collect(),
    })
}
