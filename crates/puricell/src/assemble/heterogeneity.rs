//! Sub-populations, stability, diversity, homogeneity.

use puricell_core::math::{exp_m1, log2, quantile};
use puricell_purity::{Diversity, Homogeneity, Level, Proportion};
use puricell_report::model as report;

use crate::pipeline::{Analysis, Heterogeneity, Homogeneous, MIN_SUBPOPULATION, Structure};

/// Marker genes shown per sub-population.
const N_MARKERS: usize = 5;
/// Adjusted p-value up to which a gene is shown.
const MAX_P: f64 = 0.05;
/// AUC from which a marker of events is shown: of tens of thousands of events a difference of no size is significant.
const MIN_AUC_OF_EVENTS: f64 = 0.6;
/// Median Jaccard index from which a sub-population is called stable (Hennig 2007, doi:10.1016/j.csda.2006.11.025).
const STABLE_FROM: f64 = 0.75;

pub(super) fn heterogeneity<M>(analysis: &Analysis<M>) -> Option<report::Heterogeneity> {
    let structure = analysis.structure.as_ref()?;
    let found = analysis.heterogeneity.as_ref()?;
    let n = found.positions.len() as u64;
    // Groups are ordered by size.
    let (named, small) = found.partition.sizes().split_at(found.n_named());
    let subpopulations = (0..named.len()).map(|group| subpopulation(group, n, found, structure)).collect();
    // Log-normalised genes have ids; markers on their scales have none.
    let (units, of) = if structure.ids.is_some() { ("cells", "lot's") } else { ("events of a sample", "sample's") };
    let mut scope = format!("{units} called target, on their part of the {of} neighbour graph");
    if !small.is_empty() {
        let (cells, groups) = (small.iter().sum::<usize>(), small.len());
        let units = units.split(' ').next().unwrap_or(units);
        scope = format!(
            "{scope}; {cells} {units} in {groups} groups of fewer than {MIN_SUBPOPULATION} are in no sub-population"
        );
    }
    Some(report::Heterogeneity {
        scope,
        n,
        method: format!("Leiden, resolution {}", found.resolution),
        resolution: found.resolution,
        modularity: Some(found.modularity),
        subpopulations,
        stability: Some(stability(found)),
    })
}

fn subpopulation(group: usize, n: u64, found: &Heterogeneity, structure: &Structure) -> report::SubPopulation {
    let k = found.partition.sizes()[group] as u64;
    let interval = Proportion::new(k, n).map(|p| p.clopper_pearson(Level::P95));
    let (ci_low, ci_high) = interval.map_or((0.0, 1.0), |i| (i.low, i.high));
    let jaccard = found
        .stability
        .groups
        .get(group)
        .filter(|g| g.jaccard_median.is_finite())
        .map(|g| report::Quantiles { q05: g.jaccard_q05, median: g.jaccard_median, q95: g.jaccard_q95 });
    report::SubPopulation {
        id: format!("S{}", group + 1),
        note: None,
        k,
        n,
        fraction: k as f64 / n as f64,
        ci_low,
        ci_high,
        jaccard,
        stable: jaccard.map(|j| j.median >= STABLE_FROM),
        markers: markers(group, found, structure),
    }
}

/// The genes that are higher in the group, by effect size, then p-value, then column.
fn markers(group: usize, found: &Heterogeneity, structure: &Structure) -> Vec<report::Marker> {
    let test = &found.markers;
    let (auc, p) = (test.auc.row(group), test.p_adjusted.row(group));
    let least = if structure.ids.is_some() { 0.5 } else { MIN_AUC_OF_EVENTS };
    let mut columns: Vec<usize> = (0..auc.len()).filter(|&c| auc[c] > least && p[c] <= MAX_P).collect();
    columns.sort_by(|&a, &b| auc[b].total_cmp(&auc[a]).then(p[a].total_cmp(&p[b])).then(a.cmp(&b)));
    columns
        .into_iter()
        .take(N_MARKERS)
        .map(|column| {
            // Log-normalised genes have ids; markers on their scales have none, and no fold change.
            let is_expression = structure.ids.is_some();
            let (mean, rest) = (test.mean.row(group)[column], test.mean_rest.row(group)[column]);
            report::Marker {
                gene: structure.names[column].clone(),
                feature_id: structure.ids.as_ref().map(|ids| ids[column].clone()),
                auc: auc[column],
                log2_fold_change: if is_expression { fold_change(mean, rest) } else { None },
                p_adjusted: p[column],
                fraction_in: is_expression.then(|| test.fraction.row(group)[column]),
                fraction_out: is_expression.then(|| test.fraction_rest.row(group)[column]),
            }
        })
        .collect()
}

/// As scanpy: log2 of the ratio of the means taken back from log1p, each with 1e-9 added.
fn fold_change(mean: f64, mean_rest: f64) -> Option<f64> {
    let ratio = (exp_m1(mean) + 1e-9) / (exp_m1(mean_rest) + 1e-9);
    Some(log2(ratio)).filter(|v| v.is_finite())
}

fn stability(found: &Heterogeneity) -> report::Stability {
    let stability = &found.stability;
    let ari: Vec<f64> = stability.by_subsample.iter().map(|r| r.ari).collect();
    report::Stability {
        resolutions: stability
            .by_resolution
            .iter()
            .map(|run| report::ResolutionPoint {
                resolution: run.resolution,
                n_groups: run.n_groups as u64,
                ari: run.ari,
                used: (run.resolution - found.resolution).abs() < 1e-12,
            })
            .collect(),
        seeds: stability
            .by_seed
            .iter()
            .zip(1..)
            .map(|(run, seed)| report::SeedPoint { seed, n_groups: run.n_groups as u64, ari: run.ari })
            .collect(),
        bootstrap: (!ari.is_empty()).then(|| report::Bootstrap {
            n_replicates: ari.len() as u64,
            fraction_drawn: found.stability_params.fraction,
            ari: quantiles(&ari),
        }),
        kmeans_ari: found.kmeans_ari,
        stable_from: Some(STABLE_FROM),
    }
}

/// The homogeneity index, where it is estimable, else a note; neither where the data know no such index.
#[derive(Default)]
pub(super) struct Index {
    value: Option<report::HomogeneityIndex>,
    note: Option<String>,
}

pub(super) fn index(found: &Homogeneity) -> Index {
    let split = found.split_half.as_ref();
    let value = found.index.map(|value| {
        let halves: Vec<f64> = split.iter().flat_map(|s| s.indices.iter().flatten().copied()).collect();
        let differences: Vec<f64> = split.iter().flat_map(|s| s.indices.iter().map(|i| (i[0] - i[1]).abs())).collect();
        report::HomogeneityIndex {
            value,
            n: found.n_cells as u64,
            half_index: quantiles(&halves),
            split_half_difference: quantiles(&differences),
            n_splits: differences.len() as u64,
            n_deviating_genes: Some(found.informative.len() as u64),
        }
    });
    let note = value
        .is_none()
        .then(|| format!("the index is not estimable from {} target cells; see the warnings", found.n_cells));
    Index { value, note }
}

pub(super) fn homogeneity(found: &Homogeneous, index: Index) -> Option<report::Homogeneity> {
    let mut hill = Vec::new();
    for (over, diversity) in [
        ("sub-populations of the target", found.subpopulations.as_ref()),
        ("classes of viable singlets", found.classes.as_ref()),
    ] {
        hill.extend(diversity.iter().flat_map(|d| hill_numbers(over, d)));
    }
    let separation = found
        .separation
        .as_ref()
        .and_then(|s| Some(report::Separation { value: s.ratio?, null_q95: s.null_p95?, n_groups: s.n_groups as u64 }));
    if hill.is_empty() && index.value.is_none() && separation.is_none() {
        return None;
    }
    Some(report::Homogeneity { hill, index: index.value, separation, note: index.note })
}

fn hill_numbers(over: &str, diversity: &Diversity) -> Vec<report::HillNumber> {
    diversity
        .hill
        .iter()
        .map(|h| report::HillNumber {
            over: over.to_owned(),
            order: u32::from(h.order),
            value: h.value,
            ci_low: h.interval.map(|i| i.0),
            ci_high: h.interval.map(|i| i.1),
            n: diversity.n_cells,
        })
        .collect()
}

fn quantiles(values: &[f64]) -> Option<report::Quantiles> {
    Some(report::Quantiles {
        q05: quantile(values, 0.05)?,
        median: quantile(values, 0.5)?,
        q95: quantile(values, 0.95)?,
    })
}
