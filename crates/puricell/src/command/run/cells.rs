//! A lot measured by its expression.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use puricell_core::{CellTable, CountPass, Seed};
use puricell_io::{Backend, Counts, LoadedLot, Lot, ReadOptions};
use puricell_purity::ambient::{AmbientParams, EmptyDroplets, checked_droplets, droplets_pass};
use puricell_purity::resolve;

use super::super::definitions::{self, base_name};
use super::super::{locked, naming, parameters};
use super::{input_file, publish, warn};
use crate::assemble::{Context, assemble_cells};
use crate::cli::{H5adContent, RunArgs};
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::memory::{self, MemoryLimit};
use crate::output::{Existing, OutputFolder};
use crate::outputs::{self, LotTerms};
use crate::pipeline::{CellSettings, KeepCounts, Settings, analyse_cells};
use crate::record::Record;
use crate::timing::Clock;

pub(super) fn run(args: &RunArgs, record: &Record, log: &Log, mut clock: Clock) -> Result<Exit, AppError> {
    if let Some(option) = args.events.first_given() {
        return Err(AppError::usage(
            format!("{option} is of FCS files, and {} is none", base_name(&args.input)),
            "leave it out, or look at the file with `puricell inspect`",
        ));
    }
    let definitions = definitions::load(args)?;
    let deviations = parameters::deviations(&definitions);
    locked::check(args, &definitions.listed, &deviations)?;
    let folder = OutputFolder::start(&args.out, Existing::forced(args.force))?;

    log.stage("reading");
    let limit = memory::resolve(args.memory_limit);
    clock.memory_limit(limit);
    let options = ReadOptions {
        layer: args.layer.clone(),
        genome: args.genome.clone(),
        backend: backend(args),
        streaming: Some(memory::streaming(limit)),
    };
    let loaded = clock.part("read", || puricell_io::open_lot(&args.input, &options))?;
    let mut reading = definitions.rules.warnings.clone();
    let LoadedLot { lot, source } = loaded.into_value(&mut reading);
    let (n_cells, n_genes) = (lot.cells.len(), lot.features.len());
    let name = base_name(&args.input);
    log.info(&format!("{name}: {}, {n_cells} cells x {n_genes} genes", source.kind.name()));
    if lot.counts.nnz() == 0 {
        return Err(AppError::NoData {
            message: format!("{name}: {n_cells} cells x {n_genes} genes, and not one molecule"),
            hint: "check which matrix the file holds with `puricell inspect`",
        });
    }
    say_memory(&lot.counts, limit, args.h5ad, log);
    let resolved = resolve(&definitions.profile, &definitions.panels, &lot.features)?;
    let (droplets, raw_files) = match &args.raw {
        Some(path) => {
            let (droplets, files) = clock.stage("raw", || empty(path, &lot, &options))?;
            (Some(droplets), files)
        }
        None => (None, Vec::new()),
    };
    let Lot { counts, cells, features } = lot;
    let explained = rows_of(&args.explain, &cells)?;
    let settings = CellSettings {
        droplets: droplets.as_ref(),
        explained: &explained,
        keep: match args.h5ad {
            H5adContent::None => KeepCounts::None,
            H5adContent::Light => KeepCounts::Analysed,
            H5adContent::Full => KeepCounts::All,
        },
        states: true,
        compared: Some(&cells),
        profile: &definitions.profile,
        model: &definitions.model,
        settings: Settings {
            spec: definitions.spec.as_ref(),
            counting: &definitions.counting,
            seed: Seed(args.seed),
            structure: true,
            umap: !args.no_umap,
            k: definitions.profile.analysis.k,
            exact_up_to: args.exact_neighbours,
            resolution: definitions.profile.analysis.resolution,
        },
    };
    let analysis = analyse_cells(counts, &features, &settings, resolved, log, &mut clock)?;
    reading.extend(definitions.remarks.iter().cloned());
    let names = [definitions.profile.name_en.as_str(), &definitions.profile.name_zh];
    reading.extend(naming::check(&definitions.metadata, &names, definitions.spec.as_ref()));
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
        deviations,
        definitions: definitions.listed.clone(),
        spec: definitions.spec.as_ref(),
        profile: Some(profile),
        rules: &definitions.rules.outcomes,
        seed: args.seed,
        reading,
    };
    let model = assemble_cells(context, &cells, &analysis);
    let terms = LotTerms::new(profile, &definitions.metadata, analysis.resolved.species, &model.lot)?;
    outputs::write_cells(&folder, (&cells, &features), &analysis, (&model, &terms), args, log, &mut clock)?;
    publish(folder, (&analysis, &model), args, record, log, &mut clock, "cells")
}

/// Says what the limit of memory means for this lot. Not in the report, which is the same with any limit.
fn say_memory(counts: &Counts, limit: MemoryLimit, h5ad: H5adContent, log: &Log) {
    let gib = |bytes: f64| format!("{:.2} GiB", bytes / f64::from(1 << 30));
    let (of, source) = (gib(limit.bytes as f64), limit.source.name());
    let (n_cells, nnz) = (counts.n_rows(), counts.nnz());
    let plan = memory::streaming(limit);
    match counts {
        Counts::Streamed(_) => {
            log.info(&format!("the matrix is read in parts, each time it is needed, to stay within {of} ({source})"));
        }
        Counts::InMemory(_) if plan.applies(n_cells, nnz) => log.warn(
            "matrix_not_streamed",
            &format!(
                "the matrix may not fit in {of} ({source}), and a file of this kind is read as a whole; a 10x HDF5 file or an \
                 h5ad file of sparse rows can be read in parts"
            ),
        ),
        Counts::InMemory(_) => {}
    }
    if h5ad == H5adContent::Full && plan.applies(n_cells, nnz) {
        log.warn(
            "full_h5ad_in_memory",
            &format!(
                "--h5ad full holds the counts of all kept cells at once, which may not fit in {of} ({source}); --h5ad light \
                 holds the analysed genes only"
            ),
        );
    }
    let least = plan.others(n_cells, nnz);
    if least > limit.bytes as f64 {
        log.warn(
            "memory_limit_low",
            &format!(
                "{n_cells} cells may need {} beside the matrix, more than the limit of {of} ({source})",
                gib(least)
            ),
        );
    }
}

/// The empty droplets of the raw matrix, which are the barcodes that are none of the lot's, and the files read.
fn empty(path: &Path, lot: &Lot, options: &ReadOptions) -> Result<(EmptyDroplets, Vec<PathBuf>), AppError> {
    let options = ReadOptions { layer: None, ..options.clone() };
    let LoadedLot { lot: raw, source } = puricell_io::open_lot(path, &options)?.value;
    let name = base_name(path);
    if raw.features.ids != lot.features.ids {
        return Err(AppError::Channels {
            message: format!(
                "{name} has other features than the lot: {} and {}",
                raw.features.len(),
                lot.features.len()
            ),
            hint: "give the raw matrix of the same run of the same pipeline".into(),
        });
    }
    let cells: BTreeSet<&str> = lot.cells.ids.iter().map(String::as_str).collect();
    let is_cell: Vec<bool> = raw.cells.ids.iter().map(|id| cells.contains(id.as_str())).collect();
    let n_found = is_cell.iter().filter(|&&c| c).count();
    if n_found < lot.cells.len() {
        return Err(AppError::Channels {
            message: format!("{name} holds {n_found} of the lot's {} barcodes", lot.cells.len()),
            hint: "give the raw matrix of the same run of the same pipeline".into(),
        });
    }
    let params = AmbientParams::default();
    let mut pass = droplets_pass(raw.features.len(), &is_cell, &params);
    let mut blocks = raw.counts.blocks();
    while let Some((first, block)) = blocks.next()? {
        pass.take(first, &block);
    }
    let [droplets] = pass.finish();
    Ok((checked_droplets(droplets, &params)?, source.files))
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
fn rows_of(ids: &[String], cells: &CellTable) -> Result<Vec<usize>, AppError> {
    let known = &cells.ids;
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
