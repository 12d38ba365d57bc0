//! Sub-populations, homogeneity and clusters as text.

use std::collections::BTreeSet;

use super::or_dash;
use crate::model::{Cluster, Clusters, Marker, Model, NeighbourSearch, Quantiles, Role};
use crate::number;
use crate::words;

/// One marker gene.
pub(super) struct MarkerView {
    pub(super) gene: String,
    pub(super) auc: String,
    pub(super) fold: String,
    pub(super) inside: String,
    pub(super) outside: String,
    pub(super) p: String,
}

/// One sub-population.
pub(super) struct SubView {
    pub(super) id: String,
    pub(super) note: String,
    pub(super) counts: String,
    pub(super) interval: String,
    pub(super) jaccard: String,
    pub(super) stable: &'static str,
    pub(super) markers: Vec<MarkerView>,
}

/// Heterogeneity of the target.
pub(super) struct HeterogeneityView {
    pub(super) scope: String,
    pub(super) n: String,
    pub(super) method: String,
    pub(super) resolution: String,
    pub(super) modularity: String,
    pub(super) subs: Vec<SubView>,
    pub(super) stability: Vec<String>,
    /// Any marker in any sub-population.
    pub(super) has_markers: bool,
}

pub(super) fn heterogeneity(model: &Model) -> Option<HeterogeneityView> {
    let data = model.heterogeneity.as_ref()?;
    let subs = data
        .subpopulations
        .iter()
        .map(|s| {
            let ci = (s.ci_low, s.ci_high);
            SubView {
                id: s.id.clone(),
                note: s.note.clone().unwrap_or_default(),
                counts: number::share(s.k, s.n, Some(s.fraction), Some(ci), None),
                interval: number::interval(ci.0, ci.1),
                jaccard: or_dash(s.jaccard.map(|q| spread(q, 2))),
                stable: match s.stable {
                    Some(true) => "✓ stable",
                    Some(false) => "✕ not stable",
                    None => "not assessed",
                },
                markers: s.markers.iter().map(marker).collect(),
            }
        })
        .collect();
    Some(HeterogeneityView {
        scope: data.scope.clone(),
        n: number::count(data.n),
        method: data.method.clone(),
        resolution: number::significant(data.resolution, 2),
        modularity: or_dash(data.modularity.map(|m| number::fixed(m, 3))),
        has_markers: data.subpopulations.iter().any(|s| !s.markers.is_empty()),
        subs,
        stability: stability(model),
    })
}

fn marker(m: &Marker) -> MarkerView {
    let share = |f: Option<f64>| {
        or_dash(f.map(|f| if f > 0.0 { number::percent(f, 100, None, None) } else { "none".to_owned() }))
    };
    MarkerView {
        gene: m.gene.clone(),
        auc: number::fixed(m.auc, 2),
        fold: or_dash(m.log2_fold_change.map(|f| number::fixed(f, 1))),
        inside: share(m.fraction_in),
        outside: share(m.fraction_out),
        p: number::p_value(m.p_adjusted),
    }
}

/// `0.88 (0.79 – 0.92)`.
fn spread(q: Quantiles, decimals: usize) -> String {
    format!(
        "{} ({}{}–{}{})",
        number::fixed(q.median, decimals),
        number::fixed(q.q05, decimals),
        number::NBSP,
        number::NBSP,
        number::fixed(q.q95, decimals)
    )
}

/// The stability in sentences.
fn stability(model: &Model) -> Vec<String> {
    let Some(data) = model.heterogeneity.as_ref().and_then(|h| h.stability.as_ref()) else { return Vec::new() };
    let mut sentences = Vec::new();
    if let Some(b) = data.bootstrap {
        let ari = b.ari.map_or_else(String::new, |q| format!("; agreement with this report (ARI) {}", spread(q, 2)));
        sentences.push(format!(
            "Bootstrap: {} replicates of {} of the {} each{ari}.",
            number::count(b.n_replicates),
            number::given_percent(b.fraction_drawn),
            words::of_what(model).many
        ));
    }
    if let Some(limit) = data.stable_from {
        sentences.push(format!(
            "A sub-population is called stable when its median best Jaccard index reaches {}.",
            number::fixed(limit, 2)
        ));
    }
    if let (Some(low), Some(high)) =
        (data.seeds.iter().map(|s| s.ari).reduce(f64::min), data.seeds.iter().map(|s| s.ari).reduce(f64::max))
    {
        sentences.push(format!(
            "Over {} other seeds the agreement (ARI) lies between {} and {}.",
            data.seeds.len(),
            number::fixed(low, 2),
            number::fixed(high, 2)
        ));
    }
    if let Some(ari) = data.kmeans_ari {
        sentences.push(format!(
            "A second method, k-means++ at the same number of groups, agrees with ARI {}.",
            number::fixed(ari, 2)
        ));
    }
    sentences
}

/// The Hill numbers of one grouping.
pub(super) struct HillView {
    pub(super) over: String,
    pub(super) n: String,
    /// Aligned with the orders.
    pub(super) values: Vec<String>,
}

/// Homogeneity of the target.
pub(super) struct HomogeneityView {
    pub(super) index: Option<IndexView>,
    pub(super) separation: Option<(String, String, String)>,
    pub(super) orders: Vec<u32>,
    pub(super) hill: Vec<HillView>,
    pub(super) note: Option<String>,
}

/// The homogeneity index.
pub(super) struct IndexView {
    pub(super) value: String,
    pub(super) n: String,
    pub(super) halves: String,
    pub(super) difference: String,
    pub(super) n_splits: String,
    pub(super) genes: String,
}

pub(super) fn homogeneity(model: &Model) -> Option<HomogeneityView> {
    let data = model.homogeneity.as_ref()?;
    let orders: BTreeSet<u32> = data.hill.iter().map(|h| h.order).collect();
    let orders: Vec<u32> = orders.into_iter().collect();
    let mut hill: Vec<HillView> = Vec::new();
    for h in &data.hill {
        let ends = h.ci_low.zip(h.ci_high).map_or_else(String::new, |(low, high)| {
            format!(" ({}{}–{}{})", number::fixed(low, 2), number::NBSP, number::NBSP, number::fixed(high, 2))
        });
        let place = hill.iter().position(|v| v.over == h.over).unwrap_or_else(|| {
            let values = vec!["–".to_owned(); orders.len()];
            hill.push(HillView { over: h.over.clone(), n: number::count(h.n), values });
            hill.len() - 1
        });
        if let Some(column) = orders.iter().position(|&o| o == h.order) {
            hill[place].values[column] = format!("{}{ends}", number::fixed(h.value, 2));
        }
    }
    Some(HomogeneityView {
        index: data.index.as_ref().map(|i| IndexView {
            value: number::fixed(i.value, 3),
            n: number::count(i.n),
            halves: or_dash(i.half_index.map(|q| spread(q, 3))),
            difference: or_dash(i.split_half_difference.map(|q| spread(q, 4))),
            n_splits: number::count(i.n_splits),
            genes: or_dash(i.n_deviating_genes.map(number::count)),
        }),
        separation: data
            .separation
            .as_ref()
            .map(|s| (number::fixed(s.value, 2), number::fixed(s.null_q95, 2), number::count(s.n_groups))),
        orders,
        hill,
        note: data.note.clone(),
    })
}

/// Clusters of all kept cells, or of a sample of the kept events.
pub(super) struct ClustersView {
    pub(super) sentence: String,
    /// How neighbours were searched for, where not exactly.
    pub(super) search: Option<String>,
    pub(super) classes: Vec<String>,
    pub(super) rows: Vec<(u32, String, Vec<String>)>,
    /// Where the clusters, as a second witness, disagree with the calls; empty where no contaminant was called.
    pub(super) witness: Vec<String>,
}

/// Cells called contaminants among target cells, and target cells among contaminants.
fn witness(model: &Model, data: &Clusters, of: &str) -> Vec<String> {
    let Some(target) = model.classes.iter().position(|c| c.role == Role::Target) else { return Vec::new() };
    // The first of the largest.
    let majority = |cluster: &Cluster| {
        let counts = cluster.class_counts.iter().enumerate();
        counts.fold((0, 0), |best, (class, &n)| if n > best.1 { (class, n) } else { best }).0
    };
    let count = |class: usize, among: usize| -> u64 {
        let there = data.clusters.iter().filter(|cluster| majority(cluster) == among);
        there.filter_map(|cluster| cluster.class_counts.get(class)).sum()
    };
    let contaminants = (0..model.classes.len()).filter(|&c| model.classes[c].role == Role::Contaminant);
    contaminants
        .filter_map(|class| {
            let all: u64 = data.clusters.iter().filter_map(|cluster| cluster.class_counts.get(class)).sum();
            (all > 0).then(|| {
                format!(
                    "Of {} {of} called {}, {} lie in clusters that are mostly of the target, and {} target {of} lie in \
                     clusters mostly of that class.",
                    number::count(all),
                    model.classes[class].label,
                    number::count(count(class, target)),
                    number::count(count(target, class))
                )
            })
        })
        .collect()
}

/// What an approximate search found of the exact neighbours.
fn approximate(search: &NeighbourSearch) -> Option<String> {
    let (recall, n) = (search.recall?, search.n_sampled?);
    let ci = search.ci_low.zip(search.ci_high);
    let of_regions = search.n_searched.zip(search.n_regions).map_or_else(String::new, |(searched, all)| {
        format!(
            "Each was compared with those of the {} of {} regions nearest to it. ",
            number::count(searched),
            number::count(all)
        )
    });
    let interval =
        ci.map_or_else(String::new, |(low, high)| format!(", 95\u{a0}% interval {}", number::interval(low, high)));
    let target =
        search.target.map_or_else(String::new, |t| format!("; at least {} are wanted", number::given_percent(t)));
    Some(format!(
        "{of_regions}{} of the exact nearest neighbours were found (measured on {} drawn at random{interval}){target}.",
        number::percent(recall, n, ci, search.target),
        number::count(n)
    ))
}

pub(super) fn clusters(model: &Model) -> Option<ClustersView> {
    let data = model.clusters.as_ref()?;
    // Only classes that have a cell in some cluster get a column.
    let shown: Vec<usize> = (0..model.classes.len())
        .filter(|&c| data.clusters.iter().any(|cluster| cluster.class_counts.get(c).is_some_and(|&n| n > 0)))
        .collect();
    let modularity = data.modularity.map_or_else(String::new, |m| format!(", modularity {}", number::fixed(m, 3)));
    Some(ClustersView {
        sentence: format!(
            "{}, resolution {}{modularity}; {} neighbours{}, {} {}; {} clusters.",
            data.method,
            number::significant(data.resolution, 2),
            data.n_neighbours,
            match &data.neighbour_search {
                Some(search) if search.is_exact => ", searched for exactly",
                Some(_) => ", searched for approximately",
                None => "",
            },
            data.n_components,
            if model.cytometry.is_some() { "markers" } else { "components" },
            data.clusters.len()
        ),
        search: data.neighbour_search.as_ref().and_then(approximate),
        classes: shown.iter().map(|&c| model.classes[c].label.clone()).collect(),
        rows: data
            .clusters
            .iter()
            .map(|cluster| {
                let counts = shown.iter().map(|&c| match cluster.class_counts.get(c) {
                    Some(&n) if n > 0 => number::count(n),
                    _ => "–".to_owned(),
                });
                (cluster.id, number::count(cluster.n), counts.collect())
            })
            .collect(),
        witness: witness(model, data, if model.cytometry.is_some() { "events" } else { "cells" }),
    })
}
