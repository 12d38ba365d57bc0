//! What a cohort's record says beside the statistics.

use std::collections::{BTreeMap, BTreeSet};

use puricell_core::Warning;
use puricell_report::cohort::Cohort;
use puricell_report::model::{Definition, Parameter, ParameterSource, Tool};

use super::super::written::{Manifest, json};
use crate::cli::CohortArgs;
use crate::cohort::Lot;
use crate::error::AppError;

pub(super) fn tool() -> Tool {
    Tool { name: "puricell".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// What the lots were called by, each once.
pub(super) fn definitions(lots: &[Lot]) -> Vec<Definition> {
    let mut found: Vec<Definition> = Vec::new();
    for definition in lots.iter().flat_map(|l| &l.definitions).filter(|d| decides(d)) {
        if !found.contains(definition) {
            found.push(definition.clone());
        }
    }
    found
}

/// Whether a definition decides what a cell is called; a lot's metadata do not.
fn decides(definition: &Definition) -> bool {
    matches!(
        definition.kind.as_str(),
        "profile" | "panels" | "call-model" | "method" | "cytometry-profile" | "markers" | "event-model"
    )
}

/// Lots that were not called by the same definitions and version are not comparable without a thought.
pub(super) fn unlike(lots: &[Lot]) -> Vec<Warning> {
    let mut ways: BTreeMap<BTreeSet<String>, Vec<&str>> = BTreeMap::new();
    for lot in lots {
        let mut way: BTreeSet<String> = lot
            .definitions
            .iter()
            .filter(|d| decides(d))
            .map(|d| format!("{} {} {}", d.kind, d.id, d.sha256.get(..8).unwrap_or_default()))
            .collect();
        way.insert(format!("{} {}", lot.tool.name, lot.tool.version));
        ways.entry(way).or_default().push(&lot.id);
    }
    if ways.len() < 2 {
        return Vec::new();
    }
    let all: BTreeSet<&String> = ways.keys().flatten().collect();
    let differ: Vec<&str> =
        all.into_iter().filter(|d| !ways.keys().all(|way| way.contains(*d))).map(String::as_str).collect();
    let message = format!(
        "the lots were called in {} ways, so that differences between them may be differences of the method: {}",
        ways.len(),
        differ.join(", ")
    );
    vec![Warning::new("lots_called_differently", message)]
}

pub(super) fn parameters(args: &CohortArgs) -> Vec<Parameter> {
    let mut found = Vec::new();
    let mut add = |name: &str, value: Option<String>, is_default: bool| {
        if let Some(value) = value {
            let source = if is_default { ParameterSource::BuiltIn } else { ParameterSource::CommandLine };
            found.push(Parameter { name: name.to_owned(), value, source });
        }
    };
    let factors = args.factors.join(",");
    let is_default = factors == "donor,passage,process_version";
    add("factors", Some(factors), is_default);
    add("compare", args.compare.clone(), false);
    add("bridge", args.bridge.clone(), false);
    add("control", args.control.clone(), false);
    add("keep_going", Some(args.keep_going.to_string()), !args.keep_going);
    add("bootstrap", Some(args.bootstrap.to_string()), args.bootstrap.get() == 400);
    add("seed", Some(args.seed.to_string()), args.seed == 1);
    found
}

/// `manifest.json`: the deterministic record.
pub(super) fn manifest(found: &Cohort, outputs: &BTreeMap<String, String>) -> Result<String, AppError> {
    let manifest = Manifest {
        schema_version: "puricell-cohort-manifest/1",
        tool: &found.tool,
        seed: found.seed,
        inputs: &found.inputs,
        definitions: &found.definitions,
        parameters: &found.parameters,
        warnings: &found.warnings,
        outputs,
    };
    json(&manifest, "manifest.json")
}
