//! Channels and compensation.

use puricell_core::ChannelKind;
use puricell_prep::cyto::Scale;
use puricell_report::model as report;

use crate::pipeline::{ChannelScale, EventLot};

pub(super) fn channels(lot: &EventLot) -> Vec<report::CytometryChannel> {
    lot.events
        .channels()
        .iter()
        .enumerate()
        .map(|(column, channel)| report::CytometryChannel {
            name: channel.name.clone(),
            label: channel.label.clone(),
            marker: lot.channels.of_column(column).map(str::to_owned),
            role: match channel.kind {
                ChannelKind::ForwardScatter | ChannelKind::SideScatter => report::ChannelRole::Scatter,
                ChannelKind::Fluorescence => report::ChannelRole::Fluorescence,
                ChannelKind::Mass => report::ChannelRole::Mass,
                ChannelKind::Time => report::ChannelRole::Time,
                ChannelKind::Other => report::ChannelRole::Other,
            },
            transform: lot.scales[column].as_ref().map(transform),
        })
        .collect()
}

fn transform(scale: &ChannelScale) -> report::ChannelTransform {
    let kind = scale.transform.scale();
    let parameters = match kind {
        Scale::Linear { t, a } => format!("T = {}, A = {}", short(t), short(a)),
        Scale::Log { t, m } => format!("T = {}, M = {}", short(t), short(m)),
        Scale::Asinh { t, m, a } => format!("T = {}, M = {}, A = {}", short(t), short(m), short(a)),
        Scale::Logicle { t, w, m, a } | Scale::Hyperlog { t, w, m, a } => {
            format!("T = {}, W = {}, M = {}, A = {}", short(t), short(w), short(m), short(a))
        }
        Scale::Arcsinh { cofactor } => format!("cofactor {}", short(cofactor)),
    };
    report::ChannelTransform { name: kind.name().to_owned(), parameters, derivation: Some(scale.derivation.clone()) }
}

/// At most four decimals.
fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn compensation(lot: &EventLot, source: Option<String>) -> Option<report::Compensation> {
    let (spillover, compensated) = (lot.spillover.as_ref()?, lot.gated.compensated.as_ref()?);
    let matrix = spillover.matrix();
    Some(report::Compensation {
        source: source.unwrap_or_else(|| "the spillover matrix".to_owned()),
        channels: spillover.channels().to_vec(),
        matrix: (0..matrix.n_rows()).map(|row| matrix.row(row).to_vec()).collect(),
        condition_number: Some(compensated.condition),
        condition_norm: Some("1-norm".to_owned()),
    })
}
