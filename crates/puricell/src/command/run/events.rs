//! A lot measured by a cytometer.

pub(in crate::command) mod given;

use puricell_core::{ChannelKind, Noted, Seed, Warning};
use puricell_io::{EventOptions, LoadedEvents, open_events};
use puricell_prep::cyto::Spillover;
use puricell_prep::cyto::positivity::ControlParams;
use puricell_prep::cyto::quality::{DebrisParams, QualityParams, SingletParams, TimeParams, ViabilityParams};
use puricell_purity::Profile;
use puricell_purity::events::{CytoProfile, EventModel};
use puricell_report::model as report;
use puricell_report::model::InputFile;

use super::super::definitions::{self, base_name};
use super::super::{locked, naming, parameters};
use super::{input_file, publish, warn};
use crate::assemble::{Acquisition, Context, assemble_events};
use crate::cli::{EventArgs, RunArgs};
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::{Existing, OutputFolder};
use crate::outputs;
use crate::pipeline::{
    EventSettings, MarkerColumns, Measured, MeasuredControl, ScaleParams, Settings, ThresholdParams, analyse_events,
    find_markers, target_events,
};
use crate::record::Record;
use crate::timing::Clock;
use given::{Compensation, Given};

pub(super) fn run(args: &RunArgs, record: &Record, log: &Log, mut clock: Clock) -> Result<Exit, AppError> {
    refuse_options_of_cells(args)?;
    let definitions = definitions::load_events(args)?;
    let deviations = parameters::deviations_of_events(args, &definitions);
    locked::check(args, &definitions.listed, &deviations)?;
    let given = Given::read(&args.events)?;
    let folder = OutputFolder::start(&args.out, Existing::forced(args.force))?;

    log.stage("reading");
    let mut reading = definitions.rules.warnings.clone();
    let options = options(&args.events)?;
    let loaded = clock.stage("read", || open_events(args.input(), &options))?.into_value(&mut reading);
    log.info(&format!(
        "{}: {}, {} events x {} channels",
        base_name(args.input()),
        loaded.version,
        loaded.events.n_events(),
        loaded.events.n_channels()
    ));
    let channels =
        find_markers(loaded.events.channels(), &definitions.markers, &definitions.profile, &given.assignments)?;
    check_named(&given, &channels.value)?;
    let acquisition = acquisition(&loaded, &given);
    let leniencies = loaded.leniencies.join(", ");
    let measured = measured(loaded, &given)?;
    check_compensation(&measured, &channels.value, &given, &base_name(args.input()))?;
    let controls = clock.stage("read", || controls(&given, &options, &mut reading))?;

    let analysis = &definitions.profile.analysis;
    let shared = Settings {
        spec: definitions.spec.as_ref(),
        counting: &definitions.counting,
        seed: Seed(args.seed),
        structure: true,
        umap: !args.no_umap,
        k: analysis.k,
        exact_up_to: args.exact_neighbours,
        resolution: analysis.resolution,
    };
    let settings = settings(&definitions.profile, definitions.product.as_ref(), &definitions.model, &given, shared);
    let analysis = analyse_events(measured, controls, channels, &settings, log, &mut clock)?;
    let expression = clock.stage("target", || target_events(&analysis.measured));
    reading.extend(definitions.remarks.iter().cloned());
    let names = definitions.product.as_ref().map(|p| [p.name_en.as_str(), &p.name_zh]);
    let names = names.as_ref().map_or(&[][..], |names| names);
    reading.extend(naming::check(&definitions.metadata, names, definitions.spec.as_ref()));
    warn(&reading, log);
    warn(&analysis.warnings, log);

    log.stage("hashing the input");
    let inputs = clock.stage("hash", || inputs(args, &given))?;
    let profile = &definitions.profile;
    let target_name = profile.isct_name.clone().unwrap_or_else(|| profile.target.name_en.clone());
    let context = Context {
        product: match &profile.isct_name {
            Some(name) => format!("mesenchymal stromal cells, {name}"),
            None => profile.target.name_en.clone(),
        },
        target_name,
        tissue_source: profile.tissue_source.clone(),
        metadata: &definitions.metadata,
        input_name: base_name(args.input()),
        captures: Vec::new(),
        inputs,
        parameters: parameters::of_events(args, &definitions, &leniencies),
        deviations,
        definitions: definitions.listed.clone(),
        spec: definitions.spec.as_ref(),
        profile: definitions.product.as_ref(),
        rules: &definitions.rules.outcomes,
        seed: args.seed,
        reading,
    };
    let model = assemble_events(context, &analysis, &definitions.model, acquisition);
    outputs::write_events(&folder, (&analysis, &expression), &model, args, log, &mut clock)?;
    publish(folder, (&analysis, &model, &[]), args, record, log, &mut clock, "events")
}

pub(in crate::command) fn options(args: &EventArgs) -> Result<EventOptions, AppError> {
    let lenient = args
        .lenient
        .iter()
        .map(|name| name.parse::<puricell_io::Leniency>())
        .collect::<Result<Vec<_>, String>>()
        .map_err(|message| AppError::Usage { message: format!("--lenient: {message}"), hint: None })?;
    let data_set = args.data_set.map_or(0, |n| n.get() - 1);
    Ok(EventOptions { lenient: lenient.into_iter().collect(), data_set })
}

fn refuse_options_of_cells(args: &RunArgs) -> Result<(), AppError> {
    let given = [
        ("--layer", args.layer.is_some()),
        ("--genome", args.genome.is_some()),
        ("--raw", !args.raw.is_empty()),
        ("--explain", !args.explain.is_empty()),
    ];
    match given.into_iter().find(|g| g.1) {
        Some((option, _)) => Err(AppError::usage(
            format!("{option} is of expression matrices, and {} is an FCS file", base_name(args.input())),
            "leave it out",
        )),
        None => Ok(()),
    }
}

pub(in crate::command) fn check_named(given: &Given, channels: &MarkerColumns) -> Result<(), AppError> {
    for (option, marker) in given.named() {
        if !channels.markers.iter().any(|m| m.0 == marker) {
            let known: Vec<&str> = channels.markers.iter().map(|m| m.0.as_str()).collect();
            return Err(AppError::usage(
                format!("{option} {marker}: no channel measures {marker}; those measured are {}", known.join(", ")),
                format!(
                    "markers go by the names of `puricell profile show markers`; where the file does not name it, say \
                     --marker {marker}=CHANNEL"
                ),
            ));
        }
    }
    Ok(())
}

/// The events with the matrix that belongs to them.
pub(in crate::command) fn measured(loaded: LoadedEvents, given: &Given) -> Result<Measured, AppError> {
    let of_file = loaded.spillover.map(|s| Spillover::new(s.channels, s.matrix)).transpose();
    let of_file = of_file.map_err(AppError::stage("compensation"))?;
    let (file, given) = match &given.compensation {
        Compensation::OfFile => (of_file, None),
        Compensation::None => (None, None),
        Compensation::Given(matrix, _) => (of_file, Some(matrix.clone())),
    };
    Ok(Measured { events: loaded.events, file_spillover: file, given_spillover: given })
}

/// Dyes are seen in the detectors of others: without a matrix, and without the word that none is needed, counts are wrong.
pub(in crate::command) fn check_compensation(
    measured: &Measured,
    channels: &MarkerColumns,
    given: &Given,
    name: &str,
) -> Result<(), AppError> {
    let is_light = |column: usize| measured.events.channels()[column].kind == ChannelKind::Fluorescence;
    let n = channels.markers.iter().filter(|m| is_light(m.1)).count();
    let has_matrix = measured.file_spillover.is_some() || measured.given_spillover.is_some();
    if n < 2 || has_matrix || matches!(given.compensation, Compensation::None) {
        return Ok(());
    }
    Err(AppError::Channels {
        message: format!("{name} holds no spillover matrix, and {n} of its channels measure markers by fluorescence"),
        hint:
            "give the matrix with --compensation FILE (CSV); or say --compensation none, if the values are compensated \
               or unmixed already"
                .into(),
    })
}

pub(in crate::command) fn controls(
    given: &Given,
    options: &EventOptions,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<MeasuredControl>, AppError> {
    given
        .controls
        .iter()
        .map(|control| {
            let name = base_name(&control.path);
            let Noted { value: loaded, warnings: remarks } = open_events(&control.path, options)?;
            warnings
                .extend(remarks.into_iter().map(|w| Warning::new(w.code, format!("control {name}: {}", w.message))));
            let measured = measured(loaded, given)?;
            Ok(MeasuredControl { kind: control.kind, markers: control.markers.clone(), name, measured })
        })
        .collect()
}

/// What events are analysed with, by the profile, the model and what the user gives.
pub(in crate::command) fn settings<'a>(
    profile: &'a CytoProfile,
    product: Option<&'a Profile>,
    model: &'a EventModel,
    given: &'a Given,
    settings: Settings<'a>,
) -> EventSettings<'a> {
    let (qc, analysis) = (&profile.qc, &profile.analysis);
    EventSettings {
        profile,
        product,
        model,
        gates: given.gates.as_ref(),
        thresholds: &given.thresholds,
        quality: QualityParams {
            time: TimeParams {
                n_mads: qc.time_mads,
                min_rate_fold: qc.time_min_rate_fold,
                min_shift: qc.time_min_shift,
                ..TimeParams::default()
            },
            debris: DebrisParams { max_share_of_main: qc.debris_max_share, ..DebrisParams::default() },
            singlets: SingletParams {
                n_mads: qc.singlet_mads,
                min_fold: qc.singlet_min_fold,
                ..SingletParams::default()
            },
            viability: ViabilityParams {
                max_dead: qc.max_dead,
                min_separation: qc.min_dead_separation,
                ..ViabilityParams::default()
            },
            ..QualityParams::default()
        },
        scales: ScaleParams { cofactor_mass: analysis.cofactor_mass, ..ScaleParams::default() },
        positivity: ThresholdParams {
            control: ControlParams { quantile: analysis.control_quantile, ..ControlParams::default() },
            ..ThresholdParams::default()
        },
        sample: analysis.sample,
        som: (analysis.som_x, analysis.som_y),
        n_metaclusters: analysis.metaclusters,
        settings,
    }
}

/// Every file that the result rests on.
fn inputs(args: &RunArgs, given: &Given) -> Result<Vec<InputFile>, AppError> {
    let mut files = vec![input_file(args.input(), "FCS")?];
    files.extend(inputs_beside(&args.events, given)?);
    Ok(files)
}

/// The files that the command line gives beside a lot of events.
pub(in crate::command) fn inputs_beside(args: &EventArgs, given: &Given) -> Result<Vec<InputFile>, AppError> {
    let mut files = Vec::new();
    for control in &given.controls {
        files.push(input_file(&control.path, &format!("FCS, {}", control.kind.words()))?);
    }
    if let Some(path) = &args.gates {
        files.push(input_file(path, "Gating-ML")?);
    }
    if let (Compensation::Given(..), Some(path)) = (&given.compensation, &args.compensation) {
        files.push(input_file(path, "spillover matrix")?);
    }
    Ok(files)
}

/// How the events were measured, for the report.
fn acquisition(loaded: &LoadedEvents, given: &Given) -> Acquisition {
    let keyword = |name: &str| loaded.keywords.iter().find(|k| k.0 == name).map(|k| k.1.clone());
    let shown = ["$OP", "$INST", "$SRC", "$SMNO", "$CELLS", "$VOL", "$ORIGINALITY"];
    let joined = |parts: [Option<String>; 2]| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    Acquisition {
        instrument: report::Instrument {
            cytometer: loaded.cytometer.clone(),
            serial: keyword("$CYTSN"),
            software: keyword("CREATOR").or_else(|| keyword("$SYS")),
            format: Some(loaded.version.clone()),
            acquired: joined([keyword("$DATE"), keyword("$BTIM")]),
            keywords: shown
                .into_iter()
                .filter_map(|name| Some(report::Keyword { name: name.to_owned(), value: keyword(name)? }))
                .collect(),
        },
        compensation_source: match &given.compensation {
            Compensation::None => None,
            Compensation::Given(_, name) => Some(name.clone()),
            Compensation::OfFile => loaded.spillover.as_ref().map(|s| format!("{} of the file", s.keyword)),
        },
    }
}
