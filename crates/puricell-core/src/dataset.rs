//! A matrix of counts with its cells and features.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::{CellTable, CountMatrix, FeatureTable};

/// Why counts, cells and features do not form a [`Dataset`].
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DatasetError {
    /// The matrix has another number of rows than there are cells.
    #[error("the matrix has {rows} rows, but there are {cells} cell ids")]
    Cells {
        /// Rows of the matrix.
        rows: usize,
        /// Cell ids.
        cells: usize,
    },
    /// The matrix has another number of columns than there are features.
    #[error("the matrix has {columns} columns, but there are {features} features")]
    Features {
        /// Columns of the matrix.
        columns: usize,
        /// Features.
        features: usize,
    },
    /// Two cells carry one id.
    #[error("the cell id '{id}' appears more than once")]
    DuplicateCell {
        /// The first id that appears again.
        id: String,
    },
}

/// Counts of molecules, `n_cells x n_features`, with the identity of every row and column.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    counts: CountMatrix,
    cells: CellTable,
    features: FeatureTable,
}

impl Dataset {
    /// Joins the three parts.
    ///
    /// # Errors
    /// [`DatasetError`] where sizes differ or a cell id repeats.
    pub fn new(counts: CountMatrix, cells: CellTable, features: FeatureTable) -> Result<Self, DatasetError> {
        if counts.n_rows() != cells.len() {
            return Err(DatasetError::Cells { rows: counts.n_rows(), cells: cells.len() });
        }
        if counts.n_cols() != features.len() {
            return Err(DatasetError::Features { columns: counts.n_cols(), features: features.len() });
        }
        let mut seen = BTreeSet::new();
        if let Some(id) = cells.ids.iter().find(|id| !seen.insert(id.as_str())) {
            return Err(DatasetError::DuplicateCell { id: id.clone() });
        }
        Ok(Self { counts, cells, features })
    }

    /// Counts, cells and features.
    pub fn into_parts(self) -> (CountMatrix, CellTable, FeatureTable) {
        (self.counts, self.cells, self.features)
    }

    /// The counts, `n_cells x n_features`.
    pub fn counts(&self) -> &CountMatrix {
        &self.counts
    }

    /// The cells, in row order.
    pub fn cells(&self) -> &CellTable {
        &self.cells
    }

    /// The features, in column order.
    pub fn features(&self) -> &FeatureTable {
        &self.features
    }

    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        self.counts.n_rows()
    }

    /// Number of features.
    pub fn n_features(&self) -> usize {
        self.counts.n_cols()
    }
}
