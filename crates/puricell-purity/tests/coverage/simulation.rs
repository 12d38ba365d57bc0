//! Simulated lots at the level of counts: how often an interval covers the fraction from which the cells were drawn.

use puricell_core::{Seed, Stream, math};
use puricell_purity::misclassification::{Confusion, CorrectionParams, correct};
use puricell_purity::{Interval, IntervalMethod, Level, Proportion};
use rayon::prelude::*;

/// Mean fractions of the lots, 0.05 to 5 %.
pub(crate) const FRACTIONS: [f64; 7] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05];

/// A method and the study by which its rates were estimated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    /// What it stands for.
    pub(crate) name: &'static str,
    /// Share of target cells called blood; half as many are called vessel.
    pub(crate) false_positives: f64,
    /// Share of blood cells called blood; of vessel cells, 0.05 fewer are called so.
    pub(crate) sensitivity: f64,
    /// Target cells of the study.
    pub(crate) n_target: u64,
    /// Cells of each other class of the study.
    pub(crate) n_class: u64,
}

/// A good method with a study of usual size, a poor method, a small study, and a study of a few source cells drawn again.
pub(crate) const SCENARIOS: [Scenario; 4] = [
    Scenario { name: "good method", false_positives: 1e-4, sensitivity: 0.9, n_target: 20_000, n_class: 300 },
    Scenario { name: "poor method", false_positives: 1e-3, sensitivity: 0.7, n_target: 20_000, n_class: 300 },
    Scenario { name: "small study", false_positives: 3e-4, sensitivity: 0.85, n_target: 3000, n_class: 50 },
    Scenario { name: "few source cells", false_positives: 1e-4, sensitivity: 0.95, n_target: 40, n_class: 40 },
];

/// How often intervals covered the truth.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    /// Intervals.
    pub(crate) n: u32,
    /// Truth within.
    pub(crate) covered: u32,
    /// Truth below the lower end.
    pub(crate) below: u32,
    /// Sum of widths.
    pub(crate) width: f64,
}

impl Tally {
    fn add(&mut self, interval: Interval, truth: f64) {
        self.n += 1;
        let covered = interval.low <= truth && truth <= interval.high;
        self.covered += u32::from(covered);
        self.below += u32::from(truth < interval.low);
        self.width += interval.high - interval.low;
    }

    fn join(&mut self, other: &Self) {
        self.n += other.n;
        self.covered += other.covered;
        self.below += other.below;
        self.width += other.width;
    }

    /// Share of the intervals that covered.
    pub(crate) fn coverage(&self) -> f64 {
        f64::from(self.covered) / f64::from(self.n)
    }
}

/// Sums over tallies, in order.
pub(crate) fn sum<'t>(tallies: impl IntoIterator<Item = &'t Tally>) -> Tally {
    tallies.into_iter().fold(Tally::default(), |mut all, one| {
        all.join(one);
        all
    })
}

/// Lots of one mean fraction.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lots {
    /// Raw intervals of a perfect method, by [`IntervalMethod::ALL`].
    pub(crate) raw: [Tally; 3],
    /// The exact interval of what a fallible method called blood, not corrected.
    pub(crate) uncorrected: Tally,
    /// Corrected fractions of blood and vessel.
    pub(crate) corrected: Tally,
}

/// Simulates lots around a mean fraction; `item` numbers the setting.
///
/// Each lot has 4,000 to 12,000 kept cells, blood at up to 20 % more or less than the mean, vessel at half as much, 1 %
/// doublets that are called suspect, and a study of its own, whose rates are drawn anew.
pub(crate) fn simulate(scenario: &Scenario, fraction: f64, n_lots: u32, n_draws: u32, item: u64) -> Lots {
    let seed = Seed(20_251);
    let lots: Vec<Lots> = (0..n_lots)
        .into_par_iter()
        .map(|lot| one(scenario, fraction, n_draws, &mut seed.stream("coverage", item << 32 | u64::from(lot))))
        .collect();
    let mut all = Lots::default();
    for lot in &lots {
        for (all, one) in all.raw.iter_mut().zip(&lot.raw) {
            all.join(one);
        }
        all.uncorrected.join(&lot.uncorrected);
        all.corrected.join(&lot.corrected);
    }
    all
}

fn one(scenario: &Scenario, fraction: f64, n_draws: u32, stream: &mut Stream) -> Lots {
    let (f, se) = (scenario.false_positives, scenario.sensitivity);
    // Called target, blood, vessel, anything else.
    let rates = [
        [1.0 - 1.5 * f - 0.03, f, 0.5 * f, 0.03],
        [0.02, se, 0.005, 1.0 - 0.025 - se],
        [0.03, 0.003, se - 0.05, 1.0 - 0.033 - (se - 0.05)],
        [0.0, 0.0, 0.0, 1.0],
    ];
    let study = [
        multinomial(scenario.n_target, &rates[0], stream),
        multinomial(scenario.n_class, &rates[1], stream),
        multinomial(scenario.n_class, &rates[2], stream),
    ];
    let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>();
    let confusion = Confusion {
        truth: names(&["target", "blood", "vessel"]),
        called: names(&["target", "blood", "vessel", "unassigned"]),
        counts: study.iter().map(|row| row.to_vec()).collect(),
        distinct: vec![scenario.n_target, scenario.n_class, scenario.n_class],
    };
    let blood = fraction * math::exp(0.4 * stream.uniform() - 0.2);
    let truth = [1.0 - 1.5 * blood - 0.01, blood, 0.5 * blood, 0.01];
    let n = 4000 + stream.below(8001) as u64;
    let drawn = multinomial(n, &truth, stream);
    let mut called = [0; 4];
    for (&cells, rates) in drawn.iter().zip(&rates) {
        for (sum, k) in called.iter_mut().zip(multinomial(cells, rates, stream)) {
            *sum += k;
        }
    }

    let mut lots = Lots::default();
    let proportion = |k| Proportion::new(k, n).unwrap();
    for (tally, method) in lots.raw.iter_mut().zip(IntervalMethod::ALL) {
        tally.add(proportion(drawn[1]).interval(method, Level::P95), truth[1]);
    }
    lots.uncorrected.add(proportion(called[1]).clopper_pearson(Level::P95), truth[1]);
    let counts = [("target", called[0]), ("blood", called[1]), ("vessel", called[2])];
    let params = CorrectionParams { n_draws, seed: Seed(stream.bits()), ..CorrectionParams::default() };
    for found in correct(&confusion, &counts, n, &params).unwrap() {
        match found.class.as_str() {
            "blood" => lots.corrected.add(found.interval, truth[1]),
            "vessel" => lots.corrected.add(found.interval, truth[2]),
            _ => {}
        }
    }
    lots
}

/// `n` cells over four kinds.
fn multinomial(n: u64, shares: &[f64; 4], stream: &mut Stream) -> [u64; 4] {
    let mut counts = [0; 4];
    for _ in 0..n {
        let u = stream.uniform();
        let mut end = 0.0;
        let mut kind = 3;
        for (i, share) in shares[..3].iter().enumerate() {
            end += share;
            if u < end {
                kind = i;
                break;
            }
        }
        counts[kind] += 1;
    }
    counts
}
