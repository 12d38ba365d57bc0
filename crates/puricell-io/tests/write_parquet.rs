//! What `write_parquet` writes, read back by rows.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "a test may panic, counts small, and compares to the bit"
)]

use std::ops::Range;
use std::path::Path;

use parquet::basic::{LogicalType, Repetition};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use puricell_io::write::{Column, ParquetParams, WriteError, write_parquet, write_parquet_chunks};
use puricell_testkit::thread_sweep;
use rayon::prelude::*;

fn columns(n: usize) -> Vec<(String, Column)> {
    columns_of(0..n)
}

fn columns_of(rows: Range<usize>) -> Vec<(String, Column)> {
    let rows = || rows.clone();
    let categories = vec!["hematopoietic".to_owned(), "间充质".to_owned()];
    let columns = [
        ("cell_id", Column::Text(rows().map(|i| format!("AAAC-{i}")).collect())),
        ("call", Column::Categorical { codes: rows().map(|i| i as i32 % 3 - 1).collect(), categories }),
        ("score", Column::F64(rows().map(|i| if i % 4 == 1 { f64::NAN } else { i as f64 / 3.0 }).collect())),
        ("score32", Column::F32(rows().map(|i| if i % 4 == 2 { f32::NAN } else { i as f32 / 3.0 }).collect())),
        ("wide", Column::I64(rows().map(|i| i as i64 - 5_000_000_000).collect())),
        ("narrow", Column::I32(rows().map(|i| -(i as i32)).collect())),
        ("kept", Column::Bool(rows().map(|i| i % 2 == 1).collect())),
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

#[test]
fn chunks_give_the_rows_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    let params = ParquetParams { rows_per_group: 40, footer: vec![("schema".to_owned(), "1".to_owned())] };
    let rows = |path: &Path| -> Vec<_> { open(path).get_row_iter(None).unwrap().map(Result::unwrap).collect() };
    for n in [0, 1, 80, 500] {
        write_parquet(&whole, &columns(n), &params).unwrap();
        for rows_per_chunk in [0, 1, 7, 40, 70, 80, 500, usize::MAX] {
            let mut asked = Vec::new();
            let make = |rows: Range<usize>| {
                asked.push(rows.clone());
                columns_of(rows)
            };
            write_parquet_chunks(&parts, n, rows_per_chunk, make, &params).unwrap();
            assert_eq!(rows(&parts), rows(&whole), "{n} rows by {rows_per_chunk}");
            assert!(asked.iter().all(|r| r.len() <= rows_per_chunk.max(1)));
            assert_eq!((asked[0].start, asked[asked.len() - 1].end), (0, n));
            assert!(asked.windows(2).all(|w| w[0].end == w[1].start));
            if rows_per_chunk.is_multiple_of(40) && rows_per_chunk > 0 || rows_per_chunk >= n {
                assert!(std::fs::read(&parts).unwrap() == std::fs::read(&whole).unwrap(), "{n} by {rows_per_chunk}");
            }
            let schema = |path| open(path).metadata().file_metadata().schema_descr().root_schema().clone();
            assert_eq!(schema(&parts), schema(&whole));
        }
    }
    write_parquet_chunks(&parts, 1000, 10, |_| vec![], &params).unwrap();
    write_parquet(&whole, &[], &params).unwrap();
    assert!(std::fs::read(&parts).unwrap() == std::fs::read(&whole).unwrap());
}

#[test]
fn a_chunk_is_one_or_more_row_groups() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parts");
    let params = ParquetParams { rows_per_group: 40, footer: vec![] };
    write_parquet_chunks(&path, 200, 70, columns_of, &params).unwrap();
    let sizes: Vec<i64> = open(&path).metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(sizes, [40, 30, 40, 30, 40, 20]);
}

#[test]
fn chunks_made_in_parallel_give_the_same_bytes_at_any_thread_count() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parts");
    thread_sweep(|| {
        let make = |rows: Range<usize>| {
            let roots = rows.into_par_iter().map(|i| (i as f64).sqrt()).collect();
            vec![("root".to_owned(), Column::F64(roots))]
        };
        write_parquet_chunks(&path, 20_000, 3000, make, &ParquetParams::default()).unwrap();
        std::fs::read(&path).unwrap()
    })
    .unwrap();
    assert_eq!(open(&path).metadata().file_metadata().num_rows(), 20_000);
}

type Change<'a> = &'a dyn Fn(&mut Vec<(String, Column)>);

#[test]
fn a_chunk_that_is_not_like_the_first_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parts");
    let refuse = |at: usize, change: Change<'_>| {
        let make = |rows: Range<usize>| {
            let mut columns = columns_of(rows.clone());
            if rows.contains(&at) {
                change(&mut columns);
            }
            columns
        };
        write_parquet_chunks(&path, 30, 10, make, &ParquetParams::default()).unwrap_err().to_string()
    };
    let later = |change: Change<'_>| refuse(15, change);
    assert_eq!(later(&|c| c.truncate(2)), "rows from 10 on: 2 columns, expected 7 as in the first rows");
    assert_eq!(
        later(&|c| c[4].0 = "broad".to_owned()),
        "rows from 10 on: column 4 'broad' of 64-bit integers, expected 'wide' of 64-bit integers as in the first rows"
    );
    assert_eq!(
        later(&|c| c[4].1 = Column::F32(vec![0.0; 10])),
        "rows from 10 on: column 4 'wide' of 32-bit floats, expected 'wide' of 64-bit integers as in the first rows"
    );
    assert_eq!(
        later(&|c| c[1].1 = Column::Categorical { codes: vec![0; 10], categories: vec!["a".to_owned()] }),
        "rows from 10 on: 'call' with categories [\"a\"], expected [\"hematopoietic\", \"间充质\"] as in the first rows"
    );
    assert_eq!(
        later(&|c| c[4].1 = Column::I64(vec![0; 9])),
        "rows 10 to 19 of the table, column 'wide' has 9 entries, expected 10"
    );
    let error = later(&|c| {
        if let Column::Categorical { codes, .. } = &mut c[1].1 {
            codes[3] = 2;
        }
    });
    assert!(error.starts_with("rows 10 to 19 of the table, column 'call': row 13 has code 2"), "{error}");
    std::fs::remove_file(&path).unwrap();
    // The first chunk is checked before there is a file.
    let error = refuse(0, &|c| c[6].1 = Column::Bool(vec![]));
    assert_eq!(error, "rows 0 to 9 of the table, column 'kept' has 0 entries, expected 10");
    assert!(!path.exists());
}
