//! Compressed sparse rows.

use thiserror::Error;

/// Why three arrays do not form a [`Csr`].
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CsrError {
    /// `indptr` must hold one entry more than there are rows.
    #[error("row pointer has {found} entries, expected {expected} (rows + 1)")]
    PointerLength {
        /// Entries found.
        found: usize,
        /// Entries expected.
        expected: usize,
    },
    /// `indptr` must start at 0, never fall, and end at the number of stored values.
    #[error("row pointer is not monotonic at row {row}: {before} then {after}")]
    PointerOrder {
        /// The row whose end lies before its start.
        row: usize,
        /// Where the row starts.
        before: u64,
        /// Where it ends.
        after: u64,
    },
    /// `indices` and `values` must be of one length, and `indptr` must end there.
    #[error("row pointer ends at {pointer}, but there are {indices} column indices and {values} values")]
    Lengths {
        /// Last entry of `indptr`.
        pointer: u64,
        /// Length of `indices`.
        indices: usize,
        /// Length of `values`.
        values: usize,
    },
    /// A column index lies outside the matrix.
    #[error("row {row} names column {column}, but the matrix has {n_cols} columns")]
    Column {
        /// The row.
        row: usize,
        /// The index found.
        column: u32,
        /// Number of columns.
        n_cols: usize,
    },
    /// A row names one column twice.
    #[error("row {row} names column {column} twice")]
    Repeated {
        /// The row.
        row: usize,
        /// The column named twice.
        column: u32,
    },
    /// There must be as many large counts as counts that are marked as large.
    #[error("{marked} counts are marked as large, but there are {found} large counts")]
    LargeCounts {
        /// Marks.
        marked: usize,
        /// Large counts.
        found: usize,
    },
    /// More columns than a `u32` can index.
    #[error("{n_cols} columns are more than a 32-bit index can name")]
    TooManyColumns {
        /// Number of columns.
        n_cols: usize,
    },
}

impl CsrError {
    /// The same of a matrix of which this one is a part that begins `rows` rows further down.
    #[must_use]
    pub fn further_down(mut self, rows: usize) -> Self {
        match &mut self {
            Self::PointerOrder { row, .. } | Self::Column { row, .. } | Self::Repeated { row, .. } => *row += rows,
            Self::PointerLength { .. }
            | Self::Lengths { .. }
            | Self::LargeCounts { .. }
            | Self::TooManyColumns { .. } => {}
        }
        self
    }
}

/// A sparse matrix in compressed sparse rows, `n_rows x n_cols`.
///
/// Within a row the columns are strictly increasing. Normalised values and weights are `Csr<f32>`; counts are a
/// [`CountMatrix`](crate::CountMatrix), which takes less room.
#[derive(Debug, Clone, PartialEq)]
pub struct Csr<V> {
    n_cols: usize,
    indptr: Vec<u64>,
    indices: Vec<u32>,
    values: Vec<V>,
}

impl<V: Copy> Csr<V> {
    /// Builds a matrix from its three arrays; rows with unsorted columns are sorted.
    ///
    /// # Errors
    /// [`CsrError`] where the arrays contradict each other, name a column outside the matrix, or one twice.
    pub fn new(
        n_rows: usize,
        n_cols: usize,
        indptr: Vec<u64>,
        mut indices: Vec<u32>,
        mut values: Vec<V>,
    ) -> Result<Self, CsrError> {
        if u32::try_from(n_cols).is_err() {
            return Err(CsrError::TooManyColumns { n_cols });
        }
        if indptr.len() != n_rows + 1 {
            return Err(CsrError::PointerLength { found: indptr.len(), expected: n_rows + 1 });
        }
        let end = indptr[n_rows];
        if indices.len() != values.len() || end != indices.len() as u64 {
            return Err(CsrError::Lengths { pointer: end, indices: indices.len(), values: values.len() });
        }
        if indptr[0] != 0 {
            return Err(CsrError::PointerOrder { row: 0, before: 0, after: indptr[0] });
        }
        for row in 0..n_rows {
            let (from, to) = (indptr[row], indptr[row + 1]);
            if to < from || to > end {
                return Err(CsrError::PointerOrder { row, before: from, after: to });
            }
            let range = from as usize..to as usize;
            let columns = &indices[range.clone()];
            if !columns.is_sorted() {
                let mut pairs: Vec<(u32, V)> = range.clone().map(|i| (indices[i], values[i])).collect();
                pairs.sort_by_key(|p| p.0);
                for (i, (column, value)) in range.clone().zip(pairs) {
                    indices[i] = column;
                    values[i] = value;
                }
            }
            let columns = &indices[range];
            if let Some(w) = columns.windows(2).find(|w| w[0] == w[1]) {
                return Err(CsrError::Repeated { row, column: w[0] });
            }
            if let Some(&column) = columns.last()
                && column as usize >= n_cols
            {
                return Err(CsrError::Column { row, column, n_cols });
            }
        }
        Ok(Self { n_cols, indptr, indices, values })
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.indptr.len() - 1
    }

    /// Number of columns.
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// Number of stored values.
    pub fn nnz(&self) -> usize {
        self.values.len()
    }

    /// Columns and values of one row, columns increasing.
    pub fn row(&self, row: usize) -> (&[u32], &[V]) {
        let range = self.indptr[row] as usize..self.indptr[row + 1] as usize;
        (&self.indices[range.clone()], &self.values[range])
    }

    /// Number of stored values of one row.
    pub fn row_nnz(&self, row: usize) -> usize {
        (self.indptr[row + 1] - self.indptr[row]) as usize
    }

    /// The value at `(row, column)`, or `None` where nothing is stored.
    pub fn get(&self, row: usize, column: u32) -> Option<V> {
        let (columns, values) = self.row(row);
        columns.binary_search(&column).ok().map(|i| values[i])
    }

    /// Row pointer, column indices and values, as stored.
    pub fn parts(&self) -> (&[u64], &[u32], &[V]) {
        (&self.indptr, &self.indices, &self.values)
    }

    /// The rows named, in the order named, as a new matrix.
    #[must_use]
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let nnz = rows.iter().map(|&r| self.row_nnz(r)).sum();
        let mut indptr = Vec::with_capacity(rows.len() + 1);
        let mut indices = Vec::with_capacity(nnz);
        let mut values = Vec::with_capacity(nnz);
        indptr.push(0);
        for &row in rows {
            let (columns, row_values) = self.row(row);
            indices.extend_from_slice(columns);
            values.extend_from_slice(row_values);
            indptr.push(indices.len() as u64);
        }
        Self { n_cols: self.n_cols, indptr, indices, values }
    }

    /// The columns named, renumbered in the order named, as a new matrix. `columns` must be strictly increasing.
    #[must_use]
    pub fn select_columns(&self, columns: &[usize]) -> Self {
        self.block(0..self.n_rows(), columns)
    }

    /// The rows named, in the order named, cut to the columns named, as [`Csr::select_columns`] would.
    #[must_use]
    pub fn select_block(&self, rows: &[usize], columns: &[usize]) -> Self {
        self.block(rows.iter().copied(), columns)
    }

    fn block(&self, rows: impl ExactSizeIterator<Item = usize>, columns: &[usize]) -> Self {
        debug_assert!(columns.windows(2).all(|w| w[0] < w[1]));
        let mut new_index = vec![u32::MAX; self.n_cols];
        for (new, &old) in columns.iter().enumerate() {
            new_index[old] = new as u32;
        }
        let mut indptr = Vec::with_capacity(rows.len() + 1);
        let (mut indices, mut values) = (Vec::new(), Vec::new());
        indptr.push(0);
        for row in rows {
            let (row_columns, row_values) = self.row(row);
            for (&column, &value) in row_columns.iter().zip(row_values) {
                let new = new_index[column as usize];
                if new != u32::MAX {
                    indices.push(new);
                    values.push(value);
                }
            }
            indptr.push(indices.len() as u64);
        }
        Self { n_cols: columns.len(), indptr, indices, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_on_the_way_in() {
        let m = Csr::new(2, 4, vec![0, 2, 3], vec![3, 1, 0], vec![30_u32, 10, 7]).unwrap();
        assert_eq!(m.row(0), (&[1_u32, 3][..], &[10_u32, 30][..]));
        assert_eq!(m.get(1, 0), Some(7));
        assert_eq!(m.get(1, 1), None);
    }

    #[test]
    fn contradictions_are_named() {
        assert!(matches!(
            Csr::new(1, 2, vec![0, 1], vec![2], vec![1_u32]),
            Err(CsrError::Column { row: 0, column: 2, n_cols: 2 })
        ));
        assert!(matches!(
            Csr::new(1, 2, vec![0, 2], vec![1, 1], vec![1_u32, 1]),
            Err(CsrError::Repeated { row: 0, column: 1 })
        ));
        assert!(matches!(
            Csr::new(2, 2, vec![0, 2, 1], vec![0], vec![1_u32]),
            Err(CsrError::PointerOrder { .. } | CsrError::Lengths { .. })
        ));
        assert!(matches!(Csr::new(2, 2, vec![0, 0], vec![], Vec::<u32>::new()), Err(CsrError::PointerLength { .. })));
    }

    #[test]
    fn selections_keep_values() {
        let m = Csr::new(3, 4, vec![0, 2, 3, 5], vec![0, 3, 2, 1, 3], vec![1_u32, 2, 3, 4, 5]).unwrap();
        let rows = m.select_rows(&[2, 0]);
        assert_eq!(rows.row(0), (&[1_u32, 3][..], &[4_u32, 5][..]));
        assert_eq!(m.select_block(&[2, 0], &[1, 3]), rows.select_columns(&[1, 3]));
        let columns = m.select_columns(&[1, 3]);
        assert_eq!(columns.n_cols(), 2);
        assert_eq!(columns.row(0), (&[1_u32][..], &[2_u32][..]));
        assert_eq!(columns.row(1), (&[][..], &[][..]));
        assert_eq!(columns.row(2), (&[0_u32, 1][..], &[4_u32, 5][..]));
    }
}
