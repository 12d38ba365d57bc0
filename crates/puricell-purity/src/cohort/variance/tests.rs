use super::*;
use crate::Proportion;
use crate::cohort::fraction_of;

/// Standard deviations that a simulated cohort is made with, on the logit scale.
struct Truth {
    donor: f64,
    passage: [f64; 3],
    process: f64,
    lot: f64,
}

const TRUTH: Truth = Truth { donor: 0.5, passage: [-0.35, 0.0, 0.35], process: 0.6, lot: 0.3 };

/// 30 lots of ten donors at three passages, by one of two process versions, 5,000 cells each.
fn cohort(study: u64) -> (Vec<Logit>, Vec<Factor>) {
    let mut random = Seed(20_261).stream("cohort", study);
    let donors: Vec<f64> = (0..10).map(|_| TRUTH.donor * random.normal()).collect();
    let mut lots = Vec::new();
    let (mut donor, mut passage, mut process) = (Vec::new(), Vec::new(), Vec::new());
    for (d, of_donor) in donors.iter().enumerate() {
        for (p, of_passage) in TRUTH.passage.iter().enumerate() {
            let version = (d + p) % 2;
            let logit = -3.0 + of_donor + of_passage + TRUTH.process * (version as f64) + TRUTH.lot * random.normal();
            let share = fraction_of(logit);
            let k = (0..5000).filter(|_| random.uniform() < share).count() as u64;
            lots.push(Logit::of(Proportion::new(k, 5000).unwrap()).unwrap());
            donor.push(Some(format!("D{d}")));
            passage.push(Some(format!("P{p}")));
            process.push(Some(format!("v{version}")));
        }
    }
    let factor = |name: &str, values| Factor { name: name.to_owned(), values };
    (lots, vec![factor("donor", donor), factor("passage", passage), factor("process_version", process)])
}

/// Variances over these lots: donor, passage, process, lot. Those of three and of two levels are of the values at hand.
fn true_variances() -> [f64; 4] {
    let passage = TRUTH.passage.iter().map(|p| p * p).sum::<f64>() / 3.0;
    [TRUTH.donor.powi(2), passage, TRUTH.process.powi(2) / 4.0, TRUTH.lot.powi(2)]
}

// Verifies R-45.
#[test]
fn shares_of_a_known_cohort_are_recovered_within_their_intervals() {
    const STUDIES: u64 = 60;
    let truth = true_variances();
    let params = VarianceParams { n_bootstrap: 200, ..VarianceParams::default() };
    let mut covered = [0; 4];
    let mut sums = [0.0; 4];
    for study in 0..STUDIES {
        let (lots, factors) = cohort(study);
        let found = variance_partition(&lots, &factors, &params, Seed(1)).unwrap();
        let counting = found.parts[4].variance.unwrap();
        let total = truth.iter().sum::<f64>() + counting;
        let shares: f64 = found.parts.iter().map(|p| p.share.unwrap()).sum();
        assert!((shares - 1.0).abs() < 1e-12);
        for i in 0..4 {
            let part = &found.parts[i];
            let interval = part.interval.unwrap();
            let share = truth[i] / total;
            covered[i] += usize::from(interval.low <= share && share <= interval.high);
            sums[i] += part.variance.unwrap();
        }
    }
    for (i, name) in ["donor", "passage", "process", "lot"].iter().enumerate() {
        // Of 60 studies with a coverage of 95 %, 51 or fewer come once in 200 times.
        assert!(covered[i] >= 52, "{name}: {} of {STUDIES}", covered[i]);
        let mean = sums[i] / STUDIES as f64;
        assert!((mean / truth[i] - 1.0).abs() < 0.25, "{name}: {mean} {}", truth[i]);
    }
}

/// One random factor, balanced, and counting that is nothing: the estimates of the analysis of variance.
#[test]
fn a_balanced_design_gives_the_classical_estimates() {
    let values = [1.0, 1.4, 2.1, 2.0, 0.3, 0.6, 3.1, 2.7, 1.5, 1.2];
    let lots: Vec<Logit> = values.iter().map(|&value| Logit { value, variance: 1e-9 }).collect();
    let donor = (0..10).map(|i| Some(format!("D{}", i / 2))).collect();
    let factors = [Factor { name: "donor".to_owned(), values: donor }];
    let found = variance_partition(&lots, &factors, &VarianceParams::default(), Seed(1)).unwrap();
    let mean = values.iter().sum::<f64>() / 10.0;
    let pairs: Vec<(f64, f64)> = values.chunks(2).map(|c| (f64::midpoint(c[0], c[1]), c[0] - c[1])).collect();
    let within = pairs.iter().map(|(_, d)| d * d / 2.0).sum::<f64>() / 5.0;
    let between = pairs.iter().map(|(m, _)| 2.0 * (m - mean).powi(2)).sum::<f64>() / 4.0;
    let variances: Vec<f64> = found.parts.iter().map(|p| p.variance.unwrap()).collect();
    assert!((variances[0] - (between - within) / 2.0).abs() < 1e-6, "{variances:?}");
    assert!((variances[1] - within).abs() < 1e-6, "{variances:?}");
}

/// Two crossed random factors, unbalanced: a grid of the likelihood written out in full, with n x n matrices.
#[test]
fn the_estimate_is_where_the_likelihood_is_largest() {
    let (lots, mut factors) = cohort(3);
    factors.truncate(1);
    let site = (0..30).map(|i| Some(format!("S{}", i % 7))).collect();
    factors.push(Factor { name: "site".to_owned(), values: site });
    let design = Design::new(&lots, &factors, &VarianceParams::default());
    let values: Vec<f64> = lots.iter().map(|l| l.value).collect();
    let fit = design.fit(&values, None, 1e-9).unwrap();
    let best = State::new(&design, &values, &fit.variances).unwrap().ln_likelihood;
    assert!((best - in_full(&design, &values, &fit.variances)).abs() < 1e-8, "{best}");
    for factor in [0.9, 0.99, 1.01, 1.1] {
        for i in 0..3 {
            let mut other = fit.variances.clone();
            other[i] = other[i] * factor + (factor - 0.9) * 1e-3;
            assert!(in_full(&design, &values, &other) <= best + 1e-7, "{i} {factor}");
        }
    }
}

/// -1/2 (ln |V| + ln |X' V^-1 X| + y' P y), the constant left out.
fn in_full(design: &Design, values: &[f64], variances: &[f64]) -> f64 {
    let n = values.len();
    let mut v = zeros(n, n);
    for i in 0..n {
        for j in 0..n {
            for (columns, variance) in design.random.iter().zip(variances) {
                let same = dot(&design.effects.row(i)[columns.clone()], &design.effects.row(j)[columns.clone()]);
                v.row_mut(i)[j] += variance * same;
            }
        }
        v.row_mut(i)[i] += variances.last().unwrap() + design.counting[i];
    }
    let (v_inverse, ln_v) = inverse(&v).unwrap();
    let x: Vec<Vec<f64>> = (0..design.n_fixed).map(|j| (0..n).map(|i| design.effects.row(i)[j]).collect()).collect();
    let v_x: Vec<Vec<f64>> = x.iter().map(|x| times(&v_inverse, x)).collect();
    let mut inner = zeros(x.len(), x.len());
    for (a, x) in x.iter().enumerate() {
        for (b, v_x) in v_x.iter().enumerate() {
            inner.row_mut(a)[b] = dot(x, v_x);
        }
    }
    let (inner, ln_inner) = inverse(&inner).unwrap();
    let right: Vec<f64> = v_x.iter().map(|v_x| dot(v_x, values)).collect();
    let fixed = times(&inner, &right);
    let quadratic = dot(values, &times(&v_inverse, values)) - dot(&right, &fixed);
    -0.5 * (ln_v + ln_inner + quadratic)
}

#[test]
fn what_cannot_be_told_says_why() {
    let (lots, mut factors) = cohort(1);
    let named = |name: &str, value: &dyn Fn(usize) -> Option<String>| Factor {
        name: name.to_owned(),
        values: (0..30).map(value).collect(),
    };
    factors.push(named("site", &|_| Some("A".to_owned())));
    factors.push(named("batch", &|i| Some(i.to_string())));
    factors.push(named("line", &|i| Some(format!("L{}", (i / 3 + i % 3) % 2))));
    factors.push(named("sex", &|i| (i > 4).then(|| "f".to_owned())));
    let params = VarianceParams { n_bootstrap: 20, ..VarianceParams::default() };
    let found = variance_partition(&lots, &factors, &params, Seed(1)).unwrap();
    let why: Vec<Option<&str>> = found.parts.iter().map(|p| p.why_not.as_deref()).collect();
    assert_eq!(why[..3], [None, None, None]);
    assert!(why[3].unwrap().contains("all lots have the same"));
    assert!(why[4].unwrap().contains("cannot be told from the lot"));
    assert!(why[5].unwrap().contains("from another factor"));
    assert!(why[6].unwrap().contains("5 of 30 lots do not state it"));
    for part in &found.parts[3..7] {
        assert_eq!((part.variance, part.share, part.interval), (None, None, None));
    }

    // Four donors are not enough for a share of donors.
    let few = named("donor", &|i| Some(format!("D{}", i % 4)));
    let found = variance_partition(&lots, &[few], &params, Seed(1)).unwrap();
    assert!(found.parts[0].why_not.as_deref().unwrap().contains("4 levels; at least 5 are needed"));
    assert_eq!(variance_partition(&lots[..4], &[], &params, Seed(1)), None);
}
