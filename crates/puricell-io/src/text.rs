//! Names of cells and features: repeats, and what an accession looks like.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use puricell_core::{FeatureTable, Warning};

use crate::error::IoError;

/// Refuses cell ids that repeat.
pub(crate) fn require_unique(path: &Path, ids: &[String]) -> Result<(), IoError> {
    match repeats(ids) {
        None => Ok(()),
        Some((first, n_repeated)) => Err(IoError::DuplicateCells { path: path.to_owned(), first, n_repeated }),
    }
}

/// The first text that appears again (the one whose second appearance comes first), and how many distinct ones do.
pub(crate) fn repeats(texts: &[String]) -> Option<(String, usize)> {
    // Mostly none does, which needs no order.
    let mut seen = HashSet::with_capacity(texts.len());
    if texts.iter().all(|text| seen.insert(text.as_str())) {
        return None;
    }
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    let mut first = None;
    for text in texts {
        let n = times.entry(text).or_default();
        *n += 1;
        if *n == 2 && first.is_none() {
            first = Some(text.clone());
        }
    }
    first.map(|first| (first, times.values().filter(|&&n| n > 1).count()))
}

/// What a person should know about the names of features.
pub(crate) fn feature_warnings(features: &FeatureTable) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some((first, n)) = repeats(&features.ids) {
        warnings.push(Warning::new(
            "duplicate_feature_ids",
            format!("{n} feature ids appear more than once, the first is '{first}'; they stay separate features"),
        ));
    } else if let Some((first, n)) = repeats(&features.names) {
        warnings.push(Warning::new(
            "duplicate_gene_symbols",
            format!("{n} gene symbols appear more than once, the first is '{first}'; they are kept apart by their ids"),
        ));
    }
    warnings
}

/// True for an accession of Ensembl's genes, such as `ENSG00000081237.20` or `ENSMUSG00000026395`.
pub(crate) fn is_ensembl_gene(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("ENS") else {
        return false;
    };
    let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = rest[letters..].bytes().take_while(u8::is_ascii_digit).count();
    let tail = &rest[letters + digits..];
    rest[..letters].ends_with('G') && digits == 11 && (tail.is_empty() || tail.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accessions_are_told_from_symbols() {
        for yes in ["ENSG00000081237", "ENSG00000081237.20", "ENSMUSG00000026395"] {
            assert!(is_ensembl_gene(yes), "{yes}");
        }
        for no in ["PTPRC", "ENST00000081237", "ENSG0000", "ENSG00000081237X", "ENSA", ""] {
            assert!(!is_ensembl_gene(no), "{no}");
        }
    }

    #[test]
    fn repeats_are_counted_once_each() {
        let texts = ["b", "a", "c", "a", "b", "a"].map(str::to_owned);
        assert_eq!(repeats(&texts), Some(("a".to_owned(), 2)));
        assert_eq!(repeats(&texts[..3]), None);
    }
}
