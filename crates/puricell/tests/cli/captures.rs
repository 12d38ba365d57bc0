//! The demonstration lot as two captures of different formats, and beside it as one file.

use std::path::{Path, PathBuf};
use std::process::Output;

use puricell::output::hash_file;
use puricell_core::Dataset;
use puricell_io::{ReadOptions, open};
use serde_json::Value;
use tempfile::TempDir;

use crate::calls;
use crate::labelled_lot::LabelledLot;
use crate::program::{left_in, puricell, repeatable, test_data, transcript};
use crate::variant::{of_rows, reordered, write_annotated, write_mtx};

const QUICK: [&str; 3] = ["--no-umap", "--h5ad", "none"];

/// Two captures of the lot, every second cell each, and all their cells in one file with the barcodes that the captures' get.
struct Split {
    folder: TempDir,
    a: PathBuf,
    b: PathBuf,
    whole: PathBuf,
}

impl Split {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lot = open(&test_data("demo/lot.h5"), &ReadOptions::default()).unwrap().value.dataset;
        let of = |remainder: usize| -> Vec<usize> { (0..lot.n_cells()).filter(|cell| cell % 2 == remainder).collect() };
        let genes: Vec<usize> = (0..lot.n_features()).collect();
        let (first, second) = (of(0), of(1));
        let [a, b, whole] = ["a.h5ad", "b", "whole"].map(|name| folder.path().join(name));
        write_annotated(&a, &reordered(&lot, &first, &genes));
        write_mtx(&b, &reordered(&lot, &second, &genes));
        let order = [first.clone(), second].concat();
        let all = reordered(&lot, &order, &genes);
        let ids = all.cells().ids.iter().enumerate().map(|(i, id)| renamed(id, if i < first.len() { 1 } else { 2 }));
        write_mtx(&whole, &of_rows(rows(&all), ids.collect(), all.features().clone()));
        Self { folder, a, b, whole }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command that makes a folder, which must succeed.
    fn make(&self, command: &str, inputs: &[&Path], out: &str, more: &[&str]) -> PathBuf {
        let out = self.path(out);
        let mut program = puricell();
        program.arg(command).args(inputs).args(["--profile", "adipose", "--quiet", "--out"]).arg(&out).args(more);
        succeeds(&program.output().unwrap());
        out
    }

    fn prepare(&self, input: &Path, name: &str, more: &[&str]) -> PathBuf {
        let out = self.path(name);
        succeeds(
            &puricell().arg("prepare").arg(input).args(["--quiet", "--out"]).arg(&out).args(more).output().unwrap(),
        );
        out
    }

    /// What is said of a command that must fail and leave nothing.
    fn refused(&self, args: &[&str]) -> String {
        let before = left_in(self.folder.path());
        let text = transcript(self.folder.path(), &[args, &["--quiet"]].concat());
        assert!(!text.starts_with("exit code: 0"), "{text}");
        assert_eq!(left_in(self.folder.path()).len(), before.len(), "{text}");
        text
    }
}

fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn renamed(id: &str, capture: usize) -> String {
    format!("{}-{capture}", id.strip_suffix("-1").unwrap())
}

fn rows(lot: &Dataset) -> impl Iterator<Item = Vec<(u32, u32)>> {
    (0..lot.n_cells()).map(|cell| lot.counts().row(cell).iter().collect())
}

fn report(out: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap()
}

// Verifies R-33.
#[test]
fn captures_are_one_lot_but_for_what_arises_within_a_capture() {
    let split = Split::new();
    let more = ["--no-umap", "--h5ad", "full"];
    let whole = split.make("run", &[&split.whole], "of whole", &more);
    let joined = split.make("run", &[&split.a, &split.b], "of captures", &more);
    for name in ["composition.tsv", "evidence.tsv", "pseudobulk.tsv", "distributions.tsv", "detection.tsv"] {
        let read = |out: &Path| std::fs::read_to_string(out.join(name)).unwrap();
        assert_eq!(read(&whole), read(&joined), "{name}");
    }
    calls::assert_same("captures", &calls::read(&whole), &calls::read(&joined));
    let kept = |out: &Path| open(&out.join("result.h5ad"), &ReadOptions::default()).unwrap().value.dataset;
    assert_eq!(kept(&whole).cells().ids, kept(&joined).cells().ids);
    assert_eq!(kept(&whole).counts(), kept(&joined).counts());

    // By definition: a share per 1,000 cells recovered in the capture. One file has the rate of both loads together.
    let (whole, joined) = (report(&whole), report(&joined));
    let number = |of: &Value, name: &str| of[name].as_f64().unwrap();
    let captures = joined["doublets"]["captures"].as_array().unwrap();
    let names: Vec<&str> = captures.iter().map(|c| c["capture"].as_str().unwrap()).collect();
    assert_eq!(names, ["1: a.h5ad", "2: b"]);
    let of_file = &whole["doublets"];
    assert!(of_file["captures"].is_null());
    let per_1000 = number(of_file, "rate_per_1000");
    let (mut recovered, mut rate) = (0.0, 0.0);
    for capture in captures {
        let expected = per_1000 * number(capture, "recovered") / 1000.0;
        assert!((number(capture, "expected_rate") - expected).abs() < 1e-15, "{capture}");
        recovered += number(capture, "recovered");
        rate += expected;
    }
    assert!((recovered - number(of_file, "recovered")).abs() < 0.5);
    assert!((rate - number(of_file, "expected_rate")).abs() < 1e-15);
    // The captures are of nearly one size.
    let of_lot = number(&joined["doublets"], "expected_rate");
    assert!((of_lot / (rate / 2.0) - 1.0).abs() < 0.01, "{of_lot} {rate}");
    let note = joined["qc"]["metrics"].to_string();
    assert!(note.contains("the cells of each capture pooled"), "{note}");
}

// Verifies R-33.
#[test]
fn the_bytes_are_the_same_at_any_thread_count_in_parts_and_from_prepared_captures() {
    let split = Split::new();
    let (a, b) = (&*split.a, &*split.b);
    let first = repeatable(&split.make("run", &[a, b], "one", &["--threads", "1", "--memory-limit", "4G"]));
    let prepared = [split.prepare(a, "a.capture.h5", &[]), split.prepare(b, "b.capture.h5", &["--threads", "1"])];
    let prepared: Vec<&Path> = prepared.iter().map(PathBuf::as_path).collect();
    for (command, inputs, threads, memory) in [
        ("run", vec![a, b], "4", "4G"),
        ("run", vec![a, b], "2", "1M"),
        ("join", prepared.clone(), "1", "1M"),
        ("join", prepared, "2", "4G"),
    ] {
        let more = ["--threads", threads, "--memory-limit", memory, "--force"];
        let out = split.make(command, &inputs, "again", &more);
        assert_eq!(first, repeatable(&out), "{command}, {threads} threads, {memory}");
    }
    // The record of the run names the files that were read, and the manifest the originals, so that the run can be repeated.
    let record = std::fs::read_to_string(split.path("again").join("audit.jsonl")).unwrap();
    let (_, hash) = hash_file(&split.path("b.capture.h5")).unwrap();
    assert!(record.lines().last().unwrap().contains("\"name\":\"b.capture.h5\"") && record.contains(&hash));
    let manifest = split.path("again").join("manifest.json");
    let args = ["run", "--from", &manifest.to_string_lossy(), "--files", ".", "--out", "repeated", "--quiet"];
    let said = transcript(split.folder.path(), &args);
    assert!(said.starts_with("exit code: 0") && said.contains("agree byte for byte"), "{said}");

    let swapped = split.make("run", &[b, a], "swapped", &QUICK);
    let ids: Vec<String> = calls::read(&swapped).into_keys().collect();
    let of_b = open(b, &ReadOptions::default()).unwrap().value.dataset.cells().ids.clone();
    assert!(of_b.iter().all(|id| ids.contains(id)), "the first capture keeps its barcodes");
}

#[test]
fn captures_of_one_name_in_folders_of_their_own_are_told_apart() {
    let split = Split::new();
    let place = |folder: &str| split.path(folder).join("counts.h5ad");
    for (folder, from) in [("x", &split.a), ("y", &split.b)] {
        std::fs::create_dir(split.path(folder)).unwrap();
        write_annotated(&place(folder), &open(from, &ReadOptions::default()).unwrap().value.dataset);
    }
    let out = split.make("run", &[&place("x"), &place("y")], "out", &QUICK);
    let manifest = out.join("manifest.json");
    let args = ["run", "--from", &manifest.to_string_lossy(), "--out", "repeated", "--quiet"];
    let said = transcript(split.folder.path(), &args);
    assert!(said.starts_with("exit code: 0") && said.contains("agree byte for byte"), "{said}");

    // Where they have been moved, each is found by its bytes, whichever folder is named first.
    for (from, to) in [("x", "q"), ("y", "p")] {
        std::fs::rename(split.path(from), split.path(to)).unwrap();
    }
    let manifest = manifest.to_string_lossy();
    let args = ["run", "--from", &manifest, "--files", "p", "--files", "q", "--out", "moved", "--quiet"];
    let said = transcript(split.folder.path(), &args);
    assert!(said.starts_with("exit code: 0") && said.contains("agree byte for byte"), "{said}");
    let one = split.refused(&["run", "--from", &manifest, "--files", "p", "--out", "one"]);
    assert!(one.contains("is not the counts.h5ad of the run"), "{one}");
}

#[test]
fn a_capture_of_too_few_cells_to_score_counts_for_its_load_alone() {
    let split = Split::new();
    let lot = open(&split.b, &ReadOptions::default()).unwrap().value.dataset;
    let genes: Vec<usize> = (0..lot.n_features()).collect();
    let few = [0];
    write_annotated(&split.path("few.h5ad"), &reordered(&lot, &few, &genes));
    let out = split.make("run", &[&split.a, &split.path("few.h5ad")], "out", &QUICK);
    let doublets = &report(&out)["doublets"];
    let captures = doublets["captures"].as_array().unwrap();
    let recovered: Vec<u64> = captures.iter().map(|c| c["recovered"].as_u64().unwrap()).collect();
    assert_eq!(recovered.len(), 2, "{doublets}");
    assert!(recovered[1] <= 1);
    assert_eq!(doublets["recovered"].as_u64().unwrap(), recovered.iter().sum::<u64>());
    assert!(report(&out)["warnings"].to_string().contains("capture 2: "));
    // What is said of the lot's doublets is of the cells scored, which are the first capture's alone.
    let share = doublets["expected_rate"].as_f64().unwrap();
    assert!((share - captures[0]["expected_rate"].as_f64().unwrap()).abs() < 1e-15, "{doublets}");
}

#[test]
fn each_capture_has_a_raw_matrix_of_its_own() {
    let split = Split::new();
    let folder = split.folder.path();
    let lot = |name: &str, types: &[&str]| {
        let mut lot = LabelledLot::breast(types);
        let cells = lot.write(folder, name);
        lot.add_empty_droplets(2_000, 40);
        (cells, lot.write(folder, &format!("{name}_raw")))
    };
    let (c, c_raw) = lot("c", &["Fibroblast", "Monocytes"]);
    let (d, d_raw) = lot("d", &["Fibroblast", "Pericytes", "T cell"]);
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (raw_c, raw_d) = (text(&c_raw), text(&d_raw));
    let raws = ["--raw", &raw_c, "--raw", &raw_d];
    let out = split.make("run", &[&c, &d], "with raw", &[&QUICK[..], &raws].concat());
    let metrics = report(&out)["qc"]["metrics"].to_string();
    assert!(metrics.contains("4,000 empty droplets of the raw matrices, capture by capture"), "{metrics}");
    let prepared =
        [split.prepare(&c, "c.capture.h5", &["--raw", &raw_c]), split.prepare(&d, "d.capture.h5", &["--raw", &raw_d])];
    let joined = split.make("join", &[&prepared[0], &prepared[1]], "joined", &QUICK);
    assert_eq!(repeatable(&out), repeatable(&joined));

    let without = split.prepare(&d, "without.capture.h5", &[]);
    let run = ["run", "c", "d", "--profile", "adipose", "--out", "out"];
    insta::assert_snapshot!("captures_one_raw", split.refused(&[&run[..], &["--raw", "c_raw"]].concat()));
    let mixed = ["join", "c.capture.h5", &text(&without), "--profile", "adipose", "--out", "out"];
    insta::assert_snapshot!("captures_raw_of_some", split.refused(&mixed));
}

#[test]
fn one_capture_in_two_formats_is_warned_of() {
    let split = Split::new();
    let lot = open(&split.a, &ReadOptions::default()).unwrap().value.dataset;
    write_mtx(&split.path("a"), &lot);
    let warned = |inputs: &[&Path], out: &str| {
        let warnings = report(&split.make("run", inputs, out, &QUICK))["warnings"].to_string();
        warnings.contains("captures_with_same_barcodes")
    };
    assert!(warned(&[&split.a, &split.path("a")], "twice"));
    assert!(!warned(&[&split.a, &split.b], "two"));
}

#[test]
fn captures_that_cannot_be_one_lot() {
    let split = Split::new();
    let lot = open(&split.b, &ReadOptions::default()).unwrap().value.dataset;
    let cells: Vec<usize> = (0..lot.n_cells()).collect();
    let mut genes: Vec<usize> = (0..lot.n_features()).collect();
    genes.swap(7, 8);
    write_annotated(&split.path("swapped.h5ad"), &reordered(&lot, &cells, &genes));
    genes.swap(7, 8);
    genes.pop();
    write_annotated(&split.path("short.h5ad"), &reordered(&lot, &cells, &genes));
    std::fs::copy(&split.a, split.path("copy.h5ad")).unwrap();
    for name in ["one.fcs", "two.fcs"] {
        std::fs::write(split.path(name), b"FCS3.1").unwrap();
    }
    for (name, inputs) in [
        ("captures_features_differ", ["a.h5ad", "swapped.h5ad"]),
        ("captures_features_missing", ["a.h5ad", "short.h5ad"]),
        ("captures_same_file", ["a.h5ad", "copy.h5ad"]),
        ("captures_fcs", ["one.fcs", "two.fcs"]),
        ("captures_fcs_beside_counts", ["a.h5ad", "two.fcs"]),
    ] {
        let args = ["run", inputs[0], inputs[1], "--profile", "adipose", "--out", "out"];
        insta::assert_snapshot!(name, split.refused(&args));
    }
}

#[test]
fn prepared_captures_that_are_not_as_they_were_written() {
    let split = Split::new();
    let prepared = split.prepare(&split.a, "a.capture.h5", &[]);
    let whole = std::fs::read(&prepared).unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(split.path(name), bytes).unwrap();
    put("cut.capture.h5", &whole[..whole.len() / 2]);
    put("short.capture.h5", &whole[..whole.len() - 10]);
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    put("changed.capture.h5", &changed);
    let mark = b"\npuricell-capture/1 ";
    let at = whole.windows(mark.len()).rposition(|window| window == mark).unwrap();
    let mut other = whole.clone();
    other[at + mark.len() - 2] = b'2';
    put("other.capture.h5", &other);
    for (name, input) in [
        ("prepared_cut", "cut.capture.h5"),
        ("prepared_short", "short.capture.h5"),
        ("prepared_other_form", "other.capture.h5"),
        ("prepared_missing", "nowhere.capture.h5"),
        ("prepared_not_at_all", "a.h5ad"),
    ] {
        insta::assert_snapshot!(name, split.refused(&["join", input, "--profile", "adipose", "--out", "out"]));
    }
    let said = split.refused(&["join", "changed.capture.h5", "--profile", "adipose", "--out", "out"]);
    assert!(said.starts_with("exit code: 65") && said.contains("the content has SHA-256"), "{said}");

    let a = "a.capture.h5";
    insta::assert_snapshot!("prepared_to_run", split.refused(&["run", a, "--profile", "adipose", "--out", "out"]));
    insta::assert_snapshot!(
        "join_with_raw",
        split.refused(&["join", a, "--raw", "b", "--profile", "adipose", "--out", "out"])
    );
    insta::assert_snapshot!("prepare_exists", split.refused(&["prepare", "a.h5ad", "--out", a]));
    insta::assert_snapshot!(
        "prepare_over_another",
        split.refused(&["prepare", "a.h5ad", "--out", "a.h5ad", "--force"])
    );
    assert_eq!(std::fs::read(&prepared).unwrap(), whole);
    split.prepare(&split.a, a, &["--force"]);
    assert_eq!(std::fs::read(&prepared).unwrap(), whole, "the same capture gives the same bytes");
}
