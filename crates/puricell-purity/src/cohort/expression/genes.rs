//! The genes whose distributions are kept.

use std::collections::BTreeMap;

use puricell_core::FeatureTable;

use crate::resolve::{ResolvedGene, find_builtin};
use crate::{PurityError, Species};

/// Groups of the built-in panels that say something of stromal cells: what they are, where they come from, what they turn into,
/// what they do and in what state they are. Genes of contaminants are left out, for of those target cells hold ambient RNA; and
/// those of sex and quality, for they tell donors and damage.
const GROUPS: [&str; 6] = ["msc", "stromal_other", "tissue", "committed", "potency", "state"];

/// The fixed list of genes, found among the features of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SketchGenes {
    /// The species whose genes they are.
    pub species: Species,
    /// Those among the features, by symbol (of the human gene).
    pub present: Vec<ResolvedGene>,
    /// Symbols of the others, in order.
    pub absent: Vec<String>,
}

impl SketchGenes {
    /// Finds them.
    ///
    /// # Errors
    /// [`PurityError::UnknownSpecies`].
    pub fn find(features: &FeatureTable) -> Result<Self, PurityError> {
        let (species, found) = find_builtin(&GROUPS, features)?;
        let absent = found.iter().filter(|(_, gene)| gene.is_none()).map(|(&symbol, _)| symbol.to_owned()).collect();
        Ok(Self { species, present: found.into_values().flatten().collect(), absent })
    }

    /// Columns of the matrix that hold them, in no order; several for a gene of several copies.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        self.present.iter().flat_map(|gene| gene.columns.iter().copied())
    }

    /// The gene of each of some columns of the whole; `None` for a column of another gene.
    pub(super) fn of_columns(&self, columns: &[usize]) -> Vec<Option<usize>> {
        let genes: BTreeMap<usize, usize> =
            self.present.iter().enumerate().flat_map(|(g, gene)| gene.columns.iter().map(move |&c| (c, g))).collect();
        columns.iter().map(|column| genes.get(column).copied()).collect()
    }
}
