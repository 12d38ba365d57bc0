//! The search by regions beside the exact one.

use puricell_cluster::{Approximate, KnnParams, NeighbourParams, Neighbours, Search, knn, neighbours};
use puricell_core::{Embedding, Knn, Noted, Seed};
use puricell_testkit::thread_sweep;

use crate::blobs::{blobs, embedding};

fn params(exact_up_to: usize) -> NeighbourParams {
    NeighbourParams { exact_up_to, n_sampled: 400, ..NeighbourParams::default() }
}

fn exact(points: &Embedding) -> Knn {
    knn(points, &KnnParams::default()).unwrap().value
}

fn approximate(found: &Noted<Neighbours>) -> &Approximate {
    match &found.value.search {
        Search::Approximate(found) => found,
        Search::Exact => panic!("searched exactly"),
    }
}

/// Share of neighbours at most as far as the exact k-th, over all cells; every distance and order is checked on the way.
fn recall(points: &Embedding, found: &Knn) -> f64 {
    let (exact, dims) = (exact(points), points.dims.len());
    let mut there = 0;
    for cell in 0..exact.n_cells() {
        let (indices, distances) = found.of(cell);
        assert!(!indices.contains(&(cell as u32)), "cell {cell} is its own neighbour");
        assert!(distances.is_sorted());
        let mut unique = indices.to_vec();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), exact.k());
        for (&other, &distance) in indices.iter().zip(distances) {
            let (x, y) = (points.points.row(cell), points.points.row(other as usize));
            let square: f64 = (0..dims).map(|d| (f64::from(x[d]) - f64::from(y[d])).powi(2)).sum();
            // One rounding to f32, and sums in another order.
            assert!((f64::from(distance) - square.sqrt()).abs() <= 1e-6 * square.sqrt());
        }
        let farthest = exact.of(cell).1[exact.k() - 1];
        there += distances.iter().filter(|&&d| d <= farthest).count();
    }
    there as f64 / (exact.n_cells() * exact.k()) as f64
}

#[test]
fn the_recall_is_reached_and_is_the_measured_one() {
    let mut stream = Seed(3).stream("test", 0);
    let uniform = embedding((0..6000 * 8).map(|_| stream.uniform() as f32).collect(), 8);
    let (clustered, _) = blobs(&[3000, 1500, 900, 550, 50], 20, 8.0, 4);
    for (name, points) in [("uniform", uniform), ("clustered", clustered)] {
        let found = neighbours(&points, &params(1000), Seed(1)).unwrap();
        let search = approximate(&found);
        let recall = recall(&points, &found.value.knn);
        assert!(found.warnings.is_empty(), "{name}: {:?}", found.warnings);
        assert!(recall >= 0.97, "{name}: {recall}");
        assert_eq!((search.n_sampled, search.n_exact), (400, 6000));
        // Four standard errors of 400 cells, were the neighbours of a cell found or missed together.
        let error = 4.0 * (recall * (1.0 - recall) / 400.0).sqrt();
        assert!((search.recall() - recall).abs() <= error, "{name}: {} and {recall}", search.recall());
        // Else nothing is saved, and the test shows nothing.
        assert!(search.share_searched < 0.4 && search.n_searched < search.n_regions, "{name}: {search:?}");
    }
}

#[test]
fn a_recall_of_one_misses_next_to_nothing() {
    let (points, _) = blobs(&[700, 300], 6, 3.0, 8);
    let all = NeighbourParams { recall: 1.0, max_share: 1.0, ..params(10) };
    let found = neighbours(&points, &all, Seed(1)).unwrap();
    assert!(recall(&points, &found.value.knn) > 0.999);
}

#[test]
fn the_switch_is_at_the_number_given() {
    let (points, _) = blobs(&[150, 150], 5, 4.0, 2);
    let at = neighbours(&points, &params(300), Seed(1)).unwrap().value;
    assert_eq!(at.search, Search::Exact);
    assert_eq!(at.knn, exact(&points));
    approximate(&neighbours(&points, &params(299), Seed(1)).unwrap());
}

#[test]
fn points_in_one_place_cost_no_more_and_are_found() {
    // Half of the points are copies of three; the region of each would hold a sixth of all.
    let (some, _) = blobs(&[2000], 6, 0.0, 5);
    let copies = (0..2000).flat_map(|i| some.points.row(i % 3).to_vec());
    let half = embedding(some.points.values().iter().copied().chain(copies).collect(), 6);
    let found = neighbours(&half, &params(100), Seed(1)).unwrap();
    assert!(recall(&half, &found.value.knn) >= 0.97);

    let same = embedding(vec![2.5; 3000 * 4], 4);
    let found = neighbours(&same, &params(100), Seed(1)).unwrap();
    assert!(
        found.value.knn.of(1234).1.iter().all(|&d| d.to_bits() == 0),
        "neighbours of equal points are at no distance"
    );
    assert!((recall(&same, &found.value.knn) - 1.0).abs() < 1e-12);
    assert!(approximate(&found).share_searched < 0.3, "{:?}", found.value.search);

    let nowhere = embedding(Vec::new(), 0);
    assert_eq!(neighbours(&nowhere, &params(0), Seed(1)).unwrap().value.knn.n_cells(), 0);
}

#[test]
fn few_points_have_all_the_neighbours_there_are() {
    for n in [2, 3, 17, 40] {
        let line = embedding((0..n).map(|i| (i * i) as f32).collect(), 1);
        let found = neighbours(&line, &params(1), Seed(1)).unwrap();
        assert_eq!(found.value.knn.k(), 15.min(n - 1));
        if n <= 16 {
            assert_eq!(found.value.knn, exact(&line), "{n} points");
        }
        recall(&line, &found.value.knn);
    }
}

#[test]
fn a_recall_out_of_reach_is_said() {
    // Without structure in 40 dimensions neighbours lie in every direction.
    let (points, _) = blobs(&[3000], 40, 0.0, 6);
    let little = NeighbourParams { max_share: 0.05, ..params(100) };
    let found = neighbours(&points, &little, Seed(1)).unwrap();
    assert!(approximate(&found).recall() < 0.97);
    assert_eq!(found.warnings[0].code, "neighbours_recall");
    let error = neighbours(&points, &NeighbourParams { recall: 1.5, ..params(1) }, Seed(1)).unwrap_err();
    assert_eq!(error.to_string(), "parameter recall is 1.5; expected a share from 0 to 1");
}

#[test]
fn scales_that_single_precision_cannot_hold_change_nothing() {
    let mut stream = Seed(5).stream("test", 0);
    let values = (0..1500).flat_map(|i| {
        let scale = if i % 2 == 0 { 1e-2 } else { 1e4 };
        [(1000.0 + scale * stream.normal()) as f32, (scale * stream.normal()) as f32]
    });
    let points = embedding(values.collect(), 2);
    let found = neighbours(&points, &params(100), Seed(1)).unwrap();
    assert!(recall(&points, &found.value.knn) >= 0.97);
}

#[test]
fn the_same_bytes_at_any_thread_count_and_from_any_seed_again() {
    let (points, _) = blobs(&[1200, 800, 30], 12, 5.0, 7);
    let of = |seed| neighbours(&points, &params(500), seed).unwrap();
    let found = thread_sweep(|| of(Seed(11))).unwrap();
    assert_eq!(found, of(Seed(11)));
    assert_ne!(approximate(&found), approximate(&of(Seed(12))), "the regions do not depend on the seed");
}
