//! Gates with their numbers of events.

use puricell_purity::{Level, Proportion};
use puricell_report::model as report;

use super::borders::border;
use crate::pipeline::{EventLot, UsedGate};

/// The gates, each after its parent.
pub(super) fn gates(lot: &EventLot) -> Vec<report::EventGate> {
    let mut left: Vec<&UsedGate> = lot.gated.gates.iter().collect();
    let mut ordered: Vec<&UsedGate> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |gate: &UsedGate| gate.parent.as_ref().is_none_or(|p| ordered.iter().any(|g| g.id == *p));
        let (free, rest): (Vec<&UsedGate>, Vec<&UsedGate>) = left.into_iter().partition(|g| is_free(g));
        // Gates within one that is not there cannot be placed.
        if free.is_empty() {
            break;
        }
        ordered.extend(free);
        left = rest;
    }
    ordered.into_iter().map(|gate| event_gate(gate, lot)).collect()
}

fn event_gate(gate: &UsedGate, lot: &EventLot) -> report::EventGate {
    let (k, n) = (gate.k as u64, gate.n as u64);
    let proportion = Proportion::new(k, n).ok().filter(|_| n > 0);
    let interval = proportion.map(|p| p.clopper_pearson(Level::P95));
    let (channels, geometry) = border(gate, lot);
    report::EventGate {
        id: gate.id.clone(),
        name: gate.name.clone(),
        parents: gate.parent.iter().cloned().collect(),
        channels,
        geometry,
        origin: if gate.from_user { report::GateOrigin::File } else { report::GateOrigin::Automatic },
        k,
        n,
        fraction: proportion.and_then(Proportion::fraction),
        ci_low: interval.map(|i| i.low),
        ci_high: interval.map(|i| i.high),
        upper_one_sided: proportion.map(|p| p.upper_bound(Level::P95)),
        derivation: gate.derivation.clone(),
    }
}
