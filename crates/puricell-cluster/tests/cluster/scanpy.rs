//! Each stage against scanpy 1.11.5 on 800 real cells; see test-data/scanpy-analysis.

use puricell_cluster::{
    Graph, LeidenParams, PcaParams, UmapParams, distance_matrix, fuzzy_graph, knn, leiden, modularity, pca, rank_test,
    umap,
};
use puricell_core::{Dense, Seed};

use crate::golden;
use crate::trustworthiness::trustworthiness;

fn graph() -> Graph {
    fuzzy_graph(&golden::knn()).unwrap()
}

#[test]
fn pca_agrees_with_arpack() {
    let params = PcaParams { n_components: 30, tolerance: 1e-6, ..PcaParams::default() };
    let found = pca(&golden::matrix(), &params, Seed(1)).unwrap();
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    let found = found.value;
    let (variance, ratio) = (golden::f64s("pca_variance"), golden::f64s("pca_variance_ratio"));
    let (ours, theirs) = (&found.embedding.points, golden::points().points);
    for c in 0..30 {
        // The relative error of a variance is below the square of the residual over the gap, 1e-12 / 2e-3.
        assert!((found.variance[c] / variance[c] - 1.0).abs() < 1e-9, "{c}: {} {}", found.variance[c], variance[c]);
        assert!((found.variance_ratio[c] / ratio[c] - 1.0).abs() < 1e-9, "{c}");
        let scale = variance[c].sqrt();
        for cell in 0..800 {
            // Angle of a component: residual over the least gap, 1e-6 / 2e-3; scores reach a few standard deviations.
            let error = f64::from(ours.row(cell)[c] - theirs.row(cell)[c]).abs();
            assert!(error < 3e-3 * scale, "cell {cell}, component {c}: off by {error}, of {scale}");
        }
    }
}

#[test]
fn pca_with_defaults_is_good_enough_for_neighbours() {
    let params = PcaParams { n_components: 30, ..PcaParams::default() };
    let found = pca(&golden::matrix(), &params, Seed(1)).unwrap().value;
    for (ours, theirs) in found.variance.iter().zip(golden::f64s("pca_variance")) {
        // Tolerance 1e-4 squared, over a relative gap of at least 0.2 %.
        assert!((ours / theirs - 1.0).abs() < 1e-5, "{ours} {theirs}");
    }
}

#[test]
fn neighbours_agree_with_a_brute_force_search() {
    let found = knn(&golden::points(), &puricell_cluster::KnnParams { k: 15 }).unwrap().value;
    let want = golden::knn();
    for cell in 0..800 {
        let ((ours, d), (theirs, e)) = (found.of(cell), want.of(cell));
        assert_eq!(ours, theirs, "cell {cell}");
        for (d, e) in d.iter().zip(e) {
            // Both rounded once to f32 from doubles that differ by rounding.
            assert!((d - e).abs() <= 2.0 * f32::EPSILON * e, "cell {cell}: {d} {e}");
        }
    }
}

#[test]
fn graph_agrees_with_connectivities() {
    let graph = graph();
    let want = golden::csr("connectivities", 800);
    let mut checked = 0;
    for cell in 0..800 {
        assert_eq!(graph.weights().row(cell).0, want.row(cell).0, "cell {cell}");
        for (w, e) in graph.weights().row(cell).1.iter().zip(want.row(cell).1) {
            // umap-learn keeps scales in f32, and both bisections stop within 1e-5 of their target.
            assert!((w - e).abs() < 1e-5, "cell {cell}: {w} {e}");
            checked += 1;
        }
    }
    assert_eq!(checked, want.nnz());
    assert_eq!(distance_matrix(&golden::knn()).unwrap().nnz(), 800 * 15);
}

#[test]
fn modularity_agrees_with_igraph() {
    let graph = Graph::new(golden::csr("connectivities", 800)).unwrap();
    let labels = golden::u32s("leiden_labels");
    for (resolution, name) in [(1.0, "leiden_labels_modularity"), (2.0, "leiden_labels_modularity_2")] {
        // Both are double-precision sums of the same 17,112 weights.
        assert!((modularity(&graph, &labels, resolution).unwrap() - golden::value(name)).abs() < 1e-12);
    }
}

#[test]
fn leiden_is_as_good_as_igraph() {
    let graph = Graph::new(golden::csr("connectivities", 800)).unwrap();
    for resolution in [0.5, 1.0, 2.0] {
        let name = |what| golden::value(&format!("igraph_modularity_{what}_{resolution:.1}"));
        let mut found: Vec<f64> = (0..20)
            .map(|seed| {
                let params = LeidenParams { resolution, ..LeidenParams::default() };
                let labels = leiden(&graph, &params, Seed(seed)).unwrap().value;
                modularity(&graph, labels.labels(), resolution).unwrap()
            })
            .collect();
        found.sort_by(f64::total_cmp);
        // Single runs differ by some tenths of a per cent in either program; none may be 1 % below igraph's median, and
        // the typical one not 0.1 %.
        assert!(found[0] > 0.99 * name("median"), "{resolution}: {found:?}");
        assert!(found[10] > 0.999 * name("median"), "{resolution}: {} {}", found[10], name("median"));
        assert!(found[19] < 1.005 * name("max"), "{resolution}: better than possible? {found:?}");
    }
}

#[test]
fn rank_test_agrees_with_rank_genes_groups() {
    let labels = golden::u32s("leiden_labels");
    let n_groups = *labels.iter().max().unwrap() as usize + 1;
    let found = rank_test(&golden::matrix(), &labels, n_groups).unwrap();
    // scanpy keeps scores in f32; the rest is double precision, and p-values go down to 1e-127.
    for (ours, name, relative) in [
        (&found.z, "rank_z", 2e-7),
        (&found.p, "rank_p", 1e-12),
        (&found.p_adjusted, "rank_p_adjusted", 1e-12),
        (&found.fraction, "rank_fraction", 1e-12),
        (&found.fraction_rest, "rank_fraction_rest", 1e-12),
    ] {
        for (i, (x, y)) in ours.values().iter().zip(golden::f64s(name)).enumerate() {
            assert!((x - y).abs() <= relative * y.abs() + 1e-300, "{name} {i}: {x} {y}");
        }
    }
}

#[test]
fn umap_is_as_trustworthy_as_umap_learn() {
    let points = golden::points();
    let two = Dense::new(800, 2, (0..800).flat_map(|c| points.points.row(c)[..2].to_vec()).collect()).unwrap();
    // The measure itself first: equal integers, one division.
    assert!((trustworthiness(&points.points, &two, 15) - golden::value("pca2_trustworthiness")).abs() < 1e-12);
    for seed in 0..3 {
        let picture = umap(&graph(), &points, &UmapParams::default(), Seed(seed)).unwrap().value;
        let found = trustworthiness(&points.points, &picture, 15);
        // umap-learn's own five seeds lie 0.002 apart; as much again is allowed.
        let least = golden::value("umap_trustworthiness_min") - 0.002;
        assert!(found > least, "{found}, umap-learn {least} or more");
    }
}
