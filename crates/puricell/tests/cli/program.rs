//! Running the program and looking at what it left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use puricell::output::hash_file;

/// The program, without the environment of a scheduler.
pub(crate) fn puricell() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_puricell"));
    command.env_remove("SLURM_CPUS_PER_TASK").env_remove("SLURM_CPUS_ON_NODE");
    command
}

pub(crate) fn test_data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data").join(path).canonicalize().unwrap()
}

/// Runs the program in an empty folder and returns exit code, stdout and stderr as one text, with the folder's and the
/// test data's paths taken out.
pub(crate) fn transcript(folder: &Path, args: &[&str]) -> String {
    let output = puricell().args(args).current_dir(folder).output().unwrap();
    let text = format!(
        "exit code: {}\n-- stdout\n{}-- stderr\n{}",
        output.status.code().map_or_else(|| "none".to_owned(), |c| c.to_string()),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let data = test_data("");
    text.replace(&*folder.canonicalize().unwrap().to_string_lossy(), "[folder]")
        .replace(&*folder.to_string_lossy(), "[folder]")
        .replace(&*data.to_string_lossy(), "[test-data]")
}

/// Runs one lot quietly and without a map; the result must be complete.
pub(crate) fn run_lot(input: &Path, profile: &str, out: &Path, more: &[&str]) -> Output {
    let output = puricell()
        .arg("run")
        .arg(input)
        .args(["--profile", profile, "--quiet", "--out"])
        .arg(out)
        .args(more)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// SHA-256 of every file below a folder, by its path there.
pub(crate) fn hashes(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, hash_file(&path).unwrap().1);
            }
        }
    }
    found
}

/// The same without what tells of time and place: the files that are equal whenever a run is repeated.
pub(crate) fn repeatable(folder: &Path) -> BTreeMap<String, String> {
    let mut found = hashes(folder);
    for varies in ["timing.json", "audit.jsonl"] {
        assert!(found.remove(varies).is_some(), "{varies} is missing");
    }
    found
}

/// Names of what is in a folder, but for records of runs that ended early.
pub(crate) fn left_in(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| !name.ends_with(".failed.jsonl")).collect()
}

/// The rows of a `composition.tsv`, as column name to value.
pub(crate) fn composition(out: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(out.join("composition.tsv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines
        .map(|line| header.iter().zip(line.split('\t')).map(|(h, v)| ((*h).to_owned(), v.to_owned())).collect())
        .collect()
}
