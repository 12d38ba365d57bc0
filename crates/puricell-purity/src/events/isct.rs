//! The table of the minimal criteria of 2006.

use super::positivity::PositiveCount;
use super::profile::MarkerWaiver;
use crate::verdict::{at_bound, at_point};
use crate::{Decision, Interval, Level, Limit, Proportion, Status};

/// What a reader must know of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IsctNote {
    /// No channel measures the marker. It is not zero.
    NotMeasured,
    /// Negative and positive events cannot be told apart.
    NotSeparable,
    /// The profile waives it, for this reason.
    Waived(String),
    /// HLA-DR: shown beside its limit and deciding nothing, for licensed or dense cells carry it with intact function.
    Informative,
    /// Another marker of the same item decides.
    Alternate,
    /// CD105 fails while CD73 and CD90 meet and no negative marker fails: lowered by culture, not an impurity.
    Cd105Modulation,
}

/// A marker and its limit.
#[derive(Debug, Clone, PartialEq)]
pub struct IsctRow {
    /// The item of the criteria, such as `CD14 or CD11b`.
    pub item: &'static str,
    /// The marker counted; `None` where none of the item is measured.
    pub marker: Option<String>,
    /// At least 95 % or at most 2 %.
    pub limit: Limit,
    /// Positive events, and events kept; `None` where not counted.
    pub counted: Option<Proportion>,
    /// Exact two-sided 95 % interval.
    pub interval: Option<Interval>,
    /// Exact one-sided 95 % bound: the lower one for "at least", the upper one for "at most".
    pub bound: Option<f64>,
    /// What the share itself says; the custom of the field, for the criteria name no interval.
    pub by_point: Status,
    /// What the one-sided bound shows.
    pub by_bound: Status,
    /// What decides: one of the two, or `Informative`.
    pub status: Status,
    /// What to know.
    pub note: Option<IsctNote>,
}

/// The table.
#[derive(Debug, Clone, PartialEq)]
pub struct IsctTable {
    /// One row per marker measured, in the order of the criteria; one for an item of which none is.
    pub rows: Vec<IsctRow>,
    /// The worst status of the rows that decide.
    pub overall: Status,
    /// True where CD105 was found lowered rather than an impurity present.
    pub cd105_modulation: bool,
}

const AT_LEAST: Limit = Limit { min: Some(0.95), max: None };
const AT_MOST: Limit = Limit { min: None, max: Some(0.02) };

/// Items and their markers, in the order of the paper. Of several markers the first that is measured decides.
const ITEMS: [(&str, &[&str], Limit); 8] = [
    ("CD105", &["CD105"], AT_LEAST),
    ("CD73", &["CD73"], AT_LEAST),
    ("CD90", &["CD90"], AT_LEAST),
    ("CD45", &["CD45"], AT_MOST),
    ("CD34", &["CD34"], AT_MOST),
    ("CD14 or CD11b", &["CD14", "CD11b"], AT_MOST),
    ("CD79a or CD19", &["CD79a", "CD19"], AT_MOST),
    ("HLA-DR", &["HLA-DR"], AT_MOST),
];

/// The markers of ISCT 2006 (doi:10.1080/14653240600855905) against their limits.
///
/// `counts` are of the viable singlets; `decision` says whether the share itself or its one-sided bound decides. A
/// marker that is not measured, or not separable, is `NotReportable`. HLA-DR informs (PMC6567533), as do waived markers
/// and second alternates.
pub fn isct_2006(counts: &[PositiveCount], waivers: &[MarkerWaiver], decision: Decision) -> IsctTable {
    let mut rows = Vec::new();
    for (item, markers, limit) in ITEMS {
        let measured: Vec<&PositiveCount> =
            markers.iter().filter_map(|m| counts.iter().find(|c| c.marker == *m)).collect();
        let waiver = |c: &PositiveCount| waivers.iter().find(|w| w.marker == c.marker);
        let decisive = measured.iter().position(|c| c.counted.is_some() && waiver(c).is_none());
        if measured.is_empty() {
            let waived = markers.iter().find_map(|m| waivers.iter().find(|w| w.marker == *m));
            let note = waived.map_or(IsctNote::NotMeasured, |w| IsctNote::Waived(w.reason.clone()));
            rows.push(row(item, None, limit, decision, Some(note)));
        }
        for (i, count) in measured.iter().enumerate() {
            let note = if let Some(waiver) = waiver(count) {
                Some(IsctNote::Waived(waiver.reason.clone()))
            } else if decisive.is_some_and(|d| d != i) {
                Some(IsctNote::Alternate)
            } else if count.counted.is_none() {
                Some(IsctNote::NotSeparable)
            } else {
                (item == "HLA-DR").then_some(IsctNote::Informative)
            };
            rows.push(row(item, Some(count), limit, decision, note));
        }
    }
    let cd105_modulation = is_modulation(&rows);
    if cd105_modulation {
        rows.iter_mut().filter(|r| r.item == "CD105").for_each(|r| r.note = Some(IsctNote::Cd105Modulation));
    }
    let overall = rows.iter().map(|r| r.status).max().unwrap_or(Status::Informative);
    IsctTable { rows, overall, cd105_modulation }
}

fn row(
    item: &'static str,
    count: Option<&PositiveCount>,
    limit: Limit,
    decision: Decision,
    note: Option<IsctNote>,
) -> IsctRow {
    let counted = count.and_then(|c| c.counted);
    let (by_point, by_bound) =
        counted.map_or((Status::NotReportable, Status::NotReportable), |p| (at_point(p, limit), at_bound(p, limit)));
    let informs = matches!(note, Some(IsctNote::Waived(_) | IsctNote::Alternate)) || item == "HLA-DR";
    let status = match decision {
        _ if informs => Status::Informative,
        Decision::Point => by_point,
        Decision::Bound95 => by_bound,
        Decision::Informative => Status::Informative,
    };
    let bound = |p: Proportion| {
        if limit.min.is_some() { p.lower_bound(Level::P95) } else { p.upper_bound(Level::P95) }
    };
    IsctRow {
        item,
        marker: count.map(|c| c.marker.clone()),
        limit,
        counted,
        interval: counted.map(|p| p.clopper_pearson(Level::P95)),
        bound: counted.map(bound),
        by_point,
        by_bound,
        status,
        note,
    }
}

/// CD105 below its limit with CD73 and CD90 within theirs, and every negative item measured and within its limit.
fn is_modulation(rows: &[IsctRow]) -> bool {
    let of = |item: &str| rows.iter().find(|r| r.item == item).map(|r| r.by_point);
    let decides = |r: &&IsctRow| !matches!(r.note, Some(IsctNote::Waived(_) | IsctNote::Alternate));
    let negatives = rows.iter().filter(|r| r.limit.max.is_some() && r.item != "HLA-DR").filter(decides);
    of("CD105") == Some(Status::DoesNotMeet)
        && of("CD73") == Some(Status::Meets)
        && of("CD90") == Some(Status::Meets)
        && negatives.map(|r| r.by_point).all(|s| s == Status::Meets)
}

#[cfg(test)]
mod tests;
