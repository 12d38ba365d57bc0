//! Cell Ranger up to 2: a group per genome.

use std::sync::Arc;

use puricell_core::{CellTable, FeatureKind, FeatureTable, Noted};

use super::{Names, read_matrix};
use crate::contents::{Contents, finish};
use crate::error::IoError;
use crate::hdf5::Hdf5;
use crate::open::{FileKind, LoadedLot, ReadOptions};

/// The genomes of a file, by name.
pub(crate) fn genomes(file: &Hdf5) -> Result<Vec<String>, IoError> {
    let mut genomes = Vec::new();
    for member in file.children("")?.into_iter().filter(|m| m.is_group) {
        if file.exists(&format!("{}/genes", member.name))? {
            genomes.push(member.name);
        }
    }
    Ok(genomes)
}

/// The genes of one genome.
pub(crate) fn features(file: &Hdf5, genome: &str) -> Result<FeatureTable, IoError> {
    let ids = file.text(&format!("{genome}/genes"))?;
    let names_at = format!("{genome}/gene_names");
    let names = if file.exists(&names_at)? { file.text(&names_at)? } else { ids.clone() };
    let n = ids.len();
    if names.len() != n {
        return Err(file.shape_error(&names_at, format!("{} names", names.len()), format!("{n} (the genes)")));
    }
    Ok(FeatureTable { ids, names, kinds: vec![FeatureKind::GeneExpression; n], genomes: vec![genome.to_owned(); n] })
}

/// Names of the cells and of the genes of one genome.
fn names(file: &Hdf5, genome: &str) -> Result<Names, IoError> {
    Ok((file.text(&format!("{genome}/barcodes"))?, features(file, genome)?.names))
}

/// Reads the only genome, or the one asked for.
pub(crate) fn read(file: &Arc<Hdf5>, options: &ReadOptions) -> Result<Noted<LoadedLot>, IoError> {
    let genomes = genomes(file)?;
    let path = file.path().to_owned();
    let genome = match (&options.genome, genomes.as_slice()) {
        (Some(asked), found) if found.contains(asked) => asked.clone(),
        (Some(asked), _) => return Err(IoError::UnknownGenome { path, asked: asked.clone(), found: genomes }),
        (None, [only]) => only.clone(),
        (None, _) => return Err(IoError::SeveralGenomes { path, genomes }),
    };
    super::version3::refuse_layer(file, options, &genome)?;
    let cells = CellTable { ids: file.text(&format!("{genome}/barcodes"))?, columns: Vec::new() };
    let features = features(file, &genome)?;
    let of = (&cells.ids[..], &features.names[..]);
    let counts = read_matrix(file, &genome, of, options.streaming, names)?;
    let contents = Contents {
        kind: FileKind::TenxV2,
        version: file.text_attribute("", "chemistry_description")?,
        matrix: genome,
        files: vec![path],
        counts,
        cells,
        features,
        warnings: Vec::new(),
    };
    finish(file.path(), contents, None)
}
