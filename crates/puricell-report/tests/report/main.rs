//! The renderings of an invented lot of 2,000 cells and of one of 100,000 events (`tests/fixture/make_lot.py` and
//! `make_flow_lot.py` say how they were made).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read its fixture must fail")]

mod cohort;
mod cytometry;
mod doublets;
mod figure_words;
mod figures;
mod html;
mod json;
mod lang;
mod multiqc;
mod numbers;
mod pdf;
mod product;

use puricell_report::Model;
use puricell_report::model::{Calls, Lot, Qc, Status};

/// The fixture as text.
const LOT: &str = include_str!("../fixture/lot.json");

/// The fixture.
fn lot() -> Model {
    serde_json::from_str(LOT).unwrap()
}

/// The cytometry fixture.
fn flow_lot() -> Model {
    serde_json::from_str(include_str!("../fixture/flow_lot.json")).unwrap()
}

/// A lot of which nothing is known but that no cell was loaded.
fn empty_lot() -> Model {
    let mut model = lot();
    model.lot = Lot { lot_id: "empty".to_owned(), ..Default::default() };
    model.verdict.items.clear();
    model.verdict.deviations.clear();
    model.verdict.overall = Status::Informative;
    model.denominators.clear();
    model.purity.clear();
    model.composition.clear();
    model.qc = Qc::default();
    model.states.clear();
    model.panels.clear();
    model.calls = Calls::default();
    model.clusters = None;
    model.umap = None;
    model.heterogeneity = None;
    model.homogeneity = None;
    model.warnings.clear();
    model.parameters.clear();
    model
}

/// Where a text claims a bare `0 %`, which no count supports.
fn bare_zero_per_cent(text: &str) -> Option<String> {
    let plain = text.replace('\u{a0}', " ").replace("&nbsp;", " ");
    let characters: Vec<char> = plain.chars().collect();
    (0..characters.len().saturating_sub(2)).find_map(|i| {
        // `0 %`, `0.0 %`, `0.00 %`, not the end of `10 %` or `0.20 %`.
        if characters[i..i + 3] != ['0', ' ', '%'] {
            return None;
        }
        let start = (0..i).rev().find(|&j| !matches!(characters[j], '0'..='9' | '.' | ','));
        let number: String = characters[start.map_or(0, |s| s + 1)..=i].iter().collect();
        let zero = number.chars().all(|c| matches!(c, '0' | '.'));
        zero.then(|| characters[i.saturating_sub(60)..(i + 20).min(characters.len())].iter().collect())
    })
}

#[test]
fn the_search_for_a_bare_zero_finds_one() {
    assert!(bare_zero_per_cent("0 of 5 (0.00\u{a0}%)").is_some());
    assert!(bare_zero_per_cent("<td>0&nbsp;%</td>").is_some());
    assert!(bare_zero_per_cent("10 %, 0.20 %, 2.0 %, 100 %, 1,000 %").is_none());
}
