//! A specification: items, methods, limits.

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Document, Located, fail_if_any, from_toml, line_of};
use crate::{ClassList, Denominator, Problem, PurityError};

mod check;

/// The format of specification files that this version reads.
pub const SPEC_SCHEMA: &str = "puricell-spec/1";

/// What the specification is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpecUse {
    /// Knowledge of the product; no lot is refused by it.
    Characterisation,
    /// Release of lots.
    Release,
    /// Control during making.
    InProcess,
}

impl SpecUse {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Characterisation => "characterisation",
            Self::Release => "release",
            Self::InProcess => "in-process",
        }
    }
}

/// What decides an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The fraction itself, as is the field's custom.
    Point,
    /// The one-sided 95 % bound: the limit must be shown, not only hit.
    Bound95,
    /// Nothing: the result is shown beside the limit.
    Informative,
}

impl Decision {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Bound95 => "bound95",
            Self::Informative => "informative",
        }
    }
}

/// The fractions allowed; at least one end is set, both 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Smallest fraction allowed.
    pub min: Option<f64>,
    /// Largest fraction allowed.
    pub max: Option<f64>,
}

/// One item of a specification.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecItem {
    /// Id, unique.
    pub id: String,
    /// The class it limits: one of the profile's ids, or `target`, `suspect`, `unassigned`, `non_viable`.
    pub class: String,
    /// What the class is a fraction of.
    pub denominator: Denominator,
    /// The method in words.
    pub method: String,
    /// The fractions allowed.
    pub limit: Limit,
    /// What decides.
    pub decision: Decision,
    /// Why this limit.
    pub justification: String,
}

/// A specification.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// Id.
    pub id: String,
    /// Version of the content.
    pub version: String,
    /// What it is for.
    pub use_for: SpecUse,
    /// The items, in the order of the file.
    pub items: Vec<SpecItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpec {
    schema: Spanned<String>,
    id: Spanned<String>,
    version: String,
    #[serde(rename = "use")]
    use_for: SpecUse,
    #[serde(default, rename = "item")]
    items: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    id: Spanned<String>,
    class: Spanned<String>,
    denominator: Spanned<Denominator>,
    method: Spanned<String>,
    limit: Spanned<Limit>,
    decision: Decision,
    justification: Spanned<String>,
}

const EXAMPLES: [(&str, &str); 12] = [
    ("bone-marrow", include_str!("../data/specs/bone-marrow.toml")),
    ("adipose", include_str!("../data/specs/adipose.toml")),
    ("umbilical-cord", include_str!("../data/specs/umbilical-cord.toml")),
    ("whartons-jelly", include_str!("../data/specs/whartons-jelly.toml")),
    ("cord-blood", include_str!("../data/specs/cord-blood.toml")),
    ("placenta", include_str!("../data/specs/placenta.toml")),
    ("dental-pulp", include_str!("../data/specs/dental-pulp.toml")),
    ("menstrual-blood", include_str!("../data/specs/menstrual-blood.toml")),
    ("ipsc-msc", include_str!("../data/specs/ipsc-msc.toml")),
    ("gene-modified", include_str!("../data/specs/gene-modified.toml")),
    ("adipose-svf", include_str!("../data/specs/adipose-svf.toml")),
    ("msc-flow", include_str!("../data/specs/msc-flow.toml")),
];

impl Spec {
    /// The JSON Schema (draft 2020-12) of a specification file.
    pub const JSON_SCHEMA: &str = include_str!("../data/specs/spec.schema.json");

    /// Ids of the built-in profiles, of expression and of cytometry, that have an example specification.
    pub fn examples() -> impl Iterator<Item = &'static str> {
        EXAMPLES.iter().map(|(id, _)| *id)
    }

    /// The example specification of a built-in profile. Its limits are examples that a maker must replace.
    ///
    /// # Errors
    /// [`PurityError::UnknownBuiltin`] for another profile id.
    pub fn example_text(profile_id: &str) -> Result<&'static str, PurityError> {
        EXAMPLES.iter().find(|(id, _)| *id == profile_id).map(|(_, text)| *text).ok_or_else(|| {
            PurityError::UnknownBuiltin {
                document: Document::Specification,
                id: profile_id.to_owned(),
                known: Self::examples().collect::<Vec<_>>().join(", "),
            }
        })
    }

    /// Reads a specification and checks it against the profile whose classes it names, a `&Profile` or a `&CytoProfile`;
    /// `name` is what messages call it.
    ///
    /// # Errors
    /// [`PurityError::Syntax`] for broken TOML or an unknown key, [`PurityError::Invalid`] with every problem found:
    /// impossible limits, unknown classes, duplicates, empty fields.
    pub fn parse(text: &str, name: &str, classes: impl Into<ClassList>) -> Result<Self, PurityError> {
        let raw: RawSpec = from_toml(text, Document::Specification, name)?;
        let problems: Vec<Located> = check::problems(&raw, &classes.into())
            .into_iter()
            .map(|(at, problem): (usize, Problem)| Located { line: Some(line_of(text, at)), problem })
            .collect();
        fail_if_any(problems, Document::Specification, name)?;
        Ok(Self {
            id: raw.id.into_inner(),
            version: raw.version,
            use_for: raw.use_for,
            items: raw.items.into_iter().map(item).collect(),
        })
    }
}

fn item(raw: RawItem) -> SpecItem {
    SpecItem {
        id: raw.id.into_inner(),
        class: raw.class.into_inner(),
        denominator: raw.denominator.into_inner(),
        method: raw.method.into_inner(),
        limit: raw.limit.into_inner(),
        decision: raw.decision,
        justification: raw.justification.into_inner(),
    }
}

#[cfg(test)]
mod tests;
