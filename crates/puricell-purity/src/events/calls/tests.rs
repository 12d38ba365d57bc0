use puricell_core::DropReason;
use puricell_testkit::thread_sweep;

use super::*;
use crate::events::planted::{MARKERS, POPULATIONS, calibrated, name, planted, resolved, thresholds};
use crate::events::{CytoProfile, resolve_events};
use crate::{CompositionParams, Denominator, composition_of};

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
