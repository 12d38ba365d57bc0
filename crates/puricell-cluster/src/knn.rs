//! Nearest neighbours: exact by blocks, and of many cells by regions of the space.
//!
//! Distances are first taken in `f32` as `|y|^2 / 2 - x.y`, in tiles that stay in registers and cache. A few more
//! candidates than wanted are kept, their distances taken again in `f64`, and the choice is then *proved*: unless the
//! worst candidate lies farther than the k-th neighbour by more than the rounding of the first pass can explain, that
//! cell is searched again in `f64` throughout. So the result is that of a plain double-precision search.
//!
//! Points lie in an order in which those near to each other are together. Panels of them are passed over whose box is too far
//! from a tile of queries, and a comparison is left off where the first coordinates show that it can be; the proof covers both.
//!
//! Beyond some number of cells the space is parted into regions, and the points of those regions are searched that a cell
//! is nearest to ([`neighbours`]): an inverted file (Jegou, Douze and Schmid 2011, doi:10.1109/TPAMI.2010.57) without
//! compression. Within them the search is exact in the same sense, so its result is defined, and not only repeatable. There too
//! points lie in such an order, and panels are passed over.

pub(crate) mod among;
mod approximate;
mod boxes;
mod candidates;
mod nearest;
pub(crate) mod order;
mod packed;
mod queries;
mod regions;
mod staged;
mod tile;

use puricell_core::{Dense, Embedding, Knn, Noted, Seed, Warning};
use rayon::prelude::*;

use crate::ClusterError;
use packed::{Packed, mean};

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

/// How many neighbours, and from how many cells on they are searched for approximately.
#[derive(Debug, Clone, PartialEq)]
pub struct NeighbourParams {
    /// As [`KnnParams::k`].
    pub k: usize,
    /// Most cells that are searched exactly, at a cost that grows with their square. Default 100,000: there the search by
    /// regions takes four fifths of the time, and less the more there are. Raise it where time matters less than the last
    /// per cent of the neighbours.
    pub exact_up_to: usize,
    /// Recall that the approximate search has to reach, 0 to 1. Default 0.97. It aims at two thirds of the way from there
    /// to 1 (0.98), so that the measured recall rarely falls below. More takes longer, in proportion to the share searched.
    pub recall: f64,
    /// Largest share of the regions that is searched for a cell, 0 to 1. Default 0.25. Points without any structure in
    /// many dimensions may need more than that for the recall; then a warning is given.
    pub max_share: f64,
    /// Cells, drawn with replacement, whose exact neighbours the recall is measured on; half as many more settle how many
    /// regions are searched. Default 2,000: the interval of a recall of 0.98 is then 0.013 wide. Each costs a search of
    /// all cells.
    pub n_sampled: usize,
}

impl Default for NeighbourParams {
    fn default() -> Self {
        Self { k: 15, exact_up_to: 100_000, recall: 0.97, max_share: 0.25, n_sampled: 2_000 }
    }
}

/// Neighbours, and how they were searched for.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    /// The neighbours.
    pub knn: Knn,
    /// The search.
    pub search: Search,
}

/// How neighbours were searched for.
#[derive(Debug, Clone, PartialEq)]
pub enum Search {
    /// All cells were compared with all.
    Exact,
    /// Each cell was compared with those of the regions nearest to it.
    Approximate(Approximate),
}

/// What an approximate search did and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Approximate {
    /// Regions of the space.
    pub n_regions: usize,
    /// Regions searched for each cell.
    pub n_searched: usize,
    /// Share of the cells in them, mean over cells, 0 to 1.
    pub share_searched: f64,
    /// Recall that was to be reached, 0 to 1.
    pub target: f64,
    /// Cells drawn for the recall, with replacement.
    pub n_sampled: usize,
    /// Their exact neighbours, `n_sampled * k`.
    pub n_exact: usize,
    /// Neighbours found for them that are at most as far as the exact k-th.
    pub n_found: usize,
}

impl Approximate {
    /// Share of the neighbours that were found, 0 to 1. NaN where no cell was sampled.
    pub fn recall(&self) -> f64 {
        self.n_found as f64 / self.n_exact as f64
    }
}

/// Cells whose candidates are gathered by one task.
const QUERY_BLOCK: usize = 64;
/// Tasks whose results are held before they are put in their places.
const BATCH: usize = 256;

/// The `k` nearest other cells of each cell by Euclidean distance, exact, nearest first, ties by lowest index.
///
/// `k` is clipped to `n_cells - 1` with the warning `fewer_neighbours`; one cell has no neighbour, and none gives an
/// empty result. Takes `n_cells^2 * n_dims` operations at most, often a third, and memory linear in cells.
///
/// # Errors
/// [`ClusterError::NonFinite`] for NaN or infinite coordinates, [`ClusterError::TooManyCells`] beyond 2^32 cells.
pub fn knn(embedding: &Embedding, params: &KnnParams) -> Result<Noted<Knn>, ClusterError> {
    let (k, warnings) = check(embedding, params.k)?;
    Ok(Noted { value: exact(&embedding.points, k)?, warnings })
}

/// As [`knn()`] up to `exact_up_to` cells; beyond, the nearest among the cells of the regions that a cell is nearest to.
///
/// The space is parted into about `sqrt(n_cells)` regions by k-means. How many of them are searched is settled on a
/// sample of cells whose exact neighbours are known, and the recall is measured on another. Below the target it gives the
/// warning `neighbours_recall`. Takes about `n_cells^1.5 * n_dims` operations and memory linear in cells: the points twice
/// more and 16 bytes a cell.
///
/// # Errors
/// As [`knn()`], and [`ClusterError::Parameter`] for a recall or share outside 0 to 1.
pub fn neighbours(
    embedding: &Embedding,
    params: &NeighbourParams,
    seed: Seed,
) -> Result<Noted<Neighbours>, ClusterError> {
    for (name, value) in [("recall", params.recall), ("max_share", params.max_share)] {
        if !(0.0..=1.0).contains(&value) {
            return Err(ClusterError::Parameter { name, value, expected: "a share from 0 to 1" });
        }
    }
    let (k, mut warnings) = check(embedding, params.k)?;
    let points = &embedding.points;
    if k == 0 || points.n_rows() <= params.exact_up_to {
        return Ok(Noted { value: Neighbours { knn: exact(points, k)?, search: Search::Exact }, warnings });
    }
    let (knn, search) = approximate::search(points, k, params, seed)?;
    if search.recall() < search.target {
        warnings.push(Warning::new(
            "neighbours_recall",
            format!(
                "{:.3} of the nearest neighbours were found, at least {} are wanted (measured on {} of {} cells, {} of {} \
                 regions searched): clusters and map rest on a coarser graph",
                search.recall(),
                search.target,
                search.n_sampled,
                points.n_rows(),
                search.n_searched,
                search.n_regions
            ),
        ));
    }
    Ok(Noted { value: Neighbours { knn, search: Search::Approximate(search) }, warnings })
}

/// Neighbours per cell that there are.
fn check(embedding: &Embedding, wanted: usize) -> Result<(usize, Vec<Warning>), ClusterError> {
    let points = &embedding.points;
    let n = points.n_rows();
    let n_cells = u32::try_from(n).map_err(|_| ClusterError::TooManyCells { n_cells: n })?;
    if let Some(at) = points.values().iter().position(|v| !v.is_finite()) {
        let (row, column) = (at / points.n_cols(), at % points.n_cols());
        return Err(ClusterError::NonFinite { what: "embedding", row, column, value: points.values()[at] });
    }
    let k = wanted.min(n.saturating_sub(1));
    let mut warnings = Vec::new();
    if k < wanted {
        let message = format!("{wanted} neighbours per cell wanted, {k} given: there are {n_cells} cells");
        warnings.push(Warning::new("fewer_neighbours", message));
    }
    Ok((k, warnings))
}

fn exact(points: &Dense<f32>, k: usize) -> Result<Knn, ClusterError> {
    let n = points.n_rows();
    let mut indices = vec![0_u32; n * k];
    let mut distances = vec![0.0_f32; n * k];
    if k > 0 {
        let packed = Packed::new(points, &mean(points), order::by_halves(points, QUERY_BLOCK));
        let boxes = packed.boxes();
        let slots: Vec<u32> = (0..n as u32).collect();
        let tasks: Vec<&[u32]> = slots.chunks(QUERY_BLOCK).collect();
        for tasks in tasks.chunks(BATCH) {
            let found: Vec<_> = tasks.par_iter().map(|slots| packed.nearest_by_boxes(&boxes, slots, k)).collect();
            for (&slot, found) in tasks.iter().copied().flatten().zip(found.iter().flatten()) {
                let at = packed.row(slot) * k;
                write(found, &mut indices[at..at + k], &mut distances[at..at + k]);
            }
        }
    }
    Ok(Knn::new(n, k, indices, distances)?)
}

/// Squared distances and rows of one cell's neighbours as they are kept.
fn write(found: &[(f64, u32)], indices: &mut [u32], distances: &mut [f32]) {
    for ((&(square, row), index), distance) in found.iter().zip(indices).zip(distances) {
        *index = row;
        *distance = square.sqrt() as f32;
    }
}
