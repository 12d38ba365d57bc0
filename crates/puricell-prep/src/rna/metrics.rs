//! Quality metrics of each cell.

use puricell_core::{CountMatrix, CountPass, CountRow, reduce};

use crate::PrepError;

/// Cells per parallel task. Rows are independent, so this changes speed only.
const CELLS_PER_TASK: usize = 256;

/// Genes that a metric sums over, as column indices. The caller knows the species and the gene names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeatureSets {
    /// Mitochondrially encoded genes (`MT-` in human, `mt-` in mouse).
    pub mito: Vec<usize>,
    /// Cytosolic ribosomal protein genes (`RPL*`, `RPS*`).
    pub ribo: Vec<usize>,
    /// Haemoglobin genes (`HBA*`, `HBB`, `HBD`, ...).
    pub haemoglobin: Vec<usize>,
}

/// Quality metrics, one entry per row of the counts.
///
/// Fractions are of the cell's molecules, 0 to 1. They are NaN where they cannot be measured: the set is empty (the
/// file holds no mitochondrial gene, for instance) or the cell has no molecule. NaN is never read as 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CellMetrics {
    /// Molecules of all genes.
    pub total_counts: Vec<u64>,
    /// Genes with at least one molecule.
    pub n_features: Vec<u32>,
    /// Share of mitochondrial molecules.
    pub mito_fraction: Vec<f64>,
    /// Share of ribosomal protein molecules.
    pub ribo_fraction: Vec<f64>,
    /// Share of haemoglobin molecules.
    pub hb_fraction: Vec<f64>,
    /// Share of the 50 genes that are highest in this cell; 1 where fewer are detected.
    pub top50_fraction: Vec<f64>,
}

impl CellMetrics {
    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        self.total_counts.len()
    }
}

/// What is measured of one cell.
struct Measured {
    total: u64,
    features: u32,
    sets: [u64; 3],
    top50: u64,
}

/// Metrics of every cell of `counts` (`n_cells x n_genes`), as `scanpy.pp.calculate_qc_metrics` (1.11.5) gives them,
/// but fractions instead of per cent. A stored zero is not a detected gene.
///
/// # Errors
/// [`PrepError::Column`] where a set names a column outside the matrix.
pub fn cell_metrics(counts: &CountMatrix, sets: &FeatureSets) -> Result<CellMetrics, PrepError> {
    let mut pass = MetricsPass::new(counts.n_cols(), sets)?;
    pass.take(0, counts);
    Ok(pass.finish())
}

/// [`cell_metrics`] in one pass over counts that come in blocks.
#[derive(Debug)]
pub struct MetricsPass {
    /// Sets of each column, a bit each.
    membership: Vec<u8>,
    is_member: Vec<bool>,
    is_measurable: [bool; 3],
    metrics: CellMetrics,
}

impl MetricsPass {
    /// No cell yet, of counts of `n_cols` columns.
    ///
    /// # Errors
    /// As [`cell_metrics`].
    pub fn new(n_cols: usize, sets: &FeatureSets) -> Result<Self, PrepError> {
        let named = [("mito", &sets.mito), ("ribo", &sets.ribo), ("haemoglobin", &sets.haemoglobin)];
        let mut membership = vec![0_u8; n_cols];
        for (bit, (name, columns)) in named.into_iter().enumerate() {
            PrepError::check_columns(name, columns, n_cols)?;
            for &column in columns {
                membership[column] |= 1 << bit;
            }
        }
        let is_member = membership.iter().map(|&sets| sets != 0).collect();
        let is_measurable = named.map(|(_, columns)| !columns.is_empty());
        Ok(Self { membership, is_member, is_measurable, metrics: CellMetrics::default() })
    }

    /// The metrics of the cells taken.
    pub fn finish(self) -> CellMetrics {
        self.metrics
    }
}

impl CountPass for MetricsPass {
    fn take(&mut self, _: usize, block: &CountMatrix) {
        let Self { membership, is_member, is_measurable, metrics } = self;
        let parts = reduce::map_chunks(block.n_rows(), CELLS_PER_TASK, |rows| {
            rows.map(|row| measure(block.row(row), membership, is_member)).collect::<Vec<_>>()
        });
        for cell in parts.into_iter().flatten() {
            let share = |molecules: u64| molecules as f64 / cell.total as f64; // 0/0 is NaN, as wanted
            let of_set = |set: usize| if is_measurable[set] { share(cell.sets[set]) } else { f64::NAN };
            metrics.total_counts.push(cell.total);
            metrics.n_features.push(cell.features);
            metrics.mito_fraction.push(of_set(0));
            metrics.ribo_fraction.push(of_set(1));
            metrics.hb_fraction.push(of_set(2));
            metrics.top50_fraction.push(share(cell.top50));
        }
    }
}

fn measure(row: CountRow<'_>, membership: &[u8], is_member: &[bool]) -> Measured {
    let mut sets = [0; 3];
    row.for_each_in(is_member, |column, value| {
        let member = membership[column as usize];
        for (bit, sum) in sets.iter_mut().enumerate() {
            *sum += u64::from(member >> bit & 1) * u64::from(value);
        }
    });
    Measured { total: row.total(), features: row.n_detected() as u32, sets, top50: row.sum_of_highest(50) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_measured_is_nan_and_a_stored_zero_is_not_detected() {
        let counts = CountMatrix::new(3, 4, vec![0, 3, 3, 4], vec![0, 1, 3, 2], vec![6, 0, 2, 5]).unwrap();
        let sets = FeatureSets { mito: vec![3, 3], ribo: vec![], haemoglobin: vec![0] };
        let m = cell_metrics(&counts, &sets).unwrap();
        assert_eq!(m.total_counts, [8, 0, 5]);
        assert_eq!(m.n_features, [2, 0, 1]);
        // 2/8: a gene named twice counts once.
        assert!((m.mito_fraction[0] - 0.25).abs() < 1e-15 && m.mito_fraction[1].is_nan());
        assert!(m.mito_fraction[2].abs() < 1e-15);
        assert!(m.ribo_fraction.iter().all(|v| v.is_nan()));
        assert!((m.hb_fraction[0] - 0.75).abs() < 1e-15);
        assert!((m.top50_fraction[2] - 1.0).abs() < 1e-15 && m.top50_fraction[1].is_nan());
    }

    #[test]
    fn the_top_fifty_are_the_highest_fifty() {
        // Values 1..=60 in an order that is not sorted: the highest 50 are 11..=60.
        let values: Vec<u32> = (0..60).map(|i| (i * 37) % 60 + 1).collect();
        let counts = CountMatrix::new(1, 60, vec![0, 60], (0..60).collect(), values).unwrap();
        let m = cell_metrics(&counts, &FeatureSets::default()).unwrap();
        assert!((m.top50_fraction[0] - f64::from((11..=60).sum::<u32>()) / 1830.0).abs() < 1e-15);
    }

    #[test]
    fn empty_matrices_and_wrong_sets() {
        let none = CountMatrix::new(0, 5, vec![0], vec![], vec![]).unwrap();
        assert_eq!(cell_metrics(&none, &FeatureSets::default()).unwrap().n_cells(), 0);
        let no_genes = CountMatrix::new(2, 0, vec![0, 0, 0], vec![], vec![]).unwrap();
        assert_eq!(cell_metrics(&no_genes, &FeatureSets::default()).unwrap().total_counts, [0, 0]);
        let wrong = FeatureSets { mito: vec![0, 9], ..FeatureSets::default() };
        assert_eq!(
            cell_metrics(&none, &wrong),
            Err(PrepError::Column { argument: "mito", position: 1, column: 9, n_columns: 5 })
        );
    }
}
