//! Every effective parameter, and where it came from.

use puricell_cluster::NeighbourParams;
use puricell_purity::events::CytoProfile;
use puricell_purity::{IntervalMethod, Profile, RuleOutcome, STATES, StateParams};
use puricell_report::model::{Parameter, ParameterSource};

use super::definitions::{Definitions, EventDefinitions, base_name};
use crate::cli::{EventArgs, LangName, RunArgs};
use crate::config::{Origin, Overridden};

/// Which features are the transgene's: a property of the product, and no departure from its profile, which asks for it.
const TRANSGENES: &str = "transgene.features";

/// Parameters in a fixed order: reading, quality control, analysis, calls, output.
pub(super) fn parameters(args: &RunArgs, definitions: &Definitions, matrix: &str) -> Vec<Parameter> {
    let mut all = Vec::new();
    let mut add = |name: &str, value: String, source| all.push(Parameter { name: name.to_owned(), value, source });
    let given = |is: bool| if is { ParameterSource::CommandLine } else { ParameterSource::BuiltIn };
    add("input.matrix", matrix.to_owned(), given(args.layer.is_some()));
    add("input.genome", args.genome.clone().unwrap_or_else(|| "all".into()), given(args.genome.is_some()));
    let raws: Vec<String> = args.raw.iter().map(|raw| base_name(raw)).collect();
    let raw = if raws.is_empty() { "none".to_owned() } else { raws.join(", ") };
    add("input.raw", raw, given(!args.raw.is_empty()));
    for (name, value) in of_profile(&definitions.profile) {
        add(name, value, source(&definitions.overridden, name));
    }
    for (name, value, source) in of_rules(&definitions.rules.outcomes) {
        add(&name, value, source);
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
    for (name, value) in of_states() {
        add(&name, value, ParameterSource::BuiltIn);
    }
    for (name, value, is_given) in of_counting(args) {
        add(name, value, given(is_given));
    }
    let standard = NeighbourParams::default();
    let is_given = args.exact_neighbours != standard.exact_up_to;
    add("neighbours.exact_up_to", args.exact_neighbours.to_string(), given(is_given));
    add("neighbours.recall", standard.recall.to_string(), ParameterSource::BuiltIn);
    add("seed", args.seed.to_string(), given(args.seed != 1));
    add("output.umap", (!args.no_umap).to_string(), given(args.no_umap));
    add("output.lang", args.lang.name().to_owned(), given(args.lang != LangName::En));
    add("output.h5ad", args.h5ad.name().to_owned(), given(args.h5ad.name() != "light"));
    all
}

/// The same for events: reading, gates, thresholds, analysis, calls.
pub(super) fn of_events(args: &RunArgs, definitions: &EventDefinitions, leniencies: &str) -> Vec<Parameter> {
    let mut all = of_event_options(&args.events, Some(leniencies));
    let mut add = |name: &str, value: String, source| all.push(Parameter { name: name.to_owned(), value, source });
    let given = |is: bool| if is { ParameterSource::CommandLine } else { ParameterSource::BuiltIn };
    for (name, value) in of_cyto_profile(&definitions.profile) {
        add(name, value, source(&definitions.overridden, name));
    }
    for (name, value, source) in of_rules(&definitions.rules.outcomes) {
        add(&name, value, source);
    }
    let m = &definitions.model;
    for (name, value) in [
        ("calls.prior.target", m.prior.target),
        ("calls.prior.contaminant", m.prior.contaminant),
        ("calls.prior.doublet", m.prior.doublet),
        ("calls.prior.none", m.prior.none),
        ("calls.min_confidence", m.rule.min_confidence),
        ("calls.min_target_confidence", m.rule.min_target_confidence),
    ] {
        add(name, value.to_string(), ParameterSource::BuiltIn);
    }
    for (name, value, is_given) in of_counting(args) {
        add(name, value, given(is_given));
    }
    let standard = NeighbourParams::default();
    let is_given = args.exact_neighbours != standard.exact_up_to;
    add("neighbours.exact_up_to", args.exact_neighbours.to_string(), given(is_given));
    add("neighbours.recall", standard.recall.to_string(), ParameterSource::BuiltIn);
    add("seed", args.seed.to_string(), given(args.seed != 1));
    add("output.umap", (!args.no_umap).to_string(), given(args.no_umap));
    add("output.lang", args.lang.name().to_owned(), given(args.lang != LangName::En));
    all
}

/// How states of the target cells are told.
fn of_states() -> Vec<(String, String)> {
    let params = StateParams::default();
    let mut all: Vec<(String, String)> = [
        ("likelihood_ratio", params.likelihood_ratio.to_string()),
        ("fold", params.fold.to_string()),
        ("shape", params.shape.to_string()),
        ("min_genes", params.min_genes.to_string()),
        ("min_coverage", params.min_coverage.to_string()),
        ("min_cells", params.min_cells.to_string()),
        ("told_from_fold", params.told_from_fold.to_string()),
        ("max_rounds", params.max_rounds.to_string()),
    ]
    .map(|(name, value)| (format!("states.{name}"), value))
    .into();
    for state in STATES {
        for (name, share) in [("at_rest_most", state.at_rest_most), ("shown", state.shown)] {
            all.extend(share.map(|share| (format!("states.{}.{name}", state.id), share.to_string())));
        }
    }
    all
}

/// What became of each rule of the profile, and whether the metadata or the profile says so.
fn of_rules(outcomes: &[RuleOutcome]) -> Vec<(String, String, ParameterSource)> {
    let one = |rule: &RuleOutcome| {
        let value = if rule.applied { "applied" } else { "left out" };
        let source = if rule.holds.is_some() { ParameterSource::File } else { ParameterSource::Profile };
        (format!("rules.{}", rule.rule), value.to_owned(), source)
    };
    outcomes.iter().map(one).collect()
}

/// How events are read, gated and their markers found; `leniencies` are those that a file needed.
pub(super) fn of_event_options(events: &EventArgs, leniencies: Option<&str>) -> Vec<Parameter> {
    let mut all = Vec::new();
    let mut add = |name: &str, value: String, source| all.push(Parameter { name: name.to_owned(), value, source });
    let given = |is: bool| if is { ParameterSource::CommandLine } else { ParameterSource::BuiltIn };
    let data_set = events.data_set.map_or(1, std::num::NonZeroUsize::get);
    add("input.data_set", data_set.to_string(), given(events.data_set.is_some()));
    let none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    let allowed = none(events.lenient.join(", "));
    add("input.lenient", allowed, given(!events.lenient.is_empty()));
    if let Some(leniencies) = leniencies {
        add("input.leniencies_needed", none(leniencies.to_owned()), ParameterSource::BuiltIn);
    }
    let file = |path: &Option<std::path::PathBuf>, otherwise: &str| {
        path.as_deref().map_or_else(|| otherwise.to_owned(), base_name)
    };
    add("input.compensation", file(&events.compensation, "of the file"), given(events.compensation.is_some()));
    add("gates.file", file(&events.gates, "automatic"), given(events.gates.is_some()));
    if let Some(population) = &events.population {
        add("gates.population", population.clone(), ParameterSource::CommandLine);
    }
    for (name, pairs) in [("markers.channel", &events.marker), ("markers.threshold", &events.threshold)] {
        for pair in pairs {
            add(name, pair.clone(), ParameterSource::CommandLine);
        }
    }
    for (name, pairs) in [("controls.fmo", &events.fmo), ("controls.isotype", &events.isotype)] {
        for (marker, path) in pairs.iter().filter_map(|p| p.split_once('=')) {
            let value = format!("{marker}: {}", base_name(std::path::Path::new(path)));
            add(name, value, ParameterSource::CommandLine);
        }
    }
    if events.unstained.is_some() {
        add("controls.unstained", file(&events.unstained, ""), ParameterSource::CommandLine);
    }
    all
}

/// Name, value, and whether it was given.
fn of_counting(args: &RunArgs) -> [(&'static str, String, bool); 2] {
    let interval = args.interval.method();
    let validation = args.validation.as_deref().map_or_else(|| "none".to_owned(), base_name);
    [
        ("statistics.interval", interval.name().to_owned(), interval != IntervalMethod::default()),
        ("statistics.validation", validation, args.validation.is_some()),
    ]
}

/// A parameter.
pub(super) fn of(name: &str, value: String, source: ParameterSource) -> Parameter {
    Parameter { name: name.to_owned(), value, source }
}

pub(super) fn source(overridden: &Overridden, name: &str) -> ParameterSource {
    match overridden.replaced.get(name) {
        Some(Origin::ConfigFile) => ParameterSource::File,
        Some(Origin::CommandLine) => ParameterSource::CommandLine,
        _ => ParameterSource::Profile,
    }
}

/// One sentence per value that departs from the profile as it stands.
pub(super) fn deviations(definitions: &Definitions) -> Vec<String> {
    departures(&definitions.overridden, &of_profile(&definitions.profile), &definitions.profile.id)
}

/// The same for events, and what else the user set in place of what the program would find.
pub(super) fn deviations_of_events(args: &RunArgs, definitions: &EventDefinitions) -> Vec<String> {
    let profile = &definitions.profile;
    let mut all = departures(&definitions.overridden, &of_cyto_profile(profile), &profile.id);
    let events = &args.events;
    if let Some(path) = &events.gates {
        all.push(format!("gates of {} in place of the automatic ones", base_name(path)));
    }
    all.extend(events.threshold.iter().map(|t| format!("threshold {t}, set by the user")));
    if let Some(path) = &events.compensation {
        all.push(if path.as_os_str() == "none" {
            "events taken as they are, not compensated, by the user's word".to_owned()
        } else {
            format!("compensated by {} in place of the file's own matrix", base_name(path))
        });
    }
    all.extend(events.lenient.iter().map(|name| format!("departure from the FCS standard allowed: {name}")));
    all
}

fn departures(overridden: &Overridden, values: &[(&'static str, String)], profile: &str) -> Vec<String> {
    overridden
        .replaced
        .iter()
        .filter(|(key, _)| *key != TRANSGENES)
        .map(|(key, origin)| {
            let value = values.iter().find(|(name, _)| name == key).map_or("?", |(_, v)| v.as_str());
            format!("{key} = {value}, from the {}, departs from profile {profile}", origin.name())
        })
        .collect()
}

pub(super) fn of_cyto_profile(profile: &CytoProfile) -> Vec<(&'static str, String)> {
    let (qc, analysis) = (&profile.qc, &profile.analysis);
    vec![
        ("qc.time_mads", qc.time_mads.to_string()),
        ("qc.time_min_rate_fold", qc.time_min_rate_fold.to_string()),
        ("qc.time_min_shift", qc.time_min_shift.to_string()),
        ("qc.debris_max_share", qc.debris_max_share.to_string()),
        ("qc.singlet_mads", qc.singlet_mads.to_string()),
        ("qc.singlet_min_fold", qc.singlet_min_fold.to_string()),
        ("qc.max_dead", qc.max_dead.to_string()),
        ("qc.min_dead_separation", qc.min_dead_separation.to_string()),
        ("analysis.sample", analysis.sample.to_string()),
        ("analysis.k", analysis.k.to_string()),
        ("analysis.resolution", analysis.resolution.to_string()),
        ("analysis.som_x", analysis.som_x.to_string()),
        ("analysis.som_y", analysis.som_y.to_string()),
        ("analysis.metaclusters", analysis.metaclusters.to_string()),
        ("analysis.cofactor_mass", analysis.cofactor_mass.to_string()),
        ("analysis.control_quantile", analysis.control_quantile.to_string()),
    ]
}

pub(super) fn of_profile(profile: &Profile) -> Vec<(&'static str, String)> {
    let (qc, analysis, named) = (&profile.qc, &profile.analysis, &profile.transgene.features);
    vec![
        ("qc.min_counts", qc.min_counts.to_string()),
        ("qc.min_features", qc.min_features.to_string()),
        ("qc.mads_low", qc.mads_low.to_string()),
        ("qc.mads_high", qc.mads_high.to_string()),
        ("qc.use_upper_bounds", qc.use_upper_bounds.to_string()),
        ("qc.mito_mads", qc.mito_mads.to_string()),
        ("qc.mito_min", qc.mito_min.to_string()),
        ("qc.mito_cap", qc.mito_cap.to_string()),
        ("qc.doublet_rate_per_1000", qc.doublet_rate_per_1000.to_string()),
        ("analysis.n_variable", analysis.n_variable.to_string()),
        ("analysis.n_components", analysis.n_components.to_string()),
        ("analysis.k", analysis.k.to_string()),
        ("analysis.resolution", analysis.resolution.to_string()),
        (TRANSGENES, if named.is_empty() { "none".to_owned() } else { named.join(", ") }),
        ("transgene.min_molecules", profile.transgene.min_molecules.to_string()),
    ]
}
