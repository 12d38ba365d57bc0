//! `puricell run --from`: a run again, from its manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::{FromArgMatches, Subcommand};
use serde::Deserialize;

use super::super::definitions::{base_name, read_text};
use crate::arguments::Argument;
use crate::cli::{Command, RepeatArgs};
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::hash_file;
use crate::record;

/// What a repetition reads of a manifest.
#[derive(Debug, Deserialize)]
struct Manifest {
    tool: Tool,
    #[serde(default)]
    arguments: Vec<Argument>,
    #[serde(default)]
    source_date_epoch: Option<i64>,
    inputs: Vec<Hashed>,
    definitions: Vec<Hashed>,
    outputs: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Tool {
    version: String,
}

#[derive(Debug, Deserialize)]
struct Hashed {
    #[serde(default)]
    name: String,
    sha256: String,
}

pub(in crate::command) fn repeat(args: &RepeatArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let before = read(&args.from)?;
    if before.arguments.is_empty() {
        return Err(AppError::usage(
            format!("{} does not say how its result was asked for", args.from.display()),
            "give the manifest.json of `puricell run`",
        ));
    }
    if before.tool.version != env!("CARGO_PKG_VERSION") {
        log.warn(
            "other_version",
            &format!(
                "the result was made by puricell {}, and this is {}: numbers may differ",
                before.tool.version,
                env!("CARGO_PKG_VERSION")
            ),
        );
    }
    let mut words: Vec<String> = vec!["puricell".into(), "run".into()];
    let mut taken = Taken::new();
    for argument in &before.arguments {
        let mut places = Vec::new();
        for file in argument.values.iter().filter_map(|v| argument.file(v)) {
            places.push(find(file, args, &before, &mut taken)?.display().to_string());
        }
        let mut places = places.into_iter();
        let placed = |file: &str| places.next().unwrap_or_else(|| file.to_owned());
        words.extend(argument.with_files(placed).words());
    }
    words.extend(["--out".into(), args.out.display().to_string()]);
    let parse = |words: &[String]| {
        let matches =
            <Command as Subcommand>::augment_subcommands(clap::Command::new("puricell")).try_get_matches_from(words)?;
        Command::from_arg_matches(&matches)
    };
    let refused = |e: clap::Error| {
        AppError::usage(
            format!("{}: {e}", args.from.display()),
            "the manifest asks for what this program does not know",
        )
    };
    let Command::Run(mut again) = parse(&words).map_err(refused)? else {
        return Err(AppError::Internal { place: "repeat", message: "the command is not run".into() });
    };
    again.given.clone_from(&before.arguments);
    again.force = args.force;
    again.memory_limit = args.memory_limit;
    again.attribution = args.attribution.clone();
    again.date = before.source_date_epoch;
    let exit = super::run(&again, log, n_threads)?;
    compare(&before.outputs, &read(&args.out.join("manifest.json"))?.outputs, args)?;
    Ok(exit)
}

fn read(path: &Path) -> Result<Manifest, AppError> {
    let text = read_text(path)?;
    serde_json::from_str(&text).map_err(|e| {
        AppError::usage(
            format!("{} is no manifest of a run: {e}", path.display()),
            "give the manifest.json of `puricell run`",
        )
    })
}

/// How many inputs of each name have been found.
type Taken = BTreeMap<String, usize>;

impl Manifest {
    /// Whether a file is the one that the run read. Captures may have one name in folders of their own: of the inputs of a name the
    /// next that has not been found is meant.
    fn has(&self, path: &Path, name: &str, taken: &Taken) -> Result<bool, AppError> {
        let (_, hash) = hash_file(path).map_err(|source| AppError::Read { path: path.to_owned(), source })?;
        let number = taken.get(name).copied().unwrap_or(0);
        Ok(match self.inputs.iter().filter(|input| input.name == name).nth(number) {
            Some(input) => input.sha256 == hash,
            None => self.inputs.iter().chain(&self.definitions).any(|known| known.sha256 == hash),
        })
    }
}

/// Where a file of the first run lies now: the first place that has one of its name with the same bytes.
fn find(name: &str, args: &RepeatArgs, before: &Manifest, taken: &mut Taken) -> Result<PathBuf, AppError> {
    let folder = args.from.parent().unwrap_or(Path::new("."));
    let mut places: Vec<PathBuf> = args.files.iter().map(|dir| dir.join(name)).collect();
    places.extend(recorded(folder, name));
    places.extend([folder.join("..").join(name), PathBuf::from(name)]);
    let mut seen = BTreeSet::new();
    places.retain(|p| p.exists() && seen.insert(p.clone()));
    for place in &places {
        // The files of a folder of MTX are listed by their names.
        let names: BTreeSet<&str> = if place.is_dir() {
            let within = before.inputs.iter().map(|input| input.name.as_str());
            within.filter(|name| place.join(name).is_file()).collect()
        } else {
            BTreeSet::from([name])
        };
        let mut is_it = !names.is_empty();
        for name in &names {
            let path = if place.is_dir() { place.join(name) } else { place.clone() };
            is_it = is_it && before.has(&path, name, taken)?;
        }
        if is_it {
            for name in names {
                *taken.entry(name.to_owned()).or_default() += 1;
            }
            return Ok(place.clone());
        }
    }
    Err(match places.first() {
        None => AppError::usage(
            format!("{} names {name}, which lies neither where it was nor beside the result", args.from.display()),
            "name the folder that holds the files of the run with --files; it may be given several times",
        ),
        Some(place) => AppError::usage(
            format!("{} is not the {name} of the run: its SHA-256 is another", place.display()),
            "give the folder that holds the files as they were with --files; it may be given several times",
        ),
    })
}

/// Paths of the last run's command line that end with this name.
fn recorded(folder: &Path, name: &str) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(folder.join(record::FILE)).unwrap_or_default();
    let Ok(lines) = record::Chain::check(&text) else { return Vec::new() };
    let Some(started) = lines.iter().rev().map(|l| &l.value).find(|v| v["event"] == "started") else {
        return Vec::new();
    };
    let at = Path::new(started["folder"].as_str().unwrap_or_default());
    let words = started["arguments"].as_array().into_iter().flatten().filter_map(|w| w.as_str());
    words
        .flat_map(|word| [Some(word), word.rsplit_once('=').map(|(_, file)| file)])
        .flatten()
        .filter(|word| base_name(Path::new(word)) == name)
        .map(|word| at.join(word))
        .collect()
}

fn compare(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    args: &RepeatArgs,
) -> Result<(), AppError> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let what = |name: &String| match (before.get(name), after.get(name)) {
        (Some(then), Some(now)) if then == now => None,
        (Some(then), Some(now)) => Some(format!("{name}: has SHA-256 {now}, and had {then}")),
        (Some(_), None) => Some(format!("{name}: was there, and is not now")),
        (None, _) => Some(format!("{name}: is there, and was not")),
    };
    let differences: Vec<String> = names.iter().filter_map(|name| what(name)).collect();
    if !differences.is_empty() {
        return Err(AppError::NotRepeated { path: args.out.clone(), before: args.from.clone(), differences });
    }
    super::super::print(&format!(
        "{} files of {} agree byte for byte with those of {}\n",
        names.len(),
        args.out.display(),
        args.from.display()
    ))
    .map(|_| ())
}
