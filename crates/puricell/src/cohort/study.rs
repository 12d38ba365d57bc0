//! The statistics of a cohort, class by class.

use chrono::NaiveDate;
use puricell_core::{Seed, Warning};
use puricell_purity::Proportion;
use puricell_purity::cohort::Standing;
use puricell_purity::cohort::distance::{between_halves, null};
use puricell_purity::cohort::margins::Margins;
use puricell_purity::cohort::outliers::outliers;
use puricell_report::cohort::{
    Cohort, CohortClass, CohortLot, DistanceMatrix, DistanceMeasure, OutlierLot, Readout, Standing as ReportStanding,
};
use puricell_report::model::{Class, Role};
use rayon::prelude::*;

use super::class::{adjust_trends, class_of};
use super::compare::{bridging, comparison};
use super::methods::methods;
use super::{Groups, Lot};

/// What is asked of a cohort.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Facts among which the variance is shared out.
    pub factors: &'a [String],
    /// Cohorts simulated for the intervals of shares.
    pub n_bootstrap: usize,
    /// Two groups to compare.
    pub compare: Option<&'a Groups>,
    /// What must hold for them.
    pub margins: Option<&'a Margins>,
    /// New lots.
    pub bridge: Option<&'a Groups>,
    /// The lot known to be different.
    pub control: Option<usize>,
    /// Of all random streams.
    pub seed: Seed,
}

/// Puts the lots into their order: by date where all state one, else by number.
pub fn in_order(lots: &mut [Lot]) -> Vec<Warning> {
    let undated = lots.iter().filter(|lot| date_of(lot).is_none()).count();
    if undated == 0 {
        lots.sort_by(|a, b| date_of(a).cmp(&date_of(b)).then_with(|| a.id.cmp(&b.id)));
        return Vec::new();
    }
    lots.sort_by(|a, b| a.id.cmp(&b.id));
    let message = format!(
        "{undated} of {} lots state no date (as 2026-03-01, column `date`): charts show the lots by number, which may not be the order \
         they were made in",
        lots.len()
    );
    vec![Warning::new("lots_without_date", message)]
}

pub(super) fn date_of(lot: &Lot) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(lot.facts.get("date")?, "%Y-%m-%d").ok()
}

/// Everything that the lots of one readout say; `others` are those of the other, for the comparison of methods.
///
/// What belongs to no statistic (inputs, parameters, warnings) is left empty.
pub fn study(lots: &[Lot], others: &[Lot], asked: &Asked<'_>) -> Cohort {
    let classes = classes_of(lots);
    let counts: Vec<Vec<Option<Proportion>>> =
        classes.iter().map(|c| lots.iter().map(|l| count_of(l, &c.id)).collect()).collect();
    let mut studied: Vec<CohortClass> = classes
        .par_iter()
        .zip(&counts)
        .enumerate()
        .map(|(i, (class, counts))| class_of(i, class, counts, lots, asked))
        .collect();
    adjust_trends(&mut studied);
    let standing = match Standing::of(lots.len()) {
        Standing::DescribeOnly => ReportStanding::DescribeOnly,
        Standing::Preliminary => ReportStanding::Preliminary,
        Standing::Settled => ReportStanding::Settled,
    };
    Cohort {
        schema_version: puricell_report::cohort::COHORT_SCHEMA_VERSION.to_owned(),
        tool: puricell_report::model::Tool::default(),
        readout: lots.first().map_or(Readout::Expression, |l| l.readout),
        standing,
        lots: lots.iter().map(lot_of).collect(),
        left_out: Vec::new(),
        composition_distance: composition_distance(&classes, &counts, asked),
        expression_distances: Vec::new(),
        outliers: outliers_of(&classes, &counts),
        comparison: asked.compare.and_then(|groups| comparison(groups, &classes, &counts, asked.margins)),
        bridging: asked.bridge.map(|groups| bridging(groups, &classes, &counts)),
        methods: methods(lots, others, &classes),
        markers: Vec::new(),
        classes: studied,
        warnings: Vec::new(),
        parameters: Vec::new(),
        inputs: Vec::new(),
        definitions: Vec::new(),
        seed: asked.seed.0,
    }
}

fn lot_of(lot: &Lot) -> CohortLot {
    CohortLot {
        id: lot.id.clone(),
        folder: lot.folder.clone(),
        n: lot.n(),
        verdict: lot.verdict,
        facts: lot.facts.clone(),
    }
}

/// The classes of all lots, in the order of the first lot that has them, that are rows of viable singlets.
fn classes_of(lots: &[Lot]) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for class in lots.iter().flat_map(|lot| lot.classes.iter().filter(|c| lot.row(&c.id).is_some())) {
        if classes.iter().all(|known| known.id != class.id) {
            classes.push(class.clone());
        }
    }
    classes
}

pub(super) fn count_of(lot: &Lot, class: &str) -> Option<Proportion> {
    let row = lot.row(class)?;
    Proportion::new(row.k?, row.n).ok().filter(|p| p.n() > 0)
}

/// Distances by the classes that are no part of another and together are all viable singlets.
fn composition_distance(
    classes: &[Class],
    counts: &[Vec<Option<Proportion>>],
    asked: &Asked<'_>,
) -> Option<DistanceMatrix> {
    let n_lots = counts.first()?.len();
    let whole: Vec<usize> = (0..classes.len())
        .filter(|&i| classes[i].parent.is_none() && classes[i].role != Role::Excluded)
        .filter(|&i| counts[i].iter().all(Option::is_some))
        .collect();
    let mut lots: Vec<Vec<u64>> = Vec::with_capacity(n_lots);
    for lot in 0..n_lots {
        let of_lot: Vec<Proportion> = whole.iter().filter_map(|&i| counts[i].get(lot).copied().flatten()).collect();
        let mut k: Vec<u64> = of_lot.iter().map(|c| c.k()).collect();
        // What no reportable class holds is a class of its own; classes that overlap are no composition.
        let rest = of_lot.first()?.n().checked_sub(k.iter().sum())?;
        k.push(rest);
        lots.push(k);
    }
    let mut of: Vec<String> = whole.iter().map(|&i| classes[i].id.clone()).collect();
    if lots.iter().all(|k| k.last() == Some(&0)) {
        for k in &mut lots {
            k.pop();
        }
    } else {
        of.push("rest".to_owned());
    }
    if n_lots < 2 || of.len() < 2 {
        return None;
    }
    let null = null(&lots, asked.seed)?;
    let pairs: Vec<(usize, usize)> = (1..n_lots).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    let found = pairs
        .par_iter()
        .enumerate()
        .map(|(item, &(a, b))| between_halves(&lots[a], &lots[b], asked.seed, item as u64))
        .collect::<Option<Vec<_>>>()?;
    let measure = |name: &str, of: &dyn Fn(&puricell_purity::cohort::distance::Distance) -> f64| {
        let mut rows: Vec<Vec<f64>> = (1..n_lots).map(|_| Vec::new()).collect();
        for (&(a, _), distance) in pairs.iter().zip(&found) {
            rows[a - 1].push(of(distance));
        }
        DistanceMeasure {
            name: name.to_owned(),
            null_p95: of(&null.p95),
            null_median: of(&null.median),
            between: rows,
            control: asked.control,
        }
    };
    Some(DistanceMatrix {
        of,
        measures: vec![measure("aitchison", &|d| d.aitchison), measure("jensen_shannon", &|d| d.jensen_shannon)],
    })
}

fn outliers_of(classes: &[Class], counts: &[Vec<Option<Proportion>>]) -> Vec<OutlierLot> {
    outliers(counts)
        .into_iter()
        .filter_map(|found| {
            Some(OutlierLot {
                lot: found.lot,
                class: classes[found.class].id.clone(),
                fraction: found.counted.fraction()?,
                expected_low: found.expected.low,
                expected_high: found.expected.high,
                p_adjusted: found.p_adjusted,
            })
        })
        .collect()
}
