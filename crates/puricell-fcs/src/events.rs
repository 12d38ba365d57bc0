//! The events of a data set.

/// Values in the precision that holds them.
#[derive(Debug, Clone, PartialEq)]
pub enum EventValues {
    /// Floats, and integers that a float holds exactly.
    F32(Vec<f32>),
    /// Doubles, ASCII, and integers of more than 24 bits.
    F64(Vec<f64>),
}

/// Events in rows, parameters in columns: channel values as stored, masked to `$PnR` when they are integers.
///
/// Floats and doubles come as they are, NaN and infinities included. Integers beyond 2^53 are rounded to a double.
#[derive(Debug, Clone, PartialEq)]
pub struct EventMatrix {
    /// Events (rows); 0 is possible.
    pub n_events: usize,
    /// Parameters (columns).
    pub n_parameters: usize,
    /// `n_events * n_parameters` values, row-major.
    pub values: EventValues,
    /// Integers that had bits set above the mask of their `$PnR`; those bits were cleared, as the standard tells.
    pub n_masked: u64,
}

impl EventMatrix {
    /// The value of `event` in `parameter`, both from 0; `None` outside the matrix.
    pub fn value(&self, event: usize, parameter: usize) -> Option<f64> {
        if event >= self.n_events || parameter >= self.n_parameters {
            return None;
        }
        let at = event * self.n_parameters + parameter;
        match &self.values {
            EventValues::F32(values) => values.get(at).copied().map(f64::from),
            EventValues::F64(values) => values.get(at).copied(),
        }
    }

    /// The `n_events` values of `parameter`, in event order; empty when there is no such parameter.
    pub fn column(&self, parameter: usize) -> Vec<f64> {
        if parameter >= self.n_parameters {
            return Vec::new();
        }
        let step = self.n_parameters;
        match &self.values {
            EventValues::F32(values) => values.iter().skip(parameter).step_by(step).map(|&v| f64::from(v)).collect(),
            EventValues::F64(values) => values.iter().skip(parameter).step_by(step).copied().collect(),
        }
    }
}
