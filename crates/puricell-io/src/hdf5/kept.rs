//! The forms in which counts of a piece are kept.

use puricell_core::CountValues;

/// Where the counts of a piece go.
pub(crate) enum Kept<'a> {
    /// As they are.
    Counts(&'a mut [u32]),
    /// Columns, in two bytes.
    Columns {
        /// Their low 16 bits.
        narrow: &'a mut [u16],
        /// Becomes false where one does not fit.
        fit: &'a mut bool,
    },
    /// Values, as [`CountValues::split`] leaves them.
    Values {
        /// A byte each.
        small: &'a mut [u8],
        /// Gets those that a byte does not hold, in order.
        large: &'a mut Vec<u32>,
    },
}

impl Kept<'_> {
    /// Counts that there is room for.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Counts(counts) => counts.len(),
            Self::Columns { narrow, .. } => narrow.len(),
            Self::Values { small, .. } => small.len(),
        }
    }

    /// Keeps counts, from place `at` on. Returns how many are 0; for columns 0.
    pub(crate) fn put(&mut self, at: usize, counts: &[u32]) -> u64 {
        match self {
            Self::Counts(kept) => {
                kept[at..at + counts.len()].copy_from_slice(counts);
                let zeros = counts.iter().fold(0_u32, |n, &count| n.wrapping_add(u32::from(count == 0)));
                zeros.into()
            }
            Self::Columns { narrow, fit } => {
                let mut any = 0;
                for (narrow, &count) in narrow[at..].iter_mut().zip(counts) {
                    *narrow = count as u16;
                    any |= count;
                }
                **fit &= u16::try_from(any).is_ok();
                0
            }
            Self::Values { small, large } => {
                let small = &mut small[at..at + counts.len()];
                CountValues::split(counts, small, large);
                CountValues::zeros_in(small)
            }
        }
    }
}
