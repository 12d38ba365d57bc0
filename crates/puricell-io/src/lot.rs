//! The counts of a lot, in memory or not.

mod parts;

use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use puricell_core::{CellTable, CountMatrix, Dataset, FeatureTable};

use crate::counts::Rows;
use crate::error::IoError;
use parts::{Part, Parts};

/// Bytes that a stored count takes in memory: two for its column, one for its value.
const BYTES_PER_COUNT: u64 = 3;

/// A lot as it was opened.
#[derive(Debug)]
pub struct Lot {
    /// Its counts, `n_cells x n_features`.
    pub counts: Counts,
    /// The cells, in row order.
    pub cells: CellTable,
    /// The features, in column order.
    pub features: FeatureTable,
}

impl From<Dataset> for Lot {
    fn from(dataset: Dataset) -> Self {
        let (counts, cells, features) = dataset.into_parts();
        Self { counts: Counts::InMemory(counts), cells, features }
    }
}

/// How much memory there is for counts, which is what is left beside all else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Streaming {
    /// Bytes that there are in all.
    pub memory: u64,
    /// Bytes that all else takes: of any lot,
    pub fixed: f64,
    /// of each cell,
    pub per_cell: f64,
    /// and of each stored count.
    pub per_count: f64,
    /// Stored counts of a block, about.
    pub block: u64,
}

impl Streaming {
    /// Bytes that all else takes for `n_cells` cells of which `nnz` counts are stored.
    pub fn others(&self, n_cells: usize, nnz: u64) -> f64 {
        self.fixed + self.per_cell * n_cells as f64 + self.per_count * nnz as f64
    }

    /// Bytes left for the counts.
    fn left(&self, n_cells: usize, nnz: u64) -> u64 {
        (self.memory as f64 - self.others(n_cells, nnz)).max(0.0) as u64
    }

    /// Whether such a matrix is to stay in its file: it is gone through in blocks then, of which as many are kept as there
    /// is room for; the others are read each time.
    pub fn applies(&self, n_cells: usize, nnz: u64) -> bool {
        BYTES_PER_COUNT.saturating_mul(nnz) > self.left(n_cells, nnz)
    }

    /// The same with every matrix left in its file that can be: for one of several that [`Counts::joined`] decides on together.
    #[must_use]
    pub fn of_a_part(self) -> Self {
        Self { memory: 0, ..self }
    }
}

/// Counts that are gone through in blocks of rows, from first to last.
#[derive(Debug)]
pub enum Counts {
    /// All of them in one block.
    InMemory(CountMatrix),
    /// In their file.
    Streamed(Streamed),
}

impl Counts {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        match self {
            Self::InMemory(counts) => counts.n_rows(),
            Self::Streamed(streamed) => streamed.parts.n_rows(),
        }
    }

    /// Number of columns.
    pub fn n_cols(&self) -> usize {
        match self {
            Self::InMemory(counts) => counts.n_cols(),
            Self::Streamed(streamed) => streamed.parts.n_columns(),
        }
    }

    /// Number of stored counts. In a file there may be zeros among them.
    pub fn nnz(&self) -> u64 {
        match self {
            Self::InMemory(counts) => counts.nnz() as u64,
            Self::Streamed(streamed) => streamed.parts.nnz(),
        }
    }

    /// The counts of several captures, the rows of one below those of the other, as if one file held them; all have as many
    /// columns. They are read now unless `streaming` says that together they are to stay in their files: each was opened
    /// [`Streaming::of_a_part`].
    ///
    /// # Errors
    /// [`IoError`] where a file cannot be read or holds what is no count.
    pub fn joined(captures: Vec<Self>, streaming: &Streaming) -> Result<Self, IoError> {
        let parts = captures.into_iter().flat_map(|counts| match counts {
            Self::InMemory(counts) => vec![Part::Read(counts)],
            Self::Streamed(streamed) => streamed.parts.into_parts(),
        });
        let parts = Parts::new(parts.collect());
        Ok(if streaming.applies(parts.n_rows(), parts.nnz()) {
            Self::Streamed(Streamed::of_parts(parts, streaming))
        } else {
            Self::InMemory(parts.read_all(streaming.block)?)
        })
    }

    /// Starts to go through them.
    pub fn blocks(&self) -> Blocks<'_> {
        Blocks { counts: self, next: 0 }
    }
}

/// Counts in files, of which some blocks are kept in memory once read.
#[derive(Debug)]
pub struct Streamed {
    parts: Parts,
    /// The row after the last of each block.
    ends: Vec<usize>,
    kept: Vec<OnceLock<CountMatrix>>,
    /// Bytes that may still be kept.
    left: AtomicU64,
}

impl Streamed {
    pub(crate) fn new(rows: Rows, streaming: &Streaming) -> Self {
        Self::of_parts(Parts::new(vec![Part::InFile(rows)]), streaming)
    }

    fn of_parts(parts: Parts, streaming: &Streaming) -> Self {
        let ends = parts.cut(streaming.block);
        let kept = ends.iter().map(|_| OnceLock::new()).collect();
        let left = streaming.left(parts.n_rows(), parts.nnz());
        let left = left.saturating_sub(BYTES_PER_COUNT.saturating_mul(parts.nnz_read()));
        Self { parts, ends, kept, left: AtomicU64::new(left) }
    }

    /// All of them at once.
    pub(crate) fn read(&self) -> Result<CountMatrix, IoError> {
        self.parts.read(0..self.parts.n_rows())
    }

    fn block(&self, block: usize) -> Result<Cow<'_, CountMatrix>, IoError> {
        if let Some(kept) = self.kept[block].get() {
            return Ok(Cow::Borrowed(kept));
        }
        let first = if block == 0 { 0 } else { self.ends[block - 1] };
        let read = self.parts.read(first..self.ends[block])?;
        let size = BYTES_PER_COUNT * read.nnz() as u64;
        // Blocks are gone through one after the other, so nobody else takes what is left.
        let left = self.left.load(Ordering::Relaxed);
        if size > left {
            return Ok(Cow::Owned(read));
        }
        self.left.store(left - size, Ordering::Relaxed);
        Ok(Cow::Borrowed(self.kept[block].get_or_init(|| read)))
    }
}

/// A way through counts.
#[derive(Debug)]
pub struct Blocks<'a> {
    counts: &'a Counts,
    next: usize,
}

impl<'a> Blocks<'a> {
    /// The next block and its first row; `None` after the last. A block but the last has a multiple of
    /// [`puricell_core::PASS_ROWS`] rows.
    ///
    /// # Errors
    /// [`IoError`] where the file cannot be read or holds what is no count.
    #[allow(clippy::should_implement_trait, reason = "an error ends the way, which an iterator would not say")]
    pub fn next(&mut self) -> Result<Option<(usize, Cow<'a, CountMatrix>)>, IoError> {
        let at = self.next;
        self.next += 1;
        match self.counts {
            Counts::InMemory(counts) => Ok((at == 0).then_some((0, Cow::Borrowed(counts)))),
            Counts::Streamed(streamed) => {
                if at == streamed.ends.len() {
                    return Ok(None);
                }
                let first = if at == 0 { 0 } else { streamed.ends[at - 1] };
                Ok(Some((first, streamed.block(at)?)))
            }
        }
    }
}
