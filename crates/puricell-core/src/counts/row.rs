//! One row of a matrix of counts.

use std::ops::Range;

use super::values::{MARK, count, n_from, n_of, total, total_from};
use super::{CountColumns, CountValues};
use crate::CsrError;

/// Columns and counts of one row, columns strictly increasing.
#[derive(Debug, Clone, Copy)]
pub struct CountRow<'a> {
    columns: Columns<'a>,
    small: &'a [u8],
    large: &'a [u32],
}

#[derive(Debug, Clone, Copy)]
enum Columns<'a> {
    Narrow(&'a [u16]),
    Wide(&'a [u32]),
}

impl<'a> CountRow<'a> {
    pub(super) fn new(
        columns: &'a CountColumns,
        values: &'a CountValues,
        range: Range<usize>,
        large: Range<usize>,
    ) -> Self {
        let columns = match columns {
            CountColumns::Narrow(columns) => Columns::Narrow(&columns[range.clone()]),
            CountColumns::Wide(columns) => Columns::Wide(&columns[range.clone()]),
        };
        let (small, large) = values.slices(range, large);
        Self { columns, small, large }
    }

    /// Number of stored counts.
    pub fn len(self) -> usize {
        self.small.len()
    }

    /// True where nothing is stored.
    pub fn is_empty(self) -> bool {
        self.small.is_empty()
    }

    /// The sum of the counts.
    pub fn total(self) -> u64 {
        // A mark counted for itself.
        total(self.small) + self.large.iter().map(|&v| u64::from(v) - u64::from(MARK)).sum::<u64>()
    }

    /// Stored counts that are not 0.
    pub fn n_detected(self) -> usize {
        self.small.len() - n_of(self.small, 0)
    }

    /// The sum of the `n` highest counts; of all where there are no more.
    pub fn sum_of_highest(self, n: usize) -> u64 {
        if self.len() <= n {
            return self.total();
        }
        let Some(n_small) = n.checked_sub(self.large.len()) else {
            let mut large = self.large.to_vec();
            large.select_nth_unstable_by(n, |a, b| b.cmp(a));
            return large[..n].iter().map(|&v| u64::from(v)).sum();
        };
        let large: u64 = self.large.iter().map(|&v| u64::from(v)).sum();
        // The lowest byte that is taken is found bit by bit: looking through the bytes is cheaper than putting them in order.
        let lowest = (0..u8::BITS).rev().map(|bit| 1_u8 << bit).fold(0, |lowest, bit| {
            let higher = lowest | bit;
            if n_from(self.small, higher) >= n { higher } else { lowest }
        });
        if lowest == MARK {
            return large;
        }
        let above = lowest + 1;
        let n_equal = n_small - (n_from(self.small, above) - self.large.len());
        let marks = u64::from(MARK) * self.large.len() as u64;
        large + total_from(self.small, above) - marks + n_equal as u64 * u64::from(lowest)
    }

    /// Columns and counts. A loop over many rows is faster by [`CountRow::for_each`].
    pub fn iter(self) -> CountIter<'a> {
        CountIter { row: self, next: 0, large: self.large.iter() }
    }

    /// Calls `entry(column, count)` for each stored count.
    pub fn for_each(self, entry: impl FnMut(u32, u32)) {
        match self.columns {
            Columns::Narrow(columns) => each(columns, self.small, self.large.iter(), entry),
            Columns::Wide(columns) => each(columns, self.small, self.large.iter(), entry),
        }
    }

    /// Calls `entry(column, count)` for each stored count of a column that is wanted; `wanted` has an entry per column of the
    /// matrix. Faster than [`CountRow::for_each`] where few are.
    pub fn for_each_in(self, wanted: &[bool], entry: impl FnMut(u32, u32)) {
        match self.columns {
            Columns::Narrow(columns) => each_in(columns, (self.small, self.large), wanted, entry),
            Columns::Wide(columns) => each_in(columns, (self.small, self.large), wanted, entry),
        }
    }

    /// The count of a column, or `None` where nothing is stored.
    pub fn get(self, column: u32) -> Option<u32> {
        let at = match self.columns {
            Columns::Narrow(columns) => columns.binary_search(&u16::try_from(column).ok()?),
            Columns::Wide(columns) => columns.binary_search(&column),
        };
        let at = at.ok()?;
        match self.small[at] {
            MARK => self.large.get(n_of(&self.small[..at], MARK)).copied(),
            value => Some(value.into()),
        }
    }
}

impl<'a> IntoIterator for CountRow<'a> {
    type Item = (u32, u32);
    type IntoIter = CountIter<'a>;

    fn into_iter(self) -> CountIter<'a> {
        self.iter()
    }
}

fn each<C: Copy + Into<u32>>(
    columns: &[C],
    small: &[u8],
    mut large: std::slice::Iter<'_, u32>,
    mut entry: impl FnMut(u32, u32),
) {
    for (&column, &value) in columns.iter().zip(small) {
        entry(column.into(), count(value, &mut large));
    }
}

/// Columns that are looked at together; one byte tells their places apart.
const LOOKED_AT: usize = 1 << u8::BITS;

fn each_in<C: Copy + Into<u32>>(
    columns: &[C],
    (small, large): (&[u8], &[u32]),
    wanted: &[bool],
    mut entry: impl FnMut(u32, u32),
) {
    let mut places = [0_u8; LOOKED_AT];
    // Large counts before the place up to which they were counted.
    let (mut counted, mut n_large) = (0, 0);
    for (columns, first) in columns.chunks(LOOKED_AT).zip((0..).step_by(LOOKED_AT)) {
        // The places of those wanted are written down without a jump: which they are, no processor foresees.
        let mut n = 0_usize;
        for (place, &column) in columns.iter().enumerate() {
            places[n % LOOKED_AT] = place as u8;
            n = n.wrapping_add(usize::from(wanted[column.into() as usize]));
        }
        for &place in &places[..n] {
            let at = first + usize::from(place);
            let count = match small[at] {
                MARK => {
                    n_large += n_of(&small[counted..at], MARK);
                    counted = at;
                    large.get(n_large).copied().unwrap_or(MARK.into())
                }
                value => value.into(),
            };
            entry(columns[usize::from(place)].into(), count);
        }
    }
}

/// Columns and counts of a row, one after the other.
#[derive(Debug, Clone)]
pub struct CountIter<'a> {
    row: CountRow<'a>,
    next: usize,
    large: std::slice::Iter<'a, u32>,
}

impl Iterator for CountIter<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        let value = *self.row.small.get(self.next)?;
        let column = match self.row.columns {
            Columns::Narrow(columns) => columns[self.next].into(),
            Columns::Wide(columns) => columns[self.next],
        };
        self.next += 1;
        Some((column, count(value, &mut self.large)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let n = self.row.len() - self.next;
        (n, Some(n))
    }

    fn fold<B, F: FnMut(B, (u32, u32)) -> B>(self, init: B, mut fold: F) -> B {
        let Self { row, next, mut large } = self;
        let small = &row.small[next..];
        match row.columns {
            Columns::Narrow(columns) => columns[next..]
                .iter()
                .zip(small)
                .fold(init, |so_far, (&column, &value)| fold(so_far, (column.into(), count(value, &mut large)))),
            Columns::Wide(columns) => columns[next..]
                .iter()
                .zip(small)
                .fold(init, |so_far, (&column, &value)| fold(so_far, (column, count(value, &mut large)))),
        }
    }
}

impl ExactSizeIterator for CountIter<'_> {}

/// Sorts a row by its columns if need be, and checks them.
pub(super) fn put_in_order<C: Copy + Ord + Into<u32> + TryFrom<u32>>(
    row: usize,
    columns: &mut [C],
    (small, large): (&mut [u8], &mut [u32]),
    n_cols: usize,
) -> Result<(), CsrError> {
    // Without an early end it takes whole registers, and nearly every row is in order.
    let after = columns.get(1..).unwrap_or_default();
    let falls = columns.iter().zip(after).fold(0, |falls, (a, b)| falls | u8::from(a >= b));
    let rises = falls == 0;
    if !rises && !columns.is_sorted() {
        let mut pairs: Vec<(C, u32)> = Vec::with_capacity(columns.len());
        let mut large_counts = large.iter();
        pairs.extend(columns.iter().zip(&*small).map(|(&column, &value)| (column, count(value, &mut large_counts))));
        pairs.sort_by_key(|p| p.0);
        let sorted: CountValues = pairs.iter().map(|p| p.1).collect();
        let (sorted_small, sorted_large) = sorted.into_parts();
        columns.iter_mut().zip(pairs).for_each(|(slot, (column, _))| *slot = column);
        small.copy_from_slice(&sorted_small);
        large.copy_from_slice(&sorted_large);
    }
    if !rises && let Some(w) = columns.windows(2).find(|w| w[0] == w[1]) {
        return Err(CsrError::Repeated { row, column: w[0].into() });
    }
    match columns.last().map(|&c| c.into()) {
        Some(column) if column as usize >= n_cols => Err(CsrError::Column { row, column, n_cols }),
        _ => Ok(()),
    }
}
