//! Keywords and values, in file order.

use std::collections::BTreeMap;

/// The segment a keyword comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// The TEXT that HEADER points to.
    Primary,
    /// The TEXT that `$BEGINSTEXT` points to.
    Supplemental,
    /// ANALYSIS.
    Analysis,
}

/// A keyword and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyword {
    /// As written in the file.
    pub name: String,
    /// Unescaped, otherwise as written; empty only with [`crate::Leniency::EmptyValues`].
    pub value: String,
    /// Where it comes from.
    pub segment: Segment,
    /// Where the keyword starts, in bytes from the start of the file.
    pub byte: u64,
}

/// Keywords in file order, found by name without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keywords {
    entries: Vec<Keyword>,
    by_name: BTreeMap<String, usize>,
}

impl Keywords {
    /// Adds a keyword; gives it back when there is one of that name already.
    pub(crate) fn add(&mut self, keyword: Keyword) -> Result<(), Keyword> {
        let name = keyword.name.to_ascii_uppercase();
        if self.by_name.contains_key(&name) {
            return Err(keyword);
        }
        self.by_name.insert(name, self.entries.len());
        self.entries.push(keyword);
        Ok(())
    }

    /// The value of `name`, without regard to case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|keyword| keyword.value.as_str())
    }

    /// The keyword `name`, without regard to case.
    pub fn find(&self, name: &str) -> Option<&Keyword> {
        self.by_name.get(&name.to_ascii_uppercase()).and_then(|&at| self.entries.get(at))
    }

    /// All of them in file order.
    pub fn iter(&self) -> impl Iterator<Item = &Keyword> {
        self.entries.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
