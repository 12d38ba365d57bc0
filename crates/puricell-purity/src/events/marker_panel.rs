//! Markers and the names that channels give them.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::tokens::tokens;
use crate::PurityError;
use crate::error::{Document, Located, Problem, fail_if_any, from_toml, line_of};

/// Schema of a marker file.
pub const MARKERS_SCHEMA: &str = "puricell-markers/1";

/// A marker and its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkerNames {
    /// Name used in profiles and reports, such as `CD45`; itself a name to be found.
    pub id: String,
    /// Further names.
    pub names: Vec<String>,
    /// Names that count in a channel's label only, for they are names of detectors too.
    pub dyes: Vec<String>,
}

/// The markers that channels can be matched to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkerPanel {
    /// Version of the list.
    pub version: String,
    /// Where the names come from.
    pub sources: Vec<String>,
    /// Words of channels that measure no marker, such as `FSC` and `Time`.
    pub ignored: Vec<String>,
    /// The markers, in the order of the file.
    pub markers: Vec<MarkerNames>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    schema: Spanned<String>,
    version: String,
    sources: Vec<String>,
    #[serde(default)]
    ignored: Vec<String>,
    #[serde(default, rename = "marker")]
    markers: Vec<RawMarker>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMarker {
    id: Spanned<String>,
    #[serde(default)]
    names: Vec<Spanned<String>>,
    #[serde(default)]
    dyes: Vec<Spanned<String>>,
}

impl MarkerPanel {
    /// The TOML text that ships with the program.
    pub fn builtin_text() -> &'static str {
        include_str!("../../data/cytometry/markers.toml")
    }

    /// The markers that ship with the program.
    ///
    /// # Errors
    /// None in practice: a test reads the file. As [`MarkerPanel::parse`].
    pub fn builtin() -> Result<Self, PurityError> {
        Self::parse(Self::builtin_text(), "markers")
    }

    /// Reads a marker file; `name` is what messages call it.
    ///
    /// # Errors
    /// [`PurityError::Syntax`] for broken TOML or an unknown key; [`PurityError::Invalid`] with every problem found: an
    /// empty name, a name that two markers share.
    pub fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        let raw: RawFile = from_toml(text, Document::Markers, name)?;
        let problems = problems(&raw, text);
        fail_if_any(problems, Document::Markers, name)?;
        let plain = |names: Vec<Spanned<String>>| names.into_iter().map(Spanned::into_inner).collect();
        Ok(Self {
            version: raw.version,
            sources: raw.sources,
            ignored: raw.ignored,
            markers: raw
                .markers
                .into_iter()
                .map(|m| MarkerNames { id: m.id.into_inner(), names: plain(m.names), dyes: plain(m.dyes) })
                .collect(),
        })
    }

    /// Index of the marker with this id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.markers.iter().position(|m| m.id == id)
    }
}

fn problems(raw: &RawFile, text: &str) -> Vec<Located> {
    let mut found = Vec::new();
    let mut report = |at: usize, problem| found.push(Located { line: Some(line_of(text, at)), problem });
    if raw.schema.get_ref() != MARKERS_SCHEMA {
        let problem = Problem::Schema { found: raw.schema.get_ref().clone(), expected: MARKERS_SCHEMA };
        report(raw.schema.span().start, problem);
    }
    // Names are compared as they are matched: lower case, without punctuation.
    let mut owner: BTreeMap<String, &str> = BTreeMap::new();
    for marker in &raw.markers {
        for name in std::iter::once(&marker.id).chain(&marker.names).chain(&marker.dyes) {
            let words = tokens(name.get_ref()).concat();
            if words.is_empty() {
                let of = format!("marker '{}'", marker.id.get_ref());
                report(name.span().start, Problem::Empty { field: "name", of });
            } else if let Some(first) = owner.insert(words, marker.id.get_ref())
                && first != marker.id.get_ref()
            {
                report(name.span().start, Problem::Duplicate { what: "marker name", id: name.get_ref().clone() });
            }
        }
    }
    let mut ids: Vec<&Spanned<String>> = raw.markers.iter().map(|m| &m.id).collect();
    ids.sort_by(|a, b| a.get_ref().cmp(b.get_ref()).then(a.span().start.cmp(&b.span().start)));
    for pair in ids.windows(2).filter(|p| p[0].get_ref() == p[1].get_ref()) {
        report(pair[1].span().start, Problem::Duplicate { what: "marker", id: pair[1].get_ref().clone() });
    }
    found
}
