//! What lots keep: bounds, and how far the lots lie from their limit.

use puricell_purity::Proportion;
use puricell_purity::cohort::tolerance::{Promise, lots_without_assumption, one_sided_factor, rank_without_assumption};
use puricell_purity::cohort::{Logit, MIN_LOTS, capability, fraction_of, logit_of, predictive};
use puricell_report::cohort::{CapabilityIndex, ToleranceBound, ToleranceMethod};
use puricell_report::model::{LimitSide, Role};

use super::Lot;

/// On which side of its bound a class is to stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Not below.
    Lower,
    /// Not above.
    Upper,
}

/// Bounds by every method, or why there is none by it: of the target a lower one, of what belongs to the product besides a lower
/// and an upper one, for too little of it is as much a finding as too much, of all else an upper one.
pub(super) fn tolerance(counted: &[Proportion], role: Role, is_rare: bool) -> Vec<ToleranceBound> {
    let by_side = |side: Side| [logit_normal(counted, side, is_rare), non_parametric(counted, side)];
    let (side, bounds) = match role {
        Role::Target => (Side::Lower, by_side(Side::Lower)),
        Role::Component => {
            let mut bounds = by_side(Side::Upper);
            bounds.iter_mut().zip(by_side(Side::Lower)).for_each(|(upper, lower)| upper.low = lower.low);
            (Side::Upper, bounds)
        }
        _ => (Side::Upper, by_side(Side::Upper)),
    };
    bounds.into_iter().chain([next_lot(counted, side, is_rare)]).collect()
}

fn bound(method: ToleranceMethod, side: Side, value: f64, factor: Option<f64>) -> ToleranceBound {
    let (low, high) = if side == Side::Lower { (Some(value), None) } else { (None, Some(value)) };
    ToleranceBound { method, low, high, factor, why_not: None }
}

fn none(method: ToleranceMethod, why_not: String) -> ToleranceBound {
    ToleranceBound { method, low: None, high: None, factor: None, why_not: Some(why_not) }
}

fn too_few(n: usize) -> Option<String> {
    (n < MIN_LOTS).then(|| format!("{n} lots; at least {MIN_LOTS} are needed"))
}

fn logit_normal(counted: &[Proportion], side: Side, is_rare: bool) -> ToleranceBound {
    let method = ToleranceMethod::LogitNormal;
    if let Some(why) = too_few(counted.len()) {
        return none(method, why);
    }
    if is_rare {
        return none(method, "too few cells of the class for its logits to be normal".to_owned());
    }
    let values: Vec<f64> = counted.iter().filter_map(|&c| Logit::of(c)).map(|l| l.value).collect();
    let Some(k) = one_sided_factor(values.len(), Promise::P95_95) else {
        return none(method, "too few lots".to_owned());
    };
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    let logit = if side == Side::Lower { mean - k * deviation } else { mean + k * deviation };
    bound(method, side, fraction_of(logit), Some(k))
}

fn non_parametric(counted: &[Proportion], side: Side) -> ToleranceBound {
    let method = ToleranceMethod::NonParametric;
    let mut fractions: Vec<f64> = counted.iter().filter_map(|c| c.fraction()).collect();
    fractions.sort_by(f64::total_cmp);
    if side == Side::Upper {
        fractions.reverse();
    }
    let rank = rank_without_assumption(fractions.len(), Promise::P95_95);
    match rank.and_then(|rank| fractions.get(rank - 1)) {
        Some(&value) => bound(method, side, value, None),
        None => none(
            method,
            format!("{} lots; at least {} are needed", fractions.len(), lots_without_assumption(Promise::P95_95)),
        ),
    }
}

fn next_lot(counted: &[Proportion], side: Side, is_rare: bool) -> ToleranceBound {
    let method = ToleranceMethod::BetaBinomialNext;
    if let Some(why) = too_few(counted.len()) {
        return none(method, why);
    }
    if !is_rare {
        return none(method, "for classes of few cells only".to_owned());
    }
    // A lot of as many cells as the median one.
    let mut sizes: Vec<u64> = counted.iter().map(|c| c.n()).collect();
    sizes.sort_unstable();
    let n = sizes[sizes.len() / 2];
    // A target that nearly all cells are is as rare in what is not of it.
    let turned: Vec<Proportion> = match side {
        Side::Upper => counted.to_vec(),
        Side::Lower => counted.iter().filter_map(|c| Proportion::new(c.n() - c.k(), c.n()).ok()).collect(),
    };
    match predictive::next_lot(&turned, n) {
        Some(next) => {
            let share = next.k_upper as f64 / n as f64;
            bound(method, side, if side == Side::Lower { 1.0 - share } else { share }, None)
        }
        None => none(method, "too few lots with cells".to_owned()),
    }
}

/// Ppk against the limit that all lots of the class share; `None` where they have none or different ones.
pub(super) fn against_limit(
    class: &str,
    lots: &[Lot],
    counted: &[Proportion],
    is_rare: bool,
) -> Option<CapabilityIndex> {
    let limits: Vec<(LimitSide, Option<f64>, &str)> = lots
        .iter()
        .flat_map(|lot| &lot.items)
        .filter(|item| item.class == class)
        .map(|item| (item.limit_side, item.limit_fraction, item.limit.as_str()))
        .collect();
    let (side, limit, text) = *limits.first()?;
    // A range is told by its text alone, and the report holds one of its ends.
    if limits.iter().any(|other| *other != (side, limit, text)) || text.contains(" to ") {
        return None;
    }
    let limit = limit?;
    let (min, max) = if side == LimitSide::Minimum { (Some(limit), None) } else { (None, Some(limit)) };
    let is_inside = limit > 0.0 && limit < 1.0;
    let values: Vec<f64> = counted.iter().filter_map(|&c| Logit::of(c)).map(|l| l.value).collect();
    let index = (is_inside && !is_rare)
        .then(|| capability::capability(&values, min.map(logit_of), max.map(logit_of)))
        .flatten();
    let is_beyond = |f: f64| min.is_some_and(|min| f < min) || max.is_some_and(|max| f > max);
    Some(CapabilityIndex {
        min,
        max,
        ppk: index.map(|i| i.ppk),
        low: index.map(|i| i.interval.low),
        high: index.map(|i| i.interval.high),
        n_beyond: counted.iter().filter_map(|c| c.fraction()).filter(|&f| is_beyond(f)).count() as u64,
    })
}
