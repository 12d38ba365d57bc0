use super::*;

fn fit(counts: &[(u64, u64)]) -> Replicated {
    let replicates: Vec<Proportion> = counts.iter().map(|&(k, n)| Proportion::new(k, n).unwrap()).collect();
    replicated(&replicates, Level::P95).unwrap()
}

/// Maximum of scipy.stats.betabinom's likelihood (Nelder-Mead, scipy 1.17.1), and the interval from scipy's beta and t.
#[test]
fn fits_agree_with_scipy() {
    type Case = (&'static [(u64, u64)], [f64; 5]);
    let cases: [Case; 4] = [
        (
            &[(12, 5000), (25, 5000), (8, 4800)],
            [0.003_028_025_84, 0.000_446_314_295, 3.202_175_05, 0.000_602_923_1, 0.008_963_327_6],
        ),
        (
            &[(0, 3000), (9, 3000), (1, 3000), (4, 2500)],
            [0.001_229_619_71, 0.001_399_516_02, 5.045_027_24, 0.000_037_562_10, 0.006_551_993_41],
        ),
        (
            &[(100, 10_000), (150, 11_000), (210, 9000), (90, 10_500), (130, 10_000)],
            [0.013_694_491_8, 0.001_599_943_96, 17.227_534_5, 0.008_385_134_5, 0.021_069_871_4],
        ),
        (
            &[(480, 500), (450, 500), (499, 500)],
            [0.953_358_061, 0.060_295_248_5, 31.087_328_98, 0.623_916_113_7, 0.999_971_849],
        ),
    ];
    for (counts, want) in cases {
        let found = fit(counts);
        let interval = found.interval.unwrap();
        let found = [found.mean, found.rho.unwrap(), found.inflation, interval.low, interval.high];
        for (found, want) in found.into_iter().zip(want) {
            // The likelihood is flat at its maximum: both searches stop within 1e-5 of rho.
            assert!((found / want - 1.0).abs() < 2e-4, "{counts:?}: {found} {want}");
        }
    }
}

#[test]
fn replicates_that_agree_are_pooled() {
    let found = fit(&[(10, 5000), (11, 5000), (9, 5000)]);
    assert!((found.mean - 0.002).abs() < 1e-15 && found.rho.is_some_and(|rho| rho <= 0.0));
    assert!((found.inflation - 1.0).abs() < 1e-15);
    // Two degrees of freedom for the spread cost width: the interval is wider than the exact one of 30 of 15,000.
    let exact = Proportion::new(30, 15_000).unwrap().clopper_pearson(Level::P95);
    let interval = found.interval.unwrap();
    assert!(interval.low < exact.low && interval.high > exact.high);
}

/// Variance inflation of the design: 1 + (n - 1) rho.
#[test]
fn inflation_is_the_formula() {
    let found = fit(&[(30, 5000), (10, 5000), (50, 5000)]);
    assert!((found.inflation - (1.0 + 4999.0 * found.rho.unwrap())).abs() < 1e-9);
}

#[test]
fn what_cannot_be_known_is_absent() {
    let none = fit(&[(0, 5000), (0, 4000), (0, 6000)]);
    assert_eq!((none.k, none.rho), (0, None));
    let interval = none.interval.unwrap();
    assert!(
        interval.low <= 0.0 && interval.high > Proportion::new(0, 15_000).unwrap().clopper_pearson(Level::P95).high
    );
    assert_eq!(fit(&[(5, 5000)]).rho, None);
    assert_eq!(fit(&[(5, 5000), (7, 5000)]).interval, None);
    assert_eq!(replicated(&[], Level::P95), None);
    assert_eq!(replicated(&[Proportion::new(0, 0).unwrap()], Level::P95), None);
    assert_eq!(fit(&[(0, 0), (5, 5000), (7, 5000), (6, 5000)]).n_replicates, 3);
}

/// t quantiles of any table: 4.303, 2.776, 1.962.
#[test]
fn student_quantiles() {
    for (degrees, want) in [(2.0, 4.302_652_7), (4.0, 2.776_445_1), (1000.0, 1.962_339_1)] {
        assert!((student_quantile(0.025, degrees) - want).abs() < 1e-6);
    }
}
