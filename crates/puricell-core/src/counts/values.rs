//! Values of stored counts.

use std::ops::Range;

use crate::CsrError;

/// In place of a count that one byte does not hold; the count itself is among the large ones.
pub(super) const MARK: u8 = u8::MAX;

/// Counts that are looked at together for large ones among them; it changes speed only.
const STRETCH: usize = 32;

/// Counts in one byte each; those from 255 on in a table of their own, in the same order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountValues {
    small: Vec<u8>,
    large: Vec<u32>,
}

impl CountValues {
    /// No count yet, with room for `capacity` of them.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { small: Vec::with_capacity(capacity), large: Vec::new() }
    }

    /// Joins what [`CountValues::split`] made: a byte per count, and the large counts in order.
    ///
    /// # Errors
    /// [`CsrError::LargeCounts`] where there are not as many large counts as bytes of 255.
    pub fn from_parts(small: Vec<u8>, large: Vec<u32>) -> Result<Self, CsrError> {
        let values = Self { small, large };
        let marked = values.n_large(0..values.len());
        if marked == values.large.len() {
            Ok(values)
        } else {
            Err(CsrError::LargeCounts { marked, found: values.large.len() })
        }
    }

    /// Joins what [`CountValues::split`] made, unchanged, without counting again.
    pub fn from_split(small: Vec<u8>, large: Vec<u32>) -> Self {
        debug_assert_eq!(n_of(&small, MARK), large.len());
        Self { small, large }
    }

    /// A byte per count, 255 for a large one, and the large counts in order.
    pub fn into_parts(self) -> (Vec<u8>, Vec<u32>) {
        (self.small, self.large)
    }

    /// Writes a byte per count to `small`, of the length of `counts`, and adds the large ones to `large`.
    pub fn split(counts: &[u32], small: &mut [u8], large: &mut Vec<u32>) {
        // Most stretches hold no large count, and are not looked through for one.
        for (bytes, counts) in small.chunks_mut(STRETCH).zip(counts.chunks(STRETCH)) {
            let mut any = false;
            for (byte, &count) in bytes.iter_mut().zip(counts) {
                *byte = count.min(MARK.into()) as u8;
                any |= count >= MARK.into();
            }
            if any {
                large.extend(counts.iter().filter(|&&count| count >= MARK.into()));
            }
        }
    }

    /// Zeros among the bytes that [`CountValues::split`] wrote.
    pub fn zeros_in(small: &[u8]) -> u64 {
        n_of(small, 0) as u64
    }

    /// Number of counts.
    pub fn len(&self) -> usize {
        self.small.len()
    }

    /// True without a count.
    pub fn is_empty(&self) -> bool {
        self.small.is_empty()
    }

    /// True where a stored count is 0.
    pub fn has_zero(&self) -> bool {
        self.n_zeros() > 0
    }

    /// Stored counts that are 0.
    pub fn n_zeros(&self) -> usize {
        n_of(&self.small, 0)
    }

    /// Adds a count.
    pub fn push(&mut self, count: u32) {
        if count < MARK.into() {
            self.small.push(count as u8);
        } else {
            self.small.push(MARK);
            self.large.push(count);
        }
    }

    /// Adds the counts of another.
    pub fn append(&mut self, other: &Self) {
        self.small.extend_from_slice(&other.small);
        self.large.extend_from_slice(&other.large);
    }

    /// All counts, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let mut large = self.large.iter();
        self.small.iter().map(move |&value| count(value, &mut large))
    }

    pub(super) fn largest(&self) -> u32 {
        let of_all = if self.large.is_empty() { self.small.iter().map(|&v| u32::from(v)).max() } else { None };
        of_all.or(self.large.iter().copied().max()).unwrap_or(0)
    }

    pub(super) fn n_large(&self, range: Range<usize>) -> usize {
        n_of(&self.small[range], MARK)
    }

    pub(super) fn of_row(&mut self, range: Range<usize>, large: Range<usize>) -> (&mut [u8], &mut [u32]) {
        (&mut self.small[range], &mut self.large[large])
    }

    pub(super) fn slices(&self, range: Range<usize>, large: Range<usize>) -> (&[u8], &[u32]) {
        (&self.small[range], &self.large[large])
    }
}

impl FromIterator<u32> for CountValues {
    fn from_iter<I: IntoIterator<Item = u32>>(counts: I) -> Self {
        let counts = counts.into_iter();
        let mut values = Self::with_capacity(counts.size_hint().0);
        counts.for_each(|count| values.push(count));
        values
    }
}

/// The count that a byte stands for. `large` are those not yet passed.
pub(super) fn count(value: u8, large: &mut std::slice::Iter<'_, u32>) -> u32 {
    if value == MARK { large.next().copied().unwrap_or(MARK.into()) } else { value.into() }
}

/// Bytes that are counted together: a sum of one byte holds their number, and 16 divides it, so that the sum takes whole
/// registers.
const COUNTED: usize = 240;

/// How often a byte occurs.
pub(super) fn n_of(values: &[u8], wanted: u8) -> usize {
    n_where(values, |v| v == wanted)
}

/// Bytes that are at least `lowest`.
pub(super) fn n_from(values: &[u8], lowest: u8) -> usize {
    n_where(values, |v| v >= lowest)
}

fn n_where(values: &[u8], is_wanted: impl Fn(u8) -> bool) -> usize {
    let (groups, rest) = values.as_chunks::<COUNTED>();
    let within = |group: &[u8]| group.iter().fold(0_u8, |n, &v| n.wrapping_add(u8::from(is_wanted(v))));
    groups.iter().map(|group| usize::from(within(group))).sum::<usize>() + usize::from(within(rest))
}

/// The sum of bytes.
pub(super) fn total(values: &[u8]) -> u64 {
    total_from(values, 0)
}

/// The sum of the bytes that are at least `lowest`.
pub(super) fn total_from(values: &[u8], lowest: u8) -> u64 {
    // Parts whose sum 32 bits hold.
    let parts = values.chunks(1 << 16);
    let taken = |v: u8| u32::from(if v >= lowest { v } else { 0 });
    parts.map(|part| u64::from(part.iter().fold(0_u32, |sum, &v| sum.wrapping_add(taken(v))))).sum()
}
