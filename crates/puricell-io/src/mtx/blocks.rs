//! A text file, plain or gzip, in blocks of whole lines.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::error::IoError;

/// Bytes per block: enough to be worth a task, small enough that a batch stays in the cache of a machine.
const BLOCK: usize = 1 << 20;

/// Reads a file block by block; each ends with a line end, but perhaps the last.
pub(crate) struct Blocks {
    path: PathBuf,
    reader: Box<dyn Read + Send>,
    /// What was read beyond the last line end.
    rest: Vec<u8>,
    ended: bool,
}

impl Blocks {
    /// Opens a file; gzip is told by its first bytes, not by the name.
    pub(crate) fn open(path: &Path) -> Result<Self, IoError> {
        let unreadable = |source| IoError::Unreadable { path: path.to_owned(), source };
        let mut head = [0; 2];
        let n = File::open(path).and_then(|mut f| f.read(&mut head)).map_err(unreadable)?;
        let file = BufReader::with_capacity(1 << 17, File::open(path).map_err(unreadable)?);
        let reader: Box<dyn Read + Send> =
            if n == 2 && head == [0x1f, 0x8b] { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        Ok(Self { path: path.to_owned(), reader, rest: Vec::new(), ended: false })
    }

    /// The next block; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, IoError> {
        let mut block = std::mem::take(&mut self.rest);
        while !self.ended {
            let from = block.len();
            block.resize(from + BLOCK, 0);
            let mut filled = from;
            while filled < block.len() {
                match self.reader.read(&mut block[filled..]) {
                    Ok(0) => {
                        self.ended = true;
                        break;
                    }
                    Ok(n) => filled += n,
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(source) => return Err(damaged(&self.path, source)),
                }
            }
            block.truncate(filled);
            if let Some(end) = block[from..].iter().rposition(|&b| b == b'\n').filter(|_| !self.ended) {
                self.rest = block.split_off(from + end + 1);
                return Ok(Some(block));
            }
        }
        Ok((!block.is_empty()).then_some(block))
    }

    /// Puts the unread end of a block back.
    pub(crate) fn put_back(&mut self, mut unread: Vec<u8>) {
        unread.append(&mut self.rest);
        self.rest = unread;
    }

    /// All lines of a small table, without line ends. A last line without an end counts.
    pub(crate) fn lines(path: &Path) -> Result<Vec<String>, IoError> {
        let mut blocks = Self::open(path)?;
        let mut lines = Vec::new();
        while let Some(block) = blocks.next()? {
            let text = String::from_utf8(block).map_err(|e| {
                let before = &e.as_bytes()[..e.utf8_error().valid_up_to()];
                let line = (lines.len() + before.split(|&b| b == b'\n').count()) as u64;
                IoError::Line {
                    path: path.to_owned(),
                    line,
                    found: "bytes that are not UTF-8".to_owned(),
                    expected: "text",
                }
            })?;
            lines.extend(text.lines().map(str::to_owned));
        }
        Ok(lines)
    }
}

/// A gzip stream that breaks off is damage of the data; anything else is the system's refusal.
fn damaged(path: &Path, source: std::io::Error) -> IoError {
    use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match source.kind() {
        UnexpectedEof | InvalidData | InvalidInput => {
            IoError::Gzip { path: path.to_owned(), problem: source.to_string() }
        }
        _ => IoError::Unreadable { path: path.to_owned(), source },
    }
}
