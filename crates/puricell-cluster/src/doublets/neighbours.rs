//! The nearest cells and simulated doublets of each cell.
//!
//! Distances are compared in single precision: a pair whose distances differ by less than its rounding may change places,
//! which moves a score by less than a draw of other doublets does.

use puricell_core::Dense;
use rayon::prelude::*;

use crate::knn::nearest::{Nearest, QUERIES, search};
use crate::knn::tile::Panels;

/// Cells of one parallel task.
const TASK: usize = 16 * QUERIES;

/// Points that neighbours are looked for among, and the cells that look.
pub(super) struct Reference<'a> {
    cells: &'a Dense<f32>,
    /// Slot of each cell among the points; `u32::MAX` where it is none of them.
    own: Vec<u32>,
    points: Panels,
}

impl<'a> Reference<'a> {
    /// The points are the cells `reference` of `cells`, then the simulated doublets.
    pub(super) fn new(cells: &'a Dense<f32>, reference: &[usize], simulated: &Dense<f32>) -> Self {
        // Principal components are centred already, so the rounding is that of distances from the middle.
        let mut own = vec![u32::MAX; cells.n_rows()];
        for (slot, &cell) in (0_u32..).zip(reference) {
            own[cell] = slot;
        }
        let mut panels = Panels::empty(cells.n_cols(), reference.len() + simulated.n_rows());
        let points = reference.iter().map(|&c| cells.row(c)).chain((0..simulated.n_rows()).map(|d| simulated.row(d)));
        for (slot, point) in points.enumerate() {
            let square = point.iter().fold(0.0, |sum, &v| sum + f64::from(v) * f64::from(v));
            panels.set(slot, point, (0.5 * square) as f32);
        }
        Self { cells, own, points: panels }
    }

    /// What `of_neighbours` says of the `k` nearest points of each cell (in no order), the cell itself left out.
    pub(super) fn nearest<R: Send>(&self, k: usize, of_neighbours: impl Fn(&[u32]) -> R + Sync) -> Vec<R> {
        let dims = self.cells.n_cols();
        (0..self.own.len().div_ceil(TASK))
            .into_par_iter()
            .flat_map_iter(|task| {
                let first = task * TASK;
                let last = (first + TASK).min(self.own.len());
                let mut found = vec![Nearest::new(k); last - first];
                let rows = &self.cells.values()[first * dims..last * dims];
                search(&self.points, rows, &self.own[first..last], &mut found);
                found.into_iter().map(|n| of_neighbours(&n.into_slots())).collect::<Vec<_>>()
            })
            .collect()
    }
}
