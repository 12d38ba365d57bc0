//! A dense row-major matrix.

use bytemuck::Pod;
use thiserror::Error;

use crate::Buffer;

/// A buffer whose length does not fit the shape.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{found} values do not fill {n_rows} x {n_cols}")]
pub struct DenseError {
    /// Values found.
    pub found: usize,
    /// Rows wanted.
    pub n_rows: usize,
    /// Columns wanted.
    pub n_cols: usize,
}

/// A dense matrix, `n_rows x n_cols`, row-major. Never used for cells x genes.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense<T: Pod> {
    n_rows: usize,
    n_cols: usize,
    values: Buffer<T>,
}

impl<T: Pod> Dense<T> {
    /// Wraps a row-major buffer.
    ///
    /// # Errors
    /// [`DenseError`] when the buffer's length is not `n_rows * n_cols`.
    pub fn new(n_rows: usize, n_cols: usize, values: Vec<T>) -> Result<Self, DenseError> {
        Self::of_buffer(n_rows, n_cols, values.into())
    }

    /// As [`Dense::new`], from a buffer that may be in huge pages.
    ///
    /// # Errors
    /// As [`Dense::new`].
    pub fn of_buffer(n_rows: usize, n_cols: usize, values: Buffer<T>) -> Result<Self, DenseError> {
        if n_rows.checked_mul(n_cols) == Some(values.len()) {
            Ok(Self { n_rows, n_cols, values })
        } else {
            Err(DenseError { found: values.len(), n_rows, n_cols })
        }
    }

    /// A matrix filled with one value.
    pub fn filled(n_rows: usize, n_cols: usize, value: T) -> Self {
        Self { n_rows, n_cols, values: vec![value; n_rows * n_cols].into() }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[T] {
        &self.values[row * self.n_cols..(row + 1) * self.n_cols]
    }

    /// One row, to write to.
    pub fn row_mut(&mut self, row: usize) -> &mut [T] {
        &mut self.values[row * self.n_cols..(row + 1) * self.n_cols]
    }

    /// The whole buffer, row-major.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// The whole buffer, to write to.
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// The rows named, in the order named, as a new matrix.
    #[must_use]
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let mut values = Vec::with_capacity(rows.len() * self.n_cols);
        for &row in rows {
            values.extend_from_slice(self.row(row));
        }
        Self { n_rows: rows.len(), n_cols: self.n_cols, values: values.into() }
    }
}
