//! An array of one dimension, its pieces read in parallel straight into the form that is kept.

use puricell_core::{CountColumns, CountValues};
use rayon::prelude::*;

use super::{contradiction, first_refusal};
use crate::error::IoError;
use crate::hdf5::{Hdf5, Kept, Refused, Tally, Tiles};

/// Reads an array of counts; or the first value that is none.
pub(crate) fn read_values(file: &Hdf5, dataset: &str) -> Result<Result<CountValues, Refused>, IoError> {
    let tiles = file.tiles(dataset)?;
    let keep = |i: usize, small: &mut [u8]| {
        let mut large = Vec::new();
        let tally = tiles.keep(i, Kept::Values { small, large: &mut large });
        (tally, large)
    };
    match read_pieces(file, dataset, tiles.as_ref(), keep)? {
        Ok((small, large)) => {
            let values = CountValues::from_parts(small, large.concat());
            Ok(Ok(values.map_err(|error| contradiction(file.path(), dataset, error))?))
        }
        Err(refused) => Ok(Err(refused)),
    }
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
            Ok((columns, fits)) if fits.iter().all(|&fits| fits) => return Ok(Ok(CountColumns::Narrow(columns))),
            // A file that contradicts itself, read once more to say where.
            Ok(_) => {}
            Err(refused) => return Ok(Err(refused)),
        }
    }
    let keep = |i: usize, columns: &mut [u32]| (tiles.read(i, columns), ());
    Ok(read_pieces(file, dataset, tiles.as_ref(), keep)?.map(|(columns, _)| CountColumns::Wide(columns)))
}

/// What was kept of each entry, and what there is to say of each piece.
type Pieces<T, R> = Result<(Vec<T>, Vec<R>), Refused>;

/// Reads every piece by `keep`, which keeps what is wanted of it.
fn read_pieces<T: Copy + Default + Send, R: Send>(
    file: &Hdf5,
    dataset: &str,
    tiles: &dyn Tiles,
    keep: impl Fn(usize, &mut [T]) -> (Result<Tally, IoError>, R) + Sync + Send,
) -> Result<Pieces<T, R>, IoError> {
    let (n, width) = tiles.shape();
    if width != 1 {
        return Err(file.encoding(dataset, "an array of two dimensions", "an array of one dimension"));
    }
    let Some(first) = tiles.tiles().first() else {
        return Ok(Ok((Vec::new(), Vec::new())));
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
    Ok(first_refusal(tallies.into_iter().enumerate(), tiles)?.map(|_| (kept, said)))
}
