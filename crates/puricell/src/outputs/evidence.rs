//! `evidence.tsv`: the genes that decided on a cell, a row per cell and gene.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use puricell_core::{CellTable, reduce};
use puricell_purity::{CallKind, GeneEvidence};

use crate::pipeline::{Analysis, Called, CellLot};

/// Cells whose rows one task sets.
const CELLS_PER_TASK: usize = 256;

/// Cells in input order, genes by the weight of what they say.
///
/// `log_ratio` is the log likelihood of the molecules seen in a cell of `cell_type` over that in a target cell of this lot:
/// above 0 it speaks for the class, below 0 for the target.
pub(super) fn write(path: &Path, cells: &CellTable, analysis: &Analysis<CellLot>) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(b"cell_id\tcall\tclass\tcell_type\tgene\tmolecules\texpected_in_target\tlog_ratio\n")?;
    let found = &analysis.measured.evidence;
    let mut written = Ok(());
    reduce::for_each_chunk(
        found.len(),
        CELLS_PER_TASK,
        |range| found[range].iter().fold(String::new(), |text, found| with_rows(text, cells, analysis, found)),
        |text| {
            if written.is_ok() {
                written = file.write_all(text.as_bytes());
            }
        },
    );
    written
}

/// `text` and the rows of one cell.
fn with_rows(
    mut text: String,
    cells: &CellTable,
    analysis: &Analysis<CellLot>,
    (cell, genes): &(usize, Vec<GeneEvidence>),
) -> String {
    let classes = &analysis.resolved.classes;
    let call = match analysis.measured.kind(*cell) {
        Some(CallKind::Target) => "target",
        Some(CallKind::Class(class)) => &classes[class].id,
        Some(CallKind::Suspect(_)) => "suspect",
        Some(CallKind::Unassigned) => "unassigned",
        None => "not kept",
    };
    for gene in genes {
        let (id, class) = (&cells.ids[*cell], &classes[gene.class].id);
        // Writing to a text cannot fail.
        let _ = write!(text, "{id}\t{call}\t{class}\t{}\t{}\t{}", gene.cell_type, gene.symbol, gene.molecules);
        for value in [gene.expected_in_target, gene.log_ratio] {
            text.push('\t');
            push_with_four_decimals(&mut text, value);
        }
        text.push('\n');
    }
    text
}

/// Adds `{value:.4}`.
fn push_with_four_decimals(text: &mut String, value: f64) {
    let scaled = value.abs() * 1e4;
    let whole = scaled.floor();
    let rest = scaled - whole;
    // Rounding of the product matters only beside a half, so all other values can go by whole numbers, at a quarter of the
    // time; below this bound it is less than 1e-6.
    if scaled < 1e9 && (rest - 0.5).abs() > 1e-6 {
        let units = whole as u64 + u64::from(rest > 0.5);
        let sign = if value.is_sign_negative() { "-" } else { "" };
        let _ = write!(text, "{sign}{}.{:04}", units / 10_000, units % 10_000);
    } else {
        let _ = write!(text, "{value:.4}");
    }
}

#[cfg(test)]
mod tests {
    use puricell_core::Seed;

    use super::*;

    #[test]
    fn four_decimals_are_those_of_the_standard_library() {
        let mut stream = Seed(6).stream("test.decimals", 0);
        let halves = (0..2000).map(|i| f64::from(i) / 32.0 + 0.000_05);
        let ties = (0..200).map(|i| f64::from(i) * 0.031_25);
        let edges =
            [0.0, -0.0, -1e-9, 1e-300, 0.000_05, 0.999_95, 9e4, 99_999.999_95, 1e5, 1e12, f64::NAN, f64::INFINITY];
        let drawn = (0..20_000).map(|i| stream.normal() * [1e-5, 1e-3, 1.0, 40.0, 1e6][i % 5]);
        for value in halves.chain(ties).chain(edges).chain(drawn).flat_map(|v| [v, -v]) {
            let mut text = String::new();
            push_with_four_decimals(&mut text, value);
            assert_eq!(text, format!("{value:.4}"));
        }
    }
}
