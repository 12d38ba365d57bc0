//! `puricell self-test`: whether this installation makes what the program is to make.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::bundled::{Bundled, CELLS, EVENTS};
use super::definitions::read_text;
use crate::cli::SelfTestArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::hash_file;

/// Lot, file and SHA-256, a line each, as [`self_test`] prints them.
const EXPECTED: &str = include_str!("../../data/self-test.tsv");

#[derive(Debug, Deserialize)]
struct Listed {
    outputs: BTreeMap<String, String>,
}

pub(super) fn self_test(args: &SelfTestArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let mut found = BTreeMap::new();
    for lot in [CELLS, EVENTS] {
        for (file, hash) in made(&lot, log, n_threads)? {
            found.insert((lot.name().to_owned(), file), hash);
        }
    }
    if args.print {
        let lines = found.iter().fold(String::new(), |mut text, ((lot, file), hash)| {
            let _ = writeln!(text, "{lot}\t{file}\t{hash}");
            text
        });
        return super::print(&lines);
    }
    let expected: BTreeMap<(String, String), String> = EXPECTED
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            Some(((cells.next()?, cells.next()?), cells.next()?))
        })
        .collect();
    let what = |((lot, file), hash): (&(String, String), &String)| match found.get(&(lot.clone(), file.clone())) {
        Some(now) if now == hash => None,
        Some(now) => Some(format!("{lot}, {file}: has SHA-256 {now}, and is to have {hash}")),
        None => Some(format!("{lot}, {file}: is not made")),
    };
    let mut differences: Vec<String> = expected.iter().filter_map(what).collect();
    let more = found.keys().filter(|key| !expected.contains_key(*key));
    differences.extend(more.map(|(lot, file)| format!("{lot}, {file}: is made, and is not to be")));
    if !differences.is_empty() {
        return Err(AppError::SelfTest { differences });
    }
    super::print(&format!(
        "puricell {}: {} files of 2 lots are as they are to be, to the byte\n",
        env!("CARGO_PKG_VERSION"),
        found.len()
    ))
}

/// The files that a run makes of a lot, and their hashes.
fn made(lot: &Bundled, log: &Log, n_threads: usize) -> Result<BTreeMap<String, String>, AppError> {
    let refuse = |source| AppError::CannotCreate { path: std::env::temp_dir(), source };
    let base = tempfile::tempdir().map_err(refuse)?;
    let out = base.path().join("result");
    let (_inputs, mut args) = lot.laid_out(&out)?;
    // What is expected is undated, whatever the environment asks for.
    args.date = None;
    super::run::run(&args, log, n_threads)?;
    let manifest = out.join("manifest.json");
    let fail = |message: String| AppError::Internal { place: "self-test", message };
    let listed: Listed = serde_json::from_str(&read_text(&manifest)?).map_err(|e| fail(e.to_string()))?;
    let mut all = listed.outputs;
    let (_, hash) = hash_file(&manifest).map_err(|e| fail(e.to_string()))?;
    all.insert("manifest.json".to_owned(), hash);
    Ok(all)
}
