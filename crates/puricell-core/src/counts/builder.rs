//! A matrix of counts, row by row.

use super::{CountColumns, CountMatrix, CountValues};
use crate::CsrError;

/// Collects rows in the form that [`CountMatrix`] keeps them in.
#[derive(Debug, Clone)]
pub struct CountBuilder {
    n_cols: usize,
    indptr: Vec<u64>,
    columns: CountColumns,
    values: CountValues,
}

impl CountBuilder {
    /// No row yet, of `n_cols` columns.
    pub fn new(n_cols: usize) -> Self {
        Self::with_capacity(n_cols, 0, 0)
    }

    /// No row yet, with room for `n_rows` rows and `nnz` counts in all.
    pub fn with_capacity(n_cols: usize, n_rows: usize, nnz: usize) -> Self {
        let mut indptr = Vec::with_capacity(n_rows + 1);
        indptr.push(0);
        let columns = CountColumns::with_capacity(n_cols, nnz);
        Self { n_cols, indptr, columns, values: CountValues::with_capacity(nnz) }
    }

    /// Adds a count to the row that is open.
    pub fn push(&mut self, column: u32, count: u32) {
        self.columns.push(column);
        self.values.push(count);
    }

    /// Ends the row that is open and opens the next.
    pub fn end_row(&mut self) {
        self.indptr.push(self.values.len() as u64);
    }

    /// Rows ended so far.
    pub fn n_rows(&self) -> usize {
        self.indptr.len() - 1
    }

    /// The matrix of the rows that were ended; rows with unsorted columns are sorted.
    ///
    /// # Errors
    /// [`CsrError`] where a column lies outside the matrix or is twice in a row, or counts follow the last row's end.
    pub fn finish(self) -> Result<CountMatrix, CsrError> {
        CountMatrix::from_parts(self.n_rows(), self.n_cols, self.indptr, self.columns, self.values)
    }

    /// The same where rows are known to be in order.
    pub(super) fn finish_sorted(self) -> CountMatrix {
        let Self { n_cols, indptr, columns, values } = self;
        let mut large_before = Vec::with_capacity(indptr.len());
        large_before.push(0);
        let mut before = 0;
        for w in indptr.windows(2) {
            before += values.n_large(w[0] as usize..w[1] as usize) as u64;
            large_before.push(before);
        }
        CountMatrix { n_cols, indptr, columns, values, large_before }
    }
}
