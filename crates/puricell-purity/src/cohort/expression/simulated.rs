//! For tests: lots of cells drawn from a planted population.

use puricell_core::{CountMatrix, CountPass, FeatureKind, FeatureTable, Seed};

use super::{Distributions, LotExpression, Pseudobulk, SketchGenes, TargetCells, second_of_target};
use crate::Panels;
use crate::ambient::TotalsPass;

/// The genes of the panels and 300 others.
pub(in crate::cohort) fn features() -> FeatureTable {
    let panels = Panels::builtin().unwrap();
    let mut table = FeatureTable::default();
    let others = (0..300).map(|i| (format!("ENSG9{i:010}"), format!("OTHER{i}")));
    let named = panels.panels.iter().flat_map(|p| &p.markers).map(|m| (m.ensembl.clone(), m.symbol.clone()));
    for (id, name) in named.chain(others) {
        if !table.names.contains(&name) {
            table.ids.push(id);
            table.names.push(name);
            table.kinds.push(FeatureKind::GeneExpression);
            table.genomes.push(String::new());
        }
    }
    table
}

/// A lot, all of whose cells are target cells.
#[derive(Clone)]
pub(super) struct Lot {
    pub(super) features: FeatureTable,
    pub(super) ids: Vec<String>,
    pub(super) counts: CountMatrix,
}

impl Lot {
    /// `n` cells of some 3,000 molecules. Means of genes are log-normal and the same for every lot but for `fold`, by the gene's
    /// place; so is the spread between cells, a factor of e^0.5 for each gene and cell.
    pub(super) fn drawn(seed: u64, n: usize, fold: impl Fn(usize) -> f64) -> Self {
        let features = features();
        let mut population = Seed(1).stream("test.population", 0);
        let means: Vec<f64> =
            (0..features.len()).map(|_| puricell_core::math::exp(1.5 * population.normal())).collect();
        let total: f64 = means.iter().sum();
        let mut stream = Seed(seed).stream("test.lot", 0);
        let (mut indptr, mut indices, mut values) = (vec![0_u64], Vec::new(), Vec::new());
        for _ in 0..n {
            let depth = 3000.0 * puricell_core::math::exp(0.3 * stream.normal());
            for (gene, mean) in means.iter().enumerate() {
                let mean = mean / total * depth * fold(gene) * puricell_core::math::exp(0.5 * stream.normal());
                let count = poisson(&mut stream, mean);
                if count > 0 {
                    indices.push(gene as u32);
                    values.push(count);
                }
            }
            indptr.push(indices.len() as u64);
        }
        let counts = CountMatrix::new(n, features.len(), indptr, indices, values).unwrap();
        Self { features, ids: (0..n).map(|cell| format!("cell{cell}-1")).collect(), counts }
    }

    /// What is kept of it.
    pub(super) fn kept(&self) -> LotExpression {
        let n = self.ids.len();
        let second = second_of_target(&self.ids, &vec![true; n]);
        let mut pass = TotalsPass::<_, 2>::new(self.counts.n_cols(), |row, _| Some(usize::from(second[row])));
        pass.take(0, &self.counts);
        let genes = SketchGenes::find(&self.features).unwrap();
        let molecules: Vec<u64> = (0..n).map(|cell| self.counts.row(cell).total()).collect();
        let cells = TargetCells {
            counts: &self.counts,
            columns: &(0..self.counts.n_cols()).collect::<Vec<_>>(),
            rows: &(0..n).collect::<Vec<_>>(),
            molecules: &molecules,
            second: &second,
        };
        let hash = |text: &str| format!("{:064x}", text.len());
        LotExpression {
            pseudobulk: Some(Pseudobulk::of_halves(&pass.finish(), &self.features, hash).unwrap()),
            distributions: Distributions::of_cells(&cells, &genes),
        }
    }

    /// The same cells in another order.
    pub(super) fn with_cells_shuffled(&self, seed: u64) -> Self {
        let mut order: Vec<usize> = (0..self.ids.len()).collect();
        Seed(seed).stream("test.order", 0).shuffle(&mut order);
        let ids = order.iter().map(|&cell| self.ids[cell].clone()).collect();
        Self { features: self.features.clone(), ids, counts: self.counts.select_rows(&order) }
    }

    /// The same genes in another order.
    pub(super) fn with_genes_reversed(&self) -> Self {
        let (indptr, indices, values) = self.counts.to_arrays();
        let n_cols = self.counts.n_cols();
        let indices = indices.iter().map(|column| n_cols as u32 - 1 - column).collect();
        let order: Vec<usize> = (0..n_cols).rev().collect();
        let counts = CountMatrix::new(self.ids.len(), n_cols, indptr, indices, values).unwrap();
        Self { features: self.features.select(&order), ids: self.ids.clone(), counts }
    }
}

/// By multiplying uniforms (Knuth); for means of some tens.
fn poisson(stream: &mut puricell_core::Stream, mean: f64) -> u32 {
    let bound = puricell_core::math::exp(-mean);
    let (mut product, mut count) = (stream.uniform(), 0);
    while product > bound {
        product *= stream.uniform();
        count += 1;
    }
    count
}
