//! The genes that several files have in common.

use std::collections::BTreeMap;

use puricell_core::FeatureTable;

use crate::error::AppError;

/// Share of the shorter gene list that two files must have in common: below it they are of another species or speak
/// another language of ids.
const MIN_SHARED: f64 = 0.5;

/// Columns of the files that hold the same genes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedGenes {
    /// Columns of the first file that all files have, increasing.
    pub(super) columns: Vec<usize>,
    /// Per file: its new column of each old one.
    pub(super) new_column: Vec<Vec<Option<u32>>>,
}

/// Finds the genes of the first file that every other has too, by id or, where that finds more, by symbol. Of a name that
/// repeats in a file the first is taken.
///
/// # Errors
/// [`AppError::Channels`] where a file shares less than half of the shorter list with the first; `names` is what messages
/// call the files.
pub(super) fn shared_genes(tables: &[&FeatureTable], names: &[String]) -> Result<SharedGenes, AppError> {
    let Some((first, others)) = tables.split_first() else {
        return Ok(SharedGenes { columns: Vec::new(), new_column: Vec::new() });
    };
    let mut in_all = vec![true; first.len()];
    // Per other file: the first file's column of each of its own.
    let mut partners: Vec<Vec<Option<usize>>> = Vec::new();
    for (other, name) in others.iter().zip(&names[1..]) {
        let partner = partner(first, other);
        let mut has = vec![false; first.len()];
        partner.iter().flatten().for_each(|&column| has[column] = true);
        let n_shared = has.iter().filter(|&&h| h).count();
        let shorter = first.len().min(other.len());
        if (n_shared as f64) < MIN_SHARED * shorter as f64 {
            return Err(AppError::Channels {
                message: format!(
                    "{} ({} genes) and {name} ({} genes) have {n_shared} genes in common, by id or symbol: such cells \
                     cannot be mixed",
                    names[0],
                    first.len(),
                    other.len()
                ),
                hint: "mix matrices that were aligned to the same reference; look at both with `puricell inspect`"
                    .into(),
            });
        }
        in_all.iter_mut().zip(&has).for_each(|(all, has)| *all &= has);
        partners.push(partner);
    }
    let columns: Vec<usize> = (0..first.len()).filter(|&c| in_all[c]).collect();
    let mut new_of_first: Vec<Option<u32>> = vec![None; first.len()];
    for (new, &old) in columns.iter().enumerate() {
        new_of_first[old] = Some(new as u32);
    }
    let mut new_column = vec![new_of_first.clone()];
    new_column.extend(partners.iter().map(|p| p.iter().map(|c| c.and_then(|c| new_of_first[c])).collect()));
    Ok(SharedGenes { columns, new_column })
}

/// The column of `first` that holds the gene of each column of `other`.
fn partner(first: &FeatureTable, other: &FeatureTable) -> Vec<Option<usize>> {
    if first.ids == other.ids {
        return (0..first.len()).map(Some).collect();
    }
    let by = |of_first: &[String], of_other: &[String]| {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (column, name) in of_first.iter().enumerate() {
            places.entry(name).or_insert(column);
        }
        // Taking a place out leaves a repeated name without a partner.
        of_other.iter().map(|name| places.remove(name.as_str())).collect::<Vec<_>>()
    };
    let by_id = by(&first.ids, &other.ids);
    let by_name = by(&first.names, &other.names);
    let found = |partners: &[Option<usize>]| partners.iter().flatten().count();
    if found(&by_name) > found(&by_id) { by_name } else { by_id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::FeatureKind;

    fn table(ids: &[&str], names: &[&str]) -> FeatureTable {
        let text = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        FeatureTable {
            ids: text(ids),
            names: text(names),
            kinds: vec![FeatureKind::GeneExpression; ids.len()],
            genomes: vec![String::new(); ids.len()],
        }
    }

    #[test]
    fn columns_follow_the_first_file() {
        let a = table(&["E1", "E2", "E3"], &["A", "B", "C"]);
        let b = table(&["E3", "E9", "E1"], &["C", "Z", "A"]);
        let names = ["a".to_owned(), "b".to_owned()];
        let shared = shared_genes(&[&a, &b], &names).unwrap();
        assert_eq!(shared.columns, [0, 2]);
        assert_eq!(shared.new_column, [vec![Some(0), None, Some(1)], vec![Some(1), None, Some(0)]]);
        // Symbols serve where one file has no accessions.
        let symbols = table(&["A", "B", "C"], &["A", "B", "C"]);
        assert_eq!(shared_genes(&[&a, &symbols], &names).unwrap().columns, [0, 1, 2]);
        let other = table(&["X1", "X2"], &["Ptprc", "Cd4"]);
        let message = shared_genes(&[&a, &other], &names).unwrap_err().to_string();
        assert!(message.contains("a (3 genes) and b (2 genes) have 0 genes in common"), "{message}");
    }

    #[test]
    fn a_repeated_name_finds_one_partner() {
        let a = table(&["A", "A", "B"], &["A", "A", "B"]);
        let b = table(&["A", "B", "A"], &["A", "B", "A"]);
        let shared = shared_genes(&[&a, &b], &["a".to_owned(), "b".to_owned()]).unwrap();
        assert_eq!(shared.columns, [0, 2]);
        assert_eq!(shared.new_column[1], [Some(0), Some(1), None]);
    }
}
