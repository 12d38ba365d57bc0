//! Classes, composition, purity, verdict.

use puricell_core::DropReason;
use puricell_purity::{
    Composition, Decision, Denominator, Detection, IntervalMethod, ItemVerdict, Limit, Readout, Row, RowRole, SpecItem,
    Status, given_per_cent,
};
use puricell_report::model as report;

use super::Context;
use crate::pipeline::Analysis;

/// Target, the classes as the profile orders them, what the engine adds, and what the composition shows besides.
///
/// The target goes by its short name, such as `MSC(UC)`: the full one stands in the header.
pub(super) fn classes<M>(analysis: &Analysis<M>, target_name: &str) -> Vec<report::Class> {
    let mut classes: Vec<report::Class> = Vec::new();
    for row in &analysis.composition.rows {
        if !classes.iter().any(|c| c.id == row.class) {
            classes.push(report::Class {
                id: row.class.clone(),
                label: if row.class == "target" { target_name.to_owned() } else { row.name_en.clone() },
                label_zh: Some(row.name_zh.clone()),
                parent: row.parent.clone(),
                role: role(row.role),
            });
        }
    }
    classes
}

/// The table, in the order of `composition.tsv`.
pub(super) fn rows(composition: &Composition) -> Vec<report::CompositionRow> {
    composition
        .rows
        .iter()
        .map(|row| report::CompositionRow {
            class: row.class.clone(),
            parent: row.parent.clone(),
            role: role(row.role),
            k: row.k,
            n: row.n,
            denominator: denominator(row.denominator),
            fraction: row.fraction,
            ci_low: row.interval.map(|i| i.low),
            ci_high: row.interval.map(|i| i.high),
            upper_one_sided: row.upper_one_sided,
            lob: row.lob,
            lod: row.lod,
            loq: row.loq,
            limit: row.limit.and_then(limit_fraction),
            status: row.status.map(status),
            corrected_fraction: row.corrected,
            corrected_low: row.corrected_interval.map(|i| i.low),
            corrected_high: row.corrected_interval.map(|i| i.high),
            result: row.detection.map(|d| match d {
                Detection::NotDetected => report::Detection::NotDetected,
                Detection::DetectedBelowLoq => report::Detection::DetectedBelowLoq,
                Detection::Quantified => report::Detection::Quantified,
                Detection::AboveRange => report::Detection::AboveRange,
            }),
        })
        .collect()
}

/// How fractions were computed.
pub(super) fn statistics(composition: &Composition, definitions: &[report::Definition]) -> report::Statistics {
    report::Statistics {
        interval: match composition.interval {
            IntervalMethod::ClopperPearson => report::IntervalMethod::ClopperPearson,
            IntervalMethod::Wilson => report::IntervalMethod::Wilson,
            IntervalMethod::Jeffreys => report::IntervalMethod::Jeffreys,
        },
        validation: definitions.iter().find(|d| d.kind == "validation").map(|d| d.id.clone()),
    }
}

/// Sizes and meanings.
pub(super) fn denominators(composition: &Composition, is_cytometry: bool) -> Vec<report::DenominatorSize> {
    Denominator::ALL
        .iter()
        .map(|&d| report::DenominatorSize {
            id: denominator(d),
            n: composition.n(d),
            definition: match (d, is_cytometry) {
                (Denominator::AllEvents, false) => "Every loaded barcode.",
                (Denominator::AllEvents, true) => "Every event of the file.",
                (Denominator::ViableSinglets, false) => {
                    "The cells kept: viable by the RNA surrogate and single; suspect and unassigned cells included."
                }
                (Denominator::ViableSinglets, true) => {
                    "The events within all gates: viable and single as far as these were assessed; suspect and unassigned \
                     events included."
                }
                (Denominator::Classified, false) => {
                    "The cells kept that got a class: without suspect and unassigned cells."
                }
                (Denominator::Classified, true) => {
                    "The events kept that got a class: without suspect and unassigned events."
                }
            }
            .to_owned(),
        })
        .collect()
}

/// The target's share of each denominator, or that of a mixture's components together; viable singlets make the headline.
/// Where the guard refuses a claim, counts without a share.
pub(super) fn purity<M>(analysis: &Analysis<M>) -> Vec<report::PurityStatement> {
    let is_refused = analysis.product.is_refused();
    [Denominator::AllEvents, Denominator::ViableSinglets, Denominator::Classified]
        .iter()
        .filter_map(|&d| {
            let (k, n, fraction, interval) = if let Some(mixture) = &analysis.product.mixture {
                let of = mixture.purity_of(d)?;
                let counted = of.counted?;
                (counted.k(), counted.n(), counted.fraction(), of.interval)
            } else {
                let row = analysis.composition.row("target", d)?;
                (row.k?, row.n, row.fraction, row.interval)
            };
            let interval = interval.filter(|_| !is_refused);
            Some(report::PurityStatement {
                denominator: denominator(d),
                k,
                n,
                fraction: fraction.filter(|_| !is_refused),
                ci_low: interval.map(|i| i.low),
                ci_high: interval.map(|i| i.high),
                headline: d == Denominator::ViableSinglets,
            })
        })
        .collect()
}

/// The verdict over the items of the specification.
pub(super) fn verdict<M>(context: &Context<'_>, analysis: &Analysis<M>) -> report::Verdict {
    // What most cells are comes first: it is what page one is read for.
    let first = analysis.product.majority.as_ref().map_or_else(String::new, |m| format!("{} ", m.sentence));
    let (Some(spec), Some(judgement)) = (context.spec, &analysis.judgement) else {
        return report::Verdict {
            overall: if analysis.product.is_refused() {
                report::Status::NotReportable
            } else {
                report::Status::Informative
            },
            sentence: format!("{first}No specification was given: every result is for information."),
            items: Vec::new(),
            deviations: context.deviations.clone(),
        };
    };
    let items: Vec<report::VerdictItem> =
        spec.items.iter().zip(&judgement.items).map(|(item, v)| verdict_item(item, v, &analysis.composition)).collect();
    let count = |s: Status| judgement.items.iter().filter(|i| i.status == s).count();
    let sentence = format!(
        "{first}{} of {} items: {} meet, {} do not meet, {} inconclusive, {} not reportable, {} for information only.",
        spec.id,
        judgement.items.len(),
        count(Status::Meets),
        count(Status::DoesNotMeet),
        count(Status::Inconclusive),
        count(Status::NotReportable),
        count(Status::Informative),
    );
    report::Verdict { overall: status(judgement.overall), sentence, items, deviations: context.deviations.clone() }
}

fn verdict_item(item: &SpecItem, verdict: &ItemVerdict, composition: &Composition) -> report::VerdictItem {
    let row = composition.row(&item.class, item.denominator);
    let is_maximum = item.limit.max.is_some();
    let by_bound = Some(verdict.by_bound).filter(|&status| status != Status::NotReportable);
    report::VerdictItem {
        id: item.id.clone(),
        class: item.class.clone(),
        label: row.map_or_else(|| item.class.clone(), |r| r.name_en.clone()),
        method: item.method.clone(),
        limit: limit_text(item.limit, item.denominator, composition.readout),
        limit_fraction: limit_fraction(item.limit),
        limit_side: if is_maximum { report::LimitSide::Maximum } else { report::LimitSide::Minimum },
        denominator: denominator(item.denominator),
        decision: match item.decision {
            Decision::Bound95 => report::Decision::Bound95,
            Decision::Point | Decision::Informative => report::Decision::Point,
        },
        k: row.and_then(|r| r.k),
        n: row.map_or(0, |r| r.n),
        fraction: row.and_then(|r| r.fraction),
        ci_low: row.and_then(|r| r.interval).map(|i| i.low),
        ci_high: row.and_then(|r| r.interval).map(|i| i.high),
        bound_one_sided: row.and_then(|r| bound(r, is_maximum)),
        meets_by_point: yes_or_no(verdict.by_point),
        shown_with_confidence: by_bound.map(|status| status == Status::Meets),
        excluded_with_confidence: by_bound.map(|status| status == Status::DoesNotMeet),
        cells_needed: verdict.cells_needed,
        status: status(verdict.status),
        sentence: verdict.sentence.clone(),
        justification: Some(item.justification.clone()),
    }
}

fn bound(row: &Row, is_maximum: bool) -> Option<f64> {
    if is_maximum { row.upper_one_sided } else { row.lower_one_sided }
}

fn yes_or_no(verdict: Status) -> Option<bool> {
    match verdict {
        Status::Meets => Some(true),
        Status::DoesNotMeet => Some(false),
        _ => None,
    }
}

/// The end that a figure or a table shows: the upper one where there are both.
fn limit_fraction(limit: Limit) -> Option<f64> {
    limit.max.or(limit.min)
}

fn limit_text(limit: Limit, denominator: Denominator, readout: Readout) -> String {
    let of = match denominator {
        Denominator::AllEvents => "all events",
        Denominator::ViableSinglets => "viable singlets",
        Denominator::Classified if readout == Readout::Markers => "classified events",
        Denominator::Classified => "classified cells",
    };
    match (limit.min, limit.max) {
        (Some(min), Some(max)) => format!("{} to {} of {of}", given_per_cent(min), given_per_cent(max)),
        (Some(min), None) => format!("≥ {} of {of}", given_per_cent(min)),
        (None, Some(max)) => format!("≤ {} of {of}", given_per_cent(max)),
        (None, None) => String::new(),
    }
}

pub(super) fn denominator(denominator: Denominator) -> report::DenominatorId {
    match denominator {
        Denominator::AllEvents => report::DenominatorId::AllEvents,
        Denominator::ViableSinglets => report::DenominatorId::ViableSinglets,
        Denominator::Classified => report::DenominatorId::Classified,
    }
}

fn role(role: RowRole) -> report::Role {
    match role {
        RowRole::Target => report::Role::Target,
        RowRole::Component => report::Role::Component,
        RowRole::Contaminant => report::Role::Contaminant,
        RowRole::Informative => report::Role::Informative,
        RowRole::Excluded => report::Role::Excluded,
    }
}

pub(super) fn status(status: Status) -> report::Status {
    match status {
        Status::Informative => report::Status::Informative,
        Status::Meets => report::Status::Meets,
        Status::Inconclusive => report::Status::Inconclusive,
        Status::NotReportable => report::Status::NotReportable,
        Status::DoesNotMeet => report::Status::DoesNotMeet,
    }
}

/// What a reason means, in words.
pub(super) fn reason_label(reason: DropReason) -> &'static str {
    match reason {
        DropReason::Debris => "hardly any molecule: empty droplet or debris",
        DropReason::LowCounts => "fewer molecules than the floor or this lot's bound",
        DropReason::LowFeatures => "fewer genes than the floor or this lot's bound",
        DropReason::HighMito => "mitochondrial share above the threshold: non-viable by the RNA surrogate",
        DropReason::TimeAnomaly => "measured while the flow was disturbed: clog, bubble or drift",
        DropReason::Margin => "at the end of a detector's range",
        DropReason::NonViable => "stained by the viability dye",
        DropReason::Gate => "outside a gate given by the user",
        DropReason::Doublet => "more molecules or genes than this lot's bound",
    }
}
