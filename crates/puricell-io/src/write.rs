//! Files out: the annotated matrix as h5ad, tables as Parquet, captures to be joined.
//!
//! The writers are deterministic: the same input gives the same bytes, at any thread count and on any machine. They
//! hold no clock, no host name and no random number, and compress with pure-Rust codecs that do not look at the CPU.
//! None makes its output atomic; the caller writes into a temporary folder and renames it.

mod capture;
mod column;
mod error;
mod h5ad;
mod parquet;

pub use capture::{Capture, write_capture};
pub use column::{Column, Frame};
pub use error::WriteError;
pub use h5ad::{H5ad, H5adParams, Uns, unique_names, write_h5ad};
pub use parquet::{ParquetParams, write_parquet, write_parquet_chunks};
