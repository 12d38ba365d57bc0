//! Profiles, panels, specifications and metadata as given: built-in or a file.

use std::path::{Path, PathBuf};

use puricell_core::{Seed, Warning};
use puricell_purity::events::{CYTO_PROFILE_SCHEMA, CytoProfile, EventModel, MarkerPanel};
use puricell_purity::{CallModel, ClassList, CompositionParams, MadeWith, Method, Panels, Profile, Spec, Validation};
use puricell_report::model::Definition;

use super::rules::Rules;
use crate::cli::{EventArgs, RunArgs};
use crate::config::{Overridden, override_profile};
use crate::error::AppError;
use crate::metadata::Metadata;
use crate::output::hash_text;

/// What a run is defined by.
#[derive(Debug)]
pub(super) struct Definitions {
    /// For this lot: its rules applied.
    pub(super) profile: Profile,
    pub(super) rules: Rules,
    pub(super) overridden: Overridden,
    pub(super) panels: Panels,
    pub(super) spec: Option<Spec>,
    pub(super) counting: CompositionParams,
    pub(super) model: CallModel,
    pub(super) metadata: Metadata,
    pub(super) listed: Vec<Definition>,
    /// What there is to say of them.
    pub(super) remarks: Vec<Warning>,
}

/// What the command line says of how cells are called.
pub(super) struct CellChoices<'a> {
    pub(super) profile: &'a str,
    pub(super) panels: Option<&'a Path>,
    pub(super) config: Option<&'a Path>,
    pub(super) set: &'a [String],
    /// The matrix, for messages.
    pub(super) input: &'a Path,
}

/// Everything that decides how a cell is called.
#[derive(Debug)]
pub(super) struct CellMethod {
    pub(super) profile: Profile,
    pub(super) overridden: Overridden,
    pub(super) panels: Panels,
    pub(super) model: CallModel,
    pub(super) method: Method,
}

/// Reads and checks what decides how a cell is called.
pub(super) fn cell_method(args: &CellChoices<'_>, listed: &mut Vec<Definition>) -> Result<CellMethod, AppError> {
    let (text, name, built_in) = profile_text(args.profile)?;
    if is_cytometry(&text) {
        return Err(AppError::usage(
            format!("profile {name} is of cytometry, and {} is no FCS file", base_name(args.input)),
            format!("profiles of expression: {}", Profile::list().join(", ")),
        ));
    }
    let mut config = Vec::new();
    let overridden = overridden(args.config, args.set, &text, &mut config)?;
    let name = if overridden.replaced.is_empty() { name } else { format!("{name}, with values replaced") };
    let profile = Profile::parse(&overridden.text, &name)?;
    list(listed, "profile", profile.id.clone(), Some(profile.version.clone()), built_in, &text);
    listed.append(&mut config);

    let panels = if let Some(path) = args.panels {
        let text = read_text(path)?;
        let panels = Panels::parse(&text, &base_name(path))?;
        list(listed, "panels", base_name(path), Some(panels.version.clone()), false, &text);
        panels
    } else {
        let panels = Panels::builtin()?;
        let version = Some(panels.version.clone());
        list(listed, "panels", "built-in".into(), version, true, Panels::builtin_text());
        panels.clone()
    };
    profile.check(&panels)?;

    let model = CallModel::builtin()?;
    list(listed, "call-model", "built-in".into(), Some(model.version.clone()), true, CallModel::BUILTIN);
    let method = method(&profile.id, &profile.version, &overridden.deciding, listed);
    Ok(CellMethod { profile, overridden, panels, model, method })
}

/// Reads and checks everything that defines a run, before any data is touched.
pub(super) fn load(args: &RunArgs) -> Result<Definitions, AppError> {
    let mut listed = Vec::new();
    let given = CellChoices {
        profile: &args.profile,
        panels: args.panels.as_deref(),
        config: args.config.as_deref(),
        set: &args.set,
        input: args.input(),
    };
    let CellMethod { profile, overridden, panels, model, method } = cell_method(&given, &mut listed)?;
    let spec = spec(args, &profile, &mut listed)?;
    let metadata = metadata(args, &mut listed)?;
    let (profile, rules) = Rules::of_lot(profile, &metadata, args.validation.is_some());
    // A rule that does not hold lets genes count that the profile as it stands waives.
    profile.check(&panels)?;
    let mut remarks = Vec::new();
    let counting = counting(args, CompositionParams::default(), &method, &mut listed, &mut remarks)?;
    Ok(Definitions { profile, rules, overridden, panels, spec, counting, model, metadata, listed, remarks })
}

/// What a run on events is defined by.
#[derive(Debug)]
pub(super) struct EventDefinitions {
    pub(super) profile: CytoProfile,
    /// The product whose signs they are, for this lot.
    pub(super) product: Option<Profile>,
    pub(super) rules: Rules,
    pub(super) overridden: Overridden,
    pub(super) markers: MarkerPanel,
    pub(super) spec: Option<Spec>,
    pub(super) counting: CompositionParams,
    pub(super) model: EventModel,
    pub(super) metadata: Metadata,
    pub(super) listed: Vec<Definition>,
    /// What there is to say of them.
    pub(super) remarks: Vec<Warning>,
}

/// Reads and checks everything that defines a run on events. The profile may be one of cytometry, or that of a product which
/// names one.
pub(super) fn load_events(args: &RunArgs) -> Result<EventDefinitions, AppError> {
    let mut listed = Vec::new();
    let mut of_metadata = Vec::new();
    let metadata = metadata(args, &mut of_metadata)?;
    let given = EventChoices {
        profile: &args.profile,
        panels: args.panels.as_deref(),
        config: args.config.as_deref(),
        set: &args.set,
        events: &args.events,
        metadata: &metadata,
        has_study: args.validation.is_some(),
    };
    let EventMethod { profile, product, rules, overridden, markers, model, method } =
        event_method(&given, &mut listed)?;
    let spec = spec(args, &profile, &mut listed)?;
    listed.append(&mut of_metadata);
    let mut remarks = Vec::new();
    let counting = counting(args, CompositionParams::of_events(), &method, &mut listed, &mut remarks)?;
    Ok(EventDefinitions {
        profile,
        product,
        rules,
        overridden,
        markers,
        spec,
        counting,
        model,
        metadata,
        listed,
        remarks,
    })
}

/// What the command line says of how events are called.
pub(super) struct EventChoices<'a> {
    pub(super) profile: &'a str,
    pub(super) panels: Option<&'a Path>,
    pub(super) config: Option<&'a Path>,
    pub(super) set: &'a [String],
    pub(super) events: &'a EventArgs,
    /// What is known of the lot; a study knows nothing of it.
    pub(super) metadata: &'a Metadata,
    /// True where a study's limits are to be applied to the lot.
    pub(super) has_study: bool,
}

/// Everything that decides how an event is called.
#[derive(Debug)]
pub(super) struct EventMethod {
    pub(super) profile: CytoProfile,
    /// The product whose signs they are, for this lot.
    pub(super) product: Option<Profile>,
    pub(super) rules: Rules,
    pub(super) overridden: Overridden,
    pub(super) markers: MarkerPanel,
    pub(super) model: EventModel,
    pub(super) method: Method,
}

/// Reads and checks what decides how an event is called.
pub(super) fn event_method(args: &EventChoices<'_>, listed: &mut Vec<Definition>) -> Result<EventMethod, AppError> {
    let (given, name, built_in) = profile_text(args.profile)?;
    let product = if is_cytometry(&given) { None } else { Some(Profile::parse(&given, &name)?) };
    let (product, rules) = match product.map(|p| Rules::of_lot(p, args.metadata, args.has_study)) {
        Some((product, rules)) => (Some(product), rules),
        None => (None, Rules::default()),
    };
    let (text, name, built_in) = match &product {
        None => (given.clone(), name, built_in),
        Some(product) => {
            list(listed, "profile", product.id.clone(), Some(product.version.clone()), built_in, &given);
            let Some(used) = &product.cytometry else {
                return Err(AppError::usage(
                    format!("profile {name} names no profile of cytometry, and the input is an FCS file"),
                    format!("profiles of cytometry: {}", CytoProfile::list().join(", ")),
                ));
            };
            (CytoProfile::builtin_text(&used.profile)?.to_owned(), used.profile.clone(), true)
        }
    };
    let overridden = overridden(args.config, args.set, &text, listed)?;
    let name = if overridden.replaced.is_empty() { name } else { format!("{name}, with values replaced") };
    let mut profile = CytoProfile::parse(&overridden.text, &name)?;
    list(listed, "cytometry-profile", profile.id.clone(), Some(profile.version.clone()), built_in, &text);
    if let Some(product) = &product {
        profile = profile.for_product(product);
    }

    let markers = if let Some(path) = args.panels {
        let text = read_text(path)?;
        let markers = MarkerPanel::parse(&text, &base_name(path))?;
        list(listed, "markers", base_name(path), Some(markers.version.clone()), false, &text);
        markers
    } else {
        let markers = MarkerPanel::builtin()?;
        let version = Some(markers.version.clone());
        list(listed, "markers", "built-in".into(), version, true, MarkerPanel::builtin_text());
        markers
    };
    profile.check(&markers)?;

    let model = EventModel::builtin()?;
    let version = Some(model.version.clone());
    list(listed, "event-call-model", "built-in".into(), version, true, EventModel::builtin_text());
    // The product decides, too: it waives markers. So do the user's gates and thresholds.
    let mut text = overridden.deciding.clone();
    if product.is_some() {
        text.push('\n');
        text.push_str(&given);
    }
    text.push_str(&choices(args.events)?);
    let method = method(&profile.id, &profile.version, &text, listed);
    Ok(EventMethod { profile, product, rules, overridden, markers, model, method })
}

/// What the user sets in place of what the program would find, and which therefore is part of the method; empty without.
fn choices(events: &EventArgs) -> Result<String, AppError> {
    let mut lines: Vec<String> = events.marker.iter().map(|m| format!("marker {m}")).collect();
    lines.extend(events.threshold.iter().map(|t| format!("threshold {t}")));
    lines.sort();
    if let Some(path) = &events.gates {
        lines.push(format!("population {}", events.population.as_deref().unwrap_or_default()));
        lines.push(read_text(path)?);
    }
    let mut text = String::new();
    for line in &lines {
        text.push('\n');
        text.push_str(line);
    }
    Ok(text)
}

fn is_cytometry(text: &str) -> bool {
    let schema = text.parse::<toml::Table>().ok();
    schema.is_some_and(|t| t.get("schema").and_then(toml::Value::as_str) == Some(CYTO_PROFILE_SCHEMA))
}

fn list(listed: &mut Vec<Definition>, kind: &str, id: String, version: Option<String>, built_in: bool, text: &str) {
    listed.push(Definition { kind: kind.to_owned(), id, version, built_in, sha256: hash_text(text) });
}

/// The profile with the values of `--config` and `--set`.
fn overridden(
    config: Option<&Path>,
    set: &[String],
    profile: &str,
    listed: &mut Vec<Definition>,
) -> Result<Overridden, AppError> {
    let config = config.map(|path| Ok::<_, AppError>((path, read_text(path)?))).transpose()?;
    let overridden = override_profile(profile, config.as_ref().map(|(path, text)| (*path, text.as_str())), set)?;
    if let Some((path, text)) = &config {
        list(listed, "config", base_name(path), None, false, text);
    }
    Ok(overridden)
}

fn spec(args: &RunArgs, classes: impl Into<ClassList>, listed: &mut Vec<Definition>) -> Result<Option<Spec>, AppError> {
    let Some(path) = &args.spec else { return Ok(None) };
    let text = read_text(path)?;
    let spec = Spec::parse(&text, &base_name(path), classes)?;
    list(listed, "spec", spec.id.clone(), Some(spec.version.clone()), false, &text);
    Ok(Some(spec))
}

/// What decides how a cell is called, as a validation study records it. `text` is the profile's with values replaced;
/// panels and call model are found in what was `listed`.
fn method(id: &str, version: &str, text: &str, listed: &[Definition]) -> Method {
    let of = |kinds: [&str; 2]| {
        let found = listed.iter().find(|d| kinds.contains(&d.kind.as_str()));
        MadeWith {
            id: found.map_or_else(String::new, |d| d.id.clone()),
            version: found.and_then(|d| d.version.clone()).unwrap_or_default(),
            sha256: found.map_or_else(String::new, |d| d.sha256.clone()),
        }
    };
    Method {
        profile: MadeWith { id: id.to_owned(), version: version.to_owned(), sha256: hash_text(text) },
        panels: of(["panels", "markers"]),
        call_model: of(["call-model", "event-call-model"]),
    }
}

/// How calls are counted: as asked for, and with the limits and rates of a validation study of this very method.
fn counting(
    args: &RunArgs,
    defaults: CompositionParams,
    method: &Method,
    listed: &mut Vec<Definition>,
    remarks: &mut Vec<Warning>,
) -> Result<CompositionParams, AppError> {
    let params = CompositionParams { interval: args.interval.method(), seed: Seed(args.seed), ..defaults };
    let Some(path) = &args.validation else { return Ok(params) };
    let text = read_text(path)?;
    let study = Validation::parse(&text, &base_name(path))?;
    study.check_method(method)?;
    // The hashes of the definitions are the same; quality control and code between them may not be.
    let version = env!("CARGO_PKG_VERSION");
    if study.tool_version != version {
        remarks.push(Warning::new(
            "validation_of_another_version",
            format!(
                "{} was made by puricell {}, and this is {version}: make the study anew before its limits and corrections \
                 are relied on",
                base_name(path),
                study.tool_version
            ),
        ));
    }
    list(listed, "validation", base_name(path), Some(study.tool_version.clone()), false, &text);
    Ok(params.with_study(&study))
}

fn metadata(args: &RunArgs, listed: &mut Vec<Definition>) -> Result<Metadata, AppError> {
    let Some(path) = &args.metadata else { return Ok(Metadata::default()) };
    let text = read_text(path)?;
    list(listed, "metadata", base_name(path), None, false, &text);
    Metadata::parse(path, &text)
}

/// The text of a profile, what messages call it, and whether it is built in.
fn profile_text(given: &str) -> Result<(String, String, bool), AppError> {
    if Profile::list().contains(&given) {
        return Ok((Profile::builtin_text(given)?.to_owned(), given.to_owned(), true));
    }
    if CytoProfile::list().contains(&given) {
        return Ok((CytoProfile::builtin_text(given)?.to_owned(), given.to_owned(), true));
    }
    let path = PathBuf::from(given);
    if path.exists() || path.extension().is_some_and(|e| e == "toml") {
        return Ok((read_text(&path)?, base_name(&path), false));
    }
    Err(AppError::usage(
        format!("there is no profile '{given}'"),
        format!(
            "built-in profiles: {}; of cytometry: {}; or give a TOML file",
            Profile::list().join(", "),
            CytoProfile::list().join(", ")
        ),
    ))
}

pub(super) fn read_text(path: &Path) -> Result<String, AppError> {
    std::fs::read_to_string(path).map_err(|source| AppError::Read { path: path.to_owned(), source })
}

pub(super) fn base_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}
