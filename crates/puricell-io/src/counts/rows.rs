//! A sparse matrix of rows that stays in its file and is read some rows at a time.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use puricell_core::{CountColumns, CountMatrix, CountValues, CsrError};
use rayon::prelude::*;

use super::{Sparse, contradiction, first_refusal};
use crate::error::IoError;
use crate::hdf5::{Hdf5, Kept, Refused, Tiles};

/// What to say of the first value that is no count, by its position in the whole array.
pub(crate) type Refusal = Box<dyn Fn(Refused) -> IoError + Send + Sync>;

/// `data` and `indices` of a group, a row of the matrix after the other.
pub(crate) struct Rows {
    file: Arc<Hdf5>,
    group: String,
    indptr: Vec<u64>,
    n_columns: usize,
    /// New number of each column, `u32::MAX` for one that is left out; `None` where all stay.
    new_column: Option<Vec<u32>>,
    refusal: Refusal,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("file", &self.file.path()).field("group", &self.group).finish_non_exhaustive()
    }
}

impl Rows {
    /// The rows of a group, of `n_columns` columns each, as its `indptr` says.
    ///
    /// # Errors
    /// [`IoError`] where pointer and arrays contradict each other.
    pub(crate) fn new(
        file: &Arc<Hdf5>,
        group: &str,
        indptr: Vec<u64>,
        n_columns: usize,
        refusal: Refusal,
    ) -> Result<Self, IoError> {
        let length = |name: &str| Ok::<_, IoError>(file.tiles(&format!("{group}/{name}"))?.shape().0);
        let wrong = |error| contradiction(file.path(), group, error);
        let (indices, values) = (length("indices")?, length("data")?);
        let pointer = indptr.last().copied().unwrap_or(0);
        if indices != values || pointer != values as u64 {
            return Err(wrong(CsrError::Lengths { pointer, indices, values }));
        }
        if let Some(row) = indptr.windows(2).position(|w| w[1] < w[0]) {
            return Err(wrong(CsrError::PointerOrder { row, before: indptr[row], after: indptr[row + 1] }));
        }
        if let Some(&first) = indptr.first().filter(|&&first| first != 0) {
            return Err(wrong(CsrError::PointerOrder { row: 0, before: 0, after: first }));
        }
        Ok(Self { file: Arc::clone(file), group: group.to_owned(), indptr, n_columns, new_column: None, refusal })
    }

    /// Number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.indptr.len() - 1
    }

    /// Number of columns that stay.
    pub(crate) fn n_columns(&self) -> usize {
        match &self.new_column {
            None => self.n_columns,
            Some(map) => map.iter().filter(|&&new| new != u32::MAX).count(),
        }
    }

    /// Where each row starts among the stored values, and where the last ends.
    pub(crate) fn indptr(&self) -> &[u64] {
        &self.indptr
    }

    /// Leaves the columns out for which `new_column` holds `u32::MAX`, and renumbers the others.
    pub(crate) fn choose_columns(&mut self, new_column: Vec<u32>) {
        self.new_column = Some(new_column);
    }

    /// Some rows as a matrix, without stored zeros.
    ///
    /// # Errors
    /// [`IoError`] where the file cannot be read, holds what is no count, or contradicts itself.
    pub(crate) fn read(&self, rows: Range<usize>) -> Result<CountMatrix, IoError> {
        let (from, to) = (self.indptr[rows.start], self.indptr[rows.end]);
        let entries = from as usize..to as usize;
        let columns = self.columns(entries.clone())?;
        let (values, zeros) = self.values(entries)?;
        let indptr = self.indptr[rows.start..=rows.end].iter().map(|&end| end - from).collect();
        let (n_rows, n_columns, has_zero) = (rows.len(), self.n_columns, zeros > 0);
        let mut sparse = Sparse { n_rows, n_columns, indptr, columns, values, has_zero };
        let wrong = |error: CsrError| contradiction(self.file.path(), &self.group, error.further_down(rows.start));
        if self.new_column.is_some() || has_zero {
            sparse.compact(self.new_column.as_deref()).map_err(wrong)?;
        }
        let Sparse { n_rows, n_columns, indptr, columns, values, .. } = sparse;
        CountMatrix::from_parts(n_rows, n_columns, indptr, columns, values).map_err(wrong)
    }

    /// Values, and how many at most are 0.
    fn values(&self, entries: Range<usize>) -> Result<(CountValues, u64), IoError> {
        let parts = self.pieces("data", entries.clone(), |tiles, i, wanted| {
            let whole = tiles.tiles()[i].len();
            if wanted.len() < whole {
                return Ok(part(tiles, i, wanted)?.map(|counts| (counts.into_iter().collect::<CountValues>(), 1)));
            }
            let (mut small, mut large) = (vec![0; whole], Vec::new());
            let tally = tiles.keep(i, Kept::Values { small: &mut small, large: &mut large })?;
            Ok(tally.map(|zeros| (CountValues::from_split(small, large), zeros)))
        })?;
        let (mut values, mut zeros) = (CountValues::with_capacity(entries.len()), 0);
        for (part, of_part) in parts.map_err(&self.refusal)? {
            values.append(&part);
            zeros += of_part;
        }
        Ok((values, zeros))
    }

    fn columns(&self, entries: Range<usize>) -> Result<CountColumns, IoError> {
        let n_columns = self.n_columns;
        let parts = self.pieces("indices", entries.clone(), |tiles, i, wanted| {
            let whole = tiles.tiles()[i].len();
            if wanted.len() == whole && CountColumns::fit_narrow(n_columns) {
                let (mut narrow, mut fit) = (vec![0; whole], true);
                match tiles.keep(i, Kept::Columns { narrow: &mut narrow, fit: &mut fit })? {
                    Ok(_) if fit => return Ok(Ok(CountColumns::Narrow(narrow))),
                    // A file that contradicts itself, read once more to say where.
                    Ok(_) => {}
                    Err(refused) => return Ok(Err(refused)),
                }
            }
            let mut columns = CountColumns::with_capacity(n_columns, wanted.len());
            Ok(part(tiles, i, wanted)?.map(|read| {
                for column in read {
                    columns.push(column);
                }
                columns
            }))
        })?;
        let parts = parts.map_err(|refused| {
            let found = format!("{} at position {}", refused.value, refused.position);
            self.file.encoding(&format!("{}/indices", self.group), found, "positions from 0")
        })?;
        let mut columns = CountColumns::with_capacity(n_columns, entries.len());
        for part in &parts {
            columns.append(part);
        }
        Ok(columns)
    }

    /// Some entries of an array, in the pieces that it is stored in; or the first that is no count. `keep` is given a piece
    /// and what is wanted of it.
    fn pieces<T: Send>(
        &self,
        array: &str,
        entries: Range<usize>,
        keep: impl Fn(&dyn Tiles, usize, Range<usize>) -> Result<Result<T, Refused>, IoError> + Sync,
    ) -> Result<Result<Vec<T>, Refused>, IoError> {
        let tiles = self.file.tiles(&format!("{}/{array}", self.group))?;
        let tiles = tiles.as_ref();
        let Some(piece) = tiles.tiles().first().map(|tile| tile.len().max(1)).filter(|_| !entries.is_empty()) else {
            return Ok(Ok(Vec::new()));
        };
        let which = entries.start / piece..entries.end.div_ceil(piece);
        let read: Vec<Result<Result<T, Refused>, IoError>> = which
            .clone()
            .into_par_iter()
            .map(|i| {
                let first = i * piece;
                let last = first + tiles.tiles()[i].len();
                keep(tiles, i, entries.start.max(first) - first..entries.end.min(last) - first)
            })
            .collect();
        let (mut kept, mut tallies) = (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()));
        for read in read {
            tallies.push(read.map(|of_piece| of_piece.map(|part| kept.push(part)).map(|()| 0)));
        }
        Ok(first_refusal(which.zip(tallies), tiles)?.map(|_| kept))
    }
}

/// A part of a piece.
fn part(tiles: &dyn Tiles, i: usize, wanted: Range<usize>) -> Result<Result<Vec<u32>, Refused>, IoError> {
    let mut counts = vec![0; tiles.tiles()[i].len()];
    let tally = tiles.read(i, &mut counts)?;
    counts.truncate(wanted.end);
    Ok(tally.map(|_| counts.split_off(wanted.start)))
}
