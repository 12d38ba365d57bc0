//! What is kept of the target events for comparisons with other lots.

use puricell_core::ChannelKind;
use puricell_purity::CallKind;
use puricell_purity::cohort::expression::{DistributionKind, Distributions, LotExpression, TargetEvents};

use super::EventLot;
use crate::pipeline::Called;

/// The markers of the target events on scales that are the same for every lot.
pub fn target_events(lot: &EventLot) -> LotExpression {
    let values = lot.events.values();
    let targets = (0..lot.events.n_events()).filter(|&event| lot.kind(event) == Some(CallKind::Target));
    let targets = &targets.collect::<Vec<usize>>();
    let markers = lot.channels.markers.iter().map(|(marker, column)| {
        let transform = lot.scales[*column].as_ref().map(|scale| &scale.transform);
        let is_mass = lot.events.channels()[*column].kind == ChannelKind::Mass;
        TargetEvents {
            marker: marker.clone(),
            kind: if is_mass { DistributionKind::Mass } else { DistributionKind::Fluorescence },
            value: move |target: usize| values.row(targets[target])[*column],
            linear: move |value| transform.map_or(value, |transform| transform.inverse(value)),
        }
    });
    LotExpression { pseudobulk: None, distributions: Distributions::of_events(targets.len(), markers.collect()) }
}
