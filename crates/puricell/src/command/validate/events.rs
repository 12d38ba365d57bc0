//! A study of events by their markers.

use puricell_cluster::NeighbourParams;
use puricell_core::{Seed, Warning};
use puricell_io::open_events;
use puricell_purity::{ClassList, CompositionParams};
use puricell_report::model::InputFile;

use super::super::definitions::{EventChoices, EventMethod, base_name, event_method};
use super::super::parameters;
use super::super::run::events::given::Given;
use super::super::run::events::{
    check_compensation, check_named, controls, inputs_beside, measured, options, settings,
};
use super::super::run::input_file;
use super::material::Plan;
use super::record::Study;
use super::{Runs, design, finish, material};
use crate::cli::SpikeArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::metadata::Metadata;
use crate::output::{Existing, OutputFolder};
use crate::pipeline::{EventSettings, Settings, find_markers, gate_file};
use crate::record::Record;
use crate::timing::Clock;
use crate::validate::{EventFile, EventPool, run_event_study};

/// Viable singlets of a mixture where the user does not say.
const DEFAULT_EVENTS: (usize, usize) = (5000, 20_000);

pub(super) fn spike(args: &SpikeArgs, record: &Record, log: &Log, mut clock: Clock) -> Result<Exit, AppError> {
    refuse_options_of_cells(args)?;
    let mut listed = Vec::new();
    let unknown = Metadata::default();
    let choices = EventChoices {
        profile: &args.profile,
        panels: args.panels.as_deref(),
        config: args.config.as_deref(),
        set: &args.set,
        events: &args.events,
        metadata: &unknown,
        has_study: false,
    };
    let definitions = event_method(&choices, &mut listed)?;
    let EventMethod { profile, product, overridden, model, method, .. } = &definitions;
    let given = Given::read(&args.events)?;
    let plan = material::plan(args, &ClassList::from(profile), &profile.id)?;
    let folder = OutputFolder::start(&args.out, Existing::forced(args.force))?;

    log.stage("reading");
    let counting = CompositionParams::of_events();
    let shared = Settings {
        spec: None,
        counting: &counting,
        seed: Seed(args.seed),
        structure: false,
        umap: false,
        k: profile.analysis.k,
        exact_up_to: NeighbourParams::default().exact_up_to,
        resolution: profile.analysis.resolution,
    };
    let settings = settings(profile, product.as_ref(), model, &given, shared);
    let mut warnings = Vec::new();
    let (files, inputs) = clock.stage("read", || read(args, &plan, &given, &definitions, &settings, &mut warnings))?;
    let pool = EventPool::gather(&files, &plan.groups)?;
    drop(files);
    let channels = find_markers(pool.events.channels(), &definitions.markers, profile, &given.assignments)?;
    let channels = channels.into_value(&mut warnings);
    check_named(&given, &channels)?;
    let controls = controls(&given, &options(&args.events)?, &mut warnings)?;
    let events = (pool.groups[0].rows.len() / 2).clamp(DEFAULT_EVENTS.0, DEFAULT_EVENTS.1);
    let design = design(args, &pool.groups, vec![1.0], events)?;

    log.info(&format!("{} mixtures of {} viable singlets", design.runs().len(), design.cells));
    let found = run_event_study(&pool, &design, &settings, &controls, &channels, log, &mut clock)?;
    let target = profile.isct_name.clone().unwrap_or_else(|| profile.target.name_en.clone());
    let mut of_profile = parameters::of_event_options(&args.events, None);
    of_profile.extend(
        parameters::of_cyto_profile(profile)
            .into_iter()
            .map(|(name, value)| parameters::of(name, value, parameters::source(overridden, name))),
    );
    let study = Study {
        args,
        method,
        listed: &listed,
        product: match &profile.isct_name {
            Some(name) => format!("mesenchymal stromal cells, {name}"),
            None => target.clone(),
        },
        target,
        profile: format!("{} {}", profile.id, profile.version),
        plan: &plan,
        groups: &pool.groups,
        inputs: &inputs,
        design: &design,
        parameters: of_profile,
        n_outside: Some(pool.outside.len()),
    };
    let runs = Runs { mixtures: found.runs, told: found.warnings, resolved: found.resolved, warnings };
    finish(&study, runs, folder, record, log, &mut clock)
}

/// Events are not molecules, and files of events bring their dead cells and doublets with them.
fn refuse_options_of_cells(args: &SpikeArgs) -> Result<(), AppError> {
    let given = [
        ("--ambient", args.ambient > 0.0, "events hold no molecules that could be exchanged"),
        ("--depth", args.depth.is_some(), "events hold no molecules that could be thinned out"),
        (
            "--doublets",
            args.doublets > 0.0,
            "the events outside the gates of the target's files are mixed in as they are",
        ),
        ("--dead", args.dead > 0.0, "the events outside the gates of the target's files are mixed in as they are"),
        ("--target-labels", args.target_labels.is_some(), "give an FCS file of the wanted events alone"),
    ];
    match given.into_iter().find(|g| g.1) {
        Some((option, _, why)) => Err(AppError::usage(
            format!("{option} is of expression matrices, and {} is an FCS file", base_name(&args.target)),
            format!("leave it out: {why}"),
        )),
        None => Ok(()),
    }
}

/// Reads and gates every file; the files to be hashed beside.
fn read(
    args: &SpikeArgs,
    plan: &Plan,
    given: &Given,
    definitions: &EventMethod,
    settings: &EventSettings<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<(Vec<EventFile>, Vec<InputFile>), AppError> {
    let options = options(&args.events)?;
    let (mut files, mut inputs) = (Vec::new(), Vec::new());
    let mut dye: Option<String> = None;
    for (number, (group, file, labels)) in plan.parts.iter().enumerate() {
        let path = &plan.files[*file];
        let name = base_name(path);
        if let Some(labels) = labels {
            return Err(AppError::usage(
                format!("{name} is an FCS file, which has no column of labels such as '{}'", labels.column),
                "give an FCS file of the wanted events alone",
            ));
        }
        if let Some(before) = plan.parts[..number].iter().find(|part| part.1 == *file) {
            return Err(AppError::usage(
                format!(
                    "the events of {name} are meant as {} and again as {}",
                    plan.groups[before.0], plan.groups[*group]
                ),
                "give each file once",
            ));
        }
        let mut of_file = Vec::new();
        let loaded = open_events(path, &options)?.into_value(&mut of_file);
        let measured = measured(loaded, given)?;
        if number == 0 {
            let channels = measured.events.channels();
            let found = find_markers(channels, &definitions.markers, &definitions.profile, &given.assignments)?.value;
            check_compensation(&measured, &found, given, &name)?;
            dye = found.viability.map(|c| channels[c].name.clone());
        }
        let viability = dye.as_deref().and_then(|name| measured.events.channel(name));
        let mask = gate_file(measured.clone(), viability, settings)?.into_value(&mut of_file);
        warnings.extend(of_file.into_iter().map(|w| Warning::new(w.code, format!("{name}: {}", w.message))));
        inputs.push(input_file(path, "FCS")?);
        files.push(EventFile { name, group: *group, measured, mask });
    }
    inputs.extend(inputs_beside(&args.events, given)?);
    Ok((files, inputs))
}
