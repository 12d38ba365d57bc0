//! `puricell run`: one lot, from a matrix of counts to a result folder.

use puricell_core::Seed;
use puricell_io::{Backend, ReadOptions};
use puricell_purity::{Denominator, Status, resolve};
use puricell_report::model::InputFile;

use super::definitions::{self, base_name};
use super::parameters;
use crate::assemble::{Context, assemble};
use crate::cli::RunArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::{Existing, OutputFolder, hash_file};
use crate::outputs;
use crate::pipeline::{Analysis, Settings, analyse};
use crate::timing::Clock;

pub(super) fn run(args: &RunArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let mut clock = Clock::start(n_threads);
    if puricell_io::is_fcs(&args.input) {
        return Err(AppError::NoData {
            message: format!("{}: an FCS file; this version analyses expression matrices", base_name(&args.input)),
            hint: "look at its channels with `puricell inspect`",
        });
    }
    let definitions = definitions::load(args)?;
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let mut folder = OutputFolder::start(&args.out, existing)?;

    log.stage("reading");
    let options = ReadOptions { layer: args.layer.clone(), genome: args.genome.clone(), backend: backend(args) };
    let loaded = clock.stage("read", || puricell_io::open(&args.input, &options))?;
    let mut reading = Vec::new();
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
    let settings = Settings {
        profile: &definitions.profile,
        spec: definitions.spec.as_ref(),
        model: &definitions.model,
        seed: Seed(args.seed),
        umap: !args.no_umap,
    };
    let analysis = analyse(&dataset, &settings, resolved, log, &mut clock)?;
    for warning in reading.iter().chain(&analysis.warnings) {
        log.warn(warning.code, &warning.message);
    }

    log.stage("hashing the input");
    let inputs = clock.stage("hash", || {
        source
            .files
            .iter()
            .map(|path| {
                let (bytes, sha256) =
                    hash_file(path).map_err(|source| AppError::Read { path: path.clone(), source })?;
                Ok(InputFile { name: base_name(path), kind: Some(source.kind.name().to_owned()), bytes, sha256 })
            })
            .collect::<Result<Vec<_>, AppError>>()
    })?;
    let context = Context {
        dataset: &dataset,
        profile: &definitions.profile,
        metadata: &definitions.metadata,
        input_name: base_name(&args.input),
        inputs,
        parameters: parameters::parameters(args, &definitions, &source.matrix),
        deviations: parameters::deviations(&definitions),
        definitions: definitions.listed.clone(),
        spec: definitions.spec.as_ref(),
        seed: args.seed,
        reading,
    };
    let model = assemble(context, &analysis);
    outputs::write(&mut folder, &dataset, &analysis, &model, args.h5ad, log, &mut clock)?;
    let timing = serde_json::to_string_pretty(&clock.timing())
        .map_err(|e| AppError::Encode { file: "timing.json", message: e.to_string() })?;
    folder.write_unhashed("timing.json", timing.as_bytes())?;
    folder.publish()?;

    log.finish();
    for line in summary(&analysis) {
        log.info(&line);
    }
    log.info(&format!("open {}", args.out.join("report.html").display()));
    let fails =
        analysis.judgement.as_ref().is_some_and(|j| j.overall != Status::Meets && j.overall != Status::Informative);
    Ok(if args.fail_on_spec && fails { Exit::SpecNotMet } else { Exit::Done })
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

/// The composition of the viable singlets in a few lines.
pub(super) fn summary(analysis: &Analysis) -> Vec<String> {
    let mask = &analysis.quality.mask;
    let mut lines = vec![format!("{} cells loaded, {} kept", mask.n_loaded(), mask.n_kept())];
    let rows = analysis.composition.rows.iter();
    for row in rows.filter(|r| r.denominator == Denominator::ViableSinglets && r.parent.is_none()) {
        let counted = row.k.and_then(|k| puricell_purity::Proportion::new(k, row.n).ok());
        let result = counted
            .map_or_else(|| "not reportable".to_owned(), |p| puricell_purity::sentence(p, puricell_purity::Level::P95));
        lines.push(format!("  {:<16} {result}", row.class));
    }
    if let Some(judgement) = &analysis.judgement {
        lines.push(format!("verdict: {}", judgement.overall.name().replace('_', " ")));
    }
    lines
}
