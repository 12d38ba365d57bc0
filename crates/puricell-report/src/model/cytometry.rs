//! What flow or mass cytometry adds to a report: instrument, compensation, channels, gates, positivity, maps.
//!
//! *Display coordinates* are the values of a channel after its transform, in which histograms and gates are drawn;
//! *scale values* are those before it (compensated, in the instrument's own unit).

mod channels;
mod gates;
mod plots;
mod positivity;
mod som;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use channels::{ChannelRole, ChannelTransform, Compensation, CytometryChannel, Instrument, Keyword};
pub use gates::{ChannelRange, EventGate, GateGeometry, GateOrigin, Span};
pub use plots::{AxisTick, ControlHistogram, DensityPlot, MarkerHistogram, PlotAxis};
pub use positivity::{IsctRow, IsctTable, MarkerPositivity, ThresholdSource};
pub use som::{Metacluster, NodePosition, SomEdge, SomMap, SomNode};

/// What cytometry adds to a report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cytometry {
    /// The cytometer and the keywords of the file that say how the events were acquired.
    pub instrument: Instrument,
    /// The compensation applied; `None` when none was.
    pub compensation: Option<Compensation>,
    /// Every channel of the file, in its order.
    pub channels: Vec<CytometryChannel>,
    /// The gates in the order of application: a gate stands after its parents.
    pub gates: Vec<EventGate>,
    /// Positivity per marker, in the order of the panel.
    pub positivity: Vec<MarkerPositivity>,
    /// The ISCT table; `None` when the profile asks for none.
    pub isct: Option<IsctTable>,
    /// Histograms, one per marker.
    pub histograms: Vec<MarkerHistogram>,
    /// Biaxial densities with their gates, in the order of the gates.
    pub densities: Vec<DensityPlot>,
    /// The self-organising map; `None` when none was made.
    pub som: Option<SomMap>,
}
