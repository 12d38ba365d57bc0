//! Streams, signals, output folders.

use std::time::Duration;

use crate::program::{hashes, puricell, run_lot, test_data};

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
fn json_log_lines_are_json() {
    let base = tempfile::tempdir().unwrap();
    let output = puricell()
        .arg("run")
        .arg(test_data("demo/lot.h5"))
        .args(["--profile", "adipose", "--no-umap", "--h5ad", "none", "--log-format", "json", "--out"])
        .arg(base.path().join("out"))
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.lines().count() > 5);
    for line in log.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(object["level"].is_string() && object["message"].is_string(), "{line}");
    }
}

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
    assert_eq!(std::fs::read_dir(base.path()).unwrap().count(), 1, "nothing is left beside the result");
}

#[cfg(unix)]
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
        assert_eq!(std::fs::read_dir(base.path()).unwrap().count(), 0, "SIG{signal} left something behind");
    }
}
