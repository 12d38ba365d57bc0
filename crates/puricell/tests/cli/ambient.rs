//! The raw matrix of a lot and what is said of ambient RNA.

use std::path::Path;

use crate::labelled_lot::LabelledLot;
use crate::program::{puricell, run_lot};

/// The upper bound in per cent and what it rests on.
fn ambient(out: &Path) -> (Option<f64>, String) {
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let metrics = report["qc"]["metrics"].as_array().unwrap();
    let row = metrics
        .iter()
        .find(|m| m["id"] == "ambient" || m["name"] == "ambient")
        .unwrap_or_else(|| panic!("{metrics:?}"));
    let note = row.as_object().unwrap().values().filter_map(|v| v.as_str()).find(|v| v.contains("soup")).unwrap();
    (row["value"].as_f64(), note.to_owned())
}

#[test]
fn empty_droplets_of_the_raw_matrix_say_what_the_soup_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut lot = LabelledLot::breast(&["Fibroblast", "Pericytes", "Monocytes", "T cell"]);
    let cells = lot.write(folder.path(), "cells");
    lot.add_empty_droplets(2_000, 40);
    let raw = lot.write(folder.path(), "raw");
    let more = ["--no-umap", "--h5ad", "none"];
    let (with, without) = (folder.path().join("with"), folder.path().join("without"));
    run_lot(&cells, "adipose", &without, &more);
    run_lot(&cells, "adipose", &with, &[&more[..], &["--raw", &raw.to_string_lossy()]].concat());
    let (_, note) = ambient(&without);
    assert!(note.contains("no raw matrix was given"), "{note}");
    let (bound, note) = ambient(&with);
    assert!(note.contains("2,000 empty droplets of the raw matrix"), "{note}");
    // No ambient RNA was added to these cells; a shallow lot's bound stays well below one all the same.
    assert!(bound.is_none_or(|b| b > 0.0 && b < 0.5), "{bound:?}: {note}");
    // Both files are recorded with their hashes.
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(with.join("manifest.json")).unwrap()).unwrap();
    let inputs = manifest["inputs"].as_array().unwrap();
    assert_eq!(inputs.iter().filter(|i| i.to_string().contains("raw matrix")).count(), 3, "{inputs:?}");

    let other = LabelledLot::breast(&["Fibroblast"]).write(folder.path(), "other");
    let refused = puricell()
        .args(["run", "--profile", "adipose", "--quiet", "--raw"])
        .arg(&other)
        .arg("--out")
        .arg(folder.path().join("refused"))
        .arg(&cells)
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("other holds 20 of the lot's 80 barcodes"),
        "{refused:?}"
    );
    assert!(!folder.path().join("refused").exists());
}
