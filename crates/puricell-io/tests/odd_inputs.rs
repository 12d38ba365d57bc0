//! Every storage form the readers claim, and every fault they refuse.
//!
//! The files, what is expected of each, and the script that made both are in `test-data/odd_inputs`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp)] // tests

use std::path::{Path, PathBuf};

use puricell_core::CellColumn;
use puricell_io::{Backend, ErrorKind, IoError, Loaded, ReadOptions, inspect, open};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/odd_inputs")
}

fn cases() -> Vec<Value> {
    let expected = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    expected["cases"].as_array().unwrap().clone()
}

fn options(case: &Value, backend: Backend) -> ReadOptions {
    let option = |name: &str| case[name].as_str().map(str::to_owned);
    ReadOptions { layer: option("layer"), genome: option("genome"), backend, streaming: None }
}

/// What was loaded, in the words of `expected.json`.
fn described(loaded: &Loaded) -> Value {
    let dataset = &loaded.dataset;
    let row = |cell: usize| -> Vec<(u32, u32)> { dataset.counts().row(cell).iter().collect() };
    let column = |(name, column): &(String, CellColumn)| match column {
        CellColumn::Text(v) => json!([name, "text", v]),
        CellColumn::Bool(v) => json!([name, "bool", v]),
        CellColumn::Number(v) => {
            json!([name, "number", v.iter().map(|v| (!v.is_nan()).then_some(*v)).collect::<Vec<_>>()])
        }
    };
    json!({
        "matrix": loaded.source.matrix,
        "n_features": dataset.n_features(),
        "rows": (0..dataset.n_cells()).map(row).collect::<Vec<_>>(),
        "cells": dataset.cells().ids,
        "ids": dataset.features().ids,
        "names": dataset.features().names,
        "columns": dataset.cells().columns.iter().map(column).collect::<Vec<_>>(),
    })
}

/// JSON from Python and from here differ in 1 and 1.0.
fn normalised(value: &Value) -> Value {
    match value {
        Value::Number(n) => json!(n.as_f64()),
        Value::Array(values) => values.iter().map(normalised).collect(),
        other => other.clone(),
    }
}

fn variant(error: &IoError) -> String {
    format!("{error:?}").split([' ', '{', '(']).next().unwrap_or_default().to_owned()
}

fn assert_as_expected(case: &Value, backend: Backend) {
    let path = folder().join(case["file"].as_str().unwrap());
    match open(&path, &options(case, backend)) {
        Ok(loaded) => {
            assert!(case["refused"].is_null(), "{case} was not refused");
            let found = described(&loaded.value);
            for (key, value) in found.as_object().unwrap() {
                assert_eq!(normalised(value), normalised(&case[key]), "{key} of {}", case["file"]);
            }
            if let Some(genomes) = case["genomes"].as_array() {
                assert_eq!(json!(loaded.value.dataset.features().genomes), json!(genomes));
            }
            let codes: Vec<&str> = loaded.warnings.iter().map(|w| w.code).collect();
            assert_eq!(json!(codes), case["warnings"], "{}", case["file"]);
        }
        Err(error) => {
            assert_eq!(variant(&error), case["refused"].as_str().unwrap_or("no refusal"), "{case}: {error}");
            assert_eq!(error.kind(), ErrorKind::BadData);
            let said = format!("{error}\n{}", error.hint().unwrap_or_default());
            for fragment in case["says"].as_array().unwrap() {
                assert!(said.contains(fragment.as_str().unwrap()), "{fragment} is missing in: {said}");
            }
            assert!(said.contains(path.to_str().unwrap()), "the message names the file: {said}");
        }
    }
}

#[test]
fn forms_are_read_and_faults_are_named() {
    let cases = cases();
    assert_eq!(cases.len(), 99);
    for case in &cases {
        assert_as_expected(case, Backend::Pure);
    }
}

#[test]
fn the_result_does_not_depend_on_threads() {
    for case in cases() {
        let path = folder().join(case["file"].as_str().unwrap());
        let read = |n: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| match open(&path, &options(&case, Backend::Pure)) {
                Ok(loaded) => format!("{loaded:?}"),
                Err(error) => error.to_string(),
            })
        };
        assert_eq!(read(1), read(4));
    }
}

#[test]
fn inspection_refuses_nothing_that_can_be_looked_at() {
    for case in cases() {
        let found = inspect(&folder().join(case["file"].as_str().unwrap()));
        match (case["refused"].as_str(), found) {
            (None, Ok(found)) => assert_eq!(found.n_cells, case["cells"].as_array().unwrap().len(), "{case}"),
            (Some("NotCounts"), Ok(found)) => {
                assert!(found.matrices.iter().any(|m| !m.holds_counts && m.why_not.is_some()), "{found:?}");
            }
            (Some("DuplicateCells"), Ok(found)) => {
                assert!(found.oddities.iter().any(|o| o.contains("more than once")), "{found:?}");
            }
            (Some("Foreign" | "NoMatrixInFile"), Err(_)) | (Some(_), _) => {}
            (None, Err(error)) => panic!("{case}: {error}"),
        }
    }
}

/// Zstandard needs a plugin of the C library, the latest layout its version 2; damage is reported in other words.
#[cfg(feature = "libhdf5")]
// Verifies R-01.
#[test]
fn the_c_library_gives_the_same_bits() {
    let mut n = 0;
    for case in cases() {
        let name = case["file"].as_str().unwrap();
        if name.contains("zstd") || name.contains("latest") {
            continue;
        }
        let path = folder().join(case["file"].as_str().unwrap());
        let [pure, library] = [Backend::Pure, Backend::LibHdf5].map(|b| open(&path, &options(&case, b)));
        match (pure, library) {
            (Ok(pure), Ok(library)) => assert_eq!(format!("{pure:?}"), format!("{library:?}")),
            (Err(IoError::Hdf5 { .. } | IoError::Filter { .. } | IoError::Encoding { .. }), Err(_)) => {}
            (Err(pure), Err(library)) => assert_eq!(pure.to_string(), library.to_string()),
            (pure, library) => panic!("{case}: {:?} {:?}", pure.err(), library.err()),
        }
        n += 1;
    }
    assert_eq!(n, 94);
}

// Verifies R-01.
#[test]
fn a_file_cut_anywhere_is_refused_or_whole() {
    let scratch = tempfile::tempdir().unwrap();
    for name in ["csr_gzip_earliest.h5ad", "csr_gzip_v110.h5ad", "dense_chunked_v110.h5ad", "several_kinds.h5"] {
        let bytes = std::fs::read(folder().join(name)).unwrap();
        let path = scratch.path().join(name);
        for cut in (0..bytes.len()).step_by(97) {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            let error = open(&path, &ReadOptions::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadData, "{name} cut at {cut}: {error}");
        }
    }
}

/// A byte turned over may hide in what is not read, but it never stops the program.
// Verifies R-02.
#[test]
fn a_damaged_byte_is_no_panic() {
    let scratch = tempfile::tempdir().unwrap();
    for name in ["csr_gzip_latest.h5ad", "several_kinds.h5", "tables.h5ad", "columns.h5ad"] {
        let bytes = std::fs::read(folder().join(name)).unwrap();
        let path = scratch.path().join(name);
        for at in (0..bytes.len()).step_by(61) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            std::fs::write(&path, &damaged).unwrap();
            if let Err(error) = open(&path, &ReadOptions::default()) {
                assert!(!error.to_string().is_empty());
            }
            drop(inspect(&path));
        }
    }
}

#[test]
fn what_is_not_there_is_missing() {
    let error = open(Path::new("/nonexistent/lot.h5"), &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, IoError::Missing { .. }));
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert!(error.to_string().contains("/nonexistent/lot.h5"));
}

#[test]
fn what_is_no_matrix_is_named_for_what_it_is() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path();
    for (name, bytes, says) in [
        ("empty.h5", &b""[..], "an empty file"),
        ("counts.csv", b"gene,cell\nA,1\n", "a text file"),
        ("lot.h5.gz", &[0x1f, 0x8b, 8, 0], "a gzip file"),
        ("lot.zip", b"PK\x03\x04\x00", "a zip archive"),
        ("seurat.rds", &[0x1f, 0x8b, 8, 0], "an R object"),
        ("lot.bin", &[0, 1, 2, 200], "a file that is not HDF5"),
    ] {
        std::fs::write(path.join(name), bytes).unwrap();
        let error = open(&path.join(name), &ReadOptions::default()).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.hint().is_some());
    }
    std::fs::create_dir_all(path.join("store.zarr")).unwrap();
    std::fs::write(path.join("store.zarr/.zgroup"), "{}").unwrap();
    let error = open(&path.join("store.zarr"), &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("a zarr store"), "{error}");
}
