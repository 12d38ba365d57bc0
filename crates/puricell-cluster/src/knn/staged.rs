//! Distances of a tile of queries from a panel, left off where the first coordinates show that none is near enough.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use pulp::Simd;

use super::boxes::Span;
use super::tile::{PANEL, Panels, STAGES, interleave, staged};

/// A query's half squares of the coordinates that each stage leaves out, and of all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tails {
    rest: [f32; STAGES],
    all: f32,
}

impl Tails {
    pub(super) fn new(row: &[f32], ends: &[usize; STAGES]) -> Self {
        let half = |row: &[f32]| (0.5 * row.iter().fold(0.0, |sum, &v| sum + f64::from(v) * f64::from(v))) as f32;
        Self { rest: ends.map(|end| half(&row[end..])), all: half(row) }
    }
}

/// Queries that are compared together, and what a score has to be below for each.
pub(super) struct Tile<const Q: usize> {
    x: Vec<[f32; Q]>,
    tails: [Tails; Q],
    thresholds: [f32; Q],
    /// Thresholds of the half squared distance in the coordinates of each stage, less that of the query itself.
    limits: [[f32; Q]; STAGES],
    pub(super) span: Span,
}

impl<const Q: usize> Tile<Q> {
    /// Of rows, what was left out of them, and their thresholds; at most `Q`.
    #[inline(always)]
    pub(super) fn new<'a>(dims: usize, queries: impl Iterator<Item = (&'a [f32], Tails, f32)> + Clone) -> Self {
        let mut tile = Self {
            x: vec![[0.0; Q]; dims],
            tails: [Tails { rest: [0.0; STAGES], all: 0.0 }; Q],
            // Nothing is below those of queries that are not there.
            thresholds: [f32::NEG_INFINITY; Q],
            limits: [[f32::NEG_INFINITY; Q]; STAGES],
            span: Span::new(),
        };
        interleave(queries.clone().map(|q| q.0), &mut tile.x);
        for (q, (row, tails, threshold)) in queries.enumerate() {
            tile.tails[q] = tails;
            tile.span.add(row);
            tile.lower(q, threshold);
        }
        tile
    }

    /// Sets a query's threshold.
    #[inline(always)]
    pub(super) fn lower(&mut self, q: usize, threshold: f32) {
        self.thresholds[q] = threshold;
        for (limits, rest) in self.limits.iter_mut().zip(self.tails[q].rest) {
            limits[q] = threshold + rest;
        }
    }

    pub(super) fn threshold(&self, q: usize) -> f32 {
        self.thresholds[q]
    }

    /// Squared distance below which a point is near enough for some query.
    #[inline(always)]
    pub(super) fn reach(&self) -> f32 {
        let mut most = f32::NEG_INFINITY;
        for (threshold, tails) in self.thresholds.iter().zip(&self.tails) {
            most = most.max(threshold + tails.all);
        }
        2.0 * most
    }

    /// Puts the scores against a panel into `out` and tells whether some of them may be below its query's threshold.
    #[inline(always)]
    pub(super) fn scores<S: Simd>(&self, simd: S, panels: &Panels, panel: usize, out: &mut [[f32; PANEL]; Q]) -> bool {
        staged(simd, &self.x, &self.limits, panels, panel, out)
    }
}
