//! The tables of barcodes and features.

use std::path::Path;

use puricell_core::{FeatureKind, FeatureTable};

use super::blocks::Blocks;
use crate::error::IoError;

/// One barcode per line; further columns are ignored.
pub(crate) fn read_cells(path: &Path) -> Result<Vec<String>, IoError> {
    let mut lines = Blocks::lines(path)?;
    for line in &mut lines {
        if let Some(tab) = line.find('\t') {
            line.truncate(tab);
        }
    }
    Ok(lines)
}

/// Accession, symbol and kind per line; where only one column is given it is both accession and symbol.
pub(crate) fn read_features(path: &Path) -> Result<FeatureTable, IoError> {
    let mut features = FeatureTable::default();
    for (i, line) in Blocks::lines(path)?.into_iter().enumerate() {
        let mut words = line.split('\t');
        let id = words.next().unwrap_or_default();
        if id.is_empty() {
            let expected = "a feature id, then its name and kind, separated by tabs";
            return Err(super::header::line_error(path, i as u64 + 1, &line, expected));
        }
        let name = words.next().filter(|n| !n.is_empty()).unwrap_or(id);
        let kind = words.next().unwrap_or_default();
        features.ids.push(id.to_owned());
        features.names.push(name.to_owned());
        features.kinds.push(FeatureKind::from_name(kind));
        features.genomes.push(String::new());
    }
    Ok(features)
}
