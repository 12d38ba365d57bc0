//! Groups of lots, new lots against old, and two methods on the same lots.

use super::{Section, class_name, count, interval, lot_name, numbers, ratio, ratios, section, share, table, words};
use crate::cohort::{ClassComparison, Cohort, MethodComparison};
use crate::number;
use crate::terms::{self, cohort as t};
use crate::text::{Sayable, Text};
use crate::view::{counts, or_dash};

pub(super) fn groups(cohort: &Cohort) -> Option<Section> {
    let comparison = cohort.comparison.as_ref()?;
    let [a, b] = &comparison.groups;
    let row =
        |class: &ClassComparison| {
            vec![
                class_name(cohort, &class.class),
                counts(class.k[0], class.n[0]),
                counts(class.k[1], class.n[1]),
                ratio(class.odds_ratio),
                ratios(class.low_90, class.high_90),
                or_dash(class.margin.map(|m| {
                    Text::Number(format!("{}; {}", number::significant(1.0 / m, 3), number::significant(m, 3)))
                })),
                or_dash(class.power.map(|p| Text::Number(format!("{}{}%", number::fixed(p * 100.0, 0), number::NBSP)))),
                t::shown(class),
            ]
        };
    let columns = vec![
        words(t::CLASS),
        numbers(t::CELLS_OF.with(&[a])),
        numbers(t::CELLS_OF.with(&[b])),
        numbers(t::ODDS_RATIO),
        numbers(t::INTERVAL_90),
        numbers(t::MARGIN),
        numbers(t::POWER),
        words(t::SHOWN),
    ];
    let margins = comparison.margins.as_ref().map_or_else(|| t::NO_MARGINS.said(), |m| terms::known(m));
    let caption = t::COMPARISON_CAPTION.with(&[a, b, &margins]);
    let rows = comparison.classes.iter().filter(|c| c.n.iter().all(|&n| n > 0)).map(row).collect();
    Some(section("comparability", t::COMPARISON.with(&[&comparison.column, b, a]), vec![table(caption, columns, rows)]))
}

pub(super) fn bridging(cohort: &Cohort) -> Option<Section> {
    let bridging = cohort.bridging.as_ref()?;
    let rows = bridging.results.iter().map(|r| {
        vec![
            lot_name(cohort, r.lot),
            class_name(cohort, &r.class),
            share(Some(r.fraction)),
            interval(Some(r.expected_low), Some(r.expected_high)),
            (if r.is_within { t::YES } else { t::NO }).said(),
        ]
    });
    let columns = vec![words(t::LOT), words(t::CLASS), numbers(t::FOUND), numbers(t::EXPECTED), words(t::WITHIN)];
    let caption = t::BRIDGING_CAPTION.with(&[&count(bridging.n_reference)]);
    let title = t::BRIDGING.with(&[&bridging.column, &bridging.value]);
    Some(section("bridging", title, vec![table(caption, columns, rows.collect())]))
}

pub(super) fn methods(cohort: &Cohort) -> Section {
    let row = |m: &MethodComparison| {
        let ends = m.concordance_low.zip(m.concordance_high);
        let dash = format!("{0}–{0}", number::NBSP);
        let concordance = m.concordance.map(|c| {
            let ends = ends.map(|(l, h)| format!(" ({}{dash}{})", number::fixed(l, 2), number::fixed(h, 2)));
            Text::Number(format!("{}{}", number::fixed(c, 2), ends.unwrap_or_default()))
        });
        vec![
            class_name(cohort, &m.class),
            count(m.pairs.len() as u64),
            ratio(m.odds_ratio),
            ratios(m.low, m.high),
            ratios(m.limit_low, m.limit_high),
            or_dash(concordance),
        ]
    };
    let columns = vec![
        words(t::CLASS),
        numbers(t::BY_BOTH),
        numbers(t::ODDS_RATIO),
        numbers(t::INTERVAL_95),
        numbers(t::AGREE_LIMITS),
        numbers(t::CONCORDANCE),
    ];
    let pairs = cohort.methods.iter().flat_map(|m| m.pairs.iter().map(move |p| (m, p))).map(|(m, p)| {
        vec![
            class_name(cohort, &m.class),
            Text::Same(p.lot.clone()),
            counts(p.k[0], p.n[0]),
            counts(p.k[1], p.n[1]),
            Text::Number(signed(p.difference)),
            Text::Number(format!("{} to {}", signed(p.low), signed(p.high))),
        ]
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
        table(t::METHODS_CAPTION, columns, cohort.methods.iter().map(row).collect()),
        table(t::PAIRS_CAPTION, of_pairs, pairs.collect()),
    ];
    section("methods", t::METHODS, blocks)
}

/// A difference of shares in per cent, with its sign.
fn signed(value: f64) -> String {
    let text = number::fixed(value.abs() * 100.0, 3);
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{text}{}%", number::NBSP)
}
