use puricell_core::{Seed, Stream, math};

use super::*;
use crate::Panels;
use crate::events::MarkerPanel;

#[test]
fn every_marker_is_known_to_cytometry_and_its_gene_to_the_panels() {
    let panels = Panels::builtin().unwrap();
    let genes: Vec<(&str, &str)> =
        panels.panels.iter().flat_map(|p| &p.markers).map(|m| (m.protein.as_str(), m.symbol.as_str())).collect();
    let names = MarkerPanel::builtin().unwrap();
    let kept = crate::cohort::expression::SketchGenes::find(&crate::cohort::expression::features_for_tests()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for marker in &MarkerGenes::builtin().unwrap().markers {
        assert!(seen.insert(&marker.id), "{} is there twice", marker.id);
        assert!(genes.contains(&(&marker.id, &marker.gene)), "{} {}", marker.id, marker.gene);
        assert!(names.markers.iter().any(|m| m.id == marker.id), "{}", marker.id);
        assert!(kept.present.iter().any(|g| g.symbol == marker.gene), "{} is not kept of a lot", marker.gene);
        assert!(!marker.source.is_empty() && marker.en.contains("RNA") && marker.zh.contains("RNA"), "{}", marker.id);
    }
    for wanted in ["CD73", "CD90", "CD105", "CD45", "CD34", "CD14", "CD11b", "CD79a", "CD19", "HLA-DR"] {
        assert!(seen.iter().any(|id| *id == wanted), "{wanted}");
    }
}

/// Sums of the probability of no molecule, written out: scipy.stats.nbinom.pmf(0, 1/a, 1/(1 + a m)) and poisson.pmf(0, m).
#[test]
fn expected_shares_are_those_of_the_distributions() {
    for (share, mean, dispersion, want) in [
        (1.0, 1.0, 0.0, 0.632_120_558_8),
        (0.5, 1.0, 0.0, 0.432_332_358_4),
        (1.0, 2.0, 0.25, 0.802_469_135_8),
        (0.4, 0.8, 0.5, 0.3),
        (0.02, 0.0, 0.5, 0.0),
        (0.0, 1.0, 0.5, 0.0),
    ] {
        let found = expected_share(share, mean, dispersion);
        assert!((found - want).abs() < 1e-9, "{share} {mean} {dispersion}: {found}");
    }
    let rising: Vec<f64> = (0..=100).map(|i| expected_share(f64::from(i) / 100.0, 0.7, 0.3)).collect();
    assert!(rising.is_sorted() && rising[100] < 0.7);
}

/// A lot whose cells have gamma depth of dispersion 1/4: of `share` that carry the protein, `with_rna` hold RNA, on average
/// `molecules` each; `others` of the cells without protein hold as much.
struct Truth {
    share: f64,
    with_rna: f64,
    molecules: f64,
    others: f64,
}

const CELLS: u64 = 2000;
const EVENTS: u64 = 20_000;

fn drawn(truth: &Truth, random: &mut Stream) -> MarkerPair {
    let (mut seen, mut molecules, mut depth, mut squares) = (0, 0, 0.0, 0.0);
    for _ in 0..CELLS {
        // Gamma with shape 4 and mean 1: a sum of four exponentials.
        let own: f64 = (0..4).map(|_| -math::ln(1.0 - random.uniform()) / 4.0).sum();
        let share = if random.uniform() < truth.share { truth.with_rna } else { truth.others };
        let mean = if random.uniform() < share { own * truth.molecules } else { 0.0 };
        let count = poisson(random, mean);
        seen += u64::from(count > 0);
        molecules += count;
        depth += own;
        squares += own * own;
    }
    let carried = (0..EVENTS).filter(|_| random.uniform() < truth.share).count() as u64;
    let dispersion = CELLS as f64 * squares / (depth * depth) - 1.0;
    let rna = Rna { seen: Proportion::new(seen, CELLS).unwrap(), molecules, depth_dispersion: dispersion };
    marker_pair(&rna, Proportion::new(carried, EVENTS).unwrap()).unwrap()
}

/// Times the gaps of a Poisson process.
fn poisson(random: &mut Stream, mean: f64) -> u64 {
    let (mut time, mut count) = (-math::ln(1.0 - random.uniform()), 0);
    while time < mean {
        time -= math::ln(1.0 - random.uniform());
        count += 1;
    }
    count
}

fn findings(truth: &Truth) -> Vec<MarkerFinding> {
    (0..200).map(|study| drawn(truth, &mut Seed(7).stream("markers", study)).finding).collect()
}

// Verifies R-35.
#[test]
fn dropout_is_told_from_cells_without_rna() {
    let count = |found: &[MarkerFinding], of: MarkerFinding| found.iter().filter(|f| **f == of).count();
    // Every carrier holds RNA: dropout alone. Of 200 at 2.5 % in that direction, 13 or more come less than once in 600 times.
    for (share, molecules) in [(0.97, 1.5), (0.97, 0.4), (0.3, 2.0), (0.02, 1.0)] {
        let found = findings(&Truth { share, with_rna: 1.0, molecules, others: 0.0 });
        let wrong = count(&found, MarkerFinding::BeyondDropout);
        assert!(wrong <= 12, "{share} {molecules}: {wrong} beyond dropout");
        assert_eq!(count(&found, MarkerFinding::RnaAbove), 0, "{share} {molecules}");
    }
    // With molecules enough it is named as dropout.
    let found = findings(&Truth { share: 0.97, with_rna: 1.0, molecules: 1.5, others: 0.0 });
    assert!(count(&found, MarkerFinding::Dropout) >= 188, "{found:?}");
    // Half of the carriers hold all RNA: seen where the molecules are many, and not called dropout where they are few.
    let found = findings(&Truth { share: 0.97, with_rna: 0.5, molecules: 3.0, others: 0.0 });
    assert!(count(&found, MarkerFinding::BeyondDropout) >= 188, "{found:?}");
    let found = findings(&Truth { share: 0.97, with_rna: 0.5, molecules: 0.8, others: 0.0 });
    assert!(count(&found, MarkerFinding::Dropout) <= 12, "{found:?}");
    // A molecule in fifty cells tells nothing.
    let found = findings(&Truth { share: 0.97, with_rna: 1.0, molecules: 0.02, others: 0.0 });
    assert!(count(&found, MarkerFinding::TooFewMolecules) >= 188, "{found:?}");
    // RNA where there is no protein.
    let found = findings(&Truth { share: 0.1, with_rna: 1.0, molecules: 5.0, others: 0.2 });
    assert_eq!(count(&found, MarkerFinding::RnaAbove), 200);
    // The same cells, all seen.
    let found = findings(&Truth { share: 0.3, with_rna: 1.0, molecules: 50.0, others: 0.0 });
    assert!(count(&found, MarkerFinding::NoDifference) >= 180, "{found:?}");
}

#[test]
fn without_a_cell_nothing_is_compared() {
    let counted = |k, n| Proportion::new(k, n).unwrap();
    let none = Rna { seen: counted(0, 0), molecules: 0, depth_dispersion: 0.0 };
    assert_eq!(marker_pair(&none, counted(1, 10)), None);
    let unseen = Rna { seen: counted(0, 5000), molecules: 0, depth_dispersion: 0.4 };
    assert_eq!(marker_pair(&unseen, counted(0, 0)), None);
    let found = marker_pair(&unseen, counted(500, 10_000)).unwrap();
    assert_eq!((found.expected, found.finding), (0.0, MarkerFinding::TooFewMolecules));
    let found = marker_pair(&unseen, counted(0, 10_000)).unwrap();
    assert_eq!(found.finding, MarkerFinding::NoDifference);
}
