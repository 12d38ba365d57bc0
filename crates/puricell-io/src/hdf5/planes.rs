//! Integers as HDF5's shuffle filter leaves them: one plane holds the lowest bytes, and most others hold nothing but 0.
//!
//! So what is kept of a count mostly lies in its plane already.

use puricell_core::CountValues;

use super::element::Element;
use super::kept::Kept;

/// Bytes that are looked at together for large counts among them; it changes speed only.
const STRETCH: usize = 32;

/// In place of a count that a byte does not hold, as [`CountValues::split`] has it.
const MARK: u8 = u8::MAX;

/// Keeps the narrow forms of integers of 4 or 8 bytes, least significant first. Returns the number of zeros; `None` for
/// another type or form, or where a value may be no count or not fit. Then nothing is kept.
pub(super) fn to_counts(bytes: &[u8], element: &Element, n: usize, kept: &mut Kept<'_>) -> Option<u64> {
    let &Element::Integer { size: size @ (4 | 8), signed, big_endian: false } = element else {
        return None;
    };
    let length = kept.len();
    let plane = |k: usize| bytes.get(k * n..k * n + length);
    // Above the low 32 bits there must be nothing; in an i32, no sign.
    for k in 4..size {
        if any_bit(plane(k)?) != 0 {
            return None;
        }
    }
    let (p0, p1, p2, p3) = (plane(0)?, plane(1)?, plane(2)?, plane(3)?);
    let (any_2, any_3) = (any_bit(p2), any_bit(p3));
    if size == 4 && signed && any_3 >= 0x80 {
        return None;
    }
    match kept {
        Kept::Counts(_) => None,
        Kept::Columns { narrow, .. } => {
            if any_2 | any_3 != 0 {
                return None;
            }
            for ((narrow, &low), &high) in narrow.iter_mut().zip(p0).zip(p1) {
                *narrow = u16::from_le_bytes([low, high]);
            }
            Some(0)
        }
        Kept::Values { small, large } => {
            small.copy_from_slice(p0);
            let wide = any_2 | any_3 != 0;
            for from in (0..length).step_by(STRETCH) {
                let at = from..length.min(from + STRETCH);
                let (low, high) = (&p0[at.clone()], &p1[at.clone()]);
                let mut any = low.iter().zip(high).fold(0, |any, (&low, &high)| any | high | u8::from(low == MARK));
                if wide {
                    any |= any_bit(&p2[at.clone()]) | any_bit(&p3[at.clone()]);
                }
                if any != 0 {
                    for i in at {
                        let count = u32::from_le_bytes([p0[i], p1[i], p2[i], p3[i]]);
                        if count >= MARK.into() {
                            small[i] = MARK;
                            large.push(count);
                        }
                    }
                }
            }
            Some(CountValues::zeros_in(small))
        }
    }
}

fn any_bit(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |any, &byte| any | byte)
}
