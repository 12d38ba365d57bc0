//! Arrays of a file become a matrix of counts.

mod dense;
mod sparse;

use puricell_core::{Csr, CsrError};
use rayon::prelude::*;

pub(crate) use dense::dense_to_sparse;
pub(crate) use sparse::Sparse;

use crate::error::IoError;
use crate::hdf5::{Hdf5, Refused, Tally, Tiles};

/// An array of one dimension as counts, and how many of them are 0; or the first value that is no count.
pub(crate) type CountArray = Result<(Vec<u32>, u64), Refused>;

/// Reads an array of one dimension, its pieces in parallel.
pub(crate) fn read_array(file: &Hdf5, dataset: &str) -> Result<CountArray, IoError> {
    let tiles = file.tiles(dataset)?;
    let tiles = tiles.as_ref();
    let (n, width) = tiles.shape();
    if width != 1 {
        return Err(file.encoding(dataset, "an array of two dimensions", "an array of one dimension"));
    }
    let Some(first) = tiles.tiles().first() else {
        return Ok(Ok((Vec::new(), 0)));
    };
    let piece = first.len();
    // A matrix that holds no counts mostly shows it at once; then the rest need not be read.
    let mut probe = vec![0; piece];
    if let Err(refused) = tiles.read(0, &mut probe)? {
        return Ok(Err(refused));
    }
    drop(probe);
    if Vec::<u32>::new().try_reserve_exact(n).is_err() {
        let (path, object) = (file.path().to_owned(), dataset.to_owned());
        return Err(IoError::TooLarge { path, object, entries: n as u64 });
    }
    let mut values = vec![0; n];
    let tallies: Vec<Result<Tally, IoError>> =
        values.par_chunks_mut(piece).enumerate().map(|(i, out)| tiles.read(i, out)).collect();
    Ok(first_refusal(tallies.into_iter().enumerate(), tiles)?.map(|zeros| (values, zeros)))
}

/// Looks whether a dataset of numbers holds nothing but counts, without keeping it.
pub(crate) fn check_array(tiles: &dyn Tiles) -> Result<Tally, IoError> {
    let check = |i: usize| tiles.read(i, &mut vec![0; tiles.tiles()[i].len()]);
    let n = tiles.tiles().len();
    if n == 0 {
        return Ok(Ok(0));
    }
    if let Err(refused) = check(0)? {
        return Ok(Err(refused));
    }
    let tallies: Vec<Result<Tally, IoError>> = (0..n).into_par_iter().map(check).collect();
    first_refusal(tallies.into_iter().enumerate(), tiles)
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

/// Checks and joins the arrays.
pub(crate) fn into_csr(file: &std::path::Path, matrix: &str, sparse: Sparse) -> Result<Csr<u32>, IoError> {
    let Sparse { n_rows, n_columns, indptr, indices, values } = sparse;
    Csr::new(n_rows, n_columns, indptr, indices, values).map_err(|source| contradiction(file, matrix, source))
}

/// A contradiction within a sparse matrix.
pub(crate) fn contradiction(file: &std::path::Path, matrix: &str, source: CsrError) -> IoError {
    IoError::Matrix { path: file.to_owned(), matrix: matrix.to_owned(), source }
}
