//! The profiles of cytometry that ship with the program.

use crate::PurityError;
use crate::error::Document;

pub(super) const IDS: &[&str] = &["msc-flow", "spleen-t-cells"];

const TEXTS: &[&str] = &[
    include_str!("../../../data/cytometry/msc-flow.toml"),
    include_str!("../../../data/cytometry/spleen-t-cells.toml"),
];

pub(super) fn text(id: &str) -> Result<&'static str, PurityError> {
    IDS.iter().zip(TEXTS).find(|(known, _)| **known == id).map(|(_, text)| *text).ok_or_else(|| {
        PurityError::UnknownBuiltin { document: Document::CytoProfile, id: id.to_owned(), known: IDS.join(", ") }
    })
}
