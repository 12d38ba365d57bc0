//! An annotated matrix as `.h5ad`.
//!
//! The tree is AnnData's root encoding `anndata` 0.1.0: `csr_matrix` 0.1.0, `dict` 0.1.0, and `dataframe`,
//! `categorical`, `array`, `string-array`, `string` and `numeric-scalar` 0.2.0
//! (<https://anndata.readthedocs.io/en/0.12.2/fileformat-prose.html>). Encodings that only readers from 0.11 on know
//! (`null`, `nullable-*`) are never written; read back with AnnData 0.9, 0.10, 0.11 and 0.12. The HDF5 file needs a
//! library of 1.10 (2016) or later.

mod element;
mod frame;
mod names;
mod uns;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use hdf5_pure::{AttrValue, FileBuilder, GroupBuilder};
use puricell_core::{CountMatrix, Csr, Dense};

use super::{Frame, WriteError};
use element::Elements;
pub use names::unique_names;
pub use uns::Uns;

/// What goes into an `.h5ad`. Every group of AnnData is written, also when empty, so that the tree is the same for
/// every lot.
#[derive(Debug, Clone)]
pub struct H5ad<'a> {
    /// Counts, `n_cells x n_genes`. Stored as `f32` CSR; as `f64` should a count exceed 2^24, above which `f32` skips
    /// integers. Indices are `i32`; `i64` when there are 2^31 stored values or more.
    pub x: &'a CountMatrix,
    /// The cells: names and columns, `n_cells` rows.
    pub obs: Frame<'a>,
    /// The genes: names and columns, `n_genes` rows.
    pub var: Frame<'a>,
    /// Cells as points, such as `X_pca` and `X_umap`, `n_cells` rows each.
    pub obsm: Vec<(String, &'a Dense<f32>)>,
    /// A row per gene, such as `PCs`, `n_genes` rows each.
    pub varm: Vec<(String, &'a Dense<f32>)>,
    /// Cells x cells, such as `distances` and `connectivities`.
    pub obsp: Vec<(String, &'a Csr<f32>)>,
    /// Everything else, by name. scanpy's own names work: `neighbors` with `connectivities_key`, `distances_key` and
    /// `params` (`method` = `umap`, `n_neighbors`, `metric`, `random_state`), `pca`, `umap`, `leiden`.
    pub uns: Vec<(String, Uns<'a>)>,
}

/// How the file is stored. No field changes what a reader gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct H5adParams {
    /// Deflate level, 0 (none) to 9, after byte shuffling. Default 3: on counts, 6 takes up to four times
    /// as long for 5 % less disk.
    pub level: u8,
    /// Elements per chunk, up to 65,535. Default 32,768, which is 128 KiB of `f32`: small enough for slices of cells,
    /// and inside HDF5's chunk cache of 1 MiB. Lower it where single cells are read from the file.
    pub chunk_len: usize,
}

impl Default for H5adParams {
    fn default() -> Self {
        Self { level: 3, chunk_len: 1 << 15 }
    }
}

/// Writes `data` to `path`; a file that is there is replaced.
///
/// An empty matrix, a table without columns and a categorical without categories are all written, with the same types
/// as full ones. Peak memory is about 12 bytes per stored count beyond `data`.
///
/// # Errors
/// [`WriteError::Length`], [`WriteError::Name`], [`WriteError::Code`] and [`WriteError::Nul`] where `data` contradicts
/// itself or cannot be expressed, before anything is written; [`WriteError::Create`] and [`WriteError::Write`] where the
/// disk refuses; [`WriteError::Hdf5`] where the library does.
pub fn write_h5ad(path: &Path, data: &H5ad<'_>, params: &H5adParams) -> Result<(), WriteError> {
    let refused = |source| WriteError::Hdf5 { path: path.to_owned(), source };
    let root = tree(data, *params).map_err(|error| match error {
        BuildError::Input(error) => error,
        BuildError::Hdf5(source) => refused(source),
    })?;
    let file = File::create(path).map_err(|source| WriteError::Create { path: path.to_owned(), source })?;
    root.finish_to(file).map_err(|error| match error {
        hdf5_pure::Error::Io(source) => WriteError::Write { path: path.to_owned(), source },
        source => refused(source),
    })
}

/// Why the tree was not built, before a path is known.
#[derive(Debug)]
enum BuildError {
    Input(WriteError),
    Hdf5(hdf5_pure::Error),
}

impl From<WriteError> for BuildError {
    fn from(error: WriteError) -> Self {
        Self::Input(error)
    }
}

impl From<hdf5_pure::FormatError> for BuildError {
    fn from(error: hdf5_pure::FormatError) -> Self {
        Self::Hdf5(hdf5_pure::Error::Format(error))
    }
}

fn tree(data: &H5ad<'_>, params: H5adParams) -> Result<FileBuilder, BuildError> {
    let (n_cells, n_genes) = (data.x.n_rows(), data.x.n_cols());
    check_length("obs", data.obs.names.len(), n_cells)?;
    check_length("var", data.var.names.len(), n_genes)?;

    let elements = Elements::new(params)?;
    let mut root = FileBuilder::new();
    root.set_attr("encoding-type", AttrValue::VarLenString("anndata".to_owned()));
    root.set_attr("encoding-version", AttrValue::VarLenString("0.1.0".to_owned()));

    let mut x = root.create_group("X");
    elements.counts(&mut x, data.x);
    root.add_group(x.finish());
    for (name, table) in [("obs", &data.obs), ("var", &data.var)] {
        let mut group = root.create_group(name);
        frame::write(&elements, &mut group, name, table)?;
        root.add_group(group.finish());
    }
    for (name, members, n_rows) in [("obsm", &data.obsm, n_cells), ("varm", &data.varm, n_genes)] {
        check_names(name, members.iter().map(|m| m.0.as_str()))?;
        let mut group = dict(root.create_group(name));
        for (member, matrix) in members {
            check_length(&format!("{name} '{member}'"), matrix.n_rows(), n_rows)?;
            elements.dense(&mut group, member, matrix);
        }
        root.add_group(group.finish());
    }
    check_names("obsp", data.obsp.iter().map(|m| m.0.as_str()))?;
    let mut obsp = dict(root.create_group("obsp"));
    for (member, matrix) in &data.obsp {
        check_length(&format!("obsp '{member}'"), matrix.n_rows(), n_cells)?;
        check_length(&format!("obsp '{member}', across,"), matrix.n_cols(), n_cells)?;
        let mut group = obsp.create_group(member);
        elements.weights(&mut group, matrix);
        obsp.add_group(group.finish());
    }
    root.add_group(obsp.finish());
    for name in ["varp", "layers"] {
        let empty = dict(root.create_group(name));
        root.add_group(empty.finish());
    }
    let mut group = root.create_group("uns");
    uns::write_group(&elements, &mut group, "uns", &data.uns)?;
    root.add_group(group.finish());
    Ok(root)
}

/// Marks a group as AnnData's mapping.
fn dict(mut group: GroupBuilder) -> GroupBuilder {
    element::encoding(&mut group, "dict", "0.1.0");
    group
}

fn check_length(what: &str, found: usize, expected: usize) -> Result<(), WriteError> {
    if found == expected { Ok(()) } else { Err(WriteError::Length { what: what.to_owned(), found, expected }) }
}

/// Refuses names that HDF5 would read as a path or end early, and names given twice.
fn check_names<'n>(place: &str, names: impl Iterator<Item = &'n str>) -> Result<(), WriteError> {
    let mut seen = BTreeSet::new();
    for name in names {
        let reason = if name.is_empty() {
            "it is empty"
        } else if name.contains('/') {
            "HDF5 reads '/' as a path"
        } else if name == "." || name == ".." {
            "HDF5 reads it as a path"
        } else if name.contains('\0') {
            "HDF5 names end at a NUL byte"
        } else if !seen.insert(name) {
            "it is there twice"
        } else {
            continue;
        };
        return Err(WriteError::Name { place: place.to_owned(), name: name.to_owned(), reason });
    }
    Ok(())
}
