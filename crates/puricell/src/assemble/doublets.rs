//! Doublets, expected and suspected.

use std::collections::BTreeMap;

use puricell_purity::CallKind;
use puricell_report::model as report;

use crate::pipeline::{Analysis, Called, CaptureDoublets, CellLot, LotDoublets, SUSPECTED_FROM};

/// `captures` are the names of the lot's captures, where it has several.
pub(super) fn doublets(analysis: &Analysis<CellLot>, captures: &[String]) -> Option<report::Doublets> {
    let lot = analysis.measured.doublets.as_ref()?;
    let n_simulated: usize = lot.captures.iter().map(|c| c.n_simulated).sum();
    let most_neighbours = lot.captures.iter().map(|c| c.k).max().unwrap_or(0);
    let kinds: Vec<report::DoubletKind> = (0..lot.pairs.len()).map(|pair| kind(analysis, lot, pair)).collect();
    let hidden = lot
        .groups
        .iter()
        .enumerate()
        .filter(|(_, id)| analysis.resolved.class(id).is_some_and(|c| analysis.resolved.classes[c].reportable))
        .map(|(group, id)| {
            let with_target = (0, group as u32);
            let pair = lot.pairs.iter().position(|p| p.groups == with_target);
            report::HiddenClass {
                class: id.clone(),
                k: lot.sizes[group] as u64,
                suspects: lot.suspects[group] as u64,
                expected: pair.map_or(0.0, |pair| lot.pairs[pair].expected),
                hidden_share: lot.hidden_share(group),
            }
        })
        .collect();
    Some(report::Doublets {
        method: if captures.is_empty() {
            format!(
                "{n_simulated} doublets were simulated as sums of the counts of two kept cells, and each cell scored by their share \
                 among its {most_neighbours} nearest neighbours in the lot's principal components (after Scrublet, \
                 doi:10.1016/j.cels.2018.11.005)."
            )
        } else {
            format!(
                "{n_simulated} doublets were simulated as sums of the counts of two kept cells of one capture, and each cell scored by \
                 their share among its nearest neighbours of that capture, at most {most_neighbours}, in the lot's principal \
                 components (after Scrublet, doi:10.1016/j.cels.2018.11.005)."
            )
        },
        captures: captures_of(lot, captures),
        recovered: lot.recovered() as u64,
        rate_per_1000: lot.rate_per_1000,
        expected_rate: lot.expected_rate(),
        n: lot.rows.len() as u64,
        expected: lot.rows.len() as f64 * lot.expected_rate(),
        suspected_from: SUSPECTED_FROM,
        suspected: kinds.iter().map(|k| k.suspected).sum(),
        n_simulated: n_simulated as u64,
        n_neighbours: most_neighbours as u64,
        kinds,
        hidden,
    })
}

fn captures_of(lot: &LotDoublets, names: &[String]) -> Vec<report::DoubletCapture> {
    let of = |capture: &CaptureDoublets| {
        let name = names.get(capture.capture)?.clone();
        Some(report::DoubletCapture {
            capture: format!("{}: {name}", capture.capture + 1),
            recovered: capture.recovered as u64,
            expected_rate: capture.expected_rate,
        })
    };
    lot.captures.iter().filter_map(of).collect()
}

fn kind(analysis: &Analysis<CellLot>, lot: &LotDoublets, pair: usize) -> report::DoubletKind {
    let found = &lot.pairs[pair];
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
        expected: found.expected,
        suspected: called.values().sum(),
        called: called.into_iter().map(|((_, class), k)| report::SweepCount { class, k }).collect(),
    }
}
