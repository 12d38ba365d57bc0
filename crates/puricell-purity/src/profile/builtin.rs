//! The profiles that ship with the program.

use crate::PurityError;
use crate::error::Document;

macro_rules! texts {
    ($($id:literal),* $(,)?) => {
        pub(super) const IDS: &[&str] = &[$($id),*];
        const TEXTS: &[&str] = &[$(include_str!(concat!("../../data/profiles/", $id, ".toml"))),*];
    };
}

texts![
    "bone-marrow",
    "adipose",
    "umbilical-cord",
    "whartons-jelly",
    "cord-blood",
    "placenta",
    "dental-pulp",
    "menstrual-blood",
    "ipsc-msc",
    "gene-modified",
    "adipose-svf",
];

pub(super) fn text(id: &str) -> Result<&'static str, PurityError> {
    IDS.iter().zip(TEXTS).find(|(known, _)| **known == id).map(|(_, text)| *text).ok_or_else(|| {
        PurityError::UnknownBuiltin { document: Document::Profile, id: id.to_owned(), known: IDS.join(", ") }
    })
}
