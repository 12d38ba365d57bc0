//! Work on counts that need not be in memory all at once.

use super::CountMatrix;
use crate::reduce;

/// What is taken from counts in one pass, one block of rows after the other.
///
/// The result must not depend on where blocks end. They end after a multiple of [`PASS_ROWS`] rows, so that what is summed
/// in chunks of as many rows is summed in the same order however the rows come.
pub trait CountPass {
    /// Takes the next rows: those of `block` are rows `first..first + block.n_rows()` of the whole. Every row comes once,
    /// in order; every block but the last has a multiple of [`PASS_ROWS`] rows.
    fn take(&mut self, first: usize, block: &CountMatrix);
}

/// Rows that are worked on together.
pub const PASS_ROWS: usize = reduce::CHUNK;

/// The rows and columns wanted, gathered in one pass.
#[derive(Debug)]
pub struct Selection<'a> {
    rows: &'a [bool],
    columns: Vec<usize>,
    selected: CountMatrix,
}

impl<'a> Selection<'a> {
    /// Nothing yet. `rows` has an entry for each row of the whole; `columns` are strictly increasing, and are renumbered in
    /// their order.
    pub fn new(rows: &'a [bool], columns: Vec<usize>) -> Self {
        debug_assert!(columns.windows(2).all(|w| w[0] < w[1]));
        let selected = CountMatrix::empty(columns.len());
        Self { rows, columns, selected }
    }

    /// What was wanted of the rows taken, in their order.
    pub fn finish(self) -> CountMatrix {
        self.selected
    }
}

impl CountPass for Selection<'_> {
    fn take(&mut self, first: usize, block: &CountMatrix) {
        let (rows, columns) = (self.rows, &self.columns);
        let selected = &mut self.selected;
        reduce::for_each_chunk(
            block.n_rows(),
            PASS_ROWS,
            |range| {
                let wanted: Vec<usize> = range.filter(|&row| rows[first + row]).collect();
                block.select_block(&wanted, columns)
            },
            |part| selected.append(&part),
        );
    }
}
