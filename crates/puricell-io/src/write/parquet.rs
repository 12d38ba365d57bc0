//! A table as Parquet.

mod table;

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use parquet::errors::ParquetError;

use super::column::check_columns;
use super::{Column, WriteError};
use table::TableFile;

/// How the table is stored. No field changes what a reader gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParquetParams {
    /// Rows per row group, the unit in which readers work in parallel. Default 131,072. Raise it for tables of many
    /// millions of rows read in full.
    pub rows_per_group: usize,
    /// Key and value pairs for the file's footer, such as a schema version. Default none. Keep clocks and host names
    /// out: they would change the bytes.
    pub footer: Vec<(String, String)>,
}

impl Default for ParquetParams {
    fn default() -> Self {
        Self { rows_per_group: 1 << 17, footer: Vec::new() }
    }
}

/// Writes the columns to `path`; a file that is there is replaced.
///
/// Text is Parquet's STRING. [`Column::Categorical`] is dictionary-encoded text with null for code -1. NaN is written as
/// null, since SQL engines take NaN for a number above all others. Integers and truth values are never null. Snappy
/// compression, format version 1.0, `created_by` is `puricell`. No columns, or no rows, is a valid file.
///
/// # Errors
/// [`WriteError::Length`], [`WriteError::Name`] and [`WriteError::Code`] where the columns contradict each other, before
/// anything is written; [`WriteError::Create`] and [`WriteError::Write`] where the disk refuses; [`WriteError::Parquet`]
/// where the library does.
pub fn write_parquet(path: &Path, columns: &[(String, Column)], params: &ParquetParams) -> Result<(), WriteError> {
    let n_rows = columns.first().map_or(0, |c| c.1.len());
    check_columns("the table", n_rows, columns)?;
    let mut table = create(path, columns, params)?;
    table.append(n_rows, columns).map_err(|error| refused(path, error))?;
    table.finish().map_err(|error| refused(path, error))
}

/// Writes a table of `n_rows` rows to `path` chunk by chunk, so that it need not be held at once; a file that is there is
/// replaced.
///
/// `columns_of` gives the columns of a range of rows. It is called from the first row to the last for `rows_per_chunk` rows
/// at a time (the last chunk may be shorter; 0 counts as 1), and once for `0..0` where there are no rows, since the columns
/// make the schema. Every call must give the same names, kinds and categories: build categoricals by
/// [`Column::with_categories`]. No columns end the file at once. Memory is that of a chunk and of a row group.
///
/// A row group lies in one chunk. Where `rows_per_chunk` is a multiple of [`ParquetParams::rows_per_group`], or one chunk
/// holds all, the bytes are those of [`write_parquet`]; otherwise each chunk ends with a shorter row group, and what a reader
/// gets is the same.
///
/// # Errors
/// Those of [`write_parquet`], with the rows of the chunk, and [`WriteError::Chunk`] where the columns of a chunk are not
/// those of the first. Only what is wrong with the first chunk is told before anything is written; after that the file is
/// left unfinished.
pub fn write_parquet_chunks(
    path: &Path,
    n_rows: usize,
    rows_per_chunk: usize,
    mut columns_of: impl FnMut(Range<usize>) -> Vec<(String, Column)>,
    params: &ParquetParams,
) -> Result<(), WriteError> {
    let rows_per_chunk = rows_per_chunk.max(1);
    let chunk = |from: usize| from..n_rows.min(from.saturating_add(rows_per_chunk));
    let mut rows = chunk(0);
    let mut columns = columns_of(rows.clone());
    check_chunk(&rows, &columns)?;
    let mut table = create(path, &columns, params)?;
    loop {
        table.append(rows.len(), &columns).map_err(|error| refused(path, error))?;
        if rows.end == n_rows || columns.is_empty() {
            return table.finish().map_err(|error| refused(path, error));
        }
        rows = chunk(rows.end);
        // The rows written go before the next are made.
        drop(columns);
        columns = columns_of(rows.clone());
        table.check_schema(rows.start, &columns)?;
        check_chunk(&rows, &columns)?;
    }
}

/// As [`check_columns`], with positions from the start of the table.
fn check_chunk(rows: &Range<usize>, columns: &[(String, Column)]) -> Result<(), WriteError> {
    let place = format!("rows {} to {} of the table,", rows.start, rows.end.saturating_sub(1).max(rows.start));
    check_columns(&place, rows.len(), columns).map_err(|error| match error {
        WriteError::Code { what, row, code, n_categories } => {
            WriteError::Code { what, row: rows.start + row, code, n_categories }
        }
        other => other,
    })
}

fn create(path: &Path, columns: &[(String, Column)], params: &ParquetParams) -> Result<TableFile, WriteError> {
    let file = File::create(path).map_err(|source| WriteError::Create { path: path.to_owned(), source })?;
    TableFile::new(file, columns, params).map_err(|error| refused(path, error))
}

/// The library wraps what the disk says.
fn refused(path: &Path, error: ParquetError) -> WriteError {
    let path = path.to_owned();
    match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(source) => WriteError::Write { path, source: *source },
            Err(other) => WriteError::Parquet { path, source: ParquetError::External(other) },
        },
        source => WriteError::Parquet { path, source },
    }
}
