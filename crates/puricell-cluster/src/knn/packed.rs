//! The first pass in `f32`, which proposes candidates, and the choice among them in `f64`, which is proved.

use std::ops::Range;

use puricell_core::Dense;

use super::boxes::Boxes;
use super::candidates::Candidates;
use super::queries::{ByBoxes, InOrder, Queries};
use super::tile::{PANEL, Panels};
use crate::dot::{dot, squared_distance};
use puricell_core::widest;

/// Slots without a point.
pub(super) const NONE: u32 = u32::MAX;

/// Candidates kept beyond `k`: enough that the proof nearly always succeeds on continuous data.
const SPARE: usize = 8;

/// Points centred on their mean, in slots.
pub(super) struct Packed {
    dims: usize,
    /// The points as they were given, row-major by slot: those near to each other are fetched together.
    values: Vec<f32>,
    panels: Panels,
    /// Row of the point in each slot, or [`NONE`].
    rows: Vec<u32>,
    /// Distance from the mean of the point in each slot.
    lengths: Vec<f64>,
    /// Whether no score, nor a part of one, can overflow.
    holds: bool,
}

impl Packed {
    /// `rows` says which point is in which slot.
    pub(super) fn new(points: &Dense<f32>, mean: &[f64], rows: Vec<u32>) -> Self {
        let dims = points.n_cols();
        let mut panels = Panels::empty(dims, rows.len());
        let (mut values, mut lengths) = (vec![0.0; rows.len() * dims], vec![0.0; rows.len()]);
        for (slot, &row) in rows.iter().enumerate().filter(|r| *r.1 != NONE) {
            let x = centred(points.row(row as usize), mean);
            let wide: Vec<f64> = x.iter().map(|&v| f64::from(v)).collect();
            let square = dot(&wide, &wide);
            panels.set(slot, &x);
            values[slot * dims..(slot + 1) * dims].copy_from_slice(points.row(row as usize));
            lengths[slot] = square.sqrt();
        }
        let longest = lengths.iter().copied().fold(0.0, f64::max);
        Self { dims, values, panels, rows, lengths, holds: longest * longest < f64::from(f32::MAX) / 16.0 }
    }

    /// All slots.
    pub(super) fn slots(&self) -> Range<usize> {
        0..self.rows.len()
    }

    /// Row of the point in a slot.
    pub(super) fn row(&self, slot: u32) -> usize {
        self.rows[slot as usize] as usize
    }

    /// The point in a slot as it was given.
    fn point(&self, slot: usize) -> &[f32] {
        &self.values[slot * self.dims..(slot + 1) * self.dims]
    }

    /// The points of some slots, centred, row-major.
    pub(super) fn rows_of(&self, slots: &[u32]) -> Vec<f32> {
        let mut rows = Vec::with_capacity(slots.len() * self.panels.dims());
        for &slot in slots {
            self.panels.push_row(slot as usize, &mut rows);
        }
        rows
    }

    /// Queries, the points of `slots`, that are to find `k` neighbours.
    pub(super) fn queries(&self, slots: &[u32], k: usize) -> Queries<Candidates> {
        let found = slots.iter().map(|&slot| Candidates::new(k + SPARE, slot)).collect();
        Queries::new(self.rows_of(slots), &self.panels, found)
    }

    /// Looks for candidates of the queries `wanted`, positions among them, in the points of `slots`, which must begin
    /// with a panel and end with one or with the last point. `own` is the first slot of the queries, where these are in
    /// `slots` and follow each other.
    pub(super) fn scan(
        &self,
        boxes: &Boxes,
        queries: &mut Queries<Candidates>,
        wanted: &[u32],
        slots: Range<usize>,
        own: Option<usize>,
    ) {
        if self.holds {
            let panels = slots.start / PANEL..slots.end.div_ceil(PANEL);
            widest(InOrder { queries, wanted, points: &self.panels, boxes, panels, own });
        }
    }

    /// The `k` nearest of the points in the slots that were scanned for a query, nearest first, ties by lowest row; all
    /// where there are fewer.
    pub(super) fn nearest<I: Iterator<Item = usize>>(
        &self,
        (slot, found): (u32, &Candidates),
        k: usize,
        scanned: impl Fn() -> I,
    ) -> Vec<(f64, u32)> {
        let slot = slot as usize;
        let x = self.point(slot);
        let by_distance = |slot: usize| (squared_distance(x, self.point(slot)), self.rows[slot]);
        let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let mut nearest: Vec<(f64, u32)> = found.slots().iter().map(|&y| by_distance(y as usize)).collect();
        nearest.sort_unstable_by(order);
        let proven = found.bound().is_some_and(|bound| self.proves(slot, bound, nearest[k - 1].0));
        if !proven {
            nearest = scanned().filter(|&y| y != slot && self.rows[y] != NONE).map(by_distance).collect();
            if nearest.len() > k {
                nearest.select_nth_unstable_by(k - 1, order);
            }
        }
        nearest.truncate(k);
        nearest.sort_unstable_by(order);
        nearest
    }

    /// The boxes around its panels.
    pub(super) fn boxes(&self) -> Boxes {
        Boxes::new(&self.panels, self.rows.len())
    }

    /// The `k` nearest among all points for the points of `slots`.
    pub(super) fn nearest_of_all(&self, boxes: &Boxes, slots: &[u32], k: usize) -> Vec<Vec<(f64, u32)>> {
        let wanted: Vec<u32> = (0..slots.len() as u32).collect();
        let mut queries = self.queries(slots, k);
        self.scan(boxes, &mut queries, &wanted, self.slots(), None);
        slots.iter().zip(&queries.found).map(|(&slot, found)| self.nearest((slot, found), k, || self.slots())).collect()
    }

    /// The same for points in slots that follow each other, all in one group, with the boxes of points in such an order that
    /// those near to each other lie together.
    pub(super) fn nearest_by_boxes(&self, boxes: &Boxes, slots: &[u32], k: usize) -> Vec<Vec<(f64, u32)>> {
        let mut queries = self.queries(slots, k);
        if self.holds {
            let own = slots.first().map(|&slot| slot as usize);
            widest(ByBoxes { queries: &mut queries, points: &self.panels, boxes, own });
        }
        slots.iter().zip(&queries.found).map(|(&slot, found)| self.nearest((slot, found), k, || self.slots())).collect()
    }

    /// Whether no point outside the candidates can be as near as `kth`, the squared distance of the k-th of them.
    ///
    /// A point that near lies within `reach = |x| + sqrt(kth)` of the mean. For such points the error of the first pass is
    /// at most `(dims + 16) * 2^-23 * (reach^2 / 2 + |x| * reach)`: the rounding of the running sum and of the half square
    /// (Higham 2002, section 3.1), doubled to cover the rounding of the centred coordinates.
    fn proves(&self, slot: usize, bound: f32, kth: f64) -> bool {
        let length = self.lengths[slot];
        let reach = (length + kth.sqrt()) * (1.0 + 1e-6);
        if reach * reach > f64::from(f32::MAX) / 4.0 {
            // Scores may have overflowed.
            return false;
        }
        let dims = self.dims;
        let error = (dims + 16) as f64 * f64::from(f32::EPSILON) * (0.5 * reach * reach + length * reach);
        2.0 * (f64::from(bound) - error) + length * length > kth * (1.0 + 1e-12)
    }
}

/// Mean of each coordinate.
pub(super) fn mean(points: &Dense<f32>) -> Vec<f64> {
    let mut mean = vec![0.0; points.n_cols()];
    for row in 0..points.n_rows() {
        for (m, &v) in mean.iter_mut().zip(points.row(row)) {
            *m += f64::from(v);
        }
    }
    for m in &mut mean {
        *m /= points.n_rows().max(1) as f64;
    }
    mean
}

/// A point relative to the mean.
pub(super) fn centred(point: &[f32], mean: &[f64]) -> Vec<f32> {
    point.iter().zip(mean).map(|(&v, m)| (f64::from(v) - m) as f32).collect()
}

#[cfg(test)]
mod tests {
    use pulp::{Scalar, Simd, WithSimd};
    use puricell_core::Seed;

    use super::*;

    #[test]
    fn no_width_of_registers_changes_a_neighbour() {
        let mut stream = Seed(9).stream("test.packed", 0);
        let points = Dense::new(400, 11, (0..400 * 11).map(|_| stream.normal() as f32).collect()).unwrap();
        let packed = Packed::new(&points, &mean(&points), (0..400).collect());
        let slots: Vec<u32> = (100..150).collect();
        // Some of the queries only, and part of the points.
        let (wanted, among): (Vec<u32>, _) = ((0..50).step_by(3).collect(), 64..320);
        let found = |run: &dyn Fn(InOrder<'_, Candidates>)| -> Vec<_> {
            let mut queries = packed.queries(&slots, 7);
            let (points, boxes) = (&packed.panels, &packed.boxes());
            run(InOrder { queries: &mut queries, wanted: &wanted, points, boxes, panels: 4..20, own: Some(100) });
            let of_query = |&q: &u32| packed.nearest((100 + q, &queries.found[q as usize]), 7, || among.clone());
            wanted.iter().map(of_query).collect()
        };
        let plain = found(&|scan| scan.with_simd(Scalar));
        assert_eq!(found(&|scan| widest(scan)), plain);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = pulp::x86::V3::try_new() {
            assert_eq!(found(&|scan| Simd::vectorize(avx2, scan)), plain);
        }
        let of_all = |run: &dyn Fn(ByBoxes<'_, Candidates>)| -> Vec<_> {
            let slots: Vec<u32> = (256..320).collect();
            let mut queries = packed.queries(&slots, 7);
            run(ByBoxes { queries: &mut queries, points: &packed.panels, boxes: &packed.boxes(), own: Some(256) });
            slots.iter().zip(&queries.found).map(|(&slot, f)| packed.nearest((slot, f), 7, || 0..400)).collect()
        };
        let by_boxes = of_all(&|search| search.with_simd(Scalar));
        assert_eq!(of_all(&|search| widest(search)), by_boxes);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = pulp::x86::V3::try_new() {
            assert_eq!(of_all(&|search| Simd::vectorize(avx2, search)), by_boxes);
        }
        for (found, &query) in plain.iter().zip(&wanted) {
            let x = points.row(100 + query as usize);
            let mut all: Vec<(f64, u32)> = (64..320)
                .map(|y| (squared_distance(x, points.row(y as usize)), y))
                .filter(|y| y.1 != 100 + query)
                .collect();
            all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            assert_eq!(*found, all[..7]);
        }
    }
}
