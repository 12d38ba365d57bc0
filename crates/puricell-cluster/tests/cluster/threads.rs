//! The same bytes from every stage at 1, 2 and 4 threads.

use puricell_cluster::{
    KMeansParams, KnnParams, LeidenParams, MetaclusterCount, MetaclusterParams, PcaParams, SomParams, SomScale,
    StabilityParams, UmapParams, fuzzy_graph, kmeans, knn, leiden, metacluster, pca, rank_test, som, stability, umap,
};
use puricell_core::Seed;
use puricell_testkit::thread_sweep;

use crate::blobs::sparse;

#[test]
fn every_stage_gives_the_same_bytes_at_any_thread_count() {
    // More cells than one chunk of any stage holds.
    let (matrix, _) = sparse(&[700, 500, 300], 200, 9);
    let seed = Seed(11);
    let points =
        thread_sweep(|| pca(&matrix, &PcaParams { n_components: 20, ..PcaParams::default() }, seed).unwrap()).unwrap();
    let points = points.value.embedding;
    let neighbours = thread_sweep(|| knn(&points, &KnnParams::default()).unwrap()).unwrap().value;
    let graph = thread_sweep(|| fuzzy_graph(&neighbours).unwrap()).unwrap();
    let labels = thread_sweep(|| leiden(&graph, &LeidenParams::default(), seed).unwrap()).unwrap().value;
    let params = UmapParams { epochs: Some(50), ..UmapParams::default() };
    thread_sweep(|| umap(&graph, &points, &params, seed).unwrap()).unwrap();
    thread_sweep(|| rank_test(&matrix, labels.labels(), labels.n_groups()).unwrap()).unwrap();
    let params = StabilityParams { n_subsamples: 5, n_seeds: 3, ..StabilityParams::default() };
    thread_sweep(|| stability(&graph, &labels, &params, seed).unwrap()).unwrap();
    let params = SomParams { scale: SomScale::UnitVariance, ..SomParams::default() };
    let map = thread_sweep(|| som(&points, &params, seed).unwrap()).unwrap().value;
    thread_sweep(|| metacluster(&map, MetaclusterCount::Elbow(9), &MetaclusterParams::default(), seed).unwrap())
        .unwrap();
    thread_sweep(|| kmeans(&points, labels.n_groups(), &KMeansParams::default(), seed).unwrap()).unwrap();
}
