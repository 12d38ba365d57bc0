//! The captures of a lot: read one by one, checked against each other, and put together.
//!
//! Barcodes are drawn anew in each capture, so they are told apart as `cellranger aggr` does: the suffix is the number of the capture.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use puricell_core::{CellTable, CountPass, Noted, Warning};
use puricell_io::{Counts, LoadedLot, Lot, ReadOptions, Streaming};
use puricell_purity::ambient::{AmbientParams, EmptyDroplets, checked_droplets, droplets_pass};
use puricell_report::model::InputFile;

use super::super::definitions::base_name;
use super::input_file;
use crate::error::AppError;
use crate::log::Log;
use crate::timing::Clock;

/// The suffix of a library that is alone.
const SUFFIX: &str = "-1";

/// One capture.
#[derive(Debug)]
pub(in crate::command) struct Capture {
    /// Base name of the input.
    pub(in crate::command) name: String,
    pub(in crate::command) lot: Lot,
    /// The matrix within the input.
    pub(in crate::command) matrix: String,
    /// The files read.
    pub(in crate::command) files: Vec<InputFile>,
    pub(in crate::command) raw: Option<RawMatrix>,
    /// What there was to say of reading it.
    pub(in crate::command) warnings: Vec<Warning>,
}

/// What is wanted of the raw matrix of a capture.
#[derive(Debug)]
pub(in crate::command) struct RawMatrix {
    /// Base name of the input.
    pub(in crate::command) name: String,
    /// The files read.
    pub(in crate::command) files: Vec<InputFile>,
    pub(in crate::command) droplets: EmptyDroplets,
}

/// What a capture is called in messages: those of a lot often have one name, in folders of their own.
pub(super) fn called(position: usize, name: &str) -> String {
    format!("capture {}, {name}", position + 1)
}

impl Capture {
    /// Reads and hashes a capture and what is wanted of its raw matrix.
    pub(in crate::command) fn read(
        path: &Path,
        raw: Option<&Path>,
        options: &ReadOptions,
        log: &Log,
        clock: &mut Clock,
    ) -> Result<Self, AppError> {
        let mut warnings = Vec::new();
        let loaded = clock.part("read", || puricell_io::open_lot(path, options))?;
        let LoadedLot { lot, source } = loaded.into_value(&mut warnings);
        let (name, kind) = (base_name(path), source.kind.name());
        let (n_cells, n_genes) = (lot.cells.len(), lot.features.len());
        log.info(&format!("{name}: {kind}, {n_cells} cells x {n_genes} genes"));
        if lot.counts.nnz() == 0 {
            return Err(AppError::NoData {
                message: format!("{name}: {n_cells} cells x {n_genes} genes, and not one molecule"),
                hint: "check which matrix the file holds with `puricell inspect`",
            });
        }
        let raw = raw.map(|path| empty_droplets(path, &lot, options, clock)).transpose()?;
        let files = clock.part("hash", || hashed(&source.files, kind))?;
        Ok(Self { name, lot, matrix: source.matrix, files, raw, warnings })
    }
}

/// The captures of the command line, in its order. Where there are several, they are left in their files as far as they can be.
pub(super) fn read_all(
    inputs: &[PathBuf],
    raws: &[PathBuf],
    options: &ReadOptions,
    log: &Log,
    clock: &mut Clock,
) -> Result<Vec<Capture>, AppError> {
    if !raws.is_empty() && raws.len() != inputs.len() {
        return Err(AppError::usage(
            format!("raw matrices given with --raw: {}, inputs: {}", raws.len(), inputs.len()),
            "each capture has a raw matrix of its own: give --raw once for each input, in the same order",
        ));
    }
    let raws = raws.iter().map(|raw| Some(raw.as_path())).chain(std::iter::repeat(None));
    inputs.iter().zip(raws).map(|(input, raw)| Capture::read(input, raw, options, log, clock)).collect()
}

/// How one of `n` captures is to be opened.
pub(super) fn streaming(n: usize, plan: Streaming) -> Streaming {
    if n == 1 { plan } else { plan.of_a_part() }
}

/// The captures as one lot.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) lot: Lot,
    /// The rows of each capture.
    pub(super) rows: Vec<Range<usize>>,
    /// What the empty droplets of each hold; empty where no raw matrix was given.
    pub(super) droplets: Vec<EmptyDroplets>,
    /// Every file read.
    pub(super) inputs: Vec<InputFile>,
    /// What the captures are called together.
    pub(super) name: String,
    /// The name of each, where there are several.
    pub(super) captures: Vec<String>,
    /// The matrix within the inputs.
    pub(super) matrix: String,
}

/// Puts captures together, of which there is at least one.
pub(super) fn join(mut captures: Vec<Capture>, plan: &Streaming) -> Result<Noted<Joined>, AppError> {
    check_files(&captures)?;
    check_features(&captures)?;
    let names: Vec<String> = captures.iter().map(|c| c.name.clone()).collect();
    let is_several = names.len() > 1;
    let alike = same_barcodes(&captures);
    if is_several {
        for (number, capture) in (1..).zip(&mut captures) {
            capture.lot.cells = renamed(&capture.lot.cells, number);
            for file in capture.files.iter_mut().chain(capture.raw.iter_mut().flat_map(|raw| &mut raw.files)) {
                file.kind = file.kind.take().map(|kind| format!("{kind}, capture {number}"));
            }
        }
    }
    let mut warnings = said_together(&mut captures);
    warnings.extend(alike);
    let matrices: Vec<&str> = captures.iter().map(|c| c.matrix.as_str()).collect();
    let same = matrices.windows(2).all(|w| w[0] == w[1]);
    let matrix = if same { matrices[..1].concat() } else { matrices.join(", ") };

    let (mut rows, mut first) = (Vec::new(), 0);
    let (mut inputs, mut of_raw, mut droplets) = (Vec::new(), Vec::new(), Vec::new());
    let (mut counts, mut cells, mut features) = (Vec::new(), CellTable::default(), None);
    for capture in captures {
        rows.push(first..first + capture.lot.cells.len());
        first += capture.lot.cells.len();
        inputs.extend(capture.files);
        if let Some(raw) = capture.raw {
            of_raw.extend(raw.files);
            droplets.push(raw.droplets);
        }
        counts.push(capture.lot.counts);
        cells.ids.extend(capture.lot.cells.ids);
        features.get_or_insert(capture.lot.features);
    }
    inputs.extend(of_raw);
    let counts = match counts.pop() {
        Some(only) if counts.is_empty() => only,
        last => {
            counts.extend(last);
            Counts::joined(counts, plan)?
        }
    };
    let lot = Lot { counts, cells, features: features.unwrap_or_default() };
    let name = match &names[..] {
        [first, second] => format!("{first} + {second}"),
        [first, others @ ..] if is_several => format!("{first} + {} more", others.len()),
        _ => names.concat(),
    };
    let captures = if is_several { names } else { Vec::new() };
    Ok(Noted { value: Joined { lot, rows, droplets, inputs, name, captures, matrix }, warnings })
}

/// Refuses a capture that is there twice.
fn check_files(captures: &[Capture]) -> Result<(), AppError> {
    // The tables of a folder may be the same for all; the matrix, which comes last, is not.
    let same = |a: &[InputFile], b: &[InputFile]| a.last().zip(b.last()).is_some_and(|(a, b)| a.sha256 == b.sha256);
    for (i, capture) in captures.iter().enumerate() {
        for (j, before) in captures[..i].iter().enumerate() {
            let raws = before.raw.as_ref().zip(capture.raw.as_ref()).filter(|(a, b)| same(&a.files, &b.files));
            let names = if same(&before.files, &capture.files) {
                Some((called(j, &before.name), called(i, &capture.name), &capture.files))
            } else {
                raws.map(|(a, b)| (called(j, &a.name), called(i, &b.name), &b.files))
            };
            if let Some((a, b, files)) = names {
                let hash = files.last().map_or("", |f| f.sha256.as_str());
                return Err(AppError::usage(
                    format!("{a}, and {b}, are the same file (SHA-256 {hash})"),
                    "give each capture once: its cells would be counted twice",
                ));
            }
        }
    }
    Ok(())
}

/// Captures with the very barcodes of another: one capture in two formats has other files, and is not refused as one.
fn same_barcodes(captures: &[Capture]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (i, capture) in captures.iter().enumerate() {
        let ids = &capture.lot.cells.ids;
        if let Some(j) = captures[..i].iter().position(|before| before.lot.cells.ids == *ids) {
            warnings.push(Warning::new(
                "captures_with_same_barcodes",
                format!(
                    "{}, and {}, have the same barcodes in the same order, which two captures hardly have: are they one, in two \
                     files? Its cells would be counted twice",
                    called(j, &captures[j].name),
                    called(i, &capture.name)
                ),
            ));
        }
    }
    warnings
}

/// Refuses captures whose features are not the same in the same order.
fn check_features(captures: &[Capture]) -> Result<(), AppError> {
    let Some((first, others)) = captures.split_first() else { return Ok(()) };
    let expected = &first.lot.features.ids;
    for (i, other) in (1..).zip(others) {
        let found = &other.lot.features.ids;
        if found == expected {
            continue;
        }
        let at = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
        let id = |ids: &[String]| ids.get(at).map_or_else(|| "missing".to_owned(), |id| format!("'{id}'"));
        return Err(AppError::Channels {
            message: format!(
                "{}, and {}, have other features: number {} is {} in the first and {} in the second ({} and {} in all)",
                called(0, &first.name),
                called(i, &other.name),
                at + 1,
                id(expected),
                id(found),
                expected.len(),
                found.len()
            ),
            hint: "captures of one lot are counted against one reference, by one version of the pipeline".into(),
        });
    }
    Ok(())
}

/// The cells of a capture by its number: in place of `-1` where every barcode ends so, else behind the barcode.
fn renamed(cells: &CellTable, number: usize) -> CellTable {
    let is_alone = cells.ids.iter().all(|id| id.ends_with(SUFFIX));
    let stem = |id: &str| id.len() - if is_alone { SUFFIX.len() } else { 0 };
    CellTable { ids: cells.ids.iter().map(|id| format!("{}-{number}", &id[..stem(id)])).collect(), columns: Vec::new() }
}

/// What there is to say of all captures once, and of one with its name.
fn said_together(captures: &mut [Capture]) -> Vec<Warning> {
    let all: Vec<(String, Vec<Warning>)> =
        captures.iter_mut().map(|c| (c.name.clone(), std::mem::take(&mut c.warnings))).collect();
    let of_all = |warning: &Warning| all.iter().all(|(_, of)| of.contains(warning));
    let mut said: Vec<Warning> =
        all.iter().take(1).flat_map(|(_, of)| of).filter(|warning| of_all(warning)).cloned().collect();
    for (i, (name, of)) in all.iter().enumerate() {
        for warning in of.iter().filter(|warning| !of_all(warning)) {
            said.push(Warning::new(warning.code, format!("{}: {}", called(i, name), warning.message)));
        }
    }
    said
}

fn hashed(files: &[PathBuf], kind: &str) -> Result<Vec<InputFile>, AppError> {
    files.iter().map(|path| input_file(path, kind)).collect()
}

/// The empty droplets of the raw matrix, which are the barcodes that are none of the capture's.
fn empty_droplets(path: &Path, lot: &Lot, options: &ReadOptions, clock: &mut Clock) -> Result<RawMatrix, AppError> {
    let options = ReadOptions { layer: None, ..options.clone() };
    let name = base_name(path);
    let (droplets, files) = clock.part("raw", || {
        let LoadedLot { lot: raw, source } = puricell_io::open_lot(path, &options)?.value;
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
    })?;
    let files = clock.part("hash", || hashed(&files, "raw matrix"))?;
    Ok(RawMatrix { name, files, droplets })
}
