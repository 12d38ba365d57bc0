//! A picture of the graph in two dimensions: UMAP's layout (McInnes, Healy and Melville 2018, arXiv:1802.03426).
//!
//! An illustration: distances and areas in it mean little, and no figure of a report is computed from it. umap-learn
//! updates both ends of an edge in place, which is reproducible on one thread only. Here, as in the batch mode of uwot,
//! each cell moves by itself within an epoch and sees the others where they stood at its start, so the cells can be
//! shared among any number of threads without changing a bit.

mod curve;
mod layout;

use puricell_core::{Dense, Embedding, Noted, Seed};

use crate::{ClusterError, Graph};
use curve::Curve;

/// How the picture is laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct UmapParams {
    /// Smallest distance between cells that coincide, in units of `spread`. Default 0.5 (scanpy; umap-learn has 0.1).
    /// Lower packs groups tighter.
    pub min_dist: f64,
    /// Scale of the picture. Default 1.
    pub spread: f64,
    /// Passes over the edges. Default `None`: 500 up to 10,000 cells and 200 beyond, as umap-learn.
    pub epochs: Option<usize>,
    /// Cells each edge is pushed away from for each time it pulls. Default 5.
    pub negative_samples: usize,
    /// Step of the first epoch, falling to 0 linearly. Default 1.
    pub learning_rate: f64,
}

impl Default for UmapParams {
    fn default() -> Self {
        Self { min_dist: 0.5, spread: 1.0, epochs: None, negative_samples: 5, learning_rate: 1.0 }
    }
}

/// Half the width of the picture at the start (umap-learn's).
const START_SCALE: f64 = 10.0;
/// Spread of the noise that parts cells which start in one place (umap-learn's).
const START_NOISE: f64 = 1e-4;

/// Positions in two dimensions, `n_cells x 2`, in no unit.
///
/// Starts from the first two dimensions of `init` (principal components keep the large-scale order, Kobak and Linderman
/// 2021, doi:10.1038/s41587-020-00809-z), centred and scaled to 10; with fewer dimensions the rest is noise. Cells
/// without edges stay where they start, pushed by nobody. Work per epoch is linear in edges.
///
/// # Errors
/// [`ClusterError::Length`] where `init` has not one row per cell, [`ClusterError::NonFinite`] for NaN or infinite
/// coordinates, [`ClusterError::Parameter`] for a distance, spread or step out of range.
pub fn umap(
    graph: &Graph,
    init: &Embedding,
    params: &UmapParams,
    seed: Seed,
) -> Result<Noted<Dense<f32>>, ClusterError> {
    let n = graph.n_cells();
    if init.points.n_rows() != n {
        return Err(ClusterError::Length { what: "rows of the start", found: init.points.n_rows(), expected: n });
    }
    for (name, value, good) in [
        ("min_dist", params.min_dist, params.min_dist >= 0.0 && params.min_dist <= params.spread),
        ("spread", params.spread, params.spread > 0.0 && params.spread.is_finite()),
        ("learning_rate", params.learning_rate, params.learning_rate > 0.0 && params.learning_rate.is_finite()),
    ] {
        if !good {
            return Err(ClusterError::Parameter {
                name,
                value,
                expected: "0 <= min_dist <= spread, and a positive finite step",
            });
        }
    }
    let start = start(init, seed)?;
    let curve = Curve::fit(params.spread, params.min_dist);
    let epochs = params.epochs.unwrap_or(if n <= 10_000 { 500 } else { 200 });
    let key = seed.stream("umap.negative", 0).bits();
    let positions = layout::optimise(graph, start, &curve, epochs, params, key);
    Ok(Noted::quiet(Dense::new(n, 2, positions.into_iter().flatten().collect())?))
}

fn start(init: &Embedding, seed: Seed) -> Result<Vec<[f32; 2]>, ClusterError> {
    let points = &init.points;
    let (n, dims) = (points.n_rows(), points.n_cols().min(2));
    let mut centre = [0.0_f64; 2];
    for row in 0..n {
        for (d, (centre, &value)) in centre.iter_mut().zip(points.row(row)).enumerate() {
            if !value.is_finite() {
                return Err(ClusterError::NonFinite { what: "start", row, column: d, value });
            }
            *centre += f64::from(value);
        }
    }
    for c in &mut centre {
        *c /= n.max(1) as f64;
    }
    let offset = |row: usize, d: usize| if d < dims { f64::from(points.row(row)[d]) - centre[d] } else { 0.0 };
    let mut largest = 0.0_f64;
    for row in 0..n {
        largest = largest.max(offset(row, 0).abs()).max(offset(row, 1).abs());
    }
    let scale = if largest > 0.0 { START_SCALE / largest } else { 0.0 };
    // A dimension that is not there starts as wide noise: on a line, cells could not pass each other.
    let noise = |d: usize| if d < dims && largest > 0.0 { START_NOISE } else { 1.0 };
    let mut stream = seed.stream("umap.start", 0);
    let mut at = |row, d| (offset(row, d) * scale + noise(d) * stream.normal()) as f32;
    Ok((0..n).map(|row| [at(row, 0), at(row, 1)]).collect())
}
