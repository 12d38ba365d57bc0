//! The promise: same input, profile and version give the same bytes of every file but `timing.json` and the record, at any
//! thread count and with any memory.

use crate::program::{hashes, repeatable, run_lot, test_data};

// Verifies R-14.
#[test]
fn every_byte_but_the_timing_is_equal_at_1_2_and_4_threads_over_two_runs_and_in_parts() {
    let base = tempfile::tempdir().unwrap();
    let input = test_data("demo/lot.h5");
    let mut results = Vec::new();
    let runs =
        [("one", "1", "4G"), ("two", "2", "4G"), ("four", "4", "4G"), ("again", "2", "4G"), ("in parts", "2", "1M")];
    for (name, threads, memory) in runs {
        let out = base.path().join(name);
        let args = ["--threads", threads, "--h5ad", "full", "--memory-limit", memory];
        run_lot(&input, "umbilical-cord", &out, &args);
        results.push(repeatable(&out));
    }
    for name in [
        "report.html",
        "report.json",
        "report.pdf",
        "composition.tsv",
        "pseudobulk.tsv",
        "distributions.tsv",
        "detection.tsv",
        "cells.parquet",
        "result.h5ad",
        "manifest.json",
        "figures/composition.svg",
        "figures/umap.png",
    ] {
        assert!(results[0].contains_key(name), "{name} is missing: {:?}", results[0].keys());
    }
    for (i, other) in results.iter().enumerate().skip(1) {
        for (name, hash) in &results[0] {
            assert_eq!(Some(hash), other.get(name), "run {i}: {name} differs");
        }
        assert_eq!(results[0].len(), other.len());
    }
}

#[test]
fn the_seed_changes_the_layout_and_not_the_calls() {
    let base = tempfile::tempdir().unwrap();
    let input = test_data("demo/lot.h5");
    let (a, b) = (base.path().join("a"), base.path().join("b"));
    run_lot(&input, "adipose", &a, &["--h5ad", "none"]);
    run_lot(&input, "adipose", &b, &["--h5ad", "none", "--seed", "2"]);
    let (a, b) = (hashes(&a), hashes(&b));
    // Nor what other lots are compared with.
    for name in ["composition.tsv", "pseudobulk.tsv", "distributions.tsv", "detection.tsv"] {
        assert_eq!(a[name], b[name], "{name}");
    }
    assert_ne!(a["figures/umap.svg"], b["figures/umap.svg"]);
}
