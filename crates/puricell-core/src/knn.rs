//! Nearest neighbours.

use thiserror::Error;

/// Arrays that do not form a [`Knn`].
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{indices} neighbour indices and {distances} distances for {n_cells} cells with {k} neighbours each")]
pub struct KnnError {
    /// Indices found.
    pub indices: usize,
    /// Distances found.
    pub distances: usize,
    /// Cells.
    pub n_cells: usize,
    /// Neighbours per cell.
    pub k: usize,
}

/// The `k` nearest neighbours of each cell, itself left out, nearest first, ties by lowest index.
#[derive(Debug, Clone, PartialEq)]
pub struct Knn {
    n_cells: usize,
    k: usize,
    indices: Vec<u32>,
    distances: Vec<f32>,
}

impl Knn {
    /// Wraps row-major arrays of `n_cells * k` neighbour indices and Euclidean distances.
    ///
    /// # Errors
    /// [`KnnError`] where the lengths do not fit.
    pub fn new(n_cells: usize, k: usize, indices: Vec<u32>, distances: Vec<f32>) -> Result<Self, KnnError> {
        if indices.len() == n_cells * k && distances.len() == n_cells * k {
            Ok(Self { n_cells, k, indices, distances })
        } else {
            Err(KnnError { indices: indices.len(), distances: distances.len(), n_cells, k })
        }
    }

    /// Neighbours per cell.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Number of cells, also where none has a neighbour (`k` = 0).
    pub fn n_cells(&self) -> usize {
        self.n_cells
    }

    /// Neighbours of one cell and their distances, nearest first.
    pub fn of(&self, cell: usize) -> (&[u32], &[f32]) {
        let range = cell * self.k..(cell + 1) * self.k;
        (&self.indices[range.clone()], &self.distances[range])
    }
}
