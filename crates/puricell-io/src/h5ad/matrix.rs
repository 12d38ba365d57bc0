//! A matrix of an h5ad file: sparse rows, sparse columns, or dense.

use std::sync::Arc;

use super::Place;
use crate::contents::Found;
use crate::counts::{
    Refusal, Rows, Sparse, check_array, check_first, contradiction, dense_to_sparse, one_column, read_columns,
    read_values,
};
use crate::error::IoError;
use crate::hdf5::{Attribute, Hdf5, Refused};
use crate::lot::Streaming;

/// How a matrix is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csr,
    Csc,
    Dense,
}

/// What is stored of a matrix.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    /// Cells and features.
    pub(crate) shape: (usize, usize),
    /// Such as `csr, float32`.
    pub(crate) description: String,
    /// Values that are not 0.
    pub(crate) n_nonzero: u64,
    /// Zeros that take up room in a sparse matrix.
    pub(crate) n_stored_zeros: u64,
    /// The first value that is no count; then the numbers above are unknown and 0.
    pub(crate) offender: Option<f64>,
}

/// Cells and features of a matrix.
pub(crate) fn shape(file: &Hdf5, place: &Place) -> Result<(usize, usize), IoError> {
    Ok(format(file, place)?.1)
}

/// Reads a matrix as counts; or the first value that is none, by its position in the stored order. Of one that stays in
/// the file the first piece is looked at; of a later value that is no count `refusal` is said.
pub(crate) fn read(
    file: &Arc<Hdf5>,
    place: &Place,
    n_cells: usize,
    streaming: Option<Streaming>,
    refusal: impl FnOnce() -> Refusal,
) -> Result<Result<Found, Refused>, IoError> {
    let (format, (n_rows, n_columns)) = format(file, place)?;
    if n_rows != n_cells {
        return Err(file.shape_error(&place.name, format!("{n_rows} rows"), format!("{n_cells} (the cells of obs)")));
    }
    if format == Format::Dense {
        return Ok(dense_to_sparse(file.tiles(&place.path)?.as_ref())?.map(Found::Read));
    }
    let at = |name: &str| format!("{}/{name}", place.path);
    let indptr = file.integers(&at("indptr"))?;
    if let Some(streaming) = streaming.filter(|s| s.applies(n_rows, indptr.last().copied().unwrap_or(0)))
        && format == Format::Csr
    {
        if let Err(refused) = check_first(file.tiles(&at("data"))?.as_ref())? {
            return Ok(Err(refused));
        }
        let rows = Rows::new(file, &place.path, indptr, n_columns, refusal())?;
        return Ok(Ok(Found::Rows(rows, streaming)));
    }
    let (values, has_zero) = match read_values(file, &at("data"))? {
        Ok((values, zeros)) => (values, zeros > 0),
        Err(refused) => return Ok(Err(refused)),
    };
    let minor = if format == Format::Csr { n_columns } else { n_rows };
    let columns = read_columns(file, &at("indices"), minor)?.map_err(|refused| {
        let found = format!("{} at position {}", refused.value, refused.position);
        file.encoding(&at("indices"), found, "positions from 0")
    })?;
    let wrong = |error| contradiction(file.path(), &place.name, error);
    let sparse = if format == Format::Csr {
        Sparse { n_rows, n_columns, indptr, columns, values, has_zero }
    } else {
        let turned = Sparse { n_rows: n_columns, n_columns: n_rows, indptr, columns, values, has_zero };
        turned.transposed().map_err(wrong)?
    };
    sparse.check_pointer().map_err(wrong)?;
    Ok(Ok(Found::Read(sparse)))
}

/// Looks at all values of a matrix without keeping them.
pub(crate) fn stored(file: &Hdf5, place: &Place) -> Result<Stored, IoError> {
    let (format, shape) = format(file, place)?;
    let values = if format == Format::Dense { place.path.clone() } else { format!("{}/data", place.path) };
    let element = file.describe(&values)?.element;
    let tiles = file.tiles(&values)?;
    let (rows, columns) = tiles.shape();
    let name = match format {
        Format::Csr => "csr",
        Format::Csc => "csc",
        Format::Dense => "dense",
    };
    let description = format!("{name}, {element}");
    let (n_nonzero, n_stored_zeros, offender) = match check_array(tiles.as_ref())? {
        Ok(zeros) => ((rows * columns) as u64 - zeros, if format == Format::Dense { 0 } else { zeros }, None),
        Err(refused) => (0, 0, Some(refused.value)),
    };
    Ok(Stored { shape, description, n_nonzero, n_stored_zeros, offender })
}

/// Cell and feature of a stored value.
pub(super) fn locate(file: &Hdf5, place: &Place, position: u64) -> Result<(usize, usize), IoError> {
    let (format, (_, n_columns)) = format(file, place)?;
    if format == Format::Dense {
        let width = n_columns.max(1) as u64;
        return Ok(((position / width) as usize, (position % width) as usize));
    }
    let indptr = file.integers(&format!("{}/indptr", place.path))?;
    let major = indptr.partition_point(|&p| p <= position).saturating_sub(1);
    let minor = one_column(file, &format!("{}/indices", place.path), position).map_or(0, |i| i as usize);
    Ok(if format == Format::Csr { (major, minor) } else { (minor, major) })
}

fn format(file: &Hdf5, place: &Place) -> Result<(Format, (usize, usize)), IoError> {
    const EXPECTED: &str = "a sparse matrix (csr_matrix, csc_matrix) or a dense array of two dimensions";
    let is_group = file.find(&place.path)?.is_some_and(|m| m.is_group);
    if !is_group {
        let description = file.describe(&place.path)?;
        return match *description.shape {
            [rows, columns] if description.element.number_size().is_some() => {
                Ok((Format::Dense, (rows as usize, columns as usize)))
            }
            [_, _] => Err(file.encoding(&place.name, description.element.to_string(), EXPECTED)),
            _ => {
                let found = format!("an array of {} dimensions", description.shape.len());
                Err(file.encoding(&place.name, found, EXPECTED))
            }
        };
    }
    let mut encoding = file.text_attribute(&place.path, "encoding-type")?;
    if encoding.is_none() {
        encoding = file.text_attribute(&place.path, "h5sparse_format")?;
    }
    let format = match encoding.as_deref() {
        Some("csr_matrix" | "csr") => Format::Csr,
        Some("csc_matrix" | "csc") => Format::Csc,
        Some(other) => return Err(file.encoding(&place.name, format!("'{other}'"), EXPECTED)),
        None => return Err(file.encoding(&place.name, "a group without 'encoding-type'", EXPECTED)),
    };
    let mut shape = file.attribute(&place.path, "shape")?;
    if shape.is_none() {
        shape = file.attribute(&place.path, "h5sparse_shape")?;
    }
    match shape {
        Some(Attribute::Numbers(n)) if n.len() == 2 && n.iter().all(|v| *v >= 0.0 && v.fract() == 0.0) => {
            Ok((format, (n[0] as usize, n[1] as usize)))
        }
        _ => Err(file.encoding(&place.name, "a sparse matrix without 'shape'", EXPECTED)),
    }
}
