//! Reports of many kinds.

use puricell_report::Model;
use puricell_report::model::{
    Decision, Detection, Explained, ExplainedCell, ExplainingGene, Majority, Mixture, NeighbourSearch, Role,
    Statistics, Status,
};

use crate::product::{ask, component, screen};
use crate::{doublets, flow_lot, lot};

/// The lot is inconclusive, the flow lot meets.
pub(super) fn all() -> Vec<(&'static str, Model)> {
    vec![
        ("inconclusive", lot()),
        ("of events", flow_lot()),
        ("no contaminant", clean()),
        ("failing", failing()),
        ("everything", everything()),
        ("refused", refused()),
    ]
}

/// No contaminant, in any row.
fn clean() -> Model {
    let mut model = lot();
    for row in model.composition.iter_mut().filter(|r| r.role == Role::Contaminant && r.k.is_some()) {
        (row.k, row.fraction, row.ci_low) = (Some(0), Some(0.0), Some(0.0));
        // 1 - 0.05^(1/n) and 1 - 0.025^(1/n), near enough.
        (row.upper_one_sided, row.ci_high) = (Some(2.996 / row.n as f64), Some(3.689 / row.n as f64));
        row.status = row.status.map(|_| Status::Meets);
    }
    let rows = model.composition.clone();
    for item in &mut model.verdict.items {
        let row = rows.iter().find(|r| r.class == item.class && r.denominator == item.denominator).unwrap();
        if row.role == Role::Contaminant {
            (item.k, item.fraction, item.ci_low, item.ci_high) = (row.k, row.fraction, row.ci_low, row.ci_high);
            item.bound_one_sided = row.upper_one_sided;
            item.sentence = format!("0 of {}.", item.n);
            (item.status, item.meets_by_point, item.shown_with_confidence) = (Status::Meets, Some(true), Some(true));
        }
    }
    model.verdict.overall = Status::Meets;
    model
}

/// One item fails, one cannot be reported, the point estimate decides on a third.
fn failing() -> Model {
    let mut model = lot();
    let [first, second, third, ..] = &mut model.verdict.items[..] else { panic!() };
    (first.status, first.limit_fraction, first.limit) =
        (Status::DoesNotMeet, Some(0.95), "≥ 95 % of viable singlets".to_owned());
    (first.meets_by_point, first.shown_with_confidence) = (Some(false), Some(false));
    (second.status, second.k, second.fraction, second.ci_low, second.ci_high) =
        (Status::NotReportable, None, None, None, None);
    (second.bound_one_sided, second.meets_by_point, second.shown_with_confidence) = (None, None, None);
    "Not reportable.".clone_into(&mut second.sentence);
    third.decision = Decision::Point;
    let (k, n) = (third.k.unwrap(), third.n);
    third.sentence = format!("{k} of {n}.");
    model.verdict.overall = Status::DoesNotMeet;
    let state = &mut model.states[0];
    (state.k, state.fraction, state.ci_low, state.ci_high, state.upper_one_sided) = (None, None, None, None, None);
    model.heterogeneity.as_mut().unwrap().subpopulations[0].markers[0].fraction_out = Some(0.0);
    model
}

/// A gene-modified mixture with a validation study, screens, doublets, cells explained and neighbours searched for in
/// regions.
fn everything() -> Model {
    let mut model = lot();
    ask(&mut model);
    model.product.mixture = Some(Mixture {
        components: vec![
            component("target", Some(300), (Some(true), Some(true))),
            component("hematopoietic", Some(470), (Some(true), None)),
            component("t_cell", Some(0), (Some(false), Some(false))),
            component("endothelial", Some(180), (Some(false), None)),
        ],
    });
    model.product.screens = vec![screen(Some(0)), screen(None)];
    model.doublets = Some(doublets::some());
    model.statistics = Statistics { validation: Some("validation-2026.json".to_owned()), ..Statistics::default() };
    for (i, row) in model.composition.iter_mut().filter(|r| r.role == Role::Contaminant && r.k.is_some()).enumerate() {
        let fraction = row.fraction.unwrap();
        (row.corrected_fraction, row.corrected_low) = (Some(fraction * 0.93), Some(row.ci_low.unwrap() * 0.87));
        row.corrected_high = row.ci_high.map(|high| high * 1.09);
        (row.lob, row.lod) = (Some(3.0 / row.n as f64), Some(7.7 / row.n as f64));
        row.loq = (i % 2 == 0).then_some(0.0213);
        let found = [Detection::NotDetected, Detection::DetectedBelowLoq, Detection::Quantified, Detection::AboveRange];
        row.result = Some(found[i % found.len()]);
    }
    model.clusters.as_mut().unwrap().neighbour_search = Some(NeighbourSearch {
        is_exact: false,
        recall: Some(0.987_31),
        ci_low: Some(0.981_2),
        ci_high: Some(0.991_7),
        n_sampled: Some(1280),
        target: Some(0.97),
        n_regions: Some(411),
        n_searched: Some(23),
        share_searched: Some(0.0713),
    });
    model.explained = Some(Explained {
        n_total: 59,
        cells: vec![ExplainedCell {
            cell: "AAACCTGAGCATCATC-1".to_owned(),
            call: Some("t_cell".to_owned()),
            class: "t_cell".to_owned(),
            cell_type: "CD8 T".to_owned(),
            confidence: Some(0.998_7),
            genes: vec![ExplainingGene {
                gene: "CD3E".to_owned(),
                molecules: 17,
                expected_in_target: 0.031,
                log_ratio: 19.37,
            }],
            markers: Vec::new(),
        }],
    });
    model
}

/// A lot that is mostly of another cell.
fn refused() -> Model {
    let mut model = lot();
    model.product.majority = Some(Majority {
        class: "epithelial".to_owned(),
        k: 1007,
        n: 1893,
        refuses: true,
        sentence: "1,007 of 1,893 kept cells are called Epithelial: the lot is not this product.".to_owned(),
        basis: Some("Han 2025".to_owned()),
    });
    model.verdict.sentence.clone_from(&model.product.majority.as_ref().unwrap().sentence);
    for statement in &mut model.purity {
        (statement.fraction, statement.ci_low, statement.ci_high) = (None, None, None);
    }
    model
}
