//! An undirected weighted graph.

use puricell_core::{Csr, reduce};
use rayon::prelude::*;

use crate::ClusterError;

/// An undirected graph of cells with positive weights, each edge stored both ways, without loops.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    weights: Csr<f32>,
}

impl Graph {
    /// Wraps a square symmetric matrix of weights, `n_cells x n_cells`.
    ///
    /// # Errors
    /// [`ClusterError::NotSquare`]; [`ClusterError::Edge`] for the first weight that is not positive and finite, lies on
    /// the diagonal, or differs from its mirror; [`ClusterError::TooManyCells`] beyond 2^31 cells.
    pub fn new(weights: Csr<f32>) -> Result<Self, ClusterError> {
        let (n_rows, n_cols) = (weights.n_rows(), weights.n_cols());
        if n_rows != n_cols {
            return Err(ClusterError::NotSquare { n_rows, n_cols });
        }
        // Leiden keeps a mark in the highest bit of a cell's number.
        if i32::try_from(n_rows).is_err() {
            return Err(ClusterError::TooManyCells { n_cells: n_rows });
        }
        let bad = reduce::chunks(n_rows, reduce::CHUNK).find_map_first(|rows| {
            rows.into_iter().find_map(|from| {
                let (columns, values) = weights.row(from);
                columns.iter().zip(values).find_map(|(&to, &forward)| {
                    let backward = weights.get(to as usize, from as u32);
                    let mirrored = backward.is_some_and(|b| b.to_bits() == forward.to_bits());
                    let good = mirrored && forward > 0.0 && forward.is_finite() && to as usize != from;
                    (!good).then_some(ClusterError::Edge { from, to: to as usize, forward, backward })
                })
            })
        });
        match bad {
            Some(error) => Err(error),
            None => Ok(Self { weights }),
        }
    }

    /// Wraps what is known to be as [`Graph::new`] asks for, but for its size: looking up every mirror costs as much as making them.
    pub(crate) fn mirrored(weights: Csr<f32>) -> Result<Self, ClusterError> {
        let n_cells = weights.n_rows();
        if i32::try_from(n_cells).is_err() {
            return Err(ClusterError::TooManyCells { n_cells });
        }
        Ok(Self { weights })
    }

    /// The weights, symmetric, `n_cells x n_cells`.
    pub fn weights(&self) -> &Csr<f32> {
        &self.weights
    }

    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        self.weights.n_rows()
    }

    /// Number of edges, each counted once.
    pub fn n_edges(&self) -> usize {
        self.weights.nnz() / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_undirected_graph_is_refused_with_its_edge() {
        let graph = |n_cols, indptr, indices, values| Graph::new(Csr::new(2, n_cols, indptr, indices, values).unwrap());
        assert!(graph(2, vec![0, 1, 2], vec![1, 0], vec![0.5, 0.5]).is_ok());
        assert!(matches!(graph(3, vec![0, 0, 0], vec![], vec![]), Err(ClusterError::NotSquare { n_cols: 3, .. })));
        for (indices, values) in [
            (vec![1, 0], vec![0.5, 0.25]),
            (vec![0, 1], vec![1.0, 1.0]),
            (vec![1, 0], vec![-1.0, -1.0]),
            (vec![1, 0], vec![f32::NAN, f32::NAN]),
        ] {
            assert!(matches!(graph(2, vec![0, 1, 2], indices, values), Err(ClusterError::Edge { from: 0, .. })));
        }
        let one_way = Graph::new(Csr::new(2, 2, vec![0, 1, 1], vec![1], vec![1.0]).unwrap());
        assert!(matches!(one_way, Err(ClusterError::Edge { from: 0, to: 1, backward: None, .. })));
    }
}
