//! Instrument, channels and compensation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The cytometer and how the events were acquired.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Instrument {
    /// Cytometer as the file names it (`$CYT`).
    pub cytometer: Option<String>,
    /// Serial number (`$CYTSN`).
    pub serial: Option<String>,
    /// Acquisition software (`$SYS` or `CREATOR`).
    pub software: Option<String>,
    /// Version of the file's format, such as "FCS3.1".
    pub format: Option<String>,
    /// Start of the acquisition as the file states it (`$DATE`, `$BTIM`).
    pub acquired: Option<String>,
    /// Further keywords worth a look, in the order to be shown.
    pub keywords: Vec<Keyword>,
}

/// A keyword of the file's TEXT segment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Keyword {
    /// Name, such as `$VOL`.
    pub name: String,
    /// Value as it stands in the file.
    pub value: String,
}

/// The compensation that was applied.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Compensation {
    /// Where the matrix came from, such as "$SPILLOVER of the file" or "comp.csv".
    pub source: String,
    /// Channels, in the order of the matrix.
    pub channels: Vec<String>,
    /// Spillover coefficients, square, one list per row: row is the fluorochrome, column the detector it is seen in;
    /// 1 on the diagonal.
    pub matrix: Vec<Vec<f64>>,
    /// Condition number of the matrix, 1 or more; `None` when not computed.
    pub condition_number: Option<f64>,
    /// How the condition number is defined, such as "2-norm".
    pub condition_norm: Option<String>,
}

/// What a channel measures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelRole {
    /// Scattered light.
    Scatter,
    /// Fluorescence.
    Fluorescence,
    /// A metal isotope of mass cytometry.
    Mass,
    /// Time of the event.
    Time,
    /// Anything else, such as event length or a bead channel.
    #[default]
    Other,
}

/// A channel of the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CytometryChannel {
    /// Short name (`$PnN`), such as "APC-A".
    pub name: String,
    /// Label (`$PnS`), such as "CD45".
    pub label: Option<String>,
    /// The marker that the panel makes of it; `None` when it is none of the panel's.
    pub marker: Option<String>,
    /// What it measures.
    pub role: ChannelRole,
    /// The transform of its display coordinates; `None` when linear as stored.
    pub transform: Option<ChannelTransform>,
}

/// A transform with its parameters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelTransform {
    /// Name in Gating-ML 2.0, such as "logicle", or "arcsinh".
    pub name: String,
    /// Parameters as text, such as "T = 262144, W = 0.72, M = 4.5, A = 0".
    pub parameters: String,
    /// How they were chosen, such as "W from the 5th percentile of negative values".
    pub derivation: Option<String>,
}
