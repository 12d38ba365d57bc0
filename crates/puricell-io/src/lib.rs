//! Files in and out.
//!
//! [`open`] reads the counts of a lot from a 10x HDF5 file (Cell Ranger 2 and 3+), a 10x MTX folder, or an `.h5ad` file
//! (AnnData 0.5 to 0.11) into a [`puricell_core::Dataset`]. [`inspect`] says what is in a file without choosing.
//!
//! What is not a count (a fraction, a negative number, NaN) never enters: such a matrix is refused, with its first
//! offending value and the name of the matrix in the same file that does hold counts.

mod capture;
mod contents;
mod counts;
mod error;
mod events;
mod h5ad;
mod hdf5;
mod inspect;
mod lot;
mod mtx;
mod open;
mod tenx;
mod text;
pub mod write;

pub use capture::{PreparedCapture, open_capture};
pub use error::{ErrorKind, ForeignFormat, IoError, NotACount, NotCounts};
pub use events::{
    ChannelInfo, DataSetInspection, EventInspection, EventOptions, FileSpillover, Leniencies, Leniency, LoadedEvents,
    inspect_events, is_fcs, open_events,
};
pub use inspect::{ColumnInfo, Inspection, MatrixInfo, Share, inspect};
pub use lot::{Blocks, Counts, Lot, Streamed, Streaming};
pub use open::{Backend, FileKind, Loaded, LoadedLot, ReadOptions, Source, open, open_lot};
