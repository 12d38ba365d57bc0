//! The house rules that a compiler does not know: which crate may see which, and what files are called.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Each crate and the crates of ours it may depend on. Siblings on a rung do not see each other.
const LADDER: [(&str, &[&str]); 10] = [
    ("puricell-core", &[]),
    ("puricell-fcs", &[]),
    ("puricell-report", &[]),
    ("puricell-io", &["puricell-core", "puricell-fcs"]),
    ("puricell-prep", &["puricell-core", "puricell-fcs"]),
    ("puricell-cluster", &["puricell-core"]),
    ("puricell-purity", &["puricell-core"]),
    ("puricell-testkit", &["puricell-core", "puricell-fcs"]),
    (
        "puricell",
        &["puricell-core", "puricell-io", "puricell-prep", "puricell-cluster", "puricell-purity", "puricell-report"],
    ),
    ("puricell-benches", &["puricell-core", "puricell-io", "puricell-prep", "puricell-cluster", "puricell-purity"]),
];

#[test]
fn crates_depend_on_lower_rungs_only() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let ladder: BTreeMap<&str, BTreeSet<&str>> =
        LADDER.iter().map(|(name, deps)| (*name, deps.iter().copied().collect())).collect();
    let mut found = 0;
    for package in &metadata.packages {
        let allowed = ladder
            .get(package.name.as_str())
            .unwrap_or_else(|| panic!("{} has no rung: give it one in {}", package.name, file!()));
        for dependency in package.dependencies.iter().filter(|d| d.name.starts_with("puricell")) {
            let is_test_kit = dependency.kind == DependencyKind::Development && dependency.name == "puricell-testkit";
            assert!(
                is_test_kit || allowed.contains(dependency.name.as_str()),
                "{} must not depend on {}",
                package.name,
                dependency.name
            );
            found += 1;
        }
    }
    assert!(found > 8, "the ladder was not seen: {found} edges");
}

#[test]
fn no_file_is_named_for_nothing() {
    let vague = ["utils", "util", "helpers", "common", "misc", "manager", "mod"];
    for file in rust_files() {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!vague.contains(&stem.as_str()), "{}: a path says what is in the file", file.display());
    }
}

#[test]
fn the_architecture_fits_in_a_head() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(text.lines().count() < 150, "ARCHITECTURE.md has {} lines", text.lines().count());
}

#[test]
fn sources_stay_readable() {
    // Generated tables aside, a file beyond 600 lines has a second purpose.
    for file in rust_files() {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 600, "{} has {lines} lines", file.display());
    }
}

/// The table of requirements and the tests that verify them is made from the tests: `UPDATE_DOCS=1` writes it.
#[test]
fn every_requirement_has_a_test_and_the_table_is_up_to_date() {
    let folder = root().join("docs/validation");
    let listed = std::fs::read_to_string(folder.join("requirements.tsv")).unwrap();
    let mut tests: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in rust_files() {
        let name = file.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&file).unwrap();
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            let Some(ids) = line.strip_prefix("// Verifies ").and_then(|rest| rest.strip_suffix('.')) else { continue };
            let test = lines.by_ref().find_map(|l| l.strip_prefix("fn ")?.split('(').next()).unwrap();
            for id in ids.split(", ") {
                tests.entry(id.to_owned()).or_default().insert(format!("`{test}` ({name})"));
            }
        }
    }
    let mut table = "# Requirements and the tests that verify them\n\n\
                     Made from the tests themselves, which name what they verify; all run with `cargo test --release --workspace`.\n\n\
                     | id | requirement | 要求 | tests |\n|---|---|---|---|\n"
        .to_owned();
    for line in listed.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let found = tests.remove(cells[0]).unwrap_or_else(|| panic!("no test verifies {}", cells[0]));
        let found: Vec<String> = found.into_iter().collect();
        table = table + "| " + &[cells[0], cells[1], cells[2], &found.join("<br>")].join(" | ") + " |\n";
    }
    assert!(tests.is_empty(), "tests verify what is not listed: {tests:?}");
    let path = folder.join("traceability.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap_or_default() == table, "run the test again with UPDATE_DOCS=1");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("crates"), root().join("benches")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 50, "sources were not found");
    files
}
