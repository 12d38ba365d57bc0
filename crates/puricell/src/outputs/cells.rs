//! `cells.parquet`: a row per loaded cell, in input order.

use puricell_core::{CellTable, DropReason};
use puricell_io::write::Column;
use puricell_purity::{Call, CallKind, Resolved};

use crate::pipeline::{Analysis, Called, CellLot};

/// The columns, the same names and types for every lot.
pub(super) fn columns(cells: &CellTable, analysis: &Analysis<CellLot>) -> Vec<(String, Column)> {
    let n = cells.len();
    let calls = &analysis.measured.calls.cells;
    let lot = &analysis.measured;
    let classes = &analysis.resolved.classes;
    let metrics = &analysis.measured.quality.metrics;
    let mask = &analysis.mask;
    let called =
        |f: &dyn Fn(&Call) -> f64| -> Vec<f64> { calls.iter().map(|c| c.as_ref().map_or(f64::NAN, f)).collect() };
    let mut table: Vec<(String, Column)> = Vec::new();
    let mut add = |name: &str, column: Column| table.push((name.to_owned(), column));
    add("cell_id", Column::Text(cells.ids.clone()));
    add("kept", Column::Bool((0..n).map(|cell| mask.is_kept(cell)).collect()));
    add("reason", reason_column(&DropReason::OF_EXPRESSION, (0..n).map(|cell| mask.reason(cell))));
    add("call", call_column(&analysis.resolved, (0..n).map(|cell| lot.kind(cell))));
    add("subclass", subclass_column(&analysis.resolved, (0..n).map(|cell| lot.subclass(cell))));
    add("suspected_class", suspected_column(&analysis.resolved, (0..n).map(|cell| lot.kind(cell))));
    add("confidence", Column::F64((0..n).map(|cell| lot.confidence(cell)).collect()));
    let (clusters, subpopulations) = groups(analysis, n);
    add("cluster", numbered(&clusters));
    add("subpopulation", numbered(&subpopulations));
    add(
        "total_counts",
        Column::I64(metrics.total_counts.iter().map(|&v| i64::try_from(v).unwrap_or(i64::MAX)).collect()),
    );
    add("n_features", Column::I32(metrics.n_features.iter().map(|&v| signed(v)).collect()));
    add("mito_fraction", Column::F64(metrics.mito_fraction.clone()));
    let (scores, posteriors, kinds) = doublet_columns(lot, n);
    add("doublet_score", Column::F64(scores));
    add("doublet_posterior", Column::F64(posteriors));
    add("doublet_kind", kinds);
    add("target_key", Column::F64(called(&|c| c.evidence.target_key())));
    add("target_molecules", Column::F64(called(&|c| c.evidence.target_molecules as f64)));
    add("target_genes", Column::F64(called(&|c| f64::from(c.evidence.target_distinct))));
    for (index, class) in classes.iter().enumerate().filter(|(_, c)| c.parent.is_none()) {
        add(&format!("{}_key", class.id), Column::F64(called(&|c| c.evidence.classes[index].key())));
        let odds = |c: &Call| c.evidence.classes[index].log_odds().map_or(f64::NAN, f64::from);
        add(&format!("{}_log_odds", class.id), Column::F64(called(&odds)));
        add(&format!("{}_genes", class.id), Column::F64(called(&|c| f64::from(c.evidence.classes[index].distinct))));
    }
    table
}

/// The word of each call, as a column whose categories are those of the profile.
pub(super) fn call_column(resolved: &Resolved, kinds: impl Iterator<Item = Option<CallKind>>) -> Column {
    let classes = &resolved.classes;
    let mut words = vec!["target".to_owned()];
    words.extend(resolved.top_classes().map(|c| classes[c].id.clone()));
    words.extend(["suspect".to_owned(), "unassigned".to_owned()]);
    let word = |kind: CallKind| match kind {
        CallKind::Target => "target",
        CallKind::Class(class) => classes[class].id.as_str(),
        CallKind::Suspect(_) => "suspect",
        CallKind::Unassigned => "unassigned",
    };
    Column::with_categories(kinds.map(|k| k.map(word)), words)
}

/// The sub-class of each call.
pub(super) fn subclass_column(resolved: &Resolved, subclasses: impl Iterator<Item = Option<usize>>) -> Column {
    let classes = &resolved.classes;
    let words = classes.iter().filter(|c| c.parent.is_some()).map(|c| c.id.clone()).collect();
    Column::with_categories(subclasses.map(|s| s.map(|s| classes[s].id.as_str())), words)
}

/// The class that a suspect is suspected of.
pub(super) fn suspected_column(resolved: &Resolved, kinds: impl Iterator<Item = Option<CallKind>>) -> Column {
    let classes = &resolved.classes;
    let words = resolved.top_classes().map(|c| classes[c].id.clone()).collect();
    let suspected = |kind: Option<CallKind>| match kind? {
        CallKind::Suspect(class) => Some(classes[class].id.as_str()),
        _ => None,
    };
    Column::with_categories(kinds.map(suspected), words)
}

/// Why each cell left, of the reasons that its kind of data knows.
pub(super) fn reason_column(reasons: &[DropReason], of: impl Iterator<Item = Option<DropReason>>) -> Column {
    Column::with_categories(of.map(|r| r.map(DropReason::name)), reasons.iter().map(|r| r.name().to_owned()).collect())
}

/// Score and posterior of each cell, NaN where it has none, and the kind of doublet that it is nearest to.
fn doublet_columns(lot: &CellLot, n_loaded: usize) -> (Vec<f64>, Vec<f64>, Column) {
    let (mut scores, mut posteriors) = (vec![f64::NAN; n_loaded], vec![f64::NAN; n_loaded]);
    let mut kinds = vec![-1; n_loaded];
    let mut categories = Vec::new();
    if let Some(found) = &lot.doublets {
        for (position, &row) in found.rows.iter().enumerate() {
            scores[row] = found.score[position];
            posteriors[row] = found.posterior[position];
            kinds[row] = found.pair[position].map_or(-1, |pair| signed(pair as u32));
        }
        categories = found.kinds();
    }
    (scores, posteriors, Column::Categorical { codes: kinds, categories })
}

/// Cluster and sub-population number of each loaded cell, where it has one.
pub(super) fn groups<M>(analysis: &Analysis<M>, n_loaded: usize) -> (Vec<Option<u32>>, Vec<Option<u32>>) {
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
    numbered_of(labels.iter().copied(), labels.iter().flatten().max().map_or(0, |m| m + 1))
}

/// The same for part of the labels, of which all together have `n_groups`.
pub(super) fn numbered_of(labels: impl Iterator<Item = Option<u32>>, n_groups: u32) -> Column {
    Column::Categorical {
        codes: labels.map(|l| l.map_or(-1, signed)).collect(),
        categories: (0..n_groups).map(|g| g.to_string()).collect(),
    }
}

/// A number of genes or a label as the tables' 32-bit integer; both are far below its largest.
pub(super) fn signed(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
