//! AnnData in HDF5, as AnnData 0.5 to 0.11 wrote it.
//!
//! Sources: the on-disk format of AnnData (<https://anndata.readthedocs.io/en/stable/fileformat-prose.html>) and, for
//! what came before it, `anndata/_io/h5ad.py` of AnnData 0.11 and the archives of its test suite.

mod column;
mod features;
mod frame;
mod matrix;
mod place;

use std::sync::Arc;

use puricell_core::{CellTable, Noted, Warning};

pub(crate) use frame::Frame;
pub(crate) use matrix::{Stored, stored};
pub(crate) use place::{Place, places};

pub(crate) use features::features;

use crate::contents::{Contents, Found, finish};
use crate::counts::Refusal;
use crate::error::{IoError, NotACount, NotCounts};
use crate::hdf5::{Hdf5, Refused};
use crate::lot::Streaming;
use crate::open::{FileKind, LoadedLot, ReadOptions};

/// Reads the counts of an h5ad file.
pub(crate) fn read(file: &Arc<Hdf5>, options: &ReadOptions) -> Result<Noted<LoadedLot>, IoError> {
    let all = places(file)?;
    let obs = Frame::open(file, "obs")?;
    let ids = obs.index()?;
    let mut warnings = Vec::new();
    let (place, counts) = match &options.layer {
        Some(asked) => {
            let Some(place) = all.iter().find(|p| p.answers_to(asked)) else {
                let found = all.iter().map(|p| p.name.clone()).collect();
                return Err(IoError::UnknownLayer { path: file.path().to_owned(), asked: asked.clone(), found });
            };
            let counts = matrix::read(file, place, ids.len(), options.streaming, || later_refusal(file, place))?;
            (place, counts.map_err(|refused| not_counts(file, &all, place, &ids, refused))?)
        }
        None => choose(file, &all, &ids, options.streaming, &mut warnings)?,
    };
    let var = Frame::open(file, &place.features)?;
    let features = features(&var)?;
    let n_columns = counts.shape().1;
    if features.len() != n_columns {
        let (found, expected) = (format!("{} features", features.len()), n_columns.to_string());
        return Err(file.shape_error(&place.features, found, format!("{expected} (columns of {})", place.name)));
    }
    if place.name == "X"
        && let Some(raw) = all.iter().find(|p| p.is_raw)
        && let Ok(raw) = matrix::shape(file, raw)
        && raw.1 > n_columns
    {
        let message = format!(
            "X has {} features and raw/X {}; X is analysed, --layer raw/X takes the other if it holds counts",
            n_columns, raw.1
        );
        warnings.push(Warning::new("raw_has_more_features", message));
    }
    let columns = obs.columns(&mut warnings)?;
    let contents = Contents {
        kind: FileKind::H5ad,
        version: Some(version(file)?),
        matrix: place.name.clone(),
        files: vec![file.path().to_owned()],
        counts,
        cells: CellTable { ids, columns },
        features,
        warnings,
    };
    finish(file.path(), contents, options.genome.as_deref())
}

/// The version of the format, as far as the file tells.
pub(crate) fn version(file: &Hdf5) -> Result<String, IoError> {
    if let Some(version) = file.text_attribute("", "encoding-version")? {
        return Ok(format!("AnnData encoding {version}"));
    }
    let old = file.find("obs")?.is_some_and(|obs| !obs.is_group);
    Ok(if old { "AnnData up to 0.6" } else { "AnnData 0.7" }.to_owned())
}

/// X if it holds counts, else raw/X, else a layer named like counts.
fn choose<'a>(
    file: &Arc<Hdf5>,
    all: &'a [Place],
    ids: &[String],
    streaming: Option<Streaming>,
    warnings: &mut Vec<Warning>,
) -> Result<(&'a Place, Found), IoError> {
    let mut refused: Option<(&Place, Refused)> = None;
    for place in all.iter().filter(|p| p.is_default_choice()) {
        match matrix::read(file, place, ids.len(), streaming, || later_refusal(file, place))? {
            Ok(counts) => {
                if let Some((first, offender)) = refused {
                    let message = format!(
                        "{} does not hold counts (it has {}), so they are taken from {}",
                        first.name, offender.value, place.name
                    );
                    warnings.push(Warning::new("counts_not_in_x", message));
                }
                return Ok((place, counts));
            }
            Err(offender) => {
                refused.get_or_insert((place, offender));
            }
        }
    }
    if let Some((place, offender)) = refused {
        return Err(not_counts(file, all, place, ids, offender));
    }
    let found = if all.is_empty() {
        "cells and features, but neither X nor a layer".to_owned()
    } else {
        let names: Vec<&str> = all.iter().map(|p| p.name.as_str()).collect();
        format!("no X, but {} (choose with --layer)", names.join(", "))
    };
    Err(IoError::NoMatrixInFile { path: file.path().to_owned(), found })
}

/// What is to be said of a value that is found to be no count when its block is read.
fn later_refusal(file: &Arc<Hdf5>, place: &Place) -> Refusal {
    let (file, name) = (Arc::clone(file), place.name.clone());
    Box::new(move |refused| {
        let said = || {
            let all = places(&file)?;
            let ids = Frame::open(&file, "obs")?.index()?;
            Ok::<_, IoError>(
                all.iter().find(|p| p.name == name).map(|place| not_counts(&file, &all, place, &ids, refused)),
            )
        };
        match said() {
            Ok(Some(error)) | Err(error) => error,
            Ok(None) => file.encoding(&name, refused.value.to_string(), "counts"),
        }
    })
}

/// The refusal of a matrix, with the matrices that do hold counts.
fn not_counts(file: &Hdf5, all: &[Place], place: &Place, ids: &[String], refused: Refused) -> IoError {
    let (cell, gene) = matrix::locate(file, place, refused.position).unwrap_or((0, 0));
    let genes = Frame::open(file, &place.features).and_then(|var| features(&var)).map(|f| f.names).unwrap_or_default();
    let mut alternatives: Vec<&Place> = all
        .iter()
        .filter(|p| p.name != place.name && matches!(stored(file, p), Ok(Stored { offender: None, .. })))
        .collect();
    alternatives.sort_by_key(|p| !p.is_default_choice());
    IoError::NotCounts(Box::new(NotCounts {
        path: file.path().to_owned(),
        matrix: place.name.clone(),
        cell: ids.get(cell).cloned().unwrap_or_else(|| cell.to_string()),
        gene: genes.get(gene).cloned().unwrap_or_else(|| gene.to_string()),
        value: refused.value,
        reason: NotACount::of(refused.value).unwrap_or(NotACount::NotFinite),
        alternatives: alternatives.into_iter().map(|p| p.name.clone()).collect(),
    }))
}
