//! From the bytes of a piece to the counts that are kept of them.
//!
//! Blocks that fit the innermost cache go through all steps, one after the other: words from bytes, counts from words,
//! and the narrow form from counts. The loops have no early end and so take whole registers; a block that holds no
//! counts is walked once more to find the first offender.

use super::element::{Element, Order, Refused};
use super::kept::Kept;
use super::planes;
use super::tiles::Tally;

/// Elements per block.
const BLOCK: usize = 1024;

/// Converts the first `kept.len()` elements of `bytes` to counts. Returns the number of zeros among them (for columns 0:
/// nobody asks), or the first value that is no count (position within `kept`).
pub(crate) fn to_counts(bytes: &[u8], element: &Element, order: Order, mut kept: Kept<'_>) -> Tally {
    if let Order::Planes { n } = order
        && let Some(zeros) = planes::to_counts(bytes, element, n, &mut kept)
    {
        return Ok(zeros);
    }
    let n = kept.len();
    let mut block = Block::new();
    let mut counts = [0_u32; BLOCK];
    let mut zeros = 0;
    for from in (0..n).step_by(BLOCK) {
        let counts = &mut counts[..BLOCK.min(n - from)];
        let converted = block.convert(bytes, element, order, from, counts);
        converted.map_err(|r| Refused { position: r.position + from as u64, ..r })?;
        zeros += kept.put(from, counts);
    }
    Ok(zeros)
}

/// Words of the block at hand.
struct Block {
    two: [u16; BLOCK],
    four: [u32; BLOCK],
    eight: [u64; BLOCK],
}

impl Block {
    fn new() -> Self {
        Self { two: [0; BLOCK], four: [0; BLOCK], eight: [0; BLOCK] }
    }

    /// Converts the elements of `bytes` from `from` on.
    fn convert(
        &mut self,
        bytes: &[u8],
        element: &Element,
        order: Order,
        from: usize,
        counts: &mut [u32],
    ) -> Result<(), Refused> {
        let n = counts.len();
        let big = element.is_big_endian();
        let signed = matches!(element, Element::Integer { signed: true, .. });
        let is_float = matches!(element, Element::Float { .. });
        match element.number_size() {
            Some(1) => {
                let words = &bytes[from..from + n];
                if signed {
                    fill(words, counts, |w| (w.into(), w & 0x80), |w| whole(w.cast_signed().into()))
                } else {
                    fill(words, counts, |w| (w.into(), 0), |w| Ok(w.into()))
                }
            }
            Some(2) => {
                let words = &mut self.two[..n];
                load(bytes, order, big, from, words, u16::from_le_bytes);
                if signed {
                    fill(words, counts, |w| (w.into(), w & 0x8000), |w| whole(w.cast_signed().into()))
                } else {
                    fill(words, counts, |w| (w.into(), 0), |w| Ok(w.into()))
                }
            }
            Some(4) => {
                let words = &mut self.four[..n];
                load(bytes, order, big, from, words, u32::from_le_bytes);
                if is_float {
                    fill(words, counts, real_32, |w| real(f32::from_bits(w).into()))
                } else if signed {
                    fill(words, counts, |w| (w, w & 1 << 31), |w| whole(w.cast_signed().into()))
                } else {
                    fill(words, counts, |w| (w, 0), Ok)
                }
            }
            Some(_) => {
                let words = &mut self.eight[..n];
                load(bytes, order, big, from, words, u64::from_le_bytes);
                if is_float {
                    fill(words, counts, real_64, |w| real(f64::from_bits(w)))
                } else if signed {
                    fill(words, counts, |w| (w as u32, w >> 32), |w| whole(w.cast_signed()))
                } else {
                    fill(words, counts, |w| (w as u32, w >> 32), |w| u32::try_from(w).map_err(|_| w as f64))
                }
            }
            None => Err(Refused { position: 0, value: f64::NAN }),
        }
    }
}

/// Elements from `from` on as words.
fn load<W, const N: usize>(
    bytes: &[u8],
    order: Order,
    big_endian: bool,
    from: usize,
    words: &mut [W],
    word: impl Fn([u8; N]) -> W,
) {
    let turned = |mut b: [u8; N]| {
        b.reverse();
        word(b)
    };
    match order {
        Order::Elements => {
            let elements = &bytes.as_chunks::<N>().0[from..from + words.len()];
            if big_endian {
                words.iter_mut().zip(elements).for_each(|(w, &b)| *w = turned(b));
            } else {
                words.iter_mut().zip(elements).for_each(|(w, &b)| *w = word(b));
            }
        }
        Order::Planes { n } => {
            let length = words.len();
            let planes: [&[u8]; N] = std::array::from_fn(|k| &bytes[k * n + from..][..length]);
            for (i, w) in words.iter_mut().enumerate() {
                let b = planes.map(|plane| plane[i]);
                *w = if big_endian { turned(b) } else { word(b) };
            }
        }
    }
}

/// Counts of words. `quick` gives the count and bits that are not 0 where it may be none; `exact` decides then.
fn fill<W: Copy, B: Copy + Default + PartialEq + std::ops::BitOr<Output = B>>(
    words: &[W],
    counts: &mut [u32],
    quick: impl Fn(W) -> (u32, B),
    exact: impl Fn(W) -> Result<u32, f64>,
) -> Result<(), Refused> {
    let mut doubt = B::default();
    for (slot, &word) in counts.iter_mut().zip(words) {
        let (count, doubts) = quick(word);
        *slot = count;
        doubt = doubt | doubts;
    }
    if doubt == B::default() {
        return Ok(());
    }
    for (position, (slot, &word)) in counts.iter_mut().zip(words).enumerate() {
        *slot = exact(word).map_err(|value| Refused { position: position as u64, value })?;
    }
    Ok(())
}

fn whole(value: i64) -> Result<u32, f64> {
    u32::try_from(value).map_err(|_| value as f64)
}

fn real(value: f64) -> Result<u32, f64> {
    let count = value as u32;
    // The cast saturates, so the way back differs for NaN, fractions and what lies outside the range.
    if f64::from(count).to_bits() == (value + 0.0).to_bits() { Ok(count) } else { Err(value) }
}

/// Added to 2^23, a whole number below it stands in the low bits of a binary32, and subtracting gives it back; a fraction
/// is rounded away, and what is negative, larger or NaN changes the upper bits.
fn real_32(word: u32) -> (u32, u32) {
    const SHIFT: f32 = 8_388_608.0;
    let value = f32::from_bits(word);
    let shifted = value + SHIFT;
    let count = shifted.to_bits() ^ SHIFT.to_bits();
    // Adding 0 makes a negative zero positive.
    (count, (count >> 23) | ((shifted - SHIFT).to_bits() ^ (value + 0.0).to_bits()))
}

/// The same for binary64 and 2^52.
fn real_64(word: u64) -> (u32, u64) {
    const SHIFT: f64 = 4_503_599_627_370_496.0;
    let value = f64::from_bits(word);
    let shifted = value + SHIFT;
    let count = shifted.to_bits() ^ SHIFT.to_bits();
    (count as u32, (count >> 32) | ((shifted - SHIFT).to_bits() ^ (value + 0.0).to_bits()))
}

#[cfg(test)]
mod tests;
