//! `pseudobulk.tsv`.

use std::fmt::Write as _;

use super::{GeneSums, Pseudobulk, Reference};
use crate::PurityError;
use crate::cohort::expression::header::{self, Lines, Lot};
use crate::error::Document;

const SCHEMA: &str = "puricell-pseudobulk/1";
const REFERENCE: &str = "genes_counted";
const COLUMNS: &str = "gene_id\tgene\tfirst\tsecond";

/// The sums as tab-separated text: lines that begin with `#` (schema; species; target cells of each half; number of genes that
/// the file counts and SHA-256 of their ids), a header, and a row for each gene with a count.
pub fn write_pseudobulk(pseudobulk: &Pseudobulk) -> String {
    let Pseudobulk { species, cells, reference: Reference { n_genes, sha256 }, genes } = pseudobulk;
    let mut text = String::new();
    header::write(&mut text, SCHEMA, Lot { species: Some(*species), cells: *cells });
    // Writing to a text cannot fail.
    let _ = writeln!(text, "# {REFERENCE}\t{n_genes}\t{sha256}\n{COLUMNS}");
    for GeneSums { id, name, counts: [first, second] } in genes {
        let _ = writeln!(text, "{id}\t{name}\t{first}\t{second}");
    }
    text
}

/// Reads what [`write_pseudobulk`] wrote; `name` is what messages call the file.
///
/// # Errors
/// [`PurityError::Syntax`] with the line and what was expected there.
pub fn parse_pseudobulk(text: &str, name: &str) -> Result<Pseudobulk, PurityError> {
    let mut lines = Lines::new(text, Document::Pseudobulk, name);
    let Lot { species, cells } = lines.lot(SCHEMA)?;
    let species = species.ok_or_else(|| lines.error("found species NA, expected human or mouse".into()))?;
    let reference = match lines.values(REFERENCE)?[..] {
        [n, sha256] if sha256.len() == 64 => {
            let n_genes = n.parse().map_err(|_| lines.error(format!("found '{n}', expected a number of genes")))?;
            Reference { n_genes, sha256: sha256.to_owned() }
        }
        _ => return Err(lines.error("expected a number of genes and a SHA-256 of 64 digits".into())),
    };
    lines.expect(COLUMNS)?;
    let mut genes: Vec<GeneSums> = Vec::new();
    while let Some(line) = lines.next_line() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, name, ref counts @ ..] = fields[..] else {
            return Err(lines.error(format!("found {} columns, expected 4", fields.len())));
        };
        let counts = lines.numbers(counts, "molecules of each half")?;
        if let Some(last) = genes.last().filter(|last| *last.id >= *id) {
            return Err(lines.error(format!("found gene {id} after {}, expected ids that rise", last.id)));
        }
        genes.push(GeneSums { id: id.to_owned(), name: name.to_owned(), counts });
    }
    Ok(Pseudobulk { species, cells, reference, genes })
}
