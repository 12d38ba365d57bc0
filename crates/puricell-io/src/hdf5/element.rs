//! What a dataset holds.

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

    /// Most significant byte first.
    pub(crate) fn is_big_endian(&self) -> bool {
        matches!(self, Self::Integer { big_endian: true, .. } | Self::Float { big_endian: true, .. })
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
