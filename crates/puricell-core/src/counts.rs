//! Counts of molecules in compressed sparse rows, in about three bytes each.

mod builder;
mod columns;
mod pass;
mod row;
mod values;

pub use builder::CountBuilder;
pub use columns::CountColumns;
pub use pass::{CountPass, PASS_ROWS, Selection};
pub use row::{CountIter, CountRow};
pub use values::CountValues;

use crate::CsrError;

/// Counts in compressed sparse rows, `n_rows x n_cols`.
///
/// Within a row the columns are strictly increasing. A stored count takes two bytes for its column where the matrix has
/// at most 65,536 columns (else four) and one for its value; a count from 255 on takes four more. Equal matrices have
/// equal parts, however they were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountMatrix {
    n_cols: usize,
    indptr: Vec<u64>,
    columns: CountColumns,
    values: CountValues,
    /// Large counts before each row, and in all.
    large_before: Vec<u64>,
}

impl CountMatrix {
    /// No row, of `n_cols` columns.
    pub fn empty(n_cols: usize) -> Self {
        Self::with_capacity(n_cols, 0, 0)
    }

    /// No row, of `n_cols` columns, with room for `n_rows` rows and `nnz` counts in all.
    pub fn with_capacity(n_cols: usize, n_rows: usize, nnz: usize) -> Self {
        CountBuilder::with_capacity(n_cols, n_rows, nnz).finish_sorted()
    }

    /// Builds a matrix from three plain arrays; rows with unsorted columns are sorted.
    ///
    /// # Errors
    /// As [`CountMatrix::from_parts`].
    pub fn new(
        n_rows: usize,
        n_cols: usize,
        indptr: Vec<u64>,
        indices: Vec<u32>,
        values: Vec<u32>,
    ) -> Result<Self, CsrError> {
        Self::from_parts(n_rows, n_cols, indptr, CountColumns::Wide(indices), values.into_iter().collect())
    }

    /// Builds a matrix from its parts; rows with unsorted columns are sorted.
    ///
    /// # Errors
    /// [`CsrError`] where the parts contradict each other, name a column outside the matrix, or one twice.
    pub fn from_parts(
        n_rows: usize,
        n_cols: usize,
        indptr: Vec<u64>,
        mut columns: CountColumns,
        mut values: CountValues,
    ) -> Result<Self, CsrError> {
        if u32::try_from(n_cols).is_err() {
            return Err(CsrError::TooManyColumns { n_cols });
        }
        if indptr.len() != n_rows + 1 {
            return Err(CsrError::PointerLength { found: indptr.len(), expected: n_rows + 1 });
        }
        let end = indptr[n_rows];
        if columns.len() != values.len() || end != columns.len() as u64 {
            return Err(CsrError::Lengths { pointer: end, indices: columns.len(), values: values.len() });
        }
        if indptr[0] != 0 {
            return Err(CsrError::PointerOrder { row: 0, before: 0, after: indptr[0] });
        }
        let mut large_before = Vec::with_capacity(n_rows + 1);
        large_before.push(0);
        let mut before = 0;
        for row in 0..n_rows {
            let (from, to) = (indptr[row], indptr[row + 1]);
            if to < from || to > end {
                return Err(CsrError::PointerOrder { row, before: from, after: to });
            }
            let range = from as usize..to as usize;
            let after = before + values.n_large(range.clone());
            match &mut columns {
                CountColumns::Narrow(columns) => {
                    row::put_in_order(row, &mut columns[range.clone()], values.of_row(range, before..after), n_cols)?;
                }
                CountColumns::Wide(columns) => {
                    row::put_in_order(row, &mut columns[range.clone()], values.of_row(range, before..after), n_cols)?;
                }
            }
            before = after;
            large_before.push(after as u64);
        }
        Ok(Self { n_cols, indptr, columns: columns.narrowed(n_cols), values, large_before })
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.indptr.len() - 1
    }

    /// Number of columns.
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// Number of stored counts.
    pub fn nnz(&self) -> usize {
        self.values.len()
    }

    /// Where each row starts among the stored counts, and where the last ends.
    pub fn indptr(&self) -> &[u64] {
        &self.indptr
    }

    /// Columns and counts of one row, columns increasing.
    pub fn row(&self, row: usize) -> CountRow<'_> {
        let range = self.indptr[row] as usize..self.indptr[row + 1] as usize;
        let large = self.large_before[row] as usize..self.large_before[row + 1] as usize;
        CountRow::new(&self.columns, &self.values, range, large)
    }

    /// Number of stored counts of one row.
    pub fn row_nnz(&self, row: usize) -> usize {
        (self.indptr[row + 1] - self.indptr[row]) as usize
    }

    /// The count at `(row, column)`, or `None` where nothing is stored.
    pub fn get(&self, row: usize, column: u32) -> Option<u32> {
        self.row(row).get(column)
    }

    /// The largest stored count; 0 where nothing is stored.
    pub fn largest(&self) -> u32 {
        self.values.largest()
    }

    /// Row pointer, columns and counts as three plain arrays: four bytes for each, so for small matrices.
    pub fn to_arrays(&self) -> (Vec<u64>, Vec<u32>, Vec<u32>) {
        let (indices, values) = (0..self.n_rows()).flat_map(|row| self.row(row).iter()).unzip();
        (self.indptr.clone(), indices, values)
    }

    /// Adds the rows of another matrix of as many columns below its own.
    pub fn append(&mut self, other: &Self) {
        debug_assert_eq!(self.n_cols, other.n_cols);
        let (nnz, large) = (self.nnz() as u64, self.large_before.last().copied().unwrap_or(0));
        self.indptr.extend(other.indptr[1..].iter().map(|&end| nnz + end));
        self.large_before.extend(other.large_before[1..].iter().map(|&before| large + before));
        self.columns.append(&other.columns);
        self.values.append(&other.values);
    }

    /// The rows named, in the order named, as a new matrix.
    #[must_use]
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let nnz = rows.iter().map(|&r| self.row_nnz(r)).sum();
        let mut selected = CountBuilder::with_capacity(self.n_cols, rows.len(), nnz);
        for &row in rows {
            self.row(row).for_each(|column, count| selected.push(column, count));
            selected.end_row();
        }
        selected.finish_sorted()
    }

    /// The rows named, in the order named, cut to the columns named, which are renumbered in their order. `columns` must be
    /// strictly increasing.
    #[must_use]
    pub fn select_block(&self, rows: &[usize], columns: &[usize]) -> Self {
        debug_assert!(columns.windows(2).all(|w| w[0] < w[1]));
        let (mut wanted, mut new_index) = (vec![false; self.n_cols], vec![u32::MAX; self.n_cols]);
        for (new, &old) in columns.iter().enumerate() {
            wanted[old] = true;
            new_index[old] = new as u32;
        }
        let mut selected = CountBuilder::with_capacity(columns.len(), rows.len(), 0);
        for &row in rows {
            self.row(row).for_each_in(&wanted, |column, count| selected.push(new_index[column as usize], count));
            selected.end_row();
        }
        selected.finish_sorted()
    }
}

#[cfg(test)]
mod tests;
