//! A table as Parquet.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::column::check_columns;
use super::{Column, WriteError};

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
    let file = File::create(path).map_err(|source| WriteError::Create { path: path.to_owned(), source })?;
    encode(file, n_rows, columns, params).map_err(|error| match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(source) => WriteError::Write { path: path.to_owned(), source: *source },
            Err(other) => WriteError::Parquet { path: path.to_owned(), source: ParquetError::External(other) },
        },
        source => WriteError::Parquet { path: path.to_owned(), source },
    })
}

fn encode(file: File, n_rows: usize, columns: &[(String, Column)], params: &ParquetParams) -> Result<(), ParquetError> {
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
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build()))?;
    let rows_per_group = params.rows_per_group.max(1);
    for from in (0..n_rows).step_by(rows_per_group) {
        let rows = from..n_rows.min(from + rows_per_group);
        let mut group = writer.next_row_group()?;
        for (_, column) in columns {
            let Some(mut out) = group.next_column()? else { break };
            match column {
                Column::Text(values) => {
                    let values: Vec<ByteArray> = values[rows.clone()].iter().map(|v| v.as_str().into()).collect();
                    out.typed::<ByteArrayType>().write_batch(&values, None, None)?;
                }
                Column::Categorical { codes, categories } => {
                    let categories: Vec<ByteArray> = categories.iter().map(|c| c.as_str().into()).collect();
                    let text = |&code: &i32| usize::try_from(code).ok().map(|c| categories[c].clone());
                    write_present::<ByteArrayType>(&mut out, codes[rows.clone()].iter().map(text))?;
                }
                Column::F64(values) => {
                    let present = values[rows.clone()].iter().map(|&v| (!v.is_nan()).then_some(v));
                    write_present::<DoubleType>(&mut out, present)?;
                }
                Column::F32(values) => {
                    let present = values[rows.clone()].iter().map(|&v| (!v.is_nan()).then_some(v));
                    write_present::<FloatType>(&mut out, present)?;
                }
                Column::I64(values) => {
                    out.typed::<Int64Type>().write_batch(&values[rows.clone()], None, None)?;
                }
                Column::I32(values) => {
                    out.typed::<Int32Type>().write_batch(&values[rows.clone()], None, None)?;
                }
                Column::Bool(values) => {
                    out.typed::<BoolType>().write_batch(&values[rows.clone()], None, None)?;
                }
            }
            out.close()?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

/// Writes the values that are there, with a definition level of 1 for each and 0 for each missing one.
fn write_present<T: parquet::data_type::DataType>(
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
