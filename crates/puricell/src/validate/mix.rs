//! Making a mixture.

use puricell_core::{CellTable, CountBuilder, Dataset, Seed, Stream};
use rayon::prelude::*;

use super::alter::{self, Molecules, Soup};
use super::design::{Design, RunPlan};
use super::draw::draw;
use super::pool::{Group, Pool};
use crate::error::AppError;

/// What was done to a barcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A live single cell.
    Single,
    /// A dead cell.
    Dead,
    /// A second cell was added.
    Doublet {
        /// Group of the second cell.
        mate_group: usize,
    },
    /// An event of the target's files that is no viable singlet by its own file's gates.
    Outside,
}

/// One barcode of a mixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MixedCell {
    /// Group of the cell: 0 is the target.
    pub group: usize,
    /// Its row in the pool.
    pub source: usize,
    /// What was done to it.
    pub state: State,
}

/// A mixture.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// The counts; cell ids are numbers.
    pub dataset: Dataset,
    /// What each row is.
    pub cells: Vec<MixedCell>,
}

/// Draws the cells of a run and does to them what the design says: some die, some get a second cell, all take up ambient
/// RNA and are thinned to the run's depth, in this order. `is_mito` is true for mitochondrial genes of the pool.
///
/// Reproducible: what is drawn depends on the run's seed and number alone.
///
/// # Errors
/// [`AppError::Internal`] only.
pub fn mix(pool: &Pool, is_mito: &[bool], design: &Design, plan: &RunPlan) -> Result<Mixture, AppError> {
    let item = plan.number as u64;
    let seed = Seed(plan.seed);
    let mut stream = seed.stream("spike draw", item);
    let mut cells = draw_groups(&pool.groups, design, plan, &mut stream);

    let n_dead = (design.dead * cells.len() as f64).round() as usize;
    let n_doublets = (design.doublets * cells.len() as f64).round() as usize;
    let mut order: Vec<usize> = (0..cells.len()).collect();
    stream.shuffle(&mut order);
    let mut mates: Vec<Option<usize>> = vec![None; cells.len()];
    for &cell in order.iter().take(n_dead) {
        cells[cell].state = State::Dead;
    }
    for &cell in order.iter().skip(n_dead).take(n_doublets) {
        let mate = stream.below(cells.len());
        mates[cell] = Some(cells[mate].source);
        cells[cell].state = State::Doublet { mate_group: cells[mate].group };
    }

    let of_cell = |stage: &str, cell: usize| seed.stream(stage, item << 32 | cell as u64);
    let made: Vec<Molecules> = cells
        .par_iter()
        .enumerate()
        .map(|(i, cell)| {
            let own = alter::of_row(&pool.counts, cell.source);
            match (cell.state, mates[i]) {
                (State::Dead, _) => alter::dead(&own, is_mito, &mut of_cell("spike dead", i)),
                (State::Doublet { .. }, Some(mate)) => alter::doublet(&own, &alter::of_row(&pool.counts, mate)),
                _ => own,
            }
        })
        .collect();
    let soup = (design.ambient > 0.0).then(|| Soup::of(&made, pool.features.len()));
    let made: Vec<Molecules> = made
        .into_par_iter()
        .enumerate()
        .map(|(i, mut cell)| {
            if let Some(soup) = &soup {
                cell = alter::ambient(&cell, design.ambient, soup, &mut of_cell("spike ambient", i));
            }
            if plan.depth < 1.0 {
                cell = alter::thin(&cell, plan.depth, &mut of_cell("spike depth", i));
            }
            cell
        })
        .collect();
    Ok(Mixture { dataset: dataset(&made, pool)?, cells })
}

/// The cells of every group as the run plants them: each contaminant class at its fraction, the rest target cells.
pub(super) fn draw_groups(groups: &[Group], design: &Design, plan: &RunPlan, stream: &mut Stream) -> Vec<MixedCell> {
    let n_planted = design.planted(plan.fraction);
    let n_classes = groups.len().saturating_sub(1);
    let mut cells = Vec::with_capacity(design.cells);
    for (group, of) in groups.iter().enumerate() {
        let n = if group == 0 { design.cells - n_planted * n_classes } else { n_planted };
        let single = |source| MixedCell { group, source, state: State::Single };
        cells.extend(draw(&of.rows, n, stream).into_iter().map(single));
    }
    cells
}

fn dataset(cells: &[Molecules], pool: &Pool) -> Result<Dataset, AppError> {
    let n: usize = cells.iter().map(Vec::len).sum();
    let mut counts = CountBuilder::with_capacity(pool.features.len(), cells.len(), n);
    for cell in cells {
        for &(gene, count) in cell {
            counts.push(gene, count);
        }
        counts.end_row();
    }
    let fail = |message: String| AppError::Internal { place: "mixture", message };
    let counts = counts.finish().map_err(|e| fail(e.to_string()))?;
    let table = CellTable { ids: (0..cells.len()).map(|i| i.to_string()).collect(), columns: Vec::new() };
    Dataset::new(counts, table, pool.features.clone()).map_err(|e| fail(e.to_string()))
}
