//! What was planted must come out.

use puricell_cluster::{
    Graph, KMeansParams, KnnParams, LeidenParams, PcaParams, StabilityParams, adjusted_rand_index, fuzzy_graph, kmeans,
    knn, leiden, modularity, normalised_mutual_information, pca, rank_test, stability,
};
use puricell_core::{Csr, Embedding, Partition, Seed};

use crate::blobs::{blobs, sparse};

fn graph_of(points: &Embedding) -> Graph {
    fuzzy_graph(&knn(points, &KnnParams::default()).unwrap().value).unwrap()
}

/// An unweighted graph from its edges.
fn graph(n: usize, edges: &[(usize, usize)]) -> Graph {
    let mut rows = vec![std::collections::BTreeSet::new(); n];
    for &(a, b) in edges {
        rows[a].insert(b as u32);
        rows[b].insert(a as u32);
    }
    let mut indptr = vec![0];
    let mut indices = Vec::new();
    for row in rows {
        indices.extend(row);
        indptr.push(indices.len() as u64);
    }
    let values = vec![1.0; indices.len()];
    Graph::new(Csr::new(n, n, indptr, indices, values).unwrap()).unwrap()
}

fn clique(first: usize, size: usize) -> impl Iterator<Item = (usize, usize)> {
    (first..first + size).flat_map(move |a| (a + 1..first + size).map(move |b| (a, b)))
}

#[test]
fn blobs_of_unequal_size_are_found_by_leiden_and_by_k_means() {
    // Twelve spreads apart in 10 dimensions: no overlap. The smallest is 2 % of the cells, as a contaminant would be.
    let (points, truth) = blobs(&[600, 300, 80, 20], 10, 12.0, 1);
    let params = LeidenParams { resolution: 0.1, ..LeidenParams::default() };
    let found = leiden(&graph_of(&points), &params, Seed(1)).unwrap().value;
    assert_eq!(found.sizes(), &[600, 300, 80, 20]);
    assert!((adjusted_rand_index(found.labels(), &truth) - 1.0).abs() < 1e-12);
    assert!((normalised_mutual_information(found.labels(), &truth) - 1.0).abs() < 1e-12);
    let witness = kmeans(&points, 4, &KMeansParams::default(), Seed(1)).unwrap().value;
    assert!((adjusted_rand_index(witness.partition.labels(), &truth) - 1.0).abs() < 1e-12);
}

#[test]
fn k_means_gives_cells_beyond_its_subsample_to_the_nearest_centre() {
    let (points, truth) = blobs(&[500, 400], 5, 12.0, 2);
    let params = KMeansParams { max_cells: 100, ..KMeansParams::default() };
    let found = kmeans(&points, 2, &params, Seed(1)).unwrap().value;
    assert_eq!(found.n_fitted, 100);
    assert!((adjusted_rand_index(found.partition.labels(), &truth) - 1.0).abs() < 1e-12);
}

#[test]
fn a_sparse_matrix_gives_its_groups_back_through_all_stages() {
    let (matrix, truth) = sparse(&[300, 200, 100], 300, 4);
    let params = PcaParams { n_components: 10, ..PcaParams::default() };
    let points = pca(&matrix, &params, Seed(1)).unwrap().value.embedding;
    let params = LeidenParams { resolution: 0.3, ..LeidenParams::default() };
    let found = leiden(&graph_of(&points), &params, Seed(1)).unwrap().value;
    // Single cells may fall on the wrong side of a border that noise has drawn.
    assert!(adjusted_rand_index(found.labels(), &truth) > 0.95);
    // The 50 columns planted for each group, and no other, separate it at a false discovery rate of 1 %.
    let test = rank_test(&matrix, &truth, 3).unwrap();
    for group in 0..3 {
        let hits: Vec<usize> =
            (0..300).filter(|&c| test.p_adjusted.row(group)[c] < 0.01 && test.auc.row(group)[c] > 0.5).collect();
        let planted = hits.iter().filter(|&&c| c % 6 == group).count();
        assert!(planted >= 48 && hits.len() - planted <= 2, "group {group}: {planted} of {}", hits.len());
    }
}

#[test]
fn two_triangles_and_a_bridge() {
    // Inside 6 of 7 edges, strengths 7 and 7 of 14: 6/7 - 1/2 = 5/14.
    let g = graph(6, &[(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5), (2, 3)]);
    let found = leiden(&g, &LeidenParams::default(), Seed(1)).unwrap().value;
    assert_eq!(found.labels(), &[0, 0, 0, 1, 1, 1]);
    assert!((modularity(&g, found.labels(), 1.0).unwrap() - 5.0 / 14.0).abs() < 1e-15);
    // At resolution 0 only connection counts.
    let params = LeidenParams { resolution: 0.0, ..LeidenParams::default() };
    assert_eq!(leiden(&g, &params, Seed(1)).unwrap().value.n_groups(), 1);
}

#[test]
fn a_ring_of_cliques_is_cut_between_them() {
    // 12 cliques of 5: at resolution 1 each alone is the optimum (merging two pays only from about n(n-1)+2 = 22 cliques,
    // Fortunato and Barthelemy 2007, doi:10.1073/pnas.0605965104).
    let mut edges: Vec<(usize, usize)> = (0..12).flat_map(|c| clique(5 * c, 5)).collect();
    edges.extend((0..12).map(|c| (5 * c, (5 * c + 6) % 60)));
    let g = graph(60, &edges);
    for seed in 0..5 {
        let found = leiden(&g, &LeidenParams::default(), Seed(seed)).unwrap().value;
        assert!((0..60).all(|v| found.labels()[v] == found.labels()[5 * (v / 5)]));
        assert_eq!(found.n_groups(), 12);
    }
}

#[test]
fn parts_without_a_path_between_them_are_never_joined() {
    let mut edges: Vec<(usize, usize)> = clique(0, 6).chain(clique(6, 4)).collect();
    edges.push((10, 11));
    let found =
        leiden(&graph(13, &edges), &LeidenParams { resolution: 0.01, ..LeidenParams::default() }, Seed(1)).unwrap();
    assert_eq!(found.value.sizes(), &[6, 4, 2, 1]);
    assert_eq!(found.warnings[0].code, "cells_without_neighbours");
}

#[test]
fn planted_groups_are_stable_and_a_cut_through_one_is_not() {
    let (points, truth) = blobs(&[300, 200, 100], 8, 12.0, 6);
    let graph = graph_of(&points);
    let params = StabilityParams {
        leiden: LeidenParams { resolution: 0.1, ..LeidenParams::default() },
        resolutions: vec![0.05, 0.1, 3.0],
        n_seeds: 4,
        n_subsamples: 12,
        fraction: 0.8,
    };
    let planted = Partition::from_labels(&truth.iter().map(|&l| l as usize).collect::<Vec<_>>()).unwrap();
    let found = stability(&graph, &planted, &params, Seed(1)).unwrap();
    assert!(found.warnings.is_empty());
    let found = found.value;
    assert!(found.groups.iter().all(|g| g.jaccard_q05 > 0.99 && g.n_subsamples == 12), "{:?}", found.groups);
    assert!(found.by_seed.iter().chain(&found.by_subsample).all(|r| r.n_groups == 3 && r.ari > 0.99));
    assert!(found.by_resolution[2].n_groups > 3 && found.by_resolution[2].ari < 0.9, "{:?}", found.by_resolution);

    // The first blob cut in half at random: each half matches at best the whole, a Jaccard index of one half.
    let cut: Vec<usize> = truth.iter().enumerate().map(|(i, &l)| if l == 0 { 3 + i % 2 } else { l as usize }).collect();
    let found = stability(&graph, &Partition::from_labels(&cut).unwrap(), &params, Seed(1)).unwrap();
    assert_eq!(found.warnings[0].code, "unstable_groups");
    for g in &found.value.groups {
        let halved = g.n_cells == 150;
        assert!(if halved { (g.jaccard_mean - 0.5).abs() < 0.05 } else { g.jaccard_mean > 0.99 }, "{g:?}");
    }
}
