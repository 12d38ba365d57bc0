use puricell_core::{CellMask, math};

use super::*;
use crate::CallKind;
use crate::events::planted::{calibrated, planted};
use crate::events::{CytoProfile, EventModel, call_events, resolve_events};

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
