//! Inputs too small, too equal or too broken to cluster: an answer or an error, never a panic.

use puricell_cluster::{
    ClusterError, Graph, KMeansParams, KnnParams, LeidenParams, PcaParams, StabilityParams, UmapParams, fuzzy_graph,
    kmeans, knn, leiden, modularity, pca, rank_test, stability, umap,
};
use puricell_core::{Csr, Partition, Seed};

use crate::blobs::{embedding, sparse};

fn constant(n: usize, columns: usize) -> Csr<f32> {
    let indices = (0..n).flat_map(|_| 0..columns as u32).collect();
    Csr::new(n, columns, (0..=n).map(|i| (i * columns) as u64).collect(), indices, vec![1.5; n * columns]).unwrap()
}

/// From matrix to picture, whatever the size.
fn all_stages(matrix: &Csr<f32>) -> Partition {
    let n = matrix.n_rows();
    let seed = Seed(1);
    let points = pca(matrix, &PcaParams::default(), seed).unwrap();
    assert_eq!(points.value.embedding.points.n_rows(), n);
    assert_eq!(points.warnings[0].code, "pca_fewer_components");
    let points = points.value.embedding;
    let neighbours = knn(&points, &KnnParams::default()).unwrap().value;
    assert_eq!(neighbours.n_cells(), n);
    let graph = fuzzy_graph(&neighbours).unwrap();
    assert!(Graph::new(graph.weights().clone()).is_ok(), "both ways the same");
    let labels = leiden(&graph, &LeidenParams::default(), seed).unwrap().value;
    assert_eq!(labels.n_cells(), n);
    assert!(modularity(&graph, labels.labels(), 1.0).unwrap().is_finite());
    let picture = umap(&graph, &points, &UmapParams::default(), seed).unwrap().value;
    assert_eq!((picture.n_rows(), picture.n_cols()), (n, 2));
    assert!(picture.values().iter().all(|v| v.is_finite()));
    rank_test(matrix, labels.labels(), labels.n_groups()).unwrap();
    stability(&graph, &labels, &StabilityParams { n_subsamples: 3, ..StabilityParams::default() }, seed).unwrap();
    kmeans(&points, 3, &KMeansParams::default(), seed).unwrap();
    labels
}

#[test]
fn no_cell_one_cell_two_cells() {
    for n in [0, 1, 2] {
        let labels = all_stages(&sparse(&[n], 20, 1).0);
        assert_eq!(labels.n_groups(), n.min(1), "{n} cells");
    }
    all_stages(&sparse(&[3], 0, 1).0);
    all_stages(&sparse(&[40], 1, 1).0);
}

#[test]
fn equal_cells_have_no_component_and_stay_together() {
    let matrix = constant(30, 25);
    let points = pca(&matrix, &PcaParams::default(), Seed(1)).unwrap().value;
    assert!(points.variance.is_empty());
    let neighbours = knn(&points.embedding, &KnnParams { k: 5 }).unwrap().value;
    assert_eq!(neighbours.of(0).0, &[1, 2, 3, 4, 5]);
    assert_eq!(neighbours.of(9).0, &[0, 1, 2, 3, 4]);
    assert!(fuzzy_graph(&neighbours).unwrap().weights().parts().2.iter().all(|w| (w - 1.0).abs() < f32::EPSILON));
    all_stages(&matrix);
}

#[test]
fn constant_columns_carry_nothing() {
    // Columns 0 and 1 constant, column 2 varies: one component, along column 2.
    let indices = (0..10).flat_map(|_| [0_u32, 1, 2]).collect();
    let values = (0..10).flat_map(|i| [3.0, 0.1, i as f32]).collect();
    let matrix = Csr::new(10, 3, (0..=10).map(|i| 3 * i).collect(), indices, values).unwrap();
    let found = pca(&matrix, &PcaParams::default(), Seed(1)).unwrap().value;
    assert_eq!(found.variance.len(), 1);
    // Variance of 0..9 is 55/6.
    assert!((found.variance[0] - 55.0 / 6.0).abs() < 1e-12 && (found.variance_ratio[0] - 1.0).abs() < 1e-12);
    assert!((found.loadings.row(2)[0] - 1.0).abs() < 1e-12);
}

#[test]
fn fewer_cells_than_neighbours_is_said() {
    let found = knn(&embedding(vec![0.0, 1.0, 5.0], 1), &KnnParams::default()).unwrap();
    assert_eq!(found.value.k(), 2);
    assert_eq!(found.warnings[0].code, "fewer_neighbours");
    assert_eq!(found.value.of(2), (&[1_u32, 0][..], &[4.0_f32, 5.0][..]));
}

#[test]
fn what_is_not_a_number_is_named() {
    let matrix = Csr::new(2, 4, vec![0, 1, 3], vec![0, 1, 3], vec![1.0, 2.0, f32::INFINITY]).unwrap();
    for error in [pca(&matrix, &PcaParams::default(), Seed(1)).err(), rank_test(&matrix, &[0, 1], 2).err()] {
        assert!(matches!(error, Some(ClusterError::NonFinite { row: 1, column: 3, .. })), "{error:?}");
    }
    let error = knn(&embedding(vec![0.0, 1.0, f32::NAN, 3.0], 2), &KnnParams::default()).unwrap_err();
    assert_eq!(error.to_string(), "embedding holds NaN at row 1, column 0; every value must be finite");
}

#[test]
fn parameters_and_lengths_out_of_range_are_named() {
    let (matrix, _) = sparse(&[20], 10, 1);
    let points = pca(&matrix, &PcaParams::default(), Seed(1)).unwrap().value.embedding;
    let graph = fuzzy_graph(&knn(&points, &KnnParams::default()).unwrap().value).unwrap();
    let seed = Seed(1);
    let base = leiden(&graph, &LeidenParams::default(), seed).unwrap().value;
    let errors = [
        pca(&matrix, &PcaParams { tolerance: 0.0, ..PcaParams::default() }, seed).err(),
        leiden(&graph, &LeidenParams { resolution: -1.0, ..LeidenParams::default() }, seed).err(),
        leiden(&graph, &LeidenParams { randomness: 0.0, ..LeidenParams::default() }, seed).err(),
        umap(&graph, &points, &UmapParams { min_dist: 2.0, ..UmapParams::default() }, seed).err(),
        stability(&graph, &base, &StabilityParams { fraction: 1.5, ..StabilityParams::default() }, seed).err(),
        kmeans(&points, 2, &KMeansParams { n_starts: 0, ..KMeansParams::default() }, seed).err(),
    ];
    for error in errors {
        assert!(matches!(error, Some(ClusterError::Parameter { .. })), "{error:?}");
    }
    assert!(matches!(modularity(&graph, &[0], 1.0), Err(ClusterError::Length { found: 1, expected: 20, .. })));
    assert!(matches!(rank_test(&matrix, &[0], 1), Err(ClusterError::Length { found: 1, expected: 20, .. })));
    let labels = [vec![0; 19], vec![7]].concat();
    assert!(matches!(rank_test(&matrix, &labels, 2), Err(ClusterError::Label { cell: 19, label: 7, n_groups: 2 })));
}
