//! A marker by its protein and by its RNA on the same lot: the share of events that carry the one against the share of cells in
//! which a molecule of the other is seen.
//!
//! The two do not measure the same, and RNA is missed where a cell's share of molecules is small. What that alone explains is
//! computed from the lot's own counts: if every cell that carries the protein held the gene's molecules alike, in proportion to
//! its depth, and depth were gamma distributed, a gene of mean `m` molecules a cell would be seen in [`expected_share`] of them.

use std::sync::OnceLock;

use puricell_core::math::{exp_m1, ln_1p};
use serde::Deserialize;

use crate::error::{Document, Located, Problem, fail_if_any, from_toml};
use crate::{Interval, Level, Proportion, PurityError};

use super::methods::{Pair, pair};

const SCHEMA: &str = "puricell-orthogonal/1";

/// The markers that both methods speak of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkerGenes {
    schema: String,
    /// Version of the content.
    pub version: String,
    /// The markers, in the order of reports.
    #[serde(rename = "marker")]
    pub markers: Vec<MarkerGene>,
}

/// A marker and its gene.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkerGene {
    /// The marker, as cytometry calls it.
    pub id: String,
    /// Symbol of the gene.
    pub gene: String,
    /// What each of the two answers, in English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
    /// Where that is from.
    pub source: String,
}

impl MarkerGenes {
    /// Those that ship with the program.
    ///
    /// # Errors
    /// None in a released build: a test parses the same text.
    pub fn builtin() -> Result<&'static Self, PurityError> {
        static BUILTIN: OnceLock<Result<MarkerGenes, PurityError>> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::parse(Self::builtin_text(), "built-in")).as_ref().map_err(Clone::clone)
    }

    /// The text of [`MarkerGenes::builtin`].
    pub fn builtin_text() -> &'static str {
        include_str!("../../data/orthogonal.toml")
    }

    fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        let found: Self = from_toml(text, Document::Orthogonal, name)?;
        let mut problems = Vec::new();
        if found.schema != SCHEMA {
            let problem = Problem::Schema { found: found.schema.clone(), expected: SCHEMA };
            problems.push(Located { line: None, problem });
        }
        fail_if_any(problems, Document::Orthogonal, name)?;
        Ok(found)
    }
}

/// A gene in the viable singlets of a lot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rna {
    /// Cells with at least one molecule.
    pub seen: Proportion,
    /// Molecules of the gene in all of them.
    pub molecules: u64,
    /// Squared coefficient of variation of the cells' molecules, whichever gene; 0 or more.
    pub depth_dispersion: f64,
}

/// A marker of one lot by both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkerPair {
    /// RNA first, protein second.
    pub pair: Pair,
    /// Exact 95 % intervals of the two shares (Clopper and Pearson).
    pub intervals: [Interval; 2],
    /// Share of cells in which RNA would be seen if all cells with the protein, and no others, held the molecules alike.
    pub expected: f64,
    /// The same at the two ends of the protein's interval.
    pub expected_interval: Interval,
    /// What that shows.
    pub finding: MarkerFinding,
}

/// What RNA and protein of a marker show of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerFinding {
    /// The interval of the difference holds 0.
    NoDifference,
    /// RNA in fewer cells than protein, by no more than dropout explains, and in more than it could be if half as many cells as
    /// carry the protein held all molecules, whatever their depth.
    Dropout,
    /// RNA in fewer cells than protein, and too few molecules to tell dropout from cells without RNA.
    TooFewMolecules,
    /// RNA in fewer cells than dropout explains: the molecules lie in a part of the cells that carry the protein.
    BeyondDropout,
    /// RNA in more cells than protein, which no dropout explains.
    RnaAbove,
}

/// Share of cells in which a gene of `mean` molecules a cell is seen if a `share` of them (0 to 1) holds all molecules: 1 less the
/// chance of no molecule under a negative binomial of dispersion `dispersion`, Poisson at 0, among these. It rises with `share`.
pub fn expected_share(share: f64, mean: f64, dispersion: f64) -> f64 {
    if share <= 0.0 {
        return 0.0;
    }
    let of_carriers = mean / share;
    let ln_none = if dispersion > 0.0 { ln_1p(dispersion * of_carriers) / dispersion } else { of_carriers };
    -share * exp_m1(-ln_none)
}

/// Compares one marker of one lot; `None` without a cell in either.
pub fn marker_pair(rna: &Rna, protein: Proportion) -> Option<MarkerPair> {
    let compared = pair([rna.seen, protein])?;
    let [seen, carried] = [rna.seen, protein].map(|p| p.clopper_pearson(Level::P95));
    let mean = rna.molecules as f64 / rna.seen.n() as f64;
    let expected = |share: f64| expected_share(share, mean, rna.depth_dispersion);
    let expected_interval = Interval { low: expected(carried.low), high: expected(carried.high) };
    let finding = if compared.interval.low <= 0.0 && compared.interval.high >= 0.0 {
        MarkerFinding::NoDifference
    } else if compared.difference < 0.0 {
        MarkerFinding::RnaAbove
    } else if seen.high < expected_interval.low {
        MarkerFinding::BeyondDropout
    // A mean spread over cells of one depth is seen in the most of them, so no distribution of depth lies above this.
    } else if seen.low > expected_share(carried.high / 2.0, mean, 0.0) {
        MarkerFinding::Dropout
    } else {
        MarkerFinding::TooFewMolecules
    };
    let expected = expected(protein.fraction()?);
    Some(MarkerPair { pair: compared, intervals: [seen, carried], expected, expected_interval, finding })
}

#[cfg(test)]
mod tests;
