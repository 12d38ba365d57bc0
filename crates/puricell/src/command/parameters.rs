//! Every effective parameter, and where it came from.

use puricell_purity::Profile;
use puricell_report::model::{Parameter, ParameterSource};

use super::definitions::Definitions;
use crate::cli::RunArgs;
use crate::config::Origin;

/// Parameters in a fixed order: reading, quality control, analysis, calls, output.
pub(super) fn parameters(args: &RunArgs, definitions: &Definitions, matrix: &str) -> Vec<Parameter> {
    let mut all = Vec::new();
    let mut add = |name: &str, value: String, source| all.push(Parameter { name: name.to_owned(), value, source });
    let given = |is: bool| if is { ParameterSource::CommandLine } else { ParameterSource::BuiltIn };
    add("input.matrix", matrix.to_owned(), given(args.layer.is_some()));
    add("input.genome", args.genome.clone().unwrap_or_else(|| "all".into()), given(args.genome.is_some()));
    for (name, value) in of_profile(&definitions.profile) {
        let source = match definitions.overridden.replaced.get(name) {
            Some(Origin::ConfigFile) => ParameterSource::File,
            Some(Origin::CommandLine) => ParameterSource::CommandLine,
            _ => ParameterSource::Profile,
        };
        add(name, value, source);
    }
    let m = &definitions.model;
    for (name, value) in [
        ("calls.prior.target", m.prior.target),
        ("calls.prior.contaminant", m.prior.contaminant),
        ("calls.prior.doublet", m.prior.doublet),
        ("calls.prior.none", m.prior.none),
        ("calls.key_ratio", m.rule.key_ratio),
        ("calls.min_confidence", m.rule.min_confidence),
        ("calls.min_target_confidence", m.rule.min_target_confidence),
    ] {
        add(name, value.to_string(), ParameterSource::BuiltIn);
    }
    add("seed", args.seed.to_string(), given(args.seed != 1));
    add("output.umap", (!args.no_umap).to_string(), given(args.no_umap));
    add("output.h5ad", args.h5ad.name().to_owned(), given(args.h5ad.name() != "light"));
    all
}

/// One sentence per value that departs from the profile as it stands.
pub(super) fn deviations(definitions: &Definitions) -> Vec<String> {
    let values = of_profile(&definitions.profile);
    definitions
        .overridden
        .replaced
        .iter()
        .map(|(key, origin)| {
            let value = values.iter().find(|(name, _)| name == key).map_or("?", |(_, v)| v.as_str());
            format!("{key} = {value}, from the {}, departs from profile {}", origin.name(), definitions.profile.id)
        })
        .collect()
}

fn of_profile(profile: &Profile) -> Vec<(&'static str, String)> {
    let (qc, analysis) = (&profile.qc, &profile.analysis);
    vec![
        ("qc.min_counts", qc.min_counts.to_string()),
        ("qc.min_features", qc.min_features.to_string()),
        ("qc.mads_low", qc.mads_low.to_string()),
        ("qc.mads_high", qc.mads_high.to_string()),
        ("qc.use_upper_bounds", qc.use_upper_bounds.to_string()),
        ("qc.mito_mads", qc.mito_mads.to_string()),
        ("qc.mito_min", qc.mito_min.to_string()),
        ("qc.mito_cap", qc.mito_cap.to_string()),
        ("analysis.n_variable", analysis.n_variable.to_string()),
        ("analysis.n_components", analysis.n_components.to_string()),
        ("analysis.k", analysis.k.to_string()),
        ("analysis.resolution", analysis.resolution.to_string()),
    ]
}
