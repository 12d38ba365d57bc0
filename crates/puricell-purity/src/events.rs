//! Which cells are in a lot that a cytometer measured.
//!
//! The order of use: [`map_channels`] says which channel measures which marker; a threshold with an uncertain band per
//! marker ([`MarkerThreshold`], made elsewhere) turns values into evidence; [`resolve_events`] finds a
//! [`CytoProfile`]'s signs among the markers that can be told apart; [`call_events`] weighs each event by the signs of
//! several markers, never of one alone, and without a cluster; [`isct_2006`] is the field's table of per cent positive.
//! The calls feed the same [`composition()`](crate::composition()) as those of expression, through
//! [`EventCalls::outcomes`].

mod calls;
mod channels;
mod explain;
mod hypotheses;
mod isct;
mod marker_panel;
mod model;
#[cfg(test)]
mod planted;
mod positivity;
mod profile;
mod resolve;
mod threshold;
mod tokens;

pub use calls::{EventCall, EventCalls, call_events};
pub use channels::{Assignment, ChannelMap, RepeatedMarker, SharedChannel, map_channels};
pub use explain::{ExplainedEvent, MarkerEvidence, explain_events};
pub use isct::{IsctNote, IsctRow, IsctTable, isct_2006};
pub use marker_panel::{MARKERS_SCHEMA, MarkerNames, MarkerPanel};
pub use model::{EVENT_MODEL_SCHEMA, EventEvidence, EventModel, EventPriors, EventRule, SignProbabilities};
pub use positivity::{PositiveCount, count_positive};
pub use profile::{
    CYTO_PROFILE_SCHEMA, CytoAnalysis, CytoProfile, CytoQc, EventClass, EventSubset, EventTarget, MarkerWaiver,
};
pub use resolve::{ResolvedEvents, Sign, SignedMarkers, UnusedMarker, WhyUnused, resolve_events};
pub use threshold::{Calibration, Component, MarkerThreshold, ThresholdSource};
