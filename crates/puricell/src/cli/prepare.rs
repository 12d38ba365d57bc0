//! The options of `puricell prepare`.

use std::path::PathBuf;

use clap::Args;

/// `puricell prepare`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: puricell prepare a/filtered_feature_bc_matrix.h5 --raw a/raw_feature_bc_matrix.h5 --out a.capture.h5\n\
                        Then: puricell join a.capture.h5 b.capture.h5 --profile bone-marrow --out lot1"
)]
pub struct PrepareArgs {
    /// One capture of a lot: a 10x .h5 file, an .h5ad file, or a 10x MTX folder
    #[arg(value_name = "CAPTURE")]
    pub input: PathBuf,
    /// The prepared file; it appears when it is complete
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The raw (unfiltered) matrix of the same capture, of which the empty droplets' molecules are kept
    #[arg(long, value_name = "FILE")]
    pub raw: Option<PathBuf>,
    /// The matrix that holds the counts of an h5ad file: X, raw, or a layer's name
    #[arg(long, value_name = "NAME")]
    pub layer: Option<String>,
    /// The genome to analyse, where a file holds several
    #[arg(long, value_name = "NAME")]
    pub genome: Option<String>,
    /// Replace an existing prepared file
    #[arg(long)]
    pub force: bool,
}
