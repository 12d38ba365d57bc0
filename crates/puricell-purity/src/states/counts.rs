//! The target cells' counts of the genes of states.

use std::collections::BTreeMap;

use puricell_core::{CountMatrix, reduce};

use super::StateDefinition;
use crate::Direction;
use crate::resolve::Resolved;

/// A gene that a state raises or lowers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StateGene {
    pub(super) symbol: String,
    pub(super) columns: Vec<usize>,
    pub(super) rises: bool,
}

/// The genes of a state among the features.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct StateGenes {
    /// Those found, each once, in the order of the panels.
    pub(super) genes: Vec<StateGene>,
    /// How many were looked for.
    pub(super) total: usize,
}

impl StateGenes {
    /// `None` where the profile does not name all of the state's panels.
    pub(super) fn find(state: &StateDefinition, resolved: &Resolved) -> Option<Self> {
        let mut found = Self::default();
        for id in state.panels {
            let module = resolved.modules.iter().find(|m| m.id == *id)?;
            found.total += module.coverage.total;
            for (gene, direction) in &module.genes {
                let rises = match direction {
                    Direction::Up => true,
                    Direction::Down => false,
                    Direction::Pos | Direction::Neg | Direction::Ctx => {
                        found.total -= 1;
                        continue;
                    }
                };
                if found.genes.iter().any(|g| g.symbol == gene.symbol) {
                    found.total -= 1;
                } else {
                    let (symbol, columns) = (gene.symbol.clone(), gene.columns.clone());
                    found.genes.push(StateGene { symbol, columns, rises });
                }
            }
        }
        Some(found)
    }
}

/// Nonzero counts per cell and state.
#[derive(Debug)]
pub(super) struct StateCounts {
    /// All molecules of each cell.
    molecules: Vec<u64>,
    /// Per state, where each cell's counts begin and end, and gene and count of each.
    states: Vec<OfState>,
}

#[derive(Debug, Default)]
struct OfState {
    indptr: Vec<usize>,
    entries: Vec<(u32, u32)>,
}

/// The counts of some cells, one after the other.
#[derive(Default)]
struct Part {
    lengths: Vec<usize>,
    entries: Vec<(u32, u32)>,
}

impl StateCounts {
    pub(super) fn gather(
        counts: &CountMatrix,
        columns: &[usize],
        (rows, molecules): (&[usize], &[u64]),
        states: &[&StateGenes],
    ) -> Self {
        // What each column is to each state. A column may be in several.
        let mut wanted: BTreeMap<usize, Vec<(usize, u32)>> = BTreeMap::new();
        for (state, genes) in states.iter().enumerate() {
            for (gene, column) in
                genes.genes.iter().enumerate().flat_map(|(g, gene)| gene.columns.iter().map(move |c| (g, c)))
            {
                if let Ok(position) = columns.binary_search(column) {
                    wanted.entry(position).or_default().push((state, gene as u32));
                }
            }
        }
        let mut uses: Vec<(usize, u32)> = Vec::new();
        let mut begin = vec![0_u32; columns.len() + 1];
        for position in 0..columns.len() {
            uses.extend(wanted.get(&position).into_iter().flatten());
            begin[position + 1] = uses.len() as u32;
        }
        let parts = reduce::map_chunks(rows.len(), reduce::CHUNK, |range| {
            let mut part: Vec<Part> = states.iter().map(|_| Part::default()).collect();
            for &row in &rows[range] {
                let starts: Vec<usize> = part.iter().map(|p| p.entries.len()).collect();
                counts.row(row).for_each(|column, count| {
                    let column = column as usize;
                    for &(state, gene) in &uses[begin[column] as usize..begin[column + 1] as usize] {
                        part[state].entries.push((gene, count));
                    }
                });
                for (Part { lengths, entries }, start) in part.iter_mut().zip(starts) {
                    lengths.push(sum_genes(entries, start));
                }
            }
            part
        });
        let mut gathered: Vec<OfState> =
            states.iter().map(|_| OfState { indptr: vec![0], entries: Vec::new() }).collect();
        for part in parts {
            for (all, Part { lengths, entries }) in gathered.iter_mut().zip(part) {
                let mut end = all.entries.len();
                for length in lengths {
                    end += length;
                    all.indptr.push(end);
                }
                all.entries.extend(entries);
            }
        }
        Self { molecules: molecules.to_vec(), states: gathered }
    }

    pub(super) fn n_cells(&self) -> usize {
        self.molecules.len()
    }

    pub(super) fn molecules(&self, cell: usize) -> u64 {
        self.molecules[cell]
    }

    /// Genes of a state that a cell shows, increasing, and how many molecules of each.
    pub(super) fn row(&self, state: usize, cell: usize) -> &[(u32, u32)] {
        let of = &self.states[state];
        &of.entries[of.indptr[cell]..of.indptr[cell + 1]]
    }

    /// Median of all molecules of a cell; 0 without cells.
    pub(super) fn median_molecules(&self) -> f64 {
        let mut sorted = self.molecules.clone();
        sorted.sort_unstable();
        let middle = sorted.len() / 2;
        match sorted.get(middle) {
            None => 0.0,
            Some(&high) if sorted.len().is_multiple_of(2) => f64::midpoint(sorted[middle - 1] as f64, high as f64),
            Some(&high) => high as f64,
        }
    }
}

/// Brings the entries from `start` on in order and adds those of one gene. How many there are then.
fn sum_genes(entries: &mut Vec<(u32, u32)>, start: usize) -> usize {
    entries[start..].sort_unstable_by_key(|e| e.0);
    let mut end = start;
    for at in start..entries.len() {
        let (gene, count) = entries[at];
        if end > start && entries[end - 1].0 == gene {
            entries[end - 1].1 = entries[end - 1].1.saturating_add(count);
        } else {
            entries[end] = (gene, count);
            end += 1;
        }
    }
    entries.truncate(end);
    end - start
}
