//! States of the target cells, planted into real ones.

use std::path::Path;

use puricell_purity::Panels;
use serde_json::Value;

use crate::labelled_lot::LabelledLot;
use crate::program::run_lot;

fn report(input: &Path, out: &Path, more: &[&str]) -> Value {
    run_lot(input, "adipose", out, &[&["--no-umap"], more].concat());
    serde_json::from_str(&std::fs::read_to_string(out.join("report.json")).unwrap()).unwrap()
}

#[test]
fn planted_cycling_cells_are_counted_among_the_target_cells_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut lot = LabelledLot::breast(&["Fibroblast", "Monocytes"]);
    // Some 7,000 molecules a cell, as deep as a product's cells are; 120 target cells and as many of blood.
    lot.pool(120, 6);
    let untouched = lot.write(folder.path(), "untouched");
    let panels = Panels::builtin().unwrap();
    let cycle: Vec<(&str, u32)> = ["cycle_s", "cycle_g2m"]
        .iter()
        .flat_map(|id| &panels.get(id).unwrap().markers)
        .map(|marker| (marker.symbol.as_str(), 1))
        .collect();
    // One molecule of each of the 97 genes: what growing cells show. In 30 cells of blood, which the file has first, and in 12
    // target cells.
    (0..30).chain(120..132).for_each(|cell| lot.add(cell, &cycle));
    let planted = lot.write(folder.path(), "planted");

    let before = report(&untouched, &folder.path().join("before"), &[]);
    let after = report(&planted, &folder.path().join("after"), &[]);
    let ids: Vec<&str> = after["states"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["cycling", "senescent", "licensed", "inflammatory", "stressed"]);
    for (report, k) in [(&before, 0), (&after, 12)] {
        let cycling = &report["states"][0];
        assert_eq!(cycling["k"], k, "{cycling}");
        assert_eq!(cycling["n"], report["purity"][0]["k"], "{cycling}");
        assert!(cycling["n"].as_u64().unwrap() >= 110, "{cycling}");
    }

    // They rest neither on which counts are written nor on whether these are held in memory.
    let less = report(&planted, &folder.path().join("less"), &["--h5ad", "none", "--memory-limit", "1MB"]);
    assert_eq!(less["states"], after["states"]);
}
