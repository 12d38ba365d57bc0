//! Queries that are searched for together, among panels of points in a given order or by boxes.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::boxes::{Boxes, GROUP, Span};
use super::staged::{Tails, Tile};
use super::tile::{PANEL, Panels};

/// What was found for a query.
pub(super) trait Kept: Send {
    /// Score that must be beaten.
    fn threshold(&self) -> f32;

    /// Takes the scores of a panel that are below the threshold, the first of them that of the slot `first`. Returns the
    /// threshold from now on.
    fn take(&mut self, scores: &[f32; PANEL], first: usize) -> f32;
}

/// Queries and what was found for each.
pub(super) struct Queries<K> {
    dims: usize,
    /// Row-major.
    rows: Vec<f32>,
    tails: Vec<Tails>,
    pub(super) found: Vec<K>,
}

impl<K: Kept> Queries<K> {
    /// Of points, row-major, for a search among `panels`.
    pub(super) fn new(rows: Vec<f32>, panels: &Panels, found: Vec<K>) -> Self {
        let dims = panels.dims();
        let of_row = |q: usize| Tails::new(&rows[q * dims..(q + 1) * dims], panels.ends());
        Self { dims, tails: (0..found.len()).map(of_row).collect(), rows, found }
    }

    fn row(&self, query: usize) -> &[f32] {
        &self.rows[query * self.dims..(query + 1) * self.dims]
    }

    /// The queries `wanted` side by side.
    #[inline(always)]
    fn tile<const Q: usize>(&self, wanted: &[u32]) -> Tile<Q> {
        let of_query = |&q: &u32| (self.row(q as usize), self.tails[q as usize], self.found[q as usize].threshold());
        Tile::new(self.dims, wanted.iter().map(of_query))
    }

    /// Compares a tile of the queries `wanted` with a panel.
    #[inline(always)]
    fn compare<S: Simd, const Q: usize>(
        &mut self,
        simd: S,
        tile: &mut Tile<Q>,
        wanted: &[u32],
        panels: &Panels,
        panel: usize,
    ) {
        let mut scores = [[0.0; PANEL]; Q];
        if !tile.scores(simd, panels, panel, &mut scores) {
            return;
        }
        for (q, (&query, scores)) in wanted.iter().zip(&scores).enumerate() {
            let threshold = tile.threshold(q);
            if scores.iter().map(|&score| u32::from(score < threshold)).sum::<u32>() > 0 {
                tile.lower(q, self.found[query as usize].take(scores, panel * PANEL));
            }
        }
    }

    /// Compares a tile with the panels of the group of its own: that first, and what was parted from it last before the rest,
    /// so that few candidates are replaced.
    #[inline(always)]
    fn of_group<S: Simd, const Q: usize>(
        &mut self,
        simd: S,
        tile: &mut Tile<Q>,
        wanted: &[u32],
        points: &Panels,
        own: usize,
        panels: &Range<usize>,
    ) {
        for panel in (0..GROUP).map(|step| own ^ step).filter(|panel| panels.contains(panel)) {
            self.compare(simd, tile, wanted, points, panel);
        }
    }
}

/// A search of the queries `wanted`, positions among them, in some panels. Those are passed over that are too far from all
/// queries of a tile.
pub(super) struct InOrder<'a, K> {
    pub(super) queries: &'a mut Queries<K>,
    pub(super) wanted: &'a [u32],
    pub(super) points: &'a Panels,
    pub(super) boxes: &'a Boxes,
    pub(super) panels: Range<usize>,
    /// First slot of the queries, where these are in the panels and follow each other: then theirs are searched first.
    pub(super) own: Option<usize>,
}

impl<K: Kept> WithSimd for InOrder<'_, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Enough accumulators that each is waited for: one register a query of AVX-512, two of AVX2.
        if S::F32_LANES >= PANEL { self.tiles::<S, 8>(simd) } else { self.tiles::<S, 4>(simd) }
    }
}

impl<K: Kept> InOrder<'_, K> {
    #[inline(always)]
    fn tiles<S: Simd, const Q: usize>(self, simd: S) {
        let Self { queries, wanted, points, boxes, panels, own } = self;
        let at_once = points.at_once();
        for from in panels.clone().step_by(at_once) {
            let to = (from + at_once).min(panels.end);
            for wanted in wanted.chunks(Q) {
                let mut tile = queries.tile::<Q>(wanted);
                let own_panel = own.map(|slot| (slot + wanted[0] as usize) / PANEL).filter(|p| (from..to).contains(p));
                if let Some(own) = own_panel {
                    queries.of_group(simd, &mut tile, wanted, points, own, &(from..to));
                }
                for group in from / GROUP..to.div_ceil(GROUP) {
                    if own_panel.is_some_and(|own| own / GROUP == group) {
                        continue;
                    }
                    let mut near = boxes.near(group, &tile.span, tile.reach());
                    while near > 0 {
                        let panel = group * GROUP + near.trailing_zeros() as usize;
                        near &= near - 1;
                        if (from..to).contains(&panel) {
                            queries.compare(simd, &mut tile, wanted, points, panel);
                        }
                    }
                }
            }
        }
    }
}

/// A search of queries that lie near to each other among all points, the groups nearest to them first. Groups and panels are
/// passed over that are too far from all queries of a tile.
pub(super) struct ByBoxes<'a, K> {
    pub(super) queries: &'a mut Queries<K>,
    pub(super) points: &'a Panels,
    pub(super) boxes: &'a Boxes,
    /// First slot of the queries themselves, where they are among the points: then that group is searched first.
    pub(super) own: Option<usize>,
}

impl<K: Kept> WithSimd for ByBoxes<'_, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if S::F32_LANES >= PANEL { self.tiles::<S, 8>(simd) } else { self.tiles::<S, 4>(simd) }
    }
}

impl<K: Kept> ByBoxes<'_, K> {
    #[inline(always)]
    fn tiles<S: Simd, const Q: usize>(self, simd: S) {
        let Self { queries, points, boxes, own } = self;
        let all: Vec<u32> = (0..queries.found.len() as u32).collect();
        let mut span = Span::new();
        for &query in &all {
            span.add(queries.row(query as usize));
        }
        let mut tiles: Vec<Tile<Q>> = all.chunks(Q).map(|wanted| queries.tile(wanted)).collect();
        let own_group = own.map(|slot| slot / (PANEL * GROUP));
        if let Some(slot) = own {
            for (tile, wanted) in tiles.iter_mut().zip(all.chunks(Q)) {
                let own = (slot + wanted[0] as usize) / PANEL;
                queries.of_group(simd, tile, wanted, points, own, &(0..points.len()));
            }
        }
        for (square, group) in boxes.groups(&span) {
            let group = group as usize;
            if own_group == Some(group) {
                continue;
            }
            let mut any = false;
            for (tile, wanted) in tiles.iter_mut().zip(all.chunks(Q)) {
                let reach = tile.reach();
                if square >= reach {
                    continue;
                }
                any = true;
                let mut near = boxes.near(group, &tile.span, reach);
                while near > 0 {
                    let panel = group * GROUP + near.trailing_zeros() as usize;
                    near &= near - 1;
                    queries.compare(simd, tile, wanted, points, panel);
                }
            }
            // No threshold rises, and the groups to come are no nearer.
            if !any {
                break;
            }
        }
    }
}
