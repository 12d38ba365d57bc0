//! Cohorts of known effects through the program: what `cohort.json` says of them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use puricell_core::{Seed, Stream};
use puricell_purity::binomial_cdf;
use puricell_purity::cohort::fraction_of;
use serde_json::Value;

use crate::cohort::{cohort, lot, read};
use crate::program::{run_lot, test_data};

const COHORTS: u64 = 8;
const CELLS: u64 = 4000;
/// The factors and what is left, in the order of the truth below.
const PARTS: [&str; 4] = ["donor", "passage", "process_version", "lot"];

/// Effects on the logit scale: standard deviations of donors and lots; of passages and versions the values themselves.
const DONOR: f64 = 0.55;
const PASSAGES: [f64; 3] = [-0.4, 0.0, 0.4];
const VERSIONS: [f64; 2] = [-0.35, 0.35];
const LOT: f64 = 0.3;

/// Thirty lots of ten donors: each donor at three passages, the versions of the process in turn.
struct Known {
    folders: Vec<PathBuf>,
    /// Donor, passage and version of each lot.
    labels: Vec<[String; 3]>,
    /// Mean over lots of the variance that counting adds to a logit.
    counting: f64,
}

fn mean_square(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64
}

impl Known {
    fn make(template: &Value, base: &Path, number: u64) -> Self {
        let mut random = Seed(515).stream("known_lots", number);
        let donors: Vec<f64> = (0..10).map(|_| DONOR * random.normal()).collect();
        let mut known = Self { folders: Vec::new(), labels: Vec::new(), counting: 0.0 };
        for i in 0..30 {
            let (donor, passage, version) = (i / 3, i % 3, (i / 3 + i % 3) % 2);
            let effects = donors[donor] + PASSAGES[passage] + VERSIONS[version] + LOT * random.normal();
            let share = fraction_of(effects - 2.8);
            let blood = (0..CELLS).filter(|_| random.uniform() < share).count() as u64;
            known.counting += 1.0 / (CELLS as f64 * share * (1.0 - share)) / 30.0;
            let id = format!("K{i:02}");
            let folder = base.join(&id);
            lot(template, &folder, &id, CELLS, &[("hematopoietic", blood), ("target", CELLS - blood)]);
            known.folders.push(folder);
            known.labels.push([format!("D{donor}"), format!("P{}", passage + 2), format!("v{version}")]);
        }
        known
    }

    /// Shares of the variance of these lots by [`PARTS`].
    fn shares(&self) -> [f64; 4] {
        let variances = [DONOR * DONOR, mean_square(&PASSAGES), mean_square(&VERSIONS), LOT * LOT];
        let total = variances.iter().sum::<f64>() + self.counting;
        variances.map(|v| v / total)
    }

    /// Puts them together with the labels of the lots named by `order`: the interval of each part's share.
    fn intervals(&self, base: &Path, order: &[usize]) -> [(f64, f64); 4] {
        let mut table = String::from("lot\tdonor\tpassage\tprocess_version\n");
        for (i, &from) in order.iter().enumerate() {
            writeln!(table, "K{i:02}\t{}", self.labels[from].join("\t")).unwrap();
        }
        let (metadata, out) = (base.join("lots.tsv"), base.join("out"));
        fs::write(&metadata, table).unwrap();
        let words = ["--bootstrap", "200", "--force", "--metadata", metadata.to_str().unwrap(), "--out"];
        let words: Vec<&str> = words.into_iter().chain([out.to_str().unwrap()]).collect();
        let (is_done, told) = cohort(&self.folders, &words);
        assert!(is_done, "{told}");
        let found = read(&out);
        let blood = found.classes.into_iter().find(|c| c.id == "hematopoietic").unwrap();
        assert!(!blood.is_rare && blood.n_lots == 30);
        PARTS.map(|name| {
            let part = blood.variance.iter().find(|p| p.name == name).unwrap();
            (part.low.unwrap(), part.high.unwrap())
        })
    }
}

/// The labels in another order, none of which says anything of the lots.
fn shuffled(random: &mut Stream) -> Vec<usize> {
    let mut order: Vec<usize> = (0..30).collect();
    random.shuffle(&mut order);
    order
}

/// The fewest of `n` intervals that hold the truth but once in a thousand times, if each does with a chance of 95 %.
fn fewest(n: u64) -> u64 {
    (0..=n).find(|&k| binomial_cdf(k, n, 0.95) >= 0.001).unwrap()
}

// Verifies R-31.
#[test]
fn shares_of_thirty_known_lots_lie_within_the_programs_intervals_and_those_of_shuffled_labels_do_not() {
    let base = tempfile::tempdir().unwrap();
    let template = base.path().join("template");
    run_lot(&test_data("demo/lot.h5"), "adipose", &template, &["--no-umap", "--h5ad", "none"]);
    let template: Value = serde_json::from_str(&fs::read_to_string(template.join("report.json")).unwrap()).unwrap();
    let holds = |(low, high): (f64, f64), share: f64| u64::from(low <= share && share <= high);
    let (mut held, mut held_shuffled) = ([0; 4], [0; 4]);
    for number in 0..COHORTS {
        let folder = base.path().join(number.to_string());
        let known = Known::make(&template, &folder, number);
        let truth = known.shares();
        let found = known.intervals(&folder, &(0..30).collect::<Vec<_>>());
        let order = shuffled(&mut Seed(516).stream("known_lots.shuffled", number));
        let of_shuffled = known.intervals(&folder, &order);
        for part in 0..PARTS.len() {
            held[part] += holds(found[part], truth[part]);
            held_shuffled[part] += holds(of_shuffled[part], truth[part]);
        }
    }
    let least = fewest(COHORTS);
    for (part, held) in PARTS.iter().zip(held) {
        assert!(held >= least, "{part}: {held} of {COHORTS} intervals hold the truth, expected {least}");
    }
    // Labels that say nothing leave what donor, passage and process explain to the lots. (Intervals of the other shares begin at 0
    // then; that of a random effect of few levels may be wide enough to hold what it was.)
    assert!(held_shuffled[3] < least, "lot, labels shuffled: {held_shuffled:?}");
    assert!(held_shuffled.iter().sum::<u64>() < held.iter().sum(), "{held_shuffled:?} {held:?}");
}
