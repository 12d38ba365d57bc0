//! The first pass in `f32`, which proposes candidates, and the choice among them in `f64`, which is proved.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use std::ops::Range;

use pulp::{Simd, WithSimd};
use puricell_core::Dense;

use super::candidates::Candidates;
use super::tile::{PANEL, Panels, interleave, scores};
use crate::dot::{dot, squared_distance};
use crate::vector::widest;

/// Slots without a point.
pub(super) const NONE: u32 = u32::MAX;

/// Candidates kept beyond `k`: enough that the proof nearly always succeeds on continuous data.
const SPARE: usize = 8;

/// Points centred on their mean, in slots.
pub(super) struct Packed<'a> {
    points: &'a Dense<f32>,
    panels: Panels,
    /// Row of the point in each slot, or [`NONE`].
    rows: Vec<u32>,
    /// Distance from the mean of the point in each slot.
    lengths: Vec<f64>,
}

/// Queries that are searched for together.
pub(super) struct Block<'a> {
    slots: &'a [u32],
    /// Their points, row-major.
    rows: Vec<f32>,
    found: Vec<Candidates>,
}

impl<'a> Packed<'a> {
    /// The points in the order of their rows.
    pub(super) fn in_order(points: &'a Dense<f32>) -> Self {
        let rows = (0..points.n_rows() as u32).collect();
        Self::new(points, &mean(points), rows)
    }

    /// `rows` says which point is in which slot.
    pub(super) fn new(points: &'a Dense<f32>, mean: &[f64], rows: Vec<u32>) -> Self {
        let mut panels = Panels::empty(points.n_cols(), rows.len());
        let mut lengths = vec![0.0; rows.len()];
        for (slot, &row) in rows.iter().enumerate().filter(|r| *r.1 != NONE) {
            let x = centred(points.row(row as usize), mean);
            let wide: Vec<f64> = x.iter().map(|&v| f64::from(v)).collect();
            let square = dot(&wide, &wide);
            panels.set(slot, &x, (0.5 * square) as f32);
            lengths[slot] = square.sqrt();
        }
        Self { points, panels, rows, lengths }
    }

    /// All slots.
    pub(super) fn slots(&self) -> Range<usize> {
        0..self.rows.len()
    }

    /// Row of the point in a slot.
    pub(super) fn row(&self, slot: u32) -> usize {
        self.rows[slot as usize] as usize
    }

    /// The points of some slots, row-major.
    pub(super) fn rows_of(&self, slots: &[u32]) -> Vec<f32> {
        let mut rows = Vec::with_capacity(slots.len() * self.panels.dims());
        for &slot in slots {
            self.panels.push_row(slot as usize, &mut rows);
        }
        rows
    }

    /// Queries, the points of `slots`, that are to find `k` neighbours.
    pub(super) fn block<'s>(&self, slots: &'s [u32], k: usize) -> Block<'s> {
        Block { slots, rows: self.rows_of(slots), found: vec![Candidates::new(k + SPARE); slots.len()] }
    }

    /// Looks for candidates of the queries `wanted`, positions in the block, among the points of `slots`, which must begin
    /// with a panel and end with one or with the last point.
    pub(super) fn scan(&self, block: &mut Block<'_>, wanted: &[u32], slots: Range<usize>) {
        widest(Scan { packed: self, block, wanted, panels: slots.start / PANEL..slots.end.div_ceil(PANEL) });
    }

    /// The `k` nearest of the points in the slots that were scanned for a query, nearest first, ties by lowest row; all
    /// where there are fewer.
    pub(super) fn nearest<I: Iterator<Item = usize>>(
        &self,
        block: &Block<'_>,
        query: usize,
        k: usize,
        scanned: impl Fn() -> I,
    ) -> Vec<(f64, u32)> {
        let (slot, found) = (block.slots[query] as usize, &block.found[query]);
        let x = self.points.row(self.row(slot as u32));
        let by_distance = |slot: usize| {
            let row = self.rows[slot];
            (squared_distance(x, self.points.row(row as usize)), row)
        };
        let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let mut nearest: Vec<(f64, u32)> = found.indices().iter().map(|&y| by_distance(y as usize)).collect();
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

    /// The same among all points for the points of `slots`.
    pub(super) fn nearest_of_all(&self, slots: &[u32], k: usize) -> Vec<Vec<(f64, u32)>> {
        let wanted: Vec<u32> = (0..slots.len() as u32).collect();
        let mut block = self.block(slots, k);
        self.scan(&mut block, &wanted, self.slots());
        (0..slots.len()).map(|query| self.nearest(&block, query, k, || self.slots())).collect()
    }

    /// Whether no point outside the candidates can be as near as `kth`, the squared distance of the k-th of them.
    ///
    /// A point that near lies within `reach = |x| + sqrt(kth)` of the mean. For such points the error of the first pass is
    /// at most `(dims + 8) * 2^-23 * (reach^2 / 2 + |x| * reach)`: the rounding of the running sum and of the half square
    /// (Higham 2002, section 3.1), doubled to cover the rounding of the centred coordinates.
    fn proves(&self, slot: usize, bound: f32, kth: f64) -> bool {
        let length = self.lengths[slot];
        let reach = (length + kth.sqrt()) * (1.0 + 1e-6);
        if reach * reach > f64::from(f32::MAX) / 4.0 {
            // Scores may have overflowed.
            return false;
        }
        let dims = self.panels.dims();
        let error = (dims + 8) as f64 * f64::from(f32::EPSILON) * (0.5 * reach * reach + length * reach);
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

struct Scan<'a, 'b> {
    packed: &'a Packed<'a>,
    block: &'a mut Block<'b>,
    wanted: &'a [u32],
    panels: Range<usize>,
}

impl WithSimd for Scan<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Enough accumulators that each is waited for: one register a query of AVX-512, two of AVX2.
        if S::F32_LANES >= PANEL { self.tiles::<S, 8>(simd) } else { self.tiles::<S, 4>(simd) }
    }
}

impl Scan<'_, '_> {
    #[inline(always)]
    fn tiles<S: Simd, const Q: usize>(self, simd: S) {
        let Self { packed, block, wanted, panels } = self;
        let Block { slots, rows, found } = block;
        let dims = packed.panels.dims();
        let at_once = packed.panels.at_once();
        let mut x = vec![[0.0; Q]; dims];
        for from in panels.clone().step_by(at_once) {
            let to = (from + at_once).min(panels.end);
            for tile in wanted.chunks(Q) {
                interleave(tile.iter().map(|&q| &rows[q as usize * dims..(q as usize + 1) * dims]), &mut x);
                let mut thresholds = [f32::NEG_INFINITY; Q];
                for (threshold, &q) in thresholds.iter_mut().zip(tile) {
                    *threshold = found[q as usize].threshold();
                }
                for panel in from..to {
                    let (y, half_squares) = packed.panels.panel(panel);
                    // The choice among candidates is made and proved in double precision: fused sums change no result.
                    let of_panel = scores::<S, Q, true>(simd, &x, y, half_squares);
                    for (q, threshold) in thresholds.iter_mut().enumerate() {
                        if of_panel.least(simd, q) < *threshold {
                            let query = tile[q] as usize;
                            *threshold =
                                keep(&mut found[query], &of_panel.lanes(q), panel * PANEL, slots[query], *threshold);
                        }
                    }
                }
            }
        }
    }
}

#[cold]
#[inline(never)]
fn keep(found: &mut Candidates, scores: &[f32; PANEL], first: usize, own: u32, mut threshold: f32) -> f32 {
    for (lane, &score) in scores.iter().enumerate() {
        let slot = (first + lane) as u32;
        if score < threshold && slot != own {
            found.insert(score, slot);
            threshold = found.threshold();
        }
    }
    threshold
}

#[cfg(test)]
mod tests {
    use pulp::Scalar;
    use puricell_core::Seed;

    use super::*;

    #[test]
    fn no_width_of_registers_changes_a_neighbour() {
        let mut stream = Seed(9).stream("test.packed", 0);
        let points = Dense::new(400, 11, (0..400 * 11).map(|_| stream.normal() as f32).collect()).unwrap();
        let packed = Packed::in_order(&points);
        let slots: Vec<u32> = (100..150).collect();
        // Some of the queries only, and part of the points.
        let (wanted, among): (Vec<u32>, _) = ((0..50).step_by(3).collect(), 64..320);
        let found = |run: &dyn Fn(Scan<'_, '_>)| -> Vec<_> {
            let mut block = packed.block(&slots, 7);
            run(Scan { packed: &packed, block: &mut block, wanted: &wanted, panels: 4..20 });
            wanted.iter().map(|&query| packed.nearest(&block, query as usize, 7, || among.clone())).collect()
        };
        let plain = found(&|scan| scan.with_simd(Scalar));
        assert_eq!(found(&|scan| widest(scan)), plain);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = pulp::x86::V3::try_new() {
            assert_eq!(found(&|scan| Simd::vectorize(avx2, scan)), plain);
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
