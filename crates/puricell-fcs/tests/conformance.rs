//! Every file of `test-data/fcs-conformance` reads to the values of FlowIO or fcsparser, or is refused with the switches that
//! read it; each of those switches is needed.
#![allow(clippy::unwrap_used, clippy::panic)] // tests

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use puricell_fcs::{DataSet, FcsError, Leniencies, Leniency, ReadOptions, inspect_file, read, read_file};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The files that are no FCS to the letter, and the switches that read them.
const SWITCHES: &[(&str, &[Leniency])] = &[
    ("FlowCal/Data001.fcs", &[Leniency::TextEncoding]),
    ("FlowKit/data1.fcs", &[Leniency::TextEncoding, Leniency::EmptyValues]),
    ("FlowKit/data_start_offset_discrepancy_example.fcs", &[Leniency::HeaderTextOffsets, Leniency::KeywordValues]),
    ("FlowKit/data_stop_offset_discrepancy_example.fcs", &[Leniency::HeaderTextOffsets, Leniency::KeywordValues]),
    ("FlowKit/test_comp_example.fcs", &[Leniency::DataLength, Leniency::TextEnd]),
    ("cytofkit/130515_C2_stim_CD19-.fcs", &[Leniency::TextEncoding]),
    (
        "fcsparser/EY_2013-07-19_PBS_FCS_3.1_Custom_Add_Well_A1.001.fcs",
        &[Leniency::DataLength, Leniency::TextEnd, Leniency::KeywordValues],
    ),
    (
        "fcsparser/EY_2013-07-19_PBS_FCS_3.1_Custom_Without_Add_Well_A1.001.fcs",
        &[Leniency::DataLength, Leniency::TextEnd, Leniency::KeywordValues],
    ),
    (
        "fcsparser/EY_2013-07-19_PBS_FCS_3.1_Well_A1.001.fcs",
        &[Leniency::DataLength, Leniency::TextEnd, Leniency::KeywordValues],
    ),
    (
        "fcsparser/SG_2014-09-26_Duplicate_Names.fcs",
        &[Leniency::DataLength, Leniency::TextEnd, Leniency::DuplicateKeywords],
    ),
    ("fcsparser/Sample_Well_A02.fcs", &[Leniency::TextEncoding]),
    ("fcsparser/cyflow_cube_8.fcs", &[Leniency::TextEnd, Leniency::SupplementalText]),
    ("fcsparser/fake_large_fcs.fcs", &[Leniency::BlankHeaderOffsets]),
    ("fcsparser/sample_header.fcs", &[Leniency::TruncatedData, Leniency::TextEnd]),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/fcs-conformance")
}

fn golden() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("golden.json")).unwrap()).unwrap()
}

fn with(switches: &BTreeSet<Leniency>) -> ReadOptions {
    ReadOptions { lenient: switches.iter().copied().collect::<Leniencies>(), ..ReadOptions::default() }
}

/// Reads a file with the switches its refusal names, after checking that these are those expected and all needed.
fn read_with_remedy(name: &str, path: &Path) -> Vec<DataSet> {
    let expected: BTreeSet<Leniency> = SWITCHES
        .iter()
        .find(|(file, _)| *file == name)
        .into_iter()
        .flat_map(|(_, switches)| *switches)
        .copied()
        .collect();
    let remedy = match read_file(path, &ReadOptions::default()) {
        Ok(_) => BTreeSet::new(),
        Err(error) => error.remedy().unwrap_or_else(|| panic!("{name}: {error}")),
    };
    assert_eq!(remedy, expected, "{name}");
    for switch in &remedy {
        let mut fewer = remedy.clone();
        fewer.remove(switch);
        assert!(read_file(path, &with(&fewer)).is_err(), "{name} reads without {switch}");
    }
    let sets = read_file(path, &with(&remedy)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let recorded: BTreeSet<Leniency> =
        sets.iter().flat_map(|set| &set.info.leniencies).filter_map(|problem| problem.leniency).collect();
    assert_eq!(recorded, remedy, "{name}");
    sets
}

// Verifies R-01.
#[test]
fn every_file_has_the_values_of_the_references() {
    let golden = golden();
    let files = golden["files"].as_object().unwrap();
    assert!(files.len() > 30);
    let mut compared = 0;
    for (name, expected) in files {
        let path = folder().join(name);
        let Some(expected_sets) = expected["data_sets"].as_array() else { continue };
        let sets = read_with_remedy(name, &path);
        assert_eq!(sets.len(), expected_sets.len(), "{name}");
        for (set, expected) in sets.iter().zip(expected_sets) {
            compare(name, set, expected);
            compared += 1;
        }
    }
    // All but corrupted.fcs and sample_header.fcs.
    assert_eq!(compared, files.len() - 2);
}

fn compare(name: &str, set: &DataSet, expected: &Value) {
    let parameters = &set.info.parameters;
    assert_eq!(Value::from(set.events.n_events), expected["n_events"], "{name}");
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let labels: Vec<&str> = parameters.iter().map(|parameter| parameter.label.as_deref().unwrap_or_default()).collect();
    assert_eq!(Value::from(names), expected["names"], "{name}");
    assert_eq!(Value::from(labels), expected["labels"], "{name}");

    let columns: Vec<Vec<f64>> = (0..parameters.len()).map(|parameter| set.events.column(parameter)).collect();
    let mut hash = Sha256::new();
    for event in 0..set.events.n_events {
        for column in &columns {
            hash.update(column[event].to_le_bytes());
        }
    }
    let sha256 = hash.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    assert_eq!(Value::from(sha256), expected["sha256"], "{name}");

    // Rounding of a sum of up to 2e5 terms in order against the exact sum of Python's fsum: 2e5 times 1.1e-16 of the sum
    // of absolute values.
    for (column, sum) in columns.iter().zip(expected["sums"].as_array().unwrap()) {
        let tolerance = 2e5 * 1.1e-16 * column.iter().map(|value| value.abs()).sum::<f64>();
        let sum = sum.as_f64().unwrap();
        assert!((column.iter().sum::<f64>() - sum).abs() <= tolerance, "{name}");
    }

    let last = set.events.n_events - 1;
    for (event, key, scaled) in [(0, "first", "scaled_first"), (last, "last", "scaled_last")] {
        for (i, parameter) in parameters.iter().enumerate() {
            let value = set.events.value(event, i).unwrap();
            // The JSON reader may miss the last bit of a number; that every bit is right the hash has told.
            let written = expected[key][i].as_f64().unwrap();
            assert!((value - written).abs() <= f64::EPSILON * value.abs(), "{name}, parameter {i}");
            if let Some(expected) = expected[scaled][i].as_f64() {
                let scaled = set.info.scale_value(parameter, value);
                // A power of 10 to a few units in the last place, in two libraries.
                assert!((scaled - expected).abs() <= 1e-14 * expected.abs(), "{name}, {i}: {scaled} {expected}");
                if !parameter.is_time() {
                    let channel = parameter.to_channel(scaled);
                    assert!((channel - value).abs() <= 1e-12 * parameter.range.max(value.abs()), "{name}, {i}");
                }
            }
        }
    }
}

#[test]
fn a_header_without_its_data_reads_to_no_events() {
    let name = "fcsparser/sample_header.fcs";
    let sets = read_with_remedy(name, &folder().join(name));
    let [set] = sets.as_slice() else { panic!("{} data sets", sets.len()) };
    assert_eq!((set.events.n_events, set.events.n_parameters), (0, 27));
    let spillover = set.info.spillover.as_ref().unwrap();
    assert_eq!((spillover.channels.len(), spillover.matrix.len()), (22, 484));
}

#[test]
fn what_is_not_fcs_is_named() {
    let error = read_file(&folder().join("fcsparser/corrupted.fcs"), &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, FcsError::NotFcs { .. }), "{error}");
    assert!(error.to_string().contains("oi21j0"));
    assert!(matches!(read(b"", &ReadOptions::default()), Err(FcsError::NotFcs { .. })));
    assert!(matches!(read(b"FCS1.0", &ReadOptions::default()), Err(FcsError::UnknownVersion { .. })));
}

#[test]
fn memory_and_file_read_the_same_at_any_number_of_threads() {
    let options = ReadOptions { lenient: Leniencies::all(), ..ReadOptions::default() };
    for name in ["FlowCal/Data003.fcs", "FlowKit/test_comp_example.fcs", "fcsparser/fcs1_cleaned.lmd"] {
        let path = folder().join(name);
        let bytes = std::fs::read(&path).unwrap();
        let from_file = read_file(&path, &options).unwrap();
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| read(&bytes, &options)).unwrap(), from_file, "{name}");
        }
        let infos = inspect_file(&path, &options).unwrap();
        assert_eq!(infos, from_file.into_iter().map(|set| set.info).collect::<Vec<_>>(), "{name}");
    }
}
