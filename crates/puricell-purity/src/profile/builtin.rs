//! The profiles that ship with the program.

use crate::PurityError;
use crate::error::Document;

pub(super) const IDS: &[&str] = &["bone-marrow", "adipose", "umbilical-cord"];

const TEXTS: &[&str] = &[
    include_str!("../../data/profiles/bone-marrow.toml"),
    include_str!("../../data/profiles/adipose.toml"),
    include_str!("../../data/profiles/umbilical-cord.toml"),
];

pub(super) fn text(id: &str) -> Result<&'static str, PurityError> {
    IDS.iter().zip(TEXTS).find(|(known, _)| **known == id).map(|(_, text)| *text).ok_or_else(|| {
        PurityError::UnknownBuiltin { document: Document::Profile, id: id.to_owned(), known: IDS.join(", ") }
    })
}
