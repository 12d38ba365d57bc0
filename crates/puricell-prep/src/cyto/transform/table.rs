//! A curve as a table of cubics, for whole columns.

use super::Transform;

/// Pieces per octave.
const PIECES: u64 = 64;
/// Octaves below the knee; what is smaller still goes through the curve itself, or is within rounding of linear.
const BELOW: i32 = 24;
/// The bit of a number's sign.
const SIGN: u64 = 1 << 63;
/// Octaves above the knee: beyond lies no instrument.
const ABOVE: i32 = 40;

/// Cubic pieces through four points of the curve each, on a grid that is even within each power of two, for `|x|`; below zero by symmetry.
///
/// The grid of a piece follows from the bits of `x`: its exponent and the first bits of its fraction.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    first: u64,
    last: u64,
    zero: f64,
    /// Per piece: value, and coefficients of the first three powers of the place within it (0 to 1).
    pieces: Vec<[f64; 4]>,
}

impl Table {
    /// For a curve that is odd around its value at 0 and almost linear below `knee` (a positive linear value).
    pub(super) fn new(transform: &Transform, knee: f64) -> Self {
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
                [y0, 3.0 * d1 - 1.5 * d2 + d3, 4.5 * d2 - 4.5 * d3, 4.5 * d3]
            })
            .collect();
        Self { first, last, zero, pieces }
    }

    /// The value; `None` where the table does not reach.
    pub(super) fn value(&self, x: f64) -> Option<f64> {
        let shift = 52 - PIECES.trailing_zeros();
        let bits = x.abs().to_bits();
        let key = bits >> shift;
        if key < self.first || key >= self.last {
            return None;
        }
        let [y0, c1, c2, c3] = self.pieces[(key - self.first) as usize];
        // Fewer than 53 bits: signed numbers convert in one instruction, and the quotient is exact.
        let within = (bits & ((1 << shift) - 1)).cast_signed() as f64 / (1_u64 << shift) as f64;
        let height = ((c3 * within + c2) * within + c1) * within + y0;
        // The sign of `x`, without a jump: noise around zero has either.
        Some(self.zero + f64::from_bits(height.to_bits() ^ (x.to_bits() & SIGN)))
    }
}
