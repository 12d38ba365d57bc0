//! What is in a file.

mod look;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::IoError;
use crate::open::{Backend, FileKind, Recognised, recognise};

/// What is in a file, without a choice being made. Sentences in `oddities` are for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// The path given.
    pub path: PathBuf,
    /// Format.
    pub kind: FileKind,
    /// The format's own version, or the program that wrote it, where the file says.
    pub version: Option<String>,
    /// Cells.
    pub n_cells: usize,
    /// Features of every kind, of the matrix that would be read.
    pub n_features: usize,
    /// Features per kind, most frequent first.
    pub feature_kinds: Vec<Share>,
    /// Features per genome, most frequent first; empty where the file names none.
    pub genomes: Vec<Share>,
    /// The matrices of the file.
    pub matrices: Vec<MatrixInfo>,
    /// The matrix that would be read without options; `None` where a choice is needed or none holds counts.
    pub default_matrix: Option<String>,
    /// Columns that describe the cells.
    pub cell_columns: Vec<ColumnInfo>,
    /// What looks odd, a sentence each.
    pub oddities: Vec<String>,
}

/// How many features share a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The kind or genome.
    pub name: String,
    /// Features of it.
    pub n: usize,
}

/// A matrix within a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatrixInfo {
    /// Name, as `--layer` or `--genome` takes it.
    pub name: String,
    /// How it is stored, such as `csr, float32`.
    pub stored_as: String,
    /// Cells.
    pub n_cells: usize,
    /// Features.
    pub n_features: usize,
    /// Values that are not 0; `None` where the matrix does not hold counts.
    pub n_nonzero: Option<u64>,
    /// True when every value is a whole number from 0 to 4,294,967,295.
    pub holds_counts: bool,
    /// The first value that is no count, or why the matrix cannot be read.
    pub why_not: Option<String>,
}

/// A column that describes the cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnInfo {
    /// Name.
    pub name: String,
    /// `text`, `integer`, `number`, `bool`, or `not read`.
    pub kind: String,
}

/// Says what is in a file. Every matrix is looked at in full, so that it is known whether it holds counts.
///
/// # Errors
/// [`IoError`]: the path is missing, the format unknown, the content damaged. Values that are no counts, repeated ids
/// and empty matrices are no errors here; they are named in the result.
pub fn inspect(path: &Path) -> Result<Inspection, IoError> {
    match recognise(path, Backend::default())? {
        Recognised::Folder => look::mtx(path),
        Recognised::TenxV2(file) => look::tenx_v2(&file),
        Recognised::TenxV3(file) => look::tenx_v3(&file),
        Recognised::H5ad(file) => look::h5ad(&file),
    }
}
