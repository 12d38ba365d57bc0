//! Counts of a lot's target cells, summed per gene.

mod tsv;

use std::collections::BTreeMap;

use puricell_core::{FeatureKind, FeatureTable};

use super::header::one_field;
use crate::ambient::FeatureTotals;
use crate::species::{bare_id, bare_name};
use crate::{PurityError, Species};

pub use tsv::{parse_pseudobulk, write_pseudobulk};

/// The genes that a file counts, whether seen or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// How many.
    pub n_genes: u64,
    /// SHA-256 of [`Reference::text`], lower-case hexadecimal.
    pub sha256: String,
}

impl Reference {
    /// The ids of the gene expression features, each once, in order, a line each.
    pub fn text(features: &FeatureTable) -> String {
        let mut ids: Vec<&str> = genes(features).map(|gene| bare_id(features, gene)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.iter().flat_map(|id| [id, "\n"]).collect()
    }
}

/// A gene with a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneSums {
    /// Accession without version.
    pub id: String,
    /// Symbol.
    pub name: String,
    /// Molecules in the target cells of each half.
    pub counts: [u64; 2],
}

/// Those of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pseudobulk {
    /// Whose genes they are.
    pub species: Species,
    /// Target cells of each half.
    pub cells: [u64; 2],
    /// The genes that were counted.
    pub reference: Reference,
    /// Genes with a count in either half, by id.
    pub genes: Vec<GeneSums>,
}

impl Pseudobulk {
    /// From the molecules of the halves, in the order of `features`; `sha256` is that of [`Reference::text`]. Columns of one id
    /// are added up.
    ///
    /// # Errors
    /// [`PurityError::UnknownSpecies`].
    pub fn of_halves(
        halves: &[FeatureTotals; 2],
        features: &FeatureTable,
        sha256: impl FnOnce(&str) -> String,
    ) -> Result<Self, PurityError> {
        let species = Species::detect(features)?;
        let text = Reference::text(features);
        let reference = Reference { n_genes: text.lines().count() as u64, sha256: sha256(&text) };
        let mut sums: BTreeMap<String, (String, [u64; 2])> = BTreeMap::new();
        for gene in genes(features) {
            let counts = halves.each_ref().map(|half| half.of_feature[gene]);
            if counts != [0, 0] {
                let (id, name) = (one_field(bare_id(features, gene)), one_field(bare_name(features, gene)));
                let (_, sum) = sums.entry(id).or_insert((name, [0, 0]));
                sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            }
        }
        let genes = sums.into_iter().map(|(id, (name, counts))| GeneSums { id, name, counts }).collect();
        Ok(Self { species, cells: halves.each_ref().map(|half| half.n_cells as u64), reference, genes })
    }

    /// Molecules of each half.
    pub fn molecules(&self) -> [u64; 2] {
        [0, 1].map(|half| self.genes.iter().map(|gene| gene.counts[half]).sum())
    }
}

fn genes(features: &FeatureTable) -> impl Iterator<Item = usize> {
    (0..features.len()).filter(|&feature| features.kinds[feature] == FeatureKind::GeneExpression)
}
