//! Why a file was not written.

use std::path::PathBuf;

use thiserror::Error;

/// Why a file was not written. The first two are the disk's doing, the rest the caller's.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The file cannot be created.
    #[error("cannot create {path}: {source}", path = path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Writing failed part of the way, for instance on a full disk.
    #[error("writing {path} failed: {source}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Two things that must be of one length are not.
    #[error("{what} has {found} entries, expected {expected}")]
    Length {
        /// What is of the wrong length, such as `obs column 'leiden'`.
        what: String,
        /// Its length.
        found: usize,
        /// The length wanted.
        expected: usize,
    },
    /// A name that cannot be a name in the file.
    #[error("'{name}' cannot be a name in {place}: {reason}")]
    Name {
        /// Where it would stand, such as `obs`.
        place: String,
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A category code without a category.
    #[error(
        "{what}: row {row} has code {code}, but there are {n_categories} categories (codes 0 up, or -1 for missing)"
    )]
    Code {
        /// The column.
        what: String,
        /// The row.
        row: usize,
        /// The code found.
        code: i32,
        /// Number of categories.
        n_categories: usize,
    },
    /// A chunk of rows whose columns are not those of the first chunk.
    #[error("rows from {row} on: {found}, expected {expected} as in the first rows")]
    Chunk {
        /// First row of the chunk.
        row: usize,
        /// What the chunk has.
        found: String,
        /// What the first chunk has in its place.
        expected: String,
    },
    /// A text with a NUL byte, which HDF5 strings end at.
    #[error("{what}: entry {row} holds a NUL byte, at which HDF5 text ends")]
    Nul {
        /// The column or value.
        what: String,
        /// Index of the entry.
        row: usize,
    },
    /// The HDF5 library refused.
    #[error("HDF5 could not encode {path}: {source}", path = path.display())]
    Hdf5 {
        /// The file.
        path: PathBuf,
        /// What it says.
        source: hdf5_pure::Error,
    },
    /// The Parquet library refused.
    #[error("Parquet could not encode {path}: {source}", path = path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What it says.
        source: parquet::errors::ParquetError,
    },
}
