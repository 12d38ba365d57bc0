//! What is known of each cell besides its counts.

/// A column of cell annotation that came with the input (an h5ad `obs` column), one entry per cell.
#[derive(Debug, Clone, PartialEq)]
pub enum CellColumn {
    /// Text or categorical values; `None` where missing.
    Text(Vec<Option<String>>),
    /// Numbers; NaN where missing.
    Number(Vec<f64>),
    /// Truth values; `None` where missing.
    Bool(Vec<Option<bool>>),
}

/// The cells of a data set: an identity each, and the columns that came with them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CellTable {
    /// Barcode or event id per cell, in input order. Unique.
    pub ids: Vec<String>,
    /// Name and values of each column that came with the input.
    pub columns: Vec<(String, CellColumn)>,
}

impl CellTable {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True when there is no cell.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}
