//! The first lines of a Matrix Market file.
//!
//! Source: the NIST Matrix Market exchange formats (<https://math.nist.gov/MatrixMarket/formats.html>).

use std::path::Path;

use super::blocks::Blocks;
use crate::error::IoError;

/// What the first lines say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// Rows: features.
    pub(crate) rows: u64,
    /// Columns: cells.
    pub(crate) columns: u64,
    /// Entries that follow.
    pub(crate) entries: u64,
    /// Lines up to and including the size line.
    pub(crate) lines: u64,
}

impl Header {
    /// Reads up to the size line; what follows stays in `blocks`.
    pub(crate) fn read(path: &Path, blocks: &mut Blocks) -> Result<Self, IoError> {
        let block = blocks.next()?.unwrap_or_default();
        let mut at = 0;
        let mut n_lines = 0;
        for line in block.split_inclusive(|&b| b == b'\n') {
            at += line.len();
            n_lines += 1;
            let text = String::from_utf8_lossy(line.trim_ascii());
            let wrong = |expected| line_error(path, n_lines, &text, expected);
            if n_lines == 1 {
                const KIND: &str = "%%MatrixMarket matrix coordinate integer (or real) general";
                let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                if !matches!(words[..], ["%%matrixmarket", "matrix", "coordinate", "integer" | "real", "general"]) {
                    return Err(wrong(KIND));
                }
            } else if !text.is_empty() && !text.starts_with('%') {
                let numbers: Option<Vec<u64>> = text.split_whitespace().map(|w| w.parse().ok()).collect();
                let Some(&[rows, columns, entries]) = numbers.as_deref() else {
                    return Err(wrong("the size line: rows, columns, entries"));
                };
                let header = Self { rows, columns, entries, lines: n_lines };
                blocks.put_back(block[at..].to_vec());
                return Ok(header);
            }
        }
        Err(line_error(path, n_lines + 1, "the end of the file", "the size line: rows, columns, entries"))
    }
}

/// A line that does not parse.
pub(super) fn line_error(path: &Path, line: u64, text: &str, expected: &'static str) -> IoError {
    let mut found: String = text.chars().take(60).collect();
    if found.len() < text.len() {
        found.push_str("...");
    }
    IoError::Line { path: path.to_owned(), line, found: format!("'{found}'"), expected }
}
