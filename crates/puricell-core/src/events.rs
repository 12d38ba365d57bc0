//! Events of a cytometer.

use thiserror::Error;

use crate::Dense;

/// What a channel measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChannelKind {
    /// Light scattered forwards: size.
    ForwardScatter,
    /// Light scattered sideways: granularity.
    SideScatter,
    /// Fluorescence of a dye.
    Fluorescence,
    /// Counts of a metal isotope (mass cytometry).
    Mass,
    /// Acquisition time.
    Time,
    /// Event length, beads, centre, or anything else.
    Other,
}

/// A channel of a cytometer.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Detector, FCS's `$PnN`, such as `APC-A` or `FSC-H`. Unique.
    pub name: String,
    /// What was stained, FCS's `$PnS`, such as `CD45` or `CD45 APC`; `None` where the file says nothing.
    pub label: Option<String>,
    /// What it measures.
    pub kind: ChannelKind,
    /// Range, FCS's `$PnR`: values from this on are at the detector's end.
    pub range: f64,
}

/// Why values and channels do not form [`Events`].
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EventsError {
    /// Another number of columns than channels.
    #[error("{columns} columns of values for {channels} channels")]
    Columns {
        /// Columns of values.
        columns: usize,
        /// Channels.
        channels: usize,
    },
    /// Two channels carry one name.
    #[error("two channels are named '{0}'")]
    DuplicateChannel(String),
}

/// Events as measured: `n_events x n_channels`, on a linear scale, in the order of acquisition.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    values: Dense<f32>,
    channels: Vec<Channel>,
}

impl Events {
    /// Joins values and channels.
    ///
    /// # Errors
    /// [`EventsError`] where their numbers differ or a name repeats.
    pub fn new(values: Dense<f32>, channels: Vec<Channel>) -> Result<Self, EventsError> {
        if values.n_cols() != channels.len() {
            return Err(EventsError::Columns { columns: values.n_cols(), channels: channels.len() });
        }
        for (i, channel) in channels.iter().enumerate() {
            if channels[..i].iter().any(|c| c.name == channel.name) {
                return Err(EventsError::DuplicateChannel(channel.name.clone()));
            }
        }
        Ok(Self { values, channels })
    }

    /// The values, a row per event.
    pub fn values(&self) -> &Dense<f32> {
        &self.values
    }

    /// The values, to transform in place.
    pub fn values_mut(&mut self) -> &mut Dense<f32> {
        &mut self.values
    }

    /// The channels, in column order.
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// Column of the channel with this name.
    pub fn channel(&self, name: &str) -> Option<usize> {
        self.channels.iter().position(|c| c.name == name)
    }

    /// Number of events.
    pub fn n_events(&self) -> usize {
        self.values.n_rows()
    }

    /// Number of channels.
    pub fn n_channels(&self) -> usize {
        self.channels.len()
    }
}
