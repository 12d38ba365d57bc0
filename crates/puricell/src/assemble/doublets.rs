//! Doublets, expected and suspected.

use std::collections::BTreeMap;

use puricell_purity::CallKind;
use puricell_report::model as report;

use crate::pipeline::{Analysis, Called, CellLot, LotDoublets, SUSPECTED_FROM};

pub(super) fn doublets(analysis: &Analysis<CellLot>) -> Option<report::Doublets> {
    let lot = analysis.measured.doublets.as_ref()?;
    let scores = &lot.scores;
    let kinds: Vec<report::DoubletKind> = (0..scores.pairs.len()).map(|pair| kind(analysis, lot, pair)).collect();
    let hidden = lot
        .groups
        .iter()
        .enumerate()
        .filter(|(_, id)| analysis.resolved.class(id).is_some_and(|c| analysis.resolved.classes[c].reportable))
        .map(|(group, id)| {
            let with_target = (0, group as u32);
            let pair = scores.pairs.iter().position(|p| p.groups == with_target);
            report::HiddenClass {
                class: id.clone(),
                k: lot.sizes[group] as u64,
                suspects: lot.suspects[group] as u64,
                expected: pair.map_or(0.0, |pair| lot.expected(pair)),
                hidden_share: lot.hidden_share(),
            }
        })
        .collect();
    Some(report::Doublets {
        method: format!(
            "{} doublets were simulated as sums of the counts of two kept cells, and each cell scored by their share \
             among its {} nearest neighbours in the lot's principal components (after Scrublet, \
             doi:10.1016/j.cels.2018.11.005).",
            scores.n_simulated, scores.k
        ),
        recovered: lot.recovered as u64,
        rate_per_1000: lot.rate_per_1000,
        expected_rate: lot.expected_rate,
        n: lot.rows.len() as u64,
        expected: lot.rows.len() as f64 * lot.expected_rate,
        suspected_from: SUSPECTED_FROM,
        suspected: kinds.iter().map(|k| k.suspected).sum(),
        n_simulated: scores.n_simulated as u64,
        n_neighbours: scores.k as u64,
        kinds,
        hidden,
    })
}

fn kind(analysis: &Analysis<CellLot>, lot: &LotDoublets, pair: usize) -> report::DoubletKind {
    let found = &lot.scores.pairs[pair];
    let id = |group: u32| lot.groups[group as usize].clone();
    // In the order of the classes, then suspects and unassigned.
    let mut called: BTreeMap<(usize, String), u64> = BTreeMap::new();
    for position in lot.suspected(pair) {
        let key = match analysis.measured.kind(lot.rows[position]) {
            Some(CallKind::Target) => (0, "target".to_owned()),
            Some(CallKind::Class(class)) => (1 + class, analysis.resolved.classes[class].id.clone()),
            Some(CallKind::Suspect(_)) => (usize::MAX - 1, "suspect".to_owned()),
            Some(CallKind::Unassigned) | None => (usize::MAX, "unassigned".to_owned()),
        };
        *called.entry(key).or_default() += 1;
    }
    report::DoubletKind {
        classes: (id(found.groups.0), id(found.groups.1)),
        share: found.share,
        expected: lot.expected(pair),
        suspected: called.values().sum(),
        called: called.into_iter().map(|((_, class), k)| report::SweepCount { class, k }).collect(),
    }
}
