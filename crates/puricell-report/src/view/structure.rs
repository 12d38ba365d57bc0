//! Clusters and the search for neighbours as text.

use super::{class_name, count};
use crate::model::{Cluster, Clusters, Model, NeighbourSearch, Role};
use crate::number;
use crate::terms::{self, known, words};
use crate::text::{Sayable, Text, join};

/// Clusters of all kept cells, or of a sample of the kept events.
pub(crate) struct ClustersView {
    pub(crate) sentence: Text,
    /// How neighbours were searched for, where not exactly.
    pub(crate) search: Option<Text>,
    pub(crate) classes: Vec<Text>,
    pub(crate) rows: Vec<(u32, Text, Vec<Text>)>,
    /// Where the clusters, as a second witness, disagree with the calls; `None` where no contaminant was called.
    pub(crate) witness: Option<Text>,
}

/// Cells called contaminants among target cells, and target cells among contaminants.
fn witness(model: &Model, data: &Clusters) -> Option<Text> {
    let target = model.classes.iter().position(|c| c.role == Role::Target)?;
    let is_of_events = model.cytometry.is_some();
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
    let lines: Vec<Text> = contaminants
        .filter_map(|class| {
            let all: u64 = data.clusters.iter().filter_map(|cluster| cluster.class_counts.get(class)).sum();
            (all > 0).then(|| {
                terms::WITNESS_LINE.with(&[
                    &number::count(all),
                    &words::of(is_of_events).many,
                    &class_name(model, &model.classes[class].id),
                    &number::count(count(class, target)),
                    &number::count(count(target, class)),
                ])
            })
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let file = if is_of_events { "cells.parquet" } else { "evidence.tsv" };
    Some(join(&[terms::WITNESS.said(), join(&lines, "", ""), terms::WITNESS_LOOK.with(&[&file])], "", ""))
}

/// What an approximate search found of the exact neighbours.
fn approximate(search: &NeighbourSearch) -> Option<Text> {
    let (recall, n) = (search.recall?, search.n_sampled?);
    let ci = search.ci_low.zip(search.ci_high);
    let nothing = || Text::Same(String::new());
    let of_regions = search.n_searched.zip(search.n_regions).map_or_else(nothing, |(searched, all)| {
        terms::NEIGHBOURS_OF_REGIONS.with(&[&number::count(searched), &number::count(all)])
    });
    let interval = ci.map_or_else(nothing, |ci| terms::NEIGHBOURS_INTERVAL.with(&[&super::interval(Some(ci))]));
    let target = search
        .target
        .map_or_else(nothing, |t| terms::NEIGHBOURS_WANTED.with(&[&Text::Number(number::given_percent(t))]));
    let recall = Text::Number(number::percent(recall, n, ci, search.target));
    Some(terms::NEIGHBOURS_FOUND.with(&[&of_regions, &recall, &number::count(n), &interval, &target]))
}

pub(crate) fn clusters(model: &Model) -> Option<ClustersView> {
    let data = model.clusters.as_ref()?;
    // Only classes that have a cell in some cluster get a column.
    let shown: Vec<usize> = (0..model.classes.len())
        .filter(|&c| data.clusters.iter().any(|cluster| cluster.class_counts.get(c).is_some_and(|&n| n > 0)))
        .collect();
    let nothing = || Text::Same(String::new());
    let modularity = data.modularity.map_or_else(nothing, |m| terms::MODULARITY.with(&[&number::fixed(m, 3)]));
    let searched = match &data.neighbour_search {
        Some(search) if search.is_exact => terms::SEARCHED_EXACTLY.said(),
        Some(_) => terms::SEARCHED_APPROXIMATELY.said(),
        None => nothing(),
    };
    let dimensions = if model.cytometry.is_some() { terms::MARKERS_WORD } else { terms::COMPONENTS_WORD };
    Some(ClustersView {
        sentence: terms::CLUSTERS_SENTENCE.with(&[
            &known(&data.method),
            &number::significant(data.resolution, 2),
            &modularity,
            &data.n_neighbours.to_string(),
            &searched,
            &data.n_components.to_string(),
            &dimensions,
            &data.clusters.len(),
        ]),
        search: data.neighbour_search.as_ref().and_then(approximate),
        classes: shown.iter().map(|&c| class_name(model, &model.classes[c].id)).collect(),
        rows: data
            .clusters
            .iter()
            .map(|cluster| {
                let counts = shown.iter().map(|&c| match cluster.class_counts.get(c) {
                    Some(&n) if n > 0 => count(n),
                    _ => Text::Same("–".to_owned()),
                });
                (cluster.id, count(cluster.n), counts.collect())
            })
            .collect(),
        witness: witness(model, data),
    })
}
