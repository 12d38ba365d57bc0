//! Self-organising map: the node step of FlowSOM (Van Gassen 2015, doi:10.1002/cyto.a.22625).
//!
//! A grid of nodes, each with a code (a point of the embedding), is drawn over the points by small blocks of random points, and
//! then settles on all of them; every point belongs to the node whose code is nearest. The schedule of the first part is
//! that of FlowSOM 2.x (R) and 0.2.2 (Python).

mod codebook;
mod mapping;
mod medians;
mod points;
mod training;

use puricell_core::{Dense, Embedding, Noted, Seed, Stream, Warning, reduce};

use crate::ClusterError;
use codebook::Codebook;
pub use mapping::{MappedRows, map_to_nodes};
pub use medians::node_medians;
use points::Points;

/// Most nodes of a map: beyond it metaclustering, quadratic in nodes, takes gigabytes.
const MOST_NODES: usize = 10_000;

/// In which units distances to codes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SomScale {
    /// As the points come. For channels on one transformed scale, as FlowSOM's default.
    AsGiven,
    /// Each dimension in its own standard deviations (n - 1), as FlowSOM's `scale = TRUE`. For channels of different
    /// transforms. A constant dimension counts as it comes.
    UnitVariance,
}

/// Size of the map and how it is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct SomParams {
    /// Nodes along the first side of the grid. Default 10. The map should have several times as many nodes as populations
    /// are expected; more nodes resolve smaller populations and cost time in proportion.
    pub x: usize,
    /// Nodes along the second side. Default 10.
    pub y: usize,
    /// Training steps per point. Default 10. More where the map is large or the points are few.
    pub epochs: usize,
    /// How far a code moves towards a point: share of the way at the first and at the last step, linear in between.
    /// Default (0.05, 0.01), as FlowSOM.
    pub learning_rate: (f64, f64),
    /// Nodes at most this far on the grid (the larger of the two sides' differences) move with the nearest one at the
    /// first step; the radius falls to 0 linearly, and below 1 the nearest moves alone. `None` (default) is the 0.67
    /// quantile of the grid's distances, as FlowSOM: 6 for 10 x 10.
    pub radius: Option<f64>,
    /// Units of distance. Default as given.
    pub scale: SomScale,
    /// Random steps are `epochs` for each of at most this many points; they are drawn from all. Default 200,000: two million
    /// steps lay a map of 100 nodes out, and the passes over all points make its codes precise. More for a map of thousands
    /// of nodes.
    pub max_training: usize,
    /// Passes over all points at the end, in each of which a code goes to the mean of the points it is nearest to; by how much
    /// of the way, follows from their number and the last learning rate: all of it for hundreds, little for a few.
    /// Default 1. With 0 the codes keep the noise of the last hundred random points each, as FlowSOM's do.
    pub settling: usize,
}

impl Default for SomParams {
    fn default() -> Self {
        Self {
            x: 10,
            y: 10,
            epochs: 10,
            learning_rate: (0.05, 0.01),
            radius: None,
            scale: SomScale::AsGiven,
            max_training: 200_000,
            settling: 1,
        }
    }
}

/// A trained map, without points.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedSom {
    /// Nodes along the first side. Node `x * y_nodes + y` lies at (`x`, `y`).
    pub x_nodes: usize,
    /// Nodes along the second side.
    pub y_nodes: usize,
    /// A code per node, `n_nodes x n_dims`, in the units of the points.
    pub codes: Dense<f64>,
    /// Factor per dimension that brings the points' units to those of the distances; 1 where they are the same.
    pub scale: Vec<f64>,
}

impl TrainedSom {
    /// The codes in the units of the distances, `n_nodes x n_dims`.
    pub fn scaled_codes(&self) -> Dense<f64> {
        scaled_rows(&self.codes, &self.scale)
    }
}

/// A trained map and where each point lies on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Som {
    /// Nodes along the first side. Node `x * y_nodes + y` lies at (`x`, `y`).
    pub x_nodes: usize,
    /// Nodes along the second side.
    pub y_nodes: usize,
    /// A code per node, `n_nodes x n_dims`, in the units of the embedding.
    pub codes: Dense<f64>,
    /// Factor per dimension that brings the embedding's units to those of the distances; 1 where they are the same.
    pub scale: Vec<f64>,
    /// Node of each point: the one with the nearest code, ties by lowest node.
    pub nodes: Vec<u32>,
    /// Distance of each point to the code of its node.
    pub distances: Vec<f32>,
    /// Points per node.
    pub sizes: Vec<usize>,
    /// Mean of the distances, before they are rounded to `f32`; NaN where there is no point.
    pub mean_quantisation_error: f64,
}

impl Som {
    /// The codes in the units of the distances, `n_nodes x n_dims`.
    pub fn scaled_codes(&self) -> Dense<f64> {
        scaled_rows(&self.codes, &self.scale)
    }
}

/// Trains a map on the points and gives every point its node: [`train_som`], then [`map_to_nodes`].
///
/// # Errors
/// As [`train_som`].
pub fn som(embedding: &Embedding, params: &SomParams, seed: Seed) -> Result<Noted<Som>, ClusterError> {
    let Noted { value: map, warnings } = train_som(embedding, params, seed)?;
    let points = &embedding.points;
    let columns: Vec<usize> = (0..points.n_cols()).collect();
    let mut distances = Vec::with_capacity(points.n_rows());
    let mapped = mapping::map_rows(&map, points, &columns, 0..points.n_rows(), |d| distances.push(d))?;
    let TrainedSom { x_nodes, y_nodes, codes, scale } = map;
    let MappedRows { nodes, sizes, mean_quantisation_error } = mapped;
    let value = Som { x_nodes, y_nodes, codes, scale, nodes, distances, sizes, mean_quantisation_error };
    Ok(Noted { value, warnings })
}

/// Trains a map on the points.
///
/// The codes start at as many points drawn without replacement. The random steps run on one thread, since each block depends on
/// the one before, the passes over all points on all threads. Takes `(epochs * min(n_points, max_training) + settling * n_points)
/// * n_nodes * n_dims` operations. With fewer points than nodes some codes start at the same point and the warning
/// `fewer_points_than_nodes` is given. Without points the map has no nodes.
///
/// # Errors
/// [`ClusterError::NonFinite`] for NaN or infinite coordinates, [`ClusterError::Parameter`] for a side without nodes, more
/// than 10,000 nodes, no epoch, nothing to train on, a learning rate outside 0 to 1 or a radius that is negative or not
/// finite.
pub fn train_som(embedding: &Embedding, params: &SomParams, seed: Seed) -> Result<Noted<TrainedSom>, ClusterError> {
    params.check()?;
    let columns: Vec<usize> = (0..embedding.points.n_cols()).collect();
    train(&Points::new(&embedding.points, &columns, None, "embedding")?, params, seed)
}

/// As [`train_som`], on rows of a table; `columns` are the dimensions of the map. Rows are read from the table as they are
/// wanted: memory does not grow with them.
///
/// # Errors
/// As [`train_som`], and [`ClusterError::Index`] for a column or row beyond the table.
pub fn train_som_on(
    values: &Dense<f32>,
    columns: &[usize],
    rows: &[usize],
    params: &SomParams,
    seed: Seed,
) -> Result<Noted<TrainedSom>, ClusterError> {
    params.check()?;
    train(&Points::new(values, columns, Some(rows), "table")?, params, seed)
}

fn train(points: &Points<'_>, params: &SomParams, seed: Seed) -> Result<Noted<TrainedSom>, ClusterError> {
    let (n, dims) = (points.n(), points.dims());
    let scale = match params.scale {
        SomScale::AsGiven => vec![1.0; dims],
        SomScale::UnitVariance => inverse_deviations(points),
    };
    let (x_nodes, y_nodes) = if n == 0 { (0, 0) } else { (params.x, params.y) };
    let n_nodes = x_nodes * y_nodes;
    let mut warnings = Vec::new();
    if (1..n_nodes).contains(&n) {
        warnings.push(Warning::new(
            "fewer_points_than_nodes",
            format!("a map of {n_nodes} nodes for {n} points: nodes stay empty; use a smaller grid"),
        ));
    }
    let mut stream = seed.stream("som", 0);
    let mut codebook = Codebook::new(&starts(points, &scale, n_nodes, &mut stream));
    if n > 0 {
        training::draw_over(&mut codebook, points, &scale, params, &mut stream);
        for _ in 0..params.settling {
            training::settle(&mut codebook, points, &scale, params);
        }
    }
    let mut codes = codebook.into_codes()?;
    for node in 0..n_nodes {
        codes.row_mut(node).iter_mut().zip(&scale).for_each(|(value, factor)| *value /= factor);
    }
    Ok(Noted { value: TrainedSom { x_nodes, y_nodes, codes, scale }, warnings })
}

impl SomParams {
    fn check(&self) -> Result<(), ClusterError> {
        let wrong = |name, value, expected| Err(ClusterError::Parameter { name, value, expected });
        for (name, value) in
            [("x", self.x), ("y", self.y), ("epochs", self.epochs), ("max_training", self.max_training)]
        {
            if value == 0 {
                return wrong(name, 0.0, "at least 1");
            }
        }
        if self.x.saturating_mul(self.y) > MOST_NODES {
            return wrong("x * y", self.x as f64 * self.y as f64, "at most 10,000 nodes");
        }
        for rate in [self.learning_rate.0, self.learning_rate.1] {
            if !(0.0..=1.0).contains(&rate) {
                return wrong("learning_rate", rate, "0 to 1");
            }
        }
        match self.radius {
            Some(radius) if !(radius >= 0.0 && radius.is_finite()) => wrong("radius", radius, "0 or more, finite"),
            _ => Ok(()),
        }
    }
}

/// The points the codes start at: drawn without replacement, over again where there are too few.
fn starts(points: &Points<'_>, scale: &[f64], n_nodes: usize, stream: &mut Stream) -> Dense<f64> {
    let n = points.n();
    let mut drawn: Vec<usize> = Vec::with_capacity(n_nodes);
    let mut seen = std::collections::BTreeSet::new();
    while drawn.len() < n_nodes {
        if seen.len() == n {
            seen.clear();
        }
        let point = stream.below(n);
        if seen.insert(point) {
            drawn.push(point);
        }
    }
    let mut codes = Dense::filled(n_nodes, scale.len(), 0.0);
    for (node, &point) in drawn.iter().enumerate() {
        points.scaled(point, scale, codes.row_mut(node));
    }
    codes
}

fn scaled_rows(codes: &Dense<f64>, scale: &[f64]) -> Dense<f64> {
    let mut codes = codes.clone();
    for node in 0..codes.n_rows() {
        codes.row_mut(node).iter_mut().zip(scale).for_each(|(value, factor)| *value *= factor);
    }
    codes
}

/// One over the standard deviation of each column; 1 for a constant one.
fn inverse_deviations(points: &Points<'_>) -> Vec<f64> {
    let (n, dims) = (points.n(), points.dims());
    let sums = |term: &(dyn Fn(usize, f64) -> f64 + Sync)| {
        reduce::fold_chunks(
            n,
            reduce::CHUNK,
            |range| {
                let mut sums = vec![0.0; dims];
                for cell in range {
                    for (d, (sum, x)) in sums.iter_mut().zip(points.of(cell)).enumerate() {
                        *sum += term(d, x);
                    }
                }
                sums
            },
            |mut a, b| {
                a.iter_mut().zip(&b).for_each(|(a, b)| *a += b);
                a
            },
        )
        .unwrap_or_else(|| vec![0.0; dims])
    };
    let means: Vec<f64> = sums(&|_, x| x).iter().map(|s| s / n as f64).collect();
    sums(&|d, x| (x - means[d]) * (x - means[d]))
        .iter()
        .map(|&square| {
            let deviation = (square / (n as f64 - 1.0)).sqrt();
            // A zero is constant; NaN and infinities come from fewer than two points.
            if deviation > 0.0 && deviation.is_finite() { 1.0 / deviation } else { 1.0 }
        })
        .collect()
}
