//! How far apart sub-populations lie, measured by what random groups of their sizes do.

use puricell_core::{Dense, Noted, Seed, Warning, math};
use rayon::prelude::*;

/// How separation is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeparationParams {
    /// Random regroupings behind the null (default 200). At least 1.
    pub n_permutations: usize,
    /// Groups with fewer cells are left out (default 10): their centroids are noise.
    pub min_group_cells: usize,
}

impl Default for SeparationParams {
    fn default() -> Self {
        Self { n_permutations: 200, min_group_cells: 10 }
    }
}

/// How far sub-populations lie apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Separation {
    /// Median distance between centroids over its median among random groups of the same sizes: 1 is sampling noise.
    /// `None` when not estimable.
    pub ratio: Option<f64>,
    /// 95th percentile of that ratio for random groups; a ratio below it is no separation. `None` with `ratio`.
    pub null_p95: Option<f64>,
    /// Median distance between centroids, in the unit of the points.
    pub distance: Option<f64>,
    /// Groups compared.
    pub n_groups: usize,
    /// Cells in them.
    pub n_cells: usize,
}

/// Separation of the groups `labels` (one per row) of `points`, `n_cells x n_dims`.
///
/// The statistic is the median Euclidean distance over pairs of group centroids; the null shuffles the labels among the
/// cells, permutation `i` from stream `("separation", i)`. Equal bits at any thread count; O(cells x dims) per
/// permutation.
///
/// **Groups found by clustering these same points always look separate**, as clustering puts the cuts where cells part
/// best: the ratio then only orders lots and resolutions. It is a test for groups known from elsewhere.
///
/// `ratio` is `None`, with a warning (`separation_not_estimable`), with fewer than two groups of `min_group_cells`
/// cells, where all points are equal, or where there is not one label per point. Groups left out are named by a warning
/// (`separation_small_groups`).
pub fn separation(points: &Dense<f32>, labels: &[u32], params: &SeparationParams, seed: Seed) -> Noted<Separation> {
    let mut result = Separation { ratio: None, null_p95: None, distance: None, n_groups: 0, n_cells: 0 };
    let mut warnings = Vec::new();
    let not_estimable = |why: String| {
        Warning::new("separation_not_estimable", format!("separation of sub-populations is not estimable: {why}"))
    };
    if labels.len() != points.n_rows() {
        warnings.push(not_estimable(format!("{} labels for {} cells", labels.len(), points.n_rows())));
        return Noted { value: result, warnings };
    }
    let mut sizes = std::collections::BTreeMap::<u32, usize>::new();
    for &label in labels {
        *sizes.entry(label).or_default() += 1;
    }
    let (large, small): (Vec<_>, Vec<_>) = sizes.into_iter().partition(|&(_, n)| n >= params.min_group_cells.max(1));
    if !small.is_empty() {
        let names: Vec<String> = small.iter().map(|(label, n)| format!("{label} ({n} cells)")).collect();
        let message = format!("too small to compare, left out of the separation: group {}", names.join(", "));
        warnings.push(Warning::new("separation_small_groups", message));
    }
    let group_of: std::collections::BTreeMap<u32, usize> =
        large.iter().enumerate().map(|(group, &(label, _))| (label, group)).collect();
    let (cells, groups): (Vec<usize>, Vec<usize>) =
        labels.iter().enumerate().filter_map(|(cell, label)| group_of.get(label).map(|&g| (cell, g))).unzip();
    result.n_groups = large.len();
    result.n_cells = cells.len();
    if large.len() < 2 {
        let why = format!("{} groups of {} cells or more", large.len(), params.min_group_cells.max(1));
        warnings.push(not_estimable(why));
        return Noted { value: result, warnings };
    }
    let sizes: Vec<usize> = large.iter().map(|l| l.1).collect();
    let distance = |groups: &[usize]| centroid_distance(points, &cells, groups, &sizes);
    result.distance = distance(&groups);
    let null: Vec<f64> = (0..params.n_permutations.max(1) as u64)
        .into_par_iter()
        .map(|i| {
            let mut shuffled = groups.clone();
            seed.stream("separation", i).shuffle(&mut shuffled);
            distance(&shuffled).unwrap_or(f64::NAN)
        })
        .collect();
    match (result.distance, math::median(&null).filter(|&m| m > 0.0)) {
        (Some(observed), Some(noise)) => {
            result.ratio = Some(observed / noise);
            result.null_p95 = math::quantile(&null, 0.95).map(|q| q / noise);
        }
        _ => warnings.push(not_estimable("the points do not differ, or are not numbers".to_owned())),
    }
    Noted { value: result, warnings }
}

/// Median distance over pairs of centroids.
fn centroid_distance(points: &Dense<f32>, cells: &[usize], groups: &[usize], sizes: &[usize]) -> Option<f64> {
    let n_dims = points.n_cols();
    let mut centroids = vec![0.0; sizes.len() * n_dims];
    for (&cell, &group) in cells.iter().zip(groups) {
        let centroid = &mut centroids[group * n_dims..(group + 1) * n_dims];
        for (sum, &x) in centroid.iter_mut().zip(points.row(cell)) {
            *sum += f64::from(x);
        }
    }
    for (group, &size) in sizes.iter().enumerate() {
        centroids[group * n_dims..(group + 1) * n_dims].iter_mut().for_each(|c| *c /= size as f64);
    }
    let of = |group: usize| &centroids[group * n_dims..(group + 1) * n_dims];
    let distances: Vec<f64> = (1..sizes.len())
        .flat_map(|a| (0..a).map(move |b| (a, b)))
        .map(|(a, b)| of(a).iter().zip(of(b)).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt())
        .collect();
    math::median(&distances)
}
