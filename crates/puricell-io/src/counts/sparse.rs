//! The arrays of a sparse matrix before they are checked.

use puricell_core::CsrError;

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
    pub(crate) indices: Vec<u32>,
    /// Values.
    pub(crate) values: Vec<u32>,
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
        if self.indices.len() != self.values.len() || pointer != self.indices.len() as u64 {
            return Err(CsrError::Lengths { pointer, indices: self.indices.len(), values: self.values.len() });
        }
        Ok(())
    }

    /// Drops stored zeros, and the columns for which `new_column` holds `u32::MAX`; renumbers the others. In place:
    /// no second copy of the matrix.
    pub(crate) fn compact(&mut self, new_column: Option<&[u32]>) -> Result<(), CsrError> {
        self.check_pointer()?;
        let mut write = 0;
        let mut read = 0;
        for row in 0..self.n_rows {
            let end = self.indptr[row + 1] as usize;
            while read < end {
                let (column, value) = (self.indices[read], self.values[read]);
                let new = match new_column {
                    None => column,
                    Some(map) => {
                        *map.get(column as usize).ok_or(CsrError::Column { row, column, n_cols: map.len() })?
                    }
                };
                if value != 0 && new != u32::MAX {
                    self.indices[write] = new;
                    self.values[write] = value;
                    write += 1;
                }
                read += 1;
            }
            self.indptr[row + 1] = write as u64;
        }
        self.indices.truncate(write);
        self.values.truncate(write);
        self.indices.shrink_to_fit();
        self.values.shrink_to_fit();
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
        for (k, &row) in self.indices.iter().enumerate() {
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
        let mut indices = vec![0; self.indices.len()];
        let mut values = vec![0; self.values.len()];
        for column in 0..n_columns {
            for k in self.indptr[column] as usize..self.indptr[column + 1] as usize {
                let slot = &mut next[self.indices[k] as usize];
                indices[*slot as usize] = column as u32;
                values[*slot as usize] = self.values[k];
                *slot += 1;
            }
        }
        Ok(Self { n_rows, n_columns, indptr, indices, values })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sparse(n_columns: usize, rows: &[Vec<(u32, u32)>]) -> Sparse {
        let mut s = Sparse { n_rows: rows.len(), n_columns, indptr: vec![0], indices: vec![], values: vec![] };
        for row in rows {
            s.indices.extend(row.iter().map(|e| e.0));
            s.values.extend(row.iter().map(|e| e.1));
            s.indptr.push(s.indices.len() as u64);
        }
        s
    }

    #[test]
    fn zeros_and_columns_leave() {
        let mut s = sparse(4, &[vec![(0, 5), (1, 0), (3, 2)], vec![], vec![(1, 1), (2, 9)]]);
        s.compact(Some(&[0, 1, u32::MAX, 2])).unwrap();
        assert_eq!(s, sparse(3, &[vec![(0, 5), (2, 2)], vec![], vec![(1, 1)]]));
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
        fn transposing_twice_is_nothing(rows in prop::collection::vec(prop::collection::btree_map(0_u32..7, 1_u32..9, 0..7), 0..9)) {
            let rows: Vec<Vec<(u32, u32)>> = rows.into_iter().map(|r| r.into_iter().collect()).collect();
            let s = sparse(7, &rows);
            let t = s.clone().transposed().unwrap();
            for (row, entries) in rows.iter().enumerate() {
                for &(column, value) in entries {
                    let range = t.indptr[column as usize] as usize..t.indptr[column as usize + 1] as usize;
                    let at = t.indices[range.clone()].iter().position(|&r| r as usize == row).unwrap();
                    prop_assert_eq!(t.values[range.start + at], value);
                }
            }
            prop_assert_eq!(t.transposed().unwrap(), s);
        }
    }
}
