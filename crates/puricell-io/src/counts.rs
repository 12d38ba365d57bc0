//! Arrays of a file become a matrix of counts.

mod array;
mod dense;
mod rows;
mod sparse;

use puricell_core::{CountMatrix, CsrError};
use rayon::prelude::*;

pub(crate) use array::{read_columns, read_values};
pub(crate) use dense::dense_to_sparse;
pub(crate) use rows::{Refusal, Rows};
pub(crate) use sparse::{Moved, Sparse};

use crate::error::IoError;
use crate::hdf5::{Hdf5, Refused, Tally, Tiles};

/// Looks whether a dataset of numbers holds nothing but counts, without keeping it.
pub(crate) fn check_array(tiles: &dyn Tiles) -> Result<Tally, IoError> {
    if let Err(refused) = check_first(tiles)? {
        return Ok(Err(refused));
    }
    let check = |i: usize| tiles.read(i, &mut vec![0; tiles.tiles()[i].len()]);
    let n = tiles.tiles().len();
    let tallies: Vec<Result<Tally, IoError>> = (0..n).into_par_iter().map(check).collect();
    first_refusal(tallies.into_iter().enumerate(), tiles)
}

/// The same of its first piece: a matrix that holds no counts mostly shows it at once.
pub(crate) fn check_first(tiles: &dyn Tiles) -> Result<Tally, IoError> {
    tiles.tiles().first().map_or(Ok(Ok(0)), |tile| tiles.read(0, &mut vec![0; tile.len()]))
}

/// One entry of an array of positions; `None` where there is none, or it is no position.
pub(crate) fn one_column(file: &Hdf5, dataset: &str, position: u64) -> Option<u32> {
    let tiles = file.tiles(dataset).ok()?;
    let piece = tiles.tiles().first()?.len().max(1);
    let tile = position as usize / piece;
    let mut columns = vec![0; tiles.tiles().get(tile)?.len()];
    tiles.read(tile, &mut columns).ok()?.ok()?;
    columns.get(position as usize % piece).copied()
}

/// The sum of zeros, or the first refusal in the order of the pieces, so that the answer does not depend on threads.
fn first_refusal(
    tallies: impl Iterator<Item = (usize, Result<Tally, IoError>)>,
    tiles: &dyn Tiles,
) -> Result<Tally, IoError> {
    let mut zeros = 0;
    for (i, tally) in tallies {
        match tally? {
            Ok(n) => zeros += n,
            Err(refused) => {
                let tile = tiles.tiles()[i];
                let position = (tile.row * tiles.shape().1) as u64 + refused.position;
                return Ok(Err(Refused { position, ..refused }));
            }
        }
    }
    Ok(Ok(zeros))
}

/// Checks and joins the parts.
pub(crate) fn into_matrix(file: &std::path::Path, matrix: &str, sparse: Sparse) -> Result<CountMatrix, IoError> {
    let Sparse { n_rows, n_columns, indptr, columns, values, .. } = sparse;
    CountMatrix::from_parts(n_rows, n_columns, indptr, columns, values)
        .map_err(|source| contradiction(file, matrix, source))
}

/// A contradiction within a sparse matrix.
pub(crate) fn contradiction(file: &std::path::Path, matrix: &str, source: CsrError) -> IoError {
    IoError::Matrix { path: file.to_owned(), matrix: matrix.to_owned(), source }
}
