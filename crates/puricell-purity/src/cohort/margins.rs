//! What must hold for two groups of lots to be called equivalent, fixed before the data.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::equivalence::Margin;
use super::logit_of;
use crate::error::{Document, Located, fail_if_any, from_toml, line_of};
use crate::{Problem, PurityError};

/// The format of margin files that this version reads.
pub const MARGINS_SCHEMA: &str = "puricell-margins/1";

/// Margins, by class.
#[derive(Debug, Clone, PartialEq)]
pub struct Margins {
    /// Id.
    pub id: String,
    /// Version of the content.
    pub version: String,
    /// When they were fixed, as written.
    pub fixed_on: String,
    /// One per class.
    pub classes: Vec<ClassMargin>,
}

/// The margin of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMargin {
    /// Id of the class.
    pub class: String,
    /// The margin.
    pub margin: Margin,
    /// The odds ratio that it was given as.
    pub odds_ratio: Option<f64>,
    /// Why so much and no more.
    pub justification: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMargins {
    schema: Spanned<String>,
    id: Spanned<String>,
    version: String,
    fixed_on: Spanned<String>,
    #[serde(default, rename = "margin")]
    margins: Vec<RawMargin>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMargin {
    class: Spanned<String>,
    /// Largest ratio of odds allowed either way, above 1.
    odds_ratio: Option<Spanned<f64>>,
    /// Where a group has no cell of the class: the fraction that both upper bounds must stay below.
    both_below: Option<Spanned<f64>>,
    justification: Spanned<String>,
}

impl Margins {
    /// Reads a margin file; `name` is what messages call it.
    ///
    /// ```
    /// use puricell_purity::cohort::margins::Margins;
    ///
    /// let margins = Margins::parse(
    ///     r#"
    ///     schema = "puricell-margins/1"
    ///     id = "process-2"
    ///     version = "1"
    ///     fixed_on = "2026-03-01"
    ///     [[margin]]
    ///     class = "hematopoietic"
    ///     odds_ratio = 2.0
    ///     both_below = 0.001
    ///     justification = "half the distance from the mean of 30 lots to the limit"
    ///     "#,
    ///     "margins.toml",
    /// )?;
    /// assert!((margins.of("hematopoietic").logit.unwrap_or(0.0) - 2.0_f64.ln()).abs() < 1e-12);
    /// # Ok::<(), puricell_purity::PurityError>(())
    /// ```
    ///
    /// # Errors
    /// [`PurityError::Syntax`] for broken TOML or an unknown key, [`PurityError::Invalid`] with every problem found.
    pub fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        let raw: RawMargins = from_toml(text, Document::Margins, name)?;
        let located = |(at, problem)| Located { line: Some(line_of(text, at)), problem };
        fail_if_any(problems(&raw).into_iter().map(located).collect(), Document::Margins, name)?;
        let classes = raw.margins.into_iter().map(|m| {
            let odds_ratio = m.odds_ratio.map(Spanned::into_inner);
            let logit = odds_ratio.map(puricell_core::math::ln);
            let margin = Margin { logit, both_below: m.both_below.map(Spanned::into_inner) };
            ClassMargin { class: m.class.into_inner(), margin, odds_ratio, justification: m.justification.into_inner() }
        });
        Ok(Self {
            id: raw.id.into_inner(),
            version: raw.version,
            fixed_on: raw.fixed_on.into_inner(),
            classes: classes.collect(),
        })
    }

    /// What was fixed for a class; nothing for one that is not named.
    pub fn of(&self, class: &str) -> Margin {
        self.classes.iter().find(|m| m.class == class).map_or(Margin::default(), |m| m.margin)
    }
}

/// Problems and the byte at which they stand.
fn problems(raw: &RawMargins) -> Vec<(usize, Problem)> {
    let mut found = Vec::new();
    if raw.schema.get_ref() != MARGINS_SCHEMA {
        let problem = Problem::Schema { found: raw.schema.get_ref().clone(), expected: MARGINS_SCHEMA };
        found.push((raw.schema.span().start, problem));
    }
    let empty = |field, of: &str| Problem::Empty { field, of: of.to_owned() };
    if raw.fixed_on.get_ref().trim().is_empty() {
        found.push((raw.fixed_on.span().start, empty("fixed_on", "the margins")));
    }
    if raw.margins.is_empty() {
        found.push((raw.id.span().start, empty("margin", "the margins")));
    }
    let mut classes = BTreeSet::new();
    for margin in &raw.margins {
        let (class, at) = (margin.class.get_ref(), margin.class.span().start);
        if !classes.insert(class) {
            found.push((at, Problem::Duplicate { what: "margin of class", id: class.clone() }));
        }
        if margin.justification.get_ref().trim().is_empty() {
            let of = format!("the margin of '{class}'");
            found.push((margin.justification.span().start, empty("justification", &of)));
        }
        if margin.odds_ratio.is_none() && margin.both_below.is_none() {
            found.push((at, empty("odds_ratio", &format!("the margin of '{class}'"))));
        }
        let mut check = |field, value: &Option<Spanned<f64>>, is_right: fn(f64) -> bool, expected| {
            if let Some(value) = value.as_ref().filter(|v| !is_right(*v.get_ref())) {
                let of = format!("the margin of '{class}'");
                found.push((value.span().start, Problem::Range { field, of, found: *value.get_ref(), expected }));
            }
        };
        check("odds_ratio", &margin.odds_ratio, |v| v > 1.0 && v <= 1000.0, "a number above 1, at most 1000");
        check("both_below", &margin.both_below, |v| v > 0.0 && v < 1.0, "a fraction between 0 and 1");
    }
    found
}

/// The fractions that an odds ratio allows around a fraction, for people to whom odds say little.
pub fn allowed(fraction: f64, odds_ratio: f64) -> (f64, f64) {
    let logit = logit_of(fraction);
    let margin = puricell_core::math::ln(odds_ratio);
    (super::fraction_of(logit - margin), super::fraction_of(logit + margin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_told_with_its_line() {
        let text = "schema = \"puricell-margins/2\"\nid = \"x\"\nversion = \"1\"\nfixed_on = \"\"\n[[margin]]\nclass = \"target\"\n\
                    odds_ratio = 0.5\njustification = \"\"\n[[margin]]\nclass = \"target\"\njustification = \"a\"\n";
        let message = Margins::parse(text, "m.toml").unwrap_err().to_string();
        for part in [
            "line 1: schema is 'puricell-margins/2'",
            "line 4: 'fixed_on' of the margins is empty",
            "line 8: 'justification' of the margin of 'target' is empty",
            "line 7: 'odds_ratio' of the margin of 'target' is 0.5",
            "line 10: margin of class 'target' is defined twice",
            "line 10: 'odds_ratio' of the margin of 'target' is empty",
        ] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }

    #[test]
    fn an_odds_ratio_as_fractions() {
        let (low, high) = allowed(0.5, 3.0);
        assert!((low - 0.25).abs() < 1e-12 && (high - 0.75).abs() < 1e-12);
    }
}
