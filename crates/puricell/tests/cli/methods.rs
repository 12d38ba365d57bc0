//! Lots that were measured by expression and by cytometry: classes and markers beside each other.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use puricell_core::math;
use puricell_report::cohort::{Cohort, MarkerFinding};
use serde_json::{Value, json};

use crate::cohort::{cohort, lot, read};
use crate::program::{run_lot, test_data};

const CELLS: u64 = 2000;
const EVENTS: u64 = 20_000;

/// Marker, gene, positive events, cells with RNA, molecules, and what these show by hand.
const PLANTED: [(&str, &str, u64, u64, u64, MarkerFinding); 5] = [
    // 1.5 molecules a cell, 1.531 a carrier: 0.98 (1 - (1 + 0.25 * 1.531)^-4) = 0.712 are expected.
    ("CD73", "NT5E", 19_600, 1424, 3000, MarkerFinding::RnaBelowAsDropout),
    ("CD90", "THY1", 18_900, 1890, 14_000, MarkerFinding::NoDifference),
    ("CD105", "ENG", 4000, 1200, 3000, MarkerFinding::RnaAbove),
    ("CD45", "PTPRC", 2000, 4, 4, MarkerFinding::RnaBelowTooFewMolecules),
    // Six molecules a carrier, and they lie in two carriers of five.
    ("HLA-DR", "HLA-DRA", 10_000, 400, 6000, MarkerFinding::RnaBelowBeyondDropout),
];

fn template(base: &Path, input: &str, profile: &str) -> Value {
    let out = base.join(profile);
    let more: &[&str] = if profile == "adipose" { &["--no-umap", "--h5ad", "none"] } else { &["--no-umap"] };
    run_lot(&test_data(input), profile, &out, more);
    serde_json::from_str(&fs::read_to_string(out.join("report.json")).unwrap()).unwrap()
}

/// Five lots by both; each lot has a few positive events more than the one before.
fn lots(base: &Path) -> Vec<PathBuf> {
    let (rna, mut flow) =
        (template(base, "demo/lot.h5", "adipose"), template(base, "flow-lots/simulated.fcs", "msc-flow"));
    let mut folders = Vec::new();
    for i in 0..5 {
        let (id, counts) = (format!("M{i}"), [("target", CELLS - 20 * i), ("hematopoietic", 10 * i)]);
        let [of_rna, of_flow] = ["rna", "flow"].map(|method| base.join(format!("{id}-{method}")));
        lot(&rna, &of_rna, &id, CELLS, &counts);
        // A depth of 5,000 molecules with a squared coefficient of variation of 1/4.
        let mut table = String::from(
            "# puricell-detection/1\n# cells\t2000\n# molecules\t10000000\t62500000000\ngene\tcells\tmolecules\n",
        );
        for (marker, gene, positive, cells, molecules, _) in PLANTED {
            writeln!(table, "{gene}\t{cells}\t{molecules}").unwrap();
            let rows = flow["cytometry"]["positivity"].as_array_mut().unwrap();
            let row = rows.iter_mut().find(|r| r["marker"] == marker).unwrap();
            (row["k"], row["n"]) = (json!(positive + 4 * i), json!(EVENTS));
        }
        lot(&flow, &of_flow, &id, EVENTS, &counts.map(|(class, k)| (class, 10 * k)));
        fs::write(of_rna.join("detection.tsv"), &table).unwrap();
        let report = fs::read_to_string(of_rna.join("report.json")).unwrap();
        let hashes = [("report.json", &report), ("detection.tsv", &table)];
        let outputs: Value = hashes.map(|(name, text)| (name, puricell::output::hash_text(text))).into_iter().collect();
        fs::write(of_rna.join("manifest.json"), json!({ "outputs": outputs }).to_string()).unwrap();
        folders.extend([of_rna, of_flow]);
    }
    folders
}

fn put_together(folders: &[PathBuf], out: &Path, lang: &str) -> Cohort {
    let (is_done, told) =
        cohort(folders, &["--bootstrap", "5", "--lang", lang, "--force", "--out", out.to_str().unwrap()]);
    assert!(is_done, "{told}");
    read(out)
}

// Verifies R-35.
#[test]
fn rna_and_protein_of_a_marker_are_held_against_each_other() {
    let base = tempfile::tempdir().unwrap();
    let folders = lots(base.path());
    let out = base.path().join("out");
    let found = put_together(&folders, &out, "both");
    assert!(found.warnings.iter().all(|w| w.code != "no_detection"));
    let of: Vec<(&str, &str)> = found.markers.iter().map(|m| (m.marker.as_str(), m.gene.as_str())).collect();
    let planted = PLANTED.map(|(marker, gene, ..)| (marker, gene));
    // In the order of the list, which has CD45 before HLA-DR.
    assert_eq!(of, planted);
    for (marker, (_, _, positive, cells, molecules, finding)) in found.markers.iter().zip(PLANTED) {
        assert_eq!(marker.pairs.len(), 5);
        for (i, pair) in marker.pairs.iter().enumerate() {
            assert_eq!(pair.counted.k, [cells, positive + 4 * i as u64], "{}", marker.marker);
            assert_eq!((pair.counted.n, pair.molecules), ([CELLS, EVENTS], molecules));
            assert!((pair.depth_dispersion - 0.25).abs() < 1e-12);
            assert_eq!(pair.finding, finding, "{} {pair:?}", marker.marker);
            assert!(pair.expected_low <= pair.expected && pair.expected <= pair.expected_high);
        }
        // The logits with half a cell added, written out.
        let logit = |k: u64, n: u64| math::ln((k as f64 + 0.5) / ((n - k) as f64 + 0.5));
        let differences = (0..5).map(|i| logit(positive + 4 * i, EVENTS) - logit(cells, CELLS));
        let ratio = math::exp(differences.sum::<f64>() / 5.0);
        assert!((marker.agreement.odds_ratio.unwrap() / ratio - 1.0).abs() < 1e-9, "{}", marker.marker);
        assert!(marker.agreement.limit_low < marker.agreement.odds_ratio && marker.agreement.concordance.is_some());
    }
    let cd73 = &found.markers[0].pairs[0];
    assert!((cd73.expected - 0.711_84).abs() < 1e-4, "{}", cd73.expected);
    assert!((cd73.counted.difference - (0.98 - 0.712)).abs() < 1e-12);

    let table = fs::read_to_string(out.join("methods.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|l| l.split('\t').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let column = |name: &str| rows[0].iter().position(|head| *head == name).unwrap();
    let row = rows.iter().find(|r| r[1] == "CD73" && r[3] == "M0").unwrap();
    assert_eq!((row[column("k_expression")], row[column("k_cytometry")]), ("1424", "19600"));
    assert_eq!(row[column("finding")], "rna_below_as_dropout");
    let of_class = rows.iter().find(|r| r[1] == "hematopoietic" && r[3] == "M3").unwrap();
    assert_eq!((of_class[column("k_expression")], of_class[column("k_cytometry")]), ("30", "300"));
    assert_eq!(of_class[column("finding")], "NA");

    let page = fs::read_to_string(out.join("cohort.html")).unwrap();
    for said in ["CD105 (ENG)", "RNA above protein: 5", "RNA 高于蛋白：5 批", "beyond dropout", "speaks of the process"]
    {
        assert!(page.contains(said), "{said}");
    }
    let page = {
        put_together(&folders, &out, "zh");
        fs::read_to_string(out.join("cohort.html")).unwrap()
    };
    assert!(page.contains("说明是工艺影响而非杂质") && !page.contains("speaks of the process"));
}

#[test]
fn a_result_that_does_not_count_cells_by_gene_is_named() {
    let base = tempfile::tempdir().unwrap();
    let folders = lots(base.path());
    let manifest = folders[0].join("manifest.json");
    let hash = puricell::output::hash_text(&fs::read_to_string(folders[0].join("report.json")).unwrap());
    fs::write(&manifest, json!({ "outputs": { "report.json": hash } }).to_string()).unwrap();
    let out = base.path().join("out");
    let found = put_together(&folders, &out, "en");
    assert!(found.markers.iter().all(|m| m.pairs.len() == 4), "{:?}", found.markers);
    let warning = found.warnings.iter().find(|w| w.code == "no_detection").unwrap();
    assert!(warning.message.contains("in M0:"), "{}", warning.message);
    // One that is not as it was written is refused.
    fs::write(folders[2].join("detection.tsv"), "x").unwrap();
    let (is_done, told) = cohort(&folders, &["--bootstrap", "5", "--out", base.path().join("no").to_str().unwrap()]);
    assert!(!is_done && told.contains("M1-rna: detection.tsv is not as it was written"), "{told}");
}
