//! Which channel measures which marker.

use std::collections::BTreeMap;

use puricell_core::{Channel, ChannelKind, Noted, Warning};

use super::marker_panel::MarkerPanel;
use super::tokens::{is_same, tokens};
use crate::PurityError;

/// A channel that the user gives a marker, before names are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Marker id of the panel.
    pub marker: String,
    /// Name of the channel (`$PnN`).
    pub channel: String,
}

/// A marker found on several channels, and so on none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedMarker {
    /// Marker id.
    pub marker: String,
    /// Columns of the channels, increasing.
    pub columns: Vec<usize>,
}

/// A channel that names several markers (a dump channel), and so measures none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedChannel {
    /// Column of the channel.
    pub column: usize,
    /// Marker ids, in the order of the name.
    pub markers: Vec<String>,
}

/// Channels matched to markers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelMap {
    /// Marker id to column; each column at most once.
    pub markers: BTreeMap<String, usize>,
    /// Markers named by several channels, in the order of the panel; not in `markers`.
    pub repeated: Vec<RepeatedMarker>,
    /// Channels that name several markers; none of these is in `markers` for it.
    pub shared: Vec<SharedChannel>,
    /// Columns that measure light, mass or something else and match no marker, increasing. Scatter, time and ignored
    /// channels are not among them.
    pub unmatched: Vec<usize>,
}

impl ChannelMap {
    /// Column of a marker.
    pub fn column(&self, marker: &str) -> Option<usize> {
        self.markers.get(marker).copied()
    }

    /// Those of `wanted` that no channel measures, in the order given.
    pub fn missing<'a>(&self, wanted: &[&'a str]) -> Vec<&'a str> {
        wanted.iter().filter(|m| !self.markers.contains_key(**m)).copied().collect()
    }
}

/// Matches channels to markers by their names.
///
/// A channel's label (`$PnS`) decides where there is one, else its name (`$PnN`). Names match word by word, without
/// regard to case and punctuation, and never as part of a word; the longest name wins, so `CD45-RA` is CD45RA. Of the
/// area, height and width of one detector the area is taken. `assigned` comes before any name.
///
/// Warnings: `repeated_marker`, `shared_channel`.
///
/// # Errors
/// [`PurityError::Assignment`] for a marker or channel that does not exist, or one that is assigned twice.
pub fn map_channels(
    channels: &[Channel],
    panel: &MarkerPanel,
    assigned: &[Assignment],
) -> Result<Noted<ChannelMap>, PurityError> {
    let mut map = ChannelMap::default();
    for assignment in assigned {
        let refuse = |why| {
            Err(PurityError::Assignment { marker: assignment.marker.clone(), channel: assignment.channel.clone(), why })
        };
        if panel.position(&assignment.marker).is_none() {
            return refuse("the marker is not in the list of markers");
        }
        let Some(column) = channels.iter().position(|c| c.name == assignment.channel) else {
            return refuse("the file has no such channel");
        };
        if map.markers.values().any(|&c| c == column) {
            return refuse("the channel is assigned twice");
        }
        if map.markers.insert(assignment.marker.clone(), column).is_some() {
            return refuse("the marker is assigned twice");
        }
    }

    let names = Names::new(panel);
    let mut columns = vec![Vec::new(); panel.markers.len()];
    for (column, channel) in channels.iter().enumerate() {
        let is_physical =
            matches!(channel.kind, ChannelKind::ForwardScatter | ChannelKind::SideScatter | ChannelKind::Time);
        if is_physical || map.markers.values().any(|&c| c == column) {
            continue;
        }
        let label = channel.label.as_deref().filter(|l| !tokens(l).is_empty());
        let found = names.find(label.unwrap_or(&channel.name), label.is_some());
        match (found.markers.as_slice(), found.is_ignored) {
            ([], true) => {}
            ([], false) => map.unmatched.push(column),
            ([marker], _) => columns[*marker].push(column),
            (several, _) => map.shared.push(SharedChannel {
                column,
                markers: several.iter().map(|&m| panel.markers[m].id.clone()).collect(),
            }),
        }
    }
    for (marker, columns) in panel.markers.iter().zip(columns) {
        if columns.is_empty() || map.markers.contains_key(&marker.id) {
            continue;
        }
        match area_of(channels, &columns) {
            Some(column) => {
                map.markers.insert(marker.id.clone(), column);
            }
            None => map.repeated.push(RepeatedMarker { marker: marker.id.clone(), columns }),
        }
    }
    let warnings = warnings(&map, channels);
    Ok(Noted { value: map, warnings })
}

/// The one column of a marker: the only one, or the area among several pulses of one detector.
fn area_of(channels: &[Channel], columns: &[usize]) -> Option<usize> {
    let [first, rest @ ..] = columns else { return None };
    if rest.is_empty() {
        return Some(*first);
    }
    let parts = |column: usize| {
        let name = channels[column].name.as_str();
        ["-A", "-H", "-W"].iter().find_map(|pulse| name.strip_suffix(pulse).map(|stem| (stem, *pulse)))
    };
    let (stem, _) = parts(*first)?;
    if !columns.iter().all(|&c| parts(c).is_some_and(|(s, _)| s == stem)) {
        return None;
    }
    columns.iter().copied().find(|&c| parts(c).is_some_and(|(_, pulse)| pulse == "-A"))
}

fn warnings(map: &ChannelMap, channels: &[Channel]) -> Vec<Warning> {
    let name = |column: usize| match channels[column].label.as_deref().map(str::trim).filter(|l| !l.is_empty()) {
        Some(label) => format!("{} ({label})", channels[column].name),
        None => channels[column].name.clone(),
    };
    let repeated = map.repeated.iter().map(|r| {
        let on: Vec<String> = r.columns.iter().map(|&c| name(c)).collect();
        Warning::new(
            "repeated_marker",
            format!("{} is named by {} channels and taken from none: {}", r.marker, on.len(), on.join(", ")),
        )
    });
    let shared = map.shared.iter().map(|s| {
        Warning::new(
            "shared_channel",
            format!("channel {} names several markers and is taken for none: {}", name(s.column), s.markers.join(", ")),
        )
    });
    repeated.chain(shared).collect()
}

struct Found {
    /// Positions in the panel, each once, in the order of the name.
    markers: Vec<usize>,
    is_ignored: bool,
}

/// The names of a panel as words.
struct Names {
    /// Words, the marker, and whether the name counts in a detector's name too.
    known: Vec<(Vec<String>, usize, bool)>,
    ignored: Vec<Vec<String>>,
    longest: usize,
}

impl Names {
    fn new(panel: &MarkerPanel) -> Self {
        let mut names = Vec::new();
        for (i, marker) in panel.markers.iter().enumerate() {
            names.extend(std::iter::once(&marker.id).chain(&marker.names).map(|n| (tokens(n), i, true)));
            names.extend(marker.dyes.iter().map(|n| (tokens(n), i, false)));
        }
        let ignored = panel.ignored.iter().map(|n| tokens(n)).collect();
        // A name of n letters can be written as n words at most.
        let longest = names.iter().map(|(words, ..)| words.concat().len()).max().unwrap_or(0);
        Self { known: names, ignored, longest }
    }

    fn find(&self, text: &str, is_label: bool) -> Found {
        let words = tokens(text);
        let mut markers = Vec::new();
        let (mut at, mut is_ignored) = (0, false);
        while at < words.len() {
            let most = self.longest.min(words.len() - at);
            let hit = (1..=most).rev().find_map(|n| {
                let run = &words[at..at + n];
                let known = self.known.iter().find(|(name, _, anywhere)| (*anywhere || is_label) && is_same(run, name));
                known.map(|(_, marker, _)| (n, *marker))
            });
            if let Some((n, marker)) = hit {
                if !markers.contains(&marker) {
                    markers.push(marker);
                }
                at += n;
            } else {
                is_ignored |= self.ignored.iter().any(|name| words[at..].starts_with(name));
                at += 1;
            }
        }
        Found { markers, is_ignored }
    }
}

#[cfg(test)]
mod tests;
