//! `puricell inspect`: what is in a file.

use std::fmt::Write;

use puricell_core::Channel;
use puricell_io::{ChannelInfo, EventInspection, Inspection};
use puricell_purity::events::{MarkerPanel, map_channels};

use super::print;
use crate::cli::InspectArgs;
use crate::error::AppError;
use crate::exit::Exit;

pub(super) fn inspect(args: &InspectArgs) -> Result<Exit, AppError> {
    if puricell_io::is_fcs(&args.input) {
        let found = puricell_io::inspect_events(&args.input)?;
        let markers = found.data_sets.iter().map(|set| markers(&set.channels)).collect::<Result<Vec<_>, _>>()?;
        return print(&if args.json { events_as_json(&found, &markers)? } else { events_for_people(&found, &markers) });
    }
    let found = puricell_io::inspect(&args.input)?;
    if args.json {
        return print(&as_json(&found)?);
    }
    print(&for_people(&found))
}

fn as_json(found: &impl serde::Serialize) -> Result<String, AppError> {
    serde_json::to_string_pretty(found).map_err(|e| AppError::Internal { place: "inspect", message: e.to_string() })
}

/// The marker that each channel would be taken for.
fn markers(channels: &[ChannelInfo]) -> Result<Vec<Option<String>>, AppError> {
    let channel = |c: &ChannelInfo| Channel {
        name: c.name.clone(),
        label: c.label.clone(),
        kind: c.channel_kind,
        range: c.range.unwrap_or(0.0),
    };
    let channels: Vec<Channel> = channels.iter().map(channel).collect();
    let map = map_channels(&channels, &MarkerPanel::builtin()?, &[])?.value;
    let marker = |column| map.markers.iter().find(|m| *m.1 == column).map(|m| m.0.clone());
    Ok((0..channels.len()).map(marker).collect())
}

fn events_as_json(found: &EventInspection, markers: &[Vec<Option<String>>]) -> Result<String, AppError> {
    let refuse = |e: serde_json::Error| AppError::Internal { place: "inspect", message: e.to_string() };
    let mut value = serde_json::to_value(found).map_err(refuse)?;
    let sets = value["data_sets"].as_array_mut().into_iter().flatten();
    for (set, markers) in sets.zip(markers) {
        let channels = set["channels"].as_array_mut().into_iter().flatten();
        for (channel, marker) in channels.zip(markers) {
            channel["marker"] = serde_json::json!(marker);
        }
    }
    as_json(&value)
}

fn events_for_people(found: &EventInspection, markers: &[Vec<Option<String>>]) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:<12} {value}");
    };
    line("file", &found.path.display().to_string());
    for (number, (set, markers)) in found.data_sets.iter().zip(markers).enumerate() {
        if found.data_sets.len() > 1 {
            line("data set", &(number + 1).to_string());
        }
        line("version", &set.version);
        line("cytometer", set.cytometer.as_deref().unwrap_or("not stated"));
        line("date", set.date.as_deref().unwrap_or("not stated"));
        line("events", &set.n_events.to_string());
        for (channel, marker) in set.channels.iter().zip(markers) {
            let label = channel.label.as_deref().unwrap_or("-");
            let marker = marker.as_deref().map_or(String::new(), |m| format!(" -> {m}"));
            line("channel", &format!("{:<16} {label:<20} {}{marker}", channel.name, channel.kind));
        }
        line("spillover", set.spillover.as_deref().unwrap_or("none in the file"));
        for departure in &set.departures {
            line("departs", departure);
        }
    }
    text
}

fn for_people(found: &Inspection) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:<12} {value}");
    };
    line("file", &found.path.display().to_string());
    line("kind", found.kind.name());
    line("version", found.version.as_deref().unwrap_or("not stated"));
    line("cells", &found.n_cells.to_string());
    line("features", &found.n_features.to_string());
    for share in &found.feature_kinds {
        line("", &format!("{} {}", share.n, share.name));
    }
    for share in &found.genomes {
        line("genome", &format!("{} ({} features)", share.name, share.n));
    }
    for matrix in &found.matrices {
        let counts = match (&matrix.why_not, matrix.n_nonzero) {
            (None, Some(n)) => format!("counts, {n} nonzeros"),
            (Some(why), _) => format!("no counts: {why}"),
            (None, None) => "no counts".to_owned(),
        };
        let size = format!("{} x {}", matrix.n_cells, matrix.n_features);
        line("matrix", &format!("{} ({}, {size}): {counts}", matrix.name, matrix.stored_as));
    }
    line("would read", found.default_matrix.as_deref().unwrap_or("nothing without a choice"));
    for column in &found.cell_columns {
        line("cell column", &format!("{} ({})", column.name, column.kind));
    }
    for oddity in &found.oddities {
        line("odd", oddity);
    }
    text
}
