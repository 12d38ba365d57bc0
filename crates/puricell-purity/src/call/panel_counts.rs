//! The counts of the genes that are weighed, and nothing else.

use std::collections::BTreeMap;

use puricell_core::{CountMatrix, reduce};

use crate::resolve::{Resolved, ResolvedGene};

/// Counts of the genes that are weighed, decisive or not, gathered in one pass over the matrix.
///
/// A gene has one slot whichever panels name it; several columns of one gene are summed.
#[derive(Debug, Clone)]
pub struct PanelCounts {
    /// Symbol of each slot.
    symbols: Vec<String>,
    /// Slots of the target's decisive genes.
    target: Vec<usize>,
    /// Slots per class of `Resolved::classes`.
    classes: Vec<Vec<usize>>,
    /// Slots per subset of `Resolved::subsets`.
    subsets: Vec<Vec<usize>>,
    /// Slots of the genes that are weighed without being decisive.
    support: Vec<usize>,
    /// Where each cell's counts begin and end.
    indptr: Vec<usize>,
    /// Slot of each count, increasing within a cell.
    slots: Vec<u32>,
    /// The counts.
    counts: Vec<u32>,
    /// All molecules of each cell, whichever gene.
    totals: Vec<u64>,
    /// Molecules of globin genes.
    haemoglobin: Vec<u64>,
}

impl PanelCounts {
    /// Gathers the weighed genes of every cell.
    pub fn gather(counts: &CountMatrix, resolved: &Resolved) -> Self {
        let mut slots = Slots::default();
        let target = slots.of(&resolved.target.genes);
        let classes: Vec<Vec<usize>> = resolved.classes.iter().map(|c| slots.of(&c.genes)).collect();
        let subsets: Vec<Vec<usize>> = resolved.subsets.iter().map(|s| slots.of(&s.genes)).collect();
        let support = slots.of(&resolved.support);
        let mut slot_of_column = vec![u32::MAX; counts.n_cols()];
        for (&column, &slot) in &slots.columns {
            slot_of_column[column] = slot as u32;
        }
        let mut is_globin = vec![false; counts.n_cols()];
        for &column in &resolved.sets.haemoglobin {
            is_globin[column] = true;
        }
        let parts = reduce::map_chunks(counts.n_rows(), reduce::CHUNK, |rows| {
            let mut part = Part::default();
            let mut found: Vec<(u32, u32)> = Vec::new();
            for row in rows {
                found.clear();
                let (mut total, mut globin) = (0_u64, 0_u64);
                counts.row(row).for_each(|column, value| {
                    total += u64::from(value);
                    if is_globin[column as usize] {
                        globin += u64::from(value);
                    }
                    let slot = slot_of_column[column as usize];
                    if slot != u32::MAX && value > 0 {
                        found.push((slot, value));
                    }
                });
                found.sort_unstable_by_key(|f| f.0);
                let start = part.indices.len();
                for &(slot, value) in &found {
                    if part.indices.len() > start && part.indices.last() == Some(&slot) {
                        if let Some(last) = part.values.last_mut() {
                            *last = last.saturating_add(value);
                        }
                    } else {
                        part.indices.push(slot);
                        part.values.push(value);
                    }
                }
                part.lengths.push(part.indices.len() - start);
                part.totals.push(total);
                part.haemoglobin.push(globin);
            }
            part
        });
        let mut gathered = Self {
            symbols: slots.symbols,
            target,
            classes,
            subsets,
            support,
            indptr: vec![0],
            slots: Vec::new(),
            counts: Vec::new(),
            totals: Vec::with_capacity(counts.n_rows()),
            haemoglobin: Vec::with_capacity(counts.n_rows()),
        };
        let mut end = 0;
        for part in parts {
            for length in part.lengths {
                end += length;
                gathered.indptr.push(end);
            }
            gathered.slots.extend(part.indices);
            gathered.counts.extend(part.values);
            gathered.totals.extend(part.totals);
            gathered.haemoglobin.extend(part.haemoglobin);
        }
        gathered
    }

    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        self.totals.len()
    }

    /// Symbol of each slot.
    pub fn symbols(&self) -> &[String] {
        &self.symbols
    }

    /// All molecules of a cell.
    pub fn total(&self, cell: usize) -> u64 {
        self.totals[cell]
    }

    /// Share of a cell's molecules that are of globin genes; 0 for an empty cell.
    pub fn haemoglobin_share(&self, cell: usize) -> f64 {
        if self.totals[cell] == 0 { 0.0 } else { self.haemoglobin[cell] as f64 / self.totals[cell] as f64 }
    }

    /// Slots and counts of a cell's weighed genes.
    pub fn row(&self, cell: usize) -> (&[u32], &[u32]) {
        let range = self.indptr[cell]..self.indptr[cell + 1];
        (&self.slots[range.clone()], &self.counts[range])
    }

    /// Slots of the target's decisive genes.
    pub fn target(&self) -> &[usize] {
        &self.target
    }

    /// Slots of the decisive genes of each class.
    pub fn classes(&self) -> &[Vec<usize>] {
        &self.classes
    }

    /// Slots of the decisive genes of each subset.
    pub fn subsets(&self) -> &[Vec<usize>] {
        &self.subsets
    }

    /// Slots of the genes that are weighed without being decisive; some of them may be decisive for one class or another.
    pub fn support(&self) -> &[usize] {
        &self.support
    }

    /// Distinct genes and molecules of a cell among some slots, which must be sorted.
    pub fn among(&self, cell: usize, slots: &[usize]) -> (u32, u64) {
        let (found, counts) = self.row(cell);
        let (mut distinct, mut molecules) = (0, 0);
        for (slot, &count) in found.iter().zip(counts) {
            if slots.binary_search(&(*slot as usize)).is_ok() {
                distinct += 1;
                molecules += u64::from(count);
            }
        }
        (distinct, molecules)
    }
}

#[derive(Default)]
struct Part {
    lengths: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<u32>,
    totals: Vec<u64>,
    haemoglobin: Vec<u64>,
}

#[derive(Default)]
struct Slots {
    symbols: Vec<String>,
    by_symbol: BTreeMap<String, usize>,
    columns: BTreeMap<usize, usize>,
}

impl Slots {
    fn of(&mut self, genes: &[ResolvedGene]) -> Vec<usize> {
        let mut slots: Vec<usize> = genes
            .iter()
            .map(|gene| {
                let slot = *self.by_symbol.entry(gene.symbol.clone()).or_insert_with(|| {
                    self.symbols.push(gene.symbol.clone());
                    self.symbols.len() - 1
                });
                for &column in &gene.columns {
                    self.columns.entry(column).or_insert(slot);
                }
                slot
            })
            .collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}
