//! The cohort as a whole: its lots, those that stand out, distances, and where it all comes from.

use super::{Block, Section, class_name, count, interval, label, lot_name, numbers, section, share, table, words};
use crate::cohort::{Cohort, DistanceMeasure, Equivalence, ExpressionDistance, Readout, Standing};
use crate::model::{DenominatorId, Role};
use crate::number;
use crate::terms::words as catalogue;
use crate::terms::{self, cohort as t};
use crate::text::{Sayable, Text, list};
use crate::view::{counts, not_estimated, or_dash, trace as traced};

pub(super) fn facts(cohort: &Cohort) -> Vec<(Text, Text)> {
    let readout = if cohort.readout == Readout::Expression { t::EXPRESSION } else { t::CYTOMETRY };
    let standing = match cohort.standing {
        Standing::DescribeOnly => t::DESCRIBE_ONLY,
        Standing::Preliminary => t::PRELIMINARY,
        Standing::Settled => t::SETTLED,
    };
    let mut verdicts: Vec<_> = cohort.lots.iter().map(|l| l.verdict).collect();
    verdicts.sort_unstable();
    let mut said: Vec<Text> = Vec::new();
    for group in verdicts.chunk_by(|a, b| a == b) {
        said.push(t::VERDICT_COUNT.with(&[&catalogue::status(group[0]), &group.len()]));
    }
    let denominator = catalogue::denominator(DenominatorId::ViableSinglets, cohort.readout == Readout::Cytometry);
    let stated = [
        (t::N_LOTS.said(), count(cohort.lots.len() as u64)),
        (t::READOUT.said(), readout.said()),
        (t::DENOMINATOR.said(), denominator.said()),
        (t::STANDING.said(), standing.said()),
        (t::VERDICTS.said(), list(&said)),
    ];
    stated.into_iter().chain(shared(cohort)).collect()
}

/// What is known of the lots: names of what differs between them.
fn varying(cohort: &Cohort) -> Vec<&String> {
    let mut names: Vec<&String> = cohort.lots.iter().flat_map(|l| l.facts.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let first = cohort.lots.first();
    names.retain(|name| cohort.lots.iter().any(|lot| lot.facts.get(*name) != first.and_then(|l| l.facts.get(*name))));
    names
}

/// And what is the same of all.
fn shared(cohort: &Cohort) -> Vec<(Text, Text)> {
    let Some(first) = cohort.lots.first() else { return Vec::new() };
    let varying = varying(cohort);
    let same = first.facts.iter().filter(|(name, _)| !varying.contains(name));
    same.map(|(name, value)| (Text::Same(name.clone()), Text::Same(value.clone()))).collect()
}

pub(super) fn summary(cohort: &Cohort) -> Vec<Text> {
    let mut said = Vec::new();
    for class in cohort.classes.iter().filter(|c| c.role == Role::Target && c.parent.is_none() && c.n_lots > 0) {
        let values: [&dyn Sayable; 5] =
            [&label(class), &share(class.least), &share(class.most), &count(class.n_lots), &share(class.median)];
        said.push(t::S_TARGET.with(&values));
    }
    if cohort.outliers.is_empty() && cohort.standing != Standing::DescribeOnly {
        said.push(t::S_NO_OUTLIER.said());
    } else if !cohort.outliers.is_empty() {
        let named: Vec<Text> = cohort
            .outliers
            .iter()
            .map(|o| t::OUTLIER_NAMED.with(&[&lot_name(cohort, o.lot), &class_name(cohort, &o.class)]))
            .collect();
        said.push(t::S_OUTLIERS.with(&[&named.len(), &list(&named)]));
    }
    let charts = cohort.classes.iter().filter_map(|c| c.chart.as_ref());
    let signals = charts.flat_map(|c| &c.points).filter(|p| p.signal.is_some()).count();
    if signals > 0 {
        said.push(t::S_SIGNALS.with(&[&signals]));
    }
    if let Some(comparison) = cohort.comparison.as_ref().filter(|c| c.margins.is_none()) {
        let [a, b] = &comparison.groups;
        said.push(t::S_NO_MARGINS.with(&[&comparison.column, b, a]));
    } else if let Some(comparison) = &cohort.comparison {
        let n = |shown: Equivalence| comparison.classes.iter().filter(|c| c.shown == shown).count();
        said.push(t::S_COMPARED.with(&[
            &comparison.column,
            &comparison.groups[1],
            &comparison.groups[0],
            &n(Equivalence::Equivalent),
            &comparison.classes.len(),
            &n(Equivalence::NotEquivalent),
            &n(Equivalence::EquivalenceNotShown),
            &n(Equivalence::BothBelow),
            &n(Equivalence::DescribeOnly),
        ]));
    }
    if !cohort.left_out.is_empty() {
        said.push(t::S_LEFT_OUT.with(&[&cohort.left_out.len()]));
    }
    said
}

pub(super) fn lots(cohort: &Cohort) -> Section {
    let target = cohort.classes.iter().find(|c| c.role == Role::Target && c.parent.is_none());
    let names = varying(cohort);
    let rows = cohort.lots.iter().enumerate().map(|(i, lot)| {
        let counted = target.and_then(|class| class.counts[i]);
        let ci = counted.and_then(|c| c.ci_low.zip(c.ci_high));
        let facts = names.iter().map(|name| or_dash(lot.facts.get(*name).cloned().map(Text::Same)));
        let counts = vec![
            Text::Same(lot.id.clone()),
            catalogue::status(lot.verdict).said(),
            count(lot.n),
            counted
                .and_then(|c| Some(Text::Number(number::percent(c.fraction?, c.n, ci, None))))
                .unwrap_or_else(not_estimated),
            interval(ci.map(|c| c.0), ci.map(|c| c.1)),
        ];
        counts.into_iter().chain(facts).collect()
    });
    let mut columns =
        vec![words(t::LOT), words(t::VERDICT), numbers(t::VIABLE), numbers(t::TARGET_SHARE), numbers(t::INTERVAL_95)];
    columns.extend(names.iter().map(|name| words((*name).clone())));
    let left = cohort.left_out.iter().map(|l| vec![Text::Same(l.folder.clone()), terms::known(&l.reason)]);
    let blocks = vec![
        table(t::LOTS_CAPTION, columns, rows.collect()),
        table(t::LEFT_OUT_CAPTION, vec![words(t::FOLDER), words(t::REASON)], left.collect()),
    ];
    section("lots", t::LOTS, blocks)
}

pub(super) fn outliers(cohort: &Cohort) -> Section {
    let rows = cohort.outliers.iter().map(|o| {
        vec![
            lot_name(cohort, o.lot),
            class_name(cohort, &o.class),
            share(Some(o.fraction)),
            interval(Some(o.expected_low), Some(o.expected_high)),
            Text::Number(number::p_value(o.p_adjusted)),
        ]
    });
    let columns = vec![words(t::LOT), words(t::CLASS), numbers(t::FOUND), numbers(t::EXPECTED), numbers(t::P_ADJUSTED)];
    section("outliers", t::OUTLIERS, vec![table(t::OUTLIERS_CAPTION, columns, rows.collect())])
}

pub(super) fn distances(cohort: &Cohort) -> Option<Section> {
    let found = cohort.composition_distance.as_ref()?;
    let of: Vec<Text> = found.of.iter().map(|id| class_name(cohort, id)).collect();
    let rows = found.measures.iter().filter_map(|m| distance_row(cohort, m)).collect();
    let columns = vec![
        words(t::MEASURE),
        numbers(t::HALVES_OF_ONE),
        numbers(t::BETWEEN),
        numbers(t::PAIRS_BEYOND),
        words(t::FARTHEST),
        numbers(
            found
                .measures
                .first()
                .and_then(|m| m.control)
                .map_or_else(|| Text::Same(String::new()), |lot| t::TO_CONTROL.with(&[&lot_name(cohort, lot)])),
        ),
    ];
    Some(section("distances", t::DISTANCES, vec![table(t::DISTANCES_CAPTION.with(&[&list(&of)]), columns, rows)]))
}

fn distance_row(cohort: &Cohort, measure: &DistanceMeasure) -> Option<Vec<Text>> {
    let pairs = || {
        let rows = measure.between.iter().enumerate();
        rows.flat_map(|(i, row)| row.iter().enumerate().map(move |(j, &d)| (i + 1, j, d)))
    };
    let (far_a, far_b, largest) = pairs().max_by(|a, b| a.2.total_cmp(&b.2))?;
    let beyond = pairs().filter(|p| p.2 > measure.null_p95).count();
    let digits = |v: f64| number::significant(v, 3);
    let two = |a: f64, b: f64| Text::Number(format!("{}; {}", digits(a), digits(b)));
    let control = measure.control.and_then(|lot| {
        let to: Vec<f64> = pairs().filter(|&(a, b, _)| a == lot || b == lot).map(|p| p.2).collect();
        middle(to)
    });
    Some(vec![
        t::composition_measure(&measure.name),
        two(measure.null_median, measure.null_p95),
        two(middle(pairs().map(|p| p.2).collect())?, largest),
        Text::Number(format!("{} of {}", number::count(beyond as u64), number::count(pairs().count() as u64))),
        list(&[lot_name(cohort, far_b), lot_name(cohort, far_a)]),
        control.map_or_else(|| Text::Same(String::new()), |d| Text::Number(digits(d))),
    ])
}

pub(super) fn expression(cohort: &Cohort) -> Section {
    let digits = |value: Option<f64>| or_dash(value.map(|v| Text::Number(number::significant(v, 3))));
    let row = |d: &ExpressionDistance| {
        vec![
            t::expression_measure(&d.measure),
            digits(d.within_median),
            digits(d.between_median),
            counts(d.n_further, d.n_compared),
            digits(d.of_control_median),
        ]
    };
    let columns = vec![
        words(t::MEASURE),
        numbers(t::HALVES_MEDIAN),
        numbers(t::LOTS_MEDIAN),
        numbers(t::PAIRS_FURTHER),
        numbers(t::OF_CONTROL),
    ];
    let rows = cohort.expression_distances.iter().map(row).collect();
    section("expression", t::EXPRESSION_DISTANCES, vec![table(t::EXPRESSION_CAPTION, columns, rows)])
}

/// The middle one of values that are laid out here and nowhere else: of an even number, the upper of the two.
fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

pub(super) fn warnings(cohort: &Cohort) -> Section {
    let said = cohort.warnings.iter().map(|w| Block::Paragraph(Text::English(format!("{} [{}]", w.message, w.code))));
    section("warnings", terms::WARNINGS, said.collect())
}

pub(super) fn trace(cohort: &Cohort) -> Section {
    let view = traced::of(&cohort.parameters, &cohort.inputs, &cohort.definitions);
    let parameters =
        view.parameters.iter().map(|p| vec![Text::Same(p.name.clone()), Text::Same(p.value.clone()), p.source.said()]);
    let hashes = view.hashes.into_iter().map(|h| vec![h.kind, Text::Same(h.name), h.detail, Text::Same(h.sha256)]);
    let blocks = vec![
        table(
            terms::PARAMETERS_CAPTION,
            vec![words(terms::PARAMETER), words(terms::VALUE), words(terms::SOURCE)],
            parameters.collect(),
        ),
        table(
            t::RESULTS_CAPTION,
            vec![words(terms::WHAT), words(terms::NAME), words(terms::DETAIL), words(terms::SHA256)],
            hashes.collect(),
        ),
        Block::Paragraph(t::WORDS_TRUE.said()),
    ];
    section("trace", terms::INPUTS, blocks)
}
