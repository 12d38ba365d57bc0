//! The nearest of many points by single-precision distances, with the same bits on every machine.
//!
//! Distances are compared in `f32` as `|y|^2 / 2 - x.y`, in one fixed order of operations. A pair whose distances differ by
//! less than that rounding may change places; it does so everywhere alike.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use pulp::{Simd, WithSimd};

use super::tile::{PANEL, Panels, interleave, scores};
use puricell_core::widest;

/// Queries of one tile.
pub(super) const QUERIES: usize = 4;

/// Adds the points of `panels` to what was found for the queries, row-major `rows`. `own` is each query's own slot, which
/// is left out; `u32::MAX`, or none at all, where it is not among the points.
pub(super) fn search(panels: &Panels, rows: &[f32], own: &[u32], found: &mut [Nearest]) {
    widest(Search { panels, rows, own, found });
}

struct Search<'a> {
    panels: &'a Panels,
    rows: &'a [f32],
    own: &'a [u32],
    found: &'a mut [Nearest],
}

impl WithSimd for Search<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { panels, rows, own, found } = self;
        let dims = panels.dims();
        let mut x = vec![[0.0; QUERIES]; dims];
        for from in (0..panels.len()).step_by(panels.at_once()) {
            let to = (from + panels.at_once()).min(panels.len());
            for (tile, found) in found.chunks_mut(QUERIES).enumerate() {
                let first = tile * QUERIES;
                interleave((first..first + found.len()).map(|q| &rows[q * dims..(q + 1) * dims]), &mut x);
                for panel in from..to {
                    let (y, half_squares) = panels.panel(panel);
                    let of_panel = scores::<S, QUERIES, false>(simd, &x, y, half_squares);
                    for (q, found) in found.iter_mut().enumerate() {
                        if of_panel.least(simd, q) < found.threshold {
                            let own = own.get(first + q).copied().unwrap_or(u32::MAX);
                            found.take(&of_panel.lanes(q), panel * PANEL, own);
                        }
                    }
                }
            }
        }
    }
}

/// The best `k` seen so far, and up to `k` more until they are sorted out; ties by lowest slot.
#[derive(Clone)]
pub(super) struct Nearest {
    k: usize,
    threshold: f32,
    seen: Vec<(f32, u32)>,
}

impl Nearest {
    /// For the `k` nearest, at least one.
    pub(super) fn new(k: usize) -> Self {
        Self { k, threshold: f32::INFINITY, seen: Vec::with_capacity(2 * k) }
    }

    #[cold]
    #[inline(never)]
    fn take(&mut self, scores: &[f32; PANEL], first: usize, own: u32) {
        for (lane, &score) in scores.iter().enumerate() {
            let slot = (first + lane) as u32;
            // Points come in the order of their slots, so an equal one that comes later stays out.
            if score < self.threshold && own != slot {
                self.seen.push((score, slot));
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

    /// Slots of the `k` nearest, nearest first. Fewer where there are fewer points, or where distances are no numbers.
    pub(super) fn into_sorted(mut self) -> Vec<u32> {
        self.sort_out();
        self.seen.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.seen.into_iter().map(|s| s.1).collect()
    }
}

#[cfg(test)]
mod tests {
    use pulp::Scalar;
    use puricell_core::Seed;

    use super::*;

    #[test]
    fn no_width_of_registers_changes_a_neighbour() {
        let mut stream = Seed(10).stream("test.nearest", 0);
        let mut draw = || stream.normal() as f32;
        let mut panels = Panels::empty(9, 200);
        for slot in 0..200 {
            let point = [0.0; 9].map(|_: f32| draw());
            panels.set(slot, &point);
        }
        let rows: Vec<f32> = (0..30 * 9).map(|_| draw()).collect();
        let own: Vec<u32> = (0..30).collect();
        let found = |run: &dyn Fn(Search<'_>)| -> Vec<Vec<u32>> {
            let mut found = vec![Nearest::new(12); 30];
            run(Search { panels: &panels, rows: &rows, own: &own, found: &mut found });
            found.into_iter().map(Nearest::into_sorted).collect()
        };
        let plain = found(&|search| search.with_simd(Scalar));
        assert!(plain.iter().zip(&own).all(|(found, own)| found.len() == 12 && !found.contains(own)));
        assert_eq!(found(&|search| widest(search)), plain);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = pulp::x86::V3::try_new() {
            assert_eq!(found(&|search| Simd::vectorize(avx2, search)), plain);
        }
    }
}
