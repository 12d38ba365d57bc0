//! `evidence.tsv`: the genes that decided on a cell, a row per cell and gene.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use puricell_core::CellTable;
use puricell_purity::CallKind;

use crate::pipeline::{Analysis, Called, CellLot};

/// Cells in input order, genes by the weight of what they say.
///
/// `log_ratio` is the log likelihood of the molecules seen in a cell of `cell_type` over that in a target cell of this lot:
/// above 0 it speaks for the class, below 0 for the target.
pub(super) fn write(path: &Path, cells: &CellTable, analysis: &Analysis<CellLot>) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(b"cell_id\tcall\tclass\tcell_type\tgene\tmolecules\texpected_in_target\tlog_ratio\n")?;
    let classes = &analysis.resolved.classes;
    for (cell, genes) in &analysis.measured.evidence {
        let call = match analysis.measured.kind(*cell) {
            Some(CallKind::Target) => "target",
            Some(CallKind::Class(class)) => &classes[class].id,
            Some(CallKind::Suspect(_)) => "suspect",
            Some(CallKind::Unassigned) => "unassigned",
            None => "not kept",
        };
        for gene in genes {
            writeln!(
                file,
                "{}\t{call}\t{}\t{}\t{}\t{}\t{:.4}\t{:.4}",
                cells.ids[*cell],
                classes[gene.class].id,
                gene.cell_type,
                gene.symbol,
                gene.molecules,
                gene.expected_in_target,
                gene.log_ratio
            )?;
        }
    }
    file.flush()
}
