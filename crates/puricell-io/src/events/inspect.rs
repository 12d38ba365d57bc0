//! What is in an FCS file.

use std::path::{Path, PathBuf};

use puricell_core::ChannelKind;
use puricell_fcs::{DataSetInfo, Leniencies};
use serde::Serialize;

use super::{is_mass_cytometer, kind, spillover};
use crate::error::IoError;

/// What is in an FCS file, read as leniently as can be; `departures` says what a strict reader refuses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventInspection {
    /// The path given.
    pub path: PathBuf,
    /// The data sets, in file order.
    pub data_sets: Vec<DataSetInspection>,
}

/// One data set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataSetInspection {
    /// Version of the standard it states.
    pub version: String,
    /// The cytometer, `$CYT`.
    pub cytometer: Option<String>,
    /// Date of acquisition, `$DATE`.
    pub date: Option<String>,
    /// Events.
    pub n_events: usize,
    /// Channels, in column order.
    pub channels: Vec<ChannelInfo>,
    /// Keyword of the file's own spillover matrix, if any.
    pub spillover: Option<String>,
    /// Detectors of that matrix.
    pub spillover_channels: Vec<String>,
    /// What departs from the standard, a sentence each, with the switch that reads it.
    pub departures: Vec<String>,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelInfo {
    /// Detector, `$PnN`.
    pub name: String,
    /// Stain, `$PnS`.
    pub label: Option<String>,
    /// `forward scatter`, `side scatter`, `fluorescence`, `mass`, `time` or `other`.
    pub kind: String,
    /// The same for a program.
    #[serde(skip)]
    pub channel_kind: ChannelKind,
    /// `$PnR`; `None` when unknown.
    pub range: Option<f64>,
}

/// Says what is in an FCS file; its values are not looked at.
///
/// # Errors
/// [`IoError::Missing`]; [`IoError::Fcs`] for what no switch can read.
pub fn inspect_events(path: &Path) -> Result<EventInspection, IoError> {
    if !path.exists() {
        return Err(IoError::Missing { path: path.to_owned() });
    }
    let options = puricell_fcs::ReadOptions { lenient: Leniencies::all(), ..puricell_fcs::ReadOptions::default() };
    let sets = puricell_fcs::inspect_file(path, &options)
        .map_err(|source| IoError::Fcs { path: path.to_owned(), source: Box::new(source) })?;
    Ok(EventInspection { path: path.to_owned(), data_sets: sets.iter().map(data_set).collect() })
}

fn data_set(info: &DataSetInfo) -> DataSetInspection {
    let is_mass = is_mass_cytometer(info);
    let spillover = spillover(info);
    DataSetInspection {
        version: info.version.to_string(),
        cytometer: info.text.get("$CYT").map(str::to_owned),
        date: info.text.get("$DATE").map(str::to_owned),
        n_events: info.n_events,
        channels: info
            .parameters
            .iter()
            .map(|p| ChannelInfo {
                name: p.name.clone(),
                label: p.label.clone(),
                kind: kind_name(kind(&p.name, is_mass)).to_owned(),
                channel_kind: kind(&p.name, is_mass),
                range: p.range.is_finite().then_some(p.range),
            })
            .collect(),
        spillover: spillover.as_ref().map(|s| s.keyword.to_owned()),
        spillover_channels: spillover.map(|s| s.channels).unwrap_or_default(),
        departures: info.leniencies.iter().map(ToString::to_string).collect(),
    }
}

fn kind_name(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::ForwardScatter => "forward scatter",
        ChannelKind::SideScatter => "side scatter",
        ChannelKind::Fluorescence => "fluorescence",
        ChannelKind::Mass => "mass",
        ChannelKind::Time => "time",
        ChannelKind::Other => "other",
    }
}
