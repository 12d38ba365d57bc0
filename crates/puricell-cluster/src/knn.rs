//! Exact nearest neighbours by blocks.
//!
//! Distances are first taken in `f32` as `|y|^2 / 2 - x.y`, in tiles that stay in registers and cache. A few more
//! candidates than wanted are kept, their distances taken again in `f64`, and the choice is then *proved*: unless the
//! worst candidate lies farther than the k-th neighbour by more than the rounding of the first pass can explain, that
//! cell is searched again in `f64` throughout. So the result is that of a plain double-precision search.

mod candidates;
pub(crate) mod tile;

use puricell_core::{Embedding, Knn, Noted, Warning};
use rayon::prelude::*;

use crate::ClusterError;
use crate::dot::squared_distance;
use candidates::Candidates;
use tile::Packed;

/// How many neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnnParams {
    /// Neighbours per cell, itself not counted. Default 15. scanpy's `n_neighbors` counts the cell itself, so its 15 is
    /// 14 here. More gives coarser, steadier groups; fewer shows small groups and noise.
    pub k: usize,
}

impl Default for KnnParams {
    fn default() -> Self {
        Self { k: 15 }
    }
}

/// Cells whose candidates are gathered by one task.
const QUERY_BLOCK: usize = 64;

/// Candidates kept beyond `k`: enough that the proof nearly always succeeds on continuous data.
const SPARE: usize = 8;

/// The `k` nearest other cells of each cell by Euclidean distance, exact, nearest first, ties by lowest index.
///
/// `k` is clipped to `n_cells - 1` with the warning `fewer_neighbours`; one cell has no neighbour, and none gives an
/// empty result. Takes `n_cells^2 * n_dims` operations and memory linear in cells.
///
/// # Errors
/// [`ClusterError::NonFinite`] for NaN or infinite coordinates, [`ClusterError::TooManyCells`] beyond 2^32 cells.
pub fn knn(embedding: &Embedding, params: &KnnParams) -> Result<Noted<Knn>, ClusterError> {
    let points = &embedding.points;
    let n = points.n_rows();
    let n_cells = u32::try_from(n).map_err(|_| ClusterError::TooManyCells { n_cells: n })?;
    if let Some(at) = points.values().iter().position(|v| !v.is_finite()) {
        let (row, column) = (at / points.n_cols(), at % points.n_cols());
        return Err(ClusterError::NonFinite { what: "embedding", row, column, value: points.values()[at] });
    }
    let k = params.k.min(n.saturating_sub(1));
    let mut warnings = Vec::new();
    if k < params.k {
        warnings.push(Warning::new(
            "fewer_neighbours",
            format!("{} neighbours per cell wanted, {k} given: there are {n_cells} cells", params.k),
        ));
    }
    let mut indices = vec![0_u32; n * k];
    let mut distances = vec![0.0_f32; n * k];
    if k > 0 {
        let packed = Packed::new(points);
        indices.par_chunks_mut(QUERY_BLOCK * k).zip(distances.par_chunks_mut(QUERY_BLOCK * k)).enumerate().for_each(
            |(block, (indices, distances))| {
                let first = block * QUERY_BLOCK;
                let last = (first + QUERY_BLOCK).min(n);
                let candidates = packed.candidates(first..last, (k + SPARE).min(n - 1));
                for (i, (candidates, out)) in
                    candidates.iter().zip(indices.chunks_mut(k).zip(distances.chunks_mut(k))).enumerate()
                {
                    write_nearest(first + i, k, candidates, &packed, embedding, out);
                }
            },
        );
    }
    Ok(Noted { value: Knn::new(n, k, indices, distances)?, warnings })
}

fn write_nearest(
    query: usize,
    k: usize,
    candidates: &Candidates,
    packed: &Packed,
    embedding: &Embedding,
    (indices, distances): (&mut [u32], &mut [f32]),
) {
    let points = &embedding.points;
    let x = points.row(query);
    let by_distance = |y: u32| (squared_distance(x, points.row(y as usize)), y);
    let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    let mut nearest: Vec<(f64, u32)> = candidates.indices().iter().map(|&y| by_distance(y)).collect();
    nearest.sort_unstable_by(order);
    let others = points.n_rows() - 1;
    let proven = nearest.len() == others
        || candidates.bound().is_some_and(|bound| packed.proves(query, bound, nearest[k - 1].0));
    if !proven {
        nearest = (0..points.n_rows()).filter(|&y| y != query).map(|y| by_distance(y as u32)).collect();
        if nearest.len() > k {
            nearest.select_nth_unstable_by(k - 1, order);
            nearest.truncate(k);
        }
        nearest.sort_unstable_by(order);
    }
    for ((&(square, y), index), distance) in nearest.iter().zip(indices).zip(distances) {
        *index = y;
        *distance = square.sqrt() as f32;
    }
}
