//! Rows against limits.

use crate::detection::cells_needed;
use crate::wording::group_thousands;
use crate::{Composition, Decision, Level, Limit, Proportion, Readout, Row, Spec};

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Shown beside its limit; decides nothing.
    Informative,
    /// Within the limit.
    Meets,
    /// The cells counted are too few to say.
    Inconclusive,
    /// The class could not be counted, which is not zero.
    NotReportable,
    /// Outside the limit.
    DoesNotMeet,
}

impl Status {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Informative => "informative",
            Self::Meets => "meets",
            Self::Inconclusive => "inconclusive",
            Self::NotReportable => "not_reportable",
            Self::DoesNotMeet => "does_not_meet",
        }
    }
}

/// The verdict on one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemVerdict {
    /// Id of the item.
    pub item: String,
    /// The deciding verdict, by the item's own rule.
    pub status: Status,
    /// What the fraction itself says; the field's custom.
    pub by_point: Status,
    /// What the one-sided 95 % bounds show.
    pub by_bound: Status,
    /// Fewest cells that could show the limit, where the bounds are inconclusive and so few as were counted never could.
    pub cells_needed: Option<u64>,
    /// The result, the limit and both readings in words.
    pub sentence: String,
}

/// The verdicts on all items.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The worst of the items: does not meet, not reportable, inconclusive, meets, informative.
    pub overall: Status,
    /// One per item, in the order of the specification.
    pub items: Vec<ItemVerdict>,
}

/// Compares a composition with a specification, and writes limit and status into the rows concerned.
///
/// By the point, an item meets where the fraction lies within its limit. By the bound, it meets where the one-sided
/// 95 % bound does (the upper one for a maximum, the lower one for a minimum), does not meet where the other bound lies
/// outside, and is inconclusive between. The item says which of the two decides; both are reported.
pub fn judge(composition: &mut Composition, spec: &Spec) -> Judgement {
    let mut items = Vec::with_capacity(spec.items.len());
    for item in &spec.items {
        let row = composition.rows.iter_mut().find(|r| r.class == item.class && r.denominator == item.denominator);
        let counted = row.as_ref().and_then(|r| Some((r.k?, r.n))).and_then(|(k, n)| Proportion::new(k, n).ok());
        let (by_point, by_bound) = match counted {
            None => (Status::NotReportable, Status::NotReportable),
            Some(proportion) => (at_point(proportion, item.limit), at_bound(proportion, item.limit)),
        };
        let status = match (item.decision, counted) {
            (_, None) => Status::NotReportable,
            (Decision::Point, _) => by_point,
            (Decision::Bound95, _) => by_bound,
            (Decision::Informative, _) => Status::Informative,
        };
        if let Some(row) = row {
            write_into(row, item.limit, status);
        }
        let cells_needed = counted.filter(|_| by_bound == Status::Inconclusive).and_then(|p| too_few(p, item.limit));
        let sentence = in_words(counted, (by_point, by_bound), cells_needed, composition.readout);
        items.push(ItemVerdict { item: item.id.clone(), status, by_point, by_bound, cells_needed, sentence });
    }
    // An item that is only shown does not spoil the whole, even where it could not be counted.
    let deciding = spec.items.iter().zip(&items).filter(|(item, _)| item.decision != Decision::Informative);
    let overall = deciding.map(|(_, verdict)| verdict.status).max().unwrap_or(Status::Informative);
    Judgement { overall, items }
}

fn write_into(row: &mut Row, limit: Limit, status: Status) {
    row.limit = Some(limit);
    row.status = Some(status);
}

pub(crate) fn at_point(proportion: Proportion, limit: Limit) -> Status {
    match proportion.fraction() {
        None => Status::Inconclusive,
        Some(x) if limit.min.is_none_or(|min| x >= min) && limit.max.is_none_or(|max| x <= max) => Status::Meets,
        Some(_) => Status::DoesNotMeet,
    }
}

pub(crate) fn at_bound(proportion: Proportion, limit: Limit) -> Status {
    let (lower, upper) = (proportion.lower_bound(Level::P95), proportion.upper_bound(Level::P95));
    let outside = limit.max.is_some_and(|max| lower > max) || limit.min.is_some_and(|min| upper < min);
    let inside = limit.max.is_none_or(|max| upper <= max) && limit.min.is_none_or(|min| lower >= min);
    if proportion.n() == 0 {
        Status::Inconclusive
    } else if outside {
        Status::DoesNotMeet
    } else if inside {
        Status::Meets
    } else {
        Status::Inconclusive
    }
}

/// Both readings of an item, beside which its share, interval, bound and limit stand as numbers.
fn in_words(
    counted: Option<Proportion>,
    (by_point, by_bound): (Status, Status),
    cells_needed: Option<u64>,
    readout: Readout,
) -> String {
    let Some(proportion) = counted else { return format!("not reportable: {}.", readout.not_reportable()) };
    let point = match by_point {
        Status::Meets => "meets by point estimate".to_owned(),
        Status::DoesNotMeet => "does not meet by point estimate".to_owned(),
        _ => format!("no {} to count", readout.unit()),
    };
    let bound = match (by_bound, cells_needed) {
        (Status::Meets, _) => "shown with 95 % confidence".to_owned(),
        (Status::DoesNotMeet, _) => "excluded with 95 % confidence".to_owned(),
        (_, Some(needed)) => {
            let (needed, unit) = (group_thousands(needed), readout.unit());
            format!("not shown with 95 % confidence, which takes at least {needed} {unit}s")
        }
        (_, None) => "not shown with 95 % confidence".to_owned(),
    };
    let (k, n) = (group_thousands(proportion.k()), group_thousands(proportion.n()));
    format!("{k} of {n}; {point}; {bound}.")
}

/// Fewest cells whose perfect count would show the limit, where fewer were counted.
fn too_few(proportion: Proportion, limit: Limit) -> Option<u64> {
    let share = [limit.max, limit.min.map(|min| 1.0 - min)].into_iter().flatten().reduce(f64::min)?;
    cells_needed(1, share, Level::P95).ok().filter(|&needed| needed > proportion.n())
}

#[cfg(test)]
mod tests;
