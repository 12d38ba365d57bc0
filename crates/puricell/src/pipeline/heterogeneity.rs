//! Heterogeneity and homogeneity of the target cells: results of their own, beside purity and apart from it.

use puricell_cluster::{
    Graph, KMeansParams, LeidenParams, RankTest, Stability, StabilityParams, adjusted_rand_index, kmeans, leiden,
    modularity, rank_test, stability,
};
use puricell_core::{Embedding, Noted, Partition, Seed, Warning};
use puricell_purity::{CallKind, Diversity, DiversityParams, Separation, SeparationParams, diversity, separation};

use super::{Settings, Structure};
use crate::error::AppError;

/// Fewest target cells for sub-populations.
const MIN_TARGET_CELLS: usize = 50;

/// A smaller group of target cells is no sub-population: chance and isolated cells make such groups.
pub const MIN_SUBPOPULATION: usize = 10;

/// Sub-populations of the target cells.
#[derive(Debug)]
pub struct Heterogeneity {
    /// The target cells, as positions among the rows of the structure.
    pub positions: Vec<usize>,
    /// Their sub-populations.
    pub partition: Partition,
    /// Modularity on the target's part of the neighbour graph.
    pub modularity: f64,
    /// Resolution.
    pub resolution: f64,
    /// Each sub-population against the other target cells, over the columns of the structure's expression.
    pub markers: RankTest,
    /// What holds over resolutions, seeds and subsamples.
    pub stability: Stability,
    /// How the stability was looked at.
    pub stability_params: StabilityParams,
    /// Adjusted Rand index with k-means++ at the same number of groups; `None` with fewer than two groups.
    pub kmeans_ari: Option<f64>,
}

impl Heterogeneity {
    /// Groups large enough to be named; they are the first ones.
    pub fn n_named(&self) -> usize {
        self.partition.sizes().iter().take_while(|&&size| size >= MIN_SUBPOPULATION).count()
    }
}

/// Diversity and separation.
#[derive(Debug)]
pub struct Homogeneous {
    /// Over the sub-populations of the target.
    pub subpopulations: Option<Diversity>,
    /// Over the classes of the kept cells (target, top classes, suspect, unassigned).
    pub classes: Option<Diversity>,
    /// How far the sub-populations lie apart; `None` without sub-populations.
    pub separation: Option<Separation>,
}

pub(super) fn of_target(
    structure: Option<&Structure>,
    is_target: impl Fn(usize) -> bool,
    settings: &Settings<'_>,
) -> Result<Noted<Option<Heterogeneity>>, AppError> {
    let stage = AppError::stage("heterogeneity");
    let mut warnings = Vec::new();
    let Some(structure) = structure else {
        return Ok(Noted::quiet(None));
    };
    let positions: Vec<usize> = (0..structure.rows.len()).filter(|&p| is_target(structure.rows[p])).collect();
    if positions.len() < MIN_TARGET_CELLS {
        let message =
            format!("{} target cells are too few for sub-populations: at least {MIN_TARGET_CELLS}", positions.len());
        return Ok(Noted { value: None, warnings: vec![Warning::new("no_heterogeneity", message)] });
    }
    let weights = structure.graph.weights().select_block(&positions, &positions);
    let graph = Graph::new(weights).map_err(&stage)?;
    let resolution = settings.resolution;
    let params = LeidenParams { resolution, ..LeidenParams::default() };
    // A stream of its own, apart from that of the clusters of all kept cells.
    let seed = Seed(settings.seed.stream("heterogeneity", 0).bits());
    let partition = leiden(&graph, &params, seed).map_err(&stage)?;
    // A cell without a neighbour is in no sub-population, which is said with them.
    warnings.extend(partition.warnings.into_iter().filter(|w| w.code != "cells_without_neighbours"));
    let partition = partition.value;
    let modularity = modularity(&graph, partition.labels(), resolution).map_err(&stage)?;
    let expression = structure.expression.select_rows(&positions);
    let markers = rank_test(&expression, partition.labels(), partition.n_groups()).map_err(&stage)?;
    // One iteration after the coarse start: its modularity is above igraph's after two, and many runs are compared.
    let runs = LeidenParams { max_iterations: 1, ..params.clone() };
    let mut stability_params = StabilityParams { leiden: runs, ..StabilityParams::default() };
    if !stability_params.resolutions.iter().any(|r| (r - resolution).abs() < 1e-12) {
        stability_params.resolutions.push(resolution);
        stability_params.resolutions.sort_by(f64::total_cmp);
    }
    let stability = stability(&graph, &partition, &stability_params, seed).map_err(&stage)?.into_value(&mut warnings);
    let kmeans_ari = if partition.n_groups() < 2 {
        None
    } else {
        let embedding = Embedding {
            points: structure.embedding.points.select_rows(&positions),
            dims: structure.embedding.dims.clone(),
        };
        let witness = kmeans(&embedding, partition.n_groups(), &KMeansParams::default(), seed)
            .map_err(&stage)?
            .into_value(&mut warnings);
        Some(adjusted_rand_index(partition.labels(), witness.partition.labels()))
    };
    let value = Heterogeneity {
        positions,
        partition,
        modularity,
        resolution,
        markers,
        stability,
        stability_params,
        kmeans_ari,
    };
    Ok(Noted { value: Some(value), warnings })
}

/// `kinds` are those of all kept cells.
pub(super) fn homogeneity_of_target(
    kinds: impl Iterator<Item = CallKind>,
    structure: Option<&Structure>,
    heterogeneity: Option<&Heterogeneity>,
    settings: &Settings<'_>,
) -> Noted<Homogeneous> {
    let mut warnings = Vec::new();
    let mut class_sizes = std::collections::BTreeMap::<usize, u64>::new();
    for kind in kinds {
        let group = match kind {
            CallKind::Target => 0,
            CallKind::Suspect(_) => 1,
            CallKind::Unassigned => 2,
            CallKind::Class(class) => 3 + class,
        };
        *class_sizes.entry(group).or_default() += 1;
    }
    let class_sizes: Vec<u64> = class_sizes.into_values().collect();
    let params = DiversityParams::default();
    let stream = |name: &str| Seed(settings.seed.stream(name, 0).bits());
    let classes = diversity(&class_sizes, &params, stream("diversity.classes")).into_value(&mut warnings);
    let subpopulations = heterogeneity.and_then(|h| {
        let sizes: Vec<u64> = h.partition.sizes()[..h.n_named()].iter().map(|&s| s as u64).collect();
        diversity(&sizes, &params, stream("diversity.subpopulations")).into_value(&mut warnings)
    });
    let separation = structure.zip(heterogeneity).map(|(structure, heterogeneity)| {
        let points = structure.embedding.points.select_rows(&heterogeneity.positions);
        let labels = heterogeneity.partition.labels();
        let params = SeparationParams { min_group_cells: MIN_SUBPOPULATION, ..SeparationParams::default() };
        let separation = separation(&points, labels, &params, settings.seed);
        // That small groups are left out is said with the sub-populations.
        warnings.extend(separation.warnings.into_iter().filter(|w| w.code != "separation_small_groups"));
        separation.value
    });
    Noted { value: Homogeneous { subpopulations, classes, separation }, warnings }
}
