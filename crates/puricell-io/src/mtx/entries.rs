//! The entries of a Matrix Market file, parsed in parallel.
//!
//! The file names gene, cell and count per line, by cell as a rule: then the genes and counts are the matrix of
//! cells x genes as they stand. A file in another order is put right by a counting sort.

use std::path::Path;

use puricell_core::{CountColumns, CountValues, CsrError};
use rayon::prelude::*;

use super::Header;
use super::blocks::Blocks;
use super::header::line_error;
use crate::counts::{Moved, Sparse};
use crate::error::{IoError, NotACount};

/// Blocks that are parsed at a time, while the next are read.
const BATCH: usize = 16;

/// All entries, in the order of the file.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Entries {
    /// Gene of each entry, from 0.
    pub(crate) genes: CountColumns,
    /// Count of each entry.
    pub(crate) counts: CountValues,
    /// How many consecutive entries belong to a cell.
    pub(crate) runs: Vec<(u32, u32)>,
    /// The first entry whose value is no count.
    pub(crate) not_a_count: Option<NotCount>,
}

/// An entry whose value is no count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NotCount {
    /// Line, from 1.
    pub(crate) line: u64,
    /// Gene, from 0.
    pub(crate) gene: u32,
    /// Cell, from 0.
    pub(crate) cell: u32,
    /// The value.
    pub(crate) value: f64,
}

/// What a block held.
#[derive(Default)]
struct Parsed {
    entries: Entries,
    n_lines: u64,
    /// The first line that does not parse, from 0 within the block.
    bad: Option<(u64, String, &'static str)>,
}

/// Reads all entries.
pub(crate) fn read(path: &Path, blocks: &mut Blocks, header: &Header) -> Result<Entries, IoError> {
    // The header is not trusted further than a first reservation.
    let expected = header.entries.min(1 << 24) as usize;
    let genes = CountColumns::with_capacity(header.rows as usize, expected);
    let mut all = Entries { genes, counts: CountValues::with_capacity(expected), ..Entries::default() };
    let mut line = header.lines;
    let mut batch = read_batch(blocks)?;
    while !batch.is_empty() {
        let (parsed, next): (Vec<Parsed>, _) =
            rayon::join(|| batch.par_iter().map(|block| parse(block, header)).collect(), || read_batch(blocks));
        for part in parsed {
            if let Some((at, text, expected)) = part.bad {
                return Err(line_error(path, line + at + 1, &text, expected));
            }
            if let Some(found) = part.entries.not_a_count
                && all.not_a_count.is_none()
            {
                all.not_a_count = Some(NotCount { line: line + found.line + 1, ..found });
            }
            line += part.n_lines;
            all.genes.append(&part.entries.genes);
            all.counts.append(&part.entries.counts);
            for (cell, n) in part.entries.runs {
                all.push_run(cell, n);
            }
        }
        batch = next?;
    }
    Ok(all)
}

fn read_batch(blocks: &mut Blocks) -> Result<Vec<Vec<u8>>, IoError> {
    let mut batch = Vec::new();
    while batch.len() < BATCH
        && let Some(block) = blocks.next()?
    {
        batch.push(block);
    }
    Ok(batch)
}

fn parse(block: &[u8], header: &Header) -> Parsed {
    let mut parsed = Parsed::default();
    let entries = &mut parsed.entries;
    for line in block.split(|&b| b == b'\n') {
        let text = line.trim_ascii();
        if text.is_empty() || text[0] == b'%' {
            parsed.n_lines += 1;
            continue;
        }
        match parse_line(text, header) {
            Ok((gene, cell, count)) => {
                let count = count.unwrap_or_else(|value| {
                    let bad = NotCount { line: parsed.n_lines, gene, cell, value };
                    entries.not_a_count.get_or_insert(bad);
                    0
                });
                entries.genes.push(gene);
                entries.counts.push(count);
                entries.push_run(cell, 1);
            }
            Err(expected) => {
                parsed.bad = Some((parsed.n_lines, String::from_utf8_lossy(text).into_owned(), expected));
                return parsed;
            }
        }
        parsed.n_lines += 1;
    }
    // What follows the last line end is no line.
    if block.ends_with(b"\n") {
        parsed.n_lines -= 1;
    }
    parsed
}

/// Gene and cell from 0, and the count or the value that is none.
type Entry = (u32, u32, Result<u32, f64>);

fn parse_line(line: &[u8], header: &Header) -> Result<Entry, &'static str> {
    const ENTRY: &str = "feature, barcode and count as three numbers";
    let mut words = line.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
    let (Some(gene), Some(cell), Some(value), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return Err(ENTRY);
    };
    let gene = digits(gene).ok_or(ENTRY)?;
    let cell = digits(cell).ok_or(ENTRY)?;
    if !(1..=header.rows).contains(&gene) {
        return Err("a feature number from 1 to the number of features");
    }
    if !(1..=header.columns).contains(&cell) {
        return Err("a barcode number from 1 to the number of barcodes");
    }
    let count = if let Some(count) = digits(value).and_then(|v| u32::try_from(v).ok()) {
        Ok(count)
    } else {
        let value: f64 = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok()).ok_or(ENTRY)?;
        if NotACount::of(value).is_none() { Ok(value as u32) } else { Err(value) }
    };
    Ok((gene as u32 - 1, cell as u32 - 1, count))
}

fn digits(word: &[u8]) -> Option<u64> {
    if word.is_empty() || word.len() > 18 {
        return None;
    }
    word.iter().try_fold(0_u64, |n, &b| b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0')))
}

impl Entries {
    fn push_run(&mut self, cell: u32, n: u32) {
        match self.runs.last_mut() {
            Some(last) if last.0 == cell => last.1 += n,
            _ => self.runs.push((cell, n)),
        }
    }

    /// Cells become rows.
    pub(crate) fn into_rows(self, n_cells: usize, n_genes: usize) -> Result<Sparse, CsrError> {
        let Self { genes, counts, runs, .. } = self;
        let mut indptr = vec![0_u64; n_cells + 1];
        for &(cell, n) in &runs {
            indptr[cell as usize + 1] += u64::from(n);
        }
        for cell in 0..n_cells {
            indptr[cell + 1] += indptr[cell];
        }
        let (columns, values) = if runs.is_sorted_by_key(|run| run.0) {
            (genes, counts)
        } else {
            let mut next = indptr.clone();
            let mut moved = Moved::new(n_genes, genes.len());
            let (small, large) = counts.into_parts();
            let mut large = large.into_iter();
            let mut read = 0;
            for (cell, n) in runs {
                let place = &mut next[cell as usize];
                for (k, &byte) in small.iter().enumerate().skip(read).take(n as usize) {
                    moved.put(*place, genes.get(k).unwrap_or(0), byte, &mut large);
                    *place += 1;
                }
                read += n as usize;
            }
            moved.finish()?
        };
        let has_zero = values.has_zero();
        Ok(Sparse { n_rows: n_cells, n_columns: n_genes, indptr, columns, values, has_zero })
    }
}
