//! From a path to a data set.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use puricell_core::{Dataset, Noted};
use serde::Serialize;

use crate::contents::disagreement;
use crate::error::{ForeignFormat, IoError};
use crate::hdf5::Hdf5;
use crate::lot::{Counts, Lot, Streaming};
use crate::{capture, h5ad, hdf5, mtx, tenx};

/// Which implementation of HDF5 reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backend {
    /// The reader in Rust; needs no C library.
    #[default]
    Pure,
    /// The system's C library, to check the other against.
    #[cfg(feature = "libhdf5")]
    LibHdf5,
}

/// What to read of a file that holds several matrices.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The matrix of an h5ad file to take the counts from: `X`, `raw/X`, `raw`, or a layer's name. Default: X if it
    /// holds counts, else `raw/X`, else a layer named `counts` or the like. Change it when the file holds several count
    /// matrices, such as `spliced`.
    pub layer: Option<String>,
    /// The genome to keep. Default: all of a Cell Ranger 3+ file, the only one of a Cell Ranger 2 file. Change it for
    /// runs against several references.
    pub genome: Option<String>,
    /// Which implementation of HDF5 reads. Default: the one in Rust. Change it to check the other.
    pub backend: Backend,
    /// When counts stay in the file, for [`open_lot`]. Default `None`: never. Only the rows of HDF5 files can; a 10x MTX
    /// folder, a dense matrix and one of sparse columns are read as a whole.
    pub streaming: Option<Streaming>,
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// 10x HDF5 with a group per genome (Cell Ranger up to 2).
    TenxV2,
    /// 10x HDF5 with `/matrix` (Cell Ranger 3 and later).
    TenxV3,
    /// A folder with a Matrix Market file and two tables.
    TenxMtx,
    /// AnnData in HDF5.
    H5ad,
}

impl FileKind {
    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::TenxV2 => "10x HDF5 (Cell Ranger 2)",
            Self::TenxV3 => "10x HDF5 (Cell Ranger 3+)",
            Self::TenxMtx => "10x MTX folder",
            Self::H5ad => "h5ad (AnnData)",
        }
    }
}

/// Where a data set came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Format of the input.
    pub kind: FileKind,
    /// The format's own version, or the program that wrote it, where the file says.
    pub version: Option<String>,
    /// The matrix within the file: a genome group, `matrix`, `matrix.mtx.gz`, `X`, `raw/X`, `layers/counts`.
    pub matrix: String,
    /// Every file that was read, in a fixed order, to be hashed.
    pub files: Vec<PathBuf>,
    /// Features of other kinds than gene expression that were left out.
    pub n_other_features: usize,
}

/// A lot and where it came from.
#[derive(Debug)]
pub struct LoadedLot {
    /// Gene expression counts, `n_cells x n_genes`; at least one of each. No stored zero.
    pub lot: Lot,
    /// Where it came from.
    pub source: Source,
}

/// A data set and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// Gene expression counts, `n_cells x n_genes`; at least one of each. No stored zero.
    pub dataset: Dataset,
    /// Where it came from.
    pub source: Source,
}

/// Reads the counts of a 10x HDF5 file, an h5ad file, or a 10x MTX folder.
///
/// Only `Gene Expression` features are kept; others are counted and named in a warning. Stored zeros are dropped. The
/// warnings also name repeated gene symbols, several genomes, and columns that could not be read.
///
/// # Errors
/// [`IoError`]: the path is missing, the format unknown, the content damaged, the values no counts, the cells not
/// unique.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Noted<Loaded>, IoError> {
    let Noted { value: LoadedLot { lot, source }, warnings } =
        open_lot(path, &ReadOptions { streaming: None, ..options.clone() })?;
    let Lot { counts, cells, features } = lot;
    let counts = match counts {
        Counts::InMemory(counts) => counts,
        Counts::Streamed(streamed) => streamed.read()?,
    };
    let dataset = Dataset::new(counts, cells, features).map_err(|error| disagreement(path, &source.matrix, error))?;
    Ok(Noted { value: Loaded { dataset, source }, warnings })
}

/// The same, but a matrix that is larger than [`ReadOptions::streaming`] allows stays in its file.
///
/// # Errors
/// As [`open`]; what is wrong with values that are not read yet is found when they are.
pub fn open_lot(path: &Path, options: &ReadOptions) -> Result<Noted<LoadedLot>, IoError> {
    match recognise(path, options.backend)? {
        Recognised::Folder => mtx::read(path, options),
        Recognised::TenxV2(file) => tenx::read_v2(&Arc::new(file), options),
        Recognised::TenxV3(file) => tenx::read_v3(&Arc::new(file), options),
        Recognised::H5ad(file) => h5ad::read(&Arc::new(file), options),
    }
}

/// What a path turned out to be.
pub(crate) enum Recognised {
    /// A folder, or the matrix.mtx within one.
    Folder,
    /// 10x HDF5, a group per genome.
    TenxV2(Hdf5),
    /// 10x HDF5, `/matrix`.
    TenxV3(Hdf5),
    /// AnnData.
    H5ad(Hdf5),
}

/// Looks at a path as far as needed to know its format.
pub(crate) fn recognise(path: &Path, backend: Backend) -> Result<Recognised, IoError> {
    let unreadable = |source: std::io::Error| {
        if source.kind() == std::io::ErrorKind::NotFound {
            IoError::Missing { path: path.to_owned() }
        } else {
            IoError::Unreadable { path: path.to_owned(), source }
        }
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        let is_zarr = [".zgroup", ".zattrs", "zarr.json"].iter().any(|name| path.join(name).exists());
        return if is_zarr { Err(foreign(path, ForeignFormat::Zarr)) } else { Ok(Recognised::Folder) };
    }
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(512).read_to_end(&mut head)).map_err(unreadable)?;
    if !hdf5::has_signature(path, &head).map_err(unreadable)? {
        return recognise_by_bytes(path, &head);
    }
    let file = hdf5::open(path, backend)?;
    let members = file.children("")?;
    let has = |name: &str| members.iter().any(|m| m.name == name);
    let is_group = |name: &str| members.iter().any(|m| m.name == name && m.is_group);
    if is_group("matrix") && file.exists("matrix/indptr")? {
        if capture::about(&file)?.is_some() {
            return Err(foreign(path, ForeignFormat::PreparedCapture));
        }
        return Ok(Recognised::TenxV3(file));
    }
    if (has("row_attrs") || has("col_attrs")) && has("matrix") {
        return Err(foreign(path, ForeignFormat::Loom));
    }
    if is_group("mod") && has("obs") {
        return Err(foreign(path, ForeignFormat::MuData));
    }
    if has("molecule_idx") || (has("barcode_idx") && has("umi")) {
        return Err(foreign(path, ForeignFormat::MoleculeInfo));
    }
    if has("obs") && has("var") {
        return Ok(Recognised::H5ad(file));
    }
    for member in members.iter().filter(|m| m.is_group) {
        if file.exists(&format!("{}/genes", member.name))? && file.exists(&format!("{}/indptr", member.name))? {
            return Ok(Recognised::TenxV2(file));
        }
    }
    let names: Vec<&str> = members.iter().map(|m| m.name.as_str()).collect();
    let found = if names.is_empty() { "nothing".to_owned() } else { format!("/{}", names.join(", /")) };
    Err(IoError::NoMatrixInFile { path: path.to_owned(), found })
}

fn recognise_by_bytes(path: &Path, head: &[u8]) -> Result<Recognised, IoError> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    if name.ends_with("matrix.mtx") || name.ends_with("matrix.mtx.gz") {
        return Ok(Recognised::Folder);
    }
    let extension = name.rsplit('.').next().unwrap_or_default();
    if ["rds", "rda", "rdata"].contains(&extension) {
        return Err(foreign(path, ForeignFormat::RObject));
    }
    if head.starts_with(b"PK") && name.contains("zarr") {
        return Err(foreign(path, ForeignFormat::Zarr));
    }
    let found = if head.is_empty() {
        "an empty file".to_owned()
    } else if head.starts_with(&[0x1f, 0x8b]) {
        "a gzip file".to_owned()
    } else if head.starts_with(b"PK") {
        "a zip archive".to_owned()
    } else if head.starts_with(b"%%MatrixMarket") {
        "a Matrix Market file not named matrix.mtx".to_owned()
    } else if head.iter().all(|&b| b == b'\t' || b == b'\n' || b == b'\r' || (0x20..0x7f).contains(&b)) {
        "a text file".to_owned()
    } else {
        "a file that is not HDF5".to_owned()
    };
    Err(IoError::NotRecognised { path: path.to_owned(), found })
}

fn foreign(path: &Path, format: ForeignFormat) -> IoError {
    IoError::Foreign { path: path.to_owned(), format }
}
