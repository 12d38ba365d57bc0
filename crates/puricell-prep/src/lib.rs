//! From counts or events to prepared cells: QC, normalisation, variable genes; compensation, scales, gates.
//!
//! Each stage is a function of plain matrices with a params struct; nothing here opens a file, prints or names a cell
//! type. Which genes are mitochondrial, which cells are likely targets and which are candidates of a contaminant is
//! told by the caller.

pub mod cyto;
mod error;
pub mod rna;

pub use error::PrepError;
