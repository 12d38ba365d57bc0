//! Cell Ranger 3 and later: `/matrix`, with features of several kinds and genomes.

use std::sync::Arc;

use puricell_core::{CellTable, FeatureKind, FeatureTable, Noted, Warning};

use super::{Names, read_matrix};
use crate::contents::{Contents, finish};
use crate::error::IoError;
use crate::hdf5::Hdf5;
use crate::open::{FileKind, LoadedLot, ReadOptions};

/// Every feature of the file.
pub(crate) fn features(file: &Hdf5) -> Result<FeatureTable, IoError> {
    let ids = file.text("matrix/features/id")?;
    let n = ids.len();
    let column = |name: &str| -> Result<Option<Vec<String>>, IoError> {
        let at = format!("matrix/features/{name}");
        if !file.exists(&at)? {
            return Ok(None);
        }
        let values = file.text(&at)?;
        if values.len() == n {
            Ok(Some(values))
        } else {
            Err(file.shape_error(&at, format!("{} entries", values.len()), format!("{n} (the feature ids)")))
        }
    };
    let names = column("name")?.unwrap_or_else(|| ids.clone());
    let kinds = column("feature_type")?.unwrap_or_else(|| vec![String::new(); n]);
    let genomes = column("genome")?.unwrap_or_else(|| vec![String::new(); n]);
    // A matrix of probes has the accession of the gene beside the id of the probe (scanpy takes it too).
    let ids = column("gene_id")?.unwrap_or(ids);
    Ok(FeatureTable { ids, names, kinds: kinds.iter().map(|k| FeatureKind::from_name(k)).collect(), genomes })
}

/// The program that wrote the file, where it says so.
pub(crate) fn version(file: &Hdf5) -> Result<Option<String>, IoError> {
    match file.text_attribute("", "software_version")? {
        Some(version) => Ok(Some(version)),
        None => file.text_attribute("", "chemistry_description"),
    }
}

/// Reads the gene expression of a file.
pub(crate) fn read(file: &Arc<Hdf5>, options: &ReadOptions) -> Result<Noted<LoadedLot>, IoError> {
    refuse_layer(file, options, "matrix")?;
    let cells = CellTable { ids: file.text("matrix/barcodes")?, columns: Vec::new() };
    let features = features(file)?;
    let of = (&cells.ids[..], &features.names[..]);
    let counts = read_matrix(file, "matrix", of, options.streaming, names)?;
    let mut warnings = Vec::new();
    if file.exists("matrix/features/probe_region")? {
        let message = "the features are probes, several to a gene; the filtered feature-barcode matrix has genes";
        warnings.push(Warning::new("probe_features", message));
    }
    let contents = Contents {
        kind: FileKind::TenxV3,
        version: version(file)?,
        matrix: "matrix".to_owned(),
        files: vec![file.path().to_owned()],
        counts,
        cells,
        features,
        warnings,
    };
    finish(file.path(), contents, options.genome.as_deref())
}

/// Names of the cells and of the genes.
fn names(file: &Hdf5, _: &str) -> Result<Names, IoError> {
    Ok((file.text("matrix/barcodes")?, features(file)?.names))
}

/// A 10x file has one matrix, so `--layer` can only name that.
pub(super) fn refuse_layer(file: &Hdf5, options: &ReadOptions, only: &str) -> Result<(), IoError> {
    match &options.layer {
        Some(asked) if asked != only => Err(IoError::UnknownLayer {
            path: file.path().to_owned(),
            asked: asked.clone(),
            found: vec![only.to_owned()],
        }),
        _ => Ok(()),
    }
}
