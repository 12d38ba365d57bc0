//! `ro-crate-metadata.json`: what a folder holds and what it was made of, for programs that know RO-Crate.
//!
//! RO-Crate 1.1 (<https://w3id.org/ro/crate/1.1>) with the profile Process Run Crate 0.5
//! (<https://w3id.org/ro/wfrun/process/0.5>): the folder, each file of it, the inputs and the definitions, the program, and the
//! one action that made the first of the others. It says nothing of clock, host or path, so that it is the same whenever
//! the run is repeated; those are in the record, which it lists.
//!
//! Written after every file but the manifest, which holds its hash: the two cannot hold each other's. So `manifest.json`, and
//! `timing.json` and `audit.jsonl` which vary, are listed without size and hash.
//!
//! Departures, because nothing is made up: `datePublished` is there with `SOURCE_DATE_EPOCH` only; `license` is a sentence; the
//! action has no `agent`, `startTime` and `endTime`. An input lies elsewhere, so it goes by its hash (`nih`, RFC 6920).

use chrono::{DateTime, SecondsFormat};
use puricell_report::model::{Definition, InputFile, Tool};
use serde_json::{Value, json};

use crate::error::AppError;
use crate::output::{OutputFolder, Written};
use crate::record;

/// The file, under the only name that RO-Crate allows.
pub const FILE: &str = "ro-crate-metadata.json";

const SPECIFICATION: &str = "https://w3id.org/ro/crate/1.1";
const PROFILE: &str = "https://w3id.org/ro/wfrun/process/0.5";
/// RO-Crate 1.1 has no term for a checksum; this one is of the vocabulary that comes with the profile.
const SHA256: &str = "https://w3id.org/ro/terms/workflow-run#sha256";
const ACTION: &str = "#run";

/// Files that are listed without size and hash.
const LISTED_ONLY: [&str; 3] = [record::FILE, "manifest.json", "timing.json"];

/// What a folder is.
#[derive(Debug)]
pub struct Described<'a> {
    /// What it is called.
    pub name: String,
    /// What it holds, in a sentence.
    pub description: &'a str,
    /// What was run, files by their names.
    pub command: String,
    /// The program.
    pub tool: &'a Tool,
    /// The data.
    pub inputs: &'a [InputFile],
    /// What defines the result: profile, panels, specification.
    pub definitions: &'a [Definition],
    /// Seconds since 1970 that documents are dated by, where they are dated.
    pub date: Option<i64>,
}

/// Writes the file, which lists what was written before it.
///
/// # Errors
/// [`AppError::Encode`], [`AppError::Write`].
pub fn write(folder: &OutputFolder, described: &Described<'_>) -> Result<(), AppError> {
    let graph = graph(folder.written(), described);
    let whole = json!({ "@context": [format!("{SPECIFICATION}/context"), { "sha256": SHA256 }], "@graph": graph });
    let mut text =
        serde_json::to_string_pretty(&whole).map_err(|e| AppError::Encode { file: FILE, message: e.to_string() })?;
    text.push('\n');
    folder.write(FILE, text.as_bytes())
}

fn graph(written: impl IntoIterator<Item = (String, Written)>, described: &Described<'_>) -> Vec<Value> {
    let tool = described.tool;
    let program = format!("#{}-{}", tool.name, tool.version);
    let mut files: Vec<Value> = written.into_iter().map(|(name, file)| file_of_folder(&name, Some(&file))).collect();
    files.extend(LISTED_ONLY.iter().map(|name| file_of_folder(name, None)));

    let mut objects: Vec<Value> = Vec::new();
    for input in described.inputs {
        add(&mut objects, of_input(input));
    }
    for definition in described.definitions {
        add(&mut objects, of_definition(definition, &program));
    }

    // Whatever is a file must be a part of the folder's description, also where it lies elsewhere.
    let parts: Vec<Value> =
        files.iter().chain(objects.iter().filter(|o| o["@type"] == "File")).map(reference).collect();
    let mut root = json!({
        "@id": "./",
        "@type": "Dataset",
        "name": described.name,
        "description": described.description,
        "license": "No licence is stated.",
        "conformsTo": { "@id": PROFILE },
        "hasPart": parts,
        "mentions": { "@id": ACTION },
    });
    if let Some(date) = described.date.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) {
        root["datePublished"] = json!(date.to_rfc3339_opts(SecondsFormat::Secs, true));
    }
    let mut graph = vec![
        json!({
            "@id": FILE,
            "@type": "CreativeWork",
            "conformsTo": { "@id": SPECIFICATION },
            "about": { "@id": "./" },
        }),
        root,
        json!({ "@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5" }),
        json!({
            "@id": program,
            "@type": "SoftwareApplication",
            "name": tool.name,
            "softwareVersion": tool.version,
            "url": env!("CARGO_PKG_REPOSITORY"),
        }),
        json!({
            "@id": ACTION,
            "@type": "CreateAction",
            "name": described.name,
            "description": described.command,
            "instrument": { "@id": program },
            "object": objects.iter().map(reference).collect::<Vec<_>>(),
            "result": files.iter().map(reference).collect::<Vec<_>>(),
        }),
    ];
    graph.append(&mut files);
    graph.append(&mut objects);
    graph
}

fn reference(entity: &Value) -> Value {
    json!({ "@id": entity["@id"] })
}

/// A file of the folder; without what it was written as where that varies or is not known yet.
fn file_of_folder(name: &str, written: Option<&Written>) -> Value {
    let mut file = json!({ "@id": name, "@type": "File", "name": name, "encodingFormat": encoding_format(name) });
    if let Some(written) = written {
        file["contentSize"] = json!(written.bytes.to_string());
        file["sha256"] = json!(written.sha256);
    }
    file
}

fn of_input(input: &InputFile) -> Value {
    let mut found = json!({
        "@id": by_hash(&input.sha256),
        "@type": "File",
        "name": input.name,
        "contentSize": input.bytes.to_string(),
        "sha256": input.sha256,
    });
    if let Some(kind) = &input.kind {
        found["description"] = json!(kind);
    }
    found
}

/// A file of the user's, or a text that is a part of the program; several of those have the same id.
fn of_definition(definition: &Definition, program: &str) -> Value {
    let Definition { kind, id, version, built_in, sha256 } = definition;
    let mut found = json!({ "@id": by_hash(sha256), "description": kind, "sha256": sha256 });
    if *built_in {
        found["@type"] = json!("CreativeWork");
        found["name"] = json!(format!("{kind} {id}"));
        found["isPartOf"] = json!({ "@id": program });
    } else {
        found["@type"] = json!("File");
        found["name"] = json!(id);
    }
    if let Some(version) = version {
        found["version"] = json!(version);
    }
    found
}

/// The name of bytes by their SHA-256: RFC 6920, section 7.
fn by_hash(sha256: &str) -> String {
    format!("nih:sha-256;{sha256}")
}

/// Adds what was read. The same bytes under a second name are one thing with another name.
fn add(objects: &mut Vec<Value>, object: Value) {
    let Some(same) = objects.iter_mut().find(|o| o["@id"] == object["@id"]) else {
        objects.push(object);
        return;
    };
    let name = &object["name"];
    let is_known = same["name"] == *name || same["alternateName"].as_array().is_some_and(|all| all.contains(name));
    if !is_known {
        let mut names = same["alternateName"].as_array().cloned().unwrap_or_default();
        names.push(name.clone());
        same["alternateName"] = Value::Array(names);
    }
}

/// The media type of a file that puricell writes, by its ending.
fn encoding_format(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "csv" => "text/csv",
        "h5ad" => "application/x-hdf5",
        "html" => "text/html",
        "json" => "application/json",
        "jsonl" => "application/jsonl",
        "parquet" => "application/vnd.apache.parquet",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "tsv" => "text/tab-separated-values",
        "xml" => "application/xml",
        "yml" => "application/yaml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Two controls may be one file under two names, and an id may stand for one thing only.
    #[test]
    fn the_same_bytes_under_two_names_are_one_input() {
        let input = |name: &str| InputFile { name: name.into(), kind: None, bytes: 1, sha256: "ab".repeat(32) };
        let mut objects = Vec::new();
        for name in ["a.fcs", "b.fcs", "a.fcs", "b.fcs"] {
            add(&mut objects, of_input(&input(name)));
        }
        assert_eq!(objects.len(), 1);
        assert_eq!((&objects[0]["name"], &objects[0]["alternateName"]), (&json!("a.fcs"), &json!(["b.fcs"])));
    }
}
