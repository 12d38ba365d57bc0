//! What a dataset holds, and how its bytes become counts.

use std::fmt;

/// The element type of a dataset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Element {
    /// An integer of 1, 2, 4 or 8 bytes.
    Integer {
        /// Bytes.
        size: usize,
        /// Two's complement.
        signed: bool,
        /// Most significant byte first.
        big_endian: bool,
    },
    /// IEEE 754 binary32 or binary64.
    Float {
        /// Bytes.
        size: usize,
        /// Most significant byte first.
        big_endian: bool,
    },
    /// h5py's enumeration of FALSE and TRUE over one byte.
    Bool,
    /// Text of fixed or variable length.
    Text,
    /// A record.
    Compound(Vec<Field>),
    /// Anything else, by description.
    Other(String),
}

/// A member of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Name.
    pub(crate) name: String,
    /// Type.
    pub(crate) element: Element,
}

impl Element {
    /// Bytes per element of a number; `None` for what is no number.
    pub(crate) fn number_size(&self) -> Option<usize> {
        match self {
            Self::Integer { size, .. } | Self::Float { size, .. } => Some(*size),
            Self::Bool => Some(1),
            _ => None,
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer { size, signed, .. } => write!(f, "{}int{}", if *signed { "" } else { "u" }, size * 8),
            Self::Float { size, .. } => write!(f, "float{}", size * 8),
            Self::Bool => f.write_str("bool"),
            Self::Text => f.write_str("text"),
            Self::Compound(fields) => write!(f, "records of {} members", fields.len()),
            Self::Other(what) => f.write_str(what),
        }
    }
}

/// The first value of a piece that is not a whole number from 0 to 2^32 - 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Refused {
    /// Its position.
    pub(crate) position: u64,
    /// The value.
    pub(crate) value: f64,
}

/// How the bytes of a piece lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// One element after the other.
    Elements,
    /// As HDF5's shuffle filter leaves them: the first bytes of `n` elements, then the second bytes, and so on.
    Planes {
        /// Elements per plane.
        n: usize,
    },
}

/// Converts the first `out.len()` elements of `bytes` to counts. Returns the number of zeros among them, or the first
/// value that is no count (position within `out`).
pub(crate) fn to_counts(bytes: &[u8], element: &Element, order: Order, out: &mut [u32]) -> Result<u64, Refused> {
    let size = element.number_size().unwrap_or(1);
    if let Order::Planes { n } = order {
        if !is_big_endian(element)
            && let Some(zeros) = planes_to_counts(bytes, element, n, out)
        {
            return Ok(zeros);
        }
        return to_counts(&unshuffle(bytes, size, n), element, Order::Elements, out);
    }
    match *element {
        Element::Integer { size: 1, signed: false, .. } | Element::Bool => {
            convert(bytes, out, |[b]: [u8; 1]| Ok(b.into()))
        }
        Element::Integer { size, signed, big_endian } => match (size, signed) {
            (1, _) => convert(bytes, out, |b: [u8; 1]| whole(i64::from(i8::from_le_bytes(b)))),
            (2, false) => convert(bytes, out, |b| Ok(u16::from_le_bytes(little(b, big_endian)).into())),
            (2, true) => convert(bytes, out, |b| whole(i16::from_le_bytes(little(b, big_endian)).into())),
            (4, false) => convert(bytes, out, |b| Ok(u32::from_le_bytes(little(b, big_endian)))),
            (4, true) => convert(bytes, out, |b| whole(i32::from_le_bytes(little(b, big_endian)).into())),
            (8, true) => convert(bytes, out, |b| whole(i64::from_le_bytes(little(b, big_endian)))),
            _ => convert(bytes, out, |b| {
                let value = u64::from_le_bytes(little(b, big_endian));
                u32::try_from(value).map_err(|_| value as f64)
            }),
        },
        Element::Float { size: 4, big_endian } => {
            convert(bytes, out, |b| real(f32::from_le_bytes(little(b, big_endian)).into()))
        }
        Element::Float { big_endian, .. } => convert(bytes, out, |b| real(f64::from_le_bytes(little(b, big_endian)))),
        _ => Err(Refused { position: 0, value: f64::NAN }),
    }
}

fn is_big_endian(element: &Element) -> bool {
    matches!(element, Element::Integer { big_endian: true, .. } | Element::Float { big_endian: true, .. })
}

fn little<const N: usize>(mut bytes: [u8; N], big_endian: bool) -> [u8; N] {
    if big_endian {
        bytes.reverse();
    }
    bytes
}

fn whole(value: i64) -> Result<u32, f64> {
    u32::try_from(value).map_err(|_| value as f64)
}

fn real(value: f64) -> Result<u32, f64> {
    let count = value as u32;
    // The cast saturates, so the way back differs for NaN, fractions and what lies outside the range.
    if f64::from(count).to_bits() == (value + 0.0).to_bits() { Ok(count) } else { Err(value) }
}

fn convert<const N: usize>(
    bytes: &[u8],
    out: &mut [u32],
    count: impl Fn([u8; N]) -> Result<u32, f64>,
) -> Result<u64, Refused> {
    let (elements, _) = bytes.as_chunks::<N>();
    let mut zeros = 0_u64;
    let mut all_counts = true;
    for (slot, &element) in out.iter_mut().zip(elements) {
        let value = count(element);
        all_counts &= value.is_ok();
        *slot = value.unwrap_or(0);
        zeros += u64::from(*slot == 0);
    }
    if all_counts {
        return Ok(zeros);
    }
    let first = elements.iter().enumerate().find_map(|(i, &e)| count(e).err().map(|value| (i, value)));
    let (position, value) = first.unwrap_or((0, f64::NAN));
    Err(Refused { position: position as u64, value })
}

/// The common types straight from the planes of the shuffle filter; `None` for another type, or where a value is no
/// count (the caller then unshuffles and finds it).
fn planes_to_counts(bytes: &[u8], element: &Element, n: usize, out: &mut [u32]) -> Option<u64> {
    let plane = |k: usize| bytes.get(k * n..k * n + out.len());
    let (p0, p1, p2, p3) = match element.number_size()? {
        4 | 8 => (plane(0)?, plane(1)?, plane(2)?, plane(3)?),
        _ => return None,
    };
    let join = |i: usize| u32::from_le_bytes([p0[i], p1[i], p2[i], p3[i]]);
    match *element {
        Element::Integer { size, signed, .. } => {
            // Above the low 32 bits there must be nothing; in an i32, no sign.
            for k in 4..size {
                if plane(k)?.iter().fold(0, |any, &b| any | b) != 0 {
                    return None;
                }
            }
            if size == 4 && signed && p3.iter().fold(0, |any, &b| any | b) >= 0x80 {
                return None;
            }
            let mut zeros = 0_u64;
            for (i, slot) in out.iter_mut().enumerate() {
                *slot = join(i);
                zeros += u64::from(*slot == 0);
            }
            Some(zeros)
        }
        Element::Float { size: 4, .. } => {
            let mut zeros = 0_u64;
            let mut all_counts = true;
            for (i, slot) in out.iter_mut().enumerate() {
                let value = real(f32::from_bits(join(i)).into());
                all_counts &= value.is_ok();
                *slot = value.unwrap_or(0);
                zeros += u64::from(*slot == 0);
            }
            all_counts.then_some(zeros)
        }
        _ => None,
    }
}

/// Undoes HDF5's shuffle filter.
pub(crate) fn unshuffle(bytes: &[u8], size: usize, n: usize) -> Vec<u8> {
    let mut out = vec![0; bytes.len()];
    for k in 0..size {
        for (i, &byte) in bytes[k * n..(k + 1) * n].iter().enumerate() {
            out[i * size + k] = byte;
        }
    }
    // What does not fill an element is not shuffled.
    out[size * n..].copy_from_slice(&bytes[size * n..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const I32: Element = Element::Integer { size: 4, signed: true, big_endian: false };
    const I64: Element = Element::Integer { size: 8, signed: true, big_endian: false };
    const U64_BIG: Element = Element::Integer { size: 8, signed: false, big_endian: true };
    const F32: Element = Element::Float { size: 4, big_endian: false };
    const F64: Element = Element::Float { size: 8, big_endian: false };

    fn shuffle(bytes: &[u8], size: usize) -> Vec<u8> {
        let n = bytes.len() / size;
        (0..size).flat_map(|k| (0..n).map(move |i| bytes[i * size + k])).collect()
    }

    fn both_ways(bytes: &[u8], element: &Element) -> Result<(u64, Vec<u32>), Refused> {
        let size = element.number_size().unwrap();
        let n = bytes.len() / size;
        let (mut plain, mut planes) = (vec![7; n], vec![7; n]);
        let a = to_counts(bytes, element, Order::Elements, &mut plain);
        let b = to_counts(&shuffle(bytes, size), element, Order::Planes { n }, &mut planes);
        match (a, b) {
            (Ok(a), Ok(b)) => {
                assert_eq!((a, &plain), (b, &planes));
                Ok((a, plain))
            }
            (Err(a), Err(b)) => {
                assert_eq!(a.position, b.position);
                assert_eq!(a.value.to_bits(), b.value.to_bits());
                Err(a)
            }
            (a, b) => panic!("plain {a:?}, shuffled {b:?}"),
        }
    }

    #[test]
    fn the_first_value_that_is_no_count_is_named() {
        let floats = |v: &[f32]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
        assert_eq!(both_ways(&floats(&[0.0, -0.0, 3.0, 16_777_216.0]), &F32), Ok((2, vec![0, 0, 3, 16_777_216])));
        for (bad, position) in [(-1.0, 1), (0.5, 1), (4_294_967_296.0, 1), (f32::INFINITY, 1), (1e-40, 1)] {
            assert_eq!(both_ways(&floats(&[1.0, bad, 0.25]), &F32), Err(Refused { position, value: bad.into() }));
        }
        assert!(both_ways(&floats(&[f32::NAN]), &F32).unwrap_err().value.is_nan());

        let longs = |v: &[i64]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
        assert_eq!(both_ways(&longs(&[0, 4_294_967_295]), &I64), Ok((1, vec![0, u32::MAX])));
        assert_eq!(both_ways(&longs(&[5, -2]), &I64), Err(Refused { position: 1, value: -2.0 }));
        assert_eq!(both_ways(&longs(&[4_294_967_296]), &I64), Err(Refused { position: 0, value: 4_294_967_296.0 }));

        let big: Vec<u8> = [9_u64, 1 << 33].iter().flat_map(|x| x.to_be_bytes()).collect();
        assert_eq!(both_ways(&big, &U64_BIG), Err(Refused { position: 1, value: 8_589_934_592.0 }));
    }

    proptest! {
        #[test]
        fn counts_survive_every_type(values in prop::collection::vec(0_u32..1 << 24, 0..200)) {
            let zeros = values.iter().filter(|&&v| v == 0).count() as u64;
            let want = Ok((zeros, values.clone()));
            let bytes = |f: &dyn Fn(u32) -> Vec<u8>| values.iter().flat_map(|&v| f(v)).collect::<Vec<u8>>();
            prop_assert_eq!(both_ways(&bytes(&|v| v.cast_signed().to_le_bytes().to_vec()), &I32), want.clone());
            prop_assert_eq!(both_ways(&bytes(&|v| i64::from(v).to_le_bytes().to_vec()), &I64), want.clone());
            prop_assert_eq!(both_ways(&bytes(&|v| u64::from(v).to_be_bytes().to_vec()), &U64_BIG), want.clone());
            prop_assert_eq!(both_ways(&bytes(&|v| (v as f32).to_le_bytes().to_vec()), &F32), want.clone());
            prop_assert_eq!(both_ways(&bytes(&|v| f64::from(v).to_le_bytes().to_vec()), &F64), want);
        }

        #[test]
        fn any_bytes_agree_plain_and_shuffled(bytes in prop::collection::vec(any::<u8>(), 0..32)) {
            for element in [I32, I64, U64_BIG, F32, F64] {
                let size = element.number_size().unwrap();
                let _ = both_ways(&bytes[..bytes.len() / size * size], &element);
            }
        }
    }
}
