//! `manifest.json`: the deterministic record of a run.

use std::collections::BTreeMap;

use puricell_report::Model;
use puricell_report::model::{Definition, InputFile, Parameter, ReportWarning, Tool};
use serde::Serialize;

use crate::arguments::Argument;
use crate::cli::RunArgs;
use crate::pipeline::Analysis;

#[derive(Serialize)]
struct Manifest<'a> {
    schema_version: &'static str,
    tool: &'a Tool,
    seed: u64,
    /// What was asked for, files by their names.
    arguments: Vec<Argument>,
    /// Seconds since 1970 that documents are dated by, where they are dated.
    source_date_epoch: Option<i64>,
    inputs: &'a [InputFile],
    definitions: &'a [Definition],
    parameters: &'a [Parameter],
    stages: Vec<Stage>,
    warnings: &'a [ReportWarning],
    outputs: &'a BTreeMap<String, String>,
}

/// Cells into and out of a stage.
#[derive(Serialize)]
struct Stage {
    name: &'static str,
    cells_in: usize,
    cells_out: usize,
}

pub(super) fn manifest<M>(
    model: &Model,
    analysis: &Analysis<M>,
    args: &RunArgs,
    outputs: &BTreeMap<String, String>,
) -> String {
    let mask = &analysis.mask;
    let (loaded, kept) = (mask.n_loaded(), mask.n_kept());
    let mut stages = vec![
        Stage { name: "quality", cells_in: loaded, cells_out: kept },
        Stage { name: "calls", cells_in: kept, cells_out: kept },
    ];
    if let Some(structure) = &analysis.structure {
        stages.push(Stage { name: "structure", cells_in: kept, cells_out: structure.rows.len() });
    }
    if let Some(heterogeneity) = &analysis.heterogeneity {
        stages.push(Stage { name: "heterogeneity", cells_in: kept, cells_out: heterogeneity.positions.len() });
    }
    let manifest = Manifest {
        schema_version: "puricell-manifest/1",
        tool: &model.tool,
        seed: model.seed,
        arguments: args.given.iter().map(Argument::portable).collect(),
        source_date_epoch: args.date,
        inputs: &model.inputs,
        definitions: &model.definitions,
        parameters: &model.parameters,
        stages,
        warnings: &model.warnings,
        outputs,
    };
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    text
}
