//! Cells as points.

use crate::Dense;

/// Cells as points, `n_cells x n_dims`: principal components of expression, or transformed channels of cytometry.
///
/// From here on there is one code path for both.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    /// Coordinates, a row per cell.
    pub points: Dense<f32>,
    /// A name per dimension (`PC1`, `CD45`).
    pub dims: Vec<String>,
}
