//! Which events are within a gate.

use puricell_core::{CellMask, DropReason};

use crate::pipeline::{Gated, UsedGate};

/// The gates on the way to the analysed events, outermost first.
pub(super) fn path(gated: &Gated) -> Vec<&UsedGate> {
    let find = |id: &str| gated.gates.iter().find(|g| g.id == id);
    let mut path = Vec::new();
    let mut next = gated.population.as_deref().and_then(find);
    // No longer than the gates, should they refer to each other in a ring.
    while let Some(gate) = next.filter(|_| path.len() < gated.gates.len()) {
        path.push(gate);
        next = gate.parent.as_deref().and_then(find);
    }
    path.reverse();
    path
}

/// The reasons of the events that are outside a gate. `None` where the reasons cannot tell: the gate is not on the way to
/// the analysed events, or a gate within it shares a reason with one around it.
pub(super) fn outside(gated: &Gated, id: &str) -> Option<Vec<DropReason>> {
    let path = path(gated);
    let last = path.iter().position(|g| g.id == id)?;
    let (around, within) = path.split_at(last + 1);
    let reasons: Vec<DropReason> = around.iter().map(|g| g.reason).collect();
    (!within.iter().any(|g| reasons.contains(&g.reason))).then_some(reasons)
}

pub(super) fn is_within(mask: &CellMask, outside: &[DropReason], event: usize) -> bool {
    mask.reason(event).is_none_or(|reason| !outside.contains(&reason))
}

#[cfg(test)]
mod tests {
    use puricell_prep::cyto::GatingMl;

    use super::*;
    use crate::pipeline::GateShape;

    fn gated(reasons: [DropReason; 3]) -> Gated {
        let gate = |i: usize| UsedGate {
            id: format!("g{i}"),
            name: String::new(),
            parent: (i > 0).then(|| format!("g{}", i - 1)),
            reason: reasons[i],
            channels: Vec::new(),
            shape: GateShape::Removed(Vec::new()),
            compensated: false,
            k: 0,
            n: 0,
            from_user: false,
            derivation: String::new(),
        };
        Gated {
            mask: CellMask::all_kept(4),
            gates: vec![gate(1), gate(0), gate(2)],
            document: GatingMl::default(),
            population: Some("g2".to_owned()),
            steps: None,
            compensated: None,
        }
    }

    #[test]
    fn an_event_is_within_a_gate_unless_it_left_by_it_or_before() {
        let gated = gated([DropReason::Margin, DropReason::Debris, DropReason::Doublet]);
        let ids: Vec<&str> = path(&gated).iter().map(|g| g.id.as_str()).collect();
        assert_eq!(ids, ["g0", "g1", "g2"]);
        let mut mask = CellMask::all_kept(4);
        for (event, reason) in [DropReason::Margin, DropReason::Debris, DropReason::Doublet].into_iter().enumerate() {
            mask.drop_cell(event, reason);
        }
        let within = |id: &str| -> Vec<bool> {
            let outside = outside(&gated, id).unwrap();
            (0..4).map(|event| is_within(&mask, &outside, event)).collect()
        };
        assert_eq!(within("g0"), [false, true, true, true]);
        assert_eq!(within("g1"), [false, false, true, true]);
        assert_eq!(within("g2"), [false, false, false, true]);
    }

    #[test]
    fn reasons_that_gates_share_say_nothing_of_the_inner_one() {
        let gated = gated([DropReason::Gate, DropReason::Debris, DropReason::Gate]);
        assert_eq!(outside(&gated, "g1"), None);
        assert!(outside(&gated, "g2").is_some());
        assert_eq!(outside(&gated, "elsewhere"), None);
    }
}
