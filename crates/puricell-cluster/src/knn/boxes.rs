//! Boxes around panels of points, by which panels are passed over that hold nothing near enough.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use super::tile::{PANEL, Panels};

/// Panels of one group: one box each, tested together.
pub(super) const GROUP: usize = PANEL;
/// Leading coordinates that boxes have. The later ones of principal components vary little within the whole lot.
const SIDES: usize = 8;

/// The least and greatest value of each leading coordinate.
pub(super) struct Span {
    low: [f32; SIDES],
    high: [f32; SIDES],
}

impl Span {
    /// Around nothing.
    pub(super) fn new() -> Self {
        Self { low: [f32::INFINITY; SIDES], high: [f32::NEG_INFINITY; SIDES] }
    }

    pub(super) fn add(&mut self, point: &[f32]) {
        for ((low, high), &v) in self.low.iter_mut().zip(&mut self.high).zip(point) {
            *low = low.min(v);
            *high = high.max(v);
        }
    }
}

/// Spans side by side, lane by lane.
struct Spans {
    n_sides: usize,
    low: Vec<[f32; PANEL]>,
    high: Vec<[f32; PANEL]>,
}

impl Spans {
    fn new(n_sides: usize, spans: &[Span]) -> Self {
        let n = spans.len().div_ceil(PANEL) * n_sides;
        let (mut low, mut high) = (vec![[f32::INFINITY; PANEL]; n], vec![[f32::INFINITY; PANEL]; n]);
        for (at, span) in spans.iter().enumerate() {
            for side in 0..n_sides {
                low[at / PANEL * n_sides + side][at % PANEL] = span.low[side];
                high[at / PANEL * n_sides + side][at % PANEL] = span.high[side];
            }
        }
        Self { n_sides, low, high }
    }

    /// Squared distances of a box from those of a place.
    #[inline(always)]
    fn squares(&self, place: usize, from: &Span) -> [f32; PANEL] {
        let sides = place * self.n_sides..(place + 1) * self.n_sides;
        let mut squares = [0.0_f32; PANEL];
        for (side, (low, high)) in self.low[sides.clone()].iter().zip(&self.high[sides]).enumerate() {
            let (from_low, from_high) = (from.low[side], from.high[side]);
            for lane in 0..PANEL {
                let beyond = low[lane] - from_high;
                let short = from_low - high[lane];
                let apart = if beyond > short { beyond } else { short };
                let apart = if apart > 0.0 { apart } else { 0.0 };
                squares[lane] += apart * apart;
            }
        }
        squares
    }
}

/// Boxes of panels and of groups of panels.
pub(super) struct Boxes {
    panels: Spans,
    groups: Spans,
    n_groups: usize,
}

impl Boxes {
    /// Around the points of those of the first `n_slots` slots that have one.
    pub(super) fn new(points: &Panels, n_slots: usize) -> Self {
        let n_sides = points.dims().min(SIDES);
        let mut row = Vec::new();
        let mut around = |slots: usize| {
            let spans = (0..n_slots).step_by(slots).map(|first| {
                let mut span = Span::new();
                for slot in (first..(first + slots).min(n_slots)).filter(|&slot| points.is_set(slot)) {
                    row.clear();
                    points.push_row(slot, &mut row);
                    span.add(&row);
                }
                span
            });
            spans.collect::<Vec<_>>()
        };
        let (panels, groups) = (around(PANEL), around(PANEL * GROUP));
        Self { panels: Spans::new(n_sides, &panels), groups: Spans::new(n_sides, &groups), n_groups: groups.len() }
    }

    /// Groups by their squared distance from a box, nearest first.
    pub(super) fn groups(&self, from: &Span) -> Vec<(f32, u32)> {
        let mut groups = Vec::with_capacity(self.n_groups.next_multiple_of(PANEL));
        for place in 0..self.n_groups.div_ceil(PANEL) {
            let squares = self.groups.squares(place, from);
            groups.extend(squares.iter().zip((place * PANEL) as u32..).map(|(&square, group)| (square, group)));
        }
        groups.truncate(self.n_groups);
        groups.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        groups
    }

    /// Which panels of a group are nearer to a box than the root of `square`, a bit each.
    #[inline(always)]
    pub(super) fn near(&self, group: usize, from: &Span, square: f32) -> u32 {
        let squares = self.panels.squares(group, from);
        let mut near = 0;
        for (lane, &s) in squares.iter().enumerate() {
            near |= u32::from(s < square) << lane;
        }
        near
    }
}
