//! Streams, signals, output folders.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::program::{hashes, left_in, puricell, run_lot, test_data};

#[test]
fn version_is_one_line() {
    let output = puricell().arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("puricell {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_pipe_gets_no_progress_and_quiet_gets_no_chatter() {
    let base = tempfile::tempdir().unwrap();
    let output = run_lot(&test_data("demo/lot.h5"), "adipose", &base.path().join("out"), &["--no-umap"]);
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(!log.contains('\u{1b}'), "no terminal codes in a pipe: {log:?}");
    assert!(log.lines().all(|l| l.starts_with("warning:")), "quiet leaves warnings only: {log}");
    assert!(output.stdout.is_empty());
}

#[test]
fn json_log_lines_are_json_and_tell_the_costs_of_timing_json() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("out");
    let lot = test_data("demo/lot.h5");
    let output = puricell()
        .arg("run")
        .arg(&lot)
        .args(["--profile", "adipose", "--no-umap", "--h5ad", "none", "--log-format", "json", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["level"].is_string() && line["message"].is_string()), "{log}");

    let timing: Value = serde_json::from_slice(&std::fs::read(out.join("timing.json")).unwrap()).unwrap();
    let stages: Vec<&Value> = timing["stages"].as_array().unwrap().iter().chain([&timing["total"]]).collect();
    let logged: Vec<&Value> = lines.iter().filter(|line| line["level"] == "timing").collect();
    assert_eq!(logged.len(), stages.len());
    let fields = ["stage", "wall_s", "cpu_s", "read_bytes", "written_bytes", "resident_bytes", "peak_bytes"];
    for stage in stages {
        assert_eq!(stage.as_object().unwrap().len(), fields.len());
        // Stages that are done in parts are logged at the end of the run.
        let line = logged.iter().find(|line| line["message"] == stage["stage"]).unwrap();
        assert!(fields.iter().all(|field| line[field] == stage[field]), "{line} {stage}");
    }
}

/// The system's own counts, held against sizes of files: what the clock reads to take the time is not among them.
#[cfg(target_os = "linux")]
#[test]
fn bytes_of_a_stage_are_those_of_its_files() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("out");
    let lot = test_data("demo/lot.h5");
    run_lot(&lot, "adipose", &out, &["--no-umap", "--h5ad", "none"]);
    let timing: Value = serde_json::from_slice(&std::fs::read(out.join("timing.json")).unwrap()).unwrap();
    let bytes = |stage: &str, field: &str| {
        let mut stages = timing["stages"].as_array().unwrap().iter().chain([&timing["total"]]);
        stages.find(|s| s["stage"] == stage).unwrap()[field].as_u64().unwrap()
    };
    let size = |path: &Path| std::fs::metadata(path).unwrap().len();
    assert_eq!(bytes("hash", "read_bytes"), size(&lot));
    assert_eq!((bytes("calls", "read_bytes"), bytes("calls", "written_bytes")), (0, 0));
    let tables =
        ["composition.tsv", "pseudobulk.tsv", "distributions.tsv", "detection.tsv", "evidence.tsv", "cells.parquet"]
            .map(|name| size(&out.join(name)));
    assert_eq!(bytes("tables", "written_bytes"), tables.iter().sum::<u64>());
    // A chunk is read once: besides, there are the file's descriptions of what it holds.
    let read = bytes("read", "read_bytes");
    assert!(read > size(&lot) / 2 && read < size(&lot) * 2, "{read} of {}", size(&lot));
    assert!(bytes("total", "read_bytes") >= read + size(&lot));
    assert!(bytes("total", "peak_bytes") >= bytes("total", "resident_bytes"));
}

// Verifies R-17.
#[test]
fn force_replaces_a_result_only_when_the_new_one_is_complete() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("out");
    run_lot(&test_data("demo/lot.h5"), "adipose", &out, &["--no-umap", "--h5ad", "none"]);
    let before = hashes(&out);
    let failed = puricell()
        .arg("run")
        .arg(test_data("odd_inputs/empty.h5"))
        .args(["--profile", "adipose", "--force", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    assert!(!failed.status.success());
    assert_eq!(before, hashes(&out), "a failed run must leave the old result as it was");
    run_lot(&test_data("demo/lot.h5"), "bone-marrow", &out, &["--no-umap", "--h5ad", "none", "--force"]);
    assert_ne!(before["manifest.json"], hashes(&out)["manifest.json"]);
    assert_eq!(left_in(base.path()), ["out"], "nothing is left beside the result");
}

#[cfg(unix)]
// Verifies R-17.
#[test]
fn sigterm_and_ctrl_c_leave_nothing_half_written() {
    use std::os::unix::process::ExitStatusExt;
    for (signal, number) in [("TERM", 15), ("INT", 2)] {
        let base = tempfile::tempdir().unwrap();
        let mut child = puricell()
            .arg("run")
            .arg(test_data("demo/lot.h5"))
            .args(["--profile", "adipose", "--quiet", "--out"])
            .arg(base.path().join("out"))
            .spawn()
            .unwrap();
        // Wait until it has begun to write.
        let mut waits = 0;
        while std::fs::read_dir(base.path()).unwrap().count() == 0 {
            waits += 1;
            assert!(waits < 30_000, "the run did not begin");
            std::thread::sleep(Duration::from_millis(2));
        }
        let sent = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(number), "{status:?}");
        assert!(left_in(base.path()).is_empty(), "SIG{signal} left something behind");
        let record = std::fs::read_to_string(base.path().join("out.failed.jsonl")).unwrap();
        assert!(record.contains(&format!("ended by signal {number}")), "{record}");
    }
}
