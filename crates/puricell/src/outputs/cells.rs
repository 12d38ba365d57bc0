//! `cells.parquet`: a row per loaded cell, in input order.

use puricell_core::{CellTable, DropReason};
use puricell_io::write::Column;
use puricell_purity::{Call, CallKind};

use crate::pipeline::Analysis;

/// The columns, the same names and types for every lot.
pub(super) fn columns(cells: &CellTable, analysis: &Analysis) -> Vec<(String, Column)> {
    let n = cells.len();
    let calls = &analysis.calls.cells;
    let classes = &analysis.resolved.classes;
    let metrics = &analysis.quality.metrics;
    let mask = &analysis.quality.mask;
    let called =
        |f: &dyn Fn(&Call) -> f64| -> Vec<f64> { calls.iter().map(|c| c.as_ref().map_or(f64::NAN, f)).collect() };
    let mut table: Vec<(String, Column)> = Vec::new();
    let mut add = |name: &str, column: Column| table.push((name.to_owned(), column));
    add("cell_id", Column::Text(cells.ids.clone()));
    add("kept", Column::Bool((0..n).map(|cell| mask.is_kept(cell)).collect()));
    let reasons = DropReason::OF_EXPRESSION.iter().map(|r| r.name().to_owned()).collect();
    add("reason", Column::with_categories((0..n).map(|cell| mask.reason(cell).map(DropReason::name)), reasons));
    add("call", call_column(analysis, calls.iter().map(Option::as_ref)));
    let subclasses = classes.iter().filter(|c| c.parent.is_some()).map(|c| c.id.clone()).collect();
    let subclass = |call: &Option<Call>| call.as_ref().and_then(|c| c.subclass).map(|c| classes[c].id.as_str());
    add("subclass", Column::with_categories(calls.iter().map(subclass), subclasses));
    let tops = analysis.resolved.top_classes().map(|c| classes[c].id.clone()).collect();
    let suspected = |call: &Option<Call>| match call.as_ref()?.kind {
        CallKind::Suspect(class) => Some(classes[class].id.as_str()),
        _ => None,
    };
    add("suspected_class", Column::with_categories(calls.iter().map(suspected), tops));
    add("confidence", Column::F64(called(&|c| c.confidence)));
    let (clusters, subpopulations) = groups(analysis, n);
    add("cluster", numbered(&clusters));
    add("subpopulation", numbered(&subpopulations));
    add(
        "total_counts",
        Column::I64(metrics.total_counts.iter().map(|&v| i64::try_from(v).unwrap_or(i64::MAX)).collect()),
    );
    add("n_features", Column::I32(metrics.n_features.iter().map(|&v| signed(v)).collect()));
    add("mito_fraction", Column::F64(metrics.mito_fraction.clone()));
    add("target_key", Column::F64(called(&|c| c.evidence.target_key())));
    add("target_molecules", Column::F64(called(&|c| c.evidence.target_molecules as f64)));
    add("target_genes", Column::F64(called(&|c| f64::from(c.evidence.target_distinct))));
    for (index, class) in classes.iter().enumerate().filter(|(_, c)| c.parent.is_none()) {
        add(&format!("{}_key", class.id), Column::F64(called(&|c| c.evidence.classes[index].key())));
        add(&format!("{}_genes", class.id), Column::F64(called(&|c| f64::from(c.evidence.classes[index].distinct))));
    }
    table
}

/// The word of each call, as a column whose categories are those of the profile.
pub(super) fn call_column<'a>(analysis: &'a Analysis, calls: impl Iterator<Item = Option<&'a Call>>) -> Column {
    let classes = &analysis.resolved.classes;
    let mut words = vec!["target".to_owned()];
    words.extend(analysis.resolved.top_classes().map(|c| classes[c].id.clone()));
    words.extend(["suspect".to_owned(), "unassigned".to_owned()]);
    let word = |call: &'a Call| match call.kind {
        CallKind::Target => "target",
        CallKind::Class(class) => classes[class].id.as_str(),
        CallKind::Suspect(_) => "suspect",
        CallKind::Unassigned => "unassigned",
    };
    Column::with_categories(calls.map(|c| c.map(word)), words)
}

/// Cluster and sub-population number of each loaded cell, where it has one.
pub(super) fn groups(analysis: &Analysis, n_loaded: usize) -> (Vec<Option<u32>>, Vec<Option<u32>>) {
    let mut clusters = vec![None; n_loaded];
    let mut subpopulations = vec![None; n_loaded];
    if let Some(structure) = &analysis.structure {
        for (&row, &label) in structure.rows.iter().zip(structure.partition.labels()) {
            clusters[row] = Some(label);
        }
        if let Some(heterogeneity) = &analysis.heterogeneity {
            for (&position, &label) in heterogeneity.positions.iter().zip(heterogeneity.partition.labels()) {
                subpopulations[structure.rows[position]] = Some(label);
            }
        }
    }
    (clusters, subpopulations)
}

/// Numbers as text with missing entries: scanpy's form of a cluster label.
pub(super) fn numbered(labels: &[Option<u32>]) -> Column {
    let n_groups = labels.iter().flatten().max().map_or(0, |m| m + 1);
    Column::Categorical {
        codes: labels.iter().map(|l| l.map_or(-1, signed)).collect(),
        categories: (0..n_groups).map(|g| g.to_string()).collect(),
    }
}

/// A number of genes or a label as the tables' 32-bit integer; both are far below its largest.
pub(super) fn signed(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
