//! What the folders of studies and cohorts have in common: JSON as it is written, warnings, the manifest.

use std::collections::BTreeMap;

use puricell_core::Warning;
use puricell_report::model::{Definition, InputFile, Parameter, ReportWarning, Tool};
use serde::Serialize;

use crate::error::AppError;

pub(super) fn warnings(warnings: &[Warning]) -> Vec<ReportWarning> {
    warnings.iter().map(|w| ReportWarning { code: w.code.to_owned(), message: w.message.clone() }).collect()
}

/// JSON as it is written: indented, with a newline at its end.
pub(super) fn json(value: &impl Serialize, file: &'static str) -> Result<String, AppError> {
    let mut text =
        serde_json::to_string_pretty(value).map_err(|e| AppError::Encode { file, message: e.to_string() })?;
    text.push('\n');
    Ok(text)
}

/// `manifest.json`: the deterministic record of a folder.
#[derive(Serialize)]
pub(super) struct Manifest<'a> {
    pub(super) schema_version: &'static str,
    pub(super) tool: &'a Tool,
    pub(super) seed: u64,
    pub(super) inputs: &'a [InputFile],
    pub(super) definitions: &'a [Definition],
    pub(super) parameters: &'a [Parameter],
    pub(super) warnings: &'a [ReportWarning],
    pub(super) outputs: &'a BTreeMap<String, String>,
}
