//! The nearest cells and simulated doublets of each cell.
//!
//! Distances are compared in single precision: a pair whose distances differ by less than its rounding may change places,
//! which moves a score by less than a draw of other doublets does.

use puricell_core::{Dense, DenseError};
use rayon::prelude::*;

use crate::knn::among::{Among, QUERIES};
use crate::knn::order::by_halves;

/// Cells that look for neighbours, and the points among which.
pub(super) struct Reference<'a> {
    cells: &'a Dense<f32>,
    /// Row of each cell among the points; `u32::MAX` where it is none of them.
    own: Vec<u32>,
    points: Dense<f32>,
}

impl<'a> Reference<'a> {
    /// The points are the cells `reference` of `cells`, then the simulated doublets.
    pub(super) fn new(cells: &'a Dense<f32>, reference: &[usize], simulated: &Dense<f32>) -> Result<Self, DenseError> {
        let mut own = vec![u32::MAX; cells.n_rows()];
        for (row, &cell) in (0_u32..).zip(reference) {
            own[cell] = row;
        }
        // Principal components are centred already, so the rounding is that of distances from the middle.
        let mut values: Vec<f32> = reference.iter().flat_map(|&c| cells.row(c)).copied().collect();
        values.extend_from_slice(simulated.values());
        let points = Dense::new(reference.len() + simulated.n_rows(), cells.n_cols(), values)?;
        Ok(Self { cells, own, points })
    }

    /// What `of_neighbours` says of the `k` nearest points of each cell (in no order), the cell itself left out.
    pub(super) fn nearest<R: Send>(&self, k: usize, of_neighbours: impl Fn(&[u32]) -> R + Sync) -> Vec<R> {
        let points = Among::new(&self.points);
        let mut found: Vec<(u32, R)> = by_halves(self.cells, QUERIES)
            .par_chunks(QUERIES)
            .flat_map_iter(|cells| {
                let queries: Vec<&[f32]> = cells.iter().map(|&c| self.cells.row(c as usize)).collect();
                let own: Vec<u32> = cells.iter().map(|&c| self.own[c as usize]).collect();
                let found = points.nearest(&queries, &own, k);
                cells.iter().zip(found).map(|(&cell, found)| (cell, of_neighbours(&found))).collect::<Vec<_>>()
            })
            .collect();
        found.sort_unstable_by_key(|f| f.0);
        found.into_iter().map(|f| f.1).collect()
    }
}
