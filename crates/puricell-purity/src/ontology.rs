//! Terms of public ontologies for what is called and for what is known of a lot.
//!
//! `data/ontology.toml` says which, and how they were checked. What it does not name has no term: an id is never made up.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::error::{Document, Located, Problem, fail_if_any, from_toml};
use crate::{PurityError, ResolvedClass, Species};

/// Schema of the file.
const ONTOLOGY_SCHEMA: &str = "puricell-ontology/1";

/// The terms that are known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ontology {
    schema: String,
    /// Cell Ontology id to label.
    cell_types: BTreeMap<String, String>,
    /// Classes that hold more than their id names.
    wider: Vec<Wider>,
    #[serde(rename = "tissue")]
    tissues: Vec<Entry>,
    #[serde(rename = "assay")]
    assays: Vec<Entry>,
    #[serde(rename = "sex")]
    sexes: Vec<Entry>,
    #[serde(rename = "organism")]
    organisms: Vec<Entry>,
    /// Id of a built-in profile to what its product is.
    tissue_type: BTreeMap<String, String>,
}

/// A class that holds more than its id names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wider {
    /// Id of the class.
    class: String,
    /// What profiles name for it.
    cell_ontology: String,
    /// The cell types it holds.
    of: Vec<String>,
    /// What all of them are; `None` where that is nothing.
    term: Option<String>,
}

/// A term and the names, in lower case, that a person may give it beside its label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    term: String,
    label: String,
    names: Vec<String>,
}

impl Ontology {
    /// The terms that ship with the program.
    ///
    /// # Errors
    /// None in a released build: a test parses the same text.
    pub fn builtin() -> Result<&'static Self, PurityError> {
        static BUILTIN: OnceLock<Result<Ontology, PurityError>> = OnceLock::new();
        let text = include_str!("../data/ontology.toml");
        BUILTIN.get_or_init(|| Self::parse(text, "built-in")).as_ref().map_err(Clone::clone)
    }

    fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        let found: Self = from_toml(text, Document::Ontology, name)?;
        let mut problems = Vec::new();
        if found.schema != ONTOLOGY_SCHEMA {
            let problem = Problem::Schema { found: found.schema.clone(), expected: ONTOLOGY_SCHEMA };
            problems.push(Located { line: None, problem });
        }
        fail_if_any(problems, Document::Ontology, name)?;
        Ok(found)
    }

    /// The id, where it is one of a known cell type.
    pub fn known_cell_type<'a>(&self, id: &'a str) -> Option<&'a str> {
        self.cell_types.contains_key(id).then_some(id)
    }

    /// The cell type of a class of [`crate::Resolved::classes`]: the most accurate one that is true of each of its cells, which
    /// may be its parent's. `None` where no term fits.
    pub fn cell_type<'a>(&'a self, classes: &'a [ResolvedClass], class: usize) -> Option<&'a str> {
        let class = &classes[class];
        let id = class.cell_ontology.as_deref();
        if let Some(wider) = self.wider.iter().find(|w| w.class == class.id && Some(w.cell_ontology.as_str()) == id) {
            return wider.term.as_deref();
        }
        let of_parent = || self.cell_type(classes, class.parent?);
        id.and_then(|id| self.known_cell_type(id)).or_else(of_parent)
    }

    /// The Uberon term of a tissue, by its name.
    pub fn tissue(&self, name: &str) -> Option<&str> {
        named(&self.tissues, name)
    }

    /// The Uberon id, where it is one of a known tissue.
    pub fn known_tissue<'a>(&self, id: &'a str) -> Option<&'a str> {
        self.tissues.iter().any(|t| t.term == id).then_some(id)
    }

    /// The EFO term of an assay, by its name.
    pub fn assay(&self, name: &str) -> Option<&str> {
        named(&self.assays, name)
    }

    /// The PATO term of a sex, by its name.
    pub fn sex(&self, name: &str) -> Option<&str> {
        named(&self.sexes, name)
    }

    /// The NCBI taxon of a species.
    pub fn organism(&self, species: Species) -> Option<&str> {
        named(&self.organisms, species.name())
    }

    /// `primary cell culture` or `tissue`, by the id of a profile; `None` for one whose product is neither for certain.
    pub fn tissue_type(&self, profile: &str) -> Option<&str> {
        self.tissue_type.get(profile).map(String::as_str)
    }
}

/// The term of this label or name, whatever its case, spaces and apostrophes.
fn named<'a>(terms: &'a [Entry], name: &str) -> Option<&'a str> {
    let plain = |text: &str| {
        let text = text.to_lowercase().replace(['’', '′'], "'");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let name = plain(name);
    let is_meant = |t: &&Entry| plain(&t.label) == name || t.names.contains(&name);
    terms.iter().find(is_meant).map(|t| t.term.as_str())
}

#[cfg(test)]
mod tests;
