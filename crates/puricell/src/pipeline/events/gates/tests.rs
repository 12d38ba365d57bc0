//! Gates on simulated events: what is written holds what was kept, and gates of a user give each event one reason.

use puricell_core::{Channel, ChannelKind, Dense, DropReason, Events, Seed, math};
use puricell_prep::cyto::quality::{QualityParams, TimeParams, ViabilityParams};
use puricell_prep::cyto::{GatingMl, Spillover};
use puricell_testkit::thread_sweep;

use super::{GateShape, Gated, LotSpillover, UserGates, gate_events};

const CHANNELS: [(&str, ChannelKind); 6] = [
    ("FSC-A", ChannelKind::ForwardScatter),
    ("FSC-H", ChannelKind::ForwardScatter),
    ("SSC-A", ChannelKind::SideScatter),
    ("FITC-A", ChannelKind::Fluorescence),
    ("BV510-A", ChannelKind::Fluorescence),
    ("Time", ChannelKind::Time),
];

fn lot_of(names: &[(&str, ChannelKind)], values: Vec<f32>) -> Events {
    let channel =
        |&(name, kind): &(&str, ChannelKind)| Channel { name: name.into(), label: None, kind, range: 262_144.0 };
    let n = values.len() / names.len();
    Events::new(Dense::new(n, names.len(), values).unwrap(), names.iter().map(channel).collect()).unwrap()
}

/// A lot of 8 % debris, 4 % doublets and 6 % dead cells, of which a fifth of the bright FITC is seen by the dye's
/// detector. `clogs` are stretches of a tenth of the rate; the clock ticks every `tick`.
fn lot(n: usize, clogs: &[std::ops::Range<usize>], tick: f64) -> Events {
    let mut s = Seed(11).stream("lot", 0);
    let mut time = 0.0;
    let mut values = Vec::with_capacity(6 * n);
    for i in 0..n {
        let area = 98_000.0 * math::exp(0.19 * s.normal());
        let height = area / 1.05 * math::exp(0.03 * s.normal());
        let (lottery, part) = (s.uniform(), 0.03 + 0.2 * s.uniform());
        let dead = (0.12..0.18).contains(&lottery);
        let (area, height) = match lottery {
            x if x < 0.08 => (part * area, part * height),
            x if x < 0.12 => (2.1 * area, height),
            _ => (area, height),
        };
        let fitc = 5_000.0 * math::exp(0.4 * s.normal());
        let dye = math::exp(if dead { 9.2 } else { 4.6 } + 0.4 * s.normal());
        let slow = if clogs.iter().any(|c| c.contains(&i)) { 10.0 } else { 1.0 };
        time += slow * -math::ln(1.0 - s.uniform()) / 1_000.0;
        let clock = if tick > 0.0 { (time / tick).floor() * tick } else { time };
        let event = [area, height, 0.8 * area, fitc + 0.05 * dye, dye + 0.2 * fitc, clock];
        values.extend(event.map(|v| v as f32));
    }
    lot_of(&CHANNELS, values)
}

fn spillover() -> Spillover {
    let matrix = Dense::new(2, 2, vec![1.0, 0.2, 0.05, 1.0]).unwrap();
    Spillover::new(vec!["FITC-A".into(), "BV510-A".into()], matrix).unwrap()
}

fn params() -> QualityParams {
    let viability = ViabilityParams { channel: Some("BV510-A".into()), ..ViabilityParams::default() };
    QualityParams { viability, ..QualityParams::default() }
}

fn user(text: &str, population: Option<&str>) -> UserGates {
    let document = GatingMl::parse(text).unwrap().value;
    UserGates { document, population: population.map(str::to_owned), file: "gates.xml".into() }
}

/// The document written, read, and evaluated on the events as measured holds the kept ones; and given back as the
/// user's gates, it drops the same for the same reasons.
fn assert_written(measured: &Events, spillover: LotSpillover<'_>, gated: &Gated) {
    let text = gated.document.to_xml().unwrap();
    let read = GatingMl::parse(&text).unwrap().value;
    assert_eq!(read, gated.document);
    let found = read.evaluate(measured, spillover.file).unwrap().value;
    let members = found.get(gated.population.as_deref().unwrap()).unwrap();
    assert_eq!(members.events().collect::<Vec<_>>(), gated.mask.kept());
    let mut events = measured.clone();
    let again = gate_events(&mut events, spillover, Some(&user(&text, None)), &QualityParams::default()).unwrap();
    assert!(again.warnings.is_empty(), "{:?}", again.warnings);
    assert_eq!(again.value.mask, gated.mask);
    for gate in &gated.gates {
        assert_eq!(found.get(&gate.id).unwrap().count(), gate.k, "{}", gate.id);
        let same = again.value.gates.iter().find(|g| g.id == gate.id).unwrap();
        assert_eq!(
            (same.k, same.n, same.reason, same.compensated),
            (gate.k, gate.n, gate.reason, gate.compensated),
            "{}",
            gate.id
        );
    }
}

#[test]
fn the_document_holds_the_kept_events() {
    let matrix = spillover();
    let of_file = LotSpillover { file: Some(&matrix), given: None };
    // Ticks of 0.07 are some 70 events, and bins are 200: no tick ends where a bin does.
    for (clogs, tick, n_spans) in [
        (vec![], 0.0, 0),
        (std::iter::once(8_000..8_800).collect(), 0.0, 1),
        (vec![8_000..8_800, 20_000..20_600], 0.07, 2),
        (vec![0..600, 39_000..40_000], 0.0, 2),
    ] {
        let measured = lot(40_000, &clogs, tick);
        let lots = [of_file, LotSpillover { file: None, given: Some(&matrix) }, LotSpillover::default()];
        for (i, spillover) in lots.into_iter().enumerate() {
            let mut events = measured.clone();
            let found = gate_events(&mut events, spillover, None, &params()).unwrap();
            assert!(found.warnings.is_empty(), "{:?}", found.warnings);
            let gated = found.value;
            assert_written(&measured, spillover, &gated);
            assert_eq!(gated.steps.as_ref().unwrap().time.removed.len(), n_spans, "{clogs:?}");
            assert_eq!(gated.gates.len(), if n_spans == 0 { 4 } else { 5 });
            assert_eq!(gated.document.matrices.len(), usize::from(i == 1));
            assert_eq!(gated.gates.last().unwrap().compensated, i < 2);
            // Whatever left, left for one reason: loaded = kept + dropped, and each gate takes up where the last ended.
            let dropped = gated.mask.dropped(&DropReason::OF_EVENTS);
            let mut n = measured.n_events();
            for gate in &gated.gates {
                assert_eq!(gate.n, n, "{}", gate.id);
                assert!(dropped.contains(&(gate.reason, gate.n - gate.k)), "{}", gate.id);
                n = gate.k;
            }
            assert_eq!(n, gated.mask.n_kept());
            // In place: the dye of a live cell is 100 in the median, and a thousand of FITC's light more before.
            assert_eq!(events == measured, spillover.used().is_none());
        }
    }
}

#[test]
fn a_clog_leaves_and_its_gate_is_drawn_by_time() {
    let measured = lot(40_000, std::slice::from_ref(&(8_000..8_800)), 0.0);
    let gated = thread_sweep(|| gate_events(&mut measured.clone(), LotSpillover::default(), None, &params()).unwrap());
    let gated = gated.unwrap().value;
    let clog = &gated.gates[0];
    assert_eq!((clog.reason, clog.k, clog.n), (DropReason::TimeAnomaly, 39_200, 40_000));
    assert_eq!(clog.channels, ["Time"]);
    assert!(matches!(&clog.shape, GateShape::Removed(spans) if spans.len() == 1));
    assert!(clog.derivation.starts_with("4 of 200 bins of 200 events are left out"), "{}", clog.derivation);
}

#[test]
fn a_limit_given_is_written_to_the_same_events() {
    // Compensation rounds to values around 100, where steps of f32 are 8e-6; the limits are among them.
    let measured = lot(5_000, &[], 0.0);
    let matrix = spillover();
    let spillover = LotSpillover { file: Some(&matrix), given: None };
    let mut compensated = measured.clone();
    puricell_prep::cyto::compensate(&mut compensated, &matrix, &puricell_prep::cyto::CompensationParams::default())
        .unwrap();
    for event in 0..100 {
        let threshold = Some(f64::from(compensated.values().row(event)[4]));
        let viability = ViabilityParams { threshold, ..params().viability };
        let params = QualityParams { viability, ..params() };
        let gated = gate_events(&mut measured.clone(), spillover, None, &params).unwrap().value;
        assert!(!gated.mask.is_kept(event), "a limit is outside");
        assert_written(&measured, spillover, &gated);
    }
}

#[test]
fn mass_cytometry_is_told_once() {
    let kinds = [("Yb171Di", ChannelKind::Mass), ("Ir191Di", ChannelKind::Mass), ("Event_length", ChannelKind::Other)];
    let mut events = lot_of(&kinds, vec![1.0; 3_000]);
    let found = gate_events(&mut events, LotSpillover::default(), None, &QualityParams::default()).unwrap();
    let codes: Vec<&str> = found.warnings.iter().map(|w| w.code).collect();
    assert_eq!(codes, ["time_not_assessed", "scatter_not_assessed", "viability_not_assessed"]);
    assert!(found.warnings[1].message.ends_with("so margin events, debris and doublets are not assessed"));
    let gated = found.value;
    assert_eq!((gated.mask.n_kept(), gated.gates.len(), gated.population), (1_000, 0, None));
    assert_eq!(gated.document, GatingMl::default());
}

#[test]
fn channels_and_matrices_that_do_not_fit_are_refused() {
    let mut events = lot(1_000, &[], 0.0);
    let missing = QualityParams {
        time: TimeParams { channel: Some("Clock".into()), ..TimeParams::default() },
        ..QualityParams::default()
    };
    let error = gate_events(&mut events, LotSpillover::default(), None, &missing).unwrap_err();
    assert!(error.to_string().contains("'Clock'"), "{error}");
    let singular =
        Spillover::new(vec!["FITC-A".into(), "BV510-A".into()], Dense::new(2, 2, vec![1.0, 1.0, 1.0, 1.0]).unwrap());
    let singular = singular.unwrap();
    let given = LotSpillover { file: None, given: Some(&singular) };
    let error = gate_events(&mut events, given, None, &params()).unwrap_err();
    assert!(error.to_string().contains("condition number"), "{error}");
}

const HEAD: &str = r#"<gating:Gating-ML xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating"
  xmlns:transforms="http://www.isac-net.org/std/Gating-ML/v2.0/transformations"
  xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes">"#;

fn rectangle(id: &str, parent: Option<&str>, compensation: &str, channel: &str, min: f64, max: f64) -> String {
    let parent = parent.map(|p| format!(" gating:parent_id=\"{p}\"")).unwrap_or_default();
    format!(
        r#"<gating:RectangleGate gating:id="{id}"{parent}><gating:dimension gating:compensation-ref="{compensation}" gating:min="{min}" gating:max="{max}">
        <data-type:fcs-dimension data-type:name="{channel}"/></gating:dimension></gating:RectangleGate>"#
    )
}

/// Five events: FSC-A, FITC-A (its double before compensation), BV510-A.
fn five() -> (Events, Spillover) {
    let kinds = [
        ("FSC-A", ChannelKind::ForwardScatter),
        ("FITC-A", ChannelKind::Fluorescence),
        ("BV510-A", ChannelKind::Fluorescence),
    ];
    let rows = [[10.0, 20.0, 1.0], [50.0, 20.0, 1.0], [60.0, 200.0, 1.0], [70.0, 20.0, 500.0], [80.0, 2.0, 1.0]];
    let matrix = Dense::new(1, 1, vec![2.0]).unwrap();
    (lot_of(&kinds, rows.concat()), Spillover::new(vec!["FITC-A".into()], matrix).unwrap())
}

#[test]
fn each_event_leaves_by_the_first_gate_it_is_not_in() {
    let text = format!(
        "{HEAD}{}{}{}{}{}</gating:Gating-ML>",
        // The file's order is not the order of the gates.
        rectangle("Target", Some("Live"), "FCS", "FITC-A", 5.0, 50.0),
        rectangle("Cells", None, "uncompensated", "FSC-A", 40.0, 100.0),
        rectangle("Live", Some("Cells"), "uncompensated", "BV510-A", 0.0, 100.0),
        rectangle("Bright", Some("Live"), "uncompensated", "FITC-A", 100.0, 300.0),
        rectangle("Nothing", Some("Target"), "uncompensated", "FSC-A", 1e6, 2e6),
    );
    let (measured, matrix) = five();
    let spillover = LotSpillover { file: Some(&matrix), given: None };
    let run = |population| {
        let mut events = measured.clone();
        let gated = gate_events(&mut events, spillover, Some(&user(&text, Some(population))), &params()).unwrap();
        // Compensated after all.
        assert!((events.values().row(0)[1] - 10.0).abs() < 1e-6);
        gated.value
    };
    let gated = run("Target");
    let reasons: Vec<_> = (0..5).map(|i| gated.mask.reason(i)).collect();
    let want =
        [Some(DropReason::Debris), None, Some(DropReason::Gate), Some(DropReason::NonViable), Some(DropReason::Gate)];
    assert_eq!(reasons, want);
    let counts: Vec<_> = gated.gates.iter().map(|g| (g.id.as_str(), g.k, g.n, g.compensated)).collect();
    let want = [
        ("Target", 1, 3, true),
        ("Cells", 4, 5, false),
        ("Live", 3, 4, false),
        ("Bright", 1, 3, false),
        ("Nothing", 0, 1, false),
    ];
    assert_eq!(counts, want);
    assert!(gated.gates.iter().all(|g| g.from_user && g.derivation == "given by the user in gates.xml"));
    assert_eq!(gated.document, user(&text, None).document);
    // The gate of 100 to 300 is of values as measured: compensated, 200 would still be in it, but 100 not be the
    // target's.
    assert_eq!(run("Bright").mask.kept(), [2]);
    // No event in a gate is a result.
    let none = run("Nothing");
    assert_eq!((none.mask.n_kept(), none.population.as_deref()), (0, Some("Nothing")));
    assert_eq!(none.mask.dropped(&DropReason::OF_EVENTS).iter().map(|d| d.1).sum::<usize>(), 5);

    for (population, said) in
        [(None, "'Bright', 'Nothing'"), (Some("Lost"), "has no gate 'Lost', but 'Target', 'Cells'")]
    {
        let gates = user(&text, population);
        let error = gate_events(&mut measured.clone(), spillover, Some(&gates), &params()).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.hint().is_some());
    }
    let empty = user(&format!("{HEAD}</gating:Gating-ML>"), None);
    let error = gate_events(&mut measured.clone(), spillover, Some(&empty), &params()).unwrap_err();
    assert_eq!(error.to_string(), "gates.xml holds no gate");
}

#[test]
fn a_quadrant_is_a_population() {
    let text = format!(
        r#"{HEAD}{}<gating:QuadrantGate gating:id="Q" gating:parent_id="scatter">
        <gating:divider gating:id="d" gating:compensation-ref="uncompensated"><data-type:fcs-dimension data-type:name="FITC-A"/>
        <gating:value>10</gating:value><gating:value>100</gating:value></gating:divider>
        <gating:Quadrant gating:id="low"><gating:position gating:divider_ref="d" gating:location="5"/></gating:Quadrant>
        <gating:Quadrant gating:id="mid"><gating:position gating:divider_ref="d" gating:location="50"/></gating:Quadrant>
        </gating:QuadrantGate></gating:Gating-ML>"#,
        rectangle("scatter", None, "uncompensated", "FSC-A", 40.0, 100.0),
    );
    let (mut events, _) = five();
    let gated = gate_events(&mut events, LotSpillover::default(), Some(&user(&text, Some("mid"))), &params()).unwrap();
    let gated = gated.value;
    assert_eq!(gated.mask.kept(), [1, 3]);
    assert_eq!(gated.mask.reason(0), Some(DropReason::Debris));
    assert_eq!(
        gated.gates.iter().map(|g| (g.id.as_str(), g.k, g.n)).collect::<Vec<_>>(),
        [("scatter", 4, 5), ("low", 1, 4), ("mid", 2, 4)]
    );
    let GateShape::GatingMl(puricell_prep::cyto::Shape::Rectangle(sides)) = &gated.gates[2].shape else {
        panic!("{:?}", gated.gates[2].shape)
    };
    assert_eq!((sides[0].1.min, sides[0].1.max), (Some(10.0), Some(100.0)));
}

#[test]
fn ids_say_why_events_leave() {
    for (id, channel, want) in [
        ("Time", "FSC-A", DropReason::TimeAnomaly),
        ("margins", "FSC-A", DropReason::Margin),
        ("No_Debris", "FITC-A", DropReason::Debris),
        ("FSC_SSC", "FSC-A", DropReason::Debris),
        ("cells", "FSC-A", DropReason::Debris),
        ("T_cells", "FITC-A", DropReason::Gate),
        ("FSC-A_FSC-H_Singlets", "FSC-A", DropReason::Doublet),
        ("no.doublets", "FSC-A", DropReason::Doublet),
        ("LIVE_cells", "BV510-A", DropReason::NonViable),
        ("not-dead", "BV510-A", DropReason::NonViable),
        ("Viability", "BV510-A", DropReason::NonViable),
        ("P1", "FSC-A", DropReason::Gate),
    ] {
        let text = format!("{HEAD}{}</gating:Gating-ML>", rectangle(id, None, "uncompensated", channel, 1e6, 2e6));
        let gated = gate_events(&mut five().0, LotSpillover::default(), Some(&user(&text, None)), &params()).unwrap();
        assert_eq!(gated.value.mask.reason(0), Some(want), "{id}");
    }
}
