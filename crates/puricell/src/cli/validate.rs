//! The options of `puricell validate`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::EventArgs;
use crate::record::Attribution;

/// `puricell validate`.
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// What kind of study.
    #[command(subcommand)]
    pub command: ValidateCommand,
}

/// `puricell validate ...`.
#[derive(Debug, Subcommand)]
pub enum ValidateCommand {
    /// Mix real cells of your own matrices at a series of fractions and run the whole pipeline on every mixture
    #[command(after_help = "Example: puricell validate spike --target lot.h5 --contaminant hematopoietic=pbmc.h5 \
                            --contaminant endothelial=atlas.h5ad:cell_type=Endothelial --profile adipose --out study\n\
                            Of events: puricell validate spike --target msc.fcs --contaminant hematopoietic=pbmc.fcs \
                            --profile msc-flow --out study")]
    Spike(Box<SpikeArgs>),
}

/// `puricell validate spike`.
#[derive(Debug, Args)]
pub struct SpikeArgs {
    /// Target cells free of contaminants: a 10x .h5 file, an .h5ad file, a 10x MTX folder, or an .fcs file; all files of a
    /// study are of genes, or all are FCS
    #[arg(long, required = true, value_name = "FILE")]
    pub target: PathBuf,
    /// Which cells of that file are target cells, by an obs column of an h5ad file; all by default
    #[arg(long, value_name = "COLUMN=VALUE[,VALUE]")]
    pub target_labels: Option<String>,
    /// Cells of a class of the profile, all of a file or those with labels; may repeat
    #[arg(long, required = true, value_name = "CLASS=FILE[:COLUMN=VALUE[,VALUE]]")]
    pub contaminant: Vec<String>,
    /// Product profile: a built-in id (see `puricell profile list`) or a TOML file
    #[arg(long, value_name = "P")]
    pub profile: String,
    /// The result folder; it appears when the study is complete
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Fractions at which each class is mixed in; the blank, 0, is always among them
    #[arg(long, value_name = "F,F", value_delimiter = ',', default_value = "0,0.001,0.005,0.01,0.02,0.05")]
    pub fractions: Vec<f64>,
    /// Mixtures per fraction, depth and seed
    #[arg(long, value_name = "N", default_value = "5")]
    pub replicates: NonZeroUsize,
    /// Cells of a mixture; else half of the target's cells, but at least 2,000 and at most 5,000 (events: 5,000 and 20,000
    /// viable singlets)
    #[arg(long, value_name = "N")]
    pub cells: Option<NonZeroUsize>,
    /// Share of each cell's molecules replaced by ambient ones (not of events)
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub ambient: f64,
    /// Share of barcodes that hold two cells (not of events: they bring their own)
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub doublets: f64,
    /// Share of dead cells (not of events: they bring their own)
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub dead: f64,
    /// Shares of the molecules kept; results are stated at the largest, the others enter the intermediate precision. 1.0,0.5
    /// unless given (not of events)
    #[arg(long, value_name = "SHARE,SHARE", value_delimiter = ',')]
    pub depth: Option<Vec<f64>>,
    /// Refuse to draw a cell twice for one mixture
    #[arg(long)]
    pub exact: bool,
    /// Seed of every random stream
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Seeds in all, counted up from --seed; each makes the whole series anew
    #[arg(long, value_name = "N", default_value = "1")]
    pub seeds: NonZeroUsize,
    /// Marker panels (for FCS: names of markers) to use in place of the built-in ones (TOML)
    #[arg(long, value_name = "FILE")]
    pub panels: Option<PathBuf>,
    /// Values that replace those of the profile (TOML with tables qc and analysis)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One value that replaces the profile's, as `qc.mito_cap=0.25`; may repeat
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Options of FCS input.
    #[command(flatten)]
    pub events: EventArgs,
    /// Who answers for the study.
    #[command(flatten)]
    pub attribution: Attribution,
    /// Replace an existing result folder
    #[arg(long)]
    pub force: bool,
}
