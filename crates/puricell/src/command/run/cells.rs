//! A lot measured by its expression.

use std::borrow::Cow;

use puricell_core::{CellTable, Seed};
use puricell_io::{Backend, Counts, Lot, ReadOptions};
use puricell_purity::resolve;

use super::super::definitions::{self, base_name};
use super::super::{locked, naming, parameters};
use super::captures::{self, Joined};
use super::{prepared, publish, warn};
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

/// Where the captures of a lot come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inputs {
    /// The inputs are matrices.
    Matrices,
    /// The inputs are captures that were prepared.
    Prepared,
}

pub(super) fn run(
    args: &RunArgs,
    inputs: Inputs,
    record: &Record,
    log: &Log,
    mut clock: Clock,
) -> Result<Exit, AppError> {
    if let Some(option) = args.events.first_given() {
        return Err(AppError::usage(
            format!("{option} is of FCS files, and {} is none", base_name(args.input())),
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
    let plan = memory::streaming(limit);
    let options = ReadOptions {
        layer: args.layer.clone(),
        genome: args.genome.clone(),
        backend: backend(args),
        streaming: Some(captures::streaming(args.input.len(), plan)),
    };
    let (captures, prepared, args) = match inputs {
        Inputs::Matrices => {
            let captures = captures::read_all(&args.input, &args.raw, &options, log, &mut clock)?;
            (captures, Vec::new(), Cow::Borrowed(args))
        }
        Inputs::Prepared => {
            let prepared = prepared::open_all(&args.input, &options, log, &mut clock)?;
            let args = prepared.as_run(args);
            (prepared.captures, prepared.files, Cow::Owned(args))
        }
    };
    let args = args.as_ref();
    let mut reading = definitions.rules.warnings.clone();
    let joined = clock.part("read", || captures::join(captures, &plan))?.into_value(&mut reading);
    let Joined { lot, rows, droplets, inputs, name, captures, matrix } = joined;
    say_memory(&lot.counts, limit, args.h5ad, log);
    let resolved = resolve(&definitions.profile, &definitions.panels, &lot.features)?;
    outputs::check_declared(&definitions.profile, &definitions.metadata, resolved.value.species)?;
    let Lot { counts, cells, features } = lot;
    let explained = rows_of(&args.explain, &cells)?;
    let settings = CellSettings {
        captures: &rows,
        droplets: &droplets,
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
        input_name: name,
        captures,
        inputs,
        parameters: parameters::parameters(args, &definitions, &matrix),
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
    publish(folder, (&analysis, &model, &prepared), args, record, log, &mut clock, "cells")
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
