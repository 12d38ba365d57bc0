//! The parts of a sparse matrix before they are checked.

use puricell_core::{CountColumns, CountValues, CsrError};

/// Compressed sparse rows, `n_rows x n_columns`, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sparse {
    /// Rows.
    pub(crate) n_rows: usize,
    /// Columns.
    pub(crate) n_columns: usize,
    /// Where each row starts, and where the last ends.
    pub(crate) indptr: Vec<u64>,
    /// Column of each value.
    pub(crate) columns: CountColumns,
    /// Values.
    pub(crate) values: CountValues,
    /// A value is 0.
    pub(crate) has_zero: bool,
}

impl Sparse {
    /// Checks what the other routines rely on: lengths, and a pointer that starts at 0 and never falls.
    pub(crate) fn check_pointer(&self) -> Result<(), CsrError> {
        let (found, expected) = (self.indptr.len(), self.n_rows + 1);
        if found != expected {
            return Err(CsrError::PointerLength { found, expected });
        }
        if self.indptr[0] != 0 {
            return Err(CsrError::PointerOrder { row: 0, before: 0, after: self.indptr[0] });
        }
        if let Some(row) = self.indptr.windows(2).position(|w| w[1] < w[0]) {
            return Err(CsrError::PointerOrder { row, before: self.indptr[row], after: self.indptr[row + 1] });
        }
        let pointer = self.indptr[self.n_rows];
        if self.columns.len() != self.values.len() || pointer != self.columns.len() as u64 {
            return Err(CsrError::Lengths { pointer, indices: self.columns.len(), values: self.values.len() });
        }
        Ok(())
    }

    /// Drops stored zeros, and the columns for which `new_column` holds `u32::MAX`; renumbers the others. In place:
    /// no second copy of the matrix.
    pub(crate) fn compact(&mut self, new_column: Option<&[u32]>) -> Result<(), CsrError> {
        self.check_pointer()?;
        let (mut small, mut large) = std::mem::take(&mut self.values).into_parts();
        let values = (&mut small, &mut large);
        match &mut self.columns {
            CountColumns::Narrow(columns) => drop_entries(&mut self.indptr, columns, values, new_column)?,
            CountColumns::Wide(columns) => drop_entries(&mut self.indptr, columns, values, new_column)?,
        }
        self.values = CountValues::from_parts(small, large)?;
        self.has_zero = false;
        if let Some(map) = new_column {
            self.n_columns = map.iter().filter(|&&new| new != u32::MAX).count();
        }
        Ok(())
    }

    /// Rows become columns, by counting sort: columns of a row come out increasing.
    pub(crate) fn transposed(self) -> Result<Self, CsrError> {
        self.check_pointer()?;
        let (n_rows, n_columns) = (self.n_columns, self.n_rows);
        let mut indptr = vec![0_u64; n_rows + 1];
        for k in 0..self.columns.len() {
            let row = self.columns.get(k).unwrap_or(u32::MAX);
            if row as usize >= n_rows {
                let line = self.indptr.partition_point(|&p| p <= k as u64) - 1;
                return Err(CsrError::Column { row: line, column: row, n_cols: n_rows });
            }
            indptr[row as usize + 1] += 1;
        }
        for row in 0..n_rows {
            indptr[row + 1] += indptr[row];
        }
        let mut next = indptr.clone();
        let mut moved = Moved::new(n_columns, self.columns.len());
        let (small, large) = self.values.into_parts();
        let mut large = large.into_iter();
        for column in 0..n_columns {
            for k in self.indptr[column] as usize..self.indptr[column + 1] as usize {
                let slot = &mut next[self.columns.get(k).unwrap_or(0) as usize];
                moved.put(*slot, column as u32, small[k], &mut large);
                *slot += 1;
            }
        }
        let (columns, values) = moved.finish()?;
        Ok(Self { n_rows, n_columns, indptr, columns, values, has_zero: self.has_zero })
    }
}

/// Entries that find their places in another order.
pub(crate) struct Moved {
    columns: CountColumns,
    small: Vec<u8>,
    /// Places and large counts.
    large: Vec<(u64, u32)>,
}

impl Moved {
    /// Room for `n` entries.
    pub(crate) fn new(n_columns: usize, n: usize) -> Self {
        Self { columns: CountColumns::zeros(n_columns, n), small: vec![0; n], large: Vec::new() }
    }

    /// Puts an entry at a place. `large` are the large counts from this entry on.
    pub(crate) fn put(&mut self, place: u64, column: u32, small: u8, large: &mut impl Iterator<Item = u32>) {
        self.columns.set(place as usize, column);
        self.small[place as usize] = small;
        if small == u8::MAX
            && let Some(count) = large.next()
        {
            self.large.push((place, count));
        }
    }

    /// Columns and counts in their new order.
    pub(crate) fn finish(self) -> Result<(CountColumns, CountValues), CsrError> {
        let Self { columns, small, mut large } = self;
        large.sort_unstable();
        Ok((columns, CountValues::from_parts(small, large.into_iter().map(|l| l.1).collect())?))
    }
}

/// Drops stored zeros and columns without a new number, in place.
fn drop_entries<C: Copy + Into<u32> + TryFrom<u32>>(
    indptr: &mut [u64],
    columns: &mut Vec<C>,
    (small, large): (&mut Vec<u8>, &mut Vec<u32>),
    new_column: Option<&[u32]>,
) -> Result<(), CsrError> {
    let (mut read, mut write) = (0, 0);
    let (mut read_large, mut write_large) = (0, 0);
    for row in 0..indptr.len() - 1 {
        let end = indptr[row + 1] as usize;
        while read < end {
            let (column, value) = (columns[read], small[read]);
            let new = match new_column {
                None => Some(column),
                Some(map) => {
                    let column = column.into();
                    let new = *map.get(column as usize).ok_or(CsrError::Column { row, column, n_cols: map.len() })?;
                    // Not above the old number, so it fits; u32::MAX is no number.
                    if new == u32::MAX { None } else { C::try_from(new).ok() }
                }
            };
            if value != 0
                && let Some(new) = new
            {
                columns[write] = new;
                small[write] = value;
                write += 1;
                if value == u8::MAX {
                    large[write_large] = large[read_large];
                    write_large += 1;
                }
            }
            read_large += usize::from(value == u8::MAX);
            read += 1;
        }
        indptr[row + 1] = write as u64;
    }
    columns.truncate(write);
    small.truncate(write);
    large.truncate(write_large);
    columns.shrink_to_fit();
    small.shrink_to_fit();
    large.shrink_to_fit();
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sparse(n_columns: usize, rows: &[Vec<(u32, u32)>]) -> Sparse {
        let (columns, values) = (CountColumns::with_capacity(n_columns, 0), CountValues::default());
        let mut s = Sparse { n_rows: rows.len(), n_columns, indptr: vec![0], columns, values, has_zero: false };
        for row in rows {
            for &(column, value) in row {
                s.columns.push(column);
                s.values.push(value);
            }
            s.indptr.push(s.values.len() as u64);
        }
        s.has_zero = s.values.has_zero();
        s
    }

    #[test]
    fn zeros_and_columns_leave() {
        let mut s = sparse(4, &[vec![(0, 500), (1, 0), (3, 2)], vec![], vec![(1, 255), (2, 900)]]);
        s.compact(Some(&[0, 1, u32::MAX, 2])).unwrap();
        assert_eq!(s, sparse(3, &[vec![(0, 500), (2, 2)], vec![], vec![(1, 255)]]));
        let mut bad = sparse(2, &[vec![(7, 1)]]);
        assert_eq!(bad.compact(Some(&[0, 1])), Err(CsrError::Column { row: 0, column: 7, n_cols: 2 }));
    }

    #[test]
    fn a_pointer_that_falls_is_refused() {
        let mut s = sparse(2, &[vec![(0, 1)], vec![(1, 1)]]);
        s.indptr = vec![0, 2, 1];
        assert!(matches!(s.compact(None), Err(CsrError::PointerOrder { row: 1, before: 2, after: 1 })));
        assert!(s.transposed().is_err());
    }

    proptest! {
        #[test]
        fn transposing_twice_is_nothing(rows in prop::collection::vec(prop::collection::btree_map(0_u32..7, 250_u32..260, 0..7), 0..9)) {
            let rows: Vec<Vec<(u32, u32)>> = rows.into_iter().map(|r| r.into_iter().collect()).collect();
            let s = sparse(7, &rows);
            let t = s.clone().transposed().unwrap();
            for (row, entries) in rows.iter().enumerate() {
                for &(column, value) in entries {
                    let range = t.indptr[column as usize] as usize..t.indptr[column as usize + 1] as usize;
                    let at = range.clone().position(|k| t.columns.get(k) == Some(row as u32)).unwrap();
                    prop_assert_eq!(t.values.iter().nth(range.start + at), Some(value));
                }
            }
            prop_assert_eq!(t.transposed().unwrap(), s);
        }
    }
}
