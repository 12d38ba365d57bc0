//! Expression and cytometry of the same lots, by class and by marker.

use super::{Column, Section, class_name, count, interval, numbers, ratio, ratios, section, share, table, words};
use crate::cohort::{Cohort, MarkerComparison, MarkerFinding, MarkerPair, MethodAgreement, MethodPair};
use crate::lang::Term;
use crate::number;
use crate::terms::{self, cohort as t};
use crate::text::{Sayable, Text, list};
use crate::view::{counts, or_dash};

pub(super) fn by_class(cohort: &Cohort) -> Section {
    let rows = cohort.methods.iter().map(|m| agreement_row(class_name(cohort, &m.class), m.pairs.len(), &m.agreement));
    let pairs = cohort.methods.iter().flat_map(|m| m.pairs.iter().map(move |p| (m, p))).map(|(m, p)| {
        let [expression, cytometry] = both(p);
        let [difference, ends] = difference(p);
        vec![class_name(cohort, &m.class), Text::Same(p.lot.clone()), expression, cytometry, difference, ends]
    });
    let of_pairs = vec![
        words(t::CLASS),
        words(t::LOT),
        numbers(t::BY_EXPRESSION),
        numbers(t::BY_CYTOMETRY),
        numbers(t::DIFFERENCE),
        numbers(t::INTERVAL_95),
    ];
    let blocks = vec![
        table(t::METHODS_CAPTION, agreement_columns(t::CLASS), rows.collect()),
        table(t::PAIRS_CAPTION, of_pairs, pairs.collect()),
    ];
    section("methods", t::METHODS, blocks)
}

pub(super) fn by_marker(cohort: &Cohort) -> Section {
    let markers = &cohort.markers;
    let answers = markers.iter().map(|m| {
        let answers = Text::words(m.answers.clone(), m.answers_zh.clone());
        vec![marker_name(m), answers, findings(m), Text::English(m.source.clone())]
    });
    let of_answers = vec![words(t::MARKER), words(t::ANSWERS), words(t::FINDINGS), words(terms::SOURCE)];
    let pairs = markers.iter().flat_map(|m| m.pairs.iter().map(move |p| (m, p))).map(|(m, p)| pair_row(m, p));
    let of_pairs = vec![
        words(t::MARKER),
        words(t::LOT),
        numbers(t::RNA_SEEN),
        numbers(t::INTERVAL_95),
        numbers(t::PROTEIN_CARRIED),
        numbers(t::INTERVAL_95),
        numbers(t::DIFFERENCE),
        numbers(t::INTERVAL_95),
        numbers(t::EXPECTED_BY_DROPOUT),
        words(t::FINDING),
    ];
    let rows = markers.iter().map(|m| agreement_row(marker_name(m), m.pairs.len(), &m.agreement));
    let blocks = vec![
        table(t::ANSWERS_CAPTION, of_answers, answers.collect()),
        table(t::MARKER_PAIRS_CAPTION, of_pairs, pairs.collect()),
        table(t::MARKERS_CAPTION, agreement_columns(t::MARKER), rows.collect()),
    ];
    section("markers", t::MARKERS, blocks)
}

fn agreement_columns(of: Term) -> Vec<Column> {
    vec![
        words(of),
        numbers(t::BY_BOTH),
        numbers(t::ODDS_RATIO),
        numbers(t::INTERVAL_95),
        numbers(t::AGREE_LIMITS),
        numbers(t::CONCORDANCE),
    ]
}

fn agreement_row(name: Text, n_lots: usize, found: &MethodAgreement) -> Vec<Text> {
    let ends = found.concordance_low.zip(found.concordance_high);
    let dash = format!("{0}–{0}", number::NBSP);
    let concordance = found.concordance.map(|c| {
        let ends = ends.map(|(l, h)| format!(" ({}{dash}{})", number::fixed(l, 2), number::fixed(h, 2)));
        Text::Number(format!("{}{}", number::fixed(c, 2), ends.unwrap_or_default()))
    });
    vec![
        name,
        count(n_lots as u64),
        ratio(found.odds_ratio),
        ratios(found.low, found.high),
        ratios(found.limit_low, found.limit_high),
        or_dash(concordance),
    ]
}

fn marker_name(marker: &MarkerComparison) -> Text {
    Text::Same(format!("{} ({})", marker.marker, marker.gene))
}

/// In how many lots which finding.
fn findings(marker: &MarkerComparison) -> Text {
    let mut found: Vec<MarkerFinding> = marker.pairs.iter().map(|p| p.finding).collect();
    found.sort_unstable();
    let said: Vec<Text> =
        found.chunk_by(|a, b| a == b).map(|same| t::FINDING_COUNT.with(&[&finding(same[0]), &same.len()])).collect();
    list(&said)
}

fn finding(finding: MarkerFinding) -> Term {
    match finding {
        MarkerFinding::NoDifference => t::NO_DIFFERENCE,
        MarkerFinding::RnaBelowAsDropout => t::AS_DROPOUT,
        MarkerFinding::RnaBelowTooFewMolecules => t::TOO_FEW_MOLECULES,
        MarkerFinding::RnaBelowBeyondDropout => t::BEYOND_DROPOUT,
        MarkerFinding::RnaAbove => t::RNA_ABOVE,
    }
}

fn pair_row(marker: &MarkerComparison, pair: &MarkerPair) -> Vec<Text> {
    let [rna, protein] = both(&pair.counted);
    let [difference, ends] = difference(&pair.counted);
    let of = |method: usize| interval(Some(pair.ci_low[method]), Some(pair.ci_high[method]));
    vec![
        Text::Same(marker.marker.clone()),
        Text::Same(pair.counted.lot.clone()),
        rna,
        of(0),
        protein,
        of(1),
        difference,
        ends,
        share(Some(pair.expected)),
        finding(pair.finding).said(),
    ]
}

/// Counts by expression and by cytometry.
fn both(pair: &MethodPair) -> [Text; 2] {
    [0, 1].map(|method| counts(pair.k[method], pair.n[method]))
}

/// The difference of the shares and its interval.
fn difference(pair: &MethodPair) -> [Text; 2] {
    let ends = format!("{} to {}", signed(pair.low), signed(pair.high));
    [Text::Number(signed(pair.difference)), Text::Number(ends)]
}

/// A difference of shares in per cent, with its sign.
fn signed(value: f64) -> String {
    let text = number::fixed(value.abs() * 100.0, 3);
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{text}{}%", number::NBSP)
}
