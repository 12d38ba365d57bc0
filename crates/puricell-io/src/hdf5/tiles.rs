//! A large dataset, piece by piece.

use crate::error::IoError;
use crate::hdf5::{Kept, Refused};

/// A rectangle of a dataset; a dataset of one dimension has one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tile {
    /// First row.
    pub(crate) row: usize,
    /// First column.
    pub(crate) column: usize,
    /// Rows.
    pub(crate) n_rows: usize,
    /// Columns.
    pub(crate) n_columns: usize,
}

impl Tile {
    /// Elements.
    pub(crate) fn len(&self) -> usize {
        self.n_rows * self.n_columns
    }

    /// Covers `n_rows x n_columns` with rectangles of `height x width`, in row-major order.
    pub(crate) fn cover(n_rows: usize, n_columns: usize, height: usize, width: usize) -> Vec<Self> {
        let (height, width) = (height.max(1), width.max(1));
        let mut tiles = Vec::new();
        for row in (0..n_rows).step_by(height) {
            for column in (0..n_columns).step_by(width) {
                tiles.push(Self {
                    row,
                    column,
                    n_rows: height.min(n_rows - row),
                    n_columns: width.min(n_columns - column),
                });
            }
        }
        tiles
    }
}

/// What a tile held: the number of zeros (0 where columns are kept), or the first value that is no count (position within
/// the tile, row-major).
pub(crate) type Tally = Result<u64, Refused>;

/// A dataset of numbers that is read piece by piece, from any thread.
pub(crate) trait Tiles: Sync {
    /// Rows and columns; one column where the dataset has one dimension.
    fn shape(&self) -> (usize, usize);
    /// The pieces, in row-major order; all but those at the far edges have one size.
    fn tiles(&self) -> &[Tile];
    /// Reads one piece into the form that is kept of it, row-major, of exactly the piece's size.
    fn keep(&self, tile: usize, kept: Kept<'_>) -> Result<Tally, IoError>;

    /// Reads one piece as counts into `out`, row-major, of exactly the piece's size.
    fn read(&self, tile: usize, out: &mut [u32]) -> Result<Tally, IoError> {
        self.keep(tile, Kept::Counts(out))
    }
}
