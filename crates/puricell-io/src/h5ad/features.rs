//! Which columns of `var` hold accessions, symbols, kinds and genomes.

use puricell_core::{FeatureKind, FeatureTable};

use super::Frame;
use crate::error::IoError;
use crate::text::is_ensembl_gene;

/// Columns that hold an accession, the best first (in lower case).
const ID_COLUMNS: [&str; 9] = [
    "gene_ids",
    "gene_id",
    "ensembl_id",
    "ensembl_ids",
    "ensembl_gene_id",
    "ensembl",
    "feature_id",
    "feature_ids",
    "ensg",
];

/// Columns that hold a symbol, the best first (in lower case).
const NAME_COLUMNS: [&str; 10] = [
    "gene_symbols",
    "gene_symbol",
    "feature_name",
    "feature_names",
    "gene_name",
    "gene_names",
    "symbol",
    "symbols",
    "gene_short_name",
    "hgnc_symbol",
];

/// Reads the features described by a frame.
pub(crate) fn features(var: &Frame) -> Result<FeatureTable, IoError> {
    let index = var.index()?;
    let n = index.len();
    let available = var.names();
    let find = |wanted: &[&str]| -> Result<Option<Vec<String>>, IoError> {
        for wanted in wanted {
            let Some(name) = available.iter().find(|a| a.to_lowercase() == *wanted) else {
                continue;
            };
            let texts = match var.column(name) {
                Ok(column) => column.into_texts(),
                Err(IoError::Encoding { .. }) => continue,
                Err(error) => return Err(error),
            };
            if texts.len() == n {
                return Ok(Some(texts.into_iter().map(Option::unwrap_or_default).collect()));
            }
        }
        Ok(None)
    };
    let accessions = index.iter().filter(|i| is_ensembl_gene(i)).count();
    let index_is_accession = accessions * 2 > n;
    let ids = if index_is_accession { None } else { find(&ID_COLUMNS)? };
    let names = find(&NAME_COLUMNS)?;
    // Where an entry is missing, the index stands in.
    let or_index = |column: Option<Vec<String>>| match column {
        None => index.clone(),
        Some(texts) => {
            texts.into_iter().zip(&index).map(|(t, i)| if t.is_empty() { i.clone() } else { t }).collect::<Vec<_>>()
        }
    };
    let (ids, names) = (or_index(ids), or_index(names));
    let kinds = find(&["feature_types", "feature_type"])?
        .map(|texts| texts.iter().map(|t| FeatureKind::from_name(t)).collect::<Vec<_>>())
        // Others use this name for biotypes ("protein_coding"); kinds of 10x contain gene expression.
        .filter(|kinds| kinds.iter().any(|k| !matches!(k, FeatureKind::Other(_))))
        .unwrap_or_else(|| vec![FeatureKind::GeneExpression; n]);
    let genomes = find(&["genome"])?.unwrap_or_else(|| vec![String::new(); n]);
    Ok(FeatureTable { ids, names, kinds, genomes })
}
