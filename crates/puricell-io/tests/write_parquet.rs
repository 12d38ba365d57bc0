//! What `write_parquet` writes, read back by rows.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "a test may panic, counts small, and compares to the bit"
)]

use std::path::Path;

use parquet::basic::{LogicalType, Repetition};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use puricell_io::write::{Column, ParquetParams, WriteError, write_parquet};

fn columns(n: usize) -> Vec<(String, Column)> {
    let categories = vec!["hematopoietic".to_owned(), "间充质".to_owned()];
    let columns = [
        ("cell_id", Column::Text((0..n).map(|i| format!("AAAC-{i}")).collect())),
        ("call", Column::Categorical { codes: (0..n).map(|i| i as i32 % 3 - 1).collect(), categories }),
        ("score", Column::F64((0..n).map(|i| if i % 4 == 1 { f64::NAN } else { i as f64 / 3.0 }).collect())),
        ("score32", Column::F32((0..n).map(|i| if i % 4 == 2 { f32::NAN } else { i as f32 / 3.0 }).collect())),
        ("wide", Column::I64((0..n).map(|i| i as i64 - 5_000_000_000).collect())),
        ("narrow", Column::I32((0..n).map(|i| -(i as i32)).collect())),
        ("kept", Column::Bool((0..n).map(|i| i % 2 == 1).collect())),
    ];
    columns.map(|(name, column)| (name.to_owned(), column)).to_vec()
}

fn open(path: &Path) -> SerializedFileReader<std::fs::File> {
    SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap()
}

#[test]
fn rows_come_back_over_several_row_groups() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cells.parquet");
    let params = ParquetParams { rows_per_group: 40, footer: vec![("schema".to_owned(), "1".to_owned())] };
    write_parquet(&path, &columns(100), &params).unwrap();
    let reader = open(&path);
    let metadata = reader.metadata();
    assert_eq!(metadata.num_row_groups(), 3);
    assert_eq!(metadata.file_metadata().created_by(), Some("puricell"));
    assert_eq!(metadata.file_metadata().key_value_metadata().unwrap()[0].key, "schema");
    let mut n = 0;
    for (i, row) in reader.get_row_iter(None).unwrap().enumerate() {
        let row = row.unwrap();
        let fields: Vec<&Field> = row.get_column_iter().map(|c| c.1).collect();
        let text = |s: &str| Field::Str(s.to_owned());
        assert_eq!(fields[0], &text(&format!("AAAC-{i}")));
        assert_eq!(fields[1], &[Field::Null, text("hematopoietic"), text("间充质")][i % 3]);
        assert_eq!(fields[2], &if i % 4 == 1 { Field::Null } else { Field::Double(i as f64 / 3.0) });
        assert_eq!(fields[3], &if i % 4 == 2 { Field::Null } else { Field::Float(i as f32 / 3.0) });
        assert_eq!(fields[4], &Field::Long(i as i64 - 5_000_000_000));
        assert_eq!(fields[5], &Field::Int(-(i as i32)));
        assert_eq!(fields[6], &Field::Bool(i % 2 == 1));
        n += 1;
    }
    assert_eq!(n, 100);
}

#[test]
fn no_rows_keep_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let schema = |n: usize| {
        let path = folder.path().join(format!("{n}.parquet"));
        write_parquet(&path, &columns(n), &ParquetParams::default()).unwrap();
        let reader = open(&path);
        assert_eq!(reader.metadata().file_metadata().num_rows(), n as i64);
        reader.metadata().file_metadata().schema_descr().root_schema().clone()
    };
    let full = schema(10);
    assert_eq!(schema(0), full);
    let call = &full.get_fields()[1];
    assert_eq!(call.get_basic_info().logical_type_ref(), Some(&LogicalType::String));
    assert_eq!(call.get_basic_info().repetition(), Repetition::OPTIONAL);
    let path = folder.path().join("none.parquet");
    write_parquet(&path, &[], &ParquetParams::default()).unwrap();
    assert_eq!(open(&path).metadata().file_metadata().schema_descr().num_columns(), 0);
}

#[test]
fn the_same_columns_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |name: &str| {
        let path = folder.path().join(name);
        write_parquet(&path, &columns(5000), &ParquetParams::default()).unwrap();
        std::fs::read(path).unwrap()
    };
    assert!(bytes("a") == bytes("b"));
}

#[test]
fn what_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut uneven = columns(3);
    uneven[4].1 = Column::Bool(vec![true]);
    let error = write_parquet(&path, &uneven, &ParquetParams::default()).unwrap_err();
    assert_eq!(error.to_string(), "the table column 'wide' has 1 entries, expected 3");
    assert!(!path.exists());
    let error = write_parquet(folder.path(), &columns(1), &ParquetParams::default()).unwrap_err();
    assert!(matches!(error, WriteError::Create { .. }), "{error}");
    let full_disk = Path::new("/dev/full");
    if full_disk.exists() {
        let error = write_parquet(full_disk, &columns(100), &ParquetParams::default()).unwrap_err();
        assert!(matches!(error, WriteError::Write { .. }), "{error:?}");
    }
}
