//! One data set of a file.

use crate::events::{EventMatrix, EventValues};
use crate::keywords::Keywords;
use crate::parameter::Parameter;
use crate::problem::Problem;
use crate::spillover::Spillover;
use crate::version::Version;

/// Everything about a data set but its events.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSetInfo {
    /// Position of the data set in the file, from 0.
    pub index: usize,
    /// Where its HEADER starts, in bytes from the start of the file.
    pub byte: u64,
    /// Version of the standard it states.
    pub version: Version,
    /// Keywords of primary and supplemental TEXT, in file order, values unescaped and otherwise as written.
    pub text: Keywords,
    /// Parameters in the order of the columns of the events.
    pub parameters: Vec<Parameter>,
    /// Events that are, or would be, read. Not `$TOT` when [`crate::Leniency::TruncatedData`] was needed.
    pub n_events: usize,
    /// `$TIMESTEP`: seconds per unit of the time parameter; above 0.
    pub time_step: Option<f64>,
    /// The spillover or compensation matrix; of several, the first in the order of [`crate::SpilloverSource`].
    pub spillover: Option<Spillover>,
    /// Keywords of ANALYSIS; empty when there is none.
    pub analysis: Keywords,
    /// The departures from the standard that were read all the same, each with its switch.
    pub leniencies: Vec<Problem>,
}

impl DataSetInfo {
    /// The parameter of the `$PnN` `name` and its column, without regard to case; the first of several.
    pub fn parameter(&self, name: &str) -> Option<(usize, &Parameter)> {
        self.parameters.iter().enumerate().find(|(_, parameter)| parameter.name.eq_ignore_ascii_case(name))
    }

    /// A channel value of `parameter` on its scale: see [`Parameter::to_scale`]. The time parameter is in seconds when
    /// there is a `$TIMESTEP`, and its gain, which has no meaning, is not applied.
    pub fn scale_value(&self, parameter: &Parameter, channel: f64) -> f64 {
        if parameter.is_time() { channel * self.time_step.unwrap_or(1.0) } else { parameter.to_scale(channel) }
    }
}

/// A data set with its events.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSet {
    /// Keywords, parameters and how they were read.
    pub info: DataSetInfo,
    /// Channel values, `info.n_events` x `info.parameters.len()`.
    pub events: EventMatrix,
}

impl DataSet {
    /// The events in single precision, row-major; no copy when they are kept so, rounded to the nearest otherwise.
    pub fn into_f32(self) -> (DataSetInfo, Vec<f32>) {
        let values = match self.events.values {
            EventValues::F32(values) => values,
            EventValues::F64(values) => values.into_iter().map(|value| value as f32).collect(),
        };
        (self.info, values)
    }
}
