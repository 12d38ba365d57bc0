//! The gates of the events.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A gate with its numbers of events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventGate {
    /// Id, unique in the report, such as `singlets`.
    pub id: String,
    /// Name for people, such as "Singlets".
    pub name: String,
    /// Ids of the gates it is applied within; empty for all events. More than one only for a Boolean gate.
    pub parents: Vec<String>,
    /// Short names of the channels, horizontal first; one, two, more for a box, or none for a Boolean gate.
    pub channels: Vec<String>,
    /// Where its border lies, in display coordinates.
    pub geometry: GateGeometry,
    /// Where it came from.
    pub origin: GateOrigin,
    /// Events inside.
    pub k: u64,
    /// Events it was applied to: those inside the parent, or all.
    pub n: u64,
    /// `k / n`; `None` when `n` is 0.
    pub fraction: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// One-sided 95 % upper bound, shown where `k` is 0.
    pub upper_one_sided: Option<f64>,
    /// How it was derived, such as "valley of the FSC-A density below the main mode".
    pub derivation: String,
}

/// Where a gate's border lies, in the display coordinates of its channels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GateGeometry {
    /// No border that can be drawn.
    #[default]
    None,
    /// The stretches of one channel (time, as a rule) that were taken out.
    Stretches {
        /// What was taken out, increasing.
        removed: Vec<Span>,
    },
    /// One channel from `low` (inside) to `high` (outside).
    Range {
        /// Lower end; `None` when open.
        low: Option<f64>,
        /// Upper end; `None` when open.
        high: Option<f64>,
    },
    /// Two channels, each from low (inside) to high (outside).
    Rectangle {
        /// Left; `None` when open.
        x_low: Option<f64>,
        /// Right; `None` when open.
        x_high: Option<f64>,
        /// Bottom; `None` when open.
        y_low: Option<f64>,
        /// Top; `None` when open.
        y_high: Option<f64>,
    },
    /// More than two channels, within its range in each.
    Box {
        /// The ranges, each from low (inside) to high (outside).
        ranges: Vec<ChannelRange>,
    },
    /// A polygon, closed from its last corner to its first.
    Polygon {
        /// Horizontal coordinates of the corners.
        x: Vec<f64>,
        /// Vertical coordinates, as many.
        y: Vec<f64>,
    },
    /// The points within a Mahalanobis distance of a centre, as in Gating-ML 2.0.
    Ellipse {
        /// Centre, horizontal then vertical.
        mean: [f64; 2],
        /// Covariance, row by row; positive definite.
        covariance: [[f64; 2]; 2],
        /// Square of the distance.
        distance_square: f64,
    },
    /// The vertical channel divided by the horizontal lies from `low` to `high`; both channels are linear.
    Ratio {
        /// Least ratio; `None` when open.
        low: Option<f64>,
        /// Largest ratio; `None` when open.
        high: Option<f64>,
    },
    /// Made of other gates.
    Boolean {
        /// The expression, such as "singlets and not dead".
        expression: String,
    },
}

/// A range of one of several channels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelRange {
    /// Short name of the channel.
    pub channel: String,
    /// Lower end; `None` when open.
    pub low: Option<f64>,
    /// Upper end; `None` when open.
    pub high: Option<f64>,
}

/// A stretch of a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// Where it begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

/// Where a gate came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateOrigin {
    /// Derived from this lot's events.
    #[default]
    Automatic,
    /// A threshold set by the user.
    User,
    /// A Gating-ML file.
    File,
}
