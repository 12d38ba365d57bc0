//! The record of a run: what is named when a byte changes, runs that end early, runs again.

use std::path::Path;

use serde_json::Value;

use crate::program::{hashes, puricell, run_lot, test_data, transcript};

const QUICK: [&str; 3] = ["--no-umap", "--h5ad", "none"];

fn demo_lot(out: &Path, more: &[&str]) {
    run_lot(&test_data("demo/lot.h5"), "adipose", out, &[&QUICK[..], more].concat());
}

/// Exit code, and what is said on either stream.
fn verify(out: &Path) -> (i32, String) {
    let output = puricell().arg("verify").arg(out).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code().unwrap(), said)
}

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

// Verifies R-18.
#[test]
fn a_changed_byte_of_any_file_and_any_line_of_the_record_is_named() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("out");
    demo_lot(&out, &[]);
    demo_lot(&out, &["--force", "--operator", "Li Wei", "--site", "Building 3"]);
    assert_eq!(verify(&out).0, 0);
    let names: Vec<String> = hashes(&out).into_keys().collect();
    assert!(names.len() > 15 && names.contains(&"timing.json".to_owned()), "{names:?}");
    for name in &names {
        let path = out.join(name);
        let whole = std::fs::read(&path).unwrap();
        // The last byte may be the end of a line or of an image; the middle lies within what is said.
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, changed).unwrap();
            let (code, said) = verify(&out);
            assert!(code == 65 && said.contains(&format!("{name}: ")), "{name}, byte {at}: {said}");
        }
        std::fs::remove_file(&path).unwrap();
        let (code, said) = verify(&out);
        // Without a manifest it is no result.
        let expected = if name == "manifest.json" { 2 } else { 65 };
        assert!(code == expected && said.contains(name.as_str()), "{name} removed: {said}");
        std::fs::write(&path, whole).unwrap();
    }

    let record = out.join("audit.jsonl");
    let whole = std::fs::read_to_string(&record).unwrap();
    let all: Vec<&str> = whole.lines().collect();
    assert_eq!(all.len(), 4, "two runs: {whole}");
    for i in 0..all.len() {
        let mut changed = all.clone();
        let other = all[i].replacen("2026", "2025", 1).replacen("20", "21", 1);
        changed[i] = &other;
        std::fs::write(&record, changed.join("\n") + "\n").unwrap();
        let (code, said) = verify(&out);
        assert!(code == 65 && said.contains(&format!("audit.jsonl: line {}", i + 1)), "line {}: {said}", i + 1);
        changed.remove(i);
        std::fs::write(&record, changed.join("\n") + "\n").unwrap();
        assert!(verify(&out).0 == 65, "line {} removed", i + 1);
    }
    std::fs::write(&record, whole).unwrap();
    std::fs::write(out.join("figures/other.svg"), "<svg/>").unwrap();
    let (code, said) = verify(&out);
    assert!(code == 65 && said.contains("figures/other.svg: was not written by the run"), "{said}");
    std::fs::remove_file(out.join("figures/other.svg")).unwrap();
    assert_eq!(verify(&out).0, 0);
}

// Verifies R-19.
#[test]
fn a_dated_run_is_repeated_with_its_date_and_what_is_no_date_is_refused() {
    let base = tempfile::tempdir().unwrap();
    let run = |date: &str| {
        let mut command = puricell();
        command.current_dir(base.path()).env("SOURCE_DATE_EPOCH", date).arg("run").arg(test_data("demo/lot.h5"));
        command.args(["--profile", "adipose", "--out", "a", "--quiet"]).args(QUICK).output().unwrap()
    };
    for date in ["yesterday", "1.5", "253402300800"] {
        let output = run(date);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains("whole seconds since 1970"), "{date}: {said}");
        assert!(!base.path().join("a").exists());
    }
    assert!(run("1700000000").status.success());
    let document = lopdf::Document::load(base.path().join("a/report.pdf")).unwrap();
    assert!(document.extract_text(&[1]).unwrap().contains("2023-11-14 22:13:20Z"));

    let again = ["run", "--from", "a/manifest.json", "--out", "b", "--quiet"];
    let output = puricell().current_dir(base.path()).args(again).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let pdf = |folder: &str| std::fs::read(base.path().join(folder).join("report.pdf")).unwrap();
    assert!(pdf("a") == pdf("b"));
}

// Verifies R-19.
#[test]
fn a_run_is_repeated_from_its_manifest_and_the_bytes_agree() {
    let base = tempfile::tempdir().unwrap();
    let folder = base.path();
    std::fs::copy(test_data("demo/lot.h5"), folder.join("lot.h5")).unwrap();
    std::fs::copy(test_data("demo/lot.toml"), folder.join("lot.toml")).unwrap();
    let spec = puricell().args(["profile", "show", "spec:adipose"]).output().unwrap().stdout;
    std::fs::write(folder.join("spec.toml"), spec).unwrap();
    let first = transcript(
        folder,
        &[
            "run",
            "lot.h5",
            "--profile",
            "adipose",
            "--out",
            "a",
            "--spec",
            "spec.toml",
            "--metadata",
            "lot.toml",
            "--set",
            "qc.mito_cap=0.3",
            "--threads",
            "2",
            "--quiet",
            "--h5ad",
            "none",
        ],
    );
    assert!(first.starts_with("exit code: 0"), "{first}");
    let again = |out: &str, more: &[&str]| {
        let args = [&["run", "--from", "a/manifest.json", "--out", out, "--threads", "1", "--quiet"], more].concat();
        transcript(folder, &args)
    };
    let said = again("b", &[]);
    assert!(said.starts_with("exit code: 0") && said.contains("files of b agree byte for byte"), "{said}");
    assert_eq!(verify(&folder.join("b")).0, 0);

    // Another seed than the run's is no repetition; nor are other files.
    insta::assert_snapshot!("repeat_with_another_seed", again("c", &["--seed", "2"]));
    std::fs::create_dir(folder.join("elsewhere")).unwrap();
    std::fs::rename(folder.join("lot.h5"), folder.join("elsewhere/lot.h5")).unwrap();
    insta::assert_snapshot!("repeat_without_the_file", again("c", &[]));
    let said = again("c", &["--files", "elsewhere"]);
    assert!(said.starts_with("exit code: 0"), "{said}");
    std::fs::write(folder.join("lot.toml"), "lot = \"another\"\n").unwrap();
    let said = again("d", &["--files", "elsewhere"]);
    assert!(said.contains("exit code: 2") && said.contains("is not the lot.toml of the run"), "{said}");
    // A result that was made otherwise: the bytes are said to differ, and where.
    let manifest = folder.join("a/manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let spec_hash: Value = serde_json::from_str(&text).unwrap();
    let hash = spec_hash["outputs"]["composition.tsv"].as_str().unwrap().to_owned();
    std::fs::write(&manifest, text.replace(&hash, &"0".repeat(64))).unwrap();
    std::fs::copy(test_data("demo/lot.toml"), folder.join("lot.toml")).unwrap();
    let said = again("e", &["--files", "elsewhere"]);
    assert!(said.starts_with("exit code: 65") && said.contains("composition.tsv: has SHA-256"), "{said}");
}

// Verifies R-20.
#[test]
fn a_run_that_ends_early_leaves_its_record_and_the_next_one_names_it() {
    let base = tempfile::tempdir().unwrap();
    let folder = base.path();
    let said =
        transcript(folder, &["run", "lot.h5", "--profile", "adipose", "--out", "out", "--site", "B3", "--quiet"]);
    assert!(said.starts_with("exit code: 66"), "{said}");
    let failed = folder.join("out.failed.jsonl");
    let recorded = lines(&failed);
    assert_eq!(recorded.len(), 2);
    assert_eq!((&recorded[0]["event"], &recorded[0]["site"]), (&"started".into(), &"B3".into()));
    assert_eq!((&recorded[1]["event"], &recorded[1]["exit_code"]), (&"failed".into(), &66.into()));
    assert!(recorded[1]["message"].as_str().unwrap().contains("lot.h5"));
    // A word that is wrong is no run.
    transcript(folder, &["run", "lot.h5", "--profile", "nosuch", "--out", "out", "--quiet"]);
    assert_eq!(lines(&failed).len(), 2);
    // A last line that was cut off stays what it is; what comes after stands on lines of its own.
    let whole = std::fs::read_to_string(&failed).unwrap();
    std::fs::write(&failed, whole.trim_end()).unwrap();
    // A run that is refused because of its definitions is recorded.
    std::fs::copy(test_data("demo/lot.h5"), folder.join("lot.h5")).unwrap();
    transcript(
        folder,
        &["run", "lot.h5", "--profile", "adipose", "--out", "out", "--locked", "--seed", "3", "--quiet"],
    );
    let recorded = lines(&failed);
    assert_eq!((recorded.len(), &recorded[3]["exit_code"]), (4, &2.into()));
    demo_lot(&folder.join("out"), &[]);
    let made = lines(&folder.join("out/audit.jsonl"));
    assert_eq!(made[0]["earlier_failures"]["sha256"], recorded[3]["sha256"]);
    assert_eq!(verify(&folder.join("out")).0, 0);
    assert_eq!(made[0]["arguments"][1], "run");
    assert!(made[0]["program"]["sha256"].as_str().unwrap().len() == 64);
    assert!(made[1]["parameters"].as_array().unwrap().len() > 20 && made[1]["inputs"][0]["name"] == "lot.h5");
    // What failed is still there, and that it is over; the result that made it so is named by its record's last line.
    let over = lines(&failed);
    assert_eq!((over.len(), &over[..4]), (5, &recorded[..]));
    assert_eq!((&over[4]["event"], &over[4]["by"]), (&"superseded".into(), &"out/audit.jsonl".into()));
    assert_eq!(over[4]["record_sha256"], made[1]["sha256"]);
    // A further run has nothing to add, and one that fails again does; each line vouches for the one before.
    demo_lot(&folder.join("out"), &["--force"]);
    assert_eq!(lines(&failed).len(), 5);
    transcript(folder, &["run", "absent.h5", "--profile", "adipose", "--out", "out", "--force", "--quiet"]);
    let text = std::fs::read_to_string(&failed).unwrap();
    assert_eq!((lines(&failed).len(), text.matches("\"event\":\"failed\"").count()), (7, 3));
    let again = lines(&folder.join("out/audit.jsonl"));
    assert_eq!((again.len(), &again[2]["earlier_failures"]["lines"]), (4, &5.into()));
}

// Verifies R-21.
#[test]
fn a_locked_run_refuses_what_departs_from_what_was_signed_off() {
    let base = tempfile::tempdir().unwrap();
    let folder = base.path();
    std::fs::copy(test_data("demo/lot.h5"), folder.join("lot.h5")).unwrap();
    let spec = puricell().args(["profile", "show", "spec:adipose"]).output().unwrap().stdout;
    std::fs::write(folder.join("spec.toml"), &spec).unwrap();
    let run = |more: &[&str]| {
        let args = ["run", "lot.h5", "--profile", "adipose", "--out", "out", "--quiet", "--force", "--threads", "2"];
        transcript(folder, &[&args[..], &QUICK, more].concat())
    };
    let refused =
        run(&["--locked", "--spec", "spec.toml", "--set", "qc.mito_cap=0.3", "--seed", "7", "--interval", "wilson"]);
    insta::assert_snapshot!("locked_refuses", refused);
    let hash = puricell::output::hash_text(&String::from_utf8(spec).unwrap());
    let signed = format!("spec={hash}");
    let said = run(&["--locked", "--spec", "spec.toml", "--require-hash", &signed]);
    assert!(said.starts_with("exit code: 0"), "{said}");
    insta::assert_snapshot!("require_hash_other", run(&["--require-hash", &format!("profile={}", "0".repeat(64))]));
    insta::assert_snapshot!("require_hash_missing", run(&["--require-hash", &signed]));
    insta::assert_snapshot!("require_hash_malformed", run(&["--require-hash", "spec=abc"]));
}

// Verifies R-22.
#[test]
fn two_results_are_compared() {
    let base = tempfile::tempdir().unwrap();
    let folder = base.path();
    demo_lot(&folder.join("a"), &[]);
    demo_lot(&folder.join("b"), &["--set", "qc.mito_cap=0.3"]);
    insta::assert_snapshot!("diff", transcript(folder, &["diff", "a", "b"]));
    insta::assert_snapshot!("diff_of_the_same", transcript(folder, &["diff", "a", "a"]));
    insta::assert_snapshot!("diff_of_no_result", transcript(folder, &["diff", "a", "."]));
    let output = puricell().args(["diff", "a", "b", "--json"]).current_dir(folder).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["parameters"][0]["what"], "qc.mito_cap");
    assert_eq!(json["parameters"][0]["b"], "0.3");
}

// Verifies R-23.
#[test]
fn the_data_within_the_program_give_what_they_are_to_give() {
    let output = puricell().args(["self-test", "--quiet"]).env("SOURCE_DATE_EPOCH", "1700000000").output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(
        output.status.success() && said.contains("files of 2 lots are as they are to be"),
        "{said}\nwhere a change of results is meant: cargo run --release -- self-test --print --quiet > \
         crates/puricell/data/self-test.tsv"
    );
}
