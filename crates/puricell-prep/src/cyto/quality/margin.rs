//! Events at the ends of the detectors, where values are cut and not measured.

use puricell_core::{CellMask, Channel, ChannelKind, DropReason, Events, Noted, Warning, reduce};

use crate::PrepError;
use crate::cyto::gates::{Gate, Range, RectGate};

use super::kept::apply_gate;
use super::{Derivation, QualityStep};

/// Channels whose ends drop an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarginChannels {
    /// None: ends are counted only.
    None,
    /// Forward and side scatter.
    Scatter,
    /// Scatter, and the upper end of fluorescence.
    ScatterAndFluorescence,
}

/// When an event is at a detector's end.
#[derive(Debug, Clone, PartialEq)]
pub struct MarginParams {
    /// Channels that drop. Default scatter: an event off scale in a marker is a positive event whose brightness is
    /// unknown, and without the brightest (CD44, CD90) the shares would be biased. Set `ScatterAndFluorescence` where
    /// intensities matter more than shares.
    pub channels: MarginChannels,
    /// Upper end in place of the file's range, for every channel that drops, outside the gate. Default `None`.
    pub upper: Option<f64>,
    /// Scatter below this is below the detector's minimum. Default the least positive number of `f32`, so that 0, the least a
    /// detector can give, leaves too.
    pub scatter_minimum: f64,
}

impl Default for MarginParams {
    fn default() -> Self {
        Self { channels: MarginChannels::Scatter, upper: None, scatter_minimum: f64::from(f32::MIN_POSITIVE) }
    }
}

/// Events at the ends of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarginCount {
    /// Name of the channel.
    pub channel: String,
    /// Events below the minimum (scatter only).
    pub n_low: usize,
    /// Events at the detector's end.
    pub n_high: usize,
    /// Whether such events were dropped.
    pub drops: bool,
}

/// The step and every channel's count.
#[derive(Debug, Clone, PartialEq)]
pub struct MarginResult {
    /// What the step did.
    pub step: QualityStep,
    /// Scatter and fluorescence channels in column order; an event may count in several.
    pub counts: Vec<MarginCount>,
}

/// The first value at a detector's end. Digital files of range R hold 0 to R - 1, so for ranges of 256 and more R - 1
/// itself is at the end; smaller ranges are of scaled values.
fn upper_end(channel: &Channel, params: &MarginParams) -> Option<f64> {
    let range = channel.range;
    let end = if range >= 256.0 { range - 1.0 } else { range };
    params.upper.or((end.is_finite() && end > 0.0).then_some(end))
}

/// Drops kept events at the ends of the scatter detectors (or of more, see [`MarginChannels`]), NaN included, and counts
/// them for every channel. `events` are uncompensated.
///
/// # Errors
/// [`PrepError::Parameter`] for a NaN limit.
pub fn margin_events(
    events: &Events,
    mask: &mut CellMask,
    params: &MarginParams,
) -> Result<Noted<MarginResult>, PrepError> {
    PrepError::check_length("mask", mask.n_loaded(), events.n_events())?;
    for (parameter, found) in [("scatter_minimum", params.scatter_minimum), ("upper", params.upper.unwrap_or(0.0))] {
        if found.is_nan() {
            return Err(PrepError::Parameter { parameter, found, expected: "a number" });
        }
    }
    let mut warnings = Vec::new();
    // Column, lowest value inside, first value outside, whether it drops.
    let mut ends: Vec<(usize, Option<f64>, Option<f64>, bool)> = Vec::new();
    for (column, channel) in events.channels().iter().enumerate() {
        let scatter = matches!(channel.kind, ChannelKind::ForwardScatter | ChannelKind::SideScatter);
        if !scatter && channel.kind != ChannelKind::Fluorescence {
            continue;
        }
        let drops = match params.channels {
            MarginChannels::None => false,
            MarginChannels::Scatter => scatter,
            MarginChannels::ScatterAndFluorescence => true,
        };
        let low = scatter.then_some(params.scatter_minimum);
        ends.push((column, low, upper_end(channel, params), drops));
    }
    let n_in = mask.n_kept();
    let count = |range: std::ops::Range<usize>| {
        let mut found = vec![[0_usize; 2]; ends.len()];
        for event in range.filter(|&i| mask.is_kept(i)) {
            let row = events.values().row(event);
            for (found, &(column, low, high, _)) in found.iter_mut().zip(&ends) {
                let value = f64::from(row[column]);
                found[0] += usize::from(low.is_some_and(|l| value < l));
                found[1] += usize::from(high.is_some_and(|h| value >= h));
            }
        }
        found
    };
    let counted = reduce::fold_chunks(events.n_events(), 4096, count, |mut a, b| {
        for (a, b) in a.iter_mut().zip(b) {
            a[0] += b[0];
            a[1] += b[1];
        }
        a
    })
    .unwrap_or_else(|| vec![[0; 2]; ends.len()]);
    let counts: Vec<MarginCount> = ends
        .iter()
        .zip(&counted)
        .map(|(&(column, _, _, drops), n)| MarginCount {
            channel: events.channels()[column].name.clone(),
            n_low: n[0],
            n_high: n[1],
            drops,
        })
        .collect();
    for count in counts.iter().filter(|c| !c.drops && c.n_high * 100 > n_in) {
        warnings.push(Warning::new(
            "off_scale",
            format!(
                "{} of {n_in} events are at the detector's end in {}; they are kept, and their brightness is a lower bound",
                count.n_high, count.channel
            ),
        ));
    }
    let ranges: Vec<Range> = ends
        .iter()
        .filter(|end| end.3)
        .map(|&(column, min, max, _)| Range { channel: events.channels()[column].name.clone(), min, max })
        .collect();
    let step = if ranges.is_empty() {
        if params.channels != MarginChannels::None {
            warnings.push(Warning::new(
                "margin_not_assessed",
                "no scatter channel was found, so no event is judged by the ends of the detectors",
            ));
        }
        QualityStep::not_assessed(DropReason::Margin, mask)
    } else {
        let derivation = if params.upper.is_some() { Derivation::Given } else { Derivation::DetectorRange };
        apply_gate(events, mask, DropReason::Margin, Gate::Rect(RectGate { ranges }), derivation)?
    };
    Ok(Noted { value: MarginResult { step, counts }, warnings })
}
