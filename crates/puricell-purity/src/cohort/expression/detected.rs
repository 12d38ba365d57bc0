//! In how many cells of a lot a gene is seen: `detection.tsv`.

use std::fmt::Write as _;

use puricell_core::{CountMatrix, reduce};

use super::SketchGenes;
use super::header::Lines;
use crate::PurityError;
use crate::error::Document;

const SCHEMA: &str = "puricell-detection/1";
const CELLS: &str = "cells";
const MOLECULES: &str = "molecules";
const COLUMNS: &str = "gene\tcells\tmolecules";

/// The genes of the list in all viable singlets of a lot, contaminants among them: what a share of marker-positive events of a
/// cytometer is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// Viable singlets.
    pub n: u64,
    /// Sum over them of all their molecules, whichever gene.
    pub molecules: u64,
    /// Sum of the squares of each one's molecules.
    pub squares: u128,
    /// The genes among the features of the file, in the order of [`SketchGenes::present`].
    pub genes: Vec<DetectedGene>,
}

/// One gene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectedGene {
    /// Symbol (of the human gene).
    pub symbol: String,
    /// Cells with at least one molecule.
    pub cells: u64,
    /// Molecules in all cells.
    pub molecules: u64,
}

/// What one chunk of cells adds.
#[derive(Default)]
struct Part {
    molecules: u64,
    squares: u128,
    genes: Vec<(u64, u64)>,
}

impl Detected {
    /// Counts cells and molecules. `counts` are those of the viable singlets (`n_cells x columns.len()`), `columns` the columns
    /// of the whole that these are, increasing, and `molecules` all molecules of each cell. Sums of whole numbers: the same for
    /// any order of cells.
    pub fn of_cells(counts: &CountMatrix, columns: &[usize], molecules: &[u64], genes: &SketchGenes) -> Self {
        let gene_of = genes.of_columns(columns);
        let is_wanted: Vec<bool> = gene_of.iter().map(Option::is_some).collect();
        let n_genes = genes.present.len();
        let of_chunk = |range: std::ops::Range<usize>| {
            let mut part = Part { genes: vec![(0, 0); n_genes], ..Part::default() };
            // By gene, since one may have several columns.
            let mut of_cell = vec![0_u64; n_genes];
            for cell in range {
                part.molecules += molecules[cell];
                part.squares += u128::from(molecules[cell]).pow(2);
                counts.row(cell).for_each_in(&is_wanted, |column, count| {
                    if let Some(gene) = gene_of[column as usize] {
                        of_cell[gene] += u64::from(count);
                    }
                });
                for (sum, count) in part.genes.iter_mut().zip(&mut of_cell).filter(|(_, count)| **count > 0) {
                    sum.0 += 1;
                    sum.1 += std::mem::take(count);
                }
            }
            part
        };
        let add = |mut all: Part, more: Part| {
            all.molecules += more.molecules;
            all.squares += more.squares;
            for (sum, (cells, molecules)) in all.genes.iter_mut().zip(more.genes) {
                *sum = (sum.0 + cells, sum.1 + molecules);
            }
            all
        };
        let sums = reduce::fold_chunks(counts.n_rows(), reduce::CHUNK, of_chunk, add);
        let sums = sums.unwrap_or_else(|| Part { genes: vec![(0, 0); n_genes], ..Part::default() });
        let named = genes.present.iter().zip(sums.genes);
        Self {
            n: counts.n_rows() as u64,
            molecules: sums.molecules,
            squares: sums.squares,
            genes: named
                .map(|(gene, (cells, molecules))| DetectedGene { symbol: gene.symbol.clone(), cells, molecules })
                .collect(),
        }
    }

    /// A gene by its symbol; `None` where the file of the lot does not have it.
    pub fn gene(&self, symbol: &str) -> Option<&DetectedGene> {
        self.genes.iter().find(|gene| gene.symbol == symbol)
    }

    /// Squared coefficient of variation of the cells' molecules, 0 or more; `None` without a molecule.
    pub fn depth_dispersion(&self) -> Option<f64> {
        let sum = self.molecules as f64;
        (self.molecules > 0).then(|| (self.n as f64 * self.squares as f64 / (sum * sum) - 1.0).max(0.0))
    }
}

/// The counts as tab-separated text: lines that begin with `#` (schema; cells; sum of their molecules and of the squares), a
/// header, and a row for each gene.
pub fn write_detection(detected: &Detected) -> String {
    let Detected { n, molecules, squares, genes } = detected;
    let mut text = format!("# {SCHEMA}\n# {CELLS}\t{n}\n# {MOLECULES}\t{molecules}\t{squares}\n{COLUMNS}\n");
    for DetectedGene { symbol, cells, molecules } in genes {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{symbol}\t{cells}\t{molecules}");
    }
    text
}

/// Reads what [`write_detection`] wrote; `name` is what messages call the file.
///
/// # Errors
/// [`PurityError::Syntax`] with the line and what was expected there.
pub fn parse_detection(text: &str, name: &str) -> Result<Detected, PurityError> {
    let mut lines = Lines::new(text, Document::Detection, name);
    lines.expect(&format!("# {SCHEMA}"))?;
    let n: u64 = match lines.values(CELLS)?[..] {
        [n] => whole(&lines, n)?,
        ref other => return Err(lines.error(format!("found {} values, expected the number of cells", other.len()))),
    };
    let (molecules, squares) = match lines.values(MOLECULES)?[..] {
        [sum, squares] => (whole(&lines, sum)?, whole(&lines, squares)?),
        ref other => return Err(lines.error(format!("found {} values, expected two sums", other.len()))),
    };
    lines.expect(COLUMNS)?;
    let mut genes = Vec::new();
    while let Some(line) = lines.next_line() {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[symbol, cells, molecules] = &fields[..] else {
            return Err(lines.error(format!("found {} columns, expected 3", fields.len())));
        };
        let gene = DetectedGene {
            symbol: symbol.to_owned(),
            cells: whole(&lines, cells)?,
            molecules: whole(&lines, molecules)?,
        };
        if gene.cells > n || gene.cells > gene.molecules {
            let message =
                format!("{symbol} has {cells} cells of {n} with {molecules} molecules, expected no more cells");
            return Err(lines.error(message));
        }
        genes.push(gene);
    }
    Ok(Detected { n, molecules, squares, genes })
}

fn whole<N: std::str::FromStr>(lines: &Lines<'_>, field: &str) -> Result<N, PurityError> {
    field.parse().map_err(|_| lines.error(format!("found '{field}', expected a whole number")))
}

#[cfg(test)]
mod tests {
    use super::super::simulated::Lot;
    use super::*;

    fn detected(lot: &Lot) -> Detected {
        let columns: Vec<usize> = (0..lot.counts.n_cols()).collect();
        let molecules: Vec<u64> = (0..lot.ids.len()).map(|cell| lot.counts.row(cell).total()).collect();
        Detected::of_cells(&lot.counts, &columns, &molecules, &SketchGenes::find(&lot.features).unwrap())
    }

    /// The definition, by genes and cells one after the other; more than one chunk of cells.
    #[test]
    fn counts_are_those_of_the_definition_in_any_order() {
        let lot = Lot::drawn(11, 1500, |_| 1.0);
        let found = detected(&lot);
        let totals: Vec<f64> = (0..1500).map(|cell| lot.counts.row(cell).total() as f64).collect();
        assert_eq!(found.n, 1500);
        for gene in SketchGenes::find(&lot.features).unwrap().present {
            let of_cell = |cell: usize| {
                gene.columns.iter().filter_map(|&c| lot.counts.get(cell, c as u32)).map(u64::from).sum::<u64>()
            };
            let row = found.gene(&gene.symbol).unwrap();
            assert_eq!(row.molecules, (0..1500).map(of_cell).sum::<u64>(), "{}", gene.symbol);
            assert_eq!(row.cells, (0..1500).filter(|&cell| of_cell(cell) > 0).count() as u64, "{}", gene.symbol);
        }
        let mean = totals.iter().sum::<f64>() / 1500.0;
        let variance = totals.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / 1500.0;
        assert!((found.depth_dispersion().unwrap() - variance / (mean * mean)).abs() < 1e-9);
        assert_eq!(detected(&lot.with_cells_shuffled(3)), found);
        assert_eq!(detected(&lot.with_genes_reversed()), found);
        assert_eq!(
            puricell_testkit::thread_sweep(|| write_detection(&detected(&lot))).unwrap(),
            write_detection(&found)
        );
    }

    #[test]
    fn the_table_reads_back_and_what_is_wrong_is_said_with_its_line() {
        let found = detected(&Lot::drawn(12, 200, |_| 1.0));
        let text = write_detection(&found);
        assert_eq!(parse_detection(&text, "d").unwrap(), found);
        let none = Detected { n: 0, molecules: 0, squares: 0, genes: Vec::new() };
        assert_eq!(parse_detection(&write_detection(&none), "d").unwrap(), none);
        assert_eq!(none.depth_dispersion(), None);
        let head = "# puricell-detection/1\n# cells\t10\n# molecules\t5\t9\ngene\tcells\tmolecules\n";
        for (text, said) in [
            ("# puricell-detection/2\n".to_owned(), "detection 'd', line 1: found '# puricell-detection/2', expected"),
            (text.replace("# cells\t200", "# cells"), "line 2: found 0 values, expected the number of cells"),
            (text.replacen("\tmolecules", "", 1), "line 4: found 'gene\tcells', expected"),
            (format!("{head}ENG\t3"), "line 5: found 2 columns, expected 3"),
            (format!("{head}ENG\t-3\t4"), "line 5: found '-3', expected a whole number"),
            (format!("{head}ENG\t3\t2"), "line 5: ENG has 3 cells of 10 with 2 molecules"),
            (format!("{head}ENG\t11\t20"), "line 5: ENG has 11 cells of 10 with 20 molecules"),
        ] {
            let error = parse_detection(&text, "d").unwrap_err().to_string();
            assert!(error.contains(said), "{error}\n{said}");
        }
    }
}
