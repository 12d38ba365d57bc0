//! Counts of several captures, the rows of one below those of the other.

use std::ops::Range;

use puricell_core::{CountMatrix, PASS_ROWS};

use crate::counts::Rows;
use crate::error::IoError;

/// The counts of one capture.
#[derive(Debug)]
pub(super) enum Part {
    /// In memory.
    Read(CountMatrix),
    /// In their file.
    InFile(Rows),
}

impl Part {
    fn n_rows(&self) -> usize {
        self.indptr().len() - 1
    }

    fn n_columns(&self) -> usize {
        match self {
            Self::Read(counts) => counts.n_cols(),
            Self::InFile(rows) => rows.n_columns(),
        }
    }

    /// Where each row starts among the stored counts, and where the last ends.
    fn indptr(&self) -> &[u64] {
        match self {
            Self::Read(counts) => counts.indptr(),
            Self::InFile(rows) => rows.indptr(),
        }
    }

    fn nnz(&self) -> u64 {
        self.indptr().last().copied().unwrap_or(0)
    }

    fn read(&self, rows: Range<usize>) -> Result<CountMatrix, IoError> {
        match self {
            Self::Read(counts) => Ok(counts.select_rows(&rows.collect::<Vec<_>>())),
            Self::InFile(in_file) => in_file.read(rows),
        }
    }
}

/// The captures of a lot: at least one, all of as many columns.
#[derive(Debug)]
pub(super) struct Parts {
    parts: Vec<Part>,
}

impl Parts {
    pub(super) fn new(parts: Vec<Part>) -> Self {
        Self { parts }
    }

    pub(super) fn into_parts(self) -> Vec<Part> {
        self.parts
    }

    pub(super) fn n_rows(&self) -> usize {
        self.parts.iter().map(Part::n_rows).sum()
    }

    pub(super) fn n_columns(&self) -> usize {
        self.parts.first().map_or(0, Part::n_columns)
    }

    /// Stored counts. In a file there may be zeros among them, and features that are left out.
    pub(super) fn nnz(&self) -> u64 {
        self.parts.iter().map(Part::nnz).sum()
    }

    /// Those in memory already.
    pub(super) fn nnz_read(&self) -> u64 {
        self.parts.iter().filter(|part| matches!(part, Part::Read(_))).map(Part::nnz).sum()
    }

    /// The row after the last of each block of about `block` stored counts. A block but the last has a multiple of
    /// [`PASS_ROWS`] rows, whichever captures they are of.
    pub(super) fn cut(&self, block: u64) -> Vec<usize> {
        let mut indptr = vec![0];
        for part in &self.parts {
            let before = indptr[indptr.len() - 1];
            indptr.extend(part.indptr()[1..].iter().map(|&end| before + end));
        }
        cut(&indptr, block)
    }

    /// Some rows.
    pub(super) fn read(&self, rows: Range<usize>) -> Result<CountMatrix, IoError> {
        let mut read: Option<CountMatrix> = None;
        let mut first = 0;
        for part in &self.parts {
            let end = first + part.n_rows();
            let (from, to) = (rows.start.max(first), rows.end.min(end));
            if from < to {
                let more = part.read(from - first..to - first)?;
                match &mut read {
                    Some(read) => read.append(&more),
                    None => read = Some(more),
                }
            }
            first = end;
        }
        Ok(read.unwrap_or_else(|| CountMatrix::empty(self.n_columns())))
    }

    /// All rows, each part given up once it is read: beside the whole there are never more than about `block` counts of a file,
    /// or a part that was in memory.
    pub(super) fn read_all(self, block: u64) -> Result<CountMatrix, IoError> {
        let mut whole = CountMatrix::with_capacity(self.n_columns(), self.n_rows(), self.nnz() as usize);
        for part in self.parts {
            match part {
                Part::Read(counts) => whole.append(&counts),
                Part::InFile(rows) => {
                    let mut first = 0;
                    for end in cut(rows.indptr(), block) {
                        whole.append(&rows.read(first..end)?);
                        first = end;
                    }
                }
            }
        }
        Ok(whole)
    }
}

/// The row after the last of each block of about `block` stored counts, of a multiple of [`PASS_ROWS`] rows but for the last.
fn cut(indptr: &[u64], block: u64) -> Vec<usize> {
    let n_rows = indptr.len() - 1;
    let mut ends = Vec::new();
    let mut first = 0;
    while first < n_rows {
        let mut end = first;
        while end < n_rows && (end == first || indptr[end] - indptr[first] < block) {
            end = (end + PASS_ROWS).min(n_rows);
        }
        ends.push(end);
        first = end;
    }
    ends
}
