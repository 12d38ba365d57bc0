//! `puricell prepare`: one capture of a lot, read, checked, hashed and written in a form that reads fast.

use std::path::Path;

use puricell_io::write::write_capture;
use puricell_io::{Counts, ReadOptions};

use super::definitions::base_name;
use super::run;
use super::run::captures::Capture;
use super::run::is_events;
use super::run::prepared::About;
use crate::cli::PrepareArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::{Existing, write_whole};
use crate::seal;
use crate::timing::Clock;

pub(super) fn prepare(args: &PrepareArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    if is_events(&args.input) {
        return Err(AppError::usage(
            format!("{} is an FCS file, and captures are files of counts", base_name(&args.input)),
            "run each FCS file by itself: a tube of a panel is a run of its own",
        ));
    }
    check_out(&args.out, args.force)?;
    let mut clock = Clock::start(n_threads, log);
    log.stage("reading");
    let options = ReadOptions { layer: args.layer.clone(), genome: args.genome.clone(), ..ReadOptions::default() };
    let capture = Capture::read(&args.input, args.raw.as_deref(), &options, log, &mut clock)?;
    run::warn(&capture.warnings, log);
    let about = serde_json::to_string(&About::of(&capture, &options))
        .map_err(|e| AppError::Internal { place: "prepare", message: e.to_string() })?;
    let Counts::InMemory(counts) = &capture.lot.counts else {
        return Err(AppError::Internal { place: "prepare", message: "the counts are not in memory".into() });
    };
    log.stage("writing");
    let data = puricell_io::write::Capture {
        counts,
        barcodes: &capture.lot.cells.ids,
        features: &capture.lot.features,
        about: &about,
        ambient: capture.raw.as_ref().map(|raw| raw.droplets.of_feature.as_slice()),
    };
    write_whole(&args.out, Existing::forced(args.force), |path| {
        write_capture(path, &data)
            .map_err(|e| AppError::Encode { file: "the prepared capture", message: e.to_string() })?;
        seal::put(path).map_err(|source| AppError::Write { path: args.out.clone(), source })
    })?;
    log.finish();
    log.info(&format!("wrote {}; join the captures of a lot with `puricell join`", args.out.display()));
    Ok(Exit::Done)
}

/// Refuses to replace what is no prepared capture, or was not said to be replaced.
fn check_out(out: &Path, force: bool) -> Result<(), AppError> {
    if !out.exists() {
        return Ok(());
    }
    if !force {
        return Err(AppError::FileExists { path: out.to_owned() });
    }
    if seal::is_there(out) {
        return Ok(());
    }
    Err(AppError::usage(
        format!("{} is no prepared capture, so --force does not replace it", out.display()),
        "give another --out, or remove the file yourself",
    ))
}
