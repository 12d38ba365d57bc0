//! The steps one by one: rules by their definition, overrides, and what cannot be judged.

use puricell_core::{CellMask, ChannelKind, Dense, DropReason, Events, math};
use puricell_prep::PrepError;
use puricell_prep::cyto::gates::{Gate, Range, RectGate};
use puricell_prep::cyto::quality::{
    DebrisParams, Derivation, MarginChannels, MarginParams, SingletParams, TimeParams, ViabilityParams, debris,
    margin_events, singlets, time_anomalies, viability,
};

use crate::simulate::{Lot, Truth, changed, channel, events, only};

fn all(events: &Events) -> CellMask {
    CellMask::all_kept(events.n_events())
}

#[test]
fn margins_are_the_detectors_ends() {
    let mut channels = vec![
        channel("FSC-A", ChannelKind::ForwardScatter),
        channel("FITC-A", ChannelKind::Fluorescence),
        channel("Time", ChannelKind::Time),
    ];
    channels[0].range = 1024.0;
    let rows = [
        [1023.0, 5.0, 0.0],
        [1022.0, 262_143.0, 0.0],
        [0.0, 5.0, 0.0],
        [1.0, -50.0, 0.0],
        [f32::NAN, 5.0, 0.0],
        [2000.0, 262_144.0, 0.0],
    ];
    let events = Events::new(Dense::new(6, 3, rows.concat()).unwrap(), channels).unwrap();
    let run = |params: &MarginParams| {
        let mut mask = all(&events);
        let found = margin_events(&events, &mut mask, params).unwrap();
        (mask.kept(), found)
    };
    let (kept, found) = run(&MarginParams::default());
    assert_eq!(kept, [1, 3]);
    let counts: Vec<(usize, usize, bool)> = found.value.counts.iter().map(|c| (c.n_low, c.n_high, c.drops)).collect();
    assert_eq!(counts, [(1, 2, true), (0, 2, false)]);
    assert_eq!(found.warnings[0].code, "off_scale");
    let both = MarginParams { channels: MarginChannels::ScatterAndFluorescence, ..MarginParams::default() };
    assert_eq!(run(&both).0, [3]);
    let (kept, found) = run(&MarginParams { upper: Some(1e9), ..MarginParams::default() });
    assert_eq!((kept, found.value.step.derivation), (vec![0, 1, 3, 5], Derivation::Given));
    let none = run(&MarginParams { channels: MarginChannels::None, ..MarginParams::default() });
    assert_eq!((none.0.len(), none.1.value.step.derivation), (6, Derivation::NotAssessed));
}

#[test]
fn thresholds_given_stand() {
    let (events, _) = events(&Lot { debris: 0.1, ..Lot::clean(2_000) }, 3);
    let below = |name: &str, limit: f64| {
        let at = events.channel(name).unwrap();
        (0..events.n_events()).filter(|&i| f64::from(events.values().row(i)[at]) < limit).count()
    };
    let mut mask = all(&events);
    let params = DebrisParams { threshold: Some(30_000.0), ..DebrisParams::default() };
    let found = debris(&events, &mut mask, &params).unwrap().value;
    assert_eq!((found.step.n_dropped, found.step.derivation), (below("FSC-A", 30_000.0), Derivation::Given));
    let range = Range { channel: "FSC-A".into(), min: Some(30_000.0), max: None };
    assert_eq!(found.step.gate, Some(Gate::Rect(RectGate { ranges: vec![range] })));
    let mut mask = all(&events);
    let params =
        ViabilityParams { channel: Some("BV510-A".into()), threshold: Some(100.0), ..ViabilityParams::default() };
    let found = viability(&events, &mut mask, &params).unwrap().value;
    assert_eq!(found.step.n_kept(), below("BV510-A", 100.0));
    let mut mask = all(&events);
    let params = SingletParams { max_ratio: Some(1.05), ..SingletParams::default() };
    let found = singlets(&events, &mut mask, &params).unwrap().value;
    let above = (0..2_000).filter(|&i| {
        let row = events.values().row(i);
        f64::from(row[0]) / f64::from(row[1]) >= 1.05
    });
    assert_eq!(found.step.n_dropped, above.count());
    for wrong in [f64::NAN, 0.0, -1.0] {
        let params = SingletParams { max_ratio: Some(wrong), ..SingletParams::default() };
        assert!(singlets(&events, &mut all(&events), &params).is_err());
    }
    let params = DebrisParams { channel: Some("FSC-X".into()), ..DebrisParams::default() };
    let error = debris(&events, &mut all(&events), &params).unwrap_err();
    assert_eq!(error, PrepError::Channel { argument: "debris.channel", name: "FSC-X".into() });
    assert!(debris(&events, &mut CellMask::all_kept(1), &DebrisParams::default()).is_err());
}

#[test]
fn lymphocytes_are_no_debris() {
    // Without debris, with many and few small cells, and where small cells and debris stand side by side.
    for (lymphocytes, debris_share) in [(0.2, 0.0), (0.01, 0.0), (0.2, 0.1), (0.005, 0.3)] {
        let (events, truth) = events(&Lot { lymphocytes, debris: debris_share, ..Lot::clean(40_000) }, 4);
        let mut mask = all(&events);
        let found = debris(&events, &mut mask, &DebrisParams::default()).unwrap().value;
        let lost = (0..40_000).filter(|&i| truth[i] == Truth::Lymphocyte && !mask.is_kept(i)).count();
        let cells = truth.iter().filter(|&&t| t == Truth::Lymphocyte).count();
        assert!(lost * 50 <= cells, "{lymphocytes} {debris_share}: {lost} of {cells} lost at {:?}", found.threshold);
        if debris_share == 0.0 {
            assert_eq!((found.step.n_dropped, found.step.derivation), (0, Derivation::NothingFound));
        } else {
            // Where debris and small cells meet, the cut takes the side of the cells and leaves some debris.
            assert!(found.step.n_dropped as f64 > 0.8 * debris_share * 40_000.0, "{:?}", found.step);
        }
    }
    // A cap below the foot of the debris stands in its place.
    let (events, _) = events(&Lot { debris: 0.1, ..Lot::clean(40_000) }, 4);
    let params = DebrisParams { max_share_of_main: 0.2, ..DebrisParams::default() };
    let found = debris(&events, &mut all(&events), &params).unwrap().value;
    assert_eq!(found.step.derivation, Derivation::Capped);
    assert!((found.threshold.unwrap() - 0.2 * found.main.unwrap()).abs() < 1e-9);
}

#[test]
fn width_serves_where_there_is_no_height() {
    let (events, truth) = events(&Lot { doublets: 0.05, ..Lot::clean(20_000) }, 5);
    let events = only(&events, &["FSC-A", "FSC-W"]);
    let mut mask = all(&events);
    let found = singlets(&events, &mut mask, &SingletParams::default()).unwrap();
    assert!(matches!(found.value.step.gate, Some(Gate::Rect(_))));
    let seen = (0..20_000).filter(|&i| truth[i] == Truth::Doublet && !mask.is_kept(i)).count();
    assert!(seen as f64 > 0.95 * truth.iter().filter(|&&t| t == Truth::Doublet).count() as f64);
    let alone = only(&events, &["FSC-A"]);
    let found = singlets(&alone, &mut all(&alone), &SingletParams::default()).unwrap();
    assert_eq!(found.warnings[0].code, "singlets_not_assessed");
    // Where height says nothing about area, the gate says that it is weak.
    let loose = changed(&events, "FSC-W", |i, _| 1_000.0 * 1.5_f32.powi(i32::try_from(i % 9).unwrap()));
    let found = singlets(&loose, &mut all(&loose), &SingletParams::default()).unwrap();
    assert_eq!(found.warnings[0].code, "singlets_weak");
}

#[test]
fn the_singlet_limit_follows_the_definition() {
    // Ratios e^-2 to e^2 in five equal parts, in units of 0.1: median 1, MAD 0.1.
    let rows = (0..600).flat_map(|i| [1_000.0 * math::exp(0.1 * f64::from(i % 5 - 2)), 1_000.0].map(|v| v as f32));
    let channels = vec![channel("FSC-A", ChannelKind::ForwardScatter), channel("FSC-H", ChannelKind::ForwardScatter)];
    let events = Events::new(Dense::new(600, 2, rows.collect()).unwrap(), channels).unwrap();
    let params = SingletParams { n_mads: 1.0, ..SingletParams::default() };
    let found = singlets(&events, &mut all(&events), &params).unwrap().value;
    // e^(1.4826 * 0.1) = 1.159814; values are f32.
    assert!((found.max_ratio.unwrap() - 1.159_814).abs() < 1e-6, "{found:?}");
    assert_eq!(found.step.n_dropped, 120);
}

#[test]
fn a_height_under_the_name_of_the_width_is_found() {
    let (named, _) = events(&Lot { doublets: 0.05, ..Lot::clean(5_000) }, 4);
    let mut channels = named.channels().to_vec();
    channels[1].name = "FSC-W".into();
    channels[2].name = "FSC-H".into();
    let swapped = Events::new(named.values().clone(), channels).unwrap();
    let run = |events: &Events, params: &SingletParams| {
        let mut mask = all(events);
        let found = singlets(events, &mut mask, params).unwrap();
        (mask, found.value.max_ratio, found.warnings.iter().map(|w| w.code).collect::<Vec<_>>())
    };
    let (mask, max, warnings) = run(&named, &SingletParams::default());
    assert!(warnings.is_empty());
    assert_eq!(run(&swapped, &SingletParams::default()), (mask, max, vec!["height_is_width"]));
    let stated = SingletParams { height: Some("FSC-H".into()), ..SingletParams::default() };
    assert_eq!(run(&swapped, &stated).2, ["singlets_weak"], "a height that the user names stands");
}

#[test]
fn dead_cells_are_told_only_where_they_part() {
    let params = ViabilityParams { channel: Some("BV510-A".into()), ..ViabilityParams::default() };
    let run = |events: &Events, params: &ViabilityParams| viability(events, &mut all(events), params).unwrap();
    for dead in [0.01, 0.06, 0.4] {
        let (events, truth) = events(&Lot { dead, ..Lot::clean(40_000) }, 6);
        let found = run(&events, &params).value;
        let planted = truth.iter().filter(|&&t| t == Truth::Dead).count();
        // Live and dead lie 9 standard deviations apart on a logarithmic scale; a valley in between mistakes a handful.
        assert!(found.step.n_dropped.abs_diff(planted) <= 1 + planted / 50, "{dead}: {:?} {planted}", found.step);
    }
    let (lot, _) = events(&Lot { lymphocytes: 0.03, ..Lot::clean(40_000) }, 6);
    assert_eq!(run(&lot, &params).warnings[0].code, "viability_not_separable");
    // Two kinds of live cells and no dead: nearly all would leave, so none does.
    let two = changed(&lot, "BV510-A", |i, v| if i % 20 == 0 { v } else { 12.0 * v });
    let found = run(&two, &params);
    assert_eq!((found.warnings[0].code, found.value.step.n_dropped), ("viability_not_separable", 0));
    let found = run(&two, &ViabilityParams { max_dead: 1.0, ..params.clone() }).value;
    assert!(found.step.n_dropped > 37_000);
    let few = events(&Lot { dead: 0.3, ..Lot::clean(400) }, 6).0;
    assert_eq!(run(&few, &params).warnings[0].code, "viability_not_assessed");
}

#[test]
fn disturbances_are_found_and_drift_is_said() {
    let (steady, _) = events(&Lot::clean(100_000), 7);
    let run = |events: &Events| {
        let mut mask = all(events);
        let found = time_anomalies(events, &mut mask, &TimeParams::default()).unwrap();
        let left: Vec<usize> = (0..events.n_events()).filter(|&i| !mask.is_kept(i)).collect();
        (left, found)
    };
    let (left, found) = run(&steady);
    assert!(left.is_empty() && found.warnings.is_empty(), "{:?}", found.warnings);
    assert_eq!(found.value.step.derivation, Derivation::NothingFound);
    assert_eq!(found.value.bins.iter().map(|b| b.n_events).sum::<usize>(), 100_000);
    let steady_rate = found.value.bins[3].rate.unwrap();
    // 200 events of a Poisson stream at 1,000: five standard errors of 7 %; time is stored in f32, to 1e-5 of 100.
    assert!((steady_rate - 1_000.0).abs() < 360.0, "{steady_rate}");

    // Bins of 200 events are 2.9 ticks of 0.07, but no rate leaps by a tick.
    let ticking = changed(&steady, "Time", |_, v| (v / 0.07).floor() * 0.07);
    let (left, found) = run(&ticking);
    assert!(left.is_empty() && found.warnings.is_empty(), "{:?}", found.warnings);

    // A bubble: light of one channel falls, the rate stays. Bins are 200 events.
    let bubble = changed(&steady, "FITC-A", |i, v| if (50_000..50_400).contains(&i) { 0.2 * v } else { v });
    let (left, found) = run(&bubble);
    assert_eq!((left.first(), left.last(), left.len()), (Some(&50_000), Some(&50_399), 400));
    assert_eq!(found.value.bins[250].shifted, ["FITC-A"]);
    assert!(!found.value.bins[250].rate_anomalous);

    // The same on a clock of 0.05, some 50 events: those that share a tick with an edge go with the bins, or stay.
    let coarse = changed(&bubble, "Time", |_, v| (v / 0.05).floor() * 0.05);
    let (left, found) = run(&coarse);
    let span = found.value.removed[0];
    let inside = |i: &usize| span.contains(f64::from(coarse.values().row(*i)[6]));
    assert_eq!((found.value.removed.len(), found.value.step.n_dropped), (1, left.len()));
    assert_eq!(left, (0..100_000).filter(inside).collect::<Vec<_>>());
    // Poisson 50 +- 7 per tick, so 150 is out of reach.
    assert!((50_000 - 150..=50_000).contains(&left[0]) && left.len().abs_diff(400) < 150, "{left:?}");

    // A pause between two events slows one bin.
    let pause = changed(&steady, "Time", |i, v| if i >= 30_100 { v + 5.0 } else { v });
    let (left, found) = run(&pause);
    assert_eq!((left.first(), left.last(), left.len()), (Some(&30_000), Some(&30_199), 200));
    assert!(found.value.bins[150].rate_anomalous);

    let drift = changed(&steady, "FITC-A", |i, v| v * (1.0 + 0.5 * i as f32 / 100_000.0));
    let (left, found) = run(&drift);
    assert!(left.is_empty());
    assert_eq!((found.warnings[0].code, found.value.drifting), ("time_drift", vec!["FITC-A".to_owned()]));
}

#[test]
fn clocks_that_tell_nothing_are_said_to() {
    let (steady, _) = events(&Lot::clean(20_000), 8);
    let run = |events: &Events| time_anomalies(events, &mut all(events), &TimeParams::default()).unwrap();
    let code = |events: &Events| run(events).warnings[0].code;
    // All events at one tick.
    assert_eq!(code(&changed(&steady, "Time", |_, _| 1.0)), "rate_not_assessed");
    // Two files joined in turns.
    assert_eq!(code(&changed(&steady, "Time", |i, v| if i % 2 == 0 { v } else { v + 50.0 })), "time_not_assessed");
    assert_eq!(code(&only(&steady, &["FSC-A"])), "time_not_assessed");
    assert_eq!(code(&events(&Lot::clean(1_000), 8).0), "time_not_assessed");
    // A clock that begins anew once leaves one bin without a rate, and drops nothing for it.
    let found = run(&changed(&steady, "Time", |i, v| if i >= 10_050 { v - 9.0 } else { v }));
    assert_eq!(found.value.bins[50].rate, None);
    assert_eq!(found.value.step.n_dropped, 0);
    // A disturbance of such a file is seen, but no time tells it from the events of the other lap.
    let twice = changed(&steady, "Time", |i, v| if i >= 10_000 { v - 9.0 } else { v });
    let found = run(&changed(&twice, "FITC-A", |i, v| if (5_000..5_400).contains(&i) { 0.2 * v } else { v }));
    assert_eq!(found.warnings[0].code, "time_not_cut");
    assert!(found.value.bins[25].is_anomalous() && found.value.removed.is_empty());
    for wrong in [
        TimeParams { n_mads: f64::NAN, ..TimeParams::default() },
        TimeParams { min_rate_fold: 0.5, ..TimeParams::default() },
        TimeParams { events_per_bin: Some(0), ..TimeParams::default() },
    ] {
        assert!(time_anomalies(&steady, &mut all(&steady), &wrong).is_err());
    }
}

#[test]
fn events_that_left_before_do_not_count() {
    let (events, _) = events(&Lot { debris: 0.1, ..Lot::clean(20_000) }, 9);
    let mut mask = all(&events);
    for i in 0..10_000 {
        mask.drop_cell(i, DropReason::TimeAnomaly);
    }
    let found = debris(&events, &mut mask, &DebrisParams::default()).unwrap().value;
    assert_eq!(found.step.n_in, 10_000);
    assert_eq!(mask.dropped(&[DropReason::TimeAnomaly])[0].1, 10_000);
    assert_eq!(mask.n_kept(), found.step.n_kept());
}
