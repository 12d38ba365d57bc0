//! Captures that `puricell prepare` wrote, and the command line that a run of their originals would have had.

use std::path::{Path, PathBuf};

use puricell_core::Warning;
use puricell_io::{PreparedCapture, ReadOptions, open_capture};
use puricell_purity::ambient::EmptyDroplets;
use puricell_report::model::{InputFile, ReportWarning};
use serde::{Deserialize, Serialize};

use super::super::definitions::base_name;
use super::captures::{Capture, RawMatrix, called};
use super::input_file;
use crate::arguments::Argument;
use crate::cli::{RunArgs, in_order_of_run};
use crate::error::AppError;
use crate::log::Log;
use crate::seal;
use crate::timing::Clock;

/// What a prepared capture says of itself beside its counts.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::command) struct About {
    /// The version of the program that read the original.
    version: String,
    /// Base name of the original.
    name: String,
    /// The matrix within it.
    matrix: String,
    /// `--layer` and `--genome`, where they were given.
    layer: Option<String>,
    genome: Option<String>,
    /// The files of the original.
    files: Vec<InputFile>,
    raw: Option<AboutRaw>,
    /// What there was to say of reading it.
    warnings: Vec<ReportWarning>,
}

/// The same of the raw matrix; what each feature has stands beside.
#[derive(Debug, Serialize, Deserialize)]
struct AboutRaw {
    name: String,
    files: Vec<InputFile>,
    droplets: usize,
    molecules: u64,
}

impl About {
    /// What is to be said of a capture.
    pub(in crate::command) fn of(capture: &Capture, options: &ReadOptions) -> Self {
        let warning = |w: &Warning| ReportWarning { code: w.code.to_owned(), message: w.message.clone() };
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            name: capture.name.clone(),
            matrix: capture.matrix.clone(),
            layer: options.layer.clone(),
            genome: options.genome.clone(),
            files: capture.files.clone(),
            raw: capture.raw.as_ref().map(|raw| AboutRaw {
                name: raw.name.clone(),
                files: raw.files.clone(),
                droplets: raw.droplets.n,
                molecules: raw.droplets.molecules,
            }),
            warnings: capture.warnings.iter().map(warning).collect(),
        }
    }
}

/// The captures of a lot as they were prepared.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) captures: Vec<Capture>,
    /// The files that were read, for the record of the run: the report speaks of the originals.
    pub(super) files: Vec<InputFile>,
    layer: Option<String>,
    genome: Option<String>,
}

/// Checks and opens prepared captures.
pub(super) fn open_all(
    paths: &[PathBuf],
    options: &ReadOptions,
    log: &Log,
    clock: &mut Clock,
) -> Result<Prepared, AppError> {
    let n = paths.len();
    let mut all = Prepared { captures: Vec::with_capacity(n), files: Vec::with_capacity(n), layer: None, genome: None };
    let mut first: Option<String> = None;
    for (i, path) in paths.iter().enumerate() {
        clock.part("hash", || seal::check(path))?;
        all.files.push(clock.part("hash", || input_file(path, "prepared capture"))?);
        let (mut capture, about) = clock.part("read", || open(path, options))?;
        if about.version != env!("CARGO_PKG_VERSION") {
            capture.warnings.push(Warning::new(
                "other_version",
                format!("prepared by puricell {}, and joined by {}", about.version, env!("CARGO_PKG_VERSION")),
            ));
        }
        let (n_cells, n_genes) = (capture.lot.cells.len(), capture.lot.features.len());
        log.info(&format!("{}: {} prepared, {n_cells} cells x {n_genes} genes", base_name(path), capture.name));
        match &first {
            None => {
                (all.layer, all.genome) = (about.layer, about.genome);
                first = Some(called(i, &base_name(path)));
            }
            Some(first) => {
                let alike = [("--layer", &all.layer, &about.layer), ("--genome", &all.genome, &about.genome)];
                if let Some((option, a, b)) = alike.into_iter().find(|(_, a, b)| a != b) {
                    let (a, b) = (a.as_deref().unwrap_or("none"), b.as_deref().unwrap_or("none"));
                    return Err(AppError::usage(
                        format!(
                            "{first}, and {}, were prepared with other {option}: {a} and {b}",
                            called(i, &base_name(path))
                        ),
                        "prepare the captures of a lot with the same options",
                    ));
                }
            }
        }
        all.captures.push(capture);
    }
    let with_raw = |has: bool| all.captures.iter().position(|c| c.raw.is_some() == has);
    if let (Some(with), Some(without)) = (with_raw(true), with_raw(false)) {
        let name = |i: usize| called(i, &all.captures[i].name);
        return Err(AppError::usage(
            format!("{}, was prepared with its raw matrix, and {}, without", name(with), name(without)),
            "each capture has empty droplets of its own: prepare all with --raw, or none",
        ));
    }
    Ok(all)
}

fn open(path: &Path, options: &ReadOptions) -> Result<(Capture, About), AppError> {
    let PreparedCapture { lot, about, ambient } = open_capture(path, options)?;
    let contradicts = |message: String| AppError::Channels {
        message: format!("{}: {message}", base_name(path)),
        hint: "prepare the capture anew with `puricell prepare`".into(),
    };
    let about: About =
        serde_json::from_str(&about).map_err(|e| contradicts(format!("what it says of itself cannot be read: {e}")))?;
    let raw = match (&about.raw, ambient) {
        (Some(raw), Some(of_feature)) if of_feature.len() == lot.features.len() => Some(RawMatrix {
            name: raw.name.clone(),
            files: raw.files.clone(),
            droplets: EmptyDroplets { n: raw.droplets, molecules: raw.molecules, of_feature },
        }),
        (None, None) => None,
        _ => return Err(contradicts("its empty droplets are not those that it speaks of".to_owned())),
    };
    // A few words for the life of the program: codes are known when it is built, these were when the file was written.
    let warning = |w: &ReportWarning| Warning::new(w.code.clone().leak(), w.message.clone());
    let capture = Capture {
        name: about.name.clone(),
        lot,
        matrix: about.matrix.clone(),
        files: about.files.clone(),
        raw,
        warnings: about.warnings.iter().map(warning).collect(),
    };
    Ok((capture, about))
}

impl Prepared {
    /// The command line of the run of the originals that gives the same result: the manifest holds it, and a run can be repeated
    /// from it without the prepared files.
    pub(super) fn as_run(&self, args: &RunArgs) -> RunArgs {
        let inputs: Vec<String> = self.captures.iter().map(|c| c.name.clone()).collect();
        let raws: Vec<String> = self.captures.iter().filter_map(|c| Some(c.raw.as_ref()?.name.clone())).collect();
        let paths = |names: &[String]| names.iter().map(PathBuf::from).collect();
        let (input, raw) = (paths(&inputs), paths(&raws));
        let mut given: Vec<Argument> = args.given.iter().filter(|a| a.option.is_some()).cloned().collect();
        given.push(Argument { option: None, values: inputs });
        let chosen = [("--layer", &self.layer), ("--genome", &self.genome)];
        let chosen = chosen.into_iter().map(|(option, value)| (option, value.iter().cloned().collect()));
        for (option, values) in chosen.chain([("--raw", raws)]) {
            if !values.is_empty() {
                given.push(Argument { option: Some(option.to_owned()), values });
            }
        }
        in_order_of_run(&mut given);
        RunArgs { input, raw, layer: self.layer.clone(), genome: self.genome.clone(), given, ..args.clone() }
    }
}
