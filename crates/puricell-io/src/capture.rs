//! A capture that was prepared ([`crate::write::write_capture`]).

use std::path::Path;
use std::sync::Arc;

use crate::error::IoError;
use crate::hdf5::{self, Hdf5};
use crate::lot::Lot;
use crate::open::ReadOptions;
use crate::tenx;

/// The attribute of the root that says what a prepared capture is; no other file has it.
pub(crate) const ABOUT: &str = "puricell-capture";
/// The dataset of the root with the molecules of empty droplets.
pub(crate) const AMBIENT: &str = "ambient";

/// A prepared capture.
#[derive(Debug)]
pub struct PreparedCapture {
    /// Its counts, barcodes and features.
    pub lot: Lot,
    /// What is to be known of it, as it was written.
    pub about: String,
    /// Molecules of each feature in empty droplets, where they were known.
    pub ambient: Option<Vec<u64>>,
}

/// What a file says of itself, if it is a prepared capture.
pub(crate) fn about(file: &Hdf5) -> Result<Option<String>, IoError> {
    file.text_attribute("", ABOUT)
}

/// Opens a prepared capture. Of `options` the back end and the streaming count: which matrix is in it was chosen.
///
/// # Errors
/// As [`crate::open_lot`]; [`IoError::Encoding`] for a file that is no prepared capture.
pub fn open_capture(path: &Path, options: &ReadOptions) -> Result<PreparedCapture, IoError> {
    let file = hdf5::open(path, options.backend)?;
    let Some(about) = about(&file)? else {
        return Err(file.encoding("the file", "another HDF5 file", "a prepared capture"));
    };
    let ambient = if file.exists(AMBIENT)? { Some(file.integers(AMBIENT)?) } else { None };
    let of_matrix = ReadOptions { layer: None, genome: None, ..options.clone() };
    // What there was to say of the features was said when they were chosen.
    let lot = tenx::read_v3(&Arc::new(file), &of_matrix)?.value.lot;
    Ok(PreparedCapture { lot, about, ambient })
}
