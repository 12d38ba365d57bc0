//! The problems found so far, refused or granted.

use crate::leniency::{Leniencies, Leniency};
use crate::problem::{Place, Problem};

/// Longest part of a value that a message repeats, in characters.
const LONGEST_QUOTE: usize = 60;

/// Collects the problems of one data set; decides each by the switches given.
#[derive(Debug)]
pub(crate) struct Findings<'a> {
    allowed: &'a Leniencies,
    data_set: usize,
    pub(crate) refused: Vec<Problem>,
    pub(crate) granted: Vec<Problem>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(allowed: &'a Leniencies, data_set: usize) -> Self {
        Self { allowed, data_set, refused: Vec::new(), granted: Vec::new() }
    }

    /// Records a problem that `leniency` reads; whether it is allowed.
    pub(crate) fn report(
        &mut self,
        leniency: Leniency,
        place: Place,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> bool {
        let problem = Problem {
            data_set: self.data_set,
            place,
            found: found.into(),
            expected: expected.into(),
            leniency: Some(leniency),
        };
        let allowed = self.allowed.contains(leniency);
        let problems = if allowed { &mut self.granted } else { &mut self.refused };
        problems.push(problem);
        allowed
    }

    /// Records a problem that no switch reads.
    pub(crate) fn refuse(&mut self, place: Place, found: impl Into<String>, expected: impl Into<String>) {
        self.refused.push(Problem {
            data_set: self.data_set,
            place,
            found: found.into(),
            expected: expected.into(),
            leniency: None,
        });
    }
}

/// A value in quotes, cut when it is long.
pub(crate) fn quote(value: &str) -> String {
    let mut short: String = value.chars().take(LONGEST_QUOTE).flat_map(char::escape_debug).collect();
    if value.chars().nth(LONGEST_QUOTE).is_some() {
        short.push_str("...");
    }
    format!("'{short}'")
}

/// Bytes as a quoted value.
pub(crate) fn quote_bytes(bytes: &[u8]) -> String {
    quote(&String::from_utf8_lossy(bytes))
}
