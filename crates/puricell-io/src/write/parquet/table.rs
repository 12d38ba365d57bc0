//! A Parquet file that grows by rows.

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::ParquetParams;
use crate::write::{Column, WriteError};

/// An open file, and the columns it was opened with.
pub(super) struct TableFile {
    writer: SerializedFileWriter<File>,
    rows_per_group: usize,
    /// The first columns, without their rows.
    schema: Vec<(String, Column)>,
}

impl TableFile {
    /// A file for columns of these names, kinds and categories.
    pub(super) fn new(file: File, columns: &[(String, Column)], params: &ParquetParams) -> Result<Self, ParquetError> {
        let footer: Vec<KeyValue> = params.footer.iter().map(|(k, v)| KeyValue::new(k.clone(), v.clone())).collect();
        let mut properties = WriterProperties::builder()
            .set_created_by("puricell".to_owned())
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_compression(Compression::SNAPPY)
            .set_dictionary_enabled(false)
            .set_key_value_metadata((!footer.is_empty()).then_some(footer));
        for (name, column) in columns {
            // Identifiers and measurements hardly repeat; a dictionary of them only costs.
            if matches!(column, Column::Categorical { .. }) {
                properties = properties.set_column_dictionary_enabled(ColumnPath::from(vec![name.clone()]), true);
            }
        }
        let fields = columns.iter().map(|(name, column)| field(name, column)).collect::<Result<_, _>>()?;
        let schema = Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?);
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build()))?;
        let schema = columns.iter().map(|(name, column)| (name.clone(), without_rows(column))).collect();
        Ok(Self { writer, rows_per_group: params.rows_per_group.max(1), schema })
    }

    /// Checks that further columns are those that the file was opened with; `row` is their first row in the table.
    pub(super) fn check_schema(&self, row: usize, columns: &[(String, Column)]) -> Result<(), WriteError> {
        let differ = |found: String, expected: String| Err(WriteError::Chunk { row, found, expected });
        if columns.len() != self.schema.len() {
            return differ(format!("{} columns", columns.len()), self.schema.len().to_string());
        }
        for (index, ((name, column), (first_name, first))) in columns.iter().zip(&self.schema).enumerate() {
            let described = |name: &str, column: &Column| format!("'{name}' of {}", kind(column));
            if name != first_name || kind(column) != kind(first) {
                return differ(format!("column {index} {}", described(name, column)), described(first_name, first));
            }
            if let (Column::Categorical { categories, .. }, Column::Categorical { categories: of_first, .. }) =
                (column, first)
                && categories != of_first
            {
                return differ(format!("'{name}' with categories {categories:?}"), format!("{of_first:?}"));
            }
        }
        Ok(())
    }

    /// Writes `n_rows` more rows, of columns that have been checked, in row groups of their own.
    pub(super) fn append(&mut self, n_rows: usize, columns: &[(String, Column)]) -> Result<(), ParquetError> {
        if columns.is_empty() {
            return Ok(());
        }
        for from in (0..n_rows).step_by(self.rows_per_group) {
            let rows = from..n_rows.min(from.saturating_add(self.rows_per_group));
            let mut group = self.writer.next_row_group()?;
            for (_, column) in columns {
                let Some(mut out) = group.next_column()? else { break };
                write_rows(&mut out, column, rows.clone())?;
                out.close()?;
            }
            group.close()?;
        }
        Ok(())
    }

    /// Writes the footer.
    pub(super) fn finish(self) -> Result<(), ParquetError> {
        self.writer.close().map(|_| ())
    }
}

fn write_rows(out: &mut SerializedColumnWriter<'_>, column: &Column, rows: Range<usize>) -> Result<(), ParquetError> {
    match column {
        Column::Text(values) => {
            let values: Vec<ByteArray> = values[rows].iter().map(|v| v.as_str().into()).collect();
            out.typed::<ByteArrayType>().write_batch(&values, None, None)?;
        }
        Column::Categorical { codes, categories } => {
            let categories: Vec<ByteArray> = categories.iter().map(|c| c.as_str().into()).collect();
            let text = |&code: &i32| usize::try_from(code).ok().map(|c| categories[c].clone());
            write_present::<ByteArrayType>(out, codes[rows].iter().map(text))?;
        }
        Column::F64(values) => {
            write_present::<DoubleType>(out, values[rows].iter().map(|&v| (!v.is_nan()).then_some(v)))?;
        }
        Column::F32(values) => {
            write_present::<FloatType>(out, values[rows].iter().map(|&v| (!v.is_nan()).then_some(v)))?;
        }
        Column::I64(values) => {
            out.typed::<Int64Type>().write_batch(&values[rows], None, None)?;
        }
        Column::I32(values) => {
            out.typed::<Int32Type>().write_batch(&values[rows], None, None)?;
        }
        Column::Bool(values) => {
            out.typed::<BoolType>().write_batch(&values[rows], None, None)?;
        }
    }
    Ok(())
}

/// Writes the values that are there, with a definition level of 1 for each and 0 for each missing one.
fn write_present<T: DataType>(
    out: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let (mut present, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    out.typed::<T>().write_batch(&present, Some(&levels), None)?;
    Ok(())
}

fn field(name: &str, column: &Column) -> Result<Arc<Type>, ParquetError> {
    let (physical, logical, repetition) = match column {
        Column::Text(_) => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
        Column::Categorical { .. } => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL),
        Column::F64(_) => (PhysicalType::DOUBLE, None, Repetition::OPTIONAL),
        Column::F32(_) => (PhysicalType::FLOAT, None, Repetition::OPTIONAL),
        Column::I64(_) => (PhysicalType::INT64, None, Repetition::REQUIRED),
        Column::I32(_) => (PhysicalType::INT32, None, Repetition::REQUIRED),
        Column::Bool(_) => (PhysicalType::BOOLEAN, None, Repetition::REQUIRED),
    };
    let field = Type::primitive_type_builder(name, physical).with_logical_type(logical).with_repetition(repetition);
    Ok(Arc::new(field.build()?))
}

/// What kind of column it is, for messages.
fn kind(column: &Column) -> &'static str {
    match column {
        Column::Text(_) => "text",
        Column::Categorical { .. } => "categories",
        Column::F64(_) => "64-bit floats",
        Column::F32(_) => "32-bit floats",
        Column::I64(_) => "64-bit integers",
        Column::I32(_) => "32-bit integers",
        Column::Bool(_) => "truth values",
    }
}

fn without_rows(column: &Column) -> Column {
    match column {
        Column::Text(_) => Column::Text(Vec::new()),
        Column::Categorical { categories, .. } => {
            Column::Categorical { codes: Vec::new(), categories: categories.clone() }
        }
        Column::F64(_) => Column::F64(Vec::new()),
        Column::F32(_) => Column::F32(Vec::new()),
        Column::I64(_) => Column::I64(Vec::new()),
        Column::I32(_) => Column::I32(Vec::new()),
        Column::Bool(_) => Column::Bool(Vec::new()),
    }
}
