//! All steps together.

use proptest::prelude::*;
use puricell_core::{Dense, DropReason, Events};
use puricell_prep::cyto::quality::{Derivation, QualityParams, ViabilityParams, event_quality};
use puricell_testkit::thread_sweep;

use crate::simulate::{CHANNELS, Lot, Truth, channel, events};

fn params() -> QualityParams {
    QualityParams {
        viability: ViabilityParams { channel: Some("BV510-A".into()), ..ViabilityParams::default() },
        ..QualityParams::default()
    }
}

#[test]
fn each_trouble_leaves_for_its_own_reason_and_small_cells_stay() {
    let lot = Lot {
        n: 60_000,
        lymphocytes: 0.02,
        debris: 0.08,
        doublets: 0.04,
        dead: 0.06,
        off_scale: 0.005,
        clog: 20_000..21_000,
    };
    let (events, truth) = events(&lot, 1);
    let found = thread_sweep(|| event_quality(&events, &params()).unwrap()).unwrap();
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    let found = found.value;
    let share = |of: Truth, reason: Option<DropReason>| {
        let all: Vec<usize> = (0..lot.n).filter(|&i| truth[i] == of).collect();
        all.iter().filter(|&&i| found.mask.reason(i) == reason).count() as f64 / all.len() as f64
    };
    // The field asks for 0.95; the troubles are planted where a gate can see all but their edges.
    for (of, reason) in [
        (Truth::Disturbed, DropReason::TimeAnomaly),
        (Truth::OffScale, DropReason::Margin),
        (Truth::Debris, DropReason::Debris),
        (Truth::Doublet, DropReason::Doublet),
        (Truth::Dead, DropReason::NonViable),
    ] {
        let recall = share(of, Some(reason));
        // Of debris, the largest twentieth passes the cap that keeps small cells.
        let least = if of == Truth::Debris { 0.9 } else { 0.95 };
        assert!(recall >= least, "{of:?}: {recall}");
    }
    // A clog's edges are those of bins: at most two bins of 200 of the 60,000 events leave with it.
    assert!(share(Truth::Stromal, None) > 0.985, "{}", share(Truth::Stromal, None));
    assert!(share(Truth::Lymphocyte, None) > 0.97, "{}", share(Truth::Lymphocyte, None));
    let steps = found.steps();
    assert_eq!(steps.map(|s| s.reason)[..], DropReason::OF_EVENTS[..5]);
    // The valley below the cells lies above the cap that keeps small cells, so the cap stands.
    assert_eq!(
        steps.map(|s| s.derivation),
        [Derivation::Mad, Derivation::DetectorRange, Derivation::Capped, Derivation::Mad, Derivation::Valley]
    );
    account(&events, &found);
}

/// Every event is accounted for, and each step takes up where the one before left.
fn account(events: &Events, found: &puricell_prep::cyto::quality::EventQuality) {
    let mut left = events.n_events();
    for step in found.steps() {
        assert_eq!(step.n_in, left, "{step:?}");
        left = step.n_kept();
    }
    assert_eq!(left, found.mask.n_kept());
    for (reason, n) in found.mask.dropped(&DropReason::OF_EVENTS[..5]) {
        assert_eq!(found.steps().iter().find(|s| s.reason == reason).unwrap().n_dropped, n);
    }
    // The gates, applied once more to the events that came in, give the same mask.
    for i in 0..events.n_events() {
        let left = found.steps().into_iter().find(|step| match &step.gate {
            Some(gate) => !gate.bind(events).unwrap().contains(events.values().row(i)),
            None => found.mask.reason(i) == Some(step.reason),
        });
        assert_eq!(left.map(|s| s.reason), found.mask.reason(i), "event {i}");
    }
}

#[test]
fn a_clean_lot_loses_hardly_anything() {
    let (events, _) = events(&Lot::clean(40_000), 2);
    let found = event_quality(&events, &params()).unwrap();
    // Five MAD of a normal scatter leave 3 in ten million; the time step judges 200 bins of five channels at six MAD.
    assert!(found.value.mask.n_kept() >= 39_990, "{:?}", found.value.steps());
    let codes: Vec<&str> = found.warnings.iter().map(|w| w.code).collect();
    assert_eq!(codes, ["viability_not_separable"]);
    account(&events, &found.value);
}

#[test]
fn no_event_and_no_channel_are_valid() {
    let channels = CHANNELS.map(|(name, kind)| channel(name, kind)).to_vec();
    let none = Events::new(Dense::new(0, 7, vec![]).unwrap(), channels).unwrap();
    let found = event_quality(&none, &params()).unwrap().value;
    assert!(found.steps().iter().all(|s| s.n_in == 0 && s.n_dropped == 0));
    let bare = Events::new(Dense::new(3, 0, vec![]).unwrap(), vec![]).unwrap();
    let found = event_quality(&bare, &QualityParams::default()).unwrap();
    assert_eq!(found.value.mask.n_kept(), 3);
    let codes: Vec<&str> = found.warnings.iter().map(|w| w.code).collect();
    let want = ["time", "margin", "debris", "singlets", "viability"].map(|s| format!("{s}_not_assessed"));
    assert_eq!(codes, want);
    assert!(event_quality(&bare, &params()).is_err());
}

fn odd_value() -> impl Strategy<Value = f32> {
    prop_oneof![
        6 => -1e3_f32..3e5,
        1 => Just(0.0),
        1 => Just(262_143.0),
        1 => Just(f32::NAN),
        1 => Just(f32::INFINITY),
        1 => Just(f32::NEG_INFINITY),
        1 => Just(f32::MAX),
        1 => Just(f32::MIN_POSITIVE),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    // Verifies R-03.
    #[test]
    fn odd_events_are_accounted_for(pool in prop::collection::vec(odd_value(), 7..200), n in 0_usize..3_000) {
        let channels = CHANNELS.map(|(name, kind)| channel(name, kind)).to_vec();
        let values = (0..7 * n).map(|i| pool[(i * 31 + i / 11) % pool.len()]).collect();
        let events = Events::new(Dense::new(n, 7, values).unwrap(), channels).unwrap();
        account(&events, &event_quality(&events, &params()).unwrap().value);
    }
}
