//! The named departures from the standard that a caller may allow.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// One departure from the standard. Each is off unless it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leniency {
    /// HEADER and TEXT disagree about where DATA or ANALYSIS lies: the pair of offsets whose length is that of the events
    /// is taken; TEXT's when both or neither fit.
    HeaderTextOffsets,
    /// The offsets of DATA in HEADER are blank: those of TEXT are taken.
    BlankHeaderOffsets,
    /// DATA is longer than its events (often by the one byte of an end offset that points past the end): the first
    /// `$TOT` events are taken and the surplus is not looked at.
    DataLength,
    /// DATA, or the file, ends before the last event: the whole events that are there are taken.
    TruncatedData,
    /// TEXT does not end at a delimiter: padding after the last delimiter is dropped, an unfinished last value is taken as
    /// it stands.
    TextEnd,
    /// TEXT holds bytes that are not UTF-8: each such value is read as Latin-1.
    TextEncoding,
    /// TEXT holds empty values, which the standard forbids since a doubled delimiter is an escaped one: every delimiter of
    /// the segment then ends a word, none is an escape.
    EmptyValues,
    /// A keyword occurs twice: the first occurrence is taken.
    DuplicateKeywords,
    /// Two parameters have one `$PnN`: both keep it, and are told apart by their position.
    DuplicateNames,
    /// A keyword that the version requires is missing and has an evident value: `$PnE` of `0,0`, `$MODE` of `L`,
    /// `$NEXTDATA` of `0`, `$PnN` of `Pn`, offsets of HEADER, `$TOT` by the length of DATA.
    MissingKeywords,
    /// A keyword that is not needed to decode the events has a value that cannot be understood: it is left out.
    KeywordValues,
    /// Supplemental TEXT is not TEXT, or lies outside the file: it is left out.
    SupplementalText,
    /// ANALYSIS is not made of keywords and values, or lies outside the file: it is left out.
    Analysis,
    /// `$NEXTDATA` does not lead to another data set: the data sets before it are taken.
    NextData,
}

impl Leniency {
    /// Every switch.
    pub const ALL: [Self; 14] = [
        Self::HeaderTextOffsets,
        Self::BlankHeaderOffsets,
        Self::DataLength,
        Self::TruncatedData,
        Self::TextEnd,
        Self::TextEncoding,
        Self::EmptyValues,
        Self::DuplicateKeywords,
        Self::DuplicateNames,
        Self::MissingKeywords,
        Self::KeywordValues,
        Self::SupplementalText,
        Self::Analysis,
        Self::NextData,
    ];

    /// The name of the switch, in lower case with hyphens; [`FromStr`] reads it back.
    pub fn name(self) -> &'static str {
        match self {
            Self::HeaderTextOffsets => "header-text-offsets",
            Self::BlankHeaderOffsets => "blank-header-offsets",
            Self::DataLength => "data-length",
            Self::TruncatedData => "truncated-data",
            Self::TextEnd => "text-end",
            Self::TextEncoding => "text-encoding",
            Self::EmptyValues => "empty-values",
            Self::DuplicateKeywords => "duplicate-keywords",
            Self::DuplicateNames => "duplicate-names",
            Self::MissingKeywords => "missing-keywords",
            Self::KeywordValues => "keyword-values",
            Self::SupplementalText => "supplemental-text",
            Self::Analysis => "analysis",
            Self::NextData => "next-data",
        }
    }
}

impl fmt::Display for Leniency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Leniency {
    type Err = String;

    /// The switch of a name.
    ///
    /// # Errors
    ///
    /// Returns the names there are when `name` is none of them.
    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|leniency| leniency.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|leniency| leniency.name()).collect();
            format!("'{name}' is no leniency of FCS reading; there are {}", names.join(", "))
        })
    }
}

/// A set of switches; empty by default, which is the standard to the letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leniencies(BTreeSet<Leniency>);

impl Leniencies {
    /// No switch: the standard to the letter.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every switch.
    pub fn all() -> Self {
        Leniency::ALL.into_iter().collect()
    }

    /// Whether `leniency` is given.
    pub fn contains(&self, leniency: Leniency) -> bool {
        self.0.contains(&leniency)
    }

    /// The switches in their order of declaration.
    pub fn iter(&self) -> impl Iterator<Item = Leniency> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Leniency> for Leniencies {
    fn from_iter<I: IntoIterator<Item = Leniency>>(switches: I) -> Self {
        Self(switches.into_iter().collect())
    }
}
