//! Tiles of queries against panels of points, laid out for the vector unit.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use pulp::Simd;

/// Points of one panel: one register of AVX-512, two of AVX2, so that a tile's accumulators stay in registers.
pub(super) const PANEL: usize = 16;
/// Bytes of points visited before the next tile of queries: half of a common second-level cache.
const CACHE_BYTES: usize = 1 << 19;
/// Stages of a comparison: after each but the last it is left off where the coordinates so far show that it can be.
pub(super) const STAGES: usize = 3;

/// Points by panels. A slot is a place for a point; slots without one score infinite.
pub(super) struct Panels {
    dims: usize,
    /// Coordinates that are in after each stage.
    ends: [usize; STAGES],
    /// `dims x PANEL` per panel.
    values: Vec<[f32; PANEL]>,
    /// `|y|^2 / 2` of the coordinates that are in after each stage, per panel.
    half_squares: Vec<[[f32; PANEL]; STAGES]>,
}

impl Panels {
    pub(super) fn empty(dims: usize, n_slots: usize) -> Self {
        let n_panels = n_slots.div_ceil(PANEL);
        let ends = std::array::from_fn(|stage| (stage + 1) * dims / STAGES);
        let half_squares = vec![[[f32::INFINITY; PANEL]; STAGES]; n_panels];
        Self { dims, ends, values: vec![[0.0; PANEL]; n_panels * dims], half_squares }
    }

    /// Puts a point into a slot.
    pub(super) fn set(&mut self, slot: usize, point: &[f32]) {
        let (panel, lane) = (slot / PANEL, slot % PANEL);
        for (values, &v) in self.values[panel * self.dims..].iter_mut().zip(point) {
            values[lane] = v;
        }
        let (mut from, mut sum) = (0, 0.0);
        for (half_squares, &end) in self.half_squares[panel].iter_mut().zip(&self.ends) {
            sum = point[from..end].iter().fold(sum, |sum, &v| sum + f64::from(v) * f64::from(v));
            half_squares[lane] = (0.5 * sum) as f32;
            from = end;
        }
    }

    /// Whether a slot has a point.
    pub(super) fn is_set(&self, slot: usize) -> bool {
        self.half_squares[slot / PANEL][STAGES - 1][slot % PANEL] < f32::INFINITY
    }

    /// Appends the point of a slot to `rows`.
    pub(super) fn push_row(&self, slot: usize, rows: &mut Vec<f32>) {
        let (panel, lane) = (slot / PANEL, slot % PANEL);
        rows.extend(self.values[panel * self.dims..(panel + 1) * self.dims].iter().map(|values| values[lane]));
    }

    pub(super) fn dims(&self) -> usize {
        self.dims
    }

    /// Number of panels.
    pub(super) fn len(&self) -> usize {
        self.half_squares.len()
    }

    /// Coordinates and half squares of one panel.
    #[inline(always)]
    pub(super) fn panel(&self, panel: usize) -> (&[[f32; PANEL]], &[f32; PANEL]) {
        (&self.values[panel * self.dims..(panel + 1) * self.dims], &self.half_squares[panel][STAGES - 1])
    }

    /// Coordinates of one panel and the half squares of each stage.
    #[inline(always)]
    pub(super) fn stages(&self, panel: usize) -> (&[[f32; PANEL]], &[[f32; PANEL]; STAGES]) {
        (&self.values[panel * self.dims..(panel + 1) * self.dims], &self.half_squares[panel])
    }

    /// Coordinates that are in after each stage.
    pub(super) fn ends(&self) -> &[usize; STAGES] {
        &self.ends
    }

    /// Panels to visit before the next tile of queries, that they are still in the cache.
    #[inline(always)]
    pub(super) fn at_once(&self) -> usize {
        (CACHE_BYTES / (PANEL * size_of::<f32>() * self.dims.max(1))).max(1)
    }
}

/// Rows of a tile, coordinate by coordinate; queries that a last tile lacks keep what was there and are not looked at.
#[inline(always)]
pub(super) fn interleave<'a, const Q: usize>(rows: impl Iterator<Item = &'a [f32]>, x: &mut [[f32; Q]]) {
    for (q, row) in rows.enumerate() {
        for (x, &v) in x.iter_mut().zip(row) {
            x[q] = v;
        }
    }
}

/// Registers of one panel, were each a single lane; those not used are never made.
const MOST_REGISTERS: usize = PANEL;

/// The scores of a tile of queries against a panel.
pub(super) struct Scores<S: Simd, const Q: usize>([[S::f32s; MOST_REGISTERS]; Q]);

/// `|y|^2 / 2 - x.y` of a tile against a panel. Products are fused with sums only where `FUSED`: then the bits depend on the
/// machine.
#[inline(always)]
pub(super) fn scores<S: Simd, const Q: usize, const FUSED: bool>(
    simd: S,
    x: &[[f32; Q]],
    y: &[[f32; PANEL]],
    half_squares: &[f32; PANEL],
) -> Scores<S, Q> {
    const { assert!(PANEL.is_multiple_of(S::F32_LANES)) };
    let registers = const { PANEL / S::F32_LANES };
    let mut sums = [[simd.splat_f32s(0.0); MOST_REGISTERS]; Q];
    add_products::<S, Q, FUSED>(simd, &mut sums, x, y);
    let half_squares = S::as_simd_f32s(half_squares).0;
    for sums in &mut sums {
        for r in 0..registers {
            sums[r] = simd.sub_f32s(half_squares[r], sums[r]);
        }
    }
    Scores(sums)
}

/// Adds the products of some coordinates.
#[inline(always)]
fn add_products<S: Simd, const Q: usize, const FUSED: bool>(
    simd: S,
    sums: &mut [[S::f32s; MOST_REGISTERS]; Q],
    x: &[[f32; Q]],
    y: &[[f32; PANEL]],
) {
    for (y, x) in y.iter().zip(x) {
        let y = S::as_simd_f32s(y).0;
        for (sums, &x) in sums.iter_mut().zip(x) {
            let x = simd.splat_f32s(x);
            for r in 0..const { PANEL / S::F32_LANES } {
                sums[r] = if FUSED {
                    simd.mul_add_e_f32s(x, y[r], sums[r])
                } else {
                    simd.add_f32s(sums[r], simd.mul_f32s(x, y[r]))
                };
            }
        }
    }
}

/// Puts the scores of a tile against a panel into `out` and tells whether some of them may matter. They are not where, after
/// some stage, the products of no query with its limit are above the half square of any point. Sums must not overflow.
#[inline(always)]
pub(super) fn staged<S: Simd, const Q: usize>(
    simd: S,
    x: &[[f32; Q]],
    limits: &[[f32; Q]; STAGES],
    panels: &Panels,
    panel: usize,
    out: &mut [[f32; PANEL]; Q],
) -> bool {
    let (y, half_squares) = panels.stages(panel);
    let mut sums = [[simd.splat_f32s(0.0); MOST_REGISTERS]; Q];
    let mut from = 0;
    for stage in 0..STAGES {
        let end = panels.ends[stage];
        // Products are fused with sums: who asks allows for the rounding.
        add_products::<S, Q, true>(simd, &mut sums, &x[from..end], &y[from..end]);
        let half_squares = S::as_simd_f32s(&half_squares[stage]).0;
        let mut above = false;
        for r in 0..const { PANEL / S::F32_LANES } {
            let mut most = simd.add_f32s(sums[0][r], simd.splat_f32s(limits[stage][0]));
            for q in 1..Q {
                most = simd.max_f32s(most, simd.add_f32s(sums[q][r], simd.splat_f32s(limits[stage][q])));
            }
            above |= any(simd, simd.greater_than_f32s(most, half_squares[r]));
        }
        if !above {
            return false;
        }
        from = end;
    }
    let half_squares = S::as_simd_f32s(&half_squares[STAGES - 1]).0;
    for q in 0..Q {
        let out = S::as_mut_simd_f32s(&mut out[q]).0;
        for r in 0..const { PANEL / S::F32_LANES } {
            out[r] = simd.sub_f32s(half_squares[r], sums[q][r]);
        }
    }
    true
}

impl<S: Simd, const Q: usize> Scores<S, Q> {
    /// The least of a query's scores.
    #[inline(always)]
    pub(super) fn least(&self, simd: S, query: usize) -> f32 {
        let mut least = self.0[query][0];
        for r in 1..const { PANEL / S::F32_LANES } {
            least = simd.min_f32s(least, self.0[query][r]);
        }
        simd.reduce_min_f32s(least)
    }

    /// A query's score of each point of the panel.
    #[inline(always)]
    pub(super) fn lanes(&self, query: usize) -> [f32; PANEL] {
        let mut lanes = [0.0; PANEL];
        for (lane, &score) in S::as_mut_simd_f32s(&mut lanes).0.iter_mut().zip(&self.0[query]) {
            *lane = score;
        }
        lanes
    }
}

/// Whether any lane of a mask is set.
#[inline(always)]
fn any<S: Simd>(simd: S, mask: S::m32s) -> bool {
    if S::F32_LANES == PANEL {
        simd.first_true_m32s(mask) < PANEL
    } else {
        let set = simd.select_f32s(mask, simd.splat_f32s(1.0), simd.splat_f32s(0.0));
        simd.reduce_max_f32s(set) > 0.0
    }
}

#[cfg(test)]
mod tests {
    use pulp::{Scalar, WithSimd};
    use puricell_core::Seed;

    use super::*;
    use puricell_core::widest;

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
