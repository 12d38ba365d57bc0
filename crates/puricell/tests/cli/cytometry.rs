//! Lots of events from file to result.

use std::path::{Path, PathBuf};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use puricell_purity::{Level, Proportion};
use puricell_testkit::{FlowCell, FlowLot, FlowPlan};

use crate::program::{composition, hashes, repeatable, run_lot, test_data};

const STROMAL: usize = 18_000;
const CONTAMINANTS: [(FlowCell, usize); 3] =
    [(FlowCell::Monocyte, 200), (FlowCell::BCell, 40), (FlowCell::Endothelial, 100)];

fn plan(unstained: Vec<&'static str>, seed: u64) -> FlowPlan {
    let mut cells = vec![(FlowCell::Stromal, STROMAL), (FlowCell::Dead, 900), (FlowCell::Debris, 1_500)];
    cells.extend(CONTAMINANTS);
    FlowPlan { cells, unstained, seed }
}

fn write(folder: &Path, name: &str, plan: &FlowPlan) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, FlowLot::simulate(plan).to_fcs(true).unwrap()).unwrap();
    path
}

/// Count of a class among the viable singlets, and their number.
fn counted(out: &Path, class: &str) -> (u64, u64) {
    let rows = composition(out);
    let row = rows.iter().find(|r| r["class"] == class && r["denominator"] == "viable_singlets").unwrap();
    let number = |column: &str| row[column].parse().unwrap_or_else(|_| panic!("{class}: {row:?}"));
    (number("k"), number("n"))
}

/// Each class within 3 % of what was planted, and one event: a few cells leave by the singlet gate, none of another
/// class may come in.
fn assert_planted(out: &Path) {
    let close = |found: u64, planted: usize| {
        let least = (planted as f64 * 0.97).floor() - 1.0;
        assert!(found as f64 >= least && found <= planted as u64 + 1, "{found} of {planted}");
    };
    close(counted(out, "target").0, STROMAL);
    for (class, planted) in [("hematopoietic", 240), ("monocyte", 200), ("b_cell", 40), ("endothelial", 100)] {
        close(counted(out, class).0, planted);
    }
}

// Verifies R-05.
#[test]
fn planted_contaminants_are_counted_without_a_control() {
    let folder = tempfile::tempdir().unwrap();
    let lot = write(folder.path(), "lot.fcs", &plan(Vec::new(), 1));
    let out = folder.path().join("out");
    run_lot(&lot, "msc-flow", &out, &["--no-umap"]);
    assert_planted(&out);
    let files = hashes(&out);
    for name in [
        "report.html",
        "report.pdf",
        "report.json",
        "cells.parquet",
        "gates.xml",
        "manifest.json",
        "figures/gating.svg",
    ] {
        assert!(files.contains_key(name), "{name} is missing of {:?}", files.keys());
    }
}

// Verifies R-05.
#[test]
fn real_spleen_cells_are_counted_within_their_intervals() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    run_lot(&test_data("flow-lots/spleen_f0.005.fcs"), "spleen-t-cells", &out, &["--no-umap"]);
    let rows = composition(&out);
    for (class, truth) in [("target", 5_940.0), ("b_cell", 30.0), ("nk_cell", 30.0)] {
        let row = rows.iter().find(|r| r["class"] == class && r["denominator"] == "viable_singlets").unwrap();
        let number = |column: &str| row[column].parse::<f64>().unwrap_or_else(|_| panic!("{class}: {row:?}"));
        assert!(number("ci_low") <= truth / 6_000.0 && truth / 6_000.0 <= number("ci_high"), "{row:?}");
        // Wide as an interval of 30 is, the fraction itself is close: within that of 3 of the 6,000 events.
        assert!((number("k") / number("n") - truth / 6_000.0).abs() <= 3.0 / 6_000.0, "{row:?}");
    }
}

// Verifies R-06.
#[test]
fn populations_of_a_spleen_agree_with_its_manual_gates() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    run_lot(&test_data("flow-lots/spleen_gated.fcs"), "spleen-t-cells", &out, &["--no-umap"]);
    let labels = std::fs::read_to_string(test_data("flow-lots/spleen_gated.labels.txt")).unwrap();
    let labels: Vec<char> = labels.chars().filter(|c| !c.is_whitespace()).collect();
    let calls = calls(&out);
    assert_eq!(calls.len(), labels.len());
    let gated: Vec<(&str, char)> =
        calls.iter().zip(&labels).filter_map(|(call, &label)| Some((call.as_deref()?, label))).collect();
    let gated: Vec<(&str, char)> = gated.into_iter().filter(|(_, label)| *label != '-').collect();
    for (class, label) in SPLEEN {
        let called = gated.iter().filter(|(call, _)| *call == class).count() as u64;
        let right = gated.iter().filter(|(call, truth)| *call == class && *truth == label).count() as f64;
        let truth = gated.iter().filter(|(_, truth)| *truth == label).count() as f64;
        let found = Proportion::new(called, gated.len() as u64).unwrap().clopper_pearson(Level::new(0.95).unwrap());
        let share = truth / gated.len() as f64;
        assert!(found.low <= share && share <= found.high, "{class}: {called} called for {truth}");
        assert!(right >= 0.92 * truth && right >= 0.99 * called as f64, "{class}: {right} of {called} and {truth}");
    }
}

/// Classes of the profile and the letters of the manual gates.
const SPLEEN: [(&str, char); 6] =
    [("target", 'T'), ("b_cell", 'B'), ("nk_cell", 'N'), ("cd8_t_cell", 'C'), ("gd_t_cell", 'G'), ("nkt_cell", 'K')];

// Verifies R-06.
#[test]
fn the_report_s_fractions_cover_the_manually_gated_populations() {
    let folder = tempfile::tempdir().unwrap();
    let gates = test_data("flow-lots/spleen_gated.gates.xml");
    let labels = std::fs::read_to_string(test_data("flow-lots/spleen_gated.labels.txt")).unwrap();
    for (name, more) in [("automatic", vec![]), ("manual", vec!["--gates", gates.to_str().unwrap()])] {
        let out = folder.path().join(name);
        let args: Vec<&str> = ["--no-umap"].into_iter().chain(more).collect();
        run_lot(&test_data("flow-lots/spleen_gated.fcs"), "spleen-t-cells", &out, &args);
        let rows = composition(&out);
        for (class, label) in SPLEEN {
            let row = rows.iter().find(|r| r["class"] == class && r["denominator"] == "viable_singlets").unwrap();
            let number = |column: &str| row[column].parse::<f64>().unwrap_or_else(|_| panic!("{class}: {row:?}"));
            let share = labels.chars().filter(|&l| l == label).count() as f64 / number("n");
            assert!(number("ci_low") <= share && share <= number("ci_high"), "{name} gates: {row:?}");
        }
    }
}

/// The call of each event of the file; `None` for one that was not kept.
fn calls(out: &Path) -> Vec<Option<String>> {
    let file = std::fs::File::open(out.join("cells.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    rows.map(|row| {
        let text = |name: &str| match row.get_column_iter().find(|(column, _)| *column == name).unwrap().1 {
            Field::Str(text) => Some(text.clone()),
            Field::Bool(true) => Some("true".to_owned()),
            _ => None,
        };
        text("kept").and_then(|_| text("call"))
    })
    .collect()
}

#[test]
fn a_product_profile_takes_events_too() {
    let folder = tempfile::tempdir().unwrap();
    let lot = write(folder.path(), "lot.fcs", &plan(Vec::new(), 2));
    let out = folder.path().join("out");
    run_lot(&lot, "umbilical-cord", &out, &["--no-umap"]);
    assert_planted(&out);
    let report = std::fs::read_to_string(out.join("report.json")).unwrap();
    assert!(report.contains("MSC(UC)") || report.contains("MSC(WJ)"), "the product's name is missing");
}

#[test]
fn controls_set_the_thresholds_of_their_markers() {
    let folder = tempfile::tempdir().unwrap();
    let lot = write(folder.path(), "lot.fcs", &plan(Vec::new(), 3));
    let all: Vec<&'static str> = puricell_testkit::FLOW_PANEL.iter().map(|p| p.0).collect();
    let unstained = write(folder.path(), "unstained.fcs", &plan(all, 4));
    let fmo = write(folder.path(), "cd45_fmo.fcs", &plan(vec!["CD45"], 5));
    let out = folder.path().join("out");
    let fmo = format!("CD45={}", fmo.display());
    run_lot(&lot, "msc-flow", &out, &["--no-umap", "--unstained", &unstained.to_string_lossy(), "--fmo", &fmo]);
    assert_planted(&out);
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(out.join("report.json")).unwrap()).unwrap();
    let source = |marker: &str| {
        let rows = report["cytometry"]["positivity"].as_array().unwrap();
        rows.iter().find(|r| r["marker"] == marker).unwrap()["source"].as_str().unwrap().to_owned()
    };
    assert_eq!(source("CD45"), "fmo");
    assert_eq!(source("CD90"), "unstained");
}

#[test]
fn gates_written_out_give_the_same_events_when_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let lot = write(folder.path(), "lot.fcs", &plan(Vec::new(), 6));
    let (first, again) = (folder.path().join("first"), folder.path().join("again"));
    run_lot(&lot, "msc-flow", &first, &["--no-umap"]);
    let gates = first.join("gates.xml");
    run_lot(&lot, "msc-flow", &again, &["--no-umap", "--gates", &gates.to_string_lossy()]);
    for class in ["target", "hematopoietic", "endothelial", "unassigned"] {
        assert_eq!(counted(&first, class), counted(&again, class), "{class}");
    }
}

// Verifies R-14.
#[test]
fn every_byte_but_the_timing_is_equal_at_1_2_and_4_threads() {
    let folder = tempfile::tempdir().unwrap();
    let lot = write(folder.path(), "lot.fcs", &plan(Vec::new(), 7));
    let mut results = Vec::new();
    for threads in ["1", "2", "4"] {
        let out = folder.path().join(threads);
        run_lot(&lot, "msc-flow", &out, &["--threads", threads]);
        results.push(repeatable(&out));
    }
    assert!(results[0].len() > 10, "{:?}", results[0].keys());
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}
