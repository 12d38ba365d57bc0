use puricell_core::{Seed, math};
use puricell_testkit::thread_sweep;
use serde_json::Value;

use super::*;
use crate::Species;
use crate::cohort::expression::quantiles::{HalfValues, of_halves};
use crate::cohort::expression::simulated::Lot;
use crate::cohort::expression::{GeneSums, Pseudobulk, Reference};

const GOLDEN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../test-data/lot-distances/golden.json"));

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// The quantiles of a sample.
fn of_sample(values: &[f64]) -> Vec<i32> {
    let values: Vec<f32> = values.iter().map(|&value| value as f32).collect();
    let [_, first, _] = of_halves(HalfValues { values: [values.clone(), values], zeros: [0, 0] }, f64::from).unwrap();
    first
}

fn emd(a: &[f64], b: &[f64]) -> f64 {
    in_units(moved(&of_sample(a), &of_sample(b)))
}

#[test]
fn earth_movers_distances_agree_with_scipy() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let cases = golden["emd"].as_array().unwrap();
    assert!(cases.len() > 5);
    for case in cases {
        let (a, b) = (numbers(&case["a"]), numbers(&case["b"]));
        // scipy 1.17.1. Sizes divide 100 and values have four decimals: nothing is lost.
        let expected = case["distance"].as_f64().unwrap();
        assert!((emd(&a, &b) - expected).abs() < 1e-9, "{} {expected}", emd(&a, &b));
        assert_eq!(emd(&a, &b).to_bits(), emd(&b, &a).to_bits());
        assert!(emd(&a, &a).abs() < 1e-300);
    }
}

#[test]
fn the_bound_of_the_null_is_of_the_rank_that_one_more_draw_asks_for() {
    let values = |n: u32| (1..=n).rev().map(f64::from).collect::<Vec<f64>>();
    // Of 19 draws and one more each is as likely to be the largest: one in twenty.
    for (n, expected) in
        [(0, None), (1, Some(1.0)), (18, Some(18.0)), (19, Some(19.0)), (39, Some(38.0)), (99, Some(95.0))]
    {
        assert_eq!(exceeded_by_few(values(n), 0.95), expected);
    }
}

#[test]
fn zeros_that_are_not_stored_count() {
    let stored = HalfValues { values: [vec![2.0, 0.0, 0.0, 0.0, 1.0], vec![0.5, 0.0]], zeros: [0, 0] };
    let implied = HalfValues { values: [vec![2.0, 1.0], vec![0.5]], zeros: [3, 1] };
    assert_eq!(of_halves(stored, f64::from), of_halves(implied, f64::from));
}

/// W1 of a shift is the shift; of normal distributions of one mean, sqrt(2 / pi) times the difference of their spreads.
#[test]
fn shifted_and_scaled_normals_are_as_far_apart_as_the_closed_form_says() {
    let mut stream = Seed(1).stream("test.normal", 0);
    let drawn: Vec<f64> = (0..200_000).map(|_| stream.normal()).collect();
    let shifted: Vec<f64> = drawn.iter().map(|x| x + 0.75).collect();
    // The same draws: but for rounding to 1e-4, exact.
    assert!((emd(&drawn, &shifted) - 0.75).abs() < 1e-4);
    let scaled: Vec<f64> = drawn.iter().map(|x| 1.5 * x).collect();
    let expected = 0.5 * (2.0 / std::f64::consts::PI).sqrt();
    // A hundred midpoints leave out what lies beyond them: 0.5 %; sampling 0.2 %.
    assert!((emd(&drawn, &scaled) / expected - 1.0).abs() < 0.01, "{} {expected}", emd(&drawn, &scaled));
    let other: Vec<f64> = (0..200_000).map(|_| stream.normal() - 0.75).collect();
    // Standard error of a difference of means: 0.0032.
    assert!((emd(&drawn, &other) - 0.75).abs() < 0.013);
}

/// Sliced: normal clouds a vector apart are, along unit vectors, apart by its projection; a scaled cloud by the closed form above.
#[test]
fn the_sliced_distance_is_the_mean_over_directions() {
    let row = |name: usize, shift: f64| Distribution {
        kind: DistributionKind::Direction,
        name: name.to_string(),
        parts: [0, 1, 2].map(|_| of_sample(&[shift, shift + 1.0])),
    };
    let lot = |shifts: [f64; 3]| LotExpression {
        pseudobulk: None,
        distributions: Distributions {
            species: Some(Species::Human),
            cells: [100, 100],
            absent: Vec::new(),
            rows: shifts.iter().enumerate().map(|(i, &shift)| row(i + 1, shift)).collect(),
        },
    };
    let mut cohort = Cohort::default();
    cohort.add(lot([0.0, 0.0, 0.0]));
    cohort.add(lot([0.3, -0.6, 1.2]));
    let found = cohort.compare(Measure::Sliced, None, &CompareParams::default()).unwrap();
    let distance = found.pairs[0].distance.clone().unwrap();
    assert!((distance.between - 0.7).abs() < 1e-9 && distance.within.abs() < 1e-12, "{distance:?}");
    assert_eq!((distance.ratio, distance.apart), (None, Apart::Further));
    let markers = cohort.compare(Measure::Marker, None, &CompareParams::default()).unwrap();
    let why = markers.pairs[0].distance.clone().unwrap_err();
    assert_eq!(why.to_string(), "a lot has no distribution of a gene or marker");
}

fn pseudobulk(halves: [&[u64]; 2]) -> LotExpression {
    let genes = (0..halves[0].len()).map(|gene| GeneSums {
        id: format!("ENSG{gene:011}"),
        name: format!("G{gene}"),
        counts: [halves[0][gene], halves[1][gene]],
    });
    LotExpression {
        pseudobulk: Some(Pseudobulk {
            species: Species::Human,
            cells: [100, 100],
            reference: Reference { n_genes: halves[0].len() as u64, sha256: "0".repeat(64) },
            genes: genes.filter(|gene| gene.counts != [0, 0]).collect(),
        }),
        distributions: Distributions {
            species: Some(Species::Human),
            cells: [100, 100],
            absent: Vec::new(),
            rows: Vec::new(),
        },
    }
}

#[test]
fn pseudobulk_distances_agree_with_numpy() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    for case in golden["pseudobulk"].as_array().unwrap() {
        let counts = |name: &str| numbers(&case[name]).iter().map(|&count| count as u64).collect::<Vec<_>>();
        let (a, b) = (counts("a"), counts("b"));
        let mut cohort = Cohort::default();
        // As the halves of one lot, and, the other way round and among other genes, as two lots.
        cohort.add(pseudobulk([&a, &b]));
        cohort.add(pseudobulk([&b, &b]));
        cohort.add(pseudobulk([&a, &a]));
        for (measure, name) in
            [(Measure::PseudobulkCorrelation, "correlation_distance"), (Measure::PseudobulkLogRatio, "log_ratio")]
        {
            // numpy 2.4.6
            let expected = case[name].as_f64().unwrap();
            let found = cohort.compare(measure, None, &CompareParams::default()).unwrap();
            let within: Vec<f64> = found.within.iter().map(|within| within.clone().unwrap()).collect();
            assert!((within[0] - expected).abs() < 1e-12 && within[1] < 1e-12 && within[2] < 1e-12, "{within:?}");
            let between = found.pairs[2].distance.clone().unwrap().between;
            assert!((between - expected).abs() < 1e-12, "{between} {expected}");
        }
    }
}

#[test]
fn what_cannot_be_compared_says_why() {
    let mut cohort = Cohort::default();
    cohort.add(pseudobulk([&[5, 6], &[5, 7]]));
    let mut other = pseudobulk([&[5, 6], &[5, 7]]);
    other.pseudobulk.as_mut().unwrap().reference.n_genes = 9;
    cohort.add(other);
    let mut mouse = pseudobulk([&[5, 6], &[5, 7]]);
    mouse.pseudobulk.as_mut().unwrap().species = Species::Mouse;
    cohort.add(mouse);
    let mut small = pseudobulk([&[5, 6], &[5, 7]]);
    small.distributions.cells = [49, 50];
    cohort.add(small);
    let mut events = pseudobulk([&[5], &[5]]);
    events.pseudobulk = None;
    cohort.add(events);
    let mut empty = pseudobulk([&[5, 6], &[0, 0]]);
    empty.distributions.cells = [60, 60];
    cohort.add(empty);
    cohort.add(pseudobulk([&[5, 5], &[5, 5]]));
    let found = cohort.compare(Measure::PseudobulkCorrelation, Some(1), &CompareParams::default()).unwrap();
    let said: Vec<String> =
        found.pairs[..6].iter().map(|pair| pair.distance.clone().unwrap_err().to_string()).collect();
    assert_eq!(
        said,
        [
            "the lots count other genes: 2 and 9 of them, in another list (sha256 000000000000 and 000000000000); align \
             both to one reference",
            "the lots are of other species: human and mouse",
            "too few target cells: 99, and at least 100 are needed",
            "a lot has no pseudobulk",
            "a lot has no molecule in a half of its target cells",
            "a lot has no difference between its genes",
        ]
    );
    let refused = cohort.compare(Measure::Marker, Some(7), &CompareParams::default()).unwrap_err();
    assert_eq!(refused.to_string(), "lot 7 was named as control, but there are 7 lots, counted from 0");
}

#[test]
fn lots_with_other_genes_of_the_list_are_not_compared_by_it() {
    let whole = Lot::drawn(1, 120, |_| 1.0);
    let mut lacking = whole.clone();
    let gone = lacking.features.names.iter().position(|name| name == "THY1").unwrap();
    lacking.features.names[gone] = "OTHER".into();
    lacking.features.ids[gone] = "ENSG99999999998".into();
    let mut cohort = Cohort::default();
    cohort.add(whole.kept());
    cohort.add(lacking.kept());
    for measure in [Measure::Marker, Measure::Sliced] {
        let found = cohort.compare(measure, None, &CompareParams::default()).unwrap();
        assert!(found.within.iter().all(Result::is_ok));
        assert_eq!(
            found.pairs[0].distance.clone().unwrap_err().to_string(),
            "the lots have other genes or markers: THY1 (gene) in the first alone, none in the second alone"
        );
    }
}

/// Genes of the panels that a lot has half as much again of; in the control, others four times as much.
fn planted(gene: usize) -> f64 {
    if gene.is_multiple_of(20) { 1.5 } else { 1.0 }
}

fn control(gene: usize) -> f64 {
    if gene.is_multiple_of(3) { 4.0 } else { 1.0 }
}

fn cohort() -> Cohort {
    let mut cohort = Cohort::default();
    // Lots of one population, of other sizes; one that is shifted; one that is another thing.
    (0..10).for_each(|lot| cohort.add(Lot::drawn(100 + lot, 300 + 60 * lot as usize, |_| 1.0).kept()));
    cohort.add(Lot::drawn(200, 600, planted).kept());
    cohort.add(Lot::drawn(300, 600, control).kept());
    cohort
}

#[test]
fn a_planted_shift_is_told_and_lots_of_one_population_are_like_halves() {
    let cohort = cohort();
    for measure in Measure::ALL {
        let found = cohort.compare(measure, Some(11), &CompareParams::default()).unwrap();
        let pairs = found.pairs.iter().map(|pair| (pair.first, pair.second, pair.distance.clone().unwrap()));
        let (mut alike, mut ratios) = (0, Vec::new());
        for (first, second, distance) in pairs {
            let ratio = distance.ratio.unwrap();
            match (first, second) {
                (_, 11) => assert_eq!((distance.apart, distance.of_control), (Apart::Further, None)),
                (_, 10) => {
                    assert_eq!(distance.apart, Apart::Further, "{measure:?} {first}: {distance:?}");
                    let share = distance.of_control.unwrap();
                    assert!(share > 0.0 && share < 0.6, "{measure:?} {first}: {distance:?}");
                }
                _ => {
                    alike += usize::from(distance.apart == Apart::LikeHalves);
                    assert!(distance.of_control.unwrap() < 0.4, "{measure:?} {first} {second}: {distance:?}");
                    ratios.push(ratio);
                }
            }
        }
        // 45 pairs of one population. Of ten lots the largest distance is the bound, which one more draw exceeds with a chance of one in eleven.
        assert!(alike >= 41, "{measure:?}: {alike} of {}", ratios.len());
        // What halves differ by, brought to the sizes of a pair, is what lots of one population differ by.
        let typical = math::median(&ratios).unwrap();
        assert!((typical - 1.0).abs() < 0.15, "{measure:?}: {typical}");
    }
}

#[test]
fn the_genes_that_were_shifted_are_the_furthest_apart() {
    let cohort = cohort();
    let params = CompareParams::default();
    let markers = cohort.markers(9, 10, &params).unwrap();
    let features = crate::cohort::expression::simulated::features();
    let is_planted = |name: &str| planted(features.names.iter().position(|n| n == name).unwrap()) > 1.0;
    assert!(markers.windows(2).all(|w| w[0].between >= w[1].between));
    assert!(markers[..3].iter().all(|marker| is_planted(&marker.name)), "{:?}", &markers[..4]);
    let first = &markers[0];
    assert!(first.between > 3.0 * first.within && first.medians[1] > first.medians[0], "{first:?}");
    // The mean over them is the measure.
    let mean = markers.iter().map(|marker| marker.between).sum::<f64>() / markers.len() as f64;
    let found = cohort.compare(Measure::Marker, None, &params).unwrap();
    let pair = found.pairs.iter().find(|pair| (pair.first, pair.second) == (9, 10)).unwrap();
    assert!((pair.distance.clone().unwrap().between - mean).abs() < 1e-12);
}

#[test]
fn the_order_of_lots_and_the_threads_change_no_distance() {
    let lots: Vec<LotExpression> = (0..4).map(|lot| Lot::drawn(40 + lot, 150, |_| 1.0).kept()).collect();
    for measure in Measure::ALL {
        let compared = |order: &[usize]| {
            let mut cohort = Cohort::default();
            for &lot in order {
                cohort.add(lots[lot].clone());
            }
            cohort.compare(measure, None, &CompareParams::default()).unwrap()
        };
        let (forth, back) = (thread_sweep(|| compared(&[0, 1, 2, 3])).unwrap(), compared(&[3, 2, 1, 0]));
        for pair in forth.pairs {
            let other = back.pairs.iter().find(|p| (p.first, p.second) == (3 - pair.second, 3 - pair.first)).unwrap();
            let (distance, other) = (pair.distance.unwrap(), other.distance.clone().unwrap());
            // Genes are numbered as they come, and four pairs of halves added up in another order.
            assert!((distance.between / other.between - 1.0).abs() < 1e-9, "{distance:?} {other:?}");
            assert_eq!(distance.apart, other.apart);
        }
    }
}
