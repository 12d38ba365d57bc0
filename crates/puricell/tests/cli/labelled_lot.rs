//! Lots put together from real cells of known type.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use puricell_core::{CellColumn, Dataset, Seed};
use puricell_io::{ReadOptions, open};

use crate::program::test_data;

/// Molecules of each gene of a cell, by column.
pub(crate) type Cell = BTreeMap<usize, u32>;

/// A lot in the making.
pub(crate) struct LabelledLot {
    features: Vec<(String, String)>,
    cells: Vec<Cell>,
}

impl LabelledLot {
    /// The breast cells of these types, in the order of the file.
    pub(crate) fn breast(labels: &[&str]) -> Self {
        let lot: Dataset = open(&test_data("spike/breast.h5ad"), &ReadOptions::default()).unwrap().value.dataset;
        let (_, column) = lot.cells().columns.iter().find(|(name, _)| name == "label").unwrap();
        let CellColumn::Text(of) = column else { panic!("labels are text") };
        let is_wanted = |row: &usize| of[*row].as_deref().is_some_and(|l| labels.contains(&l));
        let cell =
            |row: usize| lot.counts().row(row).iter().map(|(gene, molecules)| (gene as usize, molecules)).collect();
        let cells: Vec<Cell> = (0..lot.n_cells()).filter(is_wanted).map(cell).collect();
        assert_eq!(cells.len(), 20 * labels.len(), "{labels:?}");
        let features = lot.features().ids.iter().cloned().zip(lot.features().names.iter().cloned()).collect();
        Self { features, cells }
    }

    pub(crate) fn n_cells(&self) -> usize {
        self.cells.len()
    }

    /// The column of a gene, which is added where the file lacks it.
    pub(crate) fn gene(&mut self, symbol: &str) -> usize {
        self.features.iter().position(|f| f.1 == symbol).unwrap_or_else(|| {
            self.features.push((symbol.to_owned(), symbol.to_owned()));
            self.features.len() - 1
        })
    }

    /// Gives a cell molecules of genes.
    pub(crate) fn add(&mut self, cell: usize, molecules: &[(&str, u32)]) {
        for &(symbol, n) in molecules {
            let gene = self.gene(symbol);
            *self.cells[cell].entry(gene).or_default() += n;
        }
    }

    /// Puts `n` cells in the place of the 20 of each type, each the sum of `of` cells of that type: deeper ones.
    pub(crate) fn pool(&mut self, n: usize, of: usize) {
        let mut stream = Seed(1).stream("pooled cells", 0);
        let mut pooled = Vec::new();
        for cells in self.cells.chunks(20) {
            for _ in 0..n {
                let mut sum = Cell::new();
                for _ in 0..of {
                    for (&gene, &molecules) in &cells[stream.below(cells.len())] {
                        *sum.entry(gene).or_default() += molecules;
                    }
                }
                pooled.push(sum);
            }
        }
        self.cells = pooled;
    }

    /// Takes every molecule of a gene out of a cell.
    pub(crate) fn silence(&mut self, cell: usize, symbols: &[&str]) {
        for symbol in symbols {
            let gene = self.gene(symbol);
            self.cells[cell].remove(&gene);
        }
    }

    /// Adds droplets without a cell, of `molecules` each, in which genes are as frequent as in all cells together.
    pub(crate) fn add_empty_droplets(&mut self, n: usize, molecules: usize) {
        let mut soup = Vec::new();
        for cell in &self.cells {
            soup.extend(cell.iter().flat_map(|(&gene, &count)| std::iter::repeat_n(gene, count as usize)));
        }
        let mut stream = Seed(1).stream("empty droplets", 0);
        for _ in 0..n {
            let mut droplet = Cell::new();
            for _ in 0..molecules {
                *droplet.entry(soup[stream.below(soup.len())]).or_default() += 1;
            }
            self.cells.push(droplet);
        }
    }

    /// Writes the lot as a folder of 10x MTX.
    pub(crate) fn write(&self, folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        std::fs::create_dir(&path).unwrap();
        let n: usize = self.cells.iter().map(BTreeMap::len).sum();
        let mut matrix = String::from("%%MatrixMarket matrix coordinate integer general\n");
        writeln!(matrix, "{} {} {n}", self.features.len(), self.cells.len()).unwrap();
        for (column, cell) in self.cells.iter().enumerate() {
            for (gene, molecules) in cell {
                writeln!(matrix, "{} {} {molecules}", gene + 1, column + 1).unwrap();
            }
        }
        std::fs::write(path.join("matrix.mtx"), matrix).unwrap();
        let lines = |lines: Vec<String>| lines.join("\n") + "\n";
        let genes = self.features.iter().map(|(id, name)| format!("{id}\t{name}")).collect();
        std::fs::write(path.join("genes.tsv"), lines(genes)).unwrap();
        let barcodes = (0..self.cells.len()).map(|i| format!("CELL{i:04}-1")).collect();
        std::fs::write(path.join("barcodes.tsv"), lines(barcodes)).unwrap();
        path
    }
}
