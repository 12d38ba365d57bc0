//! Warnings, parameters, inputs and hashes as text.

use crate::model::{Definition, InputFile, Model, Parameter, ParameterSource};
use crate::number;
use crate::words;

/// One parameter.
pub(crate) struct ParameterView {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) source: &'static str,
    /// Set on the command line: shown with a mark.
    pub(crate) overridden: bool,
}

/// One hashed thing.
pub(crate) struct HashView {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) detail: String,
    pub(crate) sha256: String,
}

/// Where the result comes from.
pub(crate) struct TraceView {
    pub(crate) parameters: Vec<ParameterView>,
    pub(crate) n_overridden: usize,
    pub(crate) hashes: Vec<HashView>,
}

pub(super) fn trace(model: &Model) -> TraceView {
    of(&model.parameters, &model.inputs, &model.definitions)
}

pub(crate) fn of(parameters: &[Parameter], inputs: &[InputFile], definitions: &[Definition]) -> TraceView {
    let parameters: Vec<ParameterView> = parameters
        .iter()
        .map(|p| ParameterView {
            name: p.name.clone(),
            value: p.value.clone(),
            source: words::source(p.source),
            overridden: p.source == ParameterSource::CommandLine,
        })
        .collect();
    let inputs = inputs.iter().map(|i| HashView {
        kind: i.kind.clone().unwrap_or_else(|| "input".to_owned()),
        name: i.name.clone(),
        detail: number::bytes(i.bytes),
        sha256: i.sha256.clone(),
    });
    let definitions = definitions.iter().map(|d| HashView {
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
