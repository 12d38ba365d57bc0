//! The demonstration lot has a known truth.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use puricell::output::hash_file;
use puricell_core::DropReason;
use puricell_io::ReadOptions;
use puricell_purity::{CallKind, CallModel, PanelCounts, Panels, Profile, call_cells, resolve};

use crate::program::{composition, puricell, repeatable, test_data};

#[test]
fn the_demo_says_what_to_open_and_its_manifest_holds_every_hash() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("demo");
    let output = puricell().args(["demo", "--quiet", "--out"]).arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("report.html"));

    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
    let mut found = repeatable(&out);
    found.remove("manifest.json");
    let recorded: BTreeMap<String, String> = serde_json::from_value(manifest["outputs"].clone()).unwrap();
    assert_eq!(found, recorded);
    let input = hash_file(&test_data("demo/lot.h5")).unwrap().1;
    assert_eq!(manifest["inputs"][0]["sha256"], input);

    // loaded = kept + the sum over reasons, in the file a reviewer reads.
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let accounting = &report["qc"]["accounting"];
    let dropped: u64 = accounting["dropped"].as_array().unwrap().iter().map(|d| d["n"].as_u64().unwrap()).sum();
    assert_eq!(accounting["loaded"].as_u64().unwrap(), accounting["kept"].as_u64().unwrap() + dropped);
    assert_eq!(accounting["dropped"].as_array().unwrap().len(), DropReason::OF_EXPRESSION.len());
}

// Verifies R-03.
#[test]
fn top_level_rows_of_the_demo_sum_to_their_denominator() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("demo");
    assert!(puricell().args(["demo", "--quiet", "--out"]).arg(&out).status().unwrap().success());
    for denominator in ["viable_singlets", "all_events", "classified"] {
        let rows = composition(&out);
        let of = rows.iter().filter(|r| r["denominator"] == denominator);
        let top = of.clone().filter(|r| r["parent"].is_empty() && r["role"] != "informative");
        let sum: u64 = top.map(|r| r["k"].parse::<u64>().unwrap()).sum();
        let n: u64 = of.clone().next().unwrap()["n"].parse().unwrap();
        assert_eq!(sum, n, "{denominator}");
    }
}

/// Class and state of each barcode.
fn truth(path: &Path) -> BTreeMap<String, (String, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let (barcode, class, state) = (column("barcode"), column("class"), column("state"));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            (fields[barcode].to_owned(), (fields[class].to_owned(), fields[state].to_owned()))
        })
        .collect()
}

// Verifies R-05.
#[test]
fn spiked_cells_are_found_and_stroma_is_not_called_a_contaminant() {
    let lot = puricell_io::open(&test_data("demo/lot.h5"), &ReadOptions::default()).unwrap().value.dataset;
    let profile = Profile::builtin("adipose").unwrap();
    let resolved = resolve(&profile, Panels::builtin().unwrap(), lot.features()).unwrap().value;
    let model = CallModel::builtin().unwrap();
    let calls =
        call_cells(&PanelCounts::gather(lot.counts(), &resolved), &resolved, &model, &vec![true; lot.n_cells()]).value;
    let truth = truth(&test_data("demo/truth.tsv"));
    let (mut found, mut spiked, mut stromal, mut wrong) = (BTreeMap::new(), BTreeMap::new(), 0, 0);
    for (id, call) in lot.cells().ids.iter().zip(&calls.cells) {
        let (class, state) = &truth[id];
        if state != "live" {
            continue;
        }
        let called = match call.as_ref().unwrap().kind {
            CallKind::Class(class) => Some(resolved.classes[class].id.as_str()),
            _ => None,
        };
        if class == "target" {
            stromal += 1;
            wrong += usize::from(called.is_some());
        } else {
            *spiked.entry(class.clone()).or_insert(0) += 1;
            *found.entry(class.clone()).or_insert(0) += usize::from(called == Some(class.as_str()));
        }
    }
    assert_eq!((spiked["hematopoietic"], spiked["endothelial"], stromal), (39, 37, 1789));
    // Cells are shallow (median 700 molecules): an honest method leaves some unassigned. What it may not do is to call
    // stroma a contaminant: the published figure for per-cell module scores on such mixtures is 14 in 2,000.
    assert!(found["hematopoietic"] >= 24, "{found:?}");
    assert!(found["endothelial"] >= 14, "{found:?}");
    assert!(wrong <= 3, "{wrong} of {stromal} stromal cells were called a contaminant");
}

#[test]
fn each_contaminant_and_suspect_says_which_genes_decided_and_any_cell_on_request() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("out");
    let lot = test_data("demo/lot.h5");
    let run = |more: &[&str]| {
        let always = ["--profile", "bone-marrow", "--no-umap", "--h5ad", "none", "--quiet", "--force", "--out"];
        puricell().arg("run").arg(&lot).args(always).arg(&out).args(more).output().unwrap()
    };
    assert!(run(&[]).status.success());
    let evidence = || std::fs::read_to_string(out.join("evidence.tsv")).unwrap();
    let first = evidence();
    let rows: Vec<Vec<&str>> = first.lines().skip(1).map(|l| l.split('\t').collect()).collect();
    let cells = |call: &str| rows.iter().filter(|r| r[1] == call).map(|r| r[0]).collect::<BTreeSet<_>>().len() as u64;
    let counted = composition(&out);
    for call in ["hematopoietic", "endothelial", "suspect"] {
        let row = counted.iter().find(|r| r["class"] == call && r["denominator"] == "viable_singlets").unwrap();
        assert_eq!(cells(call), row["k"].parse::<u64>().unwrap(), "{call}");
        assert!(cells(call) > 0, "{call}");
    }
    // What speaks for a contaminant outweighs what speaks against it, and no gene weighs more than the model allows.
    let most = CallModel::builtin().unwrap().gene.max_log_ratio;
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for row in rows.iter().filter(|r| ["hematopoietic", "endothelial"].contains(&r[1])) {
        let ratio: f64 = row[7].parse().unwrap();
        assert!(ratio.abs() <= most + 1e-4, "{row:?}");
        *sums.entry(row[0]).or_default() += ratio;
    }
    assert!(sums.values().all(|&sum| sum > 0.0), "{sums:?}");

    // A target cell is explained where it is asked for, and nothing else changes.
    let id = puricell_io::open(&lot, &ReadOptions::default())
        .unwrap()
        .value
        .dataset
        .cells()
        .ids
        .iter()
        .find(|id| !first.contains(*id))
        .unwrap()
        .clone();
    assert!(run(&["--explain", &id]).status.success());
    let second = evidence();
    let without: Vec<&str> = second.lines().filter(|l| !l.starts_with(&id)).collect();
    assert_eq!(without, first.lines().collect::<Vec<_>>());
    assert!(second.lines().any(|l| l.starts_with(&id)));
    let refused = run(&["--explain", "NOCELL-1"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("'NOCELL-1', which is not in the input"));
}
