//! Spike-in studies of real labelled cells.

use std::collections::BTreeMap;
use std::path::Path;

use puricell_purity::Validation;

use crate::program::{left_in, puricell, repeatable, test_data, transcript};
use crate::ro_crate;

const TARGET: &str = "label=Fibroblast,Pericytes";
const BLOOD: &str = ":label=Monocytes,T cell,NK cells";
const ENDOTHELIUM: &str = ":label=Endothelial cells";

fn cells() -> String {
    test_data("spike/breast.h5ad").to_string_lossy().into_owned()
}

fn study(out: &Path, more: &[&str]) {
    let file = cells();
    let output = puricell()
        .args(["validate", "spike", "--profile", "adipose", "--quiet", "--target", &file, "--target-labels", TARGET])
        .args(["--contaminant", &format!("hematopoietic={file}{BLOOD}")])
        .args(["--contaminant", &format!("endothelial={file}{ENDOTHELIUM}")])
        .args(["--cells", "200", "--fractions", "0,0.05,0.1,0.2", "--replicates", "3"])
        .args(more)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn rows(out: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(out.join("recovery.tsv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines.map(|l| header.iter().zip(l.split('\t')).map(|(h, v)| ((*h).to_owned(), v.to_owned())).collect()).collect()
}

// Verifies R-25.
#[test]
fn what_is_planted_is_counted_and_the_tables_agree() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("study");
    study(&out, &["--depth", "1,0.5"]);
    ro_crate::check(&out);
    let text = std::fs::read_to_string(out.join("validation.json")).unwrap();
    let validation = Validation::parse(&text, "validation.json").unwrap();
    // 4 fractions x 3 replicates x 2 depths.
    assert_eq!((validation.design.n_runs, validation.design.n_blank_runs), (24, 6));
    let rows = rows(&out);
    assert_eq!(rows.len(), 24 * 3);
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<u64>().unwrap();
    for row in &rows {
        let level: f64 = row["level"].parse().unwrap();
        let want = if row["class"] == "target" { 200.0 * (1.0 - 2.0 * level) } else { 200.0 * level };
        assert_eq!(number(row, "planted"), want.round() as u64, "{row:?}");
        assert!(number(row, "recovered") <= number(row, "kept") && number(row, "kept") <= number(row, "planted"));
    }
    for id in ["hematopoietic", "endothelial"] {
        let class = validation.classes.iter().find(|c| c.class == id).unwrap();
        let full = || rows.iter().filter(|r| r["class"] == id && r["depth"] == "1");
        let sum = |name: &str| full().map(|r| number(r, name)).sum::<u64>();
        // 3 replicates of 10, 20 and 40 cells of a class.
        assert_eq!(sum("planted"), 210);
        assert_eq!((class.sensitivity.k, class.sensitivity.n), (sum("recovered"), sum("kept")), "{id}");
        assert_eq!(class.lost.n, 210);
        assert!(class.sensitivity.n_distinct <= 80);
        // Of these shallow cells, most of the blood and endothelial cells are found; a method that finds none would fail.
        assert!(class.sensitivity.k * 2 > class.sensitivity.n, "{id}: {:?}", class.sensitivity);
        let line = class.linearity.unwrap();
        assert!(line.slope_low <= line.slope && line.slope > 0.3 && line.slope < 1.3, "{line:?}");
        assert!(class.intermediate_cv.is_some() && class.levels.len() == 4);
        let row = validation.confusion.truth.iter().position(|t| t == id).unwrap();
        let column = validation.confusion.called.iter().position(|c| c == id).unwrap();
        assert_eq!(validation.confusion.counts[row][column], class.sensitivity.k);
        assert_eq!(validation.confusion.counts[row].iter().sum::<u64>(), class.sensitivity.n);
    }
}

// Verifies R-25.
#[test]
fn the_page_follows_ich_q2() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("study");
    study(&out, &["--depth", "1", "--dead", "0.05", "--doublets", "0.05", "--ambient", "0.05"]);
    let html = std::fs::read_to_string(out.join("validation.html")).unwrap();
    let place = |id: &str| html.find(&format!("<h2 id=\"{id}\">")).unwrap_or_else(|| panic!("no section {id}"));
    let sections = ["material", "specificity", "linearity", "accuracy", "precision", "limits", "calls", "method"];
    assert!(sections.windows(2).all(|w| place(w[0]) < place(w[1])));
    // 20 fibroblasts and 20 pericytes do not suffice for 200 cells, and the page says so.
    assert!(html.contains("cells_drawn_again") && html.contains("dead cells (semi-synthetic)"));
    assert!(!html.contains("http://") && !html.contains("https://"), "the page must not reach out");
}

// Verifies R-14.
#[test]
fn the_same_bytes_at_any_number_of_threads() {
    let base = tempfile::tempdir().unwrap();
    let of = |threads: &str| {
        let out = base.path().join(threads);
        let altered = ["--dead", "0.05", "--doublets", "0.05", "--ambient", "0.1", "--depth", "1,0.5"];
        study(&out, &[&altered[..], &["--threads", threads]].concat());
        repeatable(&out)
    };
    assert_eq!(of("1"), of("2"));
}

#[test]
fn messages() {
    let folder = tempfile::tempdir().unwrap();
    let file = cells();
    let lot = test_data("demo/lot.h5").to_string_lossy().into_owned();
    let check = |name: &str, target_labels: &str, contaminant: &str, more: &[&str]| {
        let mut args = vec!["validate", "spike", "--profile", "adipose", "--quiet", "--out", "out", "--target", &file];
        args.extend(["--target-labels", target_labels, "--contaminant", contaminant]);
        args.extend(more);
        let text = transcript(folder.path(), &args);
        assert!(left_in(folder.path()).is_empty(), "{name} left something behind");
        insta::assert_snapshot!(name, text);
    };
    let blood = format!("hematopoietic={file}{BLOOD}");
    check("spike_missing_column", "celltype=Fibroblast", &blood, &[]);
    check("spike_missing_value", "label=Fibroblasts", &blood, &[]);
    check("spike_labels_of_10x", TARGET, &format!("hematopoietic={lot}:label=Monocytes"), &[]);
    check("spike_unknown_class", TARGET, &format!("blood={file}{BLOOD}"), &[]);
    check("spike_subclass", TARGET, &format!("t_cell={file}:label=T cell"), &[]);
    check("spike_no_file", TARGET, "hematopoietic", &[]);
    check("spike_same_cells", TARGET, &format!("hematopoietic={file}:label=Pericytes"), &[]);
    check("spike_pool_too_small", TARGET, &blood, &["--exact", "--cells", "400", "--fractions", "0.25"]);
    check("spike_no_whole_cell", TARGET, &blood, &["--cells", "200", "--fractions", "0.001"]);
    check("spike_too_much", TARGET, &blood, &["--fractions", "1"]);
    check("spike_bad_depth", TARGET, &blood, &["--depth", "2"]);
    let mouse = test_data("conformance/other/scvelo_pancreas_100obs.h5ad").to_string_lossy().into_owned();
    check("spike_other_genes", TARGET, &format!("hematopoietic={mouse}"), &[]);
    let events = "[somewhere]/lot.fcs".to_owned();
    check("spike_of_events", TARGET, &format!("hematopoietic={events}"), &[]);
    check("spike_option_of_events", TARGET, &blood, &["--threshold", "CD45=800"]);
}
