//! Where the chunks of a dataset lie in the file, and how they are decoded.
//!
//! `hdf5-reader` reads whole datasets into arrays of the dataset's own type. Here each chunk is inflated by itself, in
//! parallel, into memory that the next one takes again, and goes straight to what is kept of it, so that no second copy of
//! a large array exists.

use std::io::Read;

use hdf5_reader::chunk_index::{
    ChunkEntry, collect_implicit_chunk_entries, collect_v2_chunk_entries_storage, single_chunk_entry,
};
use hdf5_reader::error::Error;
use hdf5_reader::extensible_array::collect_extensible_array_chunk_entries_storage;
use hdf5_reader::filters::{FilterRegistry, apply_pipeline_with_limit};
use hdf5_reader::fixed_array::collect_fixed_array_chunk_entries_storage;
use hdf5_reader::messages::HdfMessage;
use hdf5_reader::messages::filter_pipeline::{FILTER_DEFLATE, FILTER_FLETCHER32, FILTER_SHUFFLE, FilterDescription};
use hdf5_reader::messages::layout::{ChunkIndexing, DataLayout};
use hdf5_reader::{Dataset, Hdf5File, btree_v1};

use super::element::Order;
use super::lzf;
use super::scratch::Scratch;

/// The number of the Zstandard filter in the HDF Group's list.
const ZSTD: u16 = 32015;

/// Most bytes that a filter without a size of its own may produce.
const LARGEST_CHUNK: u64 = u32::MAX as u64;

/// How the bytes of a dataset are stored.
pub(crate) enum Layout {
    /// One run of bytes in the file.
    Contiguous {
        /// Where it starts.
        address: u64,
    },
    /// Chunks.
    Chunked(Chunks),
    /// In the header, or not written at all: for the reader's own routines.
    Other,
}

/// The chunks of a dataset of one or two dimensions.
pub(crate) struct Chunks {
    /// Rows and columns of a chunk; one column where the dataset has one dimension.
    pub(crate) shape: (usize, usize),
    /// The chunk at each place of the grid, row-major; `None` where it was never written.
    pub(crate) entries: Vec<Option<ChunkEntry>>,
    /// The filters, in the order of writing.
    pub(crate) filters: Vec<FilterDescription>,
    /// The value of what was never written; empty for 0.
    pub(crate) fill: Vec<u8>,
}

type Result<T> = std::result::Result<T, Error>;

/// Finds the bytes of a dataset.
pub(crate) fn layout(file: &Hdf5File, dataset: &Dataset) -> Result<Layout> {
    let header = file.get_or_parse_header(dataset.address())?;
    let mut found = None;
    let mut filters = Vec::new();
    for message in &header.messages {
        match message {
            HdfMessage::DataLayout(layout) => found = Some(&layout.layout),
            HdfMessage::FilterPipeline(pipeline) => filters.clone_from(&pipeline.filters),
            HdfMessage::ExternalFiles(_) => return Ok(Layout::Other),
            _ => {}
        }
    }
    let undefined = u64::MAX >> (64 - 8 * u32::from(file.superblock().offset_size.clamp(1, 8)));
    match found {
        Some(&DataLayout::Contiguous { address, size }) if address != undefined && size > 0 => {
            Ok(Layout::Contiguous { address })
        }
        Some(DataLayout::Chunked { address, dims, chunk_indexing, .. }) if *address != undefined => {
            let n = dataset.ndim();
            // Older layouts carry the element's size as one dimension more.
            let Some(dims) = dims.get(..n).filter(|d| (1..=2).contains(&n) && !d.contains(&0)) else {
                return Ok(Layout::Other);
            };
            let entries = entries(file, dataset, *address, dims, chunk_indexing.as_ref())?;
            let fill = dataset.fill_value().and_then(|f| f.value.clone()).unwrap_or_default();
            let shape = (dims[0] as usize, dims.get(1).map_or(1, |&d| d as usize));
            let entries = on_grid(dataset.shape(), dims, entries, file.storage().len())?;
            Ok(Layout::Chunked(Chunks { shape, entries, filters, fill }))
        }
        _ => Ok(Layout::Other),
    }
}

fn entries(
    file: &Hdf5File,
    dataset: &Dataset,
    address: u64,
    dims: &[u32],
    indexing: Option<&ChunkIndexing>,
) -> Result<Vec<ChunkEntry>> {
    let storage = file.storage();
    let (offset_size, length_size) = (file.superblock().offset_size, file.superblock().length_size);
    let (shape, n) = (dataset.shape(), dims.len());
    match indexing {
        None => {
            let leaves = btree_v1::collect_btree_v1_leaves_storage(
                storage,
                address,
                offset_size,
                length_size,
                Some(n as u32),
                dims,
                None,
            )?;
            Ok(leaves
                .into_iter()
                .filter_map(|(key, address)| match key {
                    btree_v1::BTreeV1Key::RawData { chunk_size, filter_mask, offsets } => {
                        let offsets = offsets.get(..n)?.to_vec();
                        Some(ChunkEntry { address, size: u64::from(chunk_size), filter_mask, offsets })
                    }
                    btree_v1::BTreeV1Key::Group { .. } => None,
                })
                .collect())
        }
        Some(&ChunkIndexing::SingleChunk { filtered_size, filters }) => {
            Ok(vec![single_chunk_entry(address, filtered_size, filters, n)])
        }
        Some(ChunkIndexing::BTreeV2) => {
            collect_v2_chunk_entries_storage(storage, address, offset_size, length_size, n as u32, dims, None)
        }
        Some(ChunkIndexing::Implicit) => {
            collect_implicit_chunk_entries(address, shape, dims, dataset.raw_element_size()?, None, storage.len())
        }
        Some(ChunkIndexing::FixedArray { .. }) => {
            collect_fixed_array_chunk_entries_storage(storage, address, offset_size, length_size, shape, dims, None)
        }
        Some(ChunkIndexing::ExtensibleArray { .. }) => collect_extensible_array_chunk_entries_storage(
            storage,
            address,
            offset_size,
            length_size,
            shape,
            dataset.max_dims(),
            dims,
            None,
        ),
    }
}

fn on_grid(shape: &[u64], dims: &[u32], entries: Vec<ChunkEntry>, file_length: u64) -> Result<Vec<Option<ChunkEntry>>> {
    let per_dim: Vec<u64> = shape.iter().zip(dims).map(|(&n, &d)| n.div_ceil(u64::from(d))).collect();
    // A written chunk takes at least a byte, so a larger grid is a damaged extent; it must not be allocated.
    let n_chunks = per_dim.iter().try_fold(1_u64, |n, &d| n.checked_mul(d)).filter(|&n| n <= file_length);
    let Some(n_chunks) = n_chunks else {
        return Err(Error::InvalidData(format!("{shape:?} in chunks of {dims:?} is too many chunks")));
    };
    let mut grid = vec![None; n_chunks as usize];
    for entry in entries {
        // Chunks beyond the present extent, left by a shrunken dataset, fall off the grid.
        let place = entry.offsets.iter().zip(dims).zip(&per_dim).try_fold(0_u64, |place, ((&offset, &dim), &n)| {
            let at = offset / u64::from(dim);
            (at < n).then_some(place * n + at)
        });
        if let Some(slot) = place.and_then(|p| grid.get_mut(p as usize)) {
            *slot = Some(entry);
        }
    }
    Ok(grid)
}

/// Decodes one chunk of `n` elements of `size` bytes into the bytes of `scratch`, and returns how they lie. Gzip,
/// Zstandard and LZF, alone or over shuffle, leave the planes of shuffle as they are; every other pipeline goes through
/// the registry.
pub(crate) fn decode(
    scratch: &mut Scratch,
    chunks: &Chunks,
    filter_mask: u32,
    (n, size): (usize, usize),
    registry: &FilterRegistry,
) -> Result<Order> {
    let mut stored = scratch.stored.as_slice();
    let mut filters = chunks.filters.as_slice();
    // The checksum of fletcher32 comes last; it is verified by the registry's routine.
    let checked;
    if let [before @ .., last] = filters
        && last.id == FILTER_FLETCHER32
        && filter_mask == 0
    {
        checked = registry.apply(last, stored, size)?;
        (stored, filters) = (&checked, before);
    }
    let (shuffled, packed) = match filters {
        [packed] if filter_mask == 0 => (false, packed.id),
        [first, packed] if filter_mask == 0 && first.id == FILTER_SHUFFLE => (true, packed.id),
        _ => (false, FILTER_SHUFFLE),
    };
    let room = n * size;
    let bytes = &mut scratch.bytes;
    let length = match packed {
        FILTER_DEFLATE | ZSTD => {
            if bytes.len() < room {
                // Not filled but fresh: a chunk that claims to be large costs nothing until it is.
                *bytes = vec![0; room];
            }
            let bytes = &mut bytes[..room];
            let found = if packed == ZSTD {
                ruzstd::decoding::FrameDecoder::new().decode_all(stored, bytes).map_err(|e| e.to_string())
            } else {
                scratch.decompressor.zlib_decompress(stored, bytes).map_err(|e| e.to_string())
            };
            found.map_err(Error::DecompressionError)?
        }
        lzf::LZF => {
            bytes.clear();
            lzf::decompress(stored, room, bytes).ok_or_else(damaged_lzf)?;
            bytes.len()
        }
        _ => {
            *bytes = apply_pipeline_with_limit(stored, filters, filter_mask, size, Some(registry), Some(room))?;
            bytes.len()
        }
    };
    if length == room {
        Ok(if shuffled { Order::Planes { n } } else { Order::Elements })
    } else {
        Err(Error::InvalidData(format!("a chunk has {length} bytes, expected {room}")))
    }
}

/// The filters of `hdf5-reader`, and LZF and Zstandard.
pub(crate) fn registry() -> FilterRegistry {
    let mut registry = FilterRegistry::new();
    registry.register(
        lzf::LZF,
        Box::new(|filter, data, _| {
            // The third parameter is the chunk's size in bytes (h5py, lzf_filter.c).
            let limit = filter.client_data.get(2).map_or(usize::MAX, |&n| n as usize);
            let mut out = Vec::new();
            lzf::decompress(data, limit.min(1 << 30), &mut out).ok_or_else(damaged_lzf)?;
            Ok(out)
        }),
    );
    registry.register(
        ZSTD,
        Box::new(|_, data, _| {
            let damaged = |e: String| Error::DecompressionError(e);
            let decoder = ruzstd::decoding::StreamingDecoder::new(data).map_err(|e| damaged(e.to_string()))?;
            let mut out = Vec::new();
            decoder.take(LARGEST_CHUNK).read_to_end(&mut out).map_err(|e| damaged(e.to_string()))?;
            Ok(out)
        }),
    );
    registry
}

fn damaged_lzf() -> Error {
    Error::DecompressionError("LZF data are damaged".to_owned())
}
