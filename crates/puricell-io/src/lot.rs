//! The counts of a lot, in memory or not.

use std::borrow::Cow;

use puricell_core::{CellTable, CountMatrix, Dataset, FeatureTable};

use crate::IoError;

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

/// Counts that are gone through in blocks of rows, from first to last.
#[derive(Debug)]
pub enum Counts {
    /// All of them in one block.
    InMemory(CountMatrix),
}

impl Counts {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        match self {
            Self::InMemory(counts) => counts.n_rows(),
        }
    }

    /// Number of columns.
    pub fn n_cols(&self) -> usize {
        match self {
            Self::InMemory(counts) => counts.n_cols(),
        }
    }

    /// Starts to go through them.
    pub fn blocks(&self) -> Blocks<'_> {
        Blocks { counts: self, next: 0 }
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
        match self.counts {
            Counts::InMemory(counts) => {
                let first = self.next;
                self.next += 1;
                Ok((first == 0).then_some((0, Cow::Borrowed(counts))))
            }
        }
    }
}
