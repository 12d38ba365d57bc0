//! Which channel measures which marker, and which markers the profile asks for.

use puricell_core::{Channel, Noted, Warning};
use puricell_purity::events::{Assignment, CytoProfile, MarkerPanel, map_channels};

use crate::error::AppError;

/// Markers that say whether a cell lives, or how much light it gives by itself: no cell is called by them.
const VIABILITY: &str = "viability";
const AUTOFLUORESCENCE: &str = "autofluorescence";

/// The channels of a file by what they measure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MarkerColumns {
    /// Antigens and their columns, in the order of the columns.
    pub markers: Vec<(String, usize)>,
    /// Column of the viability dye.
    pub viability: Option<usize>,
}

impl MarkerColumns {
    /// The marker of a column.
    pub fn of_column(&self, column: usize) -> Option<&str> {
        if self.viability == Some(column) {
            return Some(VIABILITY);
        }
        self.markers.iter().find(|m| m.1 == column).map(|m| m.0.as_str())
    }
}

/// Matches channels to markers.
///
/// Warnings: those of [`map_channels`], for markers that the profile does not ask for.
///
/// # Errors
/// [`AppError`] for an assignment that fits nothing; for a channel that names several markers of the profile, and a marker of
/// the profile that several channels name: which one is meant the user has to say.
pub fn find_markers(
    channels: &[Channel],
    panel: &MarkerPanel,
    profile: &CytoProfile,
    assignments: &[Assignment],
) -> Result<Noted<MarkerColumns>, AppError> {
    let map = map_channels(channels, panel, assignments)?;
    let wanted = profile.markers();
    let is_wanted = |marker: &str| wanted.contains(&marker) || marker == VIABILITY;
    let name = |column: usize| match channels[column].label.as_deref().map(str::trim).filter(|l| !l.is_empty()) {
        Some(label) => format!("{} ({label})", channels[column].name),
        None => channels[column].name.clone(),
    };
    let mut problems: Vec<String> = Vec::new();
    for shared in map.value.shared.iter().filter(|s| s.markers.iter().any(|m| is_wanted(m))) {
        let markers = shared.markers.join(" and ");
        problems.push(format!("channel {} names {markers}: two markers on one channel", name(shared.column)));
    }
    for repeated in map.value.repeated.iter().filter(|r| is_wanted(&r.marker)) {
        let on: Vec<String> = repeated.columns.iter().map(|&c| name(c)).collect();
        problems.push(format!("{} is named by {} channels: {}", repeated.marker, on.len(), on.join(", ")));
    }
    if !problems.is_empty() {
        return Err(AppError::Channels {
            message: problems.join("; "),
            hint: "say which channel measures the marker, as --marker CD45=APC-A; a channel so named measures nothing else".into(),
        });
    }
    let mut warnings: Vec<Warning> = map.warnings;
    let mut found = MarkerColumns::default();
    for (marker, &column) in &map.value.markers {
        if marker == VIABILITY {
            found.viability = Some(column);
        } else if marker != AUTOFLUORESCENCE {
            found.markers.push((marker.clone(), column));
        }
    }
    found.markers.sort_by_key(|m| m.1);
    if found.markers.is_empty() {
        let listed: Vec<String> = (0..channels.len()).map(name).collect();
        return Err(AppError::Channels {
            message: format!("no channel names a marker that is known; the channels are {}", listed.join(", ")),
            hint: "name them, as --marker CD45=APC-A, or give a list of names with --panels".into(),
        });
    }
    if !map.value.unmatched.is_empty() {
        let listed: Vec<String> = map.value.unmatched.iter().map(|&c| name(c)).collect();
        warnings.push(Warning::new(
            "unmatched_channels",
            format!("channels that name no known marker are not used: {}", listed.join(", ")),
        ));
    }
    Ok(Noted { value: found, warnings })
}

/// Markers that the profile's target lacks, choices taken apart.
pub(super) fn lacked(profile: &CytoProfile) -> Vec<String> {
    profile
        .target
        .neg
        .iter()
        .chain(&profile.target.excluded)
        .flat_map(|choice| choice.split('|'))
        .map(|m| m.trim().to_owned())
        .collect()
}

/// True where the target is meant to be a stromal cell by the criteria of 2006.
pub(super) fn is_stromal(profile: &CytoProfile) -> bool {
    ["CD73", "CD90"].iter().all(|m| profile.target.pos.iter().any(|p| p == m))
}
