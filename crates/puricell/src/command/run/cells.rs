//! A lot measured by its expression.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use puricell_core::{Dataset, Seed};
use puricell_io::{Backend, ReadOptions};
use puricell_purity::ambient::{AmbientParams, EmptyDroplets, empty_droplets};
use puricell_purity::resolve;

use super::super::definitions::{self, base_name};
use super::super::parameters;
use super::{input_file, publish, start_folder, warn};
use crate::assemble::{Context, assemble_cells};
use crate::cli::RunArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::outputs;
use crate::pipeline::{CellSettings, Settings, analyse_cells};
use crate::timing::Clock;

pub(super) fn run(args: &RunArgs, log: &Log, mut clock: Clock) -> Result<Exit, AppError> {
    if let Some(option) = args.events.first_given() {
        return Err(AppError::usage(
            format!("{option} is of FCS files, and {} is none", base_name(&args.input)),
            "leave it out, or look at the file with `puricell inspect`",
        ));
    }
    let definitions = definitions::load(args)?;
    let mut folder = start_folder(args)?;

    log.stage("reading");
    let options = ReadOptions { layer: args.layer.clone(), genome: args.genome.clone(), backend: backend(args) };
    let loaded = clock.stage("read", || puricell_io::open(&args.input, &options))?;
    let mut reading = definitions.rules.warnings.clone();
    let loaded = loaded.into_value(&mut reading);
    let (dataset, source) = (loaded.dataset, loaded.source);
    log.info(&format!(
        "{}: {}, {} cells x {} genes",
        base_name(&args.input),
        source.kind.name(),
        dataset.n_cells(),
        dataset.n_features()
    ));
    if dataset.counts().nnz() == 0 {
        return Err(AppError::NoData {
            message: format!(
                "{}: {} cells x {} genes, and not one molecule",
                base_name(&args.input),
                dataset.n_cells(),
                dataset.n_features()
            ),
            hint: "check which matrix the file holds with `puricell inspect`",
        });
    }
    let resolved = resolve(&definitions.profile, &definitions.panels, dataset.features())?;
    let (droplets, raw_files) = match &args.raw {
        Some(path) => {
            let (droplets, files) = clock.stage("raw", || empty(path, &dataset, &options))?;
            (Some(droplets), files)
        }
        None => (None, Vec::new()),
    };
    let explained = rows_of(&args.explain, &dataset)?;
    let settings = CellSettings {
        droplets: droplets.as_ref(),
        explained: &explained,
        profile: &definitions.profile,
        model: &definitions.model,
        settings: Settings {
            spec: definitions.spec.as_ref(),
            counting: &definitions.counting,
            seed: Seed(args.seed),
            structure: true,
            umap: !args.no_umap,
            k: definitions.profile.analysis.k,
            resolution: definitions.profile.analysis.resolution,
        },
    };
    let analysis = analyse_cells(&dataset, &settings, resolved, log, &mut clock)?;
    reading.extend(definitions.remarks.iter().cloned());
    warn(&reading, log);
    warn(&analysis.warnings, log);

    log.stage("hashing the input");
    let inputs = clock.stage("hash", || {
        let raw = raw_files.iter().map(|path| input_file(path, "raw matrix"));
        let lot = source.files.iter().map(|path| input_file(path, source.kind.name()));
        lot.chain(raw).collect::<Result<Vec<_>, AppError>>()
    })?;
    let profile = &definitions.profile;
    let is_mixture = profile.mixture.is_some();
    let context = Context {
        // The name by ISCT is that of a mixture as a whole.
        target_name: if is_mixture { profile.target.name_en.clone() } else { profile.isct_name.clone() },
        product: if is_mixture {
            format!("{}, {}", profile.name_en, profile.isct_name)
        } else {
            format!("mesenchymal stromal cells, {}", profile.isct_name)
        },
        tissue_source: Some(profile.tissue_source.clone()),
        metadata: &definitions.metadata,
        input_name: base_name(&args.input),
        inputs,
        parameters: parameters::parameters(args, &definitions, &source.matrix),
        deviations: parameters::deviations(&definitions),
        definitions: definitions.listed.clone(),
        spec: definitions.spec.as_ref(),
        profile: Some(profile),
        rules: &definitions.rules.outcomes,
        seed: args.seed,
        reading,
    };
    let model = assemble_cells(context, &analysis);
    outputs::write_cells(&mut folder, &dataset, &analysis, &model, args.h5ad, log, &mut clock)?;
    publish(folder, &analysis, args, log, &mut clock, "cells")
}

/// The empty droplets of the raw matrix, which are the barcodes that are none of the lot's, and the files read.
fn empty(path: &Path, lot: &Dataset, options: &ReadOptions) -> Result<(EmptyDroplets, Vec<PathBuf>), AppError> {
    let options = ReadOptions { layer: None, ..options.clone() };
    let puricell_io::Loaded { dataset: raw, source } = puricell_io::open(path, &options)?.value;
    let name = base_name(path);
    if raw.features().ids != lot.features().ids {
        return Err(AppError::Channels {
            message: format!("{name} has other features than the lot: {} and {}", raw.n_features(), lot.n_features()),
            hint: "give the raw matrix of the same run of the same pipeline".into(),
        });
    }
    let cells: BTreeSet<&str> = lot.cells().ids.iter().map(String::as_str).collect();
    let is_cell: Vec<bool> = raw.cells().ids.iter().map(|id| cells.contains(id.as_str())).collect();
    let n_found = is_cell.iter().filter(|&&c| c).count();
    if n_found < lot.n_cells() {
        return Err(AppError::Channels {
            message: format!("{name} holds {n_found} of the lot's {} barcodes", lot.n_cells()),
            hint: "give the raw matrix of the same run of the same pipeline".into(),
        });
    }
    Ok((empty_droplets(raw.counts(), &is_cell, &AmbientParams::default())?, source.files))
}

#[cfg(feature = "libhdf5")]
fn backend(args: &RunArgs) -> Backend {
    match args.hdf5 {
        crate::cli::Hdf5Reader::Rust => Backend::Pure,
        crate::cli::Hdf5Reader::C => Backend::LibHdf5,
    }
}

#[cfg(not(feature = "libhdf5"))]
fn backend(_: &RunArgs) -> Backend {
    Backend::Pure
}

/// Rows of the cells named by `--explain`.
fn rows_of(ids: &[String], dataset: &Dataset) -> Result<Vec<usize>, AppError> {
    let known = &dataset.cells().ids;
    ids.iter()
        .map(|id| {
            known.iter().position(|k| k == id).ok_or_else(|| {
                let example = known.first().map_or("", String::as_str);
                AppError::usage(
                    format!("--explain names cell '{id}', which is not in the input"),
                    format!("cells are named as in the file, such as {example}"),
                )
            })
        })
        .collect()
}
