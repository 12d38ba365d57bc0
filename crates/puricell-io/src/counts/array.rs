//! An array of one dimension, its pieces read in parallel straight into the form that is kept.

use puricell_core::{CountColumns, CountValues};
use rayon::prelude::*;

use super::{contradiction, first_refusal};
use crate::error::IoError;
use crate::hdf5::{Hdf5, Refused, Tally, Tiles};

/// Reads an array of counts; or the first value that is none.
pub(crate) fn read_values(file: &Hdf5, dataset: &str) -> Result<Result<CountValues, Refused>, IoError> {
    let tiles = file.tiles(dataset)?;
    let keep = |counts: &[u32], small: &mut [u8]| {
        let mut large = Vec::new();
        CountValues::split(counts, small, &mut large);
        large
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
        let keep = |wide: &[u32], narrow: &mut [u16]| {
            let mut highest = 0;
            for (narrow, &wide) in narrow.iter_mut().zip(wide) {
                *narrow = wide as u16;
                highest = wide.max(highest);
            }
            u16::try_from(highest).is_ok()
        };
        match read_pieces(file, dataset, tiles.as_ref(), keep)? {
            Ok((columns, fits)) if fits.iter().all(|&fits| fits) => return Ok(Ok(CountColumns::Narrow(columns))),
            // A file that contradicts itself, read once more to say where.
            Ok(_) => {}
            Err(refused) => return Ok(Err(refused)),
        }
    }
    let keep = |read: &[u32], kept: &mut [u32]| kept.copy_from_slice(read);
    Ok(read_pieces(file, dataset, tiles.as_ref(), keep)?.map(|(columns, _)| CountColumns::Wide(columns)))
}

/// What was kept of each entry, and what there is to say of each piece.
type Pieces<T, R> = Result<(Vec<T>, Vec<R>), Refused>;

/// Reads every piece, of which `keep` keeps what is wanted.
fn read_pieces<T: Copy + Default + Send, R: Send>(
    file: &Hdf5,
    dataset: &str,
    tiles: &dyn Tiles,
    keep: impl Fn(&[u32], &mut [T]) -> R + Sync + Send,
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
    let mut probe = vec![0; piece];
    if let Err(refused) = tiles.read(0, &mut probe)? {
        return Ok(Err(refused));
    }
    drop(probe);
    if Vec::<T>::new().try_reserve_exact(n).is_err() {
        let (path, object) = (file.path().to_owned(), dataset.to_owned());
        return Err(IoError::TooLarge { path, object, entries: n as u64 });
    }
    let mut kept = vec![T::default(); n];
    let read: Vec<(Result<Tally, IoError>, R)> = kept
        .par_chunks_mut(piece)
        .enumerate()
        .map(|(i, kept)| {
            let mut counts = vec![0; kept.len()];
            let tally = tiles.read(i, &mut counts);
            (tally, keep(&counts, kept))
        })
        .collect();
    let (tallies, said): (Vec<_>, Vec<R>) = read.into_iter().unzip();
    Ok(first_refusal(tallies.into_iter().enumerate(), tiles)?.map(|_| (kept, said)))
}
