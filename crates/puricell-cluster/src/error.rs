//! What can be wrong with the numbers a stage is given.

use puricell_core::{CsrError, DenseError, KnnError, PartitionError};
use thiserror::Error;

/// Why a stage cannot run.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// NaN or an infinity where a number is needed.
    #[error("{what} holds {value} at row {row}, column {column}; every value must be finite")]
    NonFinite {
        /// Which input.
        what: &'static str,
        /// Row of the first such value.
        row: usize,
        /// Its column.
        column: usize,
        /// The value.
        value: f32,
    },
    /// Two inputs that must be of one length are not.
    #[error("{what}: {found} found, {expected} expected")]
    Length {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// A label that names no group.
    #[error("cell {cell} has label {label}, but there are {n_groups} groups, numbered from 0")]
    Label {
        /// The cell.
        cell: usize,
        /// Its label.
        label: u32,
        /// Number of groups.
        n_groups: usize,
    },
    /// A row or column that is not there.
    #[error("there is no {what} {index}: there are {n}, numbered from 0")]
    Index {
        /// `row` or `column`.
        what: &'static str,
        /// The one asked for.
        index: usize,
        /// How many there are.
        n: usize,
    },
    /// A parameter outside its range.
    #[error("parameter {name} is {value}; expected {expected}")]
    Parameter {
        /// Name of the field.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The range.
        expected: &'static str,
    },
    /// A graph must be square.
    #[error("a graph needs as many columns as rows, found {n_rows} rows and {n_cols} columns")]
    NotSquare {
        /// Rows found.
        n_rows: usize,
        /// Columns found.
        n_cols: usize,
    },
    /// A graph's weights must be positive, finite, without loops, and the same both ways.
    #[error(
        "edge from {from} to {to} has weight {forward}, and {backward:?} the other way; expected one positive finite weight both ways and no loop"
    )]
    Edge {
        /// Row.
        from: usize,
        /// Column.
        to: usize,
        /// Weight stored at (from, to).
        forward: f32,
        /// Weight stored at (to, from), if any.
        backward: Option<f32>,
    },
    /// More cells than can be numbered: 2^32, or 2^31 in a graph.
    #[error("{n_cells} cells are more than can be numbered")]
    TooManyCells {
        /// Number of cells.
        n_cells: usize,
    },
    /// No run of k-means came to a finite inertia.
    #[error("k-means with {k} centres on {n_cells} cells found no finite inertia; coordinates may be too large")]
    KMeansInertia {
        /// Centres wanted.
        k: usize,
        /// Cells.
        n_cells: usize,
    },
    /// Arrays that form no sparse matrix.
    #[error(transparent)]
    Csr(#[from] CsrError),
    /// A buffer that does not fill its shape.
    #[error(transparent)]
    Dense(#[from] DenseError),
    /// Arrays that form no neighbour list.
    #[error(transparent)]
    Knn(#[from] KnnError),
    /// Labels that form no partition.
    #[error(transparent)]
    Partition(#[from] PartitionError),
}
