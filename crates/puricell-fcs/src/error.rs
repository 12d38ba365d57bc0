//! Why a file was not read.

use std::collections::BTreeSet;
use std::io;

use thiserror::Error;

use crate::leniency::Leniency;
use crate::problem::Problem;

/// Why a file was not read.
#[derive(Debug, Error)]
pub enum FcsError {
    /// The first bytes are not those of an FCS file.
    #[error("not an FCS file: it starts with '{found}', expected 'FCS' and a version")]
    NotFcs {
        /// The first bytes, at most six, what is not printable escaped.
        found: String,
    },
    /// A version of the standard that is not read.
    #[error("the file says '{found}'; FCS2.0, FCS3.0, FCS3.1 and FCS3.2 are read")]
    UnknownVersion {
        /// The first six bytes.
        found: String,
    },
    /// The operating system refused.
    #[error("cannot be read: {source}")]
    Io {
        /// Its reason.
        #[from]
        source: io::Error,
    },
    /// The file departs from the standard in ways that were not allowed.
    #[error("{} problem(s):{}", problems.len(), list(problems))]
    Refused {
        /// All of them, in the order of the file's data sets and of reading; not empty.
        problems: Vec<Problem>,
    },
}

impl FcsError {
    /// The switches that would read the file; `None` when no set of switches would.
    pub fn remedy(&self) -> Option<BTreeSet<Leniency>> {
        match self {
            Self::Refused { problems } => problems.iter().map(|problem| problem.leniency).collect(),
            _ => None,
        }
    }
}

fn list(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |list, problem| list + "\n  " + &problem.to_string())
}
