//! `puricell verify`: whether a result is as it was written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::definitions::read_text;
use crate::cli::VerifyArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::output::hash_file;
use crate::record::{self, Chain};

/// What is read of a manifest: of a lot or of a study.
#[derive(Debug, Deserialize)]
struct Listed {
    outputs: BTreeMap<String, String>,
}

/// Something that is not as it was written.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    file: String,
    what: String,
}

pub(super) fn verify(args: &VerifyArgs) -> Result<Exit, AppError> {
    let (n_files, n_lines, head, differences) = examine(&args.result)?;
    if differences.is_empty() {
        let text = format!(
            "{}: {n_files} files are as they were written; {n_lines} lines of {} hold, the last has SHA-256 {head}\n",
            args.result.display(),
            record::FILE,
        );
        return super::print(&text);
    }
    let all: Vec<String> = differences.iter().map(|d| format!("{}: {}", d.file, d.what)).collect();
    Err(AppError::Altered { path: args.result.clone(), differences: all })
}

/// Files looked at, lines of the record, the hash of the last, and what differs: the record first, then files by name.
fn examine(folder: &Path) -> Result<(usize, usize, String, Vec<Difference>), AppError> {
    let manifest = folder.join("manifest.json");
    if !manifest.is_file() {
        return Err(AppError::usage(
            format!("{} is no result of puricell: it holds no manifest.json", folder.display()),
            "give the folder that --out named",
        ));
    }
    let mut differences = Vec::new();
    let mut differ = |file: &str, what: String| differences.push(Difference { file: file.to_owned(), what });
    let mut expected = BTreeMap::new();

    let (mut n_lines, mut head) = (0, String::new());
    match std::fs::read(folder.join(record::FILE)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) {
        Err(source) => differ(record::FILE, format!("cannot be read: {source}")),
        Ok(text) => match Chain::check(&text) {
            Err(fault) => differ(record::FILE, format!("line {}: {}", fault.line, fault.what)),
            Ok(lines) => {
                n_lines = lines.len();
                let last = lines.last().filter(|l| l.value["event"] == "finished");
                match last {
                    None => differ(record::FILE, "its last line is not that of a finished run".to_owned()),
                    Some(line) => {
                        head.clone_from(&line.sha256);
                        let files: Vec<(String, String)> =
                            serde_json::from_value(line.value["files"].clone()).unwrap_or_default();
                        expected.extend(files);
                    }
                }
            }
        },
    }
    match serde_json::from_str::<Listed>(&read_text(&manifest).unwrap_or_default()) {
        Ok(listed) => expected.extend(listed.outputs),
        Err(e) => differ("manifest.json", format!("it is no manifest: {e}")),
    }
    for (name, hash) in &expected {
        match hash_file(&folder.join(name)) {
            Ok((_, found)) if found == *hash => {}
            Ok((_, found)) => differ(name, format!("has SHA-256 {found}, and was written with {hash}")),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => differ(name, "is missing".to_owned()),
            Err(source) => differ(name, format!("cannot be read: {source}")),
        }
    }
    // Where the record does not hold, nothing vouches for these two, and that is said already.
    let vouched_by_record = [record::FILE, "manifest.json", "timing.json"];
    let known: BTreeSet<&str> = expected.keys().map(String::as_str).chain(vouched_by_record).collect();
    for name in files_below(folder)? {
        if !known.contains(name.as_str()) {
            differ(&name, "was not written by the run".to_owned());
        }
    }
    Ok((expected.len(), n_lines, head, differences))
}

/// Every file below a folder, by its path there, in order.
fn files_below(folder: &Path) -> Result<Vec<String>, AppError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let fail = |source| AppError::Read { path: next.clone(), source };
        for entry in std::fs::read_dir(&next).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                let parts: Vec<_> = name.iter().map(|p| p.to_string_lossy()).collect();
                found.push(parts.join("/"));
            }
        }
    }
    found.sort();
    Ok(found)
}
