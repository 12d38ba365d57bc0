//! From an FCS file to events on a linear scale.

mod inspect;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use puricell_core::{Buffer, Channel, ChannelKind, Dense, Events, Noted, Warning};
use puricell_fcs::{DataSetInfo, SpilloverSource};
pub use puricell_fcs::{Leniencies, Leniency};

use crate::error::IoError;
pub use inspect::{ChannelInfo, DataSetInspection, EventInspection, inspect_events};

/// How to read an FCS file.
#[derive(Debug, Clone, Default)]
pub struct EventOptions {
    /// Departures from the standard that are allowed. Default none.
    pub lenient: Leniencies,
    /// Which data set of the file to take, from 0. Default the first.
    pub data_set: usize,
}

/// The file's own spillover.
#[derive(Debug, Clone, PartialEq)]
pub struct FileSpillover {
    /// Keyword it comes from, such as `$SPILLOVER`.
    pub keyword: &'static str,
    /// Detectors of its rows and columns.
    pub channels: Vec<String>,
    /// Share of the row's dye seen in the column's detector, `n x n`.
    pub matrix: Dense<f64>,
}

/// Events and where they came from.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedEvents {
    /// Values on a linear scale: amplification and gain are taken back, nothing is compensated.
    pub events: Events,
    /// The file's own spillover, if any.
    pub spillover: Option<FileSpillover>,
    /// Version of the standard, such as `FCS3.1`.
    pub version: String,
    /// The cytometer, `$CYT`.
    pub cytometer: Option<String>,
    /// Keywords that say who measured what, when and with what, as they stand in the file: such as `$DATE`.
    pub keywords: Vec<(&'static str, String)>,
    /// The file, to be hashed.
    pub file: PathBuf,
    /// Departures from the standard that were allowed and needed, by name.
    pub leniencies: Vec<&'static str>,
}

/// Keywords of acquisition that a report shows.
const SHOWN: [&str; 13] = [
    "$CYTSN",
    "CREATOR",
    "$SYS",
    "$DATE",
    "$BTIM",
    "$ETIM",
    "$OP",
    "$INST",
    "$SRC",
    "$SMNO",
    "$CELLS",
    "$VOL",
    "$ORIGINALITY",
];

/// True for a file that starts as an FCS file does. False where it cannot be read.
pub fn is_fcs(path: &Path) -> bool {
    let mut start = [0_u8; 3];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && &start == b"FCS"
}

/// Reads the events of an FCS file.
///
/// Warns about each leniency that was needed, about further data sets, and about channels whose names repeat (the later
/// ones get a number).
///
/// # Errors
/// [`IoError::Missing`], [`IoError::Fcs`] with every problem of the file, [`IoError::NoDataSet`],
/// [`IoError::NoEvents`].
pub fn open_events(path: &Path, options: &EventOptions) -> Result<Noted<LoadedEvents>, IoError> {
    if !path.exists() {
        return Err(IoError::Missing { path: path.to_owned() });
    }
    let first_wrong = AtomicUsize::new(usize::MAX);
    let each = |info: &DataSetInfo, first: usize, values: &mut [f32]| {
        if info.index == options.data_set
            && let Some(at) = to_scale(info, values)
        {
            first_wrong.fetch_min(first * info.parameters.len() + at, Ordering::Relaxed);
        }
    };
    let mut sets = puricell_fcs::read_file_in_blocks(path, &options.lenient, Buffer::zeroed, &each)
        .map_err(|source| IoError::Fcs { path: path.to_owned(), source: Box::new(source) })?;
    let n_sets = sets.len();
    if options.data_set >= n_sets {
        return Err(IoError::NoDataSet { path: path.to_owned(), wanted: options.data_set, found: n_sets });
    }
    let (info, values) = sets.swap_remove(options.data_set);
    drop(sets);
    let mut warnings = Vec::new();
    if n_sets > 1 {
        warnings.push(Warning::new(
            "several_data_sets",
            format!("the file holds {n_sets} data sets; number {} is analysed", options.data_set),
        ));
    }
    for problem in &info.leniencies {
        warnings.push(Warning::new("fcs_leniency", format!("read all the same: {problem}")));
    }
    let leniencies = info.leniencies.iter().filter_map(|p| p.leniency).map(Leniency::name).collect();
    let version = info.version.to_string();
    let cytometer = info.text.get("$CYT").map(str::to_owned);
    let keyword = |name: &'static str| Some((name, info.text.get(name)?.trim().to_owned()));
    let keywords = SHOWN.into_iter().filter_map(keyword).filter(|k| !k.1.is_empty()).collect();
    let spillover = spillover(&info);
    let events = events(&info, values, path, first_wrong.into_inner(), &mut warnings)?;
    let value = LoadedEvents { events, spillover, version, cytometer, keywords, file: path.to_owned(), leniencies };
    Ok(Noted { value, warnings })
}

/// All bits of an exponent: what has them is infinite or NaN.
const INFINITE: u32 = f32::INFINITY.to_bits();

/// Brings a block of events to a linear scale. The place of the first value that is not finite, if there is one.
fn to_scale(info: &DataSetInfo, values: &mut [f32]) -> Option<usize> {
    let n_channels = info.parameters.len();
    for p in (0..n_channels).filter(|&p| !is_identity(info, p)) {
        for value in values[p..].iter_mut().step_by(n_channels) {
            *value = info.scale_value(&info.parameters[p], f64::from(*value)) as f32;
        }
    }
    // By their bits, and without an early end: the vector unit does so at once what it would do by halves.
    let is_wrong = |value: &f32| value.to_bits() & INFINITE == INFINITE;
    let any = values.iter().fold(0, |any, value| any | u32::from(is_wrong(value)));
    if any == 0 { None } else { values.iter().position(is_wrong) }
}

fn events(
    info: &DataSetInfo,
    values: Buffer<f32>,
    path: &Path,
    wrong: usize,
    warnings: &mut Vec<Warning>,
) -> Result<Events, IoError> {
    let n_channels = info.parameters.len();
    if info.n_events == 0 || n_channels == 0 {
        return Err(IoError::NoEvents { path: path.to_owned(), events: info.n_events, channels: n_channels });
    }
    if let Some(&value) = values.get(wrong) {
        return Err(IoError::NotANumber {
            path: path.to_owned(),
            event: wrong / n_channels,
            channel: info.parameters[wrong % n_channels].name.clone(),
            value,
        });
    }
    let is_mass = is_mass_cytometer(info);
    let mut channels: Vec<Channel> = Vec::with_capacity(n_channels);
    for parameter in &info.parameters {
        let repeats = channels
            .iter()
            .filter(|c| c.name == parameter.name || c.name.starts_with(&format!("{}#", parameter.name)))
            .count();
        let name = if repeats == 0 { parameter.name.clone() } else { format!("{}#{}", parameter.name, repeats + 1) };
        if repeats > 0 {
            warnings.push(Warning::new(
                "repeated_channel",
                format!("channel name '{}' repeats; the later one is called '{name}'", parameter.name),
            ));
        }
        channels.push(Channel {
            kind: kind(&parameter.name, is_mass),
            name,
            label: parameter.label.clone().filter(|l| !l.trim().is_empty()),
            range: info.scale_value(parameter, parameter.range),
        });
    }
    let matrix = Dense::of_buffer(info.n_events, n_channels, values);
    matrix.ok().and_then(|m| Events::new(m, channels).ok()).ok_or_else(|| IoError::NoEvents {
        path: path.to_owned(),
        events: info.n_events,
        channels: n_channels,
    })
}

fn is_identity(info: &DataSetInfo, parameter: usize) -> bool {
    let parameter = &info.parameters[parameter];
    if parameter.is_time() {
        info.time_step.is_none_or(|s| (s - 1.0).abs() < f64::EPSILON)
    } else {
        parameter.amplification.is_none() && (parameter.gain - 1.0).abs() < f64::EPSILON
    }
}

fn spillover(info: &DataSetInfo) -> Option<FileSpillover> {
    let found = info.spillover.as_ref()?;
    let n = found.channels.len();
    let keyword = match found.source {
        SpilloverSource::DollarSpillover => "$SPILLOVER",
        SpilloverSource::Spill => "SPILL",
        SpilloverSource::Comp => "$COMP",
        SpilloverSource::Dfc => "$DFCnTOm",
    };
    let matrix = Dense::new(n, n, found.matrix.clone()).ok()?;
    Some(FileSpillover { keyword, channels: found.channels.clone(), matrix })
}

/// A CyTOF says so in `$CYT`, or names its channels by isotope (`Yb171Di`).
fn is_mass_cytometer(info: &DataSetInfo) -> bool {
    let cytometer = info.text.get("$CYT").unwrap_or_default().to_ascii_lowercase();
    ["cytof", "dvsscience", "helios", "mass cytometer"].iter().any(|c| cytometer.contains(c))
        || info.parameters.iter().filter(|p| is_isotope(&p.name)).count() > info.parameters.len() / 2
}

/// `Yb171Di`, `(Yb171)Di`, `171Yb_CD8`: an element's symbol and a mass number of two or three digits.
fn is_isotope(name: &str) -> bool {
    name.ends_with("Di") && name.bytes().filter(u8::is_ascii_digit).count() >= 2
}

fn kind(name: &str, is_mass: bool) -> ChannelKind {
    let upper = name.trim().to_ascii_uppercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| upper.starts_with(p));
    if upper == "TIME" || starts(&["TIME-", "HDR-T"]) {
        ChannelKind::Time
    } else if starts(&["FSC", "FS ", "FS-", "FS_", "FORWARD SC"]) || upper == "FS" {
        ChannelKind::ForwardScatter
    } else if starts(&["SSC", "SS ", "SS-", "SS_", "SIDE SC"]) || upper == "SS" {
        ChannelKind::SideScatter
    } else if starts(&["EVENT", "CENTER", "OFFSET", "WIDTH", "RESIDUAL", "BEAD", "CELL_LENGTH", "INDEX"]) {
        ChannelKind::Other
    } else if is_mass {
        if is_isotope(name) { ChannelKind::Mass } else { ChannelKind::Other }
    } else {
        ChannelKind::Fluorescence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_told_by_their_names() {
        for (name, is_mass, want) in [
            ("FSC-A", false, ChannelKind::ForwardScatter),
            ("FS Lin", false, ChannelKind::ForwardScatter),
            ("SSC-H", false, ChannelKind::SideScatter),
            ("Time", false, ChannelKind::Time),
            ("APC-A", false, ChannelKind::Fluorescence),
            ("FL1-H", false, ChannelKind::Fluorescence),
            ("Yb171Di", true, ChannelKind::Mass),
            ("Event_length", true, ChannelKind::Other),
        ] {
            assert_eq!(kind(name, is_mass), want, "{name}");
        }
    }
}
