//! Gaussian mixtures: against scikit-learn's maximum (`test-data/gaussian-mixture/README.md`), against linfa-clustering, on
//! planted truth, and on values that hold no mixture.

use std::path::{Path, PathBuf};

use linfa::DatasetBase;
use linfa::prelude::Fit;
use linfa_clustering::GaussianMixtureModel;
use ndarray::Array2;
use puricell_cluster::{ClusterError, Mixture, MixtureParams, gaussian_mixture};
use puricell_core::Seed;
use puricell_testkit::thread_sweep;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/gaussian-mixture")
}

fn values(set: &str) -> Vec<f64> {
    let text = std::fs::read_to_string(folder().join(format!("{set}.txt"))).unwrap();
    text.lines().map(|l| l.parse().unwrap()).collect()
}

fn exactly(k: usize) -> MixtureParams {
    // So tight that what is left of the distance to the maximum is far below the tolerances of the comparisons.
    MixtureParams {
        min_components: k,
        max_components: k,
        tolerance: 1e-14,
        max_iterations: 100_000,
        ..MixtureParams::default()
    }
}

fn fitted(values: &[f64], params: &MixtureParams) -> Mixture {
    gaussian_mixture(values, params, Seed(1)).unwrap().value
}

/// Normal values: counts, means and standard deviations.
fn planted(parts: &[(usize, f64, f64)], seed: u64) -> Vec<f64> {
    let mut stream = Seed(seed).stream("planted", 0);
    let mut values = Vec::new();
    for &(n, mean, sd) in parts {
        values.extend((0..n).map(|_| mean + sd * stream.normal()));
    }
    let mut order: Vec<usize> = (0..values.len()).collect();
    stream.shuffle(&mut order);
    order.into_iter().map(|i| values[i]).collect()
}

#[test]
fn the_maximum_is_scikit_learns() {
    let table = std::fs::read_to_string(folder().join("expected.tsv")).unwrap();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let numbers = |i: usize| cells[i].split(',').map(|v| v.parse().unwrap()).collect::<Vec<f64>>();
        let found = fitted(&values(cells[0]), &exactly(cells[1].parse().unwrap()));
        assert!(found.converged, "{}", cells[0]);
        // At a maximum the likelihood is flat: an error e in a parameter costs e^2 times some 1e3, so both agree to the nine
        // digits of the table.
        assert!((found.log_likelihood / numbers(2)[0] - 1.0).abs() < 1e-8, "{}", cells[0]);
        assert!((found.bic / numbers(3)[0] - 1.0).abs() < 1e-8, "{}", cells[0]);
        // Both stop at a gain of 1e-14 per value. Where components overlap, the rounds are left at some 1e-6 from the end.
        for (name, found, want) in [("weights", found.weights, 4), ("means", found.means, 5), ("sds", found.sds, 6)]
            .map(|(n, f, i)| (n, f, numbers(i)))
        {
            assert_eq!(found.len(), want.len());
            for (found, want) in found.iter().zip(want) {
                assert!((found - want).abs() < 1e-5, "{} {name}: {found} {want}", cells[0]);
            }
        }
    }
}

#[test]
fn linfa_finds_the_same_components() {
    for (set, k) in [("two", 2), ("three", 3)] {
        let values = values(set);
        let ours = fitted(&values, &exactly(k));
        let records = Array2::from_shape_vec((values.len(), 1), values).unwrap();
        let model = GaussianMixtureModel::params_with_rng(k, Xoshiro256Plus::seed_from_u64(3))
            .tolerance(1e-12)
            .reg_covariance(1e-12)
            .max_n_iterations(10_000)
            .fit(&DatasetBase::from(records))
            .unwrap();
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by(|&a, &b| model.means()[[a, 0]].total_cmp(&model.means()[[b, 0]]));
        for (i, &j) in order.iter().enumerate() {
            // linfa stops when the log-likelihood per value grows by less than 1e-12, some 1e-5 from the maximum.
            assert!((ours.weights[i] - model.weights()[j]).abs() < 1e-4, "{set}");
            assert!((ours.means[i] - model.means()[[j, 0]]).abs() < 1e-4, "{set}");
            assert!((ours.sds[i] - model.covariances()[[j, 0, 0]].sqrt()).abs() < 1e-4, "{set}");
        }
    }
}

#[test]
fn bic_finds_the_number_and_the_parameters_planted() {
    let sets: [&[(usize, f64, f64)]; 4] = [
        &[(30_000, 2.0, 0.7)],
        &[(20_000, 1.0, 0.6), (10_000, 5.0, 0.5)],
        &[(29_700, 1.0, 0.6), (300, 6.0, 0.5)],
        &[(15_000, 0.5, 0.5), (9_000, 3.5, 0.6), (6_000, 7.0, 0.4)],
    ];
    for (i, parts) in sets.iter().enumerate() {
        let found = fitted(&planted(parts, i as u64), &MixtureParams::default());
        assert_eq!(found.n_components(), parts.len(), "{:?}", found.candidates);
        assert_eq!(found.n_fitted, 20_000);
        assert!((found.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        for (j, &(n, mean, sd)) in parts.iter().enumerate() {
            // Five standard errors of each parameter, as if the components of the sample were known.
            let (share, fitted) = (n as f64 / 30_000.0, 20_000.0);
            let error = 5.0 / (share * fitted).sqrt();
            assert!((found.means[j] - mean).abs() < error * sd, "{found:?}");
            assert!((found.sds[j] - sd).abs() < error * sd, "{found:?}");
            assert!((found.weights[j] - share).abs() < error * share + 1e-9, "{found:?}");
        }
    }
}

#[test]
fn the_same_bits_at_any_thread_count() {
    let values = planted(&[(30_000, 1.0, 0.6), (1_000, 4.0, 0.5)], 9);
    let found = thread_sweep(|| gaussian_mixture(&values, &MixtureParams::default(), Seed(4)).unwrap()).unwrap();
    assert_eq!(found.value.n_components(), 2);
}

#[test]
fn components_are_pooled_by_their_moments() {
    let mixture = fitted(&planted(&[(6_000, 0.0, 0.5), (2_000, 2.5, 0.5), (4_000, 9.0, 0.6)], 5), &exactly(3));
    assert_eq!(mixture.widest_gap(), Some(2));
    let (weight, mean, sd) = mixture.pooled(0..2).unwrap();
    // Of N(0, 0.5) and N(2.5, 0.5) at 3 to 1: mean 0.625, variance 0.25 + 0.75 * 0.25 * 6.25; five standard errors of 8,000.
    assert!((weight - 2.0 / 3.0).abs() < 0.001);
    assert!((mean - 0.625).abs() < 0.07 && (sd - 1.421_875_f64.sqrt()).abs() < 0.07, "{mean} {sd}");
    assert_eq!(mixture.pooled(1..1), None);
    assert_eq!(mixture.pooled(2..4), None);
}

#[test]
fn values_without_a_mixture() {
    let none = gaussian_mixture(&[], &MixtureParams::default(), Seed(1)).unwrap();
    assert_eq!(none.value.n_components(), 0);
    assert_eq!(none.warnings[0].code, "fewer_components");
    let equal = gaussian_mixture(&[3.0; 100], &exactly(2), Seed(1)).unwrap();
    assert_eq!((equal.value.n_components(), equal.value.means[0].to_bits()), (1, 3.0_f64.to_bits()));
    assert_eq!(equal.warnings[0].code, "fewer_components");
    let few = gaussian_mixture(&[1.0, 2.0, 9.0], &MixtureParams::default(), Seed(1)).unwrap();
    assert_eq!(few.value.n_components(), 1);
    assert!((few.value.means[0] - 4.0).abs() < 1e-12);
    // Two values a hundred times each: a component sits on each, held up by the least spread.
    let ties: Vec<f64> = (0..200).map(|i| if i % 2 == 0 { 1.0 } else { 5.0 }).collect();
    let ties = fitted(&ties, &exactly(2));
    assert!((ties.means[0] - 1.0).abs() < 1e-9 && (ties.means[1] - 5.0).abs() < 1e-9);
    // The standard deviation of all is 2, of which a thousandth.
    assert!((ties.sds[0] - 0.002).abs() < 1e-12);
    let nan = gaussian_mixture(&[0.0, f64::NAN], &MixtureParams::default(), Seed(1));
    assert!(matches!(nan, Err(ClusterError::NonFinite { row: 1, .. })));
    for params in [
        MixtureParams { min_components: 0, ..MixtureParams::default() },
        MixtureParams { min_components: 4, ..MixtureParams::default() },
        MixtureParams { max_components: 6, ..MixtureParams::default() },
        MixtureParams { tolerance: f64::NAN, ..MixtureParams::default() },
        MixtureParams { max_fit: 0, ..MixtureParams::default() },
    ] {
        assert!(gaussian_mixture(&[1.0], &params, Seed(1)).is_err(), "{params:?}");
    }
}
