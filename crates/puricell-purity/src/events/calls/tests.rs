use puricell_core::{DropReason, Seed, Stream, math};
use puricell_testkit::thread_sweep;

use super::*;
use crate::events::{
    Calibration, Component, CytoProfile, MarkerEvidence, ThresholdSource, explain_events, resolve_events,
};
use crate::{CompositionParams, Denominator, composition_of};

/// ln intensity of the markers that a population carries, and its share; the rest are MSC.
struct Population {
    id: &'static str,
    share: f64,
    carried: &'static [(&'static str, f64)],
}

const MARKERS: [&str; 13] =
    ["CD73", "CD90", "CD105", "CD45", "CD34", "CD14", "CD19", "CD3", "CD56", "CD31", "CD144", "HLA-DR", "CD326"];
const NEGATIVE: f64 = 4.6;

const POPULATIONS: [Population; 7] = [
    Population { id: "target", share: 0.0, carried: &[("CD73", 9.2), ("CD90", 9.6), ("CD105", 8.6)] },
    Population {
        id: "monocyte",
        share: 0.02,
        carried: &[("CD45", 8.6), ("CD14", 9.0), ("HLA-DR", 8.4), ("CD31", 7.8), ("CD105", 5.6)],
    },
    Population { id: "t_cell", share: 0.005, carried: &[("CD45", 9.6), ("CD3", 9.0), ("CD31", 6.0)] },
    Population { id: "b_cell", share: 0.001, carried: &[("CD45", 9.4), ("CD19", 8.4), ("HLA-DR", 8.8)] },
    Population { id: "nk_cell", share: 0.001, carried: &[("CD45", 9.4), ("CD56", 8.4), ("CD31", 6.5)] },
    Population {
        id: "hsc",
        share: 0.0005,
        carried: &[("CD34", 8.8), ("CD45", 7.2), ("CD31", 7.4), ("CD90", 6.0), ("HLA-DR", 7.6)],
    },
    Population {
        id: "endothelial",
        share: 0.005,
        carried: &[("CD31", 9.2), ("CD34", 7.4), ("CD144", 8.0), ("CD105", 9.0), ("CD73", 7.6), ("CD90", 5.4)],
    },
];

/// Dye of one cell, linear: log-normal, sd 0.38 where carried and 0.55 where not.
fn dyes(population: &Population, stream: &mut Stream) -> Vec<f64> {
    MARKERS
        .iter()
        .map(|marker| {
            let carried = population.carried.iter().find(|(m, _)| m == marker);
            let (mean, sd) = carried.map_or((NEGATIVE, 0.55), |(_, mean)| (*mean, 0.38));
            math::exp(mean + sd * stream.normal())
        })
        .collect()
}

/// Photo-electron and electronic noise, then asinh(x / 150).
fn measured(dyes: &[f64], stream: &mut Stream) -> Vec<f32> {
    dyes.iter()
        .map(|d| {
            let x = (d + (6.0 * d).sqrt() * stream.normal() + 80.0 * stream.normal()) / 150.0;
            math::ln(x.abs() + (x * x + 1.0).sqrt()).copysign(x) as f32
        })
        .collect()
}

/// Thresholds by the rule for an unstained control: its 99.5th percentile.
fn thresholds() -> Vec<MarkerThreshold> {
    let (mut stream, blank) = (Seed(7).stream("control", 0), Population { id: "", share: 0.0, carried: &[] });
    let control: Vec<Vec<f32>> = (0..20_000)
        .map(|_| {
            let dyes = dyes(&blank, &mut stream);
            measured(&dyes, &mut stream)
        })
        .collect();
    MARKERS
        .iter()
        .enumerate()
        .map(|(column, marker)| {
            let values: Vec<f64> = control.iter().map(|event| f64::from(event[column])).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64;
            let threshold = math::quantile(&values, 0.995).unwrap();
            MarkerThreshold {
                marker: (*marker).to_owned(),
                column,
                threshold,
                band: (threshold - 0.2, threshold + 0.2),
                separable: true,
                source: ThresholdSource::Control,
                calibration: Calibration::Negative(Component { mean, sd: variance.sqrt(), weight: 1.0 }),
            }
        })
        .collect()
}

/// The same thresholds with the lot's own positive events, where a twentieth of it or more is positive: an endothelial
/// cell's faint CD90 lies above the control and far below the CD90 of MSC.
fn calibrated(values: &Dense<f32>) -> Vec<MarkerThreshold> {
    let mut thresholds = thresholds();
    for t in &mut thresholds {
        let all = (0..values.n_rows()).map(|e| f64::from(values.row(e)[t.column]));
        let positive: Vec<f64> = all.filter(|v| t.is_positive(*v)).collect();
        let weight = positive.len() as f64 / values.n_rows() as f64;
        if let Calibration::Negative(negative) = t.calibration
            && weight >= 0.05
        {
            let mean = positive.iter().sum::<f64>() / positive.len() as f64;
            let variance = positive.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / positive.len() as f64;
            let negative = Component { weight: 1.0 - weight, ..negative };
            t.calibration =
                Calibration::Components { negative, positive: Component { mean, sd: variance.sqrt(), weight } };
        }
    }
    thresholds
}

/// Values, and the populations in each event: one, or two in a doublet.
fn planted(n: usize, doublets: f64) -> (Dense<f32>, Vec<(usize, Option<usize>)>) {
    let mut stream = Seed(11).stream("planted", 0);
    let draw = |stream: &mut Stream| {
        let mut u = stream.uniform();
        (1..POPULATIONS.len())
            .find(|&p| {
                u -= POPULATIONS[p].share;
                u < 0.0
            })
            .unwrap_or(0)
    };
    let (mut values, mut truth) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let first = draw(&mut stream);
        let second = if stream.uniform() < doublets { Some(draw(&mut stream)) } else { None };
        let mut cell = dyes(&POPULATIONS[first], &mut stream);
        if let Some(second) = second {
            let other = dyes(&POPULATIONS[second], &mut stream);
            cell.iter_mut().zip(other).for_each(|(a, b)| *a += b);
        }
        values.extend(measured(&cell, &mut stream));
        truth.push((first, second));
    }
    (Dense::new(n, MARKERS.len(), values).unwrap(), truth)
}

fn resolved(thresholds: &[MarkerThreshold]) -> ResolvedEvents {
    resolve_events(&CytoProfile::builtin("msc-flow").unwrap(), thresholds).unwrap().value
}

/// The most exact name of a call.
fn name<'a>(call: &EventCall, resolved: &'a ResolvedEvents) -> &'a str {
    let classes = &resolved.resolved.classes;
    match (call.kind(), call.subclass()) {
        (CallKind::Target, _) => "target",
        (CallKind::Suspect(_), _) => "suspect",
        (CallKind::Unassigned, _) => "unassigned",
        (CallKind::Class(_), Some(sub)) => &classes[sub].id,
        (CallKind::Class(top), None) => &classes[top].id,
    }
}

// Verifies R-05.
#[test]
fn planted_classes_are_found_and_nothing_else() {
    let n = 200_000;
    let (values, truth) = planted(n, 0.02);
    let resolved = resolved(&calibrated(&values));
    assert!(resolved.resolved.classes.iter().all(|c| c.reportable), "every marker is measured");
    let mask = CellMask::all_kept(n);
    let calls = call_events(&values, &mask, &resolved, &EventModel::builtin().unwrap()).unwrap();
    let names: Vec<&str> = calls.events.iter().map(|c| name(c.as_ref().unwrap(), &resolved)).collect();
    for (p, population) in POPULATIONS.iter().enumerate() {
        let singlets = truth.iter().filter(|t| **t == (p, None)).count();
        let called = names.iter().filter(|n| **n == population.id).count();
        // Two cells of one kind in one event are of that kind.
        let is = |t: &(usize, Option<usize>)| t.0 == p && t.1.is_none_or(|second| second == p);
        let found = truth.iter().zip(&names).filter(|(t, n)| **t == (p, None) && **n == population.id).count();
        let right = truth.iter().zip(&names).filter(|(t, n)| is(t) && **n == population.id).count();
        let (recall, precision) = (found as f64 / singlets as f64, right as f64 / called as f64);
        assert!(recall >= 0.95 && precision >= 0.95, "{}: recall {recall}, precision {precision}", population.id);
    }
    // A target cell with any other in one event is a suspect, not a contaminant.
    let mixed: Vec<&str> = truth
        .iter()
        .zip(&names)
        .filter(|(t, _)| matches!(t, (0, Some(1..)) | (1.., Some(0))))
        .map(|(_, n)| *n)
        .collect();
    let suspects = mixed.iter().filter(|n| **n == "suspect").count();
    assert!(mixed.len() > 100 && suspects as f64 >= 0.9 * mixed.len() as f64, "{suspects} of {}", mixed.len());
}

// Verifies R-03.
#[test]
fn rows_sum_and_every_event_is_accounted_for() {
    let n = 5_000;
    let (values, _) = planted(n, 0.02);
    let mut mask = CellMask::all_kept(n);
    (0..n).step_by(10).for_each(|e| mask.drop_cell(e, DropReason::Doublet));
    let resolved = resolved(&thresholds());
    let calls = call_events(&values, &mask, &resolved, &EventModel::builtin().unwrap()).unwrap();
    let c = composition_of(&resolved.resolved, calls.outcomes(&mask), &CompositionParams::of_events()).unwrap();
    assert_eq!((c.n_all_events, c.n_viable_singlets), (5_000, 4_500));
    for denominator in Denominator::ALL {
        let of = |r: &&crate::Row| r.denominator == denominator && r.parent.is_none();
        let rows = c.rows.iter().filter(of).filter(|r| r.role != crate::RowRole::Informative);
        assert_eq!(rows.map(|r| r.k.unwrap()).sum::<u64>(), c.n(denominator), "{denominator:?}");
    }
    assert_eq!(c.row("doublet", Denominator::AllEvents).unwrap().k, Some(500));
    assert!(c.row("suspect", Denominator::AllEvents).unwrap().name_en.contains("one event"));
    assert_eq!(c.row("debris", Denominator::AllEvents).unwrap().name_en, "Debris");
    assert!(c.row("high_mito", Denominator::AllEvents).is_none());
}

/// One event with the given markers carried at ln 9 and the rest not, and the name of its call.
fn call_of(carried: &[&str], profile: &CytoProfile) -> (EventCall, String) {
    let carries = |m: &&str| if carried.contains(m) { 4.7 } else { 0.5_f32 };
    let values = Dense::new(1, MARKERS.len(), MARKERS.iter().map(carries).collect()).unwrap();
    let resolved = resolve_events(profile, &thresholds()).unwrap().value;
    let calls = call_events(&values, &CellMask::all_kept(1), &resolved, &EventModel::builtin().unwrap()).unwrap();
    let call = calls.events[0].unwrap();
    (call, name(&call, &resolved).to_owned())
}

#[test]
fn textbook_events_are_called_by_their_signs() {
    let msc = CytoProfile::builtin("msc-flow").unwrap();
    let cases: [(&[&str], &str); 12] = [
        (&["CD73", "CD90", "CD105"], "target"),
        (&["CD73", "CD90", "CD105", "HLA-DR"], "target"),
        (&["CD73", "CD90"], "target"),
        (&["CD45"], "hematopoietic"),
        (&["CD45", "CD3"], "t_cell"),
        (&["CD45", "CD3", "CD56"], "t_cell"),
        (&["CD45", "CD56"], "nk_cell"),
        (&["CD45", "CD14", "CD105", "HLA-DR"], "monocyte"),
        (&["CD45", "CD34", "CD90"], "hsc"),
        (&["CD31", "CD144", "CD34", "CD105", "CD73"], "endothelial"),
        (&["CD73", "CD90", "CD105", "CD45", "CD3"], "suspect"),
        (&[], "unassigned"),
    ];
    for (carried, expected) in cases {
        let (call, found) = call_of(carried, &msc);
        assert_eq!(found, expected, "{carried:?}: {call:?}");
    }
}

#[test]
fn never_by_one_marker() {
    let msc = CytoProfile::builtin("msc-flow").unwrap();
    for marker in ["CD3", "CD14", "CD19", "CD34", "CD31", "CD144", "CD56", "HLA-DR"] {
        // By itself it makes no class, and on a target cell it takes nothing from the target but a suspect.
        assert_eq!(call_of(&[marker], &msc).1, "unassigned", "{marker}");
        let found = call_of(&["CD73", "CD90", "CD105", marker], &msc).1;
        assert!(found == "target" || found == "suspect", "{marker} on a target cell: {found}");
    }
}

#[test]
fn lowered_cd105_stays_target_and_is_flagged() {
    let msc = CytoProfile::builtin("msc-flow").unwrap();
    let low = msc.subsets.iter().position(|s| s.id == "cd105_low").unwrap();
    let dr = msc.subsets.iter().position(|s| s.id == "hla_dr_positive").unwrap();
    let (call, found) = call_of(&["CD73", "CD90", "HLA-DR"], &msc);
    assert_eq!((found.as_str(), call.is_in(low), call.is_in(dr)), ("target", true, true));
    let (call, found) = call_of(&["CD73", "CD90", "CD105"], &msc);
    assert_eq!((found.as_str(), call.is_in(low), call.is_in(dr)), ("target", false, false));
    // With a lineage's markers it is no modulation.
    let (call, found) = call_of(&["CD45", "CD14", "CD73"], &msc);
    assert_eq!((found.as_str(), call.is_in(low)), ("monocyte", false));
}

#[test]
fn adipose_cells_with_cd34_are_target() {
    let adipose = crate::Profile::builtin("adipose").unwrap().cytometry().unwrap().unwrap();
    let cases: [(&[&str], &str); 4] = [
        (&["CD73", "CD90", "CD34"], "target"),
        (&["CD73", "CD90", "CD105", "CD34"], "target"),
        // Without CD34 to tell them by, progenitors are counted with the blood cells, endothelium by its other markers.
        (&["CD45", "CD34"], "hematopoietic"),
        (&["CD31", "CD144", "CD34", "CD105", "CD73"], "endothelial"),
    ];
    for (carried, expected) in cases {
        let (call, found) = call_of(carried, &adipose);
        assert_eq!(found, expected, "{carried:?}: {call:?}");
    }
    // The waiver is what makes the difference: without it CD34 speaks against the target, and for a progenitor.
    let msc = CytoProfile::builtin("msc-flow").unwrap();
    let confidence = |profile| call_of(&["CD73", "CD90", "CD34"], profile).0.confidence();
    assert!(confidence(&adipose) > confidence(&msc), "{} {}", confidence(&adipose), confidence(&msc));
    assert_eq!(call_of(&["CD45", "CD34"], &msc).1, "hsc");
}

#[test]
fn no_target_without_its_required_marker() {
    let msc = CytoProfile::builtin("msc-flow").unwrap();
    let mut strict = msc.clone();
    strict.target.pos.retain(|m| m != "CD90");
    strict.target.required = vec!["CD90".to_owned()];
    for (carried, lax, expected) in [
        (&["CD73", "CD90", "CD105"][..], "target", "target"),
        (&["CD73", "CD90"], "target", "target"),
        (&["CD73", "CD105"], "target", "unassigned"),
        (&["CD73", "CD90", "CD105", "CD45", "CD3"], "suspect", "suspect"),
    ] {
        assert_eq!(call_of(carried, &msc).1, lax, "{carried:?}");
        assert_eq!(call_of(carried, &strict).1, expected, "{carried:?}, CD90 required");
    }
    // A marker that must be seen on each cell must be measured.
    let without: Vec<_> = thresholds().into_iter().filter(|t| t.marker != "CD90").collect();
    assert!(!resolve_events(&strict, &without).unwrap().value.resolved.target.reportable);
    assert!(resolve_events(&msc, &without).unwrap().value.resolved.target.reportable);
}

#[test]
fn a_definition_is_kept_on_either_side_of_the_threshold() {
    let mut profile = CytoProfile::builtin("msc-flow").unwrap();
    let of = |carried: &[&str], profile: &CytoProfile| call_of(carried, profile).1;
    let nk_t = &["CD45", "CD3", "CD56"][..];
    assert_eq!(of(nk_t, &profile), "t_cell");
    let t_cell = profile.classes.iter_mut().find(|c| c.id == "t_cell").unwrap();
    t_cell.excluded = vec!["CD56".to_owned()];
    t_cell.either.retain(|m| m != "CD56");
    assert_ne!(of(nk_t, &profile), "t_cell");
    assert_eq!(of(&["CD45", "CD3"], &profile), "t_cell");
    // A doublet shows what either cell carries.
    assert_eq!(of(&["CD73", "CD90", "CD105", "CD45", "CD3", "CD56"], &profile), "suspect");
    let t_cell = profile.classes.iter_mut().find(|c| c.id == "t_cell").unwrap();
    t_cell.required = vec!["CD3".to_owned()];
    t_cell.pos.retain(|m| m != "CD3");
    assert_eq!(of(&["CD45", "CD3"], &profile), "t_cell");
    assert_eq!(of(&["CD45"], &profile), "hematopoietic");
    // What defines a class must be measured.
    let without: Vec<_> = thresholds().into_iter().filter(|t| t.marker != "CD56").collect();
    let found = resolve_events(&profile, &without).unwrap().value.resolved;
    assert!(!found.classes.iter().find(|c| c.id == "t_cell").unwrap().reportable);
}

#[test]
fn a_bright_marker_is_seen_from_the_upper_end_of_its_band() {
    let lax = CytoProfile::builtin("msc-flow").unwrap();
    let mut strict = lax.clone();
    let nk = strict.classes.iter_mut().find(|c| c.id == "nk_cell").unwrap();
    nk.bright = std::mem::take(&mut nk.pos);
    let cd56 = thresholds().into_iter().find(|t| t.marker == "CD56").unwrap();
    let called = |beyond: f64, profile: &CytoProfile| {
        let mut values = vec![0.5_f32; MARKERS.len()];
        values[MARKERS.iter().position(|m| *m == "CD45").unwrap()] = 4.7;
        values[cd56.column] = (cd56.threshold + beyond) as f32;
        let values = Dense::new(1, MARKERS.len(), values).unwrap();
        let resolved = resolve_events(profile, &thresholds()).unwrap().value;
        let calls = call_events(&values, &CellMask::all_kept(1), &resolved, &EventModel::builtin().unwrap()).unwrap();
        name(&calls.events[0].unwrap(), &resolved).to_owned()
    };
    // The band reaches 0.2 beyond the threshold.
    for (beyond, of_lax, of_strict) in
        [(-0.1, "hematopoietic", "hematopoietic"), (0.15, "nk_cell", "hematopoietic"), (0.25, "nk_cell", "nk_cell")]
    {
        assert_eq!(called(beyond, &lax), of_lax, "{beyond} beyond the threshold, carried");
        assert_eq!(called(beyond, &strict), of_strict, "{beyond} beyond the threshold, bright");
    }
    // It must be measured, as one of `pos` must.
    let without: Vec<_> = thresholds().into_iter().filter(|t| t.marker != "CD56").collect();
    let found = resolve_events(&strict, &without).unwrap().value.resolved;
    assert!(!found.classes.iter().find(|c| c.id == "nk_cell").unwrap().reportable);
}

#[test]
fn a_value_that_is_no_number_is_no_evidence() {
    let values = Dense::new(1, MARKERS.len(), vec![f32::NAN; MARKERS.len()]).unwrap();
    let resolved = resolved(&thresholds());
    let model = EventModel::builtin().unwrap();
    let calls = call_events(&values, &CellMask::all_kept(1), &resolved, &model).unwrap();
    assert_eq!(name(&calls.events[0].unwrap(), &resolved), "unassigned");
    assert!(calls.events[0].unwrap().confidence().is_finite());
    let narrow = Dense::filled(1, 3, 0.0_f32);
    assert!(matches!(
        call_events(&narrow, &CellMask::all_kept(1), &resolved, &model),
        Err(PurityError::EventShape { .. })
    ));
    assert!(matches!(
        call_events(&values, &CellMask::all_kept(2), &resolved, &model),
        Err(PurityError::EventShape { .. })
    ));
    let none = Dense::filled(0, MARKERS.len(), 0.0_f32);
    assert!(call_events(&none, &CellMask::all_kept(0), &resolved, &model).unwrap().events.is_empty());
}

#[test]
fn calls_do_not_depend_on_threads() {
    let (values, _) = planted(5_000, 0.02);
    let (mask, resolved) = (CellMask::all_kept(5_000), resolved(&thresholds()));
    let model = EventModel::builtin().unwrap();
    let run = || call_events(&values, &mask, &resolved, &model).unwrap();
    thread_sweep(run).unwrap();
}

/// What the markers say together must carry the call against the prior, and the markers that define a class speak for it.
#[test]
fn the_evidence_of_an_event_carries_its_call() {
    let (values, _) = planted(40_000, 0.02);
    let profile = CytoProfile::builtin("msc-flow").unwrap();
    let thresholds = calibrated(&values);
    let resolved = resolve_events(&profile, &thresholds).unwrap().value;
    let model = EventModel::builtin().unwrap();
    let mask = CellMask::all_kept(values.n_rows());
    let calls = call_events(&values, &mask, &resolved, &model).unwrap();
    let explained = explain_events(0..values.n_rows(), &values, &calls, &resolved, &model);

    let kind = |event: usize| calls.events[event].unwrap().kind();
    let called = (0..values.n_rows()).filter(|&e| matches!(kind(e), CallKind::Class(_) | CallKind::Suspect(_)));
    assert_eq!(explained.iter().map(|e| e.event).collect::<Vec<_>>(), called.collect::<Vec<_>>());
    let least = math::ln(model.prior.target / model.prior.contaminant);
    let name = |marker: &MarkerEvidence| resolved.markers[marker.marker].marker.as_str();
    for event in &explained {
        assert_eq!(event.markers.len(), resolved.markers.len());
        assert!(event.markers.windows(2).all(|m| m[0].log_ratio.abs() >= m[1].log_ratio.abs()));
        let sum: f64 = event.markers.iter().map(|m| m.log_ratio).sum();
        if matches!(kind(event.event), CallKind::Class(_)) {
            assert!(sum > least, "{sum} {event:?}");
        }
        let class = &resolved.resolved.classes[event.class].id;
        if class == "t_cell" && matches!(kind(event.event), CallKind::Class(_)) {
            let for_it: Vec<&str> = event.markers.iter().filter(|m| m.log_ratio > 0.0).map(name).collect();
            assert!(for_it.contains(&"CD45") && for_it.contains(&"CD3") && for_it.contains(&"CD90"), "{for_it:?}");
        }
    }
}
