//! Flow Cytometry Standard files: FCS 2.0, 3.0, 3.1 and 3.2 read, FCS 3.1 written.
//!
//! [`read`], [`read_file`] and [`read_file_in_blocks`] return every data set of a file; [`inspect`] and [`inspect_file`] stop before DATA. List mode
//! is read with integers of 1 to 64 bits (bit-packed too), floats, doubles and ASCII numbers, in any byte order.
//!
//! Reading is strict: what the standard does not allow is refused, all [`Problem`]s of a file at once, each with the
//! [`Leniency`] that would read it, if there is one. A switch that was given and needed is recorded in the result
//! ([`DataSetInfo::leniencies`]), so that a report can say how a file was read.
//!
//! What is returned are channel values, as stored; [`DataSetInfo::scale_value`] applies `$PnE`, `$PnG` and `$TIMESTEP`.
//!
//! Sources: FCS 2.0 (doi:10.1002/cyto.990110303), FCS 3.0 (doi:10.1002/(SICI)1097-0320(19970601)28:2<118::AID-CYTO3>3.0.CO;2-B),
//! FCS 3.1 (doi:10.1002/cyto.a.20825), FCS 3.2 (doi:10.1002/cyto.a.24225). Values are compared with FlowIO 1.4.0.

mod byte_order;
mod data_segment;
mod data_set;
mod decode;
mod error;
mod events;
mod findings;
mod header;
mod keywords;
mod leniency;
mod number;
mod parameter;
mod problem;
mod read;
mod source;
mod spillover;
mod text;
mod version;
mod write;

pub use data_set::{DataSet, DataSetInfo};
pub use error::FcsError;
pub use events::{EventMatrix, EventValues};
pub use keywords::{Keyword, Keywords, Segment};
pub use leniency::{Leniencies, Leniency};
pub use parameter::{DataType, LogAmplification, Parameter, Width};
pub use problem::{Place, Problem};
pub use read::{Precision, ReadOptions, inspect, inspect_file, read, read_file, read_file_in_blocks};
pub use spillover::{Spillover, SpilloverSource};
pub use version::Version;
pub use write::{NewDataSet, NewParameter, WriteError, write};
