//! Writing: FCS 3.1, list mode, floats of single precision, least significant byte first.

use std::fmt::Write as _;
use std::io::{self, Write};

use thiserror::Error;

use crate::spillover::Spillover;

/// Where TEXT starts.
const TEXT_BEGIN: u64 = 58;

/// The last byte that the eight digits of HEADER can name.
const LAST_BYTE_OF_HEADER: u64 = 99_999_999;

/// Delimiters tried in turn; the first that occurs in no keyword or value is taken.
const DELIMITERS: [u8; 6] = *b"/|\\!\x0c\x1e";

/// A parameter to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewParameter {
    /// `$PnN`: not empty, without a comma, no two alike.
    pub name: String,
    /// `$PnS`; not empty.
    pub label: Option<String>,
    /// `$PnR`: a whole number above all values as a rule.
    pub range: u64,
    /// `$PnG`; above 0, and 1 to leave it out.
    pub gain: f64,
}

/// A data set to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewDataSet<'a> {
    /// Parameters in the order of columns; at least one.
    pub parameters: &'a [NewParameter],
    /// Events x parameters, row-major; may be empty. NaN and infinities are written as they are.
    pub values: &'a [f32],
    /// More keywords and values, neither empty, in the order given. Keywords that follow from the other fields (`$PAR`,
    /// `$P1N`, offsets) are refused.
    pub keywords: &'a [(String, String)],
    /// Written as `$SPILLOVER`.
    pub spillover: Option<&'a Spillover>,
    /// The delimiter, from 0x01 to 0x7E; `None` takes one that occurs in no keyword or value, if there is one.
    pub delimiter: Option<u8>,
}

/// Why a data set was not written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The number of values is no multiple of the number of parameters, or there is no parameter.
    #[error("{values} values are no whole number of events of {parameters} parameters")]
    Shape {
        /// Values.
        values: usize,
        /// Parameters.
        parameters: usize,
    },
    /// A keyword or its value cannot be written.
    #[error("keyword '{name}': {reason}")]
    Keyword {
        /// The keyword.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// The spillover matrix is not the square of its channels, or names one that is no parameter.
    #[error("spillover of {channels} channels with {values} values: {reason}")]
    Spillover {
        /// Channels.
        channels: usize,
        /// Values of the matrix.
        values: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// Every delimiter starts a keyword or value, or the one given is none.
    #[error("no delimiter: {reason}")]
    Delimiter {
        /// Why not.
        reason: &'static str,
    },
    /// Writing failed.
    #[error("cannot be written: {source}")]
    Io {
        /// The reason of the operating system.
        #[from]
        source: io::Error,
    },
}

/// Writes one data set to `out`; the same bytes for the same data set.
///
/// [`crate::read`] reads it back without any leniency: the same bits of each value, names, labels, keywords and spillover.
///
/// # Errors
///
/// [`WriteError`] before anything is written when the data set cannot be stated in FCS 3.1; [`WriteError::Io`] otherwise.
pub fn write(out: &mut impl Write, data_set: &NewDataSet<'_>) -> Result<(), WriteError> {
    let NewDataSet { parameters, values, .. } = *data_set;
    if parameters.is_empty() || !values.len().is_multiple_of(parameters.len()) {
        return Err(WriteError::Shape { values: values.len(), parameters: parameters.len() });
    }
    let words = words(data_set)?;
    let delimiter = delimiter(&words, data_set.delimiter)?;

    let mut text = Vec::new();
    let mut push = |word: &str| {
        for &byte in word.as_bytes() {
            text.push(byte);
            if byte == delimiter {
                text.push(byte);
            }
        }
        text.push(delimiter);
    };
    for (name, value) in &words {
        push(name);
        push(value);
    }
    // The two offsets have a fixed width, so that TEXT does not move DATA.
    let offsets = |first: u64, last: u64| {
        format!("$BEGINDATA{d}{first:020}{d}$ENDDATA{d}{last:020}{d}", d = char::from(delimiter))
    };
    let text_end = TEXT_BEGIN + text.len() as u64 + offsets(0, 0).len() as u64;
    let data_bytes = values.len() as u64 * 4;
    let (first, last) = if data_bytes == 0 { (0, 0) } else { (text_end + 1, text_end + data_bytes) };
    let in_header = if last > LAST_BYTE_OF_HEADER { (0, 0) } else { (first, last) };
    if text_end > LAST_BYTE_OF_HEADER {
        return Err(WriteError::Keyword { name: "TEXT".into(), reason: "longer than HEADER can state" });
    }

    let mut header = String::from("FCS3.1    ");
    for offset in [TEXT_BEGIN, text_end, in_header.0, in_header.1, 0, 0] {
        let _ = write!(header, "{offset:>8}"); // a String takes any text
    }
    out.write_all(header.as_bytes())?;
    out.write_all(&[delimiter])?;
    out.write_all(&text)?;
    out.write_all(offsets(first, last).as_bytes())?;
    let mut buffer = Vec::with_capacity(1 << 16);
    for block in values.chunks(1 << 14) {
        buffer.clear();
        buffer.extend(block.iter().flat_map(|value| value.to_le_bytes()));
        out.write_all(&buffer)?;
    }
    // The standard ends a data set with a checksum, or eight zeros in its place.
    out.write_all(b"00000000")?;
    Ok(())
}

/// All keywords and values but the offsets of DATA.
fn words(data_set: &NewDataSet<'_>) -> Result<Vec<(String, String)>, WriteError> {
    let NewDataSet { parameters, values, keywords, spillover, .. } = *data_set;
    let mut words: Vec<(String, String)> = [
        ("$BEGINANALYSIS", "0"),
        ("$ENDANALYSIS", "0"),
        ("$BEGINSTEXT", "0"),
        ("$ENDSTEXT", "0"),
        ("$BYTEORD", "1,2,3,4"),
        ("$DATATYPE", "F"),
        ("$MODE", "L"),
        ("$NEXTDATA", "0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    words.push(("$PAR".into(), parameters.len().to_string()));
    words.push(("$TOT".into(), (values.len() / parameters.len()).to_string()));
    for (i, parameter) in (1..).zip(parameters) {
        let keyword = |suffix: &str| format!("$P{i}{suffix}");
        let refuse = |suffix: &str, reason| Err(WriteError::Keyword { name: format!("$P{i}{suffix}"), reason });
        if parameter.name.contains(',') {
            return refuse("N", "the name of a parameter has a comma");
        }
        if parameters.iter().take(i - 1).any(|other| other.name.eq_ignore_ascii_case(&parameter.name)) {
            return refuse("N", "two parameters have one name");
        }
        if !(parameter.gain > 0.0 && parameter.gain.is_finite()) {
            return refuse("G", "the gain is not above 0");
        }
        words.push((keyword("N"), parameter.name.clone()));
        if let Some(label) = &parameter.label {
            words.push((keyword("S"), label.clone()));
        }
        words.push((keyword("B"), "32".into()));
        words.push((keyword("R"), parameter.range.to_string()));
        words.push((keyword("E"), "0,0".into()));
        if parameter.gain.to_bits() != 1.0_f64.to_bits() {
            words.push((keyword("G"), parameter.gain.to_string()));
        }
    }
    if let Some(spillover) = spillover {
        words.push(("$SPILLOVER".into(), spillover_value(spillover, parameters)?));
    }
    let mut names: std::collections::BTreeSet<String> =
        words.iter().map(|(name, _)| name.to_ascii_uppercase()).collect();
    names.extend(["$BEGINDATA".into(), "$ENDDATA".into()]);
    for (name, value) in keywords {
        if !names.insert(name.to_ascii_uppercase()) {
            let reason = "it occurs twice, or follows from the events and parameters";
            return Err(WriteError::Keyword { name: name.clone(), reason });
        }
        words.push((name.clone(), value.clone()));
    }
    for (name, value) in &words {
        let reason = if name.is_empty() || value.is_empty() {
            "FCS has no empty keywords and values"
        } else if name.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
            "keywords are printable ASCII"
        } else {
            continue;
        };
        return Err(WriteError::Keyword { name: name.clone(), reason });
    }
    Ok(words)
}

fn spillover_value(spillover: &Spillover, parameters: &[NewParameter]) -> Result<String, WriteError> {
    let (channels, values) = (spillover.channels.len(), spillover.matrix.len());
    let refuse = |reason| Err(WriteError::Spillover { channels, values, reason });
    if channels == 0 || channels * channels != values {
        return refuse("not a square of its channels");
    }
    if spillover.matrix.iter().any(|value| !value.is_finite()) {
        return refuse("a value is not finite");
    }
    let mut value = channels.to_string();
    for channel in &spillover.channels {
        if !parameters.iter().any(|parameter| parameter.name == *channel) {
            return refuse("a channel is no parameter");
        }
        let _ = write!(value, ",{channel}"); // a String takes any text
    }
    for number in &spillover.matrix {
        let _ = write!(value, ",{number}");
    }
    Ok(value)
}

fn delimiter(words: &[(String, String)], wanted: Option<u8>) -> Result<u8, WriteError> {
    let all = || words.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    // A delimiter at the start of a word could not be told from the one before it, and one in a keyword looks like an
    // empty value before it.
    let is_usable = |delimiter: u8| {
        all().all(|word| word.first() != Some(&delimiter))
            && words.iter().all(|(name, _)| !name.as_bytes().contains(&delimiter))
    };
    match wanted {
        Some(delimiter) if !(1..=126).contains(&delimiter) => {
            Err(WriteError::Delimiter { reason: "the one given is not from 0x01 to 0x7E" })
        }
        Some(delimiter) if !is_usable(delimiter) => {
            Err(WriteError::Delimiter { reason: "the one given starts a value or occurs in a keyword" })
        }
        Some(delimiter) => Ok(delimiter),
        None => DELIMITERS
            .into_iter()
            .find(|delimiter| all().all(|word| !word.contains(delimiter)))
            .or_else(|| DELIMITERS.into_iter().find(|&delimiter| is_usable(delimiter)))
            .ok_or(WriteError::Delimiter { reason: "each candidate starts a value or occurs in a keyword" }),
    }
}
