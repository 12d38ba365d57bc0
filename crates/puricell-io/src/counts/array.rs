//! An array of one dimension, its pieces read in parallel straight into the form that is kept.

use puricell_core::{CountColumns, CountValues};
use rayon::prelude::*;

use super::first_refusal;
use crate::error::IoError;
use crate::hdf5::{Hdf5, Kept, Refused, Tally, Tiles};

/// Reads an array of counts, and how many are 0; or the first value that is none.
pub(crate) fn read_values(file: &Hdf5, dataset: &str) -> Result<Result<(CountValues, u64), Refused>, IoError> {
    let tiles = file.tiles(dataset)?;
    let keep = |i: usize, small: &mut [u8]| {
        let mut large = Vec::new();
        let tally = tiles.keep(i, Kept::Values { small, large: &mut large });
        (tally, large)
    };
    let pieces = read_pieces(file, dataset, tiles.as_ref(), keep)?;
    Ok(pieces.map(|read| (CountValues::from_split(read.kept, read.said.concat()), read.zeros)))
}

/// Reads an array of positions among `n_columns`; or the first value that is no whole number from 0. A position beyond
/// the columns is kept as it is.
pub(crate) fn read_columns(
    file: &Hdf5,
    dataset: &str,
    n_columns: usize,
) -> Result<Result<CountColumns, Refused>, IoError> {
    let tiles = file.tiles(dataset)?;
    if CountColumns::fit_narrow(n_columns) {
        let keep = |i: usize, narrow: &mut [u16]| {
            let mut fit = true;
            let tally = tiles.keep(i, Kept::Columns { narrow, fit: &mut fit });
            (tally, fit)
        };
        match read_pieces(file, dataset, tiles.as_ref(), keep)? {
            Ok(read) if read.said.iter().all(|&fit| fit) => return Ok(Ok(CountColumns::Narrow(read.kept))),
            // A file that contradicts itself, read once more to say where.
            Ok(_) => {}
            Err(refused) => return Ok(Err(refused)),
        }
    }
    let keep = |i: usize, columns: &mut [u32]| (tiles.read(i, columns), ());
    Ok(read_pieces(file, dataset, tiles.as_ref(), keep)?.map(|read| CountColumns::Wide(read.kept)))
}

/// An array that was read.
struct Pieces<T, R> {
    /// What was kept of each entry.
    kept: Vec<T>,
    /// What there is to say of each piece.
    said: Vec<R>,
    /// Entries that are 0, where they were counted.
    zeros: u64,
}

/// Reads every piece by `keep`, which keeps what is wanted of it.
fn read_pieces<T: Copy + Default + Send, R: Send>(
    file: &Hdf5,
    dataset: &str,
    tiles: &dyn Tiles,
    keep: impl Fn(usize, &mut [T]) -> (Result<Tally, IoError>, R) + Sync + Send,
) -> Result<Result<Pieces<T, R>, Refused>, IoError> {
    let (n, width) = tiles.shape();
    if width != 1 {
        return Err(file.encoding(dataset, "an array of two dimensions", "an array of one dimension"));
    }
    let Some(first) = tiles.tiles().first() else {
        return Ok(Ok(Pieces { kept: Vec::new(), said: Vec::new(), zeros: 0 }));
    };
    let piece = first.len();
    // A matrix that holds no counts mostly shows it at once; then the rest need not be read.
    if tiles.tiles().len() > 1
        && let Err(refused) = keep(0, &mut vec![T::default(); piece]).0?
    {
        return Ok(Err(refused));
    }
    if Vec::<T>::new().try_reserve_exact(n).is_err() {
        let (path, object) = (file.path().to_owned(), dataset.to_owned());
        return Err(IoError::TooLarge { path, object, entries: n as u64 });
    }
    let mut kept = vec![T::default(); n];
    let read: Vec<(Result<Tally, IoError>, R)> =
        kept.par_chunks_mut(piece).enumerate().map(|(i, kept)| keep(i, kept)).collect();
    let (tallies, said): (Vec<_>, Vec<R>) = read.into_iter().unzip();
    Ok(first_refusal(tallies.into_iter().enumerate(), tiles)?.map(|zeros| Pieces { kept, said, zeros }))
}
