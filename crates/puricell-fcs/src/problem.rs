//! What is wrong with a file, one thing at a time.

use std::fmt;

use crate::leniency::Leniency;

/// Where in a file something is. Byte positions count from the start of the file, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A field of HEADER.
    Header {
        /// The field: "first byte of DATA".
        field: &'static str,
        /// Where the field starts.
        byte: u64,
    },
    /// A keyword of TEXT.
    Keyword {
        /// The keyword as written in the file, or as it should have been when it is missing.
        name: String,
        /// Where the keyword starts; `None` when it is missing.
        byte: Option<u64>,
    },
    /// A segment as a whole.
    Segment {
        /// "TEXT", "supplemental TEXT", "DATA", "ANALYSIS".
        name: &'static str,
        /// Where the fault lies.
        byte: u64,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { field, byte } => write!(f, "HEADER, {field} (byte {byte})"),
            Self::Keyword { name, byte: Some(byte) } => write!(f, "{name} (byte {byte})"),
            Self::Keyword { name, byte: None } => f.write_str(name),
            Self::Segment { name, byte } => write!(f, "{name} (byte {byte})"),
        }
    }
}

/// One departure of a file from the standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The data set, counted from 0.
    pub data_set: usize,
    /// Where it is.
    pub place: Place,
    /// What is there; long values are cut.
    pub found: String,
    /// What should have been there.
    pub expected: String,
    /// The switch that reads the file all the same; `None` when there is no safe reading.
    pub leniency: Option<Leniency>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.data_set > 0 {
            write!(f, "data set {}, ", self.data_set + 1)?;
        }
        write!(f, "{}: found {}, expected {}", self.place, self.found, self.expected)?;
        match self.leniency {
            Some(leniency) => write!(f, " [{leniency}]"),
            None => Ok(()),
        }
    }
}
