//! Groups of lots, and new lots against old.

use super::{Section, class_name, count, interval, lot_name, numbers, ratio, ratios, section, share, table, words};
use crate::cohort::{ClassComparison, Cohort};
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
