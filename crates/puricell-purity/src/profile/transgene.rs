//! The share of target cells that show a transgene named by the user.

use puricell_core::{CountMatrix, FeatureKind, FeatureTable, Noted, Warning};
use serde::Deserialize;

use super::Profile;
use crate::species::{bare_id, bare_name};
use crate::wording::sentence_by;
use crate::{Interval, IntervalMethod, Level, Proportion, PurityError};

/// What the file's reference calls the transgene.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transgene {
    /// Ids or symbols of features, exactly as in the file; none where the product is not modified.
    pub features: Vec<String>,
    /// Molecules from which on a cell shows a feature. Default 1; raise it where the transgene is among the ambient RNA.
    #[serde(default = "one")]
    pub min_molecules: u32,
    /// Whether the product is modified by declaration, so that a lot without a named feature is worth a warning.
    #[serde(default)]
    pub expected: bool,
}

/// The row of cells that show at least one of several features.
const ANY: &str = "any";

fn one() -> u32 {
    1
}

impl Default for Transgene {
    fn default() -> Self {
        Self { features: Vec::new(), min_molecules: one(), expected: false }
    }
}

/// A feature named, and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransgeneColumns {
    /// As the user named it.
    pub feature: String,
    /// Columns of the matrix that hold it, increasing; none where the file lacks it. Counts of several are to be added.
    pub columns: Vec<usize>,
}

impl TransgeneColumns {
    /// The same in a matrix of these columns only, which are increasing and hold all of its own.
    #[must_use]
    pub fn among(&self, columns: &[usize]) -> Self {
        let columns = self.columns.iter().filter_map(|column| columns.binary_search(column).ok()).collect();
        Self { feature: self.feature.clone(), columns }
    }
}

/// The target cells that show a feature. For information: it is in no sum. A silent copy shows none and ambient RNA may
/// show one, so it is neither the share of modified cells nor a copy number.
#[derive(Debug, Clone, PartialEq)]
pub struct TransgeneShare {
    /// The feature, or `any` for a cell that shows at least one of several.
    pub feature: String,
    /// Target cells that show it, and target cells; `None` where the file lacks the feature: it was not measured, which
    /// is not zero.
    pub counted: Option<Proportion>,
    /// Two-sided 95 % interval by the method asked for; `None` also where there is no target cell.
    pub interval: Option<Interval>,
    /// Exact one-sided 95 % upper bound.
    pub upper_bound: Option<f64>,
    /// The result in words.
    pub sentence: String,
}

impl Profile {
    /// Finds the transgene's features among those of a file, of any kind but peaks and antibodies alike: a feature is
    /// named as it stands, and species do not matter.
    ///
    /// Warnings: `transgene_not_in_file` for a feature that the file lacks; `no_transgene_named` for a product that is
    /// modified by declaration and names none.
    pub fn find_transgenes(&self, features: &FeatureTable) -> Noted<Vec<TransgeneColumns>> {
        let mut warnings = Vec::new();
        if self.transgene.expected && self.transgene.features.is_empty() {
            warnings.push(Warning::new(
                "no_transgene_named",
                "the profile is of a gene-modified product and names no transgene: its share is not reported; name the \
                 features as the reference does, in the profile's transgene.features or for one run with --set \
                 transgene.features=NAME",
            ));
        }
        let find = |name: &String| {
            let is_named = |&i: &usize| bare_name(features, i) == name || bare_id(features, i) == name;
            let of = |gene: bool| {
                let kind = |&i: &usize| (features.kinds[i] == FeatureKind::GeneExpression) == gene;
                (0..features.len()).filter(kind).filter(is_named).collect::<Vec<usize>>()
            };
            // An antibody of the same name is another thing, and stands in only where no gene is so called.
            let genes = of(true);
            let columns = if genes.is_empty() { of(false) } else { genes };
            if columns.is_empty() {
                warnings.push(Warning::new(
                    "transgene_not_in_file",
                    format!(
                        "transgene '{name}' is no feature of the file, so its share is not reported, which is not zero: \
                         the reference must hold its sequence under this id or symbol"
                    ),
                ));
            }
            TransgeneColumns { feature: name.clone(), columns }
        };
        let value = self.transgene.features.iter().map(find).collect();
        Noted { value, warnings }
    }

    /// The share of the cells `targets` (rows of `counts`) that show each transgene, and any of several.
    ///
    /// # Errors
    /// None for `targets` without repetition; [`PurityError::Proportion`] is passed on.
    pub fn transgene_shares(
        &self,
        found: &[TransgeneColumns],
        counts: &CountMatrix,
        targets: &[usize],
        interval: IntervalMethod,
    ) -> Result<Vec<TransgeneShare>, PurityError> {
        let mut shown = vec![0_u64; found.len()];
        let mut any = 0;
        for &cell in targets {
            let mut shows_one = false;
            for (feature, shown) in found.iter().zip(&mut shown) {
                let molecules: u64 = feature
                    .columns
                    .iter()
                    .filter_map(|&c| counts.get(cell, u32::try_from(c).ok()?))
                    .map(u64::from)
                    .sum();
                if !feature.columns.is_empty() && molecules >= u64::from(self.transgene.min_molecules) {
                    *shown += 1;
                    shows_one = true;
                }
            }
            any += u64::from(shows_one);
        }
        let n = targets.len() as u64;
        let mut shares = Vec::with_capacity(found.len() + 1);
        for (feature, k) in found.iter().zip(shown) {
            let k = (!feature.columns.is_empty()).then_some(k);
            shares.push(self.share(&feature.feature, k, n, interval)?);
        }
        // Of several features of which one is missing, "any" would be too low without saying so.
        if found.len() > 1 {
            let complete = found.iter().all(|f| !f.columns.is_empty());
            shares.push(self.share(ANY, complete.then_some(any), n, interval)?);
        }
        Ok(shares)
    }

    fn share(
        &self,
        feature: &str,
        k: Option<u64>,
        n: u64,
        interval: IntervalMethod,
    ) -> Result<TransgeneShare, PurityError> {
        let counted = k.map(|k| Proportion::new(k, n)).transpose()?;
        let from = self.transgene.min_molecules;
        let molecules = if from == 1 { "a molecule".to_owned() } else { format!("{from} molecules or more") };
        let sentence = match counted {
            None if feature == ANY => "Any of them: not measured, for the file lacks one of the features.".to_owned(),
            None => format!("{feature}: not measured, for it is no feature of the file."),
            Some(p) if p.n() == 0 => format!("{feature}: there is no target cell that could show it."),
            Some(p) => {
                let name = if feature == ANY { "Any of them" } else { feature };
                let found = sentence_by(p, Level::P95, interval);
                format!("{name}: of the target cells, those that show {molecules} of it are {found}.")
            }
        };
        let of_some = counted.filter(|p| p.n() > 0);
        Ok(TransgeneShare {
            feature: feature.to_owned(),
            interval: of_some.map(|p| p.interval(interval, Level::P95)),
            upper_bound: of_some.map(|p| p.upper_bound(Level::P95)),
            counted,
            sentence,
        })
    }
}

#[cfg(test)]
mod tests;
