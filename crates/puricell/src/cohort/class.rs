//! One class over all lots: what it varies by, its charts, trends and limits.

use chrono::Datelike;
use puricell_core::Seed;
use puricell_purity::cohort::control::{self, Chart, Signal};
use puricell_purity::cohort::outliers::is_rare;
use puricell_purity::cohort::trend::trend;
use puricell_purity::cohort::variance::{Factor, MIN_LEVELS, VarianceParams, variance_partition};
use puricell_purity::cohort::{Logit, MIN_LOTS, fraction_of, holm};
use puricell_purity::replicates::replicated;
use puricell_purity::{Level, Proportion};
use puricell_report::cohort::{
    ChartKind, ChartPoint, ChartSignal, CohortClass, ControlChart, Dispersion, LotCount, TrendLine, VarianceShare,
};
use puricell_report::model::Class;

use super::limits::{against_limit, tolerance};
use super::study::date_of;
use super::{Asked, Lot};

/// The number of a passage written as `P5` or `5`.
fn passage_of(lot: &Lot) -> Option<f64> {
    let text = lot.facts.get("passage")?.trim();
    text.strip_prefix(['P', 'p']).unwrap_or(text).trim().parse().ok().filter(|p: &f64| p.is_finite())
}

pub(super) fn class_of(
    i: usize,
    class: &Class,
    counts: &[Option<Proportion>],
    lots: &[Lot],
    asked: &Asked<'_>,
) -> CohortClass {
    let counted: Vec<Proportion> = counts.iter().copied().flatten().collect();
    let mut fractions: Vec<f64> = counted.iter().filter_map(|c| c.fraction()).collect();
    fractions.sort_by(f64::total_cmp);
    let is_rare = is_rare(&counted);
    let (variance, variance_why_not) = variance(i, counts, lots, is_rare, asked);
    let row = |lot: &Lot| {
        let row = lot.row(&class.id)?;
        Some(LotCount { k: row.k?, n: row.n, fraction: row.fraction, ci_low: row.ci_low, ci_high: row.ci_high })
    };
    CohortClass {
        id: class.id.clone(),
        label: class.label.clone(),
        label_zh: class.label_zh.clone(),
        parent: class.parent.clone(),
        role: class.role,
        counts: lots.iter().map(row).collect(),
        n_lots: counted.len() as u64,
        is_rare,
        least: fractions.first().copied(),
        median: puricell_core::math::median(&fractions),
        most: fractions.last().copied(),
        dispersion: dispersion(&counted),
        variance,
        variance_why_not,
        chart: chart(counts, is_rare),
        trends: trends(counts, lots),
        tolerance: tolerance(&counted, class.role, is_rare),
        capability: against_limit(&class.id, lots, &counted, is_rare),
    }
}

fn dispersion(counted: &[Proportion]) -> Option<Dispersion> {
    let found = replicated(counted, Level::P95).filter(|r| r.n_replicates >= MIN_LOTS)?;
    Some(Dispersion {
        mean: found.mean,
        low: found.interval.map(|i| i.low),
        high: found.interval.map(|i| i.high),
        rho: found.rho,
        inflation: found.inflation,
    })
}

fn variance(
    class: usize,
    counts: &[Option<Proportion>],
    lots: &[Lot],
    is_rare: bool,
    asked: &Asked<'_>,
) -> (Vec<VarianceShare>, Option<String>) {
    if is_rare {
        return (Vec::new(), Some("too few cells of the class for its logits to be normal".to_owned()));
    }
    let known: Vec<(&Lot, Logit)> =
        lots.iter().zip(counts).filter_map(|(lot, c)| Some((lot, Logit::of((*c)?)?))).collect();
    let logits: Vec<Logit> = known.iter().map(|(_, logit)| *logit).collect();
    let factors: Vec<Factor> = asked
        .factors
        .iter()
        .map(|name| Factor {
            name: name.clone(),
            values: known.iter().map(|(lot, _)| lot.facts.get(name).cloned()).collect(),
        })
        .collect();
    let params = VarianceParams { n_bootstrap: asked.n_bootstrap, ..VarianceParams::default() };
    // A stream of its own for each class.
    let seed = Seed(asked.seed.stream("variance_of_class", class as u64).bits());
    let Some(found) = variance_partition(&logits, &factors, &params, seed) else {
        let n = logits.len();
        let why = if n < MIN_LEVELS {
            format!("{n} lots; at least {MIN_LEVELS} are needed")
        } else {
            // As many effects as lots leave nothing to estimate from.
            format!("{n} lots are too few to tell the factors apart")
        };
        return (Vec::new(), Some(why));
    };
    let shares = found.parts.into_iter().map(|part| VarianceShare {
        name: part.name,
        n_levels: part.n_levels as u64,
        variance: part.variance,
        share: part.share,
        low: part.interval.map(|i| i.low),
        high: part.interval.map(|i| i.high),
        why_not: part.why_not,
    });
    (shares.collect(), None)
}

fn chart(counts: &[Option<Proportion>], is_rare: bool) -> Option<ControlChart> {
    let known: Vec<(usize, Proportion)> = counts.iter().enumerate().filter_map(|(i, c)| Some((i, (*c)?))).collect();
    let counted: Vec<Proportion> = known.iter().map(|(_, c)| *c).collect();
    let logits: Vec<Logit> = counted.iter().filter_map(|&c| Logit::of(c)).collect();
    let (kind, drawn): (ChartKind, Chart) = if is_rare {
        (ChartKind::PPrime, control::laney(&counted)?)
    } else {
        (ChartKind::Individuals, control::individuals(&logits)?)
    };
    let back = |value: f64| if kind == ChartKind::Individuals { fraction_of(value) } else { value };
    let points = known.iter().zip(drawn.values).zip(drawn.limits).zip(drawn.signals).map(
        |((((lot, counted), value), limits), signal)| ChartPoint {
            lot: *lot,
            // The lot's own fraction, which its logit moves by half a cell.
            fraction: counted.fraction().unwrap_or_else(|| back(value)),
            low: back(limits.low),
            high: back(limits.high),
            signal: signal.map(|s| match s {
                Signal::Beyond => ChartSignal::BeyondLimits,
                Signal::Run => ChartSignal::RunOfNine,
            }),
        },
    );
    Some(ControlChart { kind, centre: back(drawn.centre), points: points.collect() })
}

/// Lines against date (in years) and passage; their P values are adjusted later, over all classes.
fn trends(counts: &[Option<Proportion>], lots: &[Lot]) -> Vec<TrendLine> {
    let years = |lot: &Lot| date_of(lot).map(|d| f64::from(d.num_days_from_ce()) / 365.25);
    let line = |name: &str, number: &dyn Fn(&Lot) -> Option<f64>| {
        let points: Vec<(f64, Proportion)> =
            lots.iter().zip(counts).filter_map(|(lot, count)| Some((number(lot)?, (*count)?))).collect();
        let found = trend(&points)?;
        let ratio = puricell_core::math::exp;
        Some(TrendLine {
            against: name.to_owned(),
            n_lots: found.n_lots as u64,
            odds_ratio: ratio(found.slope),
            low: ratio(found.interval.low),
            high: ratio(found.interval.high),
            p_adjusted: found.p,
        })
    };
    [line("date", &years), line("passage", &passage_of)].into_iter().flatten().collect()
}

pub(super) fn adjust_trends(classes: &mut [CohortClass]) {
    let p_values: Vec<f64> = classes.iter().flat_map(|c| &c.trends).map(|t| t.p_adjusted).collect();
    let lines = classes.iter_mut().flat_map(|c| &mut c.trends);
    for (line, adjusted) in lines.zip(holm(&p_values)) {
        line.p_adjusted = adjusted;
    }
}
