//! 10x HDF5: a CSC matrix of genes x barcodes, which is byte for byte a CSR matrix of cells x genes.

mod matrix;
mod version2;
mod version3;

pub(crate) use matrix::{Names, count_stored, read_matrix};
pub(crate) use version2::{features as version2_features, genomes as version2_genomes, read as read_v2};
pub(crate) use version3::{features as version3_features, read as read_v3, version as version3_version};
