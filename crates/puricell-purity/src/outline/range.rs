//! Numbers and the ranges they must lie in.

use crate::Problem;

/// A number of a profile and where it must lie, both ends included.
pub(crate) struct NumberRange {
    field: &'static str,
    found: f64,
    range: (f64, f64),
    expected: &'static str,
}

impl NumberRange {
    pub(crate) fn new(field: &'static str, found: f64, range: (f64, f64), expected: &'static str) -> Self {
        Self { field, found, range, expected }
    }

    pub(crate) fn fraction(field: &'static str, found: f64) -> Self {
        Self::new(field, found, (0.0, 1.0), "a fraction from 0 to 1")
    }

    pub(crate) fn above_0(field: &'static str, found: f64) -> Self {
        Self::new(field, found, (f64::MIN_POSITIVE, f64::MAX), "a number above 0")
    }

    pub(crate) fn at_least_0(field: &'static str, found: f64) -> Self {
        Self::new(field, found, (0.0, f64::MAX), "a number of at least 0")
    }

    pub(crate) fn at_least_1(field: &'static str, found: f64) -> Self {
        Self::new(field, found, (1.0, f64::MAX), "a number of at least 1")
    }

    pub(crate) fn count(field: &'static str, found: usize) -> Self {
        Self::new(field, found as f64, (1.0, f64::MAX), "at least 1")
    }
}

/// Reports the numbers of a table that lie outside their ranges; a NaN lies in none.
pub(crate) fn check_ranges(
    table: &str,
    at: usize,
    numbers: impl IntoIterator<Item = NumberRange>,
    report: &mut impl FnMut(usize, Problem),
) {
    for NumberRange { field, found, range: (low, high), expected } in numbers {
        if !(low..=high).contains(&found) {
            report(at, Problem::Range { field, of: table.to_owned(), found, expected });
        }
    }
}
