//! Expression and cytometry of the same lots: class by class, and marker by marker.

use puricell_core::Warning;
use puricell_purity::cohort::expression::{Detected, parse_detection};
use puricell_purity::cohort::markers::{self, MarkerGene, MarkerGenes, Rna, marker_pair};
use puricell_purity::cohort::methods::{Agreement, Pair, agreement};
use puricell_purity::{Interval, Proportion};
use puricell_report::cohort::{
    MarkerComparison, MarkerFinding, MarkerPair, MethodAgreement, MethodComparison, MethodPair, Readout,
};
use puricell_report::model::Class;

use super::Lot;
use super::study::count_of;
use crate::error::AppError;

/// Lots that were measured by both: expression first.
fn measured_by_both<'a>(lots: &'a [Lot], others: &'a [Lot]) -> Vec<(&'a Lot, &'a Lot)> {
    lots.iter()
        .filter_map(|lot| Some((lot, others.iter().find(|other| other.id == lot.id)?)))
        .map(|(a, b)| if a.readout == Readout::Expression { (a, b) } else { (b, a) })
        .collect()
}

/// Those lots, class by class.
pub(super) fn methods(lots: &[Lot], others: &[Lot], classes: &[Class]) -> Vec<MethodComparison> {
    let both = measured_by_both(lots, others);
    let one = |class: &Class| {
        let counted: Vec<(&str, [Proportion; 2])> = both
            .iter()
            .filter_map(|(rna, flow)| Some((rna.id.as_str(), [count_of(rna, &class.id)?, count_of(flow, &class.id)?])))
            .collect();
        if counted.is_empty() {
            return None;
        }
        let found = agreement(&counted.iter().map(|(_, pair)| *pair).collect::<Vec<_>>());
        Some(MethodComparison {
            class: class.id.clone(),
            label: class.label.clone(),
            pairs: counted.iter().zip(&found.pairs).map(|((lot, _), pair)| method_pair(lot, pair)).collect(),
            agreement: agreed(&found),
        })
    };
    classes.iter().filter_map(one).collect()
}

fn method_pair(lot: &str, pair: &Pair) -> MethodPair {
    MethodPair {
        lot: lot.to_owned(),
        k: pair.counted.map(Proportion::k),
        n: pair.counted.map(Proportion::n),
        difference: pair.difference,
        low: pair.interval.low,
        high: pair.interval.high,
    }
}

fn agreed(found: &Agreement) -> MethodAgreement {
    let ratio = puricell_core::math::exp;
    let low = |interval: Option<Interval>| interval.map(|i| i.low);
    let high = |interval: Option<Interval>| interval.map(|i| i.high);
    MethodAgreement {
        odds_ratio: found.bias.map(ratio),
        low: low(found.bias_interval).map(ratio),
        high: high(found.bias_interval).map(ratio),
        limit_low: low(found.limits).map(ratio),
        limit_high: high(found.limits).map(ratio),
        concordance: found.concordance,
        concordance_low: low(found.concordance_interval),
        concordance_high: high(found.concordance_interval),
    }
}

/// Those lots, marker by marker, and what there is to say where a result does not say in how many cells a gene is seen.
///
/// # Errors
/// [`AppError::Results`] for a file that is not as it was written; the errors of its format.
pub fn by_marker(lots: &[Lot], others: &[Lot]) -> Result<(Vec<MarkerComparison>, Vec<Warning>), AppError> {
    let mut both: Vec<(&str, Detected, &Lot)> = Vec::new();
    let mut without = Vec::new();
    for (rna, flow) in measured_by_both(lots, others) {
        match rna.beside("detection.tsv")? {
            Some(text) => both.push((&rna.id, parse_detection(&text, &format!("{}/detection.tsv", rna.folder))?, flow)),
            None => without.push(rna.id.as_str()),
        }
    }
    let mut warnings = Vec::new();
    if !without.is_empty() {
        let message = format!(
            "RNA and protein are not compared by marker in {}: the results of expression have no detection.tsv; run them again with \
             this version",
            without.join(", ")
        );
        warnings.push(Warning::new("no_detection", message));
    }
    let compared = MarkerGenes::builtin()?.markers.iter().filter_map(|marker| of_marker(marker, &both));
    Ok((compared.collect(), warnings))
}

fn of_marker(marker: &MarkerGene, both: &[(&str, Detected, &Lot)]) -> Option<MarkerComparison> {
    let pairs: Vec<(&str, Rna, markers::MarkerPair)> = both
        .iter()
        .filter_map(|(lot, detected, flow)| {
            let (rna, protein) = (rna(detected, &marker.gene)?, protein(flow, &marker.id)?);
            Some((*lot, rna, marker_pair(&rna, protein)?))
        })
        .collect();
    if pairs.is_empty() {
        return None;
    }
    let found = agreement(&pairs.iter().map(|(_, _, found)| found.pair.counted).collect::<Vec<_>>());
    Some(MarkerComparison {
        marker: marker.id.clone(),
        gene: marker.gene.clone(),
        answers: marker.en.clone(),
        answers_zh: marker.zh.clone(),
        source: marker.source.clone(),
        pairs: pairs.iter().map(|(lot, rna, found)| reported(lot, rna, found)).collect(),
        agreement: agreed(&found),
    })
}

fn rna(detected: &Detected, gene: &str) -> Option<Rna> {
    let gene = detected.gene(gene)?;
    let seen = Proportion::new(gene.cells, detected.n).ok()?;
    Some(Rna { seen, molecules: gene.molecules, depth_dispersion: detected.depth_dispersion()? })
}

/// Positive events; `None` where positive and negative ones cannot be told apart.
fn protein(lot: &Lot, marker: &str) -> Option<Proportion> {
    let found = lot.positivity.iter().find(|p| p.marker == marker)?;
    Proportion::new(found.k?, found.n).ok()
}

fn reported(lot: &str, rna: &Rna, found: &markers::MarkerPair) -> MarkerPair {
    MarkerPair {
        counted: method_pair(lot, &found.pair),
        ci_low: found.intervals.map(|i| i.low),
        ci_high: found.intervals.map(|i| i.high),
        molecules: rna.molecules,
        depth_dispersion: rna.depth_dispersion,
        expected: found.expected,
        expected_low: found.expected_interval.low,
        expected_high: found.expected_interval.high,
        finding: match found.finding {
            markers::MarkerFinding::NoDifference => MarkerFinding::NoDifference,
            markers::MarkerFinding::Dropout => MarkerFinding::RnaBelowAsDropout,
            markers::MarkerFinding::TooFewMolecules => MarkerFinding::RnaBelowTooFewMolecules,
            markers::MarkerFinding::BeyondDropout => MarkerFinding::RnaBelowBeyondDropout,
            markers::MarkerFinding::RnaAbove => MarkerFinding::RnaAbove,
        },
    }
}
