//! The calls of a result folder, read back from `cells.parquet`.

use std::collections::BTreeMap;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

/// What is said of one cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Called {
    pub(crate) call: Option<String>,
    pub(crate) subclass: Option<String>,
    pub(crate) suspected: Option<String>,
    pub(crate) reason: Option<String>,
    /// Every score behind the call, by the name of its column.
    pub(crate) scores: Vec<(String, f64)>,
}

/// Columns of the lot's embedding, no part of the calls: clusters and simulated doublets are drawn by the cells' places.
const OF_STRUCTURE: [&str; 4] = ["cluster", "subpopulation", "som_node", "leiden"];

/// The cells of a result, by barcode or event.
pub(crate) fn read(out: &Path) -> BTreeMap<String, Called> {
    let reader = SerializedFileReader::new(std::fs::File::open(out.join("cells.parquet")).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for row in reader.get_row_iter(None).unwrap() {
        let row = row.unwrap();
        let mut id = String::new();
        let mut called = Called { call: None, subclass: None, suspected: None, reason: None, scores: Vec::new() };
        for (name, field) in row.get_column_iter() {
            let text = match field {
                Field::Str(text) => Some(text.clone()),
                _ => None,
            };
            match name.as_str() {
                "cell_id" => id = text.unwrap_or_else(|| field.to_string()),
                "call" => called.call = text,
                "subclass" => called.subclass = text,
                "suspected_class" => called.suspected = text,
                "reason" => called.reason = text,
                name if OF_STRUCTURE.contains(&name) || name.starts_with("doublet_") => (),
                name => {
                    if let Field::Double(value) = field {
                        called.scores.push((name.to_owned(), *value));
                    }
                }
            }
        }
        assert!(found.insert(id.clone(), called).is_none(), "{id} appears twice");
    }
    found
}

/// Number of cells per call; a cell that was not kept counts under its reason.
pub(crate) fn tally(calls: &BTreeMap<String, Called>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for called in calls.values() {
        let word = called.call.as_ref().or(called.reason.as_ref()).cloned().unwrap_or_default();
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

/// Fails with the first cells that differ, and how many do.
pub(crate) fn assert_same(what: &str, reference: &BTreeMap<String, Called>, variant: &BTreeMap<String, Called>) {
    assert_eq!(reference.len(), variant.len(), "{what}: another number of cells");
    let said = |c: &Called| (c.call.clone(), c.subclass.clone(), c.suspected.clone(), c.reason.clone(), c.scores.len());
    let same = |a: &Called, b: &Called| {
        said(a) == said(b) && a.scores.iter().zip(&b.scores).all(|(a, b)| a.0 == b.0 && a.1.to_bits() == b.1.to_bits())
    };
    let differing: Vec<String> = reference
        .iter()
        .filter(|(id, called)| !variant.get(*id).is_some_and(|other| same(called, other)))
        .map(|(id, called)| format!("{id}: {called:?} against {:?}", variant.get(id)))
        .collect();
    assert!(
        differing.is_empty(),
        "{what}: {} of {} cells differ:\n{}",
        differing.len(),
        reference.len(),
        differing.iter().take(3).cloned().collect::<Vec<_>>().join("\n")
    );
}
