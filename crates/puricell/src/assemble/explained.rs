//! Why contaminants and suspects were called so.

use puricell_core::CellTable;
use puricell_report::model as report;

use super::calls::ClassIndex;
use crate::pipeline::{Analysis, Called, CellLot};

/// Most cells of the report: with some fifteen genes each they take less than a megabyte of the page.
const MOST_CELLS: usize = 1000;

/// The evidence of the cells that `evidence.tsv` explains, or of evenly spaced ones among them.
pub(super) fn explained(
    cells: &CellTable,
    analysis: &Analysis<CellLot>,
    classes: &[report::Class],
    index: &ClassIndex,
) -> Option<report::Explained> {
    let evidence = &analysis.measured.evidence;
    if evidence.is_empty() {
        return None;
    }
    let n = evidence.len();
    let shown = n.min(MOST_CELLS);
    let one = |i: usize| {
        let (cell, genes) = &evidence[i * n / shown];
        let first = genes.first()?;
        let kind = analysis.measured.kind(*cell);
        Some(report::ExplainedCell {
            cell: cells.ids.get(*cell)?.clone(),
            call: kind.and_then(|_| Some(classes.get(index.of(kind) as usize)?.id.clone())),
            class: analysis.resolved.classes[first.class].id.clone(),
            cell_type: first.cell_type.to_string(),
            confidence: Some(analysis.measured.confidence(*cell)).filter(|c| c.is_finite()),
            genes: genes
                .iter()
                .map(|gene| report::ExplainingGene {
                    gene: gene.symbol.to_string(),
                    molecules: gene.molecules,
                    expected_in_target: rounded(gene.expected_in_target),
                    log_ratio: rounded(gene.log_ratio),
                })
                .collect(),
        })
    };
    Some(report::Explained { n_total: n as u64, cells: (0..shown).filter_map(one).collect() })
}

/// To the digits of `evidence.tsv`.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}
