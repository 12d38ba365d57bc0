//! The files of a result folder.

mod annotated;
mod cells;
mod events;
mod evidence;
mod manifest;

use std::path::Path;

use puricell_core::{CellTable, FeatureTable, Seed};
use puricell_io::write::{ParquetParams, write_parquet};
use puricell_purity::cohort::expression::{LotExpression, write_detection, write_distributions, write_pseudobulk};
use puricell_purity::write_tsv;
use puricell_report::{Figure, Model, PdfOptions, figures, html, json, multiqc, pdf, png};
use rayon::prelude::*;

use crate::cli::{H5adContent, RunArgs};
use crate::error::AppError;
use crate::log::Log;
use crate::output::OutputFolder;
use crate::pipeline::{Analysis, CellLot, EventLot};
use crate::ro_crate::{self, Described};
use crate::timing::Clock;

pub use annotated::{LotTerms, check_declared};

/// Dots per inch of the figures' PNG: print quality at 180 mm.
pub const PNG_DPI: u16 = 300;

/// Writes everything of a lot's expression but `timing.json`, the manifest last.
///
/// # Errors
/// [`AppError`] where a file cannot be made or written.
pub fn write_cells(
    folder: &OutputFolder,
    (cells, features): (&CellTable, &FeatureTable),
    analysis: &Analysis<CellLot>,
    (model, terms): (&Model, &LotTerms),
    args: &RunArgs,
    log: &Log,
    clock: &mut Clock,
) -> Result<(), AppError> {
    log.stage("tables");
    clock.stage("tables", || {
        folder.write("composition.tsv", write_tsv(&analysis.composition).as_bytes())?;
        analysis.measured.expression.iter().try_for_each(|expression| compared(folder, expression))?;
        if let Some(detected) = &analysis.measured.detected {
            folder.write("detection.tsv", write_detection(detected).as_bytes())?;
        }
        let evidence = || {
            folder.write_with("evidence.tsv", |path: &Path| {
                evidence::write(path, cells, analysis)
                    .map_err(|source| AppError::Write { path: path.to_owned(), source })
            })
        };
        let cells = || {
            folder.write_with("cells.parquet", |path: &Path| {
                write_parquet(path, &cells::columns(cells, analysis), &cell_table())
                    .map_err(|e| AppError::Encode { file: "cells.parquet", message: e.to_string() })
            })
        };
        let (evidence, cells) = rayon::join(evidence, cells);
        evidence.and(cells)
    })?;
    if args.h5ad != H5adContent::None {
        log.stage("result.h5ad");
        clock.stage("h5ad", || {
            folder.write_with("result.h5ad", |path| {
                annotated::write(path, (cells, features), analysis, terms, args.h5ad, Seed(model.seed))
            })
        })?;
    }
    documents(folder, analysis, model, args, log, clock)
}

/// Writes everything of a lot's events but `timing.json`, the manifest last.
///
/// # Errors
/// [`AppError`] where a file cannot be made or written.
pub fn write_events(
    folder: &OutputFolder,
    (analysis, expression): (&Analysis<EventLot>, &LotExpression),
    model: &Model,
    args: &RunArgs,
    log: &Log,
    clock: &mut Clock,
) -> Result<(), AppError> {
    log.stage("tables");
    clock.stage("tables", || {
        folder.write("composition.tsv", write_tsv(&analysis.composition).as_bytes())?;
        compared(folder, expression)?;
        folder.write_with("cells.parquet", |path: &Path| events::write(path, analysis, &cell_table()))?;
        let gates = analysis.measured.gated.document.to_xml();
        let gates = gates.map_err(|e| AppError::Encode { file: "gates.xml", message: e.to_string() })?;
        folder.write("gates.xml", gates.as_bytes())
    })?;
    documents(folder, analysis, model, args, log, clock)
}

/// What other lots can be compared with.
fn compared(folder: &OutputFolder, expression: &LotExpression) -> Result<(), AppError> {
    if let Some(pseudobulk) = &expression.pseudobulk {
        folder.write("pseudobulk.tsv", write_pseudobulk(pseudobulk).as_bytes())?;
    }
    folder.write("distributions.tsv", write_distributions(&expression.distributions).as_bytes())
}

fn cell_table() -> ParquetParams {
    ParquetParams { footer: vec![("schema".into(), "puricell-cells/1".into())], ..ParquetParams::default() }
}

/// What was asked for, files by their names.
fn command(args: &RunArgs) -> String {
    let given = args.given.iter().flat_map(|argument| argument.portable().words());
    ["puricell".to_owned(), "run".to_owned()].into_iter().chain(given).collect::<Vec<_>>().join(" ")
}

/// Figures, report, and what else is made of the model.
fn documents<M>(
    folder: &OutputFolder,
    analysis: &Analysis<M>,
    model: &Model,
    args: &RunArgs,
    log: &Log,
    clock: &mut Clock,
) -> Result<(), AppError> {
    log.stage("report");
    clock.stage("report", || {
        let refuse = |e: puricell_report::ReportError| AppError::Internal { place: "report", message: e.to_string() };
        let figures = figures(model).map_err(refuse)?;
        let draw = |figure: &Figure| {
            let stem = figure.kind.file_stem();
            folder.write(&format!("figures/{stem}.svg"), figure.svg.as_bytes())?;
            folder.write(&format!("figures/{stem}.png"), &png(&figure.svg, PNG_DPI).map_err(refuse)?)
        };
        let lang = args.lang.lang();
        let document = || {
            let options = PdfOptions { lang, date: args.date };
            folder.write("report.pdf", &pdf(model, &figures, &options).map_err(refuse)?)
        };
        let texts = || {
            folder.write("report.html", html(model, &figures, lang).map_err(refuse)?.as_bytes())?;
            folder.write("report.json", json(model).map_err(refuse)?.as_bytes())?;
            multiqc(model).map_err(refuse)?.iter().try_for_each(|file| folder.write(file.name, file.text.as_bytes()))
        };
        // The largest first, so that no thread is left with it at the end.
        let mut by_size: Vec<&Figure> = figures.iter().collect();
        by_size.sort_by_key(|figure| std::cmp::Reverse(figure.svg.len()));
        let images = || by_size.into_par_iter().map(draw).collect::<Vec<_>>();
        let (drawn, (document, texts)) = rayon::join(images, || rayon::join(document, texts));
        drawn.into_iter().collect::<Result<(), AppError>>().and(document).and(texts)?;
        let described = Described {
            name: format!("puricell: lot {}", model.lot.lot_id),
            description: "Which cells are in the lot and in what proportion.",
            command: command(args),
            tool: &model.tool,
            inputs: &model.inputs,
            definitions: &model.definitions,
            date: args.date,
        };
        ro_crate::write(folder, &described)?;
        let manifest = manifest::manifest(model, analysis, args, &folder.hashes());
        folder.write("manifest.json", manifest.as_bytes())
    })
}
