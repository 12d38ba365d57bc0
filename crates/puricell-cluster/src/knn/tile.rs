//! The first pass in `f32`: tiles of queries against panels of points laid out for the vector unit.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use std::ops::Range;

use pulp::{Simd, WithSimd};
use puricell_core::Dense;

use super::candidates::Candidates;
use crate::dot::dot;
use crate::vector::widest;

/// Points of one panel: one register of AVX-512, two of AVX2, so that a tile's accumulators stay in registers.
pub(crate) const PANEL: usize = 16;
/// Bytes of points visited before the next tile of queries: half of a common second-level cache.
const CACHE_BYTES: usize = 1 << 19;

/// Points centred on their mean, by rows and by panels.
pub(super) struct Packed {
    dims: usize,
    /// Row-major.
    rows: Vec<f32>,
    /// `dims x PANEL` per panel.
    panels: Vec<[f32; PANEL]>,
    /// `|y|^2 / 2` per panel; infinite beyond the last point.
    half_squares: Vec<[f32; PANEL]>,
    /// `|x|` in double precision.
    lengths: Vec<f64>,
}

impl Packed {
    pub(super) fn new(points: &Dense<f32>) -> Self {
        let (n, dims) = (points.n_rows(), points.n_cols());
        let mut mean = vec![0.0; dims];
        for row in 0..n {
            for (m, &v) in mean.iter_mut().zip(points.row(row)) {
                *m += f64::from(v);
            }
        }
        for m in &mut mean {
            *m /= n.max(1) as f64;
        }

        let n_panels = n.div_ceil(PANEL);
        let mut packed = Self {
            dims,
            rows: vec![0.0; n * dims],
            panels: vec![[0.0; PANEL]; n_panels * dims],
            half_squares: vec![[f32::INFINITY; PANEL]; n_panels],
            lengths: Vec::with_capacity(n),
        };
        for row in 0..n {
            let (panel, lane) = (row / PANEL, row % PANEL);
            let x: Vec<f64> =
                points.row(row).iter().zip(&mean).map(|(&v, m)| f64::from((f64::from(v) - m) as f32)).collect();
            for (d, &v) in x.iter().enumerate() {
                packed.rows[row * dims + d] = v as f32;
                packed.panels[panel * dims + d][lane] = v as f32;
            }
            let square = dot(&x, &x);
            packed.half_squares[panel][lane] = (0.5 * square) as f32;
            packed.lengths.push(square.sqrt());
        }
        packed
    }

    /// The `most` best candidates of each query by `|y|^2 / 2 - x.y`; equal scores keep the lower index.
    pub(super) fn candidates(&self, queries: Range<usize>, most: usize) -> Vec<Candidates> {
        let mut found = vec![Candidates::new(most); queries.len()];
        widest(Scan { packed: self, queries, found: &mut found });
        found
    }

    /// Whether no point outside the candidates can be as near as `kth`, the squared distance of the k-th of them.
    ///
    /// A point that near lies within `reach = |x| + sqrt(kth)` of the mean. For such points the error of the first pass is
    /// at most `(dims + 8) * 2^-23 * (reach^2 / 2 + |x| * reach)`: the rounding of the running sum and of the half square
    /// (Higham 2002, section 3.1), doubled to cover the rounding of the centred coordinates.
    pub(super) fn proves(&self, query: usize, bound: f32, kth: f64) -> bool {
        let length = self.lengths[query];
        let reach = (length + kth.sqrt()) * (1.0 + 1e-6);
        if reach * reach > f64::from(f32::MAX) / 4.0 {
            // Scores may have overflowed.
            return false;
        }
        let error = (self.dims + 8) as f64 * f64::from(f32::EPSILON) * (0.5 * reach * reach + length * reach);
        2.0 * (f64::from(bound) - error) + length * length > kth * (1.0 + 1e-12)
    }
}

/// Queries against all points.
struct Scan<'a> {
    packed: &'a Packed,
    queries: Range<usize>,
    found: &'a mut [Candidates],
}

impl WithSimd for Scan<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Enough accumulators that each is waited for: one register a query of AVX-512, two of AVX2.
        if S::F32_LANES >= PANEL { self.tiles::<S, 8>(simd) } else { self.tiles::<S, 4>(simd) }
    }
}

impl Scan<'_> {
    #[inline(always)]
    fn tiles<S: Simd, const Q: usize>(self, simd: S) {
        let Self { packed, queries, found } = self;
        let dims = packed.dims;
        let panels_at_once = (CACHE_BYTES / (PANEL * size_of::<f32>() * dims.max(1))).max(1);
        let n_panels = packed.half_squares.len();
        let mut x = vec![[0.0; Q]; dims];
        for from in (0..n_panels).step_by(panels_at_once) {
            let to = (from + panels_at_once).min(n_panels);
            for (tile, found) in found.chunks_mut(Q).enumerate() {
                let first = queries.start + tile * Q;
                let rows = &packed.rows[first * dims..(first + found.len()) * dims];
                interleave(rows, &mut x);
                let mut thresholds = [f32::NEG_INFINITY; Q];
                for (threshold, found) in thresholds.iter_mut().zip(found.iter()) {
                    *threshold = found.threshold();
                }
                for panel in from..to {
                    let y = &packed.panels[panel * dims..(panel + 1) * dims];
                    // The choice among candidates is made and proved in double precision: fused sums change no result.
                    let of_panel = scores::<S, Q, true>(simd, &x, y, &packed.half_squares[panel]);
                    for (q, found) in found.iter_mut().enumerate() {
                        if of_panel.least(simd, q) < thresholds[q] {
                            let all = of_panel.lanes(q);
                            thresholds[q] = keep(found, &all, panel * PANEL, first + q, thresholds[q]);
                        }
                    }
                }
            }
        }
    }
}

/// Rows of a tile, coordinate by coordinate; queries that a last tile lacks keep what was there and are not looked at.
#[inline(always)]
pub(crate) fn interleave<const Q: usize>(rows: &[f32], x: &mut [[f32; Q]]) {
    for (q, row) in rows.chunks_exact(x.len().max(1)).enumerate() {
        for (x, &v) in x.iter_mut().zip(row) {
            x[q] = v;
        }
    }
}

/// Registers of one panel, were each a single lane; those not used are never made.
const MOST_REGISTERS: usize = PANEL;

/// The scores of a tile of queries against a panel.
pub(crate) struct Scores<S: Simd, const Q: usize>([[S::f32s; MOST_REGISTERS]; Q]);

/// `|y|^2 / 2 - x.y` of a tile against a panel. Products are fused with sums only where `FUSED`: then the bits depend on the
/// machine.
#[inline(always)]
pub(crate) fn scores<S: Simd, const Q: usize, const FUSED: bool>(
    simd: S,
    x: &[[f32; Q]],
    y: &[[f32; PANEL]],
    half_squares: &[f32; PANEL],
) -> Scores<S, Q> {
    const { assert!(PANEL.is_multiple_of(S::F32_LANES)) };
    let registers = const { PANEL / S::F32_LANES };
    let mut sums = [[simd.splat_f32s(0.0); MOST_REGISTERS]; Q];
    for (y, x) in y.iter().zip(x) {
        let y = S::as_simd_f32s(y).0;
        for (sums, &x) in sums.iter_mut().zip(x) {
            let x = simd.splat_f32s(x);
            for r in 0..registers {
                sums[r] = if FUSED {
                    simd.mul_add_e_f32s(x, y[r], sums[r])
                } else {
                    simd.add_f32s(sums[r], simd.mul_f32s(x, y[r]))
                };
            }
        }
    }
    let half_squares = S::as_simd_f32s(half_squares).0;
    for sums in &mut sums {
        for r in 0..registers {
            sums[r] = simd.sub_f32s(half_squares[r], sums[r]);
        }
    }
    Scores(sums)
}

impl<S: Simd, const Q: usize> Scores<S, Q> {
    /// The least of a query's scores.
    #[inline(always)]
    pub(crate) fn least(&self, simd: S, query: usize) -> f32 {
        let mut least = self.0[query][0];
        for r in 1..const { PANEL / S::F32_LANES } {
            least = simd.min_f32s(least, self.0[query][r]);
        }
        simd.reduce_min_f32s(least)
    }

    /// A query's score of each point of the panel.
    #[inline(always)]
    pub(crate) fn lanes(&self, query: usize) -> [f32; PANEL] {
        let mut lanes = [0.0; PANEL];
        for (lane, &score) in S::as_mut_simd_f32s(&mut lanes).0.iter_mut().zip(&self.0[query]) {
            *lane = score;
        }
        lanes
    }
}

#[cold]
#[inline(never)]
fn keep(found: &mut Candidates, scores: &[f32; PANEL], first: usize, query: usize, mut threshold: f32) -> f32 {
    for (lane, &score) in scores.iter().enumerate() {
        if score < threshold && first + lane != query {
            found.insert(score, (first + lane) as u32);
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

    struct One<'a>(&'a [[f32; 4]], &'a [[f32; PANEL]], &'a [f32; PANEL]);

    impl WithSimd for One<'_> {
        type Output = [[f32; PANEL]; 4];

        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let found = scores::<S, 4, false>(simd, self.0, self.1, self.2);
            let lanes = [0, 1, 2, 3].map(|q| found.lanes(q));
            for (q, lanes) in lanes.iter().enumerate() {
                let least = lanes.iter().copied().fold(f32::INFINITY, f32::min);
                assert_eq!(found.least(simd, q).to_bits(), least.to_bits());
            }
            lanes
        }
    }

    #[test]
    fn no_width_of_registers_changes_a_bit() {
        let mut stream = Seed(9).stream("test.tile", 0);
        let mut draw = || stream.normal() as f32;
        let x: Vec<[f32; 4]> = (0..50).map(|_| [0.0; 4].map(|_: f32| draw())).collect();
        let y: Vec<[f32; PANEL]> = (0..50).map(|_| [0.0; PANEL].map(|_: f32| draw())).collect();
        let half_squares = [0.0; PANEL].map(|_: f32| draw());
        let wide = widest(One(&x, &y, &half_squares));
        let plain = One(&x, &y, &half_squares).with_simd(Scalar);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = pulp::x86::V3::try_new() {
            assert_eq!(Simd::vectorize(avx2, One(&x, &y, &half_squares)), plain);
        }
        for q in 0..4 {
            for l in 0..PANEL {
                let sum = x.iter().zip(&y).fold(0.0_f32, |sum, (x, y)| sum + x[q] * y[l]);
                assert_eq!(wide[q][l].to_bits(), (half_squares[l] - sum).to_bits());
                assert_eq!(wide[q][l].to_bits(), plain[q][l].to_bits());
            }
        }
    }
}
