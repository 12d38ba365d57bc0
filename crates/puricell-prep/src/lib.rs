//! From counts to prepared cells: QC, normalisation, variable genes.
