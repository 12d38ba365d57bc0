//! Groups of lots, and new lots against old ones.

use puricell_purity::Proportion;
use puricell_purity::cohort::MIN_LOTS;
use puricell_purity::cohort::equivalence::{self, compare};
use puricell_purity::cohort::margins::Margins;
use puricell_purity::cohort::outliers::expected;
use puricell_report::cohort::{Bridging, BridgingResult, ClassComparison, Equivalence, GroupComparison};
use puricell_report::model::Class;

use super::Groups;

/// The classes in two groups of lots.
pub(super) fn comparison(
    groups: &Groups,
    classes: &[Class],
    counts: &[Vec<Option<Proportion>>],
    margins: Option<&Margins>,
) -> Option<GroupComparison> {
    let [a, b] = &groups.groups[..] else { return None };
    let of = |class: &[Option<Proportion>], lots: &[usize]| {
        lots.iter().filter_map(|&i| class[i]).collect::<Vec<Proportion>>()
    };
    let one = |(class, counts): (&Class, &Vec<Option<Proportion>>)| {
        let margin = margins.map(|m| m.of(&class.id)).unwrap_or_default();
        let found = compare(&of(counts, &a.lots), &of(counts, &b.lots), margin);
        let ratio = puricell_core::math::exp;
        ClassComparison {
            class: class.id.clone(),
            n_lots: found.n_lots.map(|n| n as u64),
            k: found.pooled.map(Proportion::k),
            n: found.pooled.map(Proportion::n),
            upper: found.upper,
            odds_ratio: found.difference.map(ratio),
            low_90: found.interval.map(|i| ratio(i.low)),
            high_90: found.interval.map(|i| ratio(i.high)),
            margin: margin.logit.map(ratio),
            both_below: margin.both_below,
            power: found.power,
            p_difference: found.p_difference,
            shown: match found.shown {
                equivalence::Equivalence::Equivalent => Equivalence::Equivalent,
                equivalence::Equivalence::NotEquivalent => Equivalence::NotEquivalent,
                equivalence::Equivalence::NotShown => Equivalence::EquivalenceNotShown,
                equivalence::Equivalence::BothBelow => Equivalence::BothBelow,
                equivalence::Equivalence::DescribeOnly => Equivalence::DescribeOnly,
            },
        }
    };
    Some(GroupComparison {
        column: groups.fact.clone(),
        groups: [a.value.clone(), b.value.clone()],
        lots: [a.lots.clone(), b.lots.clone()],
        margins: margins.map(|m| format!("{} {}, fixed on {}", m.id, m.version, m.fixed_on)),
        classes: classes.iter().zip(counts).map(one).collect(),
    })
}

/// The classes of new lots against all others.
pub(super) fn bridging(groups: &Groups, classes: &[Class], counts: &[Vec<Option<Proportion>>]) -> Bridging {
    let new = groups.groups.first().map_or(&[][..], |g| &g.lots);
    let is_new = |lot: &usize| new.contains(lot);
    let mut results = Vec::new();
    for (class, counts) in classes.iter().zip(counts) {
        let reference: Vec<Proportion> =
            counts.iter().enumerate().filter(|(i, _)| !is_new(i)).filter_map(|(_, c)| *c).collect();
        if reference.len() < MIN_LOTS {
            continue;
        }
        for &lot in new {
            let Some((counted, fraction)) = counts[lot].and_then(|c| Some((c, c.fraction()?))) else { continue };
            let range = expected(&reference, counted.n());
            results.push(BridgingResult {
                lot,
                class: class.id.clone(),
                fraction,
                expected_low: range.low,
                expected_high: range.high,
                is_within: range.low <= fraction && fraction <= range.high,
            });
        }
    }
    let n_lots = counts.first().map_or(0, Vec::len);
    Bridging {
        column: groups.fact.clone(),
        value: groups.groups.first().map(|g| g.value.clone()).unwrap_or_default(),
        new: new.to_vec(),
        n_reference: (n_lots - new.len()) as u64,
        results,
    }
}
