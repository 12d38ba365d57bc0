//! Which groups hold: over resolutions, over seeds, and when a fifth of the cells is left out.
//!
//! A group that is there in nearly every subsample is no accident of sampling or of the random order of the algorithm
//! (Hennig 2007, doi:10.1016/j.csda.2006.11.025, who takes a mean Jaccard index below 0.6 for doubtful and above 0.75
//! for valid). The graph is cut to the subsample, not built again, so a run costs a Leiden run.

use puricell_core::{Noted, Partition, Seed, Warning, math};
use rayon::prelude::*;

use crate::leiden::{LeidenParams, Network, communities};
use crate::{ClusterError, Graph, adjusted_rand_index, best_jaccard};

/// What is varied.
#[derive(Debug, Clone, PartialEq)]
pub struct StabilityParams {
    /// Leiden as it made the base partition.
    pub leiden: LeidenParams,
    /// Resolutions tried, each with one seed. Default 0.25, 0.5, 0.75, 1, 1.5, 2.
    pub resolutions: Vec<f64>,
    /// Further seeds tried at the base resolution. Default 10.
    pub n_seeds: usize,
    /// Subsamples tried at the base resolution. Default 30. With fewer than 20 the quantiles mean little.
    pub n_subsamples: usize,
    /// Share of cells in a subsample, drawn without replacement, above 0 and at most 1. Default 0.8.
    pub fraction: f64,
}

impl Default for StabilityParams {
    fn default() -> Self {
        Self {
            leiden: LeidenParams::default(),
            resolutions: vec![0.25, 0.5, 0.75, 1.0, 1.5, 2.0],
            n_seeds: 10,
            n_subsamples: 30,
            fraction: 0.8,
        }
    }
}

/// How well one group of the base partition is found again in the subsamples.
///
/// Jaccard indices (0 to 1) of the group, cut to the subsample, with the best matching group found there. NaN where no
/// subsample held a cell of the group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupStability {
    /// Group of the base partition.
    pub group: u32,
    /// Its cells.
    pub n_cells: usize,
    /// Mean over subsamples.
    pub jaccard_mean: f64,
    /// Median over subsamples.
    pub jaccard_median: f64,
    /// 5 % quantile over subsamples.
    pub jaccard_q05: f64,
    /// 95 % quantile over subsamples.
    pub jaccard_q95: f64,
    /// Subsamples that held a cell of the group.
    pub n_subsamples: usize,
}

/// One run of Leiden beside the base partition.
#[derive(Debug, Clone, PartialEq)]
pub struct RunAgreement {
    /// Resolution of the run.
    pub resolution: f64,
    /// Groups found.
    pub n_groups: usize,
    /// Adjusted Rand index with the base partition, on the cells of the run.
    pub ari: f64,
    /// Modularity of the run on its own graph, at its own resolution.
    pub modularity: f64,
}

/// What holds, and how well.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// A row per group of the base partition, in its order.
    pub groups: Vec<GroupStability>,
    /// A row per resolution, in the order asked for.
    pub by_resolution: Vec<RunAgreement>,
    /// A row per further seed.
    pub by_seed: Vec<RunAgreement>,
    /// A row per subsample.
    pub by_subsample: Vec<RunAgreement>,
}

enum Task {
    Resolution(f64),
    Seed,
    Subsample,
}

/// Stability of `base`, a partition of the cells of `graph`.
///
/// All runs are independent and run in parallel, each with a stream of its own (`stability.resolution`,
/// `stability.seed`, `stability.subsample`; item = number of the run). Warns `unstable_groups` about groups whose mean
/// Jaccard index is below 0.6.
///
/// # Errors
/// [`ClusterError::Length`] where `base` has not one label per cell, [`ClusterError::Parameter`] for a fraction outside
/// (0, 1] or a resolution below 0.
pub fn stability(
    graph: &Graph,
    base: &Partition,
    params: &StabilityParams,
    seed: Seed,
) -> Result<Noted<Stability>, ClusterError> {
    if base.n_cells() != graph.n_cells() {
        return Err(ClusterError::Length { what: "labels", found: base.n_cells(), expected: graph.n_cells() });
    }
    if !(params.fraction > 0.0 && params.fraction <= 1.0) {
        let value = params.fraction;
        return Err(ClusterError::Parameter { name: "fraction", value, expected: "above 0 and at most 1" });
    }
    params.leiden.check()?;
    for &resolution in &params.resolutions {
        LeidenParams { resolution, ..params.leiden.clone() }.check()?;
    }

    let tasks: Vec<(Task, u64)> = params
        .resolutions
        .iter()
        .zip(0..)
        .map(|(&r, i)| (Task::Resolution(r), i))
        .chain((0..params.n_seeds as u64).map(|i| (Task::Seed, i)))
        .chain((0..params.n_subsamples as u64).map(|i| (Task::Subsample, i)))
        .collect();
    let runs: Vec<(RunAgreement, Vec<f64>)> =
        tasks.par_iter().map(|(task, item)| run(task, *item, graph, base, params, seed)).collect();

    let mut runs = runs.into_iter();
    let by_resolution = runs.by_ref().take(params.resolutions.len()).map(|r| r.0).collect();
    let by_seed = runs.by_ref().take(params.n_seeds).map(|r| r.0).collect();
    let (by_subsample, jaccards): (Vec<_>, Vec<_>) = runs.unzip();
    let groups: Vec<GroupStability> =
        (0..base.n_groups()).map(|group| summarise(group, base.sizes()[group], &jaccards)).collect();

    let doubtful: Vec<String> = groups.iter().filter(|g| g.jaccard_mean < 0.6).map(|g| g.group.to_string()).collect();
    let mut warnings = Vec::new();
    if !doubtful.is_empty() {
        warnings.push(Warning::new(
            "unstable_groups",
            format!(
                "{} of {} groups are not found again in subsamples (mean Jaccard index below 0.6): {}; do not name them",
                doubtful.len(),
                groups.len(),
                doubtful.join(", ")
            ),
        ));
    }
    Ok(Noted { value: Stability { groups, by_resolution, by_seed, by_subsample }, warnings })
}

fn run(
    task: &Task,
    item: u64,
    graph: &Graph,
    base: &Partition,
    params: &StabilityParams,
    seed: Seed,
) -> (RunAgreement, Vec<f64>) {
    let mut leiden = params.leiden.clone();
    let (stage, subsample) = match task {
        Task::Resolution(resolution) => {
            leiden.resolution = *resolution;
            ("stability.resolution", false)
        }
        Task::Seed => ("stability.seed", false),
        Task::Subsample => ("stability.subsample", true),
    };
    let mut stream = seed.stream(stage, item);
    // The order in which the cells are visited, and which of them.
    let mut cells: Vec<u32> = (0..graph.n_cells() as u32).collect();
    stream.shuffle(&mut cells);
    if subsample {
        cells.truncate((params.fraction * cells.len() as f64).round() as usize);
    }
    let network = Network::among(graph, &cells);
    let found = communities(&network, &leiden, &mut stream);
    let expected: Vec<u32> = cells.iter().map(|&cell| base.labels()[cell as usize]).collect();
    let agreement = RunAgreement {
        resolution: leiden.resolution,
        // Labels have no gaps.
        n_groups: found.iter().max().map_or(0, |&label| label as usize + 1),
        ari: adjusted_rand_index(&expected, &found),
        modularity: network.modularity(&found, leiden.resolution),
    };
    let jaccard = if subsample { best_jaccard(&expected, &found, base.n_groups()) } else { Vec::new() };
    (agreement, jaccard)
}

fn summarise(group: usize, n_cells: usize, jaccards: &[Vec<f64>]) -> GroupStability {
    let found: Vec<f64> = jaccards.iter().map(|j| j[group]).filter(|j| !j.is_nan()).collect();
    let at = |q| math::quantile(&found, q).unwrap_or(f64::NAN);
    GroupStability {
        group: group as u32,
        n_cells,
        jaccard_mean: found.iter().sum::<f64>() / found.len() as f64,
        jaccard_median: at(0.5),
        jaccard_q05: at(0.05),
        jaccard_q95: at(0.95),
        n_subsamples: found.len(),
    }
}
