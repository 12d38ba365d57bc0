//! Debris: events that scatter too little light to be cells.

use puricell_core::{CellMask, ChannelKind, DropReason, Events, Noted, Warning};

use crate::PrepError;
use crate::cyto::density::{Density, PeakParams, density};
use crate::cyto::gates::{Gate, Range, RectGate, column};

use super::kept::{MIN_EVENTS, apply_gate, sample};
use super::{Derivation, QualityStep};

/// The foot of the debris peak is where this share of its height above the valley is left.
const FOOT: f64 = 0.05;

/// How debris is told from small cells.
#[derive(Debug, Clone, PartialEq)]
pub struct DebrisParams {
    /// Channel of size. Default `None`: the first forward scatter area (`-A`), else the first forward scatter.
    pub channel: Option<String>,
    /// Events below this are debris, in the channel's unit. Default `None`: from the density.
    pub threshold: Option<f64>,
    /// The cut is never above this share of the main population's position. Default 0.25: a lymphocyte beside cultured
    /// stromal cells scatters about a third of their light, and a contaminant must not leave as debris. Raise it
    /// towards 0.5 for products of one cell size.
    pub max_share_of_main: f64,
    /// Which peaks of the density count.
    pub peaks: PeakParams,
}

impl Default for DebrisParams {
    fn default() -> Self {
        Self { channel: None, threshold: None, max_share_of_main: 0.25, peaks: PeakParams::default() }
    }
}

/// The step and what it was derived from.
#[derive(Debug, Clone, PartialEq)]
pub struct DebrisResult {
    /// What the step did.
    pub step: QualityStep,
    /// Density of the channel over the events that came in, where one was made.
    pub density: Option<Density>,
    /// Events below this left.
    pub threshold: Option<f64>,
    /// Position of the main population.
    pub main: Option<f64>,
}

/// Drops kept events of low forward scatter.
///
/// The lowest peak of the density is debris when it lies below the cap and another peak follows. The cut is at the right foot of
/// that peak, not at the deepest point of the valley: between debris and large stromal cells lie the small cells this
/// product is searched for. Without such a peak nothing is cut; so too without a forward scatter channel or with fewer than 500
/// events, with a warning.
///
/// # Errors
/// [`PrepError::Channel`] for a channel that is not there, [`PrepError::Parameter`] for a share outside 0 to 1 or a
/// threshold that is no number.
pub fn debris(events: &Events, mask: &mut CellMask, params: &DebrisParams) -> Result<Noted<DebrisResult>, PrepError> {
    PrepError::check_length("mask", mask.n_loaded(), events.n_events())?;
    let share = params.max_share_of_main;
    if !(0.0..=1.0).contains(&share) {
        let expected = "a fraction from 0 to 1";
        return Err(PrepError::Parameter { parameter: "max_share_of_main", found: share, expected });
    }
    let nothing = |mask: &CellMask, derivation| DebrisResult {
        step: QualityStep { derivation, ..QualityStep::not_assessed(DropReason::Debris, mask) },
        density: None,
        threshold: None,
        main: None,
    };
    let found = match &params.channel {
        Some(name) => Some(column(events, "debris.channel", name)?),
        None => forward_scatter(events),
    };
    let Some(at) = found else {
        let warning =
            Warning::new("debris_not_assessed", "no forward scatter channel was found; debris is not told from cells");
        return Ok(Noted { value: nothing(mask, Derivation::NotAssessed), warnings: vec![warning] });
    };
    let name = events.channels()[at].name.clone();
    let gate = |min| Gate::Rect(RectGate { ranges: vec![Range { channel: name.clone(), min: Some(min), max: None }] });
    if let Some(threshold) = params.threshold {
        if threshold.is_nan() {
            return Err(PrepError::Parameter { parameter: "debris.threshold", found: threshold, expected: "a number" });
        }
        let step = apply_gate(events, mask, DropReason::Debris, gate(threshold), Derivation::Given)?;
        return Ok(Noted::quiet(DebrisResult { step, density: None, threshold: Some(threshold), main: None }));
    }
    if mask.n_kept() < MIN_EVENTS {
        let message = format!("{} events are too few to find debris in {name}; {MIN_EVENTS} are needed", mask.n_kept());
        let warning = Warning::new("debris_not_assessed", message);
        return Ok(Noted { value: nothing(mask, Derivation::NotAssessed), warnings: vec![warning] });
    }
    let Some(density) = density(&sample(events, mask, |row| f64::from(row[at]))) else {
        return Ok(Noted::quiet(nothing(mask, Derivation::NothingFound)));
    };
    let cut = find_cut(&density, params);
    let result = match cut {
        Some((threshold, main, derivation)) => DebrisResult {
            step: apply_gate(events, mask, DropReason::Debris, gate(threshold), derivation)?,
            density: Some(density),
            threshold: Some(threshold),
            main: Some(main),
        },
        None => DebrisResult { density: Some(density), ..nothing(mask, Derivation::NothingFound) },
    };
    Ok(Noted::quiet(result))
}

/// Cut, main population, and whether the cap stood in.
fn find_cut(density: &Density, params: &DebrisParams) -> Option<(f64, f64, Derivation)> {
    let peaks = density.peaks(&params.peaks);
    let (lowest, above) = peaks.split_first()?;
    let main = above.iter().copied().reduce(|a, b| if b.height > a.height { b } else { a })?;
    let cap = params.max_share_of_main * main.position;
    if lowest.position >= cap {
        return None;
    }
    let valley = density.valley(lowest.index, above[0].index);
    let floor = density.heights[valley];
    let level = floor + FOOT * (lowest.height - floor);
    let foot = (lowest.index..=valley).find(|&i| density.heights[i] <= level).unwrap_or(valley);
    let foot = density.position(foot);
    Some(if foot > cap { (cap, main.position, Derivation::Capped) } else { (foot, main.position, Derivation::Valley) })
}

/// The first forward scatter area, else the first forward scatter.
fn forward_scatter(events: &Events) -> Option<usize> {
    let forward = |c: &puricell_core::Channel| c.kind == ChannelKind::ForwardScatter;
    let channels = events.channels();
    channels.iter().position(|c| forward(c) && c.name.ends_with("-A")).or_else(|| channels.iter().position(forward))
}
