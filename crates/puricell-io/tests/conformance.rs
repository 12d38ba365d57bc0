//! Real files of AnnData 0.5 to 0.11, Cell Ranger 1.2 to 3 and Space Ranger 2.1, against anndata and scanpy.
//!
//! The golden values and the script that made them are in `test-data/conformance`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp)] // tests

use std::path::{Path, PathBuf};

use puricell_core::CellColumn;
use puricell_io::{Backend, IoError, Loaded, ReadOptions, inspect, open};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/conformance")
}

fn cases() -> Vec<Value> {
    let golden = std::fs::read_to_string(folder().join("golden.json")).unwrap();
    let golden: Value = serde_json::from_str(&golden).unwrap();
    golden["cases"].as_array().unwrap().clone()
}

fn backends() -> Vec<Backend> {
    vec![
        Backend::Pure,
        #[cfg(feature = "libhdf5")]
        Backend::LibHdf5,
    ]
}

fn options(case: &Value, backend: Backend) -> ReadOptions {
    let option = |name: &str| case[name].as_str().map(str::to_owned);
    ReadOptions { layer: option("layer"), genome: option("genome"), backend, streaming: None }
}

fn digest(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, b| text + &format!("{b:02x}"))
}

fn text_digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    digest(texts.into_iter().collect::<Vec<_>>().join("\n"))
}

fn number_digest(values: &[f64]) -> String {
    let one_nan = |v: f64| if v.is_nan() { f64::from_bits(0x7ff8_0000_0000_0000) } else { v };
    digest(values.iter().flat_map(|&v| one_nan(v).to_le_bytes()).collect::<Vec<u8>>())
}

fn column_digest(column: &CellColumn) -> (&'static str, String) {
    match column {
        CellColumn::Text(v) => ("text", text_digest(v.iter().map(|t| t.as_deref().unwrap_or("\0")))),
        CellColumn::Number(v) => ("number", number_digest(v)),
        CellColumn::Bool(v) => {
            let text = |b: &Option<bool>| b.map_or("\0", |b| if b { "True" } else { "False" });
            ("bool", text_digest(v.iter().map(text)))
        }
    }
}

fn assert_equal(case: &Value, loaded: &Loaded) {
    let dataset = &loaded.dataset;
    let (n_cells, n_features) = (dataset.n_cells(), dataset.n_features());
    let mut cell_sums = vec![0.0; n_cells];
    let mut feature_sums = vec![0.0; n_features];
    for (cell, sum) in cell_sums.iter_mut().enumerate() {
        for (feature, count) in dataset.counts().row(cell) {
            *sum += f64::from(count);
            feature_sums[feature as usize] += f64::from(count);
        }
    }
    assert_eq!(loaded.source.matrix, case["matrix"], "{case}");
    assert_eq!(n_cells as u64, case["n_cells"], "{case}");
    assert_eq!(n_features as u64, case["n_features"], "{case}");
    assert_eq!(dataset.counts().nnz() as u64, case["n_nonzero"], "{case}");
    // Sums of whole numbers below 2^53: exact in any order.
    assert_eq!(cell_sums.iter().sum::<f64>(), case["sum"], "{case}");
    assert_eq!(number_digest(&cell_sums), case["cell_sums_sha256"], "{case}");
    assert_eq!(number_digest(&feature_sums), case["feature_sums_sha256"], "{case}");
    let features = dataset.features();
    assert_eq!(dataset.cells().ids[0], case["first_cell"], "{case}");
    assert_eq!(*features.names.last().unwrap(), case["last_feature"], "{case}");
    assert_eq!(text_digest(dataset.cells().ids.iter().map(String::as_str)), case["cells_sha256"], "{case}");
    assert_eq!(text_digest(features.ids.iter().map(String::as_str)), case["ids_sha256"], "{case}");
    assert_eq!(text_digest(features.names.iter().map(String::as_str)), case["names_sha256"], "{case}");
    let columns = case["columns"].as_array().unwrap();
    assert_eq!(dataset.cells().columns.len(), columns.len(), "{case}");
    for ((name, column), want) in dataset.cells().columns.iter().zip(columns) {
        let (kind, sha256) = column_digest(column);
        assert_eq!(name.as_str(), want["name"], "{case}");
        assert_eq!(kind, want["kind"], "{name} {case}");
        assert_eq!(sha256, want["sha256"], "{name} {case}");
    }
}

fn assert_refused(case: &Value, error: &IoError) {
    match (case["refused"].as_str().unwrap(), error) {
        ("not_counts", IoError::NotCounts(found)) => {
            assert_eq!(found.matrix, case["matrix"], "{case}");
            assert_eq!(found.cell, case["cell"], "{case}");
            assert_eq!(found.gene, case["gene"], "{case}");
            let want: f64 = case["value"].as_str().unwrap().parse().unwrap();
            assert_eq!(found.value.to_bits(), want.to_bits(), "{case}");
        }
        ("no_matrix", IoError::NoMatrixInFile { .. })
        | ("several_genomes", IoError::SeveralGenomes { .. })
        | ("foreign", IoError::Foreign { .. }) => assert!(error.hint().is_some()),
        (want, found) => panic!("{}: expected {want}, found {found:?}", case["file"]),
    }
}

// Verifies R-01.
#[test]
fn every_file_loads_as_anndata_and_scanpy_load_it() {
    let cases = cases();
    let n_loaded = cases.iter().filter(|c| c["refused"].is_null()).count();
    assert_eq!((cases.len(), n_loaded), (30, 19));
    for backend in backends() {
        for case in &cases {
            let path = folder().join(case["file"].as_str().unwrap());
            match open(&path, &options(case, backend)) {
                Ok(loaded) => {
                    assert!(case["refused"].is_null(), "{} should be refused", case["file"]);
                    assert_equal(case, &loaded.value);
                }
                Err(error) => {
                    assert!(case["refused"].is_string(), "{backend:?} {}: {error}", case["file"]);
                    assert_refused(case, &error);
                }
            }
        }
    }
}

#[test]
fn inspection_agrees_with_loading() {
    for case in cases().iter().filter(|c| c["layer"].is_null() && c["genome"].is_null()) {
        let path = folder().join(case["file"].as_str().unwrap());
        match inspect(&path) {
            Err(error) => assert_eq!(case["refused"], "foreign", "{error}"),
            Ok(found) if case["refused"].is_null() => {
                assert_eq!(found.default_matrix.as_deref(), case["matrix"].as_str());
                let matrix = found.matrices.iter().find(|m| Some(&m.name) == found.default_matrix.as_ref()).unwrap();
                assert_eq!(matrix.n_nonzero, case["n_nonzero"].as_u64());
                assert_eq!(found.n_cells as u64, case["n_cells"]);
                assert_eq!(found.n_features as u64, case["n_features"]);
                assert_eq!(found.cell_columns.len(), case["columns"].as_array().unwrap().len());
            }
            Ok(found) => {
                assert_eq!(found.default_matrix, None, "{found:?}");
                assert!(!found.oddities.is_empty());
            }
        }
    }
}

/// The two implementations of HDF5 agree in every bit, also on what they refuse.
#[cfg(feature = "libhdf5")]
// Verifies R-01.
#[test]
fn the_c_library_gives_the_same_bits() {
    for case in cases() {
        let path = folder().join(case["file"].as_str().unwrap());
        let [pure, library] = [Backend::Pure, Backend::LibHdf5].map(|b| open(&path, &options(&case, b)));
        match (pure, library) {
            (Ok(pure), Ok(library)) => {
                assert_eq!(pure.value.dataset.counts(), library.value.dataset.counts());
                assert_eq!(pure.value.dataset.features(), library.value.dataset.features());
                assert_eq!(pure.value.source, library.value.source);
                assert_eq!(pure.warnings, library.warnings);
                // As text, for NaN equals NaN there.
                let cells = [pure, library].map(|l| format!("{:?}", l.value.dataset.cells()));
                assert_eq!(cells[0], cells[1]);
            }
            (Err(pure), Err(library)) => assert_eq!(pure.to_string(), library.to_string()),
            (pure, library) => panic!("{case}: {:?} {:?}", pure.err(), library.err()),
        }
    }
}
