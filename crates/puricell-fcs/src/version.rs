//! The versions of the standard.

use std::fmt;

/// A version of the standard, in order of age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// FCS 2.0 (1990).
    Fcs20,
    /// FCS 3.0 (1997).
    Fcs30,
    /// FCS 3.1 (2010).
    Fcs31,
    /// FCS 3.2 (2021).
    Fcs32,
}

impl Version {
    /// The version of the first six bytes of a file; `None` when they name none that is read.
    pub fn of(magic: &[u8]) -> Option<Self> {
        match magic {
            b"FCS2.0" => Some(Self::Fcs20),
            b"FCS3.0" => Some(Self::Fcs30),
            b"FCS3.1" => Some(Self::Fcs31),
            b"FCS3.2" => Some(Self::Fcs32),
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fcs20 => "FCS2.0",
            Self::Fcs30 => "FCS3.0",
            Self::Fcs31 => "FCS3.1",
            Self::Fcs32 => "FCS3.2",
        })
    }
}
