//! Compensation and curves, a tile of events at a time.
//!
//! Some events are laid out column by column, taken through all steps so, and put back: arithmetic fills whole registers, and
//! memory is gone through once.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

mod turn;

use std::hint::black_box;

use pulp::{Simd, WithSimd};
use puricell_core::{Dense, widest};
use rayon::prelude::*;

use super::compensation::Product;
use super::transform::Scales;
pub(super) use turn::{TURNED, Turn};

/// Events of a tile: most of it stays in the first-level cache.
pub(super) const EVENTS: usize = 128;
/// Events per block of work.
const BLOCK: usize = 64 * EVENTS;
/// Values on a line of the cache, of which reading one brings all.
const LINE: usize = 16;

/// One column of a tile.
pub(super) type Column = [f32; EVENTS];
/// As many values in double precision.
pub(super) type WideColumn = [f64; EVENTS];

/// What is done to each event.
pub(super) struct Steps<'a> {
    /// First, a matrix and its columns.
    pub(super) product: Option<(Product, &'a [usize])>,
    /// Then the curves.
    pub(super) scales: Scales<'a>,
}

impl Steps<'_> {
    /// Takes all events through the steps.
    pub(super) fn run(&self, events: &mut Dense<f32>) {
        let width = events.n_cols();
        if width > 0 {
            let blocks = events.values_mut().par_chunks_mut(BLOCK * width);
            blocks.for_each(|events| widest(Block { steps: self, events, width }));
        }
    }
}

struct Block<'a> {
    steps: &'a Steps<'a>,
    events: &'a mut [f32],
    width: usize,
}

impl WithSimd for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { steps: Steps { product, scales }, events: mut rest, width } = self;
        let turn = Turn::new::<S>();
        // What a last tile lacks in events keeps what was there, and is not looked at.
        let mut tile: Vec<Column> = vec![[0.0; EVENTS]; width];
        let mut space = product.as_ref().map(|(product, _)| product.space());
        let mut coefficients = [[0.0; EVENTS]; TURNED];
        let n_pairs = product.as_ref().map_or(0, |(product, _)| product.n_pairs());
        let piece = (EVENTS * width).div_ceil((n_pairs + scales.len()).max(1));
        while !rest.is_empty() {
            let (events, after) = rest.split_at_mut(rest.len().min(EVENTS * width));
            // The next tile comes from memory piece by piece while this one is worked on.
            let mut pieces = after[..after.len().min(EVENTS * width)].chunks(piece);
            let mut read_ahead = || touch(pieces.next().unwrap_or_default());
            let n_events = events.len() / width;
            gather(turn, events, &mut tile);
            if let (Some((product, columns)), Some(space)) = (product, &mut space) {
                product.apply(simd, &mut tile, columns, space, &mut read_ahead);
            }
            for (column, curve) in scales.iter() {
                curve.apply(turn, &mut tile[column], n_events, &mut coefficients);
                read_ahead();
            }
            scatter(turn, &tile, events);
            rest = after;
        }
    }
}

/// Has a line of memory brought into the cache for every one that `values` lie on.
#[inline(always)]
fn touch(values: &[f32]) {
    for value in values.iter().step_by(LINE) {
        black_box(*value);
    }
}

/// The first column of each square of `width` columns; the last ones overlap those before, where the width is no multiple.
#[inline(always)]
fn squares(width: usize) -> impl Iterator<Item = usize> {
    (0..width).step_by(TURNED).map(move |column| column.min(width - TURNED))
}

/// Events that go by squares.
#[inline(always)]
fn by_squares(n_events: usize, width: usize) -> usize {
    if width < TURNED { 0 } else { n_events / TURNED * TURNED }
}

/// Rows of events to columns.
#[inline(always)]
fn gather(turn: Turn, events: &[f32], tile: &mut [Column]) {
    let width = tile.len();
    let whole = by_squares(events.len() / width, width);
    for (at, rows) in (0..whole).step_by(TURNED).zip(events.chunks_exact(TURNED * width)) {
        for column in squares(width) {
            let mut square = [[0.0; TURNED]; TURNED];
            for (to, row) in square.iter_mut().zip(rows.chunks_exact(width)) {
                to.copy_from_slice(&row[column..column + TURNED]);
            }
            for (values, from) in tile[column..column + TURNED].iter_mut().zip(turn.singles(square)) {
                values[at..at + TURNED].copy_from_slice(&from);
            }
        }
    }
    for (at, row) in events.chunks_exact(width).enumerate().skip(whole) {
        for (values, &value) in tile.iter_mut().zip(row) {
            values[at] = value;
        }
    }
}

/// Columns back to the rows they came from.
#[inline(always)]
fn scatter(turn: Turn, tile: &[Column], events: &mut [f32]) {
    let width = tile.len();
    let whole = by_squares(events.len() / width, width);
    for (at, rows) in (0..whole).step_by(TURNED).zip(events.chunks_exact_mut(TURNED * width)) {
        for column in squares(width) {
            let mut square = [[0.0; TURNED]; TURNED];
            for (to, values) in square.iter_mut().zip(&tile[column..column + TURNED]) {
                to.copy_from_slice(&values[at..at + TURNED]);
            }
            for (row, from) in rows.chunks_exact_mut(width).zip(turn.singles(square)) {
                row[column..column + TURNED].copy_from_slice(&from);
            }
        }
    }
    for (at, row) in events.chunks_exact_mut(width).enumerate().skip(whole) {
        for (values, value) in tile.iter().zip(row) {
            *value = values[at];
        }
    }
}

#[cfg(test)]
mod tests;
