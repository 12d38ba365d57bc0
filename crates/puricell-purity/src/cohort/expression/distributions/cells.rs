//! Distributions of single cells' counts.

use puricell_core::{CountMatrix, Seed, math, reduce};
use rayon::prelude::*;

use super::{Distribution, DistributionKind, Distributions};
use crate::cohort::expression::SketchGenes;
use crate::cohort::expression::quantiles::{HalfValues, in_blocks, of_halves};

/// Directions along which cells are projected. The mean over random ones is the sliced earth mover's distance (Bonneel 2015,
/// doi:10.1007/s10851-014-0506-3).
pub const N_DIRECTIONS: usize = 64;

/// Molecules every cell is scaled to, as for clusters and maps.
const TARGET_SUM: f64 = 1e4;

/// Not a run's seed: every lot is projected along the same directions.
const SEED: Seed = Seed(0);

/// Counts below this are scaled once a cell: few distinct ones make up nearly all.
const MEMO: usize = 32;

/// The target cells of a lot.
#[derive(Debug, Clone, Copy)]
pub struct TargetCells<'a> {
    /// Counts of some cells, the target cells among them, and of some genes.
    pub counts: &'a CountMatrix,
    /// The columns of the whole that these are, increasing. What they lack of the genes counts as not seen.
    pub columns: &'a [usize],
    /// Rows of the target cells.
    pub rows: &'a [usize],
    /// All molecules of each of these, whichever gene.
    pub molecules: &'a [u64],
    /// Whether each of these is of the second half.
    pub second: &'a [bool],
}

impl Distributions {
    /// The distributions of single genes and along directions.
    ///
    /// A direction has a normal random number for each gene, from the stream named by its symbol, so that it is the same in
    /// every lot; its length is brought to 1 over the genes that are present. Sums are taken in the order of the genes, cell by
    /// cell: equal bits at any thread count and for any order of cells.
    pub fn of_cells(cells: &TargetCells<'_>, genes: &SketchGenes) -> Self {
        let n_second = cells.second.iter().filter(|&&second| second).count();
        let sizes = [cells.rows.len() - n_second, n_second];
        let found = Found { cells, genes: genes.present.len(), gene_of: genes.of_columns(cells.columns) };
        let symbols: Vec<&str> = genes.present.iter().map(|gene| gene.symbol.as_str()).collect();
        let mut rows = found.single_genes(&symbols, sizes);
        rows.extend(found.along(&directions(&symbols)));
        let absent = genes.absent.clone();
        Self { species: Some(genes.species), cells: sizes.map(|n| n as u64), absent, rows }
    }
}

/// The genes of the list among the columns.
struct Found<'a> {
    cells: &'a TargetCells<'a>,
    genes: usize,
    /// Of each column.
    gene_of: Vec<Option<usize>>,
}

impl Found<'_> {
    fn single_genes(&self, symbols: &[&str], sizes: [usize; 2]) -> Vec<Distribution> {
        let blocks = in_blocks(self.genes, self.cells.rows.len());
        let of_block = |block: std::ops::Range<usize>| {
            let parts = self.map_cells(|values: &mut Vec<HalfValues>, half, expressed| {
                values.resize(block.len(), HalfValues::default());
                for (gene, value) in expressed.iter().filter(|(gene, _)| block.contains(gene)) {
                    values[gene - block.start].values[half].push(*value);
                }
            });
            let of_gene = |gene: usize| {
                let mut all = HalfValues::default();
                for part in parts.iter().filter_map(|part| part.get(gene - block.start)) {
                    all.values.iter_mut().zip(&part.values).for_each(|(all, more)| all.extend_from_slice(more));
                }
                all.zeros = [0, 1].map(|half| sizes[half] - all.values[half].len());
                let parts = of_halves(all, f64::from)?;
                Some(Distribution { kind: DistributionKind::Gene, name: symbols[gene].to_owned(), parts })
            };
            block.clone().into_par_iter().filter_map(of_gene).collect::<Vec<_>>()
        };
        blocks.flat_map(of_block).collect()
    }

    fn along(&self, directions: &[[f64; N_DIRECTIONS]]) -> Vec<Distribution> {
        let blocks = in_blocks(N_DIRECTIONS, self.cells.rows.len());
        let of_block = |block: std::ops::Range<usize>| {
            let parts = self.map_cells(|halves: &mut [Vec<f32>; 2], half, expressed| {
                let mut sums = [0.0; N_DIRECTIONS];
                for &(gene, value) in expressed {
                    let value = f64::from(value);
                    sums.iter_mut().zip(&directions[gene]).for_each(|(sum, weight)| *sum += weight * value);
                }
                halves[half].extend(sums[block.clone()].iter().map(|&sum| sum as f32));
            });
            let of_direction = |direction: usize| {
                let mut all = HalfValues::default();
                for part in &parts {
                    for (all, more) in all.values.iter_mut().zip(part) {
                        all.extend(more.iter().skip(direction - block.start).step_by(block.len()));
                    }
                }
                let parts = of_halves(all, f64::from)?;
                Some(Distribution { kind: DistributionKind::Direction, name: (direction + 1).to_string(), parts })
            };
            block.clone().into_par_iter().filter_map(of_direction).collect::<Vec<_>>()
        };
        blocks.flat_map(of_block).collect()
    }

    /// Hands half and expressed genes, increasing, of every target cell to `take`; a result for each chunk of cells.
    fn map_cells<R: Default + Send>(&self, take: impl Fn(&mut R, usize, &[(usize, f32)]) + Sync) -> Vec<R> {
        let TargetCells { counts, rows, molecules, second, .. } = *self.cells;
        let is_wanted: Vec<bool> = self.gene_of.iter().map(Option::is_some).collect();
        reduce::map_chunks(rows.len(), reduce::CHUNK, |range| {
            let mut result = R::default();
            let mut of_genes = vec![0_u64; self.genes];
            let mut expressed = Vec::with_capacity(self.genes);
            for at in range {
                counts.row(rows[at]).for_each_in(&is_wanted, |column, count| {
                    if let Some(gene) = self.gene_of[column as usize] {
                        of_genes[gene] += u64::from(count);
                    }
                });
                let mut memo = [f32::NAN; MEMO];
                let scaled = |count: u64| math::ln_1p(count as f64 * TARGET_SUM / molecules[at] as f64) as f32;
                expressed.clear();
                for (gene, count) in of_genes.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
                    let value = match memo.get_mut(*count as usize) {
                        Some(known) if known.is_nan() => {
                            *known = scaled(*count);
                            *known
                        }
                        Some(known) => *known,
                        None => scaled(*count),
                    };
                    expressed.push((gene, value));
                    *count = 0;
                }
                take(&mut result, usize::from(second[at]), &expressed);
            }
            result
        })
    }
}

/// The weights of each gene. Without a gene there is none.
fn directions(symbols: &[&str]) -> Vec<[f64; N_DIRECTIONS]> {
    let drawn = |symbol: &&str| {
        let mut stream = SEED.stream(&format!("cohort.direction.{symbol}"), 0);
        [(); N_DIRECTIONS].map(|()| stream.normal())
    };
    let mut weights: Vec<[f64; N_DIRECTIONS]> = symbols.iter().map(drawn).collect();
    for direction in 0..N_DIRECTIONS {
        let length = weights.iter().map(|w| w[direction] * w[direction]).sum::<f64>().sqrt();
        for of_gene in &mut weights {
            of_gene[direction] /= length;
        }
    }
    weights
}
