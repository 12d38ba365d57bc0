//! A matrix that stays in its file is the one that is read as a whole, and is refused with the same words.
#![allow(clippy::unwrap_used, clippy::panic)] // tests

use std::path::{Path, PathBuf};

use puricell_core::{CountMatrix, PASS_ROWS};
use puricell_io::{Counts, IoError, LoadedLot, ReadOptions, Streaming, open, open_lot};
use serde_json::Value;

const NOTHING_FITS: Streaming = Streaming { memory: 0, fixed: 0.0, per_cell: 0.0, per_count: 0.0, block: 1 };

fn test_data(set: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data").join(set)
}

/// All rows, and whether they came from the file.
fn streamed(path: &Path, options: &ReadOptions) -> Result<(CountMatrix, LoadedLot), IoError> {
    let found = open_lot(path, &ReadOptions { streaming: Some(NOTHING_FITS), ..options.clone() })?.value;
    let mut all = CountMatrix::empty(found.lot.counts.n_cols());
    let mut blocks = found.lot.counts.blocks();
    while let Some((first, block)) = blocks.next()? {
        assert_eq!(first, all.n_rows());
        assert_eq!(first % PASS_ROWS, 0);
        all.append(&block);
    }
    Ok((all, found))
}

// Verifies R-14.
#[test]
fn every_file_is_the_same_in_parts() {
    let (mut n_in_parts, mut n_refused) = (0, 0);
    for (set, golden) in [("conformance", "golden.json"), ("odd_inputs", "expected.json")] {
        let golden: Value = serde_json::from_slice(&std::fs::read(test_data(set).join(golden)).unwrap()).unwrap();
        for case in golden["cases"].as_array().unwrap() {
            let option = |name: &str| case[name].as_str().map(str::to_owned);
            let options = ReadOptions { layer: option("layer"), genome: option("genome"), ..ReadOptions::default() };
            let path = test_data(set).join(case["file"].as_str().unwrap());
            match (open(&path, &options), streamed(&path, &options)) {
                (Ok(whole), Ok((counts, found))) => {
                    n_in_parts += usize::from(matches!(found.lot.counts, Counts::Streamed(_)));
                    let dataset = whole.value.dataset;
                    assert_eq!(&counts, dataset.counts(), "{case}");
                    assert_eq!(found.lot.cells.ids, dataset.cells().ids, "{case}");
                    assert_eq!(&found.lot.features, dataset.features(), "{case}");
                    assert_eq!(found.source, whole.value.source, "{case}");
                }
                (Err(whole), Err(parts)) => {
                    n_refused += 1;
                    assert_eq!(whole.to_string(), parts.to_string(), "{case}");
                }
                (whole, parts) => panic!("{case}: {:?} but {:?}", whole.map(|_| ()), parts.map(|_| ())),
            }
        }
    }
    assert!(n_in_parts > 10 && n_refused > 10, "{n_in_parts} {n_refused}");
}

#[test]
fn blocks_are_kept_as_far_as_there_is_room() {
    let path = test_data("demo/lot.h5");
    let whole = open(&path, &ReadOptions::default()).unwrap().value.dataset;
    let nnz = whole.counts().nnz() as u64;
    for memory in [0, 2 * nnz] {
        let streaming = Some(Streaming { memory, ..NOTHING_FITS });
        let lot = open_lot(&path, &ReadOptions { streaming, ..ReadOptions::default() }).unwrap().value.lot;
        assert!(matches!(lot.counts, Counts::Streamed(_)));
        for _ in 0..2 {
            let (mut blocks, mut n_blocks, mut all) = (lot.counts.blocks(), 0, CountMatrix::empty(lot.counts.n_cols()));
            while let Some((_, block)) = blocks.next().unwrap() {
                n_blocks += 1;
                all.append(&block);
            }
            assert_eq!(n_blocks, whole.n_cells().div_ceil(PASS_ROWS));
            assert_eq!(&all, whole.counts());
        }
    }
    let streaming = Some(Streaming { memory: 3 * nnz, ..NOTHING_FITS });
    let lot = open_lot(&path, &ReadOptions { streaming, ..ReadOptions::default() }).unwrap().value.lot;
    assert!(matches!(lot.counts, Counts::InMemory(_)));
}

#[test]
fn captures_are_one_lot_in_parts_and_in_memory() {
    let path = test_data("demo/lot.h5");
    let whole = open(&path, &ReadOptions::default()).unwrap().value.dataset;
    let unread = || open_lot(&path, &ReadOptions { streaming: Some(NOTHING_FITS), ..ReadOptions::default() });
    let mut expected = whole.counts().clone();
    expected.append(whole.counts());
    expected.append(whole.counts());
    // The first capture ends within a block; the second was read as a whole, as a folder is.
    assert_ne!(whole.n_cells() % PASS_ROWS, 0);
    for memory in [0, u64::MAX] {
        let read = Counts::InMemory(whole.counts().clone());
        let captures = vec![unread().unwrap().value.lot.counts, read, unread().unwrap().value.lot.counts];
        let joined = Counts::joined(captures, &Streaming { memory, ..NOTHING_FITS }).unwrap();
        assert_eq!(matches!(joined, Counts::Streamed(_)), memory == 0);
        assert_eq!((joined.n_rows(), joined.n_cols()), (expected.n_rows(), expected.n_cols()));
        let (mut blocks, mut all) = (joined.blocks(), CountMatrix::empty(joined.n_cols()));
        while let Some((first, block)) = blocks.next().unwrap() {
            assert_eq!((first, first % PASS_ROWS), (all.n_rows(), 0));
            all.append(&block);
        }
        assert_eq!(all, expected);
    }
}
