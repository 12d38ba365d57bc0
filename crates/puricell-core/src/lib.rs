//! The nouns of puricell.
//!
//! Everything the other crates exchange is defined here: sparse and dense matrices, cells, features, the mask that
//! says why a cell left, embeddings, neighbour graphs, partitions, seeds, and a value with its warnings. This crate
//! does no I/O and holds no algorithm beyond its own invariants, the ordered reduce and machine-independent math.
//!
//! Orientation: **cells are rows** everywhere. A 10x file's CSC of genes x barcodes is, byte for byte, a CSR of
//! cells x genes, so nothing is ever transposed on the way in.

mod buffer;
mod cells;
mod counts;
mod csr;
mod dataset;
mod dense;
mod embedding;
mod events;
mod features;
mod fraction;
mod knn;
mod mask;
pub mod math;
mod noted;
mod partition;
pub mod reduce;
mod seed;
mod vector;

pub use buffer::Buffer;
pub use cells::{CellColumn, CellTable};
pub use counts::{
    CountBuilder, CountColumns, CountIter, CountMatrix, CountPass, CountRow, CountValues, PASS_ROWS, Selection,
};
pub use csr::{Csr, CsrError};
pub use dataset::{Dataset, DatasetError};
pub use dense::{Dense, DenseError};
pub use embedding::Embedding;
pub use events::{Channel, ChannelKind, Events, EventsError};
pub use features::{FeatureKind, FeatureTable};
pub use fraction::{Fraction, FractionError};
pub use knn::{Knn, KnnError};
pub use mask::{CellMask, DropReason};
pub use noted::{Noted, Warning};
pub use partition::{Partition, PartitionError};
pub use seed::{Seed, Stream};
pub use vector::widest;
