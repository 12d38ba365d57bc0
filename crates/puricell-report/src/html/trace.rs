//! Warnings, parameters, inputs and hashes as text.

use crate::model::{Model, ParameterSource};
use crate::number;
use crate::words;

/// One parameter.
pub(super) struct ParameterView {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) source: &'static str,
    /// Set on the command line: shown with a mark.
    pub(super) overridden: bool,
}

/// One hashed thing.
pub(super) struct HashView {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) sha256: String,
}

/// Where the result comes from.
pub(super) struct TraceView {
    pub(super) parameters: Vec<ParameterView>,
    pub(super) n_overridden: usize,
    pub(super) hashes: Vec<HashView>,
}

pub(super) fn trace(model: &Model) -> TraceView {
    let parameters: Vec<ParameterView> = model
        .parameters
        .iter()
        .map(|p| ParameterView {
            name: p.name.clone(),
            value: p.value.clone(),
            source: words::source(p.source),
            overridden: p.source == ParameterSource::CommandLine,
        })
        .collect();
    let inputs = model.inputs.iter().map(|i| HashView {
        kind: i.kind.clone().unwrap_or_else(|| "input".to_owned()),
        name: i.name.clone(),
        detail: number::bytes(i.bytes),
        sha256: i.sha256.clone(),
    });
    let definitions = model.definitions.iter().map(|d| HashView {
        kind: d.kind.clone(),
        name: d.id.clone(),
        detail: format!(
            "{}{}",
            d.version.as_ref().map(|v| format!("version {v}, ")).unwrap_or_default(),
            if d.built_in { "built-in" } else { "file" }
        ),
        sha256: d.sha256.clone(),
    });
    TraceView {
        n_overridden: parameters.iter().filter(|p| p.overridden).count(),
        parameters,
        hashes: inputs.chain(definitions).collect(),
    }
}
