//! The counts of the genes that are weighed, and nothing else.

use std::collections::BTreeMap;

use puricell_core::{CountMatrix, CountPass, CountRow, reduce};

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
        let mut pass = PanelPass::new(counts.n_cols(), resolved);
        pass.take(0, counts);
        pass.finish()
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
        // Both are in order: one walk beside the other.
        let mut wanted = slots.iter().map(|&slot| slot as u32).peekable();
        for (&slot, &count) in found.iter().zip(counts) {
            while wanted.next_if(|&next| next < slot).is_some() {}
            match wanted.peek() {
                None => break,
                Some(&next) if next == slot => {
                    distinct += 1;
                    molecules += u64::from(count);
                }
                Some(_) => {}
            }
        }
        (distinct, molecules)
    }
}

/// [`PanelCounts::gather`] in one pass over counts that come in blocks.
#[derive(Debug)]
pub struct PanelPass {
    slot_of_column: Vec<u32>,
    is_globin: Vec<bool>,
    /// Columns that have a slot or are of globin.
    is_wanted: Vec<bool>,
    gathered: PanelCounts,
}

impl PanelPass {
    /// No cell yet, of counts of `n_cols` columns.
    pub fn new(n_cols: usize, resolved: &Resolved) -> Self {
        let mut slots = Slots::default();
        let target = slots.of(&resolved.target.genes);
        let classes: Vec<Vec<usize>> = resolved.classes.iter().map(|c| slots.of(&c.genes)).collect();
        let subsets: Vec<Vec<usize>> = resolved.subsets.iter().map(|s| slots.of(&s.genes)).collect();
        let support = slots.of(&resolved.support);
        let mut slot_of_column = vec![u32::MAX; n_cols];
        for (&column, &slot) in &slots.columns {
            slot_of_column[column] = slot as u32;
        }
        let mut is_globin = vec![false; n_cols];
        for &column in &resolved.sets.haemoglobin {
            is_globin[column] = true;
        }
        let gathered = PanelCounts {
            symbols: slots.symbols,
            target,
            classes,
            subsets,
            support,
            indptr: vec![0],
            slots: Vec::new(),
            counts: Vec::new(),
            totals: Vec::new(),
            haemoglobin: Vec::new(),
        };
        let is_wanted =
            slot_of_column.iter().zip(&is_globin).map(|(&slot, &globin)| slot != u32::MAX || globin).collect();
        Self { slot_of_column, is_globin, is_wanted, gathered }
    }

    /// The counts of the cells taken.
    pub fn finish(self) -> PanelCounts {
        self.gathered
    }
}

impl CountPass for PanelPass {
    fn take(&mut self, _: usize, block: &CountMatrix) {
        let Self { slot_of_column, is_globin, is_wanted, gathered } = self;
        let parts = reduce::map_chunks(block.n_rows(), reduce::CHUNK, |rows| {
            let mut part = Part::default();
            let mut found: Vec<(u32, u32)> = Vec::new();
            for row in rows {
                part.add(block.row(row), (slot_of_column, is_globin, is_wanted), &mut found);
            }
            part
        });
        for part in parts {
            let mut end = gathered.slots.len();
            for length in part.lengths {
                end += length;
                gathered.indptr.push(end);
            }
            gathered.slots.extend(part.indices);
            gathered.counts.extend(part.values);
            gathered.totals.extend(part.totals);
            gathered.haemoglobin.extend(part.haemoglobin);
        }
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

impl Part {
    fn add(
        &mut self,
        row: CountRow<'_>,
        (slot_of_column, is_globin, is_wanted): (&[u32], &[bool], &[bool]),
        found: &mut Vec<(u32, u32)>,
    ) {
        found.clear();
        let mut globin = 0_u64;
        row.for_each_in(is_wanted, |column, value| {
            if is_globin[column as usize] {
                globin += u64::from(value);
            }
            let slot = slot_of_column[column as usize];
            if slot != u32::MAX && value > 0 {
                found.push((slot, value));
            }
        });
        found.sort_unstable_by_key(|f| f.0);
        let start = self.indices.len();
        for &(slot, value) in &*found {
            if self.indices.len() > start && self.indices.last() == Some(&slot) {
                if let Some(last) = self.values.last_mut() {
                    *last = last.saturating_add(value);
                }
            } else {
                self.indices.push(slot);
                self.values.push(value);
            }
        }
        self.lengths.push(self.indices.len() - start);
        self.totals.push(row.total());
        self.haemoglobin.push(globin);
    }
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
