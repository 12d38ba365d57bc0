//! A sparse matrix of rows that stays in its file and is read some rows at a time.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use puricell_core::{CountColumns, CountMatrix, CountValues, CsrError};
use rayon::prelude::*;

use super::{Sparse, contradiction, first_refusal};
use crate::error::IoError;
use crate::hdf5::{Hdf5, Refused, Tally};

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
        let values = self.values(entries)?;
        let indptr = self.indptr[rows.start..=rows.end].iter().map(|&end| end - from).collect();
        let mut sparse = Sparse { n_rows: rows.len(), n_columns: self.n_columns, indptr, columns, values };
        let wrong = |error: CsrError| contradiction(self.file.path(), &self.group, error.further_down(rows.start));
        if self.new_column.is_some() || sparse.values.has_zero() {
            sparse.compact(self.new_column.as_deref()).map_err(wrong)?;
        }
        let Sparse { n_rows, n_columns, indptr, columns, values } = sparse;
        CountMatrix::from_parts(n_rows, n_columns, indptr, columns, values).map_err(wrong)
    }

    fn values(&self, entries: Range<usize>) -> Result<CountValues, IoError> {
        let parts = self.pieces("data", entries.clone(), |counts| counts.iter().copied().collect::<CountValues>())?;
        let mut values = CountValues::with_capacity(entries.len());
        parts.map_err(&self.refusal)?.iter().for_each(|part| values.append(part));
        Ok(values)
    }

    fn columns(&self, entries: Range<usize>) -> Result<CountColumns, IoError> {
        let n_columns = self.n_columns;
        let parts = self.pieces("indices", entries.clone(), |read| {
            let mut columns = CountColumns::with_capacity(n_columns, read.len());
            read.iter().for_each(|&column| columns.push(column));
            columns
        })?;
        let parts = parts.map_err(|refused| {
            let found = format!("{} at position {}", refused.value, refused.position);
            self.file.encoding(&format!("{}/indices", self.group), found, "positions from 0")
        })?;
        let mut columns = CountColumns::with_capacity(n_columns, entries.len());
        parts.iter().for_each(|part| columns.append(part));
        Ok(columns)
    }

    /// Some entries of an array, in the pieces that it is stored in; or the first that is no count.
    fn pieces<T: Send>(
        &self,
        array: &str,
        entries: Range<usize>,
        keep: impl Fn(&[u32]) -> T + Sync,
    ) -> Result<Result<Vec<T>, Refused>, IoError> {
        let tiles = self.file.tiles(&format!("{}/{array}", self.group))?;
        let Some(piece) = tiles.tiles().first().map(|tile| tile.len().max(1)).filter(|_| !entries.is_empty()) else {
            return Ok(Ok(Vec::new()));
        };
        let which = entries.start / piece..entries.end.div_ceil(piece);
        let read: Vec<(Result<Tally, IoError>, T)> = which
            .clone()
            .into_par_iter()
            .map(|i| {
                let mut counts = vec![0; tiles.tiles()[i].len()];
                let tally = tiles.read(i, &mut counts);
                let first = i * piece;
                let wanted = entries.start.max(first) - first..entries.end.min(first + counts.len()) - first;
                (tally, keep(&counts[wanted]))
            })
            .collect();
        let (tallies, kept): (Vec<_>, Vec<T>) = read.into_iter().unzip();
        Ok(first_refusal(which.zip(tallies), tiles.as_ref())?.map(|_| kept))
    }
}
