//! Clusters and the map.

use puricell_cluster::Search;
use puricell_purity::Level;
use puricell_report::model as report;

use super::calls::ClassIndex;
use crate::pipeline::{Analysis, Called};
use crate::validate::Share;

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
        neighbour_search: Some(search(&structure.search)),
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

fn search(search: &Search) -> report::NeighbourSearch {
    let Search::Approximate(found) = search else { return report::NeighbourSearch::default() };
    // The neighbours of one cell are found or missed together: they count as one cell.
    let n_sampled = found.n_sampled as u64;
    let share =
        Share { k: found.n_found as u64, n: found.n_exact as u64, n_distinct: n_sampled, k_distinct: n_sampled };
    let interval = share.interval(Level::P95);
    report::NeighbourSearch {
        is_exact: false,
        recall: share.fraction(),
        ci_low: interval.map(|i| i.low),
        ci_high: interval.map(|i| i.high),
        n_sampled: Some(found.n_sampled as u64),
        target: Some(found.target),
        n_regions: Some(found.n_regions as u64),
        n_searched: Some(found.n_searched as u64),
        share_searched: Some(found.share_searched),
    }
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
