//! A dense dataset becomes a sparse matrix without ever being dense in memory.

use puricell_core::{CountColumns, CountValues};
use rayon::prelude::*;

use super::Sparse;
use crate::error::IoError;
use crate::hdf5::{Refused, Tile, Tiles};

/// Elements that are decoded at a time.
const BATCH: usize = 1 << 22;

/// The nonzero values of one tile.
struct Piece {
    row_lengths: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<u32>,
}

/// Reads a dataset of two dimensions. The refusal's position is row-major in the whole dataset.
pub(crate) fn dense_to_sparse(tiles: &dyn Tiles) -> Result<Result<Sparse, Refused>, IoError> {
    let (n_rows, n_columns) = tiles.shape();
    let (columns, values) = (CountColumns::with_capacity(n_columns, 0), CountValues::default());
    let mut sparse = Sparse { n_rows, n_columns, indptr: vec![0], columns, values, has_zero: false };
    let all = tiles.tiles();
    // A band is a row of tiles; a batch is as many bands as are worth sharing among threads.
    let per_band = all.iter().take_while(|t| t.row == 0).count().max(1);
    let band_size = n_columns.max(1) * all.first().map_or(1, |t| t.n_rows);
    let bands = (BATCH / band_size).max(1);
    for batch in (0..all.len()).collect::<Vec<_>>().chunks(per_band * bands) {
        let pieces: Vec<Result<Result<Piece, Refused>, IoError>> =
            batch.par_iter().map(|&i| read_piece(tiles, i)).collect();
        let mut read = Vec::with_capacity(pieces.len());
        let mut refused: Option<Refused> = None;
        for (&i, piece) in batch.iter().zip(pieces) {
            match piece? {
                Ok(piece) => read.push(piece),
                Err(inside) => {
                    let here = in_whole(inside, all[i], n_columns);
                    if refused.is_none_or(|first| here.position < first.position) {
                        refused = Some(here);
                    }
                }
            }
        }
        if let Some(refused) = refused {
            return Ok(Err(refused));
        }
        for band in read.chunks(per_band) {
            append(&mut sparse, band);
        }
    }
    // No tile at all where there is no column.
    sparse.indptr.resize(n_rows + 1, sparse.values.len() as u64);
    Ok(Ok(sparse))
}

fn read_piece(tiles: &dyn Tiles, i: usize) -> Result<Result<Piece, Refused>, IoError> {
    let tile = tiles.tiles()[i];
    let mut counts = vec![0; tile.len()];
    if let Err(refused) = tiles.read(i, &mut counts)? {
        return Ok(Err(refused));
    }
    let mut piece = Piece { row_lengths: Vec::with_capacity(tile.n_rows), columns: Vec::new(), values: Vec::new() };
    for row in counts.chunks(tile.n_columns) {
        let before = piece.values.len();
        for (column, &value) in row.iter().enumerate() {
            if value != 0 {
                piece.columns.push((tile.column + column) as u32);
                piece.values.push(value);
            }
        }
        piece.row_lengths.push(piece.values.len() - before);
    }
    Ok(Ok(piece))
}

fn append(sparse: &mut Sparse, band: &[Piece]) {
    let mut from = vec![0; band.len()];
    for row in 0..band.first().map_or(0, |p| p.row_lengths.len()) {
        for (piece, from) in band.iter().zip(&mut from) {
            let to = *from + piece.row_lengths[row];
            for (&column, &value) in piece.columns[*from..to].iter().zip(&piece.values[*from..to]) {
                sparse.columns.push(column);
                sparse.values.push(value);
            }
            *from = to;
        }
        sparse.indptr.push(sparse.values.len() as u64);
    }
}

fn in_whole(refused: Refused, tile: Tile, n_columns: usize) -> Refused {
    let width = tile.n_columns.max(1) as u64;
    let row = tile.row as u64 + refused.position / width;
    let column = tile.column as u64 + refused.position % width;
    Refused { position: row * n_columns as u64 + column, ..refused }
}
