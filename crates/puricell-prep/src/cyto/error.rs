//! What can be wrong with matrices, scales and gates.

use thiserror::Error;

/// Why events could not be compensated, transformed or gated.
#[derive(Debug, Error, PartialEq)]
pub enum CytoError {
    /// A parameter outside its range.
    #[error("parameter {parameter} of `{scale}` is {found}, expected {expected}")]
    Parameter {
        /// The scale or stage.
        scale: &'static str,
        /// Name of the parameter, as in the standard.
        parameter: &'static str,
        /// The value found.
        found: f64,
        /// What is allowed, in words.
        expected: &'static str,
    },
    /// A matrix whose shape does not fit its names.
    #[error("matrix '{matrix}' is {rows} x {columns}, expected {expected_rows} x {expected_columns}")]
    MatrixShape {
        /// Name of the matrix.
        matrix: String,
        /// Rows found.
        rows: usize,
        /// Columns found.
        columns: usize,
        /// Rows expected: dyes.
        expected_rows: usize,
        /// Columns expected: detectors.
        expected_columns: usize,
    },
    /// A coefficient that is no finite number.
    #[error("matrix '{matrix}' holds {found} in row {row}, column {column} (from 1), expected a finite number")]
    MatrixValue {
        /// Name of the matrix.
        matrix: String,
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
        /// The value found.
        found: f64,
    },
    /// A matrix that cannot be inverted, or not to any use.
    #[error(
        "matrix '{matrix}' has condition number {condition:.3e}, at most {limit:.3e} is accepted: two of its rows \
         can hardly be told apart"
    )]
    IllConditioned {
        /// Name of the matrix.
        matrix: String,
        /// Its condition number in the 1-norm; infinite for a singular matrix.
        condition: f64,
        /// The largest accepted.
        limit: f64,
    },
    /// Text that is no spillover matrix.
    #[error("line {line} of the spillover matrix: found '{found}', expected {expected}")]
    SpilloverText {
        /// Line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A matrix names one channel twice.
    #[error("matrix '{matrix}' names '{channel}' twice")]
    RepeatedChannel {
        /// Name of the matrix.
        matrix: String,
        /// The channel.
        channel: String,
    },
    /// Channels that are wanted, but not in the events.
    #[error("{wanted_by} wants {}, but the events have only {}", list(.missing), list(.present))]
    MissingChannels {
        /// The matrix, transformation or gate.
        wanted_by: String,
        /// The channels not found.
        missing: Vec<String>,
        /// The channels there are.
        present: Vec<String>,
    },
    /// A column that the events do not have.
    #[error("column {column} is to be transformed, but the events have {n_channels}")]
    Column {
        /// The column.
        column: usize,
        /// Channels of the events.
        n_channels: usize,
    },
    /// Text that is no well-formed XML.
    #[error("not well-formed XML at line {line}, column {column}: {problem}")]
    Xml {
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What the XML parser says.
        problem: String,
    },
    /// An element that breaks the rules of Gating-ML.
    #[error("Gating-ML line {line}, <{element}>: found {found}, expected {expected}")]
    Element {
        /// Line, from 1.
        line: u32,
        /// The element's name.
        element: String,
        /// What was found.
        found: String,
        /// What the standard wants.
        expected: &'static str,
    },
    /// Two things of one kind with one name.
    #[error("two {kind}s are named '{id}'")]
    RepeatedId {
        /// Gate, transformation or matrix.
        kind: &'static str,
        /// The name.
        id: String,
    },
    /// A name that Gating-ML cannot hold.
    #[error(
        "'{id}' cannot be a name in Gating-ML, expected a letter or '_', then letters, digits, '_', '-' or '.' (an XML \
         name)"
    )]
    XmlName {
        /// The name.
        id: String,
    },
    /// A name that nothing bears.
    #[error("gate '{gate}' refers to the {kind} '{id}', which is not defined")]
    UnknownReference {
        /// The gate that refers.
        gate: String,
        /// Gate, transformation, matrix, dye or divider.
        kind: &'static str,
        /// The name.
        id: String,
    },
    /// A gate whose shape contradicts itself.
    #[error("gate '{gate}': {found}, expected {expected}")]
    Shape {
        /// The gate.
        gate: String,
        /// What was found.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// Gates that need each other.
    #[error("these gates depend on each other: {}", list(.gates))]
    Cycle {
        /// The gates of the circle, and those that hang on it, in the file's order.
        gates: Vec<String>,
    },
}

fn list(names: &[String]) -> String {
    names.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ")
}
