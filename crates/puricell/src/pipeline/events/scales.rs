//! The scales on which channels are looked at: logicle for light, arcsinh for mass; scatter and time stay linear.

use puricell_core::{CellMask, ChannelKind, Events};
use puricell_prep::cyto::{Scale, Transform, estimate_logicle_width, transform_channels};

use super::MarkerColumns;
use crate::error::AppError;

/// How scales are chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleParams {
    /// Decades of a logicle scale. Default 4.5, as usual for 18-bit instruments.
    pub decades: f64,
    /// Cofactor of arcsinh for mass channels. Default 5, the custom of mass cytometry.
    pub cofactor_mass: f64,
    /// Kept events looked at for a logicle's width. Default 100,000, evenly spaced.
    pub max_events: usize,
}

impl Default for ScaleParams {
    fn default() -> Self {
        Self { decades: 4.5, cofactor_mass: 5.0, max_events: 100_000 }
    }
}

/// The scale of a channel and how it was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelScale {
    /// From linear values and back.
    pub transform: Transform,
    /// In words.
    pub derivation: String,
}

/// One per channel of light or mass, and per channel that a marker was given.
pub(super) fn find(
    events: &Events,
    mask: &CellMask,
    channels: &MarkerColumns,
    params: &ScaleParams,
) -> Result<Vec<Option<ChannelScale>>, AppError> {
    let kept = mask.n_kept();
    let step = kept.div_ceil(params.max_events.max(1)).max(1);
    let looked_at: Vec<usize> = (0..events.n_events()).filter(|&e| mask.is_kept(e)).step_by(step).collect();
    let stage = AppError::stage("scales");
    events
        .channels()
        .iter()
        .enumerate()
        .map(|(column, channel)| {
            if !super::is_stain(channel) && channels.of_column(column).is_none() {
                return Ok(None);
            }
            if channel.kind == ChannelKind::Mass {
                let scale = Scale::Arcsinh { cofactor: params.cofactor_mass };
                let transform = Transform::new(scale).map_err(&stage)?;
                return Ok(Some(ChannelScale { transform, derivation: "the custom of mass cytometry".to_owned() }));
            }
            let values: Vec<f64> = looked_at.iter().map(|&e| f64::from(events.values().row(e)[column])).collect();
            let highest = values.iter().copied().fold(0.0, f64::max);
            // A file without a range is scaled to its highest value.
            let (t, top) = if channel.range.is_finite() && channel.range > 0.0 {
                (channel.range, "T from the channel's range")
            } else if highest > 0.0 {
                (highest, "T from the highest value")
            } else {
                (1.0, "T without a value above 0")
            };
            let found = estimate_logicle_width(&values, t, params.decades).map_err(&stage)?;
            let scale = Scale::Logicle { t, w: found.width, m: params.decades, a: 0.0 };
            let transform = Transform::new(scale).map_err(&stage)?;
            let width = match found.reference {
                Some(reference) => format!(
                    "W from the 5th percentile, {reference:.0}, of {} negative values of {} events",
                    found.n_negative,
                    values.len()
                ),
                None => "W = 0: no value is negative".to_owned(),
            };
            Ok(Some(ChannelScale { transform, derivation: format!("{top}; {width}") }))
        })
        .collect()
}

/// Brings channels to their scales, in place.
pub(super) fn apply(events: &mut Events, scales: &[Option<ChannelScale>]) -> Result<(), AppError> {
    let channels: Vec<(usize, Transform)> =
        scales.iter().enumerate().filter_map(|(c, s)| s.as_ref().map(|s| (c, s.transform.clone()))).collect();
    transform_channels(events, &channels).map_err(AppError::stage("scales"))
}
