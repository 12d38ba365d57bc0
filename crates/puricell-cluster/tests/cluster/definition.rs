//! Each number against its definition, recomputed the slow way.

use puricell_cluster::{KnnParams, LeidenParams, PcaParams, knn, leiden, pca, rank_test};
use puricell_core::{Csr, Seed};
use puricell_testkit::thread_sweep;

use crate::blobs::{blobs, embedding, sparse};
use crate::golden;

#[test]
fn components_are_eigenvectors_of_the_covariance() {
    let (matrix, _) = sparse(&[20, 17], 12, 3);
    let (n, p) = (matrix.n_rows(), matrix.n_cols());
    let params = PcaParams { n_components: 11, tolerance: 1e-9, ..PcaParams::default() };
    let found = pca(&matrix, &params, Seed(2)).unwrap().value;
    let value = |r: usize, c: usize| f64::from(matrix.get(r, c as u32).unwrap_or(0.0));
    let mean: Vec<f64> = (0..p).map(|c| (0..n).map(|r| value(r, c)).sum::<f64>() / n as f64).collect();
    let covariance = |a: usize, b: usize| {
        (0..n).map(|r| (value(r, a) - mean[a]) * (value(r, b) - mean[b])).sum::<f64>() / (n as f64 - 1.0)
    };
    let total: f64 = (0..p).map(|c| covariance(c, c)).sum();
    for i in 0..11 {
        let v: Vec<f64> = (0..p).map(|c| found.loadings.row(c)[i]).collect();
        for a in 0..p {
            let product: f64 = (0..p).map(|b| covariance(a, b) * v[b]).sum();
            // Rounding of sums of 37 terms of order 1.
            assert!((product - found.variance[i] * v[a]).abs() < 1e-12, "component {i}");
        }
        assert!((found.variance_ratio[i] - found.variance[i] / total).abs() < 1e-12);
        let largest = v.iter().copied().fold(0.0_f64, |l, x| if x.abs() > l.abs() { x } else { l });
        assert!(largest > 0.0);
        for r in 0..n {
            let score: f64 = (0..p).map(|c| (value(r, c) - mean[c]) * v[c]).sum();
            // Stored as f32.
            assert!((f64::from(found.embedding.points.row(r)[i]) - score).abs() < 1e-5);
        }
    }
}

/// All neighbours in double precision, ties by index.
fn brute(values: &[f32], dims: usize, cell: usize, k: usize) -> Vec<u32> {
    let row = |i: usize| &values[i * dims..(i + 1) * dims];
    let distance =
        |o: usize| -> f64 { row(cell).iter().zip(row(o)).map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2)).sum() };
    let mut others: Vec<(f64, u32)> =
        (0..values.len() / dims).filter(|&o| o != cell).map(|o| (distance(o), o as u32)).collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    others.truncate(k);
    others.into_iter().map(|o| o.1).collect()
}

fn check_neighbours(values: &[f32], dims: usize, k: usize) {
    let found = knn(&embedding(values.to_vec(), dims), &KnnParams { k }).unwrap().value;
    for cell in 0..found.n_cells() {
        assert_eq!(found.of(cell).0, brute(values, dims, cell, k), "cell {cell}, {dims} dimensions");
    }
}

#[test]
fn neighbours_are_those_of_a_plain_search() {
    // Sizes around those of panels (16), query blocks (64) and groups (256), and as many neighbours as there are.
    for (n, dims, k) in [
        (7, 3, 2),
        (63, 1, 5),
        (64, 5, 15),
        (65, 9, 15),
        (129, 50, 30),
        (300, 2, 1),
        (17, 8, 16),
        (255, 30, 15),
        (256, 31, 15),
        (257, 12, 250),
        (513, 7, 40),
        (1100, 30, 15),
    ] {
        let (points, _) = blobs(&[n / 2, n - n / 2], dims, 3.0, n as u64);
        check_neighbours(points.points.values(), dims, k);
    }
}

#[test]
fn ties_go_to_the_lowest_index() {
    // A 9 x 9 grid: every cell has many neighbours at one distance, exactly.
    let grid: Vec<f32> = (0..81).flat_map(|i| [(i % 9) as f32, (i / 9) as f32]).collect();
    check_neighbours(&grid, 2, 7);
    // Many cells in one place.
    let places: Vec<f32> = (0..200).flat_map(|i| [(i % 3) as f32, 1.0]).collect();
    check_neighbours(&places, 2, 10);
}

#[test]
fn outliers_and_coordinates_that_do_not_vary_change_nothing() {
    // Every tenth point far out, three at one place, the first coordinates all alike.
    let (points, _) = blobs(&[400, 200], 12, 6.0, 8);
    let values = points.points.values().iter().enumerate().map(|(at, &v)| {
        let (cell, d) = (at / 12, at % 12);
        let v = if cell % 200 == 7 { 1.0 } else { v };
        if d < 9 {
            4.0
        } else if cell % 10 == 0 {
            300.0 * v
        } else {
            v
        }
    });
    check_neighbours(&values.collect::<Vec<f32>>(), 12, 15);
    // Beyond what single precision can square.
    let (points, _) = blobs(&[90], 3, 0.0, 9);
    check_neighbours(&points.points.values().iter().map(|v| v * 1e20).collect::<Vec<f32>>(), 3, 5);
}

#[test]
fn more_cells_than_are_held_at_once_are_all_found() {
    let (points, _) = blobs(&[9000, 6000, 2001], 4, 5.0, 10);
    let found = thread_sweep(|| knn(&points, &KnnParams::default()).unwrap().value).unwrap();
    for cell in (0..found.n_cells()).step_by(571) {
        assert_eq!(found.of(cell).0, brute(points.points.values(), 4, cell, 15), "cell {cell}");
    }
}

#[test]
fn neighbours_survive_where_single_precision_does_not() {
    // Far from the origin and on scales six orders of magnitude apart: `|x|^2 + |y|^2 - 2xy` in f32 keeps nothing of the
    // small ones, so the search in double precision must take over.
    let mut stream = Seed(5).stream("test", 0);
    let values: Vec<f32> = (0..300)
        .flat_map(|i| {
            let scale = if i % 2 == 0 { 1e-2 } else { 1e4 };
            [(1000.0 + scale * stream.normal()) as f32, (scale * stream.normal()) as f32]
        })
        .collect();
    check_neighbours(&values, 2, 6);
}

#[test]
fn rank_test_counts_pairs() {
    // Negative values, stored zeros, ties and a constant column.
    let values = [-1.0_f32, 0.0, 2.0, 2.0, 0.0, 3.0, -1.0, 2.0, 5.0];
    let labels = [0_u32, 1, 0, 1, 2, 2, 0, 1, 0];
    let indices: Vec<u32> = (0..9).flat_map(|_| [0, 1]).collect();
    let stored: Vec<f32> = values.iter().flat_map(|&v| [v, 4.0]).collect();
    let matrix = Csr::new(9, 3, (0..=9).map(|i| 2 * i).collect(), indices, stored).unwrap();
    let found = rank_test(&matrix, &labels, 4).unwrap();
    for group in 0..3 {
        let (mut wins, mut pairs, mut inside, mut outside) = (0.0, 0.0, Vec::new(), Vec::new());
        for (&v, &l) in values.iter().zip(&labels) {
            if l as usize == group { inside.push(v) } else { outside.push(v) }
        }
        for &x in &inside {
            for &y in &outside {
                pairs += 1.0;
                wins += if x > y {
                    1.0
                } else if x < y {
                    0.0
                } else {
                    0.5
                };
            }
        }
        let mean = |v: &[f32]| v.iter().map(|&x| f64::from(x)).sum::<f64>() / v.len() as f64;
        // Exact fractions of small integers, one rounding each.
        assert!((found.auc.row(group)[0] - wins / pairs).abs() < 1e-15);
        assert!((found.mean.row(group)[0] - mean(&inside)).abs() < 1e-15);
        assert!((found.mean_rest.row(group)[0] - mean(&outside)).abs() < 1e-15);
        // A constant column, stored or not, tells nothing apart.
        for column in [1, 2] {
            assert!(found.z.row(group)[column].abs() < 1e-15);
            assert!((found.p.row(group)[column] - 1.0).abs() < 1e-15);
            assert!((found.auc.row(group)[column] - 0.5).abs() < 1e-15);
        }
    }
    assert!(found.p.row(3).iter().chain(found.auc.row(3)).all(|x| x.is_nan()), "group 3 is empty");
}

#[test]
fn every_community_is_connected() {
    let graph = puricell_cluster::Graph::new(golden::csr("connectivities", 800)).unwrap();
    for resolution in [0.1, 1.0, 5.0] {
        let params = LeidenParams { resolution, ..LeidenParams::default() };
        let labels = leiden(&graph, &params, Seed(4)).unwrap().value;
        let mut seen = vec![false; 800];
        let mut reached = 0;
        for group in 0..labels.n_groups() as u32 {
            let first = labels.labels().iter().position(|&l| l == group).unwrap();
            let mut stack = vec![first];
            seen[first] = true;
            while let Some(cell) = stack.pop() {
                reached += 1;
                for &other in graph.weights().row(cell).0 {
                    if labels.labels()[other as usize] == group && !seen[other as usize] {
                        seen[other as usize] = true;
                        stack.push(other as usize);
                    }
                }
            }
        }
        assert_eq!(reached, 800, "resolution {resolution}");
    }
}
