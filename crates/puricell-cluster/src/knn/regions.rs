//! Regions of the space, of a few hundred points each.

use puricell_core::{Dense, Seed};
use rayon::prelude::*;

use super::nearest::{Nearest, search};
use super::order::part;
use super::packed::centred;
use super::tile::{PANEL, Panels};

/// Regions over the square root of the points. With 2 or 3 a smaller share is searched, at more cost: fewer cells share a
/// region's points while they are in the cache, and the choice of regions is dearer.
const PER_ROOT: f64 = 1.0;
/// Points per region that the centres are fitted on.
const FITTED: usize = 64;
/// Rounds of the fit. Centres need not be the best: a worse one costs time, not recall.
const ROUNDS: usize = 6;
/// A region of more than so many times the mean is split: points in one place would all be in one.
const MOST: usize = 4;
/// Points of one task.
const TASK: usize = 256;

/// Points by region.
pub(super) struct Regions {
    /// Rows of the points of each region, those near to each other together. None is empty.
    pub(super) rows: Vec<Vec<u32>>,
    /// The mean of the points of each region, in slots of the same order, relative to that of all points.
    pub(super) centres: Panels,
}

impl Regions {
    /// k-means (Lloyd's rounds from points drawn at random) on a sample, all points to the nearest centre.
    pub(super) fn new(points: &Dense<f32>, mean: &[f64], seed: Seed) -> Self {
        let n = points.n_rows();
        let wanted = ((PER_ROOT * (n as f64).sqrt()).ceil() as usize).clamp(1, n);
        let mut sample: Vec<u32> = (0..n as u32).collect();
        seed.stream("knn.regions", 0).shuffle(&mut sample);
        sample.truncate(wanted * FITTED);
        let rows: Vec<Vec<f32>> = sample[..wanted].iter().map(|&r| centred(points.row(r as usize), mean)).collect();
        let mut centres = in_slots(points.n_cols(), rows.iter().map(Vec::as_slice));
        sample.sort_unstable();
        for _ in 0..ROUNDS {
            let members = gather(&sample, &assign(points, mean, &sample, &centres), wanted);
            let rows: Vec<Option<Vec<f32>>> = members.par_iter().map(|m| middle(points, mean, m)).collect();
            for (slot, row) in rows.iter().enumerate() {
                // A centre that nothing is nearest to stays where it is.
                if let Some(row) = row {
                    centres.set(slot, row);
                }
            }
        }
        let all: Vec<u32> = (0..n as u32).collect();
        let members = gather(&all, &assign(points, mean, &all, &centres), wanted);
        let most = (MOST * n).div_ceil(wanted);
        let mut rows: Vec<Vec<u32>> = members
            .into_par_iter()
            .flat_map_iter(|m| if m.is_empty() { Vec::new() } else { split(points, m, most) })
            .collect();
        let means: Vec<Vec<f32>> = rows.par_iter().filter_map(|m| middle(points, mean, m)).collect();
        rows.par_iter_mut().for_each(|rows| part(points, PANEL, rows));
        let centres = in_slots(points.n_cols(), means.iter().map(Vec::as_slice));
        Self { rows, centres }
    }
}

fn in_slots<'a>(dims: usize, rows: impl ExactSizeIterator<Item = &'a [f32]>) -> Panels {
    let mut panels = Panels::empty(dims, rows.len());
    for (slot, row) in rows.enumerate() {
        panels.set(slot, row);
    }
    panels
}

/// The nearest centre of each row.
fn assign(points: &Dense<f32>, mean: &[f64], rows: &[u32], centres: &Panels) -> Vec<u32> {
    rows.par_chunks(TASK)
        .flat_map_iter(|rows| {
            let queries: Vec<f32> = rows.iter().flat_map(|&r| centred(points.row(r as usize), mean)).collect();
            let mut found = vec![Nearest::new(1); rows.len()];
            search(centres, &queries, &[], &mut found);
            // Where distances overflow there is none.
            found.into_iter().map(|f| f.into_sorted().first().copied().unwrap_or(0)).collect::<Vec<_>>()
        })
        .collect()
}

fn gather(rows: &[u32], labels: &[u32], n: usize) -> Vec<Vec<u32>> {
    let mut members = vec![Vec::new(); n];
    for (&row, &label) in rows.iter().zip(labels) {
        members[label as usize].push(row);
    }
    members
}

/// Mean of some points; `None` of none.
fn middle(points: &Dense<f32>, mean: &[f64], rows: &[u32]) -> Option<Vec<f32>> {
    let mut sum = vec![0.0; points.n_cols()];
    for &row in rows {
        for ((s, &v), m) in sum.iter_mut().zip(points.row(row as usize)).zip(mean) {
            *s += f64::from(v) - m;
        }
    }
    (!rows.is_empty()).then(|| sum.iter().map(|s| (s / rows.len() as f64) as f32).collect())
}

/// Halves of halves, each at the median of the coordinate that varies most, down to `most` points.
fn split(points: &Dense<f32>, mut rows: Vec<u32>, most: usize) -> Vec<Vec<u32>> {
    if rows.len() <= most.max(1) {
        return vec![rows];
    }
    let variance = |d: usize| {
        let value = |&r: &u32| f64::from(points.row(r as usize)[d]);
        let mean = rows.iter().map(value).sum::<f64>() / rows.len() as f64;
        rows.iter().map(|r| (value(r) - mean) * (value(r) - mean)).sum::<f64>()
    };
    let widest = (0..points.n_cols()).map(|d| (variance(d), d)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let half = rows.len() / 2;
    if let Some((_, d)) = widest {
        let value = |r: u32| points.row(r as usize)[d];
        rows.select_nth_unstable_by(half, |&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
    }
    let mut upper = rows.split_off(half);
    rows.sort_unstable();
    upper.sort_unstable();
    let mut parts = split(points, rows, most);
    parts.extend(split(points, upper, most));
    parts
}
