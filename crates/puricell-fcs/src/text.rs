//! Keywords and values between delimiters.

use crate::findings::{Findings, quote, quote_bytes};
use crate::keywords::{Keyword, Keywords, Segment};
use crate::leniency::Leniency;
use crate::problem::Place;

/// Whether `segment` can be TEXT at all: a delimiter that is no letter or digit, and keywords of printable characters.
/// Some instruments keep an archive where supplemental TEXT should be.
pub(crate) fn is_text(segment: &[u8]) -> bool {
    let Some((&delimiter, body)) = segment.split_first() else { return false };
    if !(1..=126).contains(&delimiter) || delimiter.is_ascii_alphanumeric() {
        return false;
    }
    let words = words(body, delimiter, true).complete;
    !words.is_empty() && words.iter().step_by(2).all(|word| !word.bytes.iter().any(u8::is_ascii_control))
}

/// Adds the keywords of `segment`, which starts at `byte` of the file, to `keywords`.
pub(crate) fn parse(segment: &[u8], kind: Segment, byte: u64, keywords: &mut Keywords, findings: &mut Findings<'_>) {
    let name = match kind {
        Segment::Primary => "TEXT",
        Segment::Supplemental => "supplemental TEXT",
        Segment::Analysis => "ANALYSIS",
    };
    let at = |offset: usize| Place::Segment { name, byte: byte + offset as u64 };
    let Some((&delimiter, body)) = segment.split_first() else { return };
    if !(1..=126).contains(&delimiter) {
        findings.refuse(at(0), format!("delimiter 0x{delimiter:02X}"), "a character from 0x01 to 0x7E");
        return;
    }

    let mut found = words(body, delimiter, true);
    if let Some(offset) = found.suspect(delimiter) {
        let expected =
            "a value between delimiters (a doubled delimiter is an escaped one, so that values cannot be empty)";
        let around = body.get(offset.saturating_sub(12)..body.len().min(offset + 28)).unwrap_or_default();
        findings.report(Leniency::EmptyValues, at(1 + offset), quote_bytes(around), expected);
        // Refused or not, what else is wrong shows only when the words are told apart.
        found = words(body, delimiter, false);
    }
    if !found.rest.bytes.is_empty() {
        let is_padding = found.rest.bytes.iter().all(|byte| matches!(byte, 0 | b' ' | b'\r' | b'\n' | b'\t'));
        let what = if is_padding {
            format!("{} byte(s) of padding after the last delimiter", found.rest.bytes.len())
        } else {
            format!("{} without a delimiter after it", quote_bytes(&found.rest.bytes))
        };
        findings.report(Leniency::TextEnd, at(1 + found.rest.offset), what, "the delimiter as last byte");
        // An unfinished keyword has no value to keep; a value is kept even when refused, so as to see what else is wrong.
        if !is_padding && found.complete.len() % 2 == 1 {
            found.complete.push(found.rest);
        }
    }

    for pair in found.complete.chunks(2) {
        let [name, value] = pair else { continue };
        if name.bytes.is_empty() {
            findings.refuse(at(1 + name.offset), "an empty keyword", "a keyword of at least one character");
            continue;
        }
        let start = byte + 1 + name.offset as u64;
        let name = decode(&name.bytes, None, start, findings);
        let keyword =
            Keyword { value: decode(&value.bytes, Some(&name), start, findings), name, segment: kind, byte: start };
        if let Err(twice) = keywords.add(keyword) {
            let first = keywords.get(&twice.name).unwrap_or_default();
            let found = format!("{} a second time, after {}", quote(&twice.value), quote(first));
            let place = Place::Keyword { name: twice.name, byte: Some(twice.byte) };
            findings.report(Leniency::DuplicateKeywords, place, found, "each keyword once");
        }
    }
}

#[derive(Debug)]
struct Word {
    /// Where it starts, from the first byte after the first delimiter.
    offset: usize,
    /// Unescaped.
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct Words {
    /// Those that a delimiter ends: keyword, value, keyword, value.
    complete: Vec<Word>,
    /// What follows the last delimiter.
    rest: Word,
}

impl Words {
    /// Where doubled delimiters look like empty values: in a keyword, in an unfinished last word, or such that a keyword is
    /// left without a value.
    fn suspect(&self, delimiter: u8) -> Option<usize> {
        let in_keyword = self.complete.iter().step_by(2).find(|word| word.bytes.contains(&delimiter));
        let unfinished = Some(&self.rest).filter(|word| word.bytes.contains(&delimiter));
        let unpaired = self.complete.last().filter(|_| self.complete.len() % 2 == 1 && self.rest_is_padding());
        in_keyword.or(unfinished).or(unpaired).map(|word| word.offset)
    }

    fn rest_is_padding(&self) -> bool {
        self.rest.bytes.iter().all(|byte| matches!(byte, 0 | b' ' | b'\r' | b'\n' | b'\t'))
    }
}

fn words(body: &[u8], delimiter: u8, escapes: bool) -> Words {
    let mut complete = Vec::new();
    let mut rest = Word { offset: 0, bytes: Vec::new() };
    let mut i = 0;
    while let Some(&byte) = body.get(i) {
        i += 1;
        if byte != delimiter {
            rest.bytes.push(byte);
        } else if escapes && body.get(i) == Some(&delimiter) {
            rest.bytes.push(delimiter);
            i += 1;
        } else {
            complete.push(std::mem::replace(&mut rest, Word { offset: i, bytes: Vec::new() }));
        }
    }
    Words { complete, rest }
}

fn decode(bytes: &[u8], keyword: Option<&str>, start: u64, findings: &mut Findings<'_>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let latin1: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    let place = Place::Keyword { name: keyword.unwrap_or(&latin1).to_owned(), byte: Some(start) };
    findings.report(Leniency::TextEncoding, place, format!("{} in an unknown encoding", quote(&latin1)), "UTF-8");
    latin1
}
