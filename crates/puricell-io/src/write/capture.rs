//! A capture in a form that reads fast: what `puricell prepare` writes.
//!
//! The tree is that of Cell Ranger 3, gene expression only: a sparse matrix of features x barcodes whose columns are stored one after
//! the other. Numbers are as narrow as they can be, and compressed as little as pays. At the root stands what the writer wants to be
//! known of the capture, and beside the matrix what its empty droplets hold.

use std::fs::File;
use std::path::Path;

use hdf5_pure::{AttrValue, Datatype, FileBuilder, GroupBuilder, make_u8_type, make_u16_type, make_u32_type};
use puricell_core::{CountColumns, CountMatrix, FeatureTable};

use super::WriteError;
use crate::capture::{ABOUT, AMBIENT};

/// Elements of a chunk; a side that HDF5 2.0 takes from this writer (see the h5ad writer).
const CHUNK: usize = 1 << 15;
/// Deflate level: on shuffled counts more costs time and saves little.
const LEVEL: u32 = 1;

/// What goes into the file of a capture.
#[derive(Debug, Clone, Copy)]
pub struct Capture<'a> {
    /// Counts, `n_cells x n_features`.
    pub counts: &'a CountMatrix,
    /// Barcodes, in row order.
    pub barcodes: &'a [String],
    /// The features, in column order.
    pub features: &'a FeatureTable,
    /// What is to be known of it, as a text.
    pub about: &'a str,
    /// Molecules of each feature in empty droplets, where they are known.
    pub ambient: Option<&'a [u64]>,
}

/// Writes a capture; a file that is there is replaced. Peak memory is about 9 bytes per stored count beyond `data`.
///
/// # Errors
/// [`WriteError::Length`] and [`WriteError::Nul`] where `data` contradicts itself or cannot be expressed, before anything is
/// written; [`WriteError::Create`] and [`WriteError::Write`] where the disk refuses; [`WriteError::Hdf5`] where the library does.
pub fn write_capture(path: &Path, data: &Capture<'_>) -> Result<(), WriteError> {
    let root = tree(data)?;
    let file = File::create(path).map_err(|source| WriteError::Create { path: path.to_owned(), source })?;
    root.finish_to(file).map_err(|error| match error {
        hdf5_pure::Error::Io(source) => WriteError::Write { path: path.to_owned(), source },
        source => WriteError::Hdf5 { path: path.to_owned(), source },
    })
}

fn tree(data: &Capture<'_>) -> Result<FileBuilder, WriteError> {
    let (n_cells, n_features) = (data.counts.n_rows(), data.counts.n_cols());
    let ambient = data.ambient.map_or(n_features, <[u64]>::len);
    for (what, found, expected) in [
        ("barcodes", data.barcodes.len(), n_cells),
        ("features", data.features.len(), n_features),
        ("molecules of empty droplets", ambient, n_features),
    ] {
        if found != expected {
            return Err(WriteError::Length { what: what.to_owned(), found, expected });
        }
    }
    let mut root = FileBuilder::new();
    root.set_attr(ABOUT, AttrValue::VarLenString(data.about.to_owned()));
    let mut matrix = root.create_group("matrix");
    texts(&mut matrix, "barcodes", data.barcodes)?;
    let (columns, largest) = (CountColumns::fit_narrow(n_features), data.counts.largest());
    if columns {
        numbers(
            &mut matrix,
            "indices",
            make_u16_type(),
            entries(data.counts, |column, _| (column as u16).to_le_bytes()),
        );
    } else {
        numbers(&mut matrix, "indices", make_u32_type(), entries(data.counts, |column, _| column.to_le_bytes()));
    }
    if u8::try_from(largest).is_ok() {
        numbers(&mut matrix, "data", make_u8_type(), entries(data.counts, |_, count| [count as u8]));
    } else if u16::try_from(largest).is_ok() {
        numbers(&mut matrix, "data", make_u16_type(), entries(data.counts, |_, count| (count as u16).to_le_bytes()));
    } else {
        numbers(&mut matrix, "data", make_u32_type(), entries(data.counts, |_, count| count.to_le_bytes()));
    }
    matrix.create_dataset("indptr").with_u64_data(data.counts.indptr());
    matrix.create_dataset("shape").with_u64_data(&[n_features as u64, n_cells as u64]);
    let mut features = matrix.create_group("features");
    let kinds: Vec<&str> = data.features.kinds.iter().map(puricell_core::FeatureKind::name).collect();
    texts(&mut features, "id", &data.features.ids)?;
    texts(&mut features, "name", &data.features.names)?;
    texts(&mut features, "feature_type", &kinds)?;
    texts(&mut features, "genome", &data.features.genomes)?;
    matrix.add_group(features.finish());
    root.add_group(matrix.finish());
    if let Some(ambient) = data.ambient {
        root.create_dataset(AMBIENT).with_u64_data(ambient);
    }
    Ok(root)
}

/// A number for each stored count, little-endian, one row after the other.
fn entries<const N: usize>(counts: &CountMatrix, to_bytes: fn(u32, u32) -> [u8; N]) -> (Vec<u8>, usize) {
    let mut bytes = Vec::with_capacity(counts.nnz() * N);
    for row in 0..counts.n_rows() {
        counts.row(row).for_each(|column, count| bytes.extend_from_slice(&to_bytes(column, count)));
    }
    (bytes, N)
}

fn numbers(group: &mut GroupBuilder, name: &str, datatype: Datatype, (bytes, width): (Vec<u8>, usize)) {
    let n = bytes.len() / width;
    let dataset = group.create_dataset(name).with_raw_data(datatype, bytes, n as u64);
    dataset.with_shape(&[n as u64]);
    if n >= CHUNK {
        dataset.with_chunks(&[CHUNK as u64]);
        if width > 1 {
            dataset.with_shuffle();
        }
        dataset.with_deflate(LEVEL);
    }
}

fn texts<S: AsRef<str>>(group: &mut GroupBuilder, name: &str, values: &[S]) -> Result<(), WriteError> {
    if let Some(row) = values.iter().position(|v| v.as_ref().contains('\0')) {
        return Err(WriteError::Nul { what: name.to_owned(), row });
    }
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    group.create_dataset(name).with_vlen_strings(&values);
    Ok(())
}
