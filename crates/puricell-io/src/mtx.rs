//! 10x MTX folders: a Matrix Market file of genes x cells with two tables, each plain or gzip.

mod blocks;
mod entries;
mod folder;
mod header;
mod table;

use std::path::Path;

use puricell_core::{CellTable, Noted};

pub(crate) use folder::{Folder, find};
use header::Header;
pub(crate) use table::{read_cells, read_features};

use crate::contents::{Contents, Found, finish};
use crate::counts::{Sparse, contradiction};
use crate::error::{IoError, NotACount, NotCounts};
use crate::open::{FileKind, LoadedLot, ReadOptions};

/// Reads a folder, or the folder of a `matrix.mtx`.
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<Noted<LoadedLot>, IoError> {
    let folder = find(path)?;
    let matrix = folder.matrix.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(asked) = options.layer.as_ref().filter(|asked| **asked != matrix) {
        return Err(IoError::UnknownLayer { path: path.to_owned(), asked: asked.clone(), found: vec![matrix] });
    }
    let cells = CellTable { ids: read_cells(&folder.cells)?, columns: Vec::new() };
    let features = read_features(&folder.features)?;
    let counts = Found::Read(read_matrix(&folder, &cells.ids, &features.names)?);
    let contents = Contents {
        kind: FileKind::TenxMtx,
        version: Some(folder.version().to_owned()),
        matrix,
        files: vec![folder.cells, folder.features, folder.matrix],
        counts,
        cells,
        features,
        warnings: Vec::new(),
    };
    finish(path, contents, options.genome.as_deref())
}

pub(crate) fn read_matrix(folder: &Folder, cells: &[String], genes: &[String]) -> Result<Sparse, IoError> {
    let path = &folder.matrix;
    let mut blocks = blocks::Blocks::open(path)?;
    let header = Header::read(path, &mut blocks)?;
    let shape = |found: String, expected: String| IoError::Shape {
        path: path.clone(),
        object: "the size line".to_owned(),
        found,
        expected,
    };
    let found = (header.rows, header.columns);
    if found != (genes.len() as u64, cells.len() as u64) {
        let turned = found == (cells.len() as u64, genes.len() as u64);
        let note = if turned { "; the matrix lies on its side" } else { "" };
        return Err(shape(
            format!("{} x {}{note}", found.0, found.1),
            format!("{} x {} (features x barcodes)", genes.len(), cells.len()),
        ));
    }
    let entries = entries::read(path, &mut blocks, &header)?;
    if let Some(bad) = entries.not_a_count {
        return Err(IoError::NotCounts(Box::new(NotCounts {
            path: path.clone(),
            matrix: format!("line {}", bad.line),
            cell: cells[bad.cell as usize].clone(),
            gene: genes[bad.gene as usize].clone(),
            value: bad.value,
            reason: NotACount::of(bad.value).unwrap_or(NotACount::NotFinite),
            alternatives: Vec::new(),
        })));
    }
    if entries.genes.len() as u64 != header.entries {
        return Err(shape(
            format!("{} entries", header.entries),
            format!("{} (lines that follow)", entries.genes.len()),
        ));
    }
    entries.into_rows(cells.len(), genes.len()).map_err(|error| contradiction(path, "matrix", error))
}
