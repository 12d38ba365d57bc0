//! Warnings, parameters, inputs and hashes as text.

use crate::lang::Term;
use crate::model::{Definition, InputFile, Model, Parameter, ParameterSource};
use crate::number;
use crate::terms::{self, known, words};
use crate::text::{Sayable, Text};

/// One parameter.
pub(crate) struct ParameterView {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) source: Term,
    /// Set on the command line, and no matter of what is written and how it looks (`output.*`): shown with a mark.
    pub(crate) overridden: bool,
}

/// One hashed thing.
pub(crate) struct HashView {
    pub(crate) kind: Text,
    pub(crate) name: String,
    pub(crate) detail: Text,
    pub(crate) sha256: String,
}

/// Where the result comes from.
pub(crate) struct TraceView {
    pub(crate) parameters: Vec<ParameterView>,
    pub(crate) n_overridden: usize,
    pub(crate) hashes: Vec<HashView>,
}

pub(crate) fn trace(model: &Model) -> TraceView {
    of(&model.parameters, &model.inputs, &model.definitions)
}

pub(crate) fn of(parameters: &[Parameter], inputs: &[InputFile], definitions: &[Definition]) -> TraceView {
    let parameters: Vec<ParameterView> = parameters
        .iter()
        .map(|p| ParameterView {
            name: p.name.clone(),
            value: p.value.clone(),
            source: words::source(p.source),
            overridden: p.source == ParameterSource::CommandLine && !p.name.starts_with("output."),
        })
        .collect();
    let inputs = inputs.iter().map(|i| HashView {
        kind: i.kind.clone().map_or_else(|| terms::INPUT_KIND.said(), Text::Same),
        name: i.name.clone(),
        detail: Text::Same(number::bytes(i.bytes)),
        sha256: i.sha256.clone(),
    });
    let definitions = definitions.iter().map(|d| HashView {
        kind: known(&d.kind),
        name: d.id.clone(),
        detail: match (&d.version, d.built_in) {
            (Some(version), true) => terms::VERSION_BUILT_IN.with(&[version]),
            (Some(version), false) => terms::VERSION_FILE.with(&[version]),
            (None, true) => terms::BUILT_IN.said(),
            (None, false) => terms::FILE.said(),
        },
        sha256: d.sha256.clone(),
    });
    TraceView {
        n_overridden: parameters.iter().filter(|p| p.overridden).count(),
        parameters,
        hashes: inputs.chain(definitions).collect(),
    }
}
