//! Stretches of the measurement in which the flow was disturbed: clogs, bubbles, surges.

mod bins;
mod spans;

use puricell_core::{CellMask, ChannelKind, DropReason, Events, Noted, Warning, math};

use crate::PrepError;
use crate::cyto::gates::column;

use super::kept::{MIN_EVENTS, drop_where};
use super::{Derivation, QualityStep};
use bins::{Bin, bins};
pub use spans::TimeSpan;
use spans::{edges, removed};

/// Bins that a rule across bins needs.
const MIN_BINS: usize = 10;
/// Fewest events of a bin where the number is not given.
const MIN_PER_BIN: usize = 200;
/// Bins aimed at in a large file.
const N_BINS: usize = 500;
/// Makes the MAD an estimate of a normal distribution's standard deviation.
const MAD_SCALE: f64 = 1.4826;
/// Share of steps backwards in time that a clock's rounding explains.
const MAX_BACKWARDS: f64 = 0.01;
/// Shift of the mean rank between the first and the last tenth that is called a drift: half a standard deviation of a normal
/// distribution.
const DRIFT: f64 = 0.14;

/// What counts as a disturbance.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeParams {
    /// Channel of time. Default `None`: the first channel of that kind.
    pub channel: Option<String>,
    /// Events per bin. Default `None`: 1 in 500 of the file, at least 200. Smaller bins see shorter disturbances.
    pub events_per_bin: Option<usize>,
    /// A bin is anomalous beyond this many deviations (1.4826 MAD over bins) from the median bin. Default 6, as PeacoQC
    /// 1.0 has it (doi:10.1002/cyto.a.24501).
    pub n_mads: f64,
    /// And where its event rate is at least this many fold off. Default 1.5: a steady instrument has a tiny MAD, and a
    /// rate off by a few per cent harms nothing.
    pub min_rate_fold: f64,
    /// And where the mean rank of a channel's values among the file's, from 0 to 1, is off by at least this. Default 0.07:
    /// a shift by a quarter of a normal distribution's standard deviation. Mean ranks rather than medians, because the median of
    /// a channel with as many positive as negative cells leaps between the two.
    pub min_shift: f64,
}

impl Default for TimeParams {
    fn default() -> Self {
        Self { channel: None, events_per_bin: None, n_mads: 6.0, min_rate_fold: 1.5, min_shift: 0.07 }
    }
}

/// A stretch of consecutive events.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeBin {
    /// First event.
    pub first: usize,
    /// Number of events.
    pub n_events: usize,
    /// Time of the first event, in the channel's unit.
    pub start: f64,
    /// Events per unit of time; `None` where the clock is too coarse or ran backwards.
    pub rate: Option<f64>,
    /// The rate is anomalous.
    pub rate_anomalous: bool,
    /// Channels whose values are shifted.
    pub shifted: Vec<String>,
}

impl TimeBin {
    /// Whether the bin is to be cut out.
    pub fn is_anomalous(&self) -> bool {
        self.rate_anomalous || !self.shifted.is_empty()
    }
}

/// The step and the bins it judged.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeResult {
    /// What the step did.
    pub step: QualityStep,
    /// Name of the time channel, where there is one.
    pub channel: Option<String>,
    /// Stretches of the time channel whose events left, in order, apart from each other.
    pub removed: Vec<TimeSpan>,
    /// All bins, in order of acquisition; empty where not assessed.
    pub bins: Vec<TimeBin>,
    /// Channels whose values moved between the first and the last tenth of the bins: a drift, which drops nothing.
    pub drifting: Vec<String>,
}

/// Drops the events of disturbed stretches.
///
/// Events in file order are cut into bins of equal counts. A bin leaves when its rate, or the mean rank of a channel of light
/// or mass, is far from the other bins' both in MAD and in size. A slow drift widens the MAD and drops nothing: it gets
/// the warning `time_drift`. No time channel, a time that runs backwards, or fewer than ten bins: not assessed, with a
/// warning.
///
/// What leaves is a function of the time alone, so that it can be written as a gate: from the start of an anomalous bin up to
/// the start of the next good one. Where the clock is coarse, events of the same time beside the bin leave with it, and a bin
/// within one tick of the clock, or any bin where the clock begins anew, cannot be cut out, with the warning `time_not_cut`.
///
/// # Errors
/// [`PrepError::Channel`] for a channel that is not there, [`PrepError::Parameter`] for a parameter outside its range.
pub fn time_anomalies(
    events: &Events,
    mask: &mut CellMask,
    params: &TimeParams,
) -> Result<Noted<TimeResult>, PrepError> {
    PrepError::check_length("mask", mask.n_loaded(), events.n_events())?;
    let least = "a finite number of at least 0";
    PrepError::check_at_least("time.n_mads", params.n_mads, 0.0, least)?;
    PrepError::check_at_least("time.min_shift", params.min_shift, 0.0, least)?;
    PrepError::check_at_least("time.min_rate_fold", params.min_rate_fold, 1.0, "a finite number of at least 1")?;
    if let Some(0) = params.events_per_bin {
        return Err(PrepError::Parameter { parameter: "time.events_per_bin", found: 0.0, expected: "at least 1" });
    }
    let time = match &params.channel {
        Some(name) => Some(column(events, "time.channel", name)?),
        None => events.channels().iter().position(|c| c.kind == ChannelKind::Time),
    };
    let channel = time.map(|column| events.channels()[column].name.clone());
    let not_assessed = |mask: &CellMask, message: String| Noted {
        value: TimeResult {
            step: QualityStep::not_assessed(DropReason::TimeAnomaly, mask),
            channel: channel.clone(),
            removed: Vec::new(),
            bins: Vec::new(),
            drifting: Vec::new(),
        },
        warnings: vec![Warning::new("time_not_assessed", message)],
    };
    let Some(time) = time else {
        let message = "there is no time channel, so clogs, bubbles and drift are not looked for";
        return Ok(not_assessed(mask, message.to_owned()));
    };
    let n = events.n_events();
    let size = params.events_per_bin.unwrap_or_else(|| n.div_ceil(N_BINS).max(MIN_PER_BIN));
    if n < MIN_EVENTS || n / size < MIN_BINS {
        let message =
            format!("{n} events make {} bins of {size}; {MIN_BINS} are needed to see anomalies in time", n / size);
        return Ok(not_assessed(mask, message));
    }
    let values = events.values();
    let backwards = (1..n).filter(|&i| values.row(i)[time] < values.row(i - 1)[time]).count();
    if backwards as f64 > MAX_BACKWARDS * n as f64 {
        let message =
            format!("time runs backwards at {backwards} of {n} events; the file is not in order of acquisition");
        return Ok(not_assessed(mask, message));
    }

    let columns: Vec<usize> = (0..events.n_channels())
        .filter(|&c| c != time && !matches!(events.channels()[c].kind, ChannelKind::Time | ChannelKind::Other))
        .collect();
    let mut found = bins(values, time, &columns, size);
    let edges = edges(&found);
    let name = |column: usize| events.channels()[column].name.clone();
    let rate_anomalous = rate_anomalies(&found, params);
    let mut warnings = Vec::new();
    if rate_anomalous.is_none() {
        warnings.push(Warning::new(
            "rate_not_assessed",
            format!("{} is too coarse to give event rates; only the channels' values are judged over time", name(time)),
        ));
    }
    let mut shifted: Vec<Vec<String>> = vec![Vec::new(); found.len()];
    let mut drifting = Vec::new();
    for (i, &column) in columns.iter().enumerate() {
        let ranks: Vec<f64> = found.iter().map(|b| b.mean_ranks[i]).collect();
        for (bin, anomalous) in outliers(&ranks, params.n_mads, params.min_shift).into_iter().enumerate() {
            if anomalous {
                shifted[bin].push(name(column));
            }
        }
        let tenth = found.len() / 10;
        let ends = [&ranks[..tenth], &ranks[ranks.len() - tenth..]].map(math::median);
        if let [Some(first), Some(last)] = ends
            && (last - first).abs() > DRIFT
        {
            drifting.push(name(column));
        }
    }
    if !drifting.is_empty() {
        warnings.push(Warning::new(
            "time_drift",
            format!(
                "the signal of {} drifted during the measurement by more than half of its spread",
                drifting.join(", ")
            ),
        ));
    }
    let rate_anomalous = rate_anomalous.unwrap_or_else(|| vec![false; found.len()]);
    let bins: Vec<TimeBin> = found
        .drain(..)
        .zip(shifted)
        .zip(rate_anomalous)
        .map(|((bin, shifted), rate_anomalous)| TimeBin {
            first: bin.first,
            n_events: bin.n_events,
            start: bin.start,
            rate: bin.rate,
            rate_anomalous,
            shifted,
        })
        .collect();
    let bad: Vec<bool> = bins.iter().map(TimeBin::is_anomalous).collect();
    let (removed, n_left) = removed(edges.as_deref(), &bad);
    if n_left > 0 {
        let why = if edges.is_some() { "they lie within one tick of the clock" } else { "the clock begins anew" };
        warnings.push(Warning::new(
            "time_not_cut",
            format!("{n_left} anomalous stretches cannot be cut out by {}: {why}; they are kept", name(time)),
        ));
    }
    let (n_in, n_dropped) = drop_where(events, mask, DropReason::TimeAnomaly, |_, event| {
        removed.iter().any(|span| span.contains(f64::from(event[time])))
    });
    let derivation = if n_dropped == 0 { Derivation::NothingFound } else { Derivation::Mad };
    let step = QualityStep { reason: DropReason::TimeAnomaly, n_in, n_dropped, gate: None, derivation };
    Ok(Noted { value: TimeResult { step, channel, removed, bins, drifting }, warnings })
}

/// Bins of anomalous rate; `None` where fewer than half of the bins have one.
fn rate_anomalies(bins: &[Bin], params: &TimeParams) -> Option<Vec<bool>> {
    let logs: Vec<f64> = bins.iter().map(|b| b.rate.map_or(f64::NAN, math::ln)).collect();
    let known = logs.iter().filter(|v| v.is_finite()).count();
    (2 * known >= bins.len()).then(|| outliers(&logs, params.n_mads, math::ln(params.min_rate_fold)))
}

/// Values further from the median than `n_mads` and than `limit`. NaN is none.
fn outliers(values: &[f64], n_mads: f64, limit: f64) -> Vec<bool> {
    let Some(median) = math::median(values) else { return vec![false; values.len()] };
    let deviations: Vec<f64> = values.iter().map(|v| (v - median).abs()).collect();
    let mad = MAD_SCALE * math::median(&deviations).unwrap_or(0.0);
    deviations.iter().map(|&d| d > n_mads * mad && d > limit).collect()
}
