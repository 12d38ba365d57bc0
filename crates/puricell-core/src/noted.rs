//! A value and what there is to say about it.

use std::fmt;

/// Something a person should know about a result, that is no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// A stable word for machines, such as `low_panel_coverage`.
    pub code: &'static str,
    /// A sentence for people: what was found, what it means, what to do.
    pub message: String,
}

impl Warning {
    /// A warning.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.message, self.code)
    }
}

/// A value with its warnings, in the order they arose.
#[derive(Debug, Clone, PartialEq)]
pub struct Noted<T> {
    /// The result.
    pub value: T,
    /// What there is to say about it.
    pub warnings: Vec<Warning>,
}

impl<T> Noted<T> {
    /// A value with nothing to say about it.
    pub fn quiet(value: T) -> Self {
        Self { value, warnings: Vec::new() }
    }

    /// Takes the value and adds the warnings to `log`.
    pub fn into_value(self, log: &mut Vec<Warning>) -> T {
        log.extend(self.warnings);
        self.value
    }
}
