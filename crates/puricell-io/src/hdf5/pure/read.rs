//! Large datasets, chunk by chunk.

use hdf5_reader::Dataset;
use hdf5_reader::error::Error;

use super::{PureFile, decode, problem};
use crate::error::IoError;
use crate::hdf5::chunks::{self, Chunks, Layout};
use crate::hdf5::convert::to_counts;
use crate::hdf5::element::{Order, unshuffle};
use crate::hdf5::scratch::Scratch;
use crate::hdf5::tiles::{Tally, Tile, Tiles};
use crate::hdf5::{Element, Kept, Refused};

/// Elements per piece of a dataset that is not chunked.
const PIECE: usize = 1 << 16;

/// Largest chunk that is decoded, in bytes: HDF5's own limit.
const LARGEST_CHUNK: usize = u32::MAX as usize;

/// The pieces of a dataset of one or two dimensions.
pub(super) struct PureTiles<'a> {
    file: &'a PureFile,
    name: String,
    element: Element,
    size: usize,
    shape: (usize, usize),
    tiles: Vec<Tile>,
    stored: Stored,
}

enum Stored {
    Contiguous { address: u64 },
    Chunked(Chunks),
    Whole(Vec<u8>),
}

impl<'a> PureTiles<'a> {
    pub(super) fn new(file: &'a PureFile, name: &str) -> Result<Self, IoError> {
        let dataset = file.dataset(name)?;
        let element = decode::element(dataset.dtype());
        let Some(size) = element.number_size() else {
            return Err(file.element_error(name, &element, "numbers"));
        };
        let shape = match *dataset.shape() {
            [n] => (n, 1),
            [rows, columns] => (rows, columns),
            _ => return Err(dimensions(file, name, &dataset)),
        };
        let too_large = |entries| IoError::TooLarge { path: file.path.clone(), object: name.to_owned(), entries };
        let entries = shape.0.checked_mul(shape.1).ok_or_else(|| too_large(u64::MAX))?;
        let bytes = entries.checked_mul(size as u64).and_then(|n| usize::try_from(n).ok());
        let bytes = bytes.ok_or_else(|| too_large(entries))?;
        let shape = (shape.0 as usize, shape.1 as usize);
        let layout = chunks::layout(&file.file, &dataset).map_err(|e| problem(&file.path, name, &e))?;
        let (stored, tile) = match layout {
            Layout::Chunked(chunks) => {
                let tile = chunks.shape;
                let largest = tile.0.checked_mul(tile.1).and_then(|n| n.checked_mul(size));
                if largest.is_none_or(|n| n > LARGEST_CHUNK) {
                    return Err(too_large(tile.0 as u64 * tile.1 as u64));
                }
                (Stored::Chunked(chunks), tile)
            }
            Layout::Contiguous { address } => {
                let found = file.file.storage().len();
                if address.checked_add(bytes as u64).is_none_or(|end| end > found) {
                    let expected = address.saturating_add(bytes as u64);
                    return Err(IoError::Truncated { path: file.path.clone(), found, expected });
                }
                (Stored::Contiguous { address }, (PIECE.div_ceil(shape.1.max(1)), shape.1))
            }
            Layout::Other if bytes > LARGEST_CHUNK => return Err(too_large(entries)),
            Layout::Other => {
                let wrong = |e: Error| problem(&file.path, name, &e);
                let whole = dataset.read_raw_bytes().map_err(wrong)?;
                if whole.len() != bytes {
                    let problem = format!("the dataset has {} bytes, expected {bytes}", whole.len());
                    return Err(wrong(Error::InvalidData(problem)));
                }
                (Stored::Whole(whole), shape)
            }
        };
        let tiles = Tile::cover(shape.0, shape.1, tile.0, tile.1);
        Ok(Self { file, name: name.to_owned(), element, size, shape, tiles, stored })
    }

    /// Decodes a chunk into the bytes of `scratch`, and says how they lie.
    fn decode(&self, chunks: &Chunks, tile: usize, scratch: &mut Scratch) -> Result<Order, IoError> {
        let (n, size) = (chunks.shape.0 * chunks.shape.1, self.size);
        let Some(entry) = &chunks.entries[tile] else {
            scratch.bytes = if chunks.fill.len() == size { chunks.fill.repeat(n) } else { vec![0; n * size] };
            return Ok(Order::Elements);
        };
        let length = if entry.size == 0 { n * size } else { entry.size as usize };
        self.file
            .read_at(entry.address, length, &mut scratch.stored)
            .and_then(|()| chunks::decode(scratch, chunks, entry.filter_mask, (n, size), &self.file.registry))
            .map_err(|e| problem(&self.file.path, &self.name, &e))
    }

    fn keep_chunk(
        &self,
        chunks: &Chunks,
        tile: usize,
        scratch: &mut Scratch,
        mut kept: Kept<'_>,
    ) -> Result<Tally, IoError> {
        let order = self.decode(chunks, tile, scratch)?;
        let (height, width) = chunks.shape;
        let Tile { n_rows, n_columns, .. } = self.tiles[tile];
        let bytes = &scratch.bytes[..height * width * self.size];
        if n_columns == width {
            return Ok(to_counts(bytes, &self.element, order, kept));
        }
        // A chunk over the right edge: its rows are wider than the tile's, and what lies beyond it may be no count.
        let unshuffled;
        let bytes = match order {
            Order::Elements => bytes,
            Order::Planes { n } => {
                unshuffled = unshuffle(bytes, self.size, n);
                &unshuffled
            }
        };
        let mut counts = vec![0; n_rows * n_columns];
        for (row, counts) in counts.chunks_mut(n_columns).enumerate() {
            let bytes = &bytes[row * width * self.size..][..n_columns * self.size];
            if let Err(refused) = to_counts(bytes, &self.element, Order::Elements, Kept::Counts(counts)) {
                let position = refused.position + (row * n_columns) as u64;
                return Ok(Err(Refused { position, ..refused }));
            }
        }
        Ok(Ok(kept.put(0, &counts)))
    }
}

impl Tiles for PureTiles<'_> {
    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    fn keep(&self, tile: usize, kept: Kept<'_>) -> Result<Tally, IoError> {
        let at = self.tiles[tile];
        let (from, length) = ((at.row * self.shape.1) * self.size, at.len() * self.size);
        match &self.stored {
            Stored::Chunked(chunks) => self.file.scratch.lend(|scratch| self.keep_chunk(chunks, tile, scratch, kept)),
            Stored::Contiguous { address } => self.file.scratch.lend(|scratch| {
                self.file
                    .read_at(address + from as u64, length, &mut scratch.stored)
                    .map_err(|e| problem(&self.file.path, &self.name, &e))?;
                Ok(to_counts(&scratch.stored, &self.element, Order::Elements, kept))
            }),
            Stored::Whole(bytes) => Ok(to_counts(bytes, &self.element, Order::Elements, kept)),
        }
    }
}

fn dimensions(file: &PureFile, name: &str, dataset: &Dataset) -> IoError {
    IoError::Encoding {
        path: file.path.clone(),
        object: name.to_owned(),
        found: format!("an array of {} dimensions", dataset.ndim()),
        expected: "an array of one or two dimensions",
    }
}
