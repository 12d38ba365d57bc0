//! Doublets: two cells that passed the laser as one event.

use puricell_core::{CellMask, ChannelKind, DropReason, Events, Noted, Warning, math};

use crate::PrepError;
use crate::cyto::gates::{Gate, Range, RatioGate, RectGate, column};

use super::kept::{MIN_EVENTS, apply_gate, sample};
use super::{Derivation, QualityStep};

/// Makes the MAD an estimate of a normal distribution's standard deviation.
const MAD_SCALE: f64 = 1.4826;

/// How much more a width's ratio to the area spreads than a height's, to tell one from the other.
const LOOSER: f64 = 2.0;

/// How doublets are told from singlets.
#[derive(Debug, Clone, PartialEq)]
pub struct SingletParams {
    /// Channel of the pulse's area. Default `None`: the first forward scatter channel named `*-A`.
    pub area: Option<String>,
    /// Channel of the pulse's height. Default `None`: the forward scatter channel of the same name with `-H`, or the one
    /// with `-W` where that is the height (see [`singlets`]); without `-H`, the pulse's width `-W` is gated alone.
    pub height: Option<String>,
    /// Largest ratio of area to height (or largest width) of a singlet, outside. Default `None`: from this file.
    pub max_ratio: Option<f64>,
    /// Deviations (1.4826 MAD of the logarithm) above the median at which a doublet begins. Default 5.
    pub n_mads: f64,
    /// A doublet's ratio is at least this many times the median. Default 1.1, so that an instrument of little noise does
    /// not cut large singlets.
    pub min_fold: f64,
}

impl Default for SingletParams {
    fn default() -> Self {
        Self { area: None, height: None, max_ratio: None, n_mads: 5.0, min_fold: 1.1 }
    }
}

/// The step and what it was derived from.
#[derive(Debug, Clone, PartialEq)]
pub struct SingletResult {
    /// What the step did.
    pub step: QualityStep,
    /// Median ratio of area to height (or median width) of the events that came in.
    pub median: Option<f64>,
    /// 1.4826 MAD of its natural logarithm.
    pub log_mad: Option<f64>,
    /// Events from here on left.
    pub max_ratio: Option<f64>,
}

#[derive(Clone, Copy)]
enum Pulse {
    Ratio(usize, usize),
    Width(usize),
}

/// Median and spread (1.4826 MAD) of the logarithm of a pulse's ratio or width.
#[derive(Clone, Copy)]
struct Spread {
    median: f64,
    mad: f64,
}

impl Spread {
    /// `None` without a finite spread above 0.
    fn of(events: &Events, mask: &CellMask, pulse: Pulse) -> Option<Self> {
        let logs = sample(events, mask, |row| match pulse {
            Pulse::Ratio(area, height) => math::ln(f64::from(row[area]) / f64::from(row[height])),
            Pulse::Width(width) => math::ln(f64::from(row[width])),
        });
        let median = math::median(&logs)?;
        let deviations: Vec<f64> = logs.iter().map(|v| (v - median).abs()).collect();
        let mad = MAD_SCALE * math::median(&deviations)?;
        (mad > 0.0).then_some(Self { median, mad })
    }
}

/// Drops kept events whose pulse is too long for its height: two cells in a row give twice the area and the height of
/// one. The limit is the median of `ln(area / height)` plus [`n_mads`](SingletParams::n_mads) of its MAD, robust to
/// less than half of the events being doublets. A ratio below 0 is none of a pulse and leaves too. Two cells side by side raise the height too and are not seen.
///
/// Some files have the names of height and width interchanged. A height follows the area and a width does not: where
/// the ratio of area to `-W` spreads less than half as much as that to `-H`, `-W` is taken for the height, with the
/// warning `height_is_width`.
///
/// Without area and height or width the step is not assessed, with a warning; so too with fewer than 500 events or
/// without spread. A limit above twice the median, the ratio of a pair of like cells, gets the warning
/// `singlets_weak`.
///
/// # Errors
/// [`PrepError::Channel`] for a channel that is not there, [`PrepError::Parameter`] for a parameter outside its range.
pub fn singlets(
    events: &Events,
    mask: &mut CellMask,
    params: &SingletParams,
) -> Result<Noted<SingletResult>, PrepError> {
    PrepError::check_length("mask", mask.n_loaded(), events.n_events())?;
    PrepError::check_at_least("singlets.n_mads", params.n_mads, 0.0, "a finite number of at least 0")?;
    PrepError::check_at_least("singlets.min_fold", params.min_fold, 1.0, "a finite number of at least 1")?;
    if let Some(max) = params.max_ratio {
        PrepError::check_at_least("singlets.max_ratio", max, f64::MIN_POSITIVE, "a finite number above 0")?;
    }
    let not_assessed = |mask: &CellMask, message: String| Noted {
        value: SingletResult {
            step: QualityStep::not_assessed(DropReason::Doublet, mask),
            median: None,
            log_mad: None,
            max_ratio: None,
        },
        warnings: vec![Warning::new("singlets_not_assessed", message)],
    };
    let Some(pulse) = find_pulse(events, params)? else {
        let message = "no forward scatter area with height or width was found; doublets are not told from singlets";
        return Ok(not_assessed(mask, message.to_owned()));
    };
    let (pulse, spread, warning) = match swapped(events, mask, pulse, params) {
        Some((pulse, spread, warning)) => (pulse, Some(spread), Some(warning)),
        None => (pulse, None, None),
    };
    let name = |column: usize| events.channels()[column].name.clone();
    let gate = |max: f64| match pulse {
        Pulse::Ratio(area, height) => Gate::Ratio(RatioGate {
            numerator: name(area),
            denominator: name(height),
            numerator_offset: 0.0,
            denominator_offset: 0.0,
            // A pulse has an area above 0. Stated, because FlowKit (1.3.2) reads no range of a ratio that is open at an end.
            min: Some(0.0),
            max: Some(max),
        }),
        Pulse::Width(width) => {
            Gate::Rect(RectGate { ranges: vec![Range { channel: name(width), min: None, max: Some(max) }] })
        }
    };
    if let Some(max) = params.max_ratio {
        let step = apply_gate(events, mask, DropReason::Doublet, gate(max), Derivation::Given)?;
        return Ok(Noted::quiet(SingletResult { step, median: None, log_mad: None, max_ratio: Some(max) }));
    }
    if mask.n_kept() < MIN_EVENTS {
        let message = format!("{} events are too few to tell doublets; {MIN_EVENTS} are needed", mask.n_kept());
        return Ok(not_assessed(mask, message));
    }
    let Some(Spread { median, mad }) = spread.or_else(|| Spread::of(events, mask, pulse)) else {
        return Ok(not_assessed(mask, "the pulses' area and height have no spread; doublets are not told".to_owned()));
    };
    let max = math::exp((median + params.n_mads * mad).max(median + math::ln(params.min_fold)));
    let step = apply_gate(events, mask, DropReason::Doublet, gate(max), Derivation::Mad)?;
    let median = math::exp(median);
    let mut warnings: Vec<Warning> = warning.into_iter().collect();
    if max > 2.0 * median {
        warnings.push(Warning::new(
            "singlets_weak",
            format!(
                "area and height are so loosely bound that the singlet gate ends at {:.2} times the median; a pair of like \
                 cells is at 2.00, so doublets remain among the kept events",
                max / median
            ),
        ));
    }
    let value = SingletResult { step, median: Some(median), log_mad: Some(mad), max_ratio: Some(max) };
    Ok(Noted { value, warnings })
}

/// The pulse with width for height, where the file has them interchanged. Never against a height that the user named
/// or a limit that the user gave, nor with few events.
fn swapped(events: &Events, mask: &CellMask, pulse: Pulse, params: &SingletParams) -> Option<(Pulse, Spread, Warning)> {
    let Pulse::Ratio(area, height) = pulse else { return None };
    if params.height.is_some() || params.max_ratio.is_some() || mask.n_kept() < MIN_EVENTS {
        return None;
    }
    let name = |column: usize| &events.channels()[column].name;
    let width = beside(events, area, "-W")?;
    let [to_height, to_width] = [height, width].map(|of| Spread::of(events, mask, Pulse::Ratio(area, of)));
    let (to_height, to_width) = (to_height?, to_width?);
    (LOOSER * to_width.mad < to_height.mad).then(|| {
        let message = format!(
            "{} follows {} (the logarithm of their ratio spreads by {:.3}) and {} does not ({:.3}), as if the file had their \
             names interchanged: {0} is taken for the pulse's height; --gates FILE gives other gates",
            name(width),
            name(area),
            to_width.mad,
            name(height),
            to_height.mad
        );
        (Pulse::Ratio(area, width), to_width, Warning::new("height_is_width", message))
    })
}

fn find_pulse(events: &Events, params: &SingletParams) -> Result<Option<Pulse>, PrepError> {
    let channels = events.channels();
    let area = match &params.area {
        Some(name) => Some(column(events, "singlets.area", name)?),
        None => channels.iter().position(|c| c.kind == ChannelKind::ForwardScatter && c.name.ends_with("-A")),
    };
    if let Some(name) = &params.height {
        let height = column(events, "singlets.height", name)?;
        return Ok(area.map(|area| Pulse::Ratio(area, height)));
    }
    let Some(area) = area else { return Ok(None) };
    let of = |suffix| beside(events, area, suffix);
    Ok(of("-H").map(|height| Pulse::Ratio(area, height)).or_else(|| of("-W").map(Pulse::Width)))
}

/// The channel of the same pulse with another suffix.
fn beside(events: &Events, area: usize, suffix: &str) -> Option<usize> {
    let stem = events.channels()[area].name.trim_end_matches("-A");
    events.channel(&format!("{stem}{suffix}"))
}
