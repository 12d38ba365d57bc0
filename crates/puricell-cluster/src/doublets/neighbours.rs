//! The nearest cells and simulated doublets of each cell.
//!
//! Distances are compared in `f32` as `|y|^2 / 2 - x.y` of centred points, in one fixed order of operations: the same
//! neighbours everywhere. A pair whose distances differ by less than that rounding may change places, which moves a score
//! by less than a draw of other doublets does.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use pulp::{Simd, WithSimd};
use puricell_core::Dense;
use rayon::prelude::*;

use crate::knn::tile::{PANEL, interleave, scores};
use crate::vector::widest;

/// Cells of one tile.
const QUERIES: usize = 4;
/// Cells of one parallel task.
const TASK: usize = 16 * QUERIES;
/// Bytes of points visited before the next tile of queries: half of a common second-level cache.
const CACHE_BYTES: usize = 1 << 19;

/// Points that neighbours are looked for among, laid out for the vector unit, and the cells that look.
pub(super) struct Reference {
    dims: usize,
    /// Centred cells, row-major.
    queries: Vec<f32>,
    /// Position of each cell among the points, where it is one of them.
    own: Vec<Option<u32>>,
    /// `dims x PANEL` per panel.
    panels: Vec<[f32; PANEL]>,
    /// `|y|^2 / 2` per panel; infinite beyond the last point.
    half_squares: Vec<[f32; PANEL]>,
}

impl Reference {
    /// The points are the cells `reference` of `cells`, then the simulated doublets.
    pub(super) fn new(cells: &Dense<f32>, reference: &[usize], simulated: &Dense<f32>) -> Self {
        let (n, dims) = (cells.n_rows(), cells.n_cols());
        let n_points = reference.len() + simulated.n_rows();
        let n_panels = n_points.div_ceil(PANEL);
        // Principal components are centred already, so the rounding is that of distances from the middle.
        let queries = cells.values().to_vec();
        let mut own = vec![None; n];
        for (position, &cell) in (0_u32..).zip(reference) {
            own[cell] = Some(position);
        }
        let mut panels = vec![[0.0; PANEL]; n_panels * dims];
        let mut half_squares = vec![[f32::INFINITY; PANEL]; n_panels];
        let points = reference.iter().map(|&c| cells.row(c)).chain((0..simulated.n_rows()).map(|d| simulated.row(d)));
        for (position, point) in points.enumerate() {
            let (panel, lane) = (position / PANEL, position % PANEL);
            let mut square = 0.0;
            for (d, &v) in point.iter().enumerate() {
                panels[panel * dims + d][lane] = v;
                square += f64::from(v) * f64::from(v);
            }
            half_squares[panel][lane] = (0.5 * square) as f32;
        }
        Self { dims, queries, own, panels, half_squares }
    }

    /// What `of_neighbours` says of the `k` nearest points of each cell (in no order), the cell itself left out.
    pub(super) fn nearest<R: Send>(&self, k: usize, of_neighbours: impl Fn(&[u32]) -> R + Sync) -> Vec<R> {
        (0..self.own.len().div_ceil(TASK))
            .into_par_iter()
            .flat_map_iter(|task| {
                let first = task * TASK;
                let last = (first + TASK).min(self.own.len());
                let mut found = vec![Nearest::new(k); last - first];
                self.search(first, &mut found);
                found.into_iter().map(|n| of_neighbours(&n.into_indices())).collect::<Vec<_>>()
            })
            .collect()
    }

    fn search(&self, first: usize, found: &mut [Nearest]) {
        widest(Search { reference: self, first, found });
    }
}

/// Cells from `first` on against all points.
struct Search<'a> {
    reference: &'a Reference,
    first: usize,
    found: &'a mut [Nearest],
}

impl WithSimd for Search<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { reference, first, found } = self;
        let n_panels = reference.half_squares.len();
        let at_once = (CACHE_BYTES / (PANEL * size_of::<f32>() * reference.dims.max(1))).max(1);
        let mut x = vec![[0.0; QUERIES]; reference.dims];
        for from in (0..n_panels).step_by(at_once) {
            let to = (from + at_once).min(n_panels);
            for (tile, found) in found.chunks_mut(QUERIES).enumerate() {
                let first = first + tile * QUERIES;
                interleave(&reference.queries[first * reference.dims..(first + found.len()) * reference.dims], &mut x);
                for panel in from..to {
                    let y = &reference.panels[panel * reference.dims..(panel + 1) * reference.dims];
                    let of_panel = scores::<S, QUERIES, false>(simd, &x, y, &reference.half_squares[panel]);
                    for (q, found) in found.iter_mut().enumerate() {
                        if of_panel.least(simd, q) < found.threshold {
                            found.take(&of_panel.lanes(q), panel * PANEL, reference.own[first + q]);
                        }
                    }
                }
            }
        }
    }
}

/// The best `k` seen so far, and up to `k` more until they are sorted out; ties by lowest index.
#[derive(Clone)]
struct Nearest {
    k: usize,
    threshold: f32,
    seen: Vec<(f32, u32)>,
}

impl Nearest {
    fn new(k: usize) -> Self {
        Self { k, threshold: f32::INFINITY, seen: Vec::with_capacity(2 * k) }
    }

    #[cold]
    #[inline(never)]
    fn take(&mut self, scores: &[f32; PANEL], first: usize, own: Option<u32>) {
        for (lane, &score) in scores.iter().enumerate() {
            let index = (first + lane) as u32;
            // Points come in the order of their indices, so an equal one that comes later stays out.
            if score < self.threshold && own != Some(index) {
                self.seen.push((score, index));
                if self.seen.len() == 2 * self.k {
                    self.sort_out();
                }
            }
        }
    }

    fn sort_out(&mut self) {
        if self.seen.len() > self.k {
            self.seen.select_nth_unstable_by(self.k - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            self.seen.truncate(self.k);
            self.threshold = self.seen[self.k - 1].0;
        }
    }

    fn into_indices(mut self) -> Vec<u32> {
        self.sort_out();
        self.seen.into_iter().map(|s| s.1).collect()
    }
}
