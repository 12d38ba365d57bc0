//! The group with `barcodes`, `data`, `indices`, `indptr` and `shape` that both versions share.

use std::sync::Arc;

use crate::contents::Found;
use crate::counts::{Rows, Sparse, check_array, one_column, read_columns, read_values};
use crate::error::{IoError, NotACount, NotCounts};
use crate::hdf5::{Hdf5, Refused};
use crate::lot::Streaming;

/// Names of the cells and of the genes.
pub(crate) type Names = (Vec<String>, Vec<String>);

/// Reads the counts of a group, if they need not stay in the file. `cells` and `genes` name what an offending value belongs
/// to; `names` reads them again.
pub(crate) fn read_matrix(
    file: &Arc<Hdf5>,
    group: &str,
    (cells, genes): (&[String], &[String]),
    streaming: Option<Streaming>,
    names: fn(&Hdf5, &str) -> Result<Names, IoError>,
) -> Result<Found, IoError> {
    let at = |name: &str| format!("{group}/{name}");
    check_shape(file, group, cells.len(), genes.len())?;
    let indptr = file.integers(&at("indptr"))?;
    if indptr.len() != cells.len() + 1 {
        let expected = format!("{} (barcodes + 1)", cells.len() + 1);
        return Err(file.shape_error(&at("indptr"), format!("{} entries", indptr.len()), expected));
    }
    if let Some(streaming) = streaming.filter(|s| s.applies(cells.len(), indptr.last().copied().unwrap_or(0))) {
        let (of, at, pointer) = (Arc::clone(file), group.to_owned(), indptr.clone());
        let refusal = move |refused: Refused| {
            let (cells, genes) = names(&of, &at).unwrap_or_default();
            let column = one_column(&of, &format!("{at}/indices"), refused.position);
            not_a_count(&of, &at, (&cells, &genes), &pointer, column, refused)
        };
        return Ok(Found::Rows(Rows::new(file, group, indptr, genes.len(), Box::new(refusal))?, streaming));
    }
    let data = read_values(file, &at("data"))?;
    let columns = read_columns(file, &at("indices"), genes.len())?.map_err(|refused| {
        let found = format!("{} at position {}", refused.value, refused.position);
        file.encoding(&at("indices"), found, "row numbers from 0")
    })?;
    let (values, zeros) = data.map_err(|refused| {
        let column = columns.get(refused.position as usize);
        not_a_count(file, group, (cells, genes), &indptr, column, refused)
    })?;
    Ok(Found::Read(Sparse {
        n_rows: cells.len(),
        n_columns: genes.len(),
        indptr,
        columns,
        values,
        has_zero: zeros > 0,
    }))
}

fn not_a_count(
    file: &Hdf5,
    group: &str,
    (cells, genes): (&[String], &[String]),
    indptr: &[u64],
    column: Option<u32>,
    refused: Refused,
) -> IoError {
    let cell = indptr.partition_point(|&p| p <= refused.position).saturating_sub(1);
    let gene = column.and_then(|g| genes.get(g as usize));
    IoError::NotCounts(Box::new(NotCounts {
        path: file.path().to_owned(),
        matrix: group.to_owned(),
        cell: cells.get(cell).cloned().unwrap_or_default(),
        gene: gene.cloned().unwrap_or_default(),
        value: refused.value,
        reason: NotACount::of(refused.value).unwrap_or(NotACount::NotFinite),
        alternatives: Vec::new(),
    }))
}

/// Values a group stores, how many of them are 0, and the first that is no count.
pub(crate) fn count_stored(file: &Hdf5, group: &str) -> Result<(u64, u64, Option<f64>), IoError> {
    let tiles = file.tiles(&format!("{group}/data"))?;
    let (stored, _) = tiles.shape();
    Ok(match check_array(tiles.as_ref())? {
        Ok(zeros) => (stored as u64, zeros, None),
        Err(refused) => (stored as u64, 0, Some(refused.value)),
    })
}

fn check_shape(file: &Hdf5, group: &str, n_cells: usize, n_genes: usize) -> Result<(), IoError> {
    let object = format!("{group}/shape");
    let shape = file.integers(&object)?;
    if shape == [n_genes as u64, n_cells as u64] {
        return Ok(());
    }
    let found: Vec<String> = shape.iter().map(u64::to_string).collect();
    Err(file.shape_error(&object, found.join(" x "), format!("{n_genes} x {n_cells} (features x barcodes)")))
}
