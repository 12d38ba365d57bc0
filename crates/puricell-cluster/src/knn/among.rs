//! The nearest of many other points by single-precision distances, with the same bits on every machine.
//!
//! A score is `|y|^2 / 2 - x.y` in `f32`, with products and sums rounded one after the other, and the nearest are those of the
//! least scores, of equals the lowest. Which they are is found with products fused with sums and from the first coordinates:
//! only those that rounding may put on either side are scored as defined.

use puricell_core::Dense;

use super::boxes::Boxes;
use super::order::by_halves;
use super::queries::{ByBoxes, Kept, Queries};
use super::tile::{PANEL, Panels};
use puricell_core::widest;

/// Queries that are searched for together.
pub(crate) const QUERIES: usize = 64;

/// Points that neighbours are looked for among.
pub(crate) struct Among<'a> {
    points: &'a Dense<f32>,
    /// Row of the point in each slot: those near to each other lie together.
    rows: Vec<u32>,
    /// Slot of each row.
    slots: Vec<u32>,
    panels: Panels,
    boxes: Boxes,
    /// Greatest distance from the origin.
    longest: f64,
}

impl<'a> Among<'a> {
    pub(crate) fn new(points: &'a Dense<f32>) -> Self {
        let rows = by_halves(points, QUERIES);
        let mut panels = Panels::empty(points.n_cols(), rows.len());
        let mut slots = vec![0; rows.len()];
        for (slot, &row) in rows.iter().enumerate() {
            panels.set(slot, points.row(row as usize));
            slots[row as usize] = slot as u32;
        }
        let boxes = Boxes::new(&panels, rows.len());
        let longest = (0..points.n_rows()).map(|row| length(points.row(row))).fold(0.0, f64::max);
        Self { points, rows, slots, panels, boxes, longest }
    }

    /// Rows of the `k` nearest points of each query, in no order; fewer where there are fewer, or where distances are no
    /// numbers. Queries near to each other are searched for faster. `own` is the row of each query itself, which is left
    /// out; `u32::MAX` where it is none of the points.
    pub(crate) fn nearest(&self, queries: &[&[f32]], own: &[u32], k: usize) -> Vec<Vec<u32>> {
        self.nearest_with(|search| widest(search), queries, own, k)
    }

    fn nearest_with(
        &self,
        run: impl FnOnce(ByBoxes<'_, Nearest>),
        queries: &[&[f32]],
        own: &[u32],
        k: usize,
    ) -> Vec<Vec<u32>> {
        let dims = self.points.n_cols();
        let lengths: Vec<f64> = queries.iter().map(|x| length(x)).collect();
        let own_slot = |row: u32| self.slots.get(row as usize).copied().unwrap_or(u32::MAX);
        let found = lengths.iter().zip(own).map(|(&length, &own)| Nearest::new(k, dims, length, own_slot(own)));
        let mut together = Queries::new(queries.concat(), &self.panels, found.collect());
        let longest = lengths.iter().copied().fold(self.longest, f64::max);
        if longest * longest < f64::from(f32::MAX) / 16.0 {
            run(ByBoxes { queries: &mut together, points: &self.panels, boxes: &self.boxes, own: None });
        } else {
            // Parts of a score may overflow: every point is scored as defined.
            for found in &mut together.found {
                let others = (0..self.rows.len() as u32).filter(|&slot| slot != found.own);
                found.seen = others.map(|slot| (f32::NAN, slot)).collect();
            }
        }
        queries.iter().zip(together.found).map(|(x, found)| self.choose(x, found)).collect()
    }

    /// The rows of what was found.
    fn choose(&self, x: &[f32], mut found: Nearest) -> Vec<u32> {
        found.sort_out();
        let (mut sure, mut edge) = (Vec::with_capacity(found.k), Vec::new());
        for &(score, slot) in &found.seen {
            let row = self.rows[slot as usize];
            if score < found.sure {
                sure.push(row);
            } else {
                let defined = self.score(x, slot as usize);
                if defined < f32::INFINITY {
                    edge.push((defined, row));
                }
            }
        }
        edge.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let missing = found.k.saturating_sub(sure.len());
        sure.extend(edge.iter().take(missing).map(|e| e.1));
        sure
    }

    fn score(&self, x: &[f32], slot: usize) -> f32 {
        let (y, half_squares) = self.panels.panel(slot / PANEL);
        let lane = slot % PANEL;
        half_squares[lane] - x.iter().zip(y).fold(0.0, |sum, (x, y)| sum + x * y[lane])
    }
}

fn length(point: &[f32]) -> f64 {
    point.iter().fold(0.0, |sum, &v| sum + f64::from(v) * f64::from(v)).sqrt()
}

/// Those that may be among the `k` nearest of a query, and some more until they are sorted out.
struct Nearest {
    k: usize,
    dims: usize,
    /// Distance of the query from the origin.
    length: f64,
    /// Slot of the query.
    own: u32,
    /// What scores lower is among the nearest.
    sure: f32,
    /// What does not score lower is not.
    threshold: f32,
    /// Scores with fused products, and slots.
    seen: Vec<(f32, u32)>,
    /// How many are seen before they are sorted out.
    most: usize,
}

impl Nearest {
    fn new(k: usize, dims: usize, length: f64, own: u32) -> Self {
        let (sure, threshold) = (f32::NEG_INFINITY, f32::INFINITY);
        Self { k, dims, length, own, sure, threshold, seen: Vec::with_capacity(2 * k), most: 2 * k }
    }

    fn sort_out(&mut self) {
        if self.seen.len() > self.k {
            self.seen.select_nth_unstable_by(self.k - 1, |a, b| a.0.total_cmp(&b.0));
            let kth = f64::from(self.seen[self.k - 1].0);
            let error = self.error(kth);
            self.sure = ((kth - 2.0 * error) as f32).next_down();
            self.threshold = ((kth + 4.0 * error) as f32).next_up();
            let threshold = self.threshold;
            // Those that are no number stay.
            self.seen.retain(|s| s.0 < threshold || s.0.is_nan());
            self.most = (2 * self.k).max(self.seen.len() + self.k);
        }
    }

    /// More than the difference of a score that is about `kth`, or lower, from the true one, from that with products fused
    /// or not, and from that by which a tile is left off.
    ///
    /// A point with such a score lies within `reach` of the origin, the distance of the k-th and the query's taken twice for
    /// the error itself (enough up to 100,000 dimensions). For such points the rounding of the running sum and of the half
    /// square is at most half of what is returned (Higham 2002, section 3.1). The k-th score as defined is within `error` of
    /// `kth` then; what is to be found has a score below `kth + 2 error`, and is not left off below `kth + 4 error`.
    fn error(&self, kth: f64) -> f64 {
        let reach = 2.0 * (self.length + (2.0 * kth + self.length * self.length).max(0.0).sqrt());
        (self.dims + 16) as f64 * f64::from(f32::EPSILON) * (0.5 * reach * reach + self.length * reach)
    }
}

impl Kept for Nearest {
    fn threshold(&self) -> f32 {
        self.threshold
    }

    #[cold]
    #[inline(never)]
    fn take(&mut self, scores: &[f32; PANEL], first: usize) -> f32 {
        for (slot, &score) in (first as u32..).zip(scores) {
            if score < self.threshold && slot != self.own {
                self.seen.push((score, slot));
                if self.seen.len() >= self.most {
                    self.sort_out();
                }
            }
        }
        self.threshold
    }
}

#[cfg(test)]
mod tests {
    use pulp::{Scalar, Simd, WithSimd};
    use puricell_core::Seed;

    use super::*;

    /// By definition.
    fn plain(points: &Dense<f32>, x: &[f32], own: u32, k: usize) -> Vec<u32> {
        let mut all: Vec<(f32, u32)> = (0..points.n_rows() as u32)
            .filter(|&row| row != own)
            .map(|row| {
                let y = points.row(row as usize);
                let square = y.iter().fold(0.0, |sum, &v| sum + f64::from(v) * f64::from(v));
                ((0.5 * square) as f32 - x.iter().zip(y).fold(0.0_f32, |sum, (x, y)| sum + x * y), row)
            })
            .filter(|s| s.0 < f32::INFINITY)
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut rows: Vec<u32> = all.into_iter().take(k).map(|s| s.1).collect();
        rows.sort_unstable();
        rows
    }

    fn check(points: &Dense<f32>, k: usize) {
        let among = Among::new(points);
        // Every third point looks, and as many places between points.
        let between: Vec<Vec<f32>> = (0..points.n_rows() / 3)
            .map(|i| points.row(i).iter().zip(points.row(i + 1)).map(|(a, b)| 0.5 * (a + b)).collect())
            .collect();
        let ours = (0..points.n_rows()).step_by(3).map(|i| (points.row(i), i as u32));
        let all: Vec<(&[f32], u32)> = ours.chain(between.iter().map(|b| (b.as_slice(), u32::MAX))).collect();
        for some in all.chunks(QUERIES) {
            let (queries, own): (Vec<&[f32]>, Vec<u32>) = some.iter().copied().unzip();
            let wanted: Vec<Vec<u32>> = some.iter().map(|&(x, own)| plain(points, x, own, k)).collect();
            let found = |run: &dyn Fn(ByBoxes<'_, Nearest>)| -> Vec<Vec<u32>> {
                let mut found = among.nearest_with(run, &queries, &own, k);
                for rows in &mut found {
                    rows.sort_unstable();
                }
                found
            };
            let shape = (points.n_rows(), points.n_cols(), k);
            assert_eq!(found(&|search| widest(search)), wanted, "{shape:?}");
            assert_eq!(found(&|search| search.with_simd(Scalar)), wanted, "{shape:?}");
            #[cfg(target_arch = "x86_64")]
            if let Some(avx2) = pulp::x86::V3::try_new() {
                assert_eq!(found(&|search| Simd::vectorize(avx2, search)), wanted, "{shape:?}");
            }
        }
    }

    #[test]
    fn they_are_those_of_the_definition_at_any_width_of_registers() {
        let mut stream = Seed(11).stream("test.among", 0);
        for (n, dims, k) in [(1, 3, 1), (5, 2, 9), (17, 1, 16), (256, 9, 15), (700, 30, 40), (1100, 13, 3)] {
            let values = (0..n * dims).map(|i| (stream.normal() * if i % 7 == 0 { 5.0 } else { 1.0 }) as f32);
            check(&Dense::new(n, dims, values.collect()).unwrap(), k);
        }
    }

    #[test]
    fn so_are_those_of_points_at_one_distance_and_far_from_the_origin() {
        let grid: Vec<f32> = (0..512).flat_map(|i| [i % 8, i / 8 % 8, i / 64].map(|v| v as f32)).collect();
        check(&Dense::new(512, 3, grid.clone()).unwrap(), 10);
        let places: Vec<f32> = grid.iter().map(|v| (v / 3.0).floor()).collect();
        check(&Dense::new(512, 3, places).unwrap(), 30);
        // Scores keep next to nothing of the distances, and at last overflow.
        for scale in [1e4, 1e19] {
            let mut stream = Seed(12).stream("test.among", 0);
            let values = (0..600 * 4).map(|_| (scale * (30.0 + stream.normal())) as f32);
            check(&Dense::new(600, 4, values.collect()).unwrap(), 12);
        }
    }
}
