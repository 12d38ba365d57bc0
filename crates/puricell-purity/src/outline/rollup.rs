//! A sum over classes as it stands in a file.

use serde::Deserialize;
use toml::Spanned;

use crate::Rollup;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRollup {
    pub(crate) id: Spanned<String>,
    name_en: String,
    name_zh: String,
    pub(crate) of: Vec<Spanned<String>>,
}

impl From<RawRollup> for Rollup {
    fn from(raw: RawRollup) -> Self {
        Self {
            id: raw.id.into_inner(),
            name_en: raw.name_en,
            name_zh: raw.name_zh,
            of: raw.of.into_iter().map(Spanned::into_inner).collect(),
        }
    }
}
