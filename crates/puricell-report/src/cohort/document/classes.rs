//! Class by class: composition, variance, control charts, trends, limits.

use super::{
    Block, Section, class_name, count, interval, label, lot_name, numbers, ratio, ratios, section, share, table, words,
};
use crate::cohort::{
    CapabilityIndex, ChartKind, ChartSignal, Cohort, CohortClass, ControlChart, ToleranceBound, ToleranceMethod,
    VarianceShare,
};
use crate::lang::Term;
use crate::model::Role;
use crate::number;
use crate::terms::{self, cohort as t};
use crate::text::{Sayable, Text, join, list};
use crate::view::{not_estimated, or_dash};

/// Name of a class, a sub-class set off.
fn named(class: &CohortClass) -> Text {
    let label = label(class);
    if class.parent.is_some() {
        Text::words(format!("– {}", label.en()), format!("– {}", label.zh()))
    } else {
        label
    }
}

pub(super) fn composition(cohort: &Cohort) -> Section {
    let row = |class: &CohortClass| {
        let spread = class.dispersion;
        let mean = spread.map(|d| {
            let ends = d.low.zip(d.high).map(|(low, high)| number::interval(low, high));
            let mean = share(Some(d.mean)).en();
            Text::Number(ends.map_or(mean.clone(), |ends| format!("{mean} ({ends})")))
        });
        vec![
            named(class),
            count(class.n_lots),
            share(class.least),
            share(class.median),
            share(class.most),
            or_dash(mean),
            spread.map_or_else(not_estimated, |d| {
                d.rho.map_or_else(not_estimated, |rho| Text::Number(number::significant(rho, 2)))
            }),
            or_dash(spread.map(|d| Text::Number(number::significant(d.inflation, 2)))),
        ]
    };
    let columns = vec![
        words(t::CLASS),
        numbers(t::N_LOTS),
        numbers(t::LEAST),
        numbers(t::MEDIAN),
        numbers(t::MOST),
        numbers(t::MEAN),
        numbers(t::RHO),
        numbers(t::INFLATION),
    ];
    let rows = cohort.classes.iter().filter(|c| c.n_lots > 0).map(row).collect();
    section("composition", t::COMPOSITION, vec![table(t::COMPOSITION_CAPTION, columns, rows)])
}

/// A row per class, a column per part.
pub(super) fn variance(cohort: &Cohort) -> Section {
    let mut parts: Vec<&VarianceShare> = Vec::new();
    for part in cohort.classes.iter().flat_map(|c| &c.variance) {
        if parts.iter().all(|known| known.name != part.name) {
            parts.push(part);
        }
    }
    let row = |class: &CohortClass| {
        let of = |part: &&VarianceShare| {
            let found = class.variance.iter().find(|v| v.name == part.name);
            or_dash(found.map(|part| {
                let whole = part.share.map(|s| format!("{}{}%", number::fixed(s * 100.0, 1), number::NBSP));
                let ends = part.low.zip(part.high).map(|(low, high)| format!(" ({})", number::interval(low, high)));
                whole.map_or_else(not_estimated, |share| Text::Number(share + &ends.unwrap_or_default()))
            }))
        };
        std::iter::once(named(class)).chain(parts.iter().map(of)).collect::<Vec<Text>>()
    };
    let mut columns = vec![words(t::CLASS)];
    columns.extend(parts.iter().map(|p| numbers(t::variance_part(p))));
    let rows: Vec<Vec<Text>> = cohort.classes.iter().filter(|c| !c.variance.is_empty()).map(row).collect();
    section("variance", t::VARIANCE, vec![table(t::VARIANCE_CAPTION, columns, rows), not_partitioned(cohort)])
}

/// What has no share, and why: each reason once.
fn not_partitioned(cohort: &Cohort) -> Block {
    let mut reasons: Vec<(String, Vec<Text>)> = Vec::new();
    let mut add = |why: &str, what: Text| match reasons.iter_mut().find(|(known, _)| known == why) {
        Some((_, of)) if !of.contains(&what) => of.push(what),
        Some(_) => {}
        None => reasons.push((why.to_owned(), vec![what])),
    };
    for class in cohort.classes.iter().filter(|c| c.n_lots > 0) {
        if let Some(why) = &class.variance_why_not {
            add(why, label(class));
        }
        for part in &class.variance {
            if let Some(why) = &part.why_not {
                add(why, Text::Same(part.name.clone()));
            }
        }
    }
    let rows = reasons.into_iter().map(|(why, of)| vec![list(&of), terms::known(&why)]);
    table(t::NOT_PARTITIONED, vec![words(t::NOT_ESTIMABLE), words(t::REASON)], rows.collect())
}

pub(super) fn control(cohort: &Cohort) -> Section {
    let row = |(class, chart): (&CohortClass, &ControlChart)| {
        let signals: Vec<Text> = chart
            .points
            .iter()
            .filter_map(|p| {
                let term = if p.signal? == ChartSignal::BeyondLimits { t::BEYOND } else { t::RUN };
                Some(term.with(&[&lot_name(cohort, p.lot)]))
            })
            .collect();
        let (low, high) = chart
            .points
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p.low), high.max(p.high)));
        vec![
            named(class),
            (if chart.kind == ChartKind::Individuals { t::INDIVIDUALS } else { t::P_PRIME }).said(),
            share(Some(chart.centre)),
            interval(Some(low), Some(high)),
            or_dash((!signals.is_empty()).then(|| list(&signals))),
        ]
    };
    let columns =
        vec![words(t::CLASS), words(t::CHART), numbers(t::CENTRE), numbers(t::CONTROL_LIMITS), words(t::SIGNALS)];
    let rows = cohort.classes.iter().filter_map(|c| Some((c, c.chart.as_ref()?))).map(row).collect();
    section("control", t::CONTROL, vec![table(t::CONTROL_CAPTION, columns, rows)])
}

/// The classes that are drawn: those that decide on a lot.
pub(super) fn drawn(cohort: &Cohort) -> impl Iterator<Item = &CohortClass> {
    let decides = |class: &&CohortClass| {
        class.parent.is_none() && matches!(class.role, Role::Target | Role::Component | Role::Contaminant)
    };
    cohort.classes.iter().filter(decides)
}

pub(super) fn trends(cohort: &Cohort) -> Section {
    let mut rows = Vec::new();
    for class in cohort.classes.iter().filter(|c| c.parent.is_none()) {
        for line in &class.trends {
            rows.push(vec![
                class_name(cohort, &class.id),
                (if line.against == "date" { t::PER_YEAR } else { t::PER_PASSAGE }).said(),
                count(line.n_lots),
                ratio(Some(line.odds_ratio)),
                ratios(Some(line.low), Some(line.high)),
                Text::Number(number::p_value(line.p_adjusted)),
            ]);
        }
    }
    let columns = vec![
        words(t::CLASS),
        words(t::AGAINST),
        numbers(t::N_LOTS),
        numbers(t::ODDS_RATIO),
        numbers(t::INTERVAL_95),
        numbers(t::P_ADJUSTED),
    ];
    section("trends", t::TRENDS, vec![table(t::TRENDS_CAPTION, columns, rows)])
}

pub(super) fn limits(cohort: &Cohort) -> Section {
    let row = |class: &CohortClass| {
        let bound = |method: ToleranceMethod| or_dash(class.tolerance.iter().find(|b| b.method == method).map(bound));
        let index = class.capability;
        vec![
            named(class),
            bound(ToleranceMethod::LogitNormal),
            bound(ToleranceMethod::NonParametric),
            bound(ToleranceMethod::BetaBinomialNext),
            or_dash(index.and_then(limit)),
            or_dash(index.and_then(|i| {
                let ppk = number::fixed(i.ppk?, 2);
                let dash = format!("{0}–{0}", number::NBSP);
                let ends =
                    i.low.zip(i.high).map(|(l, h)| format!(" ({}{dash}{})", number::fixed(l, 2), number::fixed(h, 2)));
                Some(Text::Number(format!("{ppk}{}", ends.unwrap_or_default())))
            })),
            or_dash(index.map(|i| count(i.n_beyond))),
        ]
    };
    let columns = vec![
        words(t::CLASS),
        numbers(t::LOGIT_NORMAL),
        numbers(t::NON_PARAMETRIC),
        numbers(t::NEXT_LOT),
        numbers(t::LIMIT),
        numbers(t::PPK),
        numbers(t::N_BEYOND),
    ];
    let rows = cohort.classes.iter().filter(|c| c.n_lots > 0).map(row).collect();
    section("limits", t::LIMITS, vec![table(t::LIMITS_CAPTION, columns, rows)])
}

fn bound(bound: &ToleranceBound) -> Text {
    let said = |term: Term, text: String| term.with(&[&Text::Number(text)]);
    match (bound.low, bound.high, &bound.why_not) {
        (Some(low), Some(high), _) if low > 0.0 && high > 0.0 => {
            let ends = [(t::AT_LEAST, number::lower_bound_beside(low, None)), (t::AT_MOST, number::upper_bound(high))];
            join(&ends.map(|(term, text)| said(term, text)), "; ", "；")
        }
        (Some(low), None, _) if low <= 0.0 => or_dash(None),
        (_, Some(high), _) if high <= 0.0 => t::NO_CELL.said(),
        (Some(low), None, _) => said(t::AT_LEAST, number::lower_bound_beside(low, None)),
        (_, Some(high), _) => said(t::AT_MOST, number::upper_bound(high)),
        (.., Some(why)) => terms::known(why),
        _ => not_estimated(),
    }
}

fn limit(index: CapabilityIndex) -> Option<Text> {
    let said = |term: Term, value: f64| term.with(&[&Text::Number(number::given_percent(value))]);
    index.min.map(|min| said(t::AT_LEAST, min)).or_else(|| index.max.map(|max| said(t::AT_MOST, max)))
}
