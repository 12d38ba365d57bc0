//! Maps trained on a sample and applied to a table: against maps of the points themselves, definitions and planted truth.

use puricell_cluster::{
    ClusterError, MetaclusterCount, MetaclusterParams, SomParams, SomScale, TrainedSom, adjusted_rand_index,
    map_to_nodes, metacluster, metacluster_nodes, node_medians, som, train_som, train_som_on,
};
use puricell_core::{Dense, Embedding, Seed, math};
use puricell_testkit::thread_sweep;

use crate::blobs::{blobs, embedding};

/// Columns of [`table`] that hold the points.
const COLUMNS: [usize; 3] = [4, 0, 2];

/// The points in the columns [`COLUMNS`], in every second row; the rest is NaN, which must not be looked at.
fn table(points: &Embedding) -> Dense<f32> {
    let n = points.points.n_rows();
    let mut table = Dense::filled(2 * n, 5, f32::NAN);
    for row in 0..n {
        for (&column, &x) in COLUMNS.iter().zip(points.points.row(row)) {
            table.row_mut(2 * row)[column] = x;
        }
    }
    table
}

#[test]
fn rows_of_a_table_are_mapped_as_the_points_of_an_embedding() {
    let (points, _) = blobs(&[900, 500, 107], 3, 6.0, 3);
    let table = table(&points);
    let rows: Vec<usize> = (0..1507).map(|row| 2 * row).collect();
    for scale in [SomScale::AsGiven, SomScale::UnitVariance] {
        let params = SomParams { scale, ..SomParams::default() };
        let whole = som(&points, &params, Seed(2)).unwrap().value;
        let map = train_som(&points, &params, Seed(2)).unwrap().value;
        assert_eq!((&map.codes, &map.scale), (&whole.codes, &whole.scale));
        assert_eq!(map.scaled_codes(), whole.scaled_codes());
        let mapped = map_to_nodes(&map, &table, &COLUMNS, rows.iter().copied()).unwrap();
        assert_eq!((&mapped.nodes, &mapped.sizes), (&whole.nodes, &whole.sizes));
        assert_eq!(mapped.mean_quantisation_error.to_bits(), whole.mean_quantisation_error.to_bits());

        let backwards = map_to_nodes(&map, &table, &COLUMNS, rows.iter().rev().copied()).unwrap();
        assert!(backwards.nodes.iter().eq(whole.nodes.iter().rev()));
    }
}

#[test]
fn events_beyond_the_sample_fall_with_their_population() {
    // More rows than one block. Centres 12 standard deviations apart: all but strays must be right.
    let (all, truth) = blobs(&[150_000, 90_000, 24_000, 6000], 4, 12.0, 7);
    let sample: Vec<usize> = (0..270_000).step_by(50).collect();
    let sample = Embedding { points: all.points.select_rows(&sample), dims: all.dims.clone() };
    let map = train_som(&sample, &SomParams::default(), Seed(1)).unwrap().value;
    let mapped = map_to_nodes(&map, &all.points, &[0, 1, 2, 3], 0..270_000).unwrap();
    let found =
        metacluster_nodes(&map, &mapped.sizes, MetaclusterCount::Fixed(4), &MetaclusterParams::default(), Seed(1));
    let found = found.unwrap().value;
    let labels: Vec<u32> = mapped.nodes.iter().map(|&node| found.of_node[node as usize]).collect();
    let ari = adjusted_rand_index(&truth, &labels);
    assert!(ari > 0.99, "{ari}");
    for (group, &size) in found.sizes.iter().enumerate() {
        assert_eq!(labels.iter().filter(|&&label| label as usize == group).count(), size);
    }
    let codes = map.scaled_codes();
    let mut total = 0.0;
    for (row, &node) in mapped.nodes.iter().enumerate() {
        let square = |node: usize| -> f64 {
            let point = all.points.row(row).iter().map(|&x| f64::from(x));
            codes.row(node).iter().zip(point).map(|(c, x)| (x - c) * (x - c)).sum()
        };
        total += square(node as usize).sqrt();
        if row % 97 == 0 {
            let nearest = (0..100).min_by(|&a, &b| square(a).total_cmp(&square(b))).unwrap();
            assert_eq!(node as usize, nearest);
        }
    }
    // Two orders of 270,000 additions.
    assert!((mapped.mean_quantisation_error - total / 270_000.0).abs() < 1e-10);
}

#[test]
fn metaclusters_of_nodes_are_those_of_points() {
    let (points, _) = blobs(&[600, 300, 150], 4, 9.0, 8);
    let whole = som(&points, &SomParams::default(), Seed(3)).unwrap().value;
    let map = train_som(&points, &SomParams::default(), Seed(3)).unwrap().value;
    let params = MetaclusterParams::default();
    for count in [MetaclusterCount::Fixed(5), MetaclusterCount::Elbow(9)] {
        let of_points = metacluster(&whole, count, &params, Seed(3)).unwrap().value;
        let of_nodes = metacluster_nodes(&map, &whole.sizes, count, &params, Seed(3)).unwrap().value;
        // No two are equally large, so that both orders are one.
        assert!(of_points.partition.sizes().is_sorted_by(|a, b| a > b));
        assert_eq!(of_nodes.of_node, of_points.of_node);
        assert_eq!(of_nodes.sizes, of_points.partition.sizes());
        assert_eq!((of_nodes.consensus, of_nodes.occupied), (of_points.consensus, of_points.occupied));
        assert_eq!(of_nodes.sum_of_squares, of_points.sum_of_squares);
    }
    // Equal sizes go by their lowest node: 5 and 6 lie together, far from 2; the empty ones go to the nearest of these.
    let mut codes = Dense::filled(8, 1, 90.0);
    (codes.row_mut(5)[0], codes.row_mut(6)[0], codes.row_mut(2)[0], codes.row_mut(0)[0]) = (1.0, 2.0, 50.0, -7.0);
    let map = TrainedSom { x_nodes: 8, y_nodes: 1, codes, scale: vec![1.0] };
    let sizes = [0, 0, 20, 0, 0, 15, 5, 0];
    // All in every subset: two of three codes would be cut into one each.
    let params = MetaclusterParams { fraction: 1.0, ..params };
    let found = metacluster_nodes(&map, &sizes, MetaclusterCount::Fixed(2), &params, Seed(3)).unwrap().value;
    assert_eq!((found.of_node, found.sizes), (vec![1, 0, 0, 0, 0, 1, 1, 0], vec![20, 20]));
}

#[test]
fn medians_are_those_of_the_rows_of_each_node() {
    let (points, _) = blobs(&[901, 500, 106], 3, 6.0, 3);
    let table = table(&points);
    let map = train_som(&points, &SomParams::default(), Seed(2)).unwrap().value;
    let rows: Vec<usize> = (0..1507).map(|row| 2 * row).collect();
    let mapped = map_to_nodes(&map, &table, &COLUMNS, rows.iter().copied()).unwrap();
    // One node more than there are: it is empty.
    let medians = node_medians(&table, &COLUMNS, &rows.iter().copied(), &mapped.nodes, 101).unwrap();
    assert_eq!((medians.n_rows(), medians.n_cols()), (101, 3));
    for node in 0..101 {
        for (at, &column) in COLUMNS.iter().enumerate() {
            let of_node: Vec<f64> = (0..1507)
                .filter(|&i| mapped.nodes[i] as usize == node)
                .map(|i| f64::from(table.row(rows[i])[column]))
                .collect();
            // The same formula on the same two values: the same bits.
            let want = math::median(&of_node).unwrap_or(f64::NAN);
            assert_eq!(medians.row(node)[at].to_bits(), want.to_bits(), "node {node}, column {column}");
        }
    }
    // numpy.median of [3, 1, 2], [4, 1, 3, 2] and [-0.5]: 2, 2.5, -0.5
    let values = Dense::new(8, 1, vec![3.0, 4.0, 1.0, 1.0, 3.0, 2.0, 2.0, -0.5]).unwrap();
    let medians = node_medians(&values, &[0], &(0..8), &[0, 1, 0, 1, 1, 0, 1, 3], 4).unwrap();
    assert_eq!(medians.values()[..2], [2.0, 2.5]);
    assert!(medians.values()[2].is_nan());
    assert_eq!(medians.values()[3].to_bits(), (-0.5_f64).to_bits());
}

#[test]
fn mapping_and_medians_give_the_same_bytes_at_any_thread_count() {
    let (points, _) = blobs(&[7000, 5000, 1234], 5, 6.0, 3);
    let params = SomParams { scale: SomScale::UnitVariance, ..SomParams::default() };
    let map = thread_sweep(|| train_som(&points, &params, Seed(2)).unwrap()).unwrap().value;
    let columns = [0, 1, 2, 3, 4];
    let mapped = thread_sweep(|| map_to_nodes(&map, &points.points, &columns, 0..13_234).unwrap()).unwrap();
    let count = MetaclusterCount::Elbow(9);
    let join = || metacluster_nodes(&map, &mapped.sizes, count, &MetaclusterParams::default(), Seed(2)).unwrap();
    thread_sweep(join).unwrap();
    thread_sweep(|| node_medians(&points.points, &columns, &(0..13_234), &mapped.nodes, 100).unwrap()).unwrap();
}

#[test]
fn no_rows_and_no_nodes() {
    let two = embedding(vec![0.0, 1.0], 1);
    let map = train_som(&two, &SomParams::default(), Seed(1)).unwrap();
    assert_eq!(map.warnings[0].code, "fewer_points_than_nodes");
    let map = map.value;
    let none = map_to_nodes(&map, &two.points, &[0], []).unwrap();
    assert_eq!((none.nodes.len(), none.sizes.len()), (0, 100));
    assert!(none.mean_quantisation_error.is_nan());
    for count in [MetaclusterCount::Fixed(3), MetaclusterCount::Elbow(3)] {
        let joined = metacluster_nodes(&map, &none.sizes, count, &MetaclusterParams::default(), Seed(1)).unwrap();
        assert_eq!((joined.value.of_node.len(), joined.value.sizes.len()), (0, 0));
        assert_eq!(joined.warnings[0].code, "fewer_metaclusters");
    }
    let medians = node_medians(&two.points, &[0], &[], &none.nodes, 100).unwrap();
    assert!(medians.values().len() == 100 && medians.values().iter().all(|m| m.is_nan()));

    let nowhere = train_som(&embedding(vec![], 1), &SomParams::default(), Seed(1)).unwrap().value;
    assert_eq!((nowhere.x_nodes, nowhere.y_nodes, nowhere.codes.n_rows()), (0, 0, 0));
    assert_eq!(map_to_nodes(&nowhere, &two.points, &[0], []).unwrap().nodes.len(), 0);
    let error = map_to_nodes(&nowhere, &two.points, &[0], 0..2).unwrap_err();
    assert_eq!(error.to_string(), "nodes to map rows to: 0 found, 1 expected");
}

#[test]
fn what_does_not_fit_is_named() {
    let (points, _) = blobs(&[900, 500], 3, 6.0, 3);
    let map = train_som(&points, &SomParams::default(), Seed(1)).unwrap().value;
    let refuse = |columns: &[usize], rows: &[usize]| {
        map_to_nodes(&map, &points.points, columns, rows.iter().copied()).unwrap_err().to_string()
    };
    assert_eq!(refuse(&[0, 1], &[0]), "columns: 2 found, 3 expected");
    assert_eq!(refuse(&[0, 1, 3], &[0]), "there is no column 3: there are 3, numbered from 0");
    assert_eq!(refuse(&[0, 1, 2], &[0, 1400]), "there is no row 1400: there are 1400, numbered from 0");
    let torn = TrainedSom { scale: vec![], ..map.clone() };
    let torn = map_to_nodes(&torn, &points.points, &[0, 1, 2], 0..2);
    assert!(matches!(torn, Err(ClusterError::Length { found: 0, expected: 3, .. })));
    let mut broken = points.points.clone();
    // Two in different chunks: the first of the rows asked for is named.
    (broken.row_mut(3)[2], broken.row_mut(1300)[1]) = (f32::NAN, f32::INFINITY);
    let error = map_to_nodes(&map, &broken, &[0, 1, 2], (0..1400).rev());
    assert!(matches!(error, Err(ClusterError::NonFinite { row: 1300, column: 1, .. })));

    let medians = |columns: &[usize], rows: &[usize], nodes: &[u32]| {
        node_medians(&broken, columns, &rows.iter().copied(), nodes, 2).unwrap_err().to_string()
    };
    assert_eq!(medians(&[3], &[], &[]), "there is no column 3: there are 3, numbered from 0");
    assert_eq!(medians(&[0], &[1400], &[0]), "there is no row 1400: there are 1400, numbered from 0");
    assert_eq!(medians(&[0], &[1, 2], &[0]), "nodes of rows: 1 found, 2 expected");
    assert_eq!(medians(&[0], &[1], &[2]), "cell 0 has label 2, but there are 2 groups, numbered from 0");
    assert_eq!(medians(&[0, 2], &[1, 3], &[0, 1]), "table holds NaN at row 3, column 2; every value must be finite");
    let sizes = metacluster_nodes(&map, &[1], MetaclusterCount::Fixed(2), &MetaclusterParams::default(), Seed(1));
    assert!(matches!(sizes, Err(ClusterError::Length { found: 1, expected: 100, .. })));
}

#[test]
fn rows_and_columns_of_a_table_train_as_the_points_of_an_embedding() {
    let (points, _) = blobs(&[901, 500, 106], 3, 6.0, 3);
    let table = table(&points);
    // The table holds each point in every second row.
    let rows: Vec<usize> = (0..1507).map(|row| 2 * row).collect();
    for scale in [SomScale::AsGiven, SomScale::UnitVariance] {
        let params = SomParams { scale, ..SomParams::default() };
        let of_points = train_som(&points, &params, Seed(2)).unwrap();
        let of_table = thread_sweep(|| train_som_on(&table, &COLUMNS, &rows, &params, Seed(2)).unwrap()).unwrap();
        assert_eq!(of_points, of_table);
    }
    let refuse = |columns: &[usize], rows: &[usize]| {
        train_som_on(&table, columns, rows, &SomParams::default(), Seed(1)).unwrap_err().to_string()
    };
    let (n_rows, n_cols) = (table.n_rows(), table.n_cols());
    assert_eq!(refuse(&[n_cols], &[0]), format!("there is no column {n_cols}: there are {n_cols}, numbered from 0"));
    assert_eq!(refuse(&[0], &[n_rows]), format!("there is no row {n_rows}: there are {n_rows}, numbered from 0"));
    let mut broken = table.clone();
    broken.row_mut(6)[COLUMNS[1]] = f32::NAN;
    let error = train_som_on(&broken, &COLUMNS, &rows, &SomParams::default(), Seed(1));
    assert!(matches!(error, Err(ClusterError::NonFinite { row: 6, column, .. }) if column == COLUMNS[1]));
}

#[test]
fn settling_brings_each_code_to_the_mean_of_its_points() {
    let (points, _) = blobs(&[9000, 5000, 4000], 4, 3.0, 5);
    let train = |settling| {
        let params = SomParams { settling, max_training: 1000, ..SomParams::default() };
        thread_sweep(|| train_som(&points, &params, Seed(1)).unwrap()).unwrap().value
    };
    let (before, after) = (train(0), train(1));
    let columns = [0, 1, 2, 3];
    let mapped = map_to_nodes(&before, &points.points, &columns, 0..18_000).unwrap();
    for node in 0..100 {
        let own: Vec<usize> = (0..18_000).filter(|&row| mapped.nodes[row] as usize == node).collect();
        for d in 0..4 {
            let sum: f64 = own.iter().map(|&row| f64::from(points.points.row(row)[d])).sum();
            let (code, n) = (before.codes.row(node)[d], own.len());
            let stays = (0..n).fold(1.0, |share, _| share * 0.99);
            // As many pulls of 1 % as there are points. Two orders of at most 18,000 additions.
            let want = if n == 0 { code } else { code + (1.0 - stays) * (sum / n as f64 - code) };
            assert!((after.codes.row(node)[d] - want).abs() < 1e-11);
        }
    }
    let error =
        |map: &TrainedSom| map_to_nodes(map, &points.points, &columns, 0..18_000).unwrap().mean_quantisation_error;
    assert!(error(&after) < error(&before));
}
