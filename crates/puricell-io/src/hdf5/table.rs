//! Datasets of records, as AnnData up to 0.6 stored its annotation.

use crate::hdf5::Numbers;

/// A member of all records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TableColumn {
    /// Text.
    Text(Vec<String>),
    /// Numbers or truth values.
    Numbers(Numbers),
    /// Of a type that is not read, by description.
    Other(String),
}

/// A dataset of records, column by column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    /// Name and values of each member, in the order of the record.
    pub(crate) columns: Vec<(String, TableColumn)>,
}
