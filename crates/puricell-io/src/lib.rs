//! Files in and out: 10x HDF5, 10x MTX, h5ad, Parquet.
