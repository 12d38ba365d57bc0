use proptest::prelude::*;
use puricell_core::{DropReason, FeatureKind, FeatureTable};

use super::*;
use crate::call::CallKind;
use crate::{Called, Panels, Profile, Proportion, resolve};

fn resolved_without(missing: &[&str]) -> Resolved {
    let panels = Panels::builtin().unwrap();
    let names: std::collections::BTreeSet<String> =
        panels.panels.iter().flat_map(|p| &p.markers).map(|m| m.symbol.clone()).collect();
    let names: Vec<String> = names.into_iter().filter(|n| !missing.contains(&n.as_str())).collect();
    let features = FeatureTable {
        ids: names.clone(),
        kinds: vec![FeatureKind::GeneExpression; names.len()],
        genomes: vec![String::new(); names.len()],
        names,
    };
    resolve(&Profile::builtin("bone-marrow").unwrap(), panels, &features).unwrap().value
}

fn called(kind: CallKind, subclass: Option<usize>) -> Outcome {
    Outcome::Called(Called { kind, subclass, subsets: Vec::new(), confidence: 0.9 })
}

fn outcomes(resolved: &Resolved, choices: &[(u8, u8)]) -> Vec<Outcome> {
    let tops: Vec<usize> = resolved.top_classes().filter(|&c| resolved.classes[c].reportable).collect();
    choices
        .iter()
        .map(|&(what, which)| match what % 6 {
            0 => Outcome::Dropped(DropReason::ALL[which as usize % 5]),
            1 => called(CallKind::Suspect(tops[0]), None),
            2 => called(CallKind::Unassigned, None),
            3 => {
                let top = tops[which as usize % tops.len()];
                let subs: Vec<usize> =
                    (0..resolved.classes.len()).filter(|&c| resolved.classes[c].parent == Some(top)).collect();
                called(CallKind::Class(top), subs.get(which as usize % (subs.len() + 1)).copied())
            }
            _ => Outcome::Called(Called {
                kind: CallKind::Target,
                subclass: None,
                subsets: if which % 2 == 0 { vec![0, 1] } else { Vec::new() },
                confidence: 1.0,
            }),
        })
        .collect()
}

proptest! {
    // Verifies R-03.
    #[test]
    fn top_rows_of_a_denominator_sum_to_its_n(choices in prop::collection::vec((any::<u8>(), any::<u8>()), 0..300)) {
        let resolved = resolved_without(&[]);
        let outcomes = outcomes(&resolved, &choices);
        let c = composition(&resolved, &outcomes, &CompositionParams::default()).unwrap();
        prop_assert_eq!(c.n_all_events, outcomes.len() as u64);
        for denominator in Denominator::ALL {
            let rows = c.rows.iter().filter(|r| r.denominator == denominator);
            let tops = rows.clone().filter(|r| r.parent.is_none() && r.role != RowRole::Informative);
            prop_assert_eq!(tops.map(|r| r.k.unwrap()).sum::<u64>(), c.n(denominator));
            for row in rows {
                prop_assert!(row.k.unwrap() <= row.n && row.n == c.n(denominator));
                let children = c.rows.iter().filter(|r| {
                    r.denominator == denominator
                        && r.parent.as_deref() == Some(row.class.as_str())
                        && r.role != RowRole::Informative
                });
                prop_assert!(children.map(|r| r.k.unwrap()).sum::<u64>() <= row.k.unwrap());
            }
        }
        let kept = outcomes.iter().filter(|o| matches!(o, Outcome::Called(_))).count() as u64;
        prop_assert_eq!(c.n_viable_singlets, kept);
    }
}

#[test]
fn counts_land_in_their_rows() {
    let resolved = resolved_without(&[]);
    let [heme, mono, gran] = ["hematopoietic", "monocyte", "granulocyte"].map(|id| resolved.class(id).unwrap());
    let mut outcomes = vec![called(CallKind::Target, None); 95];
    outcomes.push(called(CallKind::Class(heme), Some(mono)));
    outcomes.push(called(CallKind::Class(heme), Some(gran)));
    outcomes.push(called(CallKind::Class(heme), None));
    outcomes.push(called(CallKind::Suspect(heme), None));
    outcomes.push(called(CallKind::Unassigned, None));
    outcomes.push(Outcome::Dropped(DropReason::HighMito));
    // A rate of 0.01 from so many blank cells that it is as good as known.
    let blank = Tally { k: 10_000_000, n: 1_000_000_000, n_distinct: 1_000_000_000 };
    let limits = MethodLimits { blank: Some(blank), quantification_limit: Some(0.05), ..MethodLimits::default() };
    let planted = MethodLimits { sensitivity: Some(Tally { k: 1000, n: 1000, n_distinct: 1000 }), ..limits };
    let params = CompositionParams {
        methods: [("hematopoietic".to_owned(), planted), ("epithelial".to_owned(), limits)].into_iter().collect(),
        ..CompositionParams::default()
    };
    let c = composition(&resolved, &outcomes, &params).unwrap();
    let k = |class, denominator| c.row(class, denominator).map(|r| (r.k.unwrap(), r.n));
    assert_eq!(k("target", Denominator::ViableSinglets), Some((95, 100)));
    assert_eq!(k("target", Denominator::AllEvents), Some((95, 101)));
    assert_eq!(k("target", Denominator::Classified), Some((95, 98)));
    assert_eq!(k("hematopoietic", Denominator::ViableSinglets), Some((3, 100)));
    assert_eq!(k("inflammatory", Denominator::ViableSinglets), Some((2, 100)));
    assert_eq!(k("non_viable", Denominator::AllEvents), Some((1, 101)));
    assert_eq!(k("non_viable", Denominator::ViableSinglets), None);
    assert_eq!(k("suspect", Denominator::Classified), None);
    let row = c.row("hematopoietic", Denominator::ViableSinglets).unwrap();
    // Binomial(100, 0.01): P(X <= 2) = 0.9206, P(X <= 3) = 0.9816, so the limit of blank is 3 cells.
    assert!((row.lob.unwrap() - 0.03).abs() < 1e-15);
    assert!(row.lod.unwrap() > row.lob.unwrap() && row.loq.unwrap() > 0.05, "100 cells are too few for 5 %");
    assert_eq!(row.detection, Some(Detection::NotDetected));
    // What was not planted may be called of none of its cells: blanks alone give no limit of detection.
    let row = c.row("epithelial", Denominator::ViableSinglets).unwrap();
    assert_eq!((row.lob, row.lod, row.loq, row.detection), (Some(0.03), None, None, Some(Detection::NotDetected)));
    // Rates are shares of the viable singlets; of another denominator they would be others.
    assert_eq!(c.row("hematopoietic", Denominator::AllEvents).unwrap().lob, None);
    assert_eq!(c.row("endothelial", Denominator::ViableSinglets).unwrap().lob, None);
}

// Verifies R-11.
#[test]
fn what_is_not_reportable_is_not_zero() {
    let resolved = resolved_without(&["MYOD1", "MYF5", "PAX7", "PROX1", "LYVE1", "FLT4"]);
    let c = composition(&resolved, &[called(CallKind::Target, None)], &CompositionParams::default()).unwrap();
    let row = c.row("myogenic", Denominator::ViableSinglets).unwrap();
    assert_eq!((row.k, row.fraction, row.status), (None, None, Some(Status::NotReportable)));
    let line = write_tsv(&c).lines().find(|l| l.starts_with("myogenic")).unwrap().to_owned();
    assert_eq!(
        line,
        "myogenic\tother_stromal\tcomponent\tNA\t1\tviable_singlets\tNA\tNA\tNA\tNA\tNA\tNA\tNA\t\tnot_reportable\tNA\tNA\tNA\t"
    );
    let heme = resolved_without(&["MPO", "ELANE", "CXCR2", "CXCR1", "CSF3R"]);
    let c = composition(&heme, &[], &CompositionParams::default()).unwrap();
    // A sum over a class that is not counted is not counted either.
    assert_eq!(c.row("inflammatory", Denominator::ViableSinglets).unwrap().k, None);
}

#[test]
fn no_cell_gives_no_fraction() {
    let c = composition(&resolved_without(&[]), &[], &CompositionParams::default()).unwrap();
    let row = c.row("target", Denominator::ViableSinglets).unwrap();
    assert_eq!((row.k, row.n, row.fraction, row.upper_one_sided), (Some(0), 0, None, None));
}

#[test]
fn the_file_has_the_promised_form() {
    let resolved = resolved_without(&[]);
    let c = composition(&resolved, &vec![called(CallKind::Target, None); 300], &CompositionParams::default()).unwrap();
    let text = write_tsv(&c);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "class\tparent\trole\tk\tn\tdenominator\tfraction\tci_low\tci_high\tupper_one_sided\tlob\tlod\tloq\tlimit\tstatus\tcorrected_fraction\tcorrected_low\tcorrected_high\tresult"
    );
    assert!(lines.iter().all(|l| l.split('\t').count() == 19));
    // 0.025^(1/300), 1 less that, and 1 - 0.05^(1/300), computed with Python 3.11.
    assert_eq!(
        lines[1],
        "target\t\ttarget\t300\t300\tviable_singlets\t1\t0.9877790253\t1\t1\tNA\tNA\tNA\t\t\tNA\tNA\tNA\t"
    );
    assert!(
        text.contains("\nhematopoietic\t\tcontaminant\t0\t300\tviable_singlets\t0\t0\t0.01222097469\t0.009936081944\t")
    );
    assert!(!text.contains("e-"));
}

#[test]
fn impossible_calls_are_refused_with_the_cell() {
    let resolved = resolved_without(&["MYOD1"]);
    let refuse = |outcome: Outcome| {
        let outcomes = [called(CallKind::Target, None), outcome];
        composition(&resolved, &outcomes, &CompositionParams::default()).unwrap_err().to_string()
    };
    let [heme, mono, vascular] = ["hematopoietic", "monocyte", "vascular"].map(|id| resolved.class(id).unwrap());
    assert_eq!(refuse(called(CallKind::Class(999), None)), "cell 1 is called class 999: there is no such class");
    assert!(
        refuse(called(CallKind::Class(mono), None))
            .ends_with("it is a sub-class; a call names the top class and the sub-class apart")
    );
    assert!(refuse(called(CallKind::Class(heme), Some(vascular))).ends_with("it is no sub-class of the class called"));
}

/// A study of a method that calls 2 in 1,000 target cells and 9 in 10 blood cells blood.
fn studied(outcomes: &[Outcome], interval: IntervalMethod) -> Composition {
    let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>();
    let limits = MethodLimits {
        blank: Some(Tally { k: 20, n: 10_000, n_distinct: 10_000 }),
        sensitivity: Some(Tally { k: 900, n: 1000, n_distinct: 1000 }),
        quantification_limit: Some(0.02),
        highest_planted: Some(0.05),
    };
    let params = CompositionParams {
        interval,
        methods: [("hematopoietic".to_owned(), limits)].into_iter().collect(),
        confusion: Some(Confusion {
            truth: names(&["target", "hematopoietic"]),
            called: names(&["target", "hematopoietic", "unassigned"]),
            counts: vec![vec![9980, 20, 0], vec![100, 900, 0]],
            distinct: vec![10_000, 1000],
        }),
        ..CompositionParams::default()
    };
    composition(&resolved_without(&[]), outcomes, &params).unwrap()
}

/// Of 10,000 cells, `k` blood.
fn lot(k: usize) -> Vec<Outcome> {
    let heme = resolved_without(&[]).class("hematopoietic").unwrap();
    let mut outcomes = vec![called(CallKind::Target, None); 10_000 - k];
    outcomes.extend(vec![called(CallKind::Class(heme), None); k]);
    outcomes
}

#[test]
fn a_study_gives_limits_corrected_fractions_and_results() {
    let exact = IntervalMethod::ClopperPearson;
    // scipy.stats.betabinom(10000, 20.5, 9980.5).ppf(0.95) = 32 (scipy 1.17.1).
    for (k, want) in [
        (32, Detection::NotDetected),
        (33, Detection::DetectedBelowLoq),
        (400, Detection::Quantified),
        (500, Detection::AboveRange),
    ] {
        let c = studied(&lot(k), exact);
        let row = c.row("hematopoietic", Denominator::ViableSinglets).unwrap();
        assert_eq!(row.detection, Some(want), "{k}");
        assert!((row.lob.unwrap() - 0.0032).abs() < 1e-12);
        // Rogan and Gladen's formula.
        let corrected = (k as f64 / 10_000.0 - 0.002) / (0.9 - 0.002);
        assert!((row.corrected.unwrap() - corrected).abs() < 1e-9);
        let interval = row.corrected_interval.unwrap();
        assert!(interval.low <= corrected && corrected <= interval.high);
        let line = write_tsv(&c).lines().find(|l| l.starts_with("hematopoietic\t")).unwrap().to_owned();
        assert!(line.ends_with(want.name()), "{line}");
        // The same cells counted among all events, where the study says nothing.
        let row = c.row("hematopoietic", Denominator::AllEvents).unwrap();
        assert_eq!((row.corrected, row.lob, row.detection), (None, None, None));
    }
    let c = studied(&lot(5), exact);
    assert_eq!(c.row("endothelial", Denominator::ViableSinglets).unwrap().corrected, None);
}

/// The interval chosen is shown; the one-sided bounds, which decide, stay exact.
#[test]
fn the_interval_is_the_one_asked_for() {
    let p = Proportion::new(200, 10_000).unwrap();
    for method in IntervalMethod::ALL {
        let c = studied(&lot(200), method);
        let row = c.row("hematopoietic", Denominator::ViableSinglets).unwrap();
        assert_eq!(row.interval, Some(p.interval(method, Level::P95)));
        assert_eq!(row.upper_one_sided, Some(p.upper_bound(Level::P95)));
        assert_eq!(IntervalMethod::from_name(method.name()), Some(method));
    }
    let ends = IntervalMethod::ALL.map(|m| p.interval(m, Level::P95).low * 100.0);
    // Clopper-Pearson 1.7347, Wilson 1.7435, Jeffreys 1.7393 (scipy 1.17.1), to the digits shown.
    for (found, want) in ends.into_iter().zip([1.7347, 1.7435, 1.7393]) {
        assert!((found - want).abs() < 5e-5);
    }
}
