//! A curve as a table of cubics, for whole columns.

#![allow(clippy::inline_always)] // as in `tile`

use super::Transform;
use crate::cyto::tile::{Column, EVENTS, TURNED, Turn, WideColumn};

/// Pieces per octave.
const PIECES: u64 = 64;
/// Octaves below the knee; what is smaller still goes through the curve itself, or is within rounding of linear.
const BELOW: i32 = 24;
/// The bit of a number's sign.
const SIGN: u64 = 1 << 63;
/// Octaves above the knee: beyond lies no instrument.
const ABOVE: i32 = 40;

const N_PIECES: usize = PIECES as usize * (BELOW + ABOVE) as usize;
/// The key, by the bits of double precision, of what has key 0 by those of single precision.
const SHIFTED: u64 = (1023 - 127) * PIECES;

/// A value, and coefficients of the first three powers of the place within a piece (0 to 1); never on two lines of the cache.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(32))]
struct Piece([f64; 4]);

/// Cubic pieces through four points of the curve each, on a grid that is even within each power of two, for `|x|`; below zero by symmetry.
///
/// The grid of a piece follows from the bits of `x`: its exponent and the first bits of its fraction.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cyto) struct Table {
    first: u64,
    last: u64,
    zero: f64,
    pieces: Vec<Piece>,
}

impl Table {
    /// For a curve that is odd around its value at 0 and almost linear below `knee` (a positive linear value).
    pub(in crate::cyto) fn new(transform: &Transform, knee: f64) -> Self {
        let scale = f64::from_bits(knee.to_bits() & !((1 << 52) - 1));
        let shift = 52 - PIECES.trailing_zeros();
        let power = |octaves: i32| (0..octaves.abs()).fold(scale, |v, _| if octaves < 0 { v / 2.0 } else { v * 2.0 });
        let (first, last) = (power(-BELOW).to_bits() >> shift, power(ABOVE).to_bits() >> shift);
        let zero = transform.forward(0.0);
        let pieces = (first..last)
            .map(|key| {
                let (from, to) = (f64::from_bits(key << shift), f64::from_bits((key + 1) << shift));
                let third = (to - from) / 3.0;
                // Through four points of the piece, all of them on the curve.
                let y0 = transform.forward(from) - zero;
                let y1 = transform.forward(from + third) - zero;
                let y2 = transform.forward(to - third) - zero;
                let y3 = transform.forward(to) - zero;
                let (d1, d2, d3) = (y1 - y0, y2 - 2.0 * y1 + y0, y3 - 3.0 * y2 + 3.0 * y1 - y0);
                // Newton's forward differences at thirds, as powers of the place.
                Piece([y0, 3.0 * d1 - 1.5 * d2 + d3, 4.5 * d2 - 4.5 * d3, 4.5 * d3])
            })
            .collect();
        Self { first, last, zero, pieces }
    }

    /// The value; `None` where the table does not reach.
    pub(in crate::cyto) fn value(&self, x: f64) -> Option<f64> {
        let shift = 52 - PIECES.trailing_zeros();
        let bits = x.abs().to_bits();
        let key = bits >> shift;
        if key < self.first || key >= self.last {
            return None;
        }
        let Piece([y0, c1, c2, c3]) = self.pieces[(key - self.first) as usize];
        // Fewer than 53 bits: signed numbers convert in one instruction, and the quotient is exact.
        let within = (bits & ((1 << shift) - 1)).cast_signed() as f64 / (1_u64 << shift) as f64;
        let height = ((c3 * within + c2) * within + c1) * within + y0;
        // The sign of `x`, without a jump: noise around zero has either.
        Some(self.zero + f64::from_bits(height.to_bits() ^ (x.to_bits() & SIGN)))
    }

    /// As [`Table::value`] in single precision, of many; `false` where the table does not reach one of them, and then `to` holds
    /// nothing of use. The coefficients are laid out in `space`.
    #[inline(always)]
    pub(in crate::cyto) fn values(
        &self,
        turn: Turn,
        from: &Column,
        to: &mut Column,
        space: &mut [WideColumn; TURNED],
    ) -> bool {
        let Some(pieces) = self.pieces.first_chunk::<N_PIECES>() else { return false };
        // Keys by the bits of single precision, whose exponents start elsewhere. What is not normal there has no such key.
        if self.first < SHIFTED + PIECES || self.last > SHIFTED + 255 * PIECES {
            return false;
        }
        let first = (self.first - SHIFTED) as u32;
        let mut keys = [0_u32; EVENTS];
        let mut any = 0;
        for (key, value) in keys.iter_mut().zip(from) {
            *key = (value.abs().to_bits() >> (23 - PIECES.trailing_zeros())).wrapping_sub(first);
            any |= *key;
        }
        // One key beyond the pieces, or below the first, has bits that no piece's has.
        if any as usize >= N_PIECES {
            return false;
        }
        for (at, keys) in (0..EVENTS).step_by(TURNED).zip(keys.as_chunks::<TURNED>().0) {
            let chosen = turn.doubles(keys.map(|key| pieces[key as usize % N_PIECES].0));
            for (coefficients, chosen) in space.iter_mut().zip(chosen) {
                coefficients[at..at + TURNED].copy_from_slice(&chosen);
            }
        }
        for (i, (to, value)) in to.iter_mut().zip(from).enumerate() {
            // The rest of the fraction as that of a number from 1 to 2, less 1: exact.
            let fraction = value.to_bits() << PIECES.trailing_zeros() & 0x007F_FFFF;
            let within = f64::from(f32::from_bits(fraction | 0x3F80_0000) - 1.0);
            let [y0, c1, c2, c3] = [space[0][i], space[1][i], space[2][i], space[3][i]];
            let height = ((c3 * within + c2) * within + c1) * within + y0;
            let signed = f64::from_bits(height.to_bits() ^ (f64::from(*value).to_bits() & SIGN));
            *to = (self.zero + signed) as f32;
        }
        true
    }
}
