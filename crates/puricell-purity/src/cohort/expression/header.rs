//! What stands above the columns of a lot's tables: lines `# key<TAB>value<TAB>...`, the first of them `# schema`.

use std::fmt::Write as _;

use crate::error::Document;
use crate::{PurityError, Species};

const SPECIES: &str = "species";
const CELLS: &str = "cells";

/// What both tables say of the lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lot {
    pub(super) species: Option<Species>,
    /// Cells of each half.
    pub(super) cells: [u64; 2],
}

/// The first lines: schema, species (`NA` where no gene was measured) and target cells of each half.
pub(super) fn write(text: &mut String, schema: &str, lot: Lot) {
    let (species, [first, second]) = (lot.species.map_or("NA", Species::name), lot.cells);
    // Writing to a text cannot fail.
    let _ = write!(text, "# {schema}\n# {SPECIES}\t{species}\n# {CELLS}\t{first}\t{second}\n");
}

/// Lines of a table, and what messages call it.
pub(super) struct Lines<'a> {
    document: Document,
    name: &'a str,
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
    /// Of the line read last, from 1.
    line: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str, document: Document, name: &'a str) -> Self {
        Self { document, name, rest: text.lines().enumerate(), line: 0 }
    }

    /// An error at the line read last.
    pub(super) fn error(&self, message: String) -> PurityError {
        PurityError::Syntax { document: self.document, name: self.name.to_owned(), line: Some(self.line), message }
    }

    /// The next line; `None` at the end.
    pub(super) fn next_line(&mut self) -> Option<&'a str> {
        let (at, line) = self.rest.next()?;
        self.line = at + 1;
        Some(line)
    }

    /// The next line, which must be this.
    pub(super) fn expect(&mut self, expected: &str) -> Result<(), PurityError> {
        match self.next_line() {
            Some(line) if line == expected => Ok(()),
            Some(line) => Err(self.error(format!("found '{}', expected '{}'", start_of(line), start_of(expected)))),
            None => Err(self.ended(expected)),
        }
    }

    /// The values of the next line, which must be of this key.
    pub(super) fn values(&mut self, key: &str) -> Result<Vec<&'a str>, PurityError> {
        let expected = format!("# {key}");
        let line = self.next_line().ok_or_else(|| self.ended(&expected))?;
        let mut fields = line.split('\t');
        if fields.next() == Some(&expected) {
            Ok(fields.collect())
        } else {
            Err(self.error(format!("found '{}', expected '{expected}' and its values", start_of(line))))
        }
    }

    /// What [`write`] wrote.
    pub(super) fn lot(&mut self, schema: &str) -> Result<Lot, PurityError> {
        self.expect(&format!("# {schema}"))?;
        let species = match self.values(SPECIES)?[..] {
            ["NA"] => None,
            [name] => Some(
                Species::from_name(name)
                    .ok_or_else(|| self.error(format!("found species '{name}', expected human, mouse or NA")))?,
            ),
            ref other => return Err(self.error(format!("found {} values, expected one species", other.len()))),
        };
        let cells = self.values(CELLS)?;
        let cells = self.numbers(&cells, "cells of each half")?;
        Ok(Lot { species, cells })
    }

    /// Two whole numbers.
    pub(super) fn numbers(&self, fields: &[&str], what: &str) -> Result<[u64; 2], PurityError> {
        let wrong = || self.error(format!("found '{}', expected two whole numbers, {what}", fields.join(" ")));
        match fields {
            [a, b] => Ok([a.parse().map_err(|_| wrong())?, b.parse().map_err(|_| wrong())?]),
            _ => Err(wrong()),
        }
    }

    fn ended(&self, expected: &str) -> PurityError {
        self.error(format!("the file ends here, expected '{}'", start_of(expected)))
    }
}

/// Enough of a line to know it by.
fn start_of(line: &str) -> String {
    const LENGTH: usize = 60;
    let mut start: String = line.chars().take(LENGTH).collect();
    if start.len() < line.len() {
        start.push_str("...");
    }
    start
}

/// A name that cannot break a line or a column.
pub(super) fn one_field(name: &str) -> String {
    name.replace(['\t', '\n', '\r'], " ")
}
