//! Maps and metaclusters: against their definitions, against planted truth, on inputs too small for a map.

use puricell_cluster::{
    ClusterError, MetaclusterCount, MetaclusterParams, MetaclusterWeight, Som, SomParams, SomScale,
    adjusted_rand_index, metacluster, som, spanning_tree,
};
use puricell_core::{Dense, Embedding, Seed};

use crate::blobs::{blobs, embedding};

fn joined(map: &Som, count: MetaclusterCount) -> puricell_cluster::Metaclusters {
    metacluster(map, count, &MetaclusterParams::default(), Seed(1)).unwrap().value
}

#[test]
fn every_point_lies_on_the_node_with_the_nearest_code() {
    let (points, _) = blobs(&[900, 500, 100], 5, 6.0, 3);
    for scale in [SomScale::AsGiven, SomScale::UnitVariance] {
        let map = som(&points, &SomParams { scale, ..SomParams::default() }, Seed(2)).unwrap().value;
        let codes = map.scaled_codes();
        let mut total = 0.0;
        for cell in 0..1500 {
            let square = |node: usize| -> f64 {
                let point = points.points.row(cell).iter().zip(&map.scale).map(|(&x, s)| f64::from(x) * s);
                codes.row(node).iter().zip(point).map(|(c, x)| (x - c) * (x - c)).sum()
            };
            let nearest = (0..100).min_by(|&a, &b| square(a).total_cmp(&square(b))).unwrap();
            assert_eq!(map.nodes[cell] as usize, nearest);
            assert_eq!(map.distances[cell].to_bits(), (square(nearest).sqrt() as f32).to_bits());
            total += square(nearest).sqrt();
        }
        // Two orders of 1,500 additions.
        assert!((map.mean_quantisation_error - total / 1500.0).abs() < 1e-12);
        assert_eq!(map.sizes.iter().sum::<usize>(), 1500);
        for (node, &size) in map.sizes.iter().enumerate() {
            assert_eq!(map.nodes.iter().filter(|&&n| n as usize == node).count(), size);
        }
    }
}

#[test]
fn unit_variance_knows_no_units() {
    let (points, _) = blobs(&[400, 300], 3, 5.0, 4);
    let params = SomParams { scale: SomScale::UnitVariance, ..SomParams::default() };
    let map = som(&points, &params, Seed(5)).unwrap().value;
    // Powers of two change no digit, so the maps are equal bit for bit.
    let factors = [1024.0, 0.125, 2.0];
    let values = points.points.values().iter().enumerate().map(|(i, x)| x * factors[i % 3]).collect();
    let other = som(&embedding(values, 3), &params, Seed(5)).unwrap().value;
    assert_eq!((&map.nodes, &map.distances), (&other.nodes, &other.distances));
    let deviation = |d: usize| {
        let x: Vec<f64> = points.points.values().iter().skip(d).step_by(3).map(|&x| f64::from(x)).collect();
        let mean = x.iter().sum::<f64>() / 700.0;
        (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 699.0).sqrt()
    };
    for d in 0..3 {
        // Two orders of 700 additions.
        assert!((map.scale[d] * deviation(d) - 1.0).abs() < 1e-12);
    }
}

#[test]
fn training_brings_codes_to_the_points_and_neighbours_together() {
    let (points, _) = blobs(&[2000], 2, 0.0, 6);
    let map = som(&points, &SomParams::default(), Seed(1)).unwrap().value;
    let still = SomParams { learning_rate: (0.0, 0.0), ..SomParams::default() };
    let untrained = som(&points, &still, Seed(1)).unwrap().value;
    assert!(map.mean_quantisation_error < untrained.mean_quantisation_error);
    // A map unfolded over the plane: codes one step apart on the grid are much nearer than two of any nodes. For codes in
    // random order the ratio is 1.
    let apart = |a: usize, b: usize| {
        map.codes.row(a).iter().zip(map.codes.row(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    };
    let mean = |pairs: Vec<(usize, usize)>| pairs.iter().map(|&(a, b)| apart(a, b)).sum::<f64>() / pairs.len() as f64;
    let steps = (0..90).map(|a| (a, a + 10)).chain((0..100).filter(|a| a % 10 != 9).map(|a| (a, a + 1))).collect();
    let all = (0..100).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    assert!(mean(steps) < 0.4 * mean(all));
}

#[test]
fn planted_groups_are_found_and_counted() {
    // Centres 12 standard deviations apart: groups do not touch, so all but strays must be right.
    let (points, truth) = blobs(&[2000, 900, 700, 400, 200, 60], 6, 12.0, 7);
    for seed in 0..5 {
        let map = som(&points, &SomParams::default(), Seed(seed)).unwrap().value;
        for weight in [MetaclusterWeight::Points, MetaclusterWeight::Equal] {
            let params = MetaclusterParams { weight, ..MetaclusterParams::default() };
            let found = metacluster(&map, MetaclusterCount::Fixed(6), &params, Seed(seed)).unwrap().value;
            let ari = adjusted_rand_index(&truth, found.partition.labels());
            assert!(ari > 0.99, "seed {seed}, {weight:?}: {ari}");
        }
        let found = joined(&map, MetaclusterCount::Elbow(15));
        assert_eq!(found.sum_of_squares.len(), 15);
        let ari = adjusted_rand_index(&truth, found.partition.labels());
        // The elbow may leave the two smallest to another group, 260 points of 4,260.
        assert!(ari > 0.85, "elbow, seed {seed}: {} groups, {ari}", found.partition.n_groups());
    }
}

#[test]
fn metaclusters_of_nodes_and_points_are_one() {
    let (points, _) = blobs(&[600, 300, 150], 4, 9.0, 8);
    let map = som(&points, &SomParams::default(), Seed(3)).unwrap().value;
    let found = joined(&map, MetaclusterCount::Fixed(5));
    assert_eq!(found.partition.n_groups(), 5);
    assert!(found.partition.sizes().is_sorted_by(|a, b| a >= b));
    for (cell, &label) in found.partition.labels().iter().enumerate() {
        assert_eq!(label, found.of_node[map.nodes[cell] as usize]);
    }
    let occupied: Vec<usize> = (0..100).filter(|&node| map.sizes[node] > 0).collect();
    assert_eq!(found.occupied, occupied);
    for a in 0..occupied.len() {
        for b in 0..=a {
            let share = found.consensus.row(a)[b];
            assert!((0.0..=1.0).contains(&share) && share.to_bits() == found.consensus.row(b)[a].to_bits());
        }
    }
    assert!(found.of_node.iter().all(|&label| label < 5));
}

#[test]
fn few_points_equal_points_and_none() {
    let run = |points: &Embedding| {
        let map = som(points, &SomParams::default(), Seed(1)).unwrap();
        let tree = spanning_tree(&map.value.scaled_codes());
        assert_eq!(tree.len(), map.value.codes.n_rows().saturating_sub(1));
        let groups =
            metacluster(&map.value, MetaclusterCount::Fixed(3), &MetaclusterParams::default(), Seed(1)).unwrap();
        assert_eq!(groups.value.partition.n_cells(), points.points.n_rows());
        (map, groups)
    };
    let (map, groups) = run(&embedding(vec![], 2));
    assert_eq!((map.value.codes.n_rows(), groups.value.partition.n_groups()), (0, 0));
    assert!(map.value.mean_quantisation_error.is_nan() && map.warnings.is_empty());

    let (map, groups) = run(&embedding(vec![0.0, 1.0, 50.0, 51.0, 90.0], 1));
    assert_eq!(map.warnings[0].code, "fewer_points_than_nodes");
    assert_eq!(groups.value.partition.labels(), [0, 0, 1, 1, 2]);

    let (map, groups) = run(&embedding(vec![2.5; 300], 2));
    assert!(map.value.nodes.iter().all(|&node| node == 0) && map.value.distances.iter().all(|&d| d.to_bits() == 0));
    assert_eq!((groups.value.partition.n_groups(), groups.warnings[0].code), (1, "fewer_metaclusters"));

    let (_, groups) = run(&embedding(vec![7.0], 1));
    assert_eq!(groups.value.of_node, [0; 100]);

    let nowhere = Embedding { points: Dense::new(300, 0, vec![]).unwrap(), dims: vec![] };
    let (map, groups) = run(&nowhere);
    assert_eq!((map.value.sizes[0], groups.value.partition.n_groups()), (300, 1));

    let constant: Vec<f32> = (0..200_u8).flat_map(|i| [f32::from(i), 3.0]).collect();
    let params = SomParams { scale: SomScale::UnitVariance, ..SomParams::default() };
    let map = som(&embedding(constant, 2), &params, Seed(1)).unwrap().value;
    assert_eq!(map.scale[1].to_bits(), 1.0_f64.to_bits());
    assert!(map.codes.values().iter().all(|v| v.is_finite()));

    let elbow =
        joined(&som(&embedding(vec![1.0, 9.0], 1), &params, Seed(1)).unwrap().value, MetaclusterCount::Elbow(9));
    assert_eq!((elbow.partition.n_groups(), elbow.sum_of_squares.len()), (2, 2));
}

#[test]
fn bad_input_is_named() {
    let two = embedding(vec![0.0, 1.0], 1);
    let parameter = |params: SomParams| match som(&two, &params, Seed(1)) {
        Err(ClusterError::Parameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    let default = SomParams::default;
    assert_eq!(parameter(SomParams { x: 0, ..default() }), "x");
    assert_eq!(parameter(SomParams { epochs: 0, ..default() }), "epochs");
    assert_eq!(parameter(SomParams { max_training: 0, ..default() }), "max_training");
    assert_eq!(parameter(SomParams { x: usize::MAX, y: 2, ..default() }), "x * y");
    assert_eq!(parameter(SomParams { learning_rate: (0.05, f64::NAN), ..default() }), "learning_rate");
    assert_eq!(parameter(SomParams { radius: Some(-1.0), ..default() }), "radius");
    let infinite = som(&embedding(vec![0.0, 1.0, 2.0, f32::INFINITY], 2), &default(), Seed(1));
    assert!(matches!(infinite, Err(ClusterError::NonFinite { row: 1, column: 1, .. })));

    let map = som(&two, &default(), Seed(1)).unwrap().value;
    let none = metacluster(&map, MetaclusterCount::Fixed(0), &MetaclusterParams::default(), Seed(1));
    assert!(matches!(none, Err(ClusterError::Parameter { name: "count", .. })));
    let params = MetaclusterParams { fraction: 0.0, ..MetaclusterParams::default() };
    let none = metacluster(&map, MetaclusterCount::Fixed(2), &params, Seed(1));
    assert!(matches!(none, Err(ClusterError::Parameter { name: "fraction", .. })));
    let torn = Som { nodes: vec![0, 100], ..map.clone() };
    let torn = metacluster(&torn, MetaclusterCount::Fixed(2), &MetaclusterParams::default(), Seed(1));
    assert!(matches!(torn, Err(ClusterError::Label { cell: 1, label: 100, n_groups: 100 })));
    let short = Som { scale: vec![], ..map };
    let short = metacluster(&short, MetaclusterCount::Fixed(2), &MetaclusterParams::default(), Seed(1));
    assert!(matches!(short, Err(ClusterError::Length { found: 0, expected: 1, .. })));
}
