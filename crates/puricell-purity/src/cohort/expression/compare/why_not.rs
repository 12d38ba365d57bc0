//! Why two lots cannot be compared.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::Species;
use crate::cohort::expression::{DistributionKind, Distributions, Reference};

/// Names listed at most.
const LISTED: usize = 5;

/// Why a distance is not estimable. Lots are numbered as they were added, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WhyNot {
    /// Too few target cells.
    #[error("too few target cells: {n}, and at least {least} are needed")]
    TooFewCells {
        /// The lot.
        lot: usize,
        /// Its target cells.
        n: u64,
        /// How many are needed.
        least: u64,
    },
    /// One lot has nothing of what is compared: it was measured otherwise, or by none of the genes or markers.
    #[error("a lot has no {what}")]
    Lacks {
        /// The lot.
        lot: usize,
        /// What it lacks.
        what: &'static str,
    },
    /// Human and mouse.
    #[error("the lots are of other species: {} and {}", .0.name(), .1.name())]
    OtherSpecies(Species, Species),
    /// Another reference: what one counts and the other does not would count as not expressed.
    #[error("the lots count other genes: {} and {} of them, in another list (sha256 {} and {}); align both to one reference",
        .0.n_genes, .1.n_genes, start(.0), start(.1))]
    OtherReference(Box<Reference>, Box<Reference>),
    /// Genes of the list, or markers, that one lot has and the other lacks, or has on another scale; a few of each.
    #[error("the lots have other genes or markers: {} in the first alone, {} in the second alone", listed(.0), listed(.1))]
    OtherRows(Vec<String>, Vec<String>),
}

fn start(reference: &Reference) -> &str {
    reference.sha256.get(..12).unwrap_or(&reference.sha256)
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Fails unless two lots have the same rows of the kinds wanted, and one at least. Directions are the same where genes are.
pub(super) fn same_rows(
    lots: &[Distributions],
    (a, b): (usize, usize),
    is_wanted: impl Fn(DistributionKind) -> bool,
) -> Result<(), WhyNot> {
    let is_wanted = &is_wanted;
    let rows =
        |lot: usize| lots[lot].rows.iter().filter(move |row| is_wanted(row.kind)).map(|row| (row.kind, &*row.name));
    for lot in [a, b] {
        if rows(lot).next().is_none() {
            return Err(WhyNot::Lacks { lot, what: "distribution of a gene or marker" });
        }
    }
    if let (Some(of_a), Some(of_b)) = (lots[a].species, lots[b].species)
        && of_a != of_b
    {
        return Err(WhyNot::OtherSpecies(of_a, of_b));
    }
    if rows(a).eq(rows(b)) {
        return Ok(());
    }
    let alone = |lot: usize, other: usize| -> Vec<String> {
        let others: BTreeSet<_> = rows(other).collect();
        let alone = rows(lot).filter(|row| !others.contains(row)).take(LISTED);
        alone.map(|(kind, name)| format!("{name} ({})", kind.name())).collect()
    };
    Err(WhyNot::OtherRows(alone(a, b), alone(b, a)))
}
