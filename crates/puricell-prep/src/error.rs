//! What can be wrong with the arguments of a stage.

use puricell_core::CsrError;
use thiserror::Error;

/// Why a stage could not start.
#[derive(Debug, Error, PartialEq)]
pub enum PrepError {
    /// Two arguments speak of different numbers of cells.
    #[error("`{argument}` has {found} entries, expected {expected} (one per cell)")]
    Length {
        /// Name of the argument.
        argument: &'static str,
        /// Entries found.
        found: usize,
        /// Entries expected.
        expected: usize,
    },
    /// A row index lies outside the matrix.
    #[error("position {position} of `rows` names row {row}, but the matrix has {n_rows} rows")]
    Row {
        /// Position within the argument.
        position: usize,
        /// The index found.
        row: usize,
        /// Rows of the matrix.
        n_rows: usize,
    },
    /// A column index lies outside the matrix.
    #[error("position {position} of `{argument}` names column {column}, but the matrix has {n_columns} columns")]
    Column {
        /// Name of the argument.
        argument: &'static str,
        /// Position within the argument.
        position: usize,
        /// The index found.
        column: usize,
        /// Columns of the matrix.
        n_columns: usize,
    },
    /// Columns to select must be strictly increasing.
    #[error("`columns` must be strictly increasing, but position {position} holds {column} after {before}")]
    ColumnOrder {
        /// Position of the second of the two.
        position: usize,
        /// The column before.
        before: usize,
        /// The column that is not larger.
        column: usize,
    },
    /// A group label that names no group.
    #[error("cell {cell} is in group {group}, but there are {n_groups} groups")]
    Group {
        /// The cell.
        cell: usize,
        /// Its label.
        group: usize,
        /// Number of groups.
        n_groups: usize,
    },
    /// A parameter outside its range.
    #[error("parameter `{parameter}` is {found}, expected {expected}")]
    Parameter {
        /// Name of the parameter.
        parameter: &'static str,
        /// The value found.
        found: f64,
        /// What is allowed, in words.
        expected: &'static str,
    },
    /// A rule whose lower limit lies above its upper one.
    #[error("rule `{rule}` wants at least {at_least} and at most {at_most}")]
    Limits {
        /// Name of the rule.
        rule: &'static str,
        /// Its lower limit.
        at_least: f64,
        /// Its upper limit.
        at_most: f64,
    },
    /// A channel the events do not have.
    #[error("`{argument}` names channel '{name}', which the events do not have")]
    Channel {
        /// Name of the argument.
        argument: &'static str,
        /// The channel named.
        name: String,
    },
    /// The result is no valid sparse matrix.
    #[error(transparent)]
    Matrix(#[from] CsrError),
}

impl PrepError {
    /// Checks that an argument has one entry per cell.
    pub(crate) fn check_length(argument: &'static str, found: usize, expected: usize) -> Result<(), Self> {
        if found == expected { Ok(()) } else { Err(Self::Length { argument, found, expected }) }
    }

    /// Checks that a parameter is at least `least`; NaN and infinity are not.
    pub(crate) fn check_at_least(
        parameter: &'static str,
        found: f64,
        least: f64,
        expected: &'static str,
    ) -> Result<(), Self> {
        if found.is_finite() && found >= least { Ok(()) } else { Err(Self::Parameter { parameter, found, expected }) }
    }

    /// Checks that every row named exists.
    pub(crate) fn check_rows(rows: &[usize], n_rows: usize) -> Result<(), Self> {
        match rows.iter().position(|&r| r >= n_rows) {
            Some(position) => Err(Self::Row { position, row: rows[position], n_rows }),
            None => Ok(()),
        }
    }

    /// Checks that every column named exists.
    pub(crate) fn check_columns(argument: &'static str, columns: &[usize], n_columns: usize) -> Result<(), Self> {
        match columns.iter().position(|&c| c >= n_columns) {
            Some(position) => Err(Self::Column { argument, position, column: columns[position], n_columns }),
            None => Ok(()),
        }
    }
}
