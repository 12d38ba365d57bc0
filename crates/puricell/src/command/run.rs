//! `puricell run`: one lot, from a file to a result folder.

pub(super) mod captures;
mod cells;
pub(super) mod events;
pub(super) mod prepared;
pub(super) mod repeat;

use std::path::Path;

use puricell_core::Warning;
use puricell_purity::{Denominator, Level, RowRole, Status, group_thousands, sentence_by};
use puricell_report::Model;
use puricell_report::model::InputFile;

use super::definitions::base_name;
use crate::cli::RunArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::{OutputFolder, hash_file};
use crate::pipeline::Analysis;
use crate::record::{Made, Origin, Record};
use crate::timing::Clock;
use cells::Inputs;

pub(super) fn run(args: &RunArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let clock = Clock::start(n_threads, log);
    let record = Record::start(&args.out, Origin::here(&args.attribution, n_threads));
    let ended = match args.input.iter().find(|input| is_events(input)) {
        Some(events) if args.input.len() > 1 => Err(AppError::usage(
            format!("several inputs are captures of one lot, and {} is an FCS file", base_name(events)),
            "run each FCS file by itself: a tube of a panel is a run of its own",
        )),
        Some(_) => events::run(args, &record, log, clock),
        None => cells::run(args, Inputs::Matrices, &record, log, clock),
    };
    record.end(&ended, log);
    ended
}

/// `puricell join`: the same from captures that were prepared.
pub(super) fn join(args: &RunArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let of_preparation =
        [("--layer", args.layer.is_some()), ("--genome", args.genome.is_some()), ("--raw", !args.raw.is_empty())];
    if let Some((option, _)) = of_preparation.into_iter().find(|o| o.1) {
        return Err(AppError::usage(
            format!("{option} is given when a capture is prepared, not when captures are joined"),
            format!("puricell prepare CAPTURE {option} ... --out FILE.capture.h5"),
        ));
    }
    if args.from.is_some() {
        return Err(AppError::usage(
            "--from repeats a run, and puricell join is none",
            "puricell run --from MANIFEST --files FOLDER takes the manifest of a joined lot and the captures as they were",
        ));
    }
    let clock = Clock::start(n_threads, log);
    let record = Record::start(&args.out, Origin::here(&args.attribution, n_threads));
    let ended = cells::run(args, Inputs::Prepared, &record, log, clock);
    record.end(&ended, log);
    ended
}

/// Whether a file is of events. One that is called so is read as such, so that what is wrong with it is said in its terms.
pub(super) fn is_events(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("fcs")) || puricell_io::is_fcs(path)
}

pub(super) fn warn(warnings: &[Warning], log: &Log) {
    for warning in warnings {
        log.warn(warning.code, &warning.message);
    }
}

pub(super) fn input_file(path: &Path, kind: &str) -> Result<InputFile, AppError> {
    let (bytes, sha256) = hash_file(path).map_err(|source| AppError::Read { path: path.to_owned(), source })?;
    Ok(InputFile { name: base_name(path), kind: Some(kind.to_owned()), bytes, sha256 })
}

/// Writes what may vary, makes the folder appear, and says what was found; `prepared` are the files read in place of the inputs.
fn publish<M>(
    folder: OutputFolder,
    (analysis, model, prepared): (&Analysis<M>, &Model, &[InputFile]),
    args: &RunArgs,
    record: &Record,
    log: &Log,
    clock: &mut Clock,
    of: &str,
) -> Result<Exit, AppError> {
    let timing = serde_json::to_string_pretty(&clock.timing())
        .map_err(|e| AppError::Encode { file: "timing.json", message: e.to_string() })?;
    folder.write_unhashed("timing.json", timing.as_bytes())?;
    let fails =
        analysis.judgement.as_ref().is_some_and(|j| j.overall != Status::Meets && j.overall != Status::Informative);
    let exit = if args.fail_on_spec && fails { Exit::SpecNotMet } else { Exit::Done };
    let made = Made {
        result: analysis.judgement.as_ref().map_or("no specification", |j| j.overall.name()),
        inputs: &model.inputs,
        prepared,
        definitions: &model.definitions,
        parameters: &model.parameters,
    };
    let head = record.finish(&folder, exit, &made)?;
    folder.publish()?;

    log.finish();
    for line in summary(analysis, of) {
        log.info(&line);
    }
    log.info(&format!("record closed with SHA-256 {head}"));
    log.info(&format!("open {}", args.out.join("report.html").display()));
    Ok(exit)
}

/// The composition of the viable singlets in a few lines.
fn summary<M>(analysis: &Analysis<M>, of: &str) -> Vec<String> {
    let mask = &analysis.mask;
    let mut lines = vec![format!("{} {of} loaded, {} kept", mask.n_loaded(), mask.n_kept())];
    let method = analysis.composition.interval;
    let rows = analysis.composition.rows.iter();
    for row in rows.filter(|r| r.denominator == Denominator::ViableSinglets && r.parent.is_none()) {
        let counted = row.k.and_then(|k| puricell_purity::Proportion::new(k, row.n).ok());
        let result = match counted {
            None => "not reportable".to_owned(),
            Some(p) if row.role == RowRole::Target && analysis.product.is_refused() => {
                format!("{} of {}; no purity is claimed", group_thousands(p.k()), group_thousands(p.n()))
            }
            Some(p) => sentence_by(p, Level::P95, method),
        };
        lines.push(format!("  {:<16} {result}", row.class));
    }
    let mixture = analysis.product.mixture.as_ref().filter(|_| !analysis.product.is_refused());
    let declared = mixture.and_then(|m| m.purity_of(Denominator::ViableSinglets)?.counted);
    lines.extend(declared.map(|p| format!("  declared together: {}", sentence_by(p, Level::P95, method))));
    lines.extend(analysis.product.screens.iter().map(|s| format!("screen: {}", s.sentence)));
    lines.extend(analysis.product.transgenes.iter().map(|t| format!("transgene {}", t.sentence)));
    if let Some(judgement) = &analysis.judgement {
        lines.push(format!("verdict: {}", judgement.overall.name().replace('_', " ")));
    }
    lines
}
