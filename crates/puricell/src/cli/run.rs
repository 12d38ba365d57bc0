//! The options of `puricell run`.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use puricell_purity::IntervalMethod;

use crate::arguments::Argument;
use crate::record::Attribution;

/// `puricell run`.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of the command line
pub struct RunArgs {
    /// A 10x .h5 file, an .h5ad file, a 10x MTX folder, or an .fcs file; several files of counts are the captures of one lot, in
    /// this order
    #[arg(required = false, required_unless_present = "from", value_name = "INPUT")]
    pub input: Vec<PathBuf>,
    /// Product profile: a built-in id (see `puricell profile list`) or a TOML file
    #[arg(long, required = false, required_unless_present = "from", value_name = "P")]
    pub profile: String,
    /// The result folder; it appears when the result is complete
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Specification: items, methods, limits (TOML)
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// How the two-sided 95 % intervals are computed; one-sided bounds, which decide, are exact always
    #[arg(long, value_enum, default_value_t = IntervalName::ClopperPearson, value_name = "METHOD")]
    pub interval: IntervalName,
    /// What a study of this very method has shown (validation.json of `puricell validate`): gives detection limits and
    /// corrected fractions
    #[arg(long, value_name = "FILE")]
    pub validation: Option<PathBuf>,
    /// A cell, by its barcode, whose deciding genes are written to evidence.tsv beside those of every contaminant and
    /// suspect; may repeat
    #[arg(long, value_name = "CELL")]
    pub explain: Vec<String>,
    /// Marker panels (for FCS: names of markers) to use in place of the built-in ones (TOML)
    #[arg(long, value_name = "FILE")]
    pub panels: Option<PathBuf>,
    /// What is known of the lot: lot, product, donor, ...; passage and sample_state decide the profile's rules (TOML)
    #[arg(long, value_name = "FILE")]
    pub metadata: Option<PathBuf>,
    /// Values that replace those of the profile (TOML with tables qc, analysis and transgene)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One value that replaces the profile's, as `qc.mito_cap=0.25` or `transgene.features=NAME`; may repeat
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// The matrix that holds the counts of an h5ad file: X, raw, or a layer's name
    #[arg(long, value_name = "NAME")]
    pub layer: Option<String>,
    /// The genome to analyse, where a file holds several
    #[arg(long, value_name = "NAME")]
    pub genome: Option<String>,
    /// The raw (unfiltered) matrix of the same capture, whose empty droplets say what ambient RNA is; once for each input, in
    /// their order
    #[arg(long, value_name = "FILE")]
    pub raw: Vec<PathBuf>,
    /// Which HDF5 implementation reads the input
    #[cfg(feature = "libhdf5")]
    #[arg(long, value_enum, default_value_t = Hdf5Reader::Rust, value_name = "WHICH")]
    pub hdf5: Hdf5Reader,
    /// Seed of every random stream
    #[arg(long, default_value_t = RunArgs::SEED, value_name = "N")]
    pub seed: u64,
    /// Search nearest neighbours exactly up to N cells, beyond by regions with a measured recall
    #[arg(long, default_value_t = RunArgs::EXACT_NEIGHBOURS, value_name = "N")]
    pub exact_neighbours: usize,
    /// Leave the UMAP figure out
    #[arg(long)]
    pub no_umap: bool,
    /// What result.h5ad holds: the analysed genes, all genes, or no such file
    #[arg(long, value_enum, default_value_t = H5adContent::Light, value_name = "WHAT")]
    pub h5ad: H5adContent,
    /// Language of the report: English, Chinese, or both
    #[arg(long, value_enum, default_value_t = LangName::En, value_name = "LANG")]
    pub lang: LangName,
    /// Memory that the run is to keep to, as 8G; else what the scheduler or the machine allows. A matrix too large for it is
    /// read from the file as it is needed, with the same results. Events are held in memory always
    #[arg(long, value_name = "SIZE", value_parser = crate::memory::parse_size)]
    pub memory_limit: Option<u64>,
    /// Options of FCS input.
    #[command(flatten)]
    pub events: EventArgs,
    /// Refuse everything that departs from the profile and the specification as signed off
    #[arg(long)]
    pub locked: bool,
    /// Refuse a definition whose SHA-256 is another, as spec=...; profile, cytometry-profile, panels, markers, spec, validation,
    /// metadata or config; may repeat
    #[arg(long, value_name = "WHAT=SHA256")]
    pub require_hash: Vec<String>,
    /// Repeat the run of this manifest.json, and say whether the bytes agree; in place of INPUT and the options that decide
    #[arg(long, value_name = "MANIFEST")]
    pub from: Option<PathBuf>,
    /// A folder that holds files of the run to be repeated, where they are not where they were; may repeat
    #[arg(long, value_name = "DIR", requires = "from")]
    pub files: Vec<PathBuf>,
    /// Who answers for the run.
    #[command(flatten)]
    pub attribution: Attribution,
    /// Exit with code 1 when the specification is not met
    #[arg(long)]
    pub fail_on_spec: bool,
    /// Replace an existing result folder
    #[arg(long)]
    pub force: bool,
    /// What of this was given.
    #[arg(skip)]
    pub given: Vec<Argument>,
    /// Seconds since 1970 that documents are dated by (SOURCE_DATE_EPOCH).
    #[arg(skip)]
    pub date: Option<i64>,
}

impl RunArgs {
    /// The standard seed.
    pub const SEED: u64 = 1;
    /// Cells up to which nearest neighbours are searched exactly.
    pub const EXACT_NEIGHBOURS: usize = 100_000;

    /// The input; the first of several captures.
    pub fn input(&self) -> &Path {
        self.input.first().map_or(Path::new(""), PathBuf::as_path)
    }
}

/// Options for FCS input.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cytometry (FCS input)")]
pub struct EventArgs {
    /// FMO control of a marker; may repeat
    #[arg(long, value_name = "MARKER=FILE")]
    pub fmo: Vec<String>,
    /// Isotype control of one or more markers; may repeat
    #[arg(long, value_name = "MARKER[,MARKER]=FILE")]
    pub isotype: Vec<String>,
    /// Unstained cells, a control of every marker
    #[arg(long, value_name = "FILE")]
    pub unstained: Option<PathBuf>,
    /// Gates to use in place of the automatic ones (Gating-ML 2.0)
    #[arg(long, value_name = "FILE")]
    pub gates: Option<PathBuf>,
    /// The gate of that file whose events are analysed; needed where several gates are nobody's parent
    #[arg(long, value_name = "ID", requires = "gates")]
    pub population: Option<String>,
    /// Spillover matrix (CSV) to use in place of the file's; `none`: take the events as they are
    #[arg(long, value_name = "FILE|none")]
    pub compensation: Option<PathBuf>,
    /// The channel that measures a marker, where names do not say; may repeat
    #[arg(long, value_name = "MARKER=CHANNEL")]
    pub marker: Vec<String>,
    /// Value (compensated, linear) from which on a marker counts as positive; may repeat
    #[arg(long, value_name = "MARKER=VALUE")]
    pub threshold: Vec<String>,
    /// A departure from the FCS standard to allow; may repeat. A file that needs one names it
    #[arg(long, value_name = "NAME")]
    pub lenient: Vec<String>,
    /// Which data set of the file to analyse, from 1
    #[arg(long, value_name = "N")]
    pub data_set: Option<NonZeroUsize>,
}

impl EventArgs {
    /// The first option given, by its name.
    pub fn first_given(&self) -> Option<&'static str> {
        let given = [
            ("--fmo", !self.fmo.is_empty()),
            ("--isotype", !self.isotype.is_empty()),
            ("--unstained", self.unstained.is_some()),
            ("--gates", self.gates.is_some()),
            ("--compensation", self.compensation.is_some()),
            ("--marker", !self.marker.is_empty()),
            ("--threshold", !self.threshold.is_empty()),
            ("--lenient", !self.lenient.is_empty()),
            ("--data-set", self.data_set.is_some()),
        ];
        given.into_iter().find(|g| g.1).map(|g| g.0)
    }
}

/// How two-sided intervals are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IntervalName {
    /// Exact, conservative
    ClopperPearson,
    /// Score interval
    Wilson,
    /// Equal tails of Jeffreys' prior
    Jeffreys,
}

impl IntervalName {
    /// The method.
    pub fn method(self) -> IntervalMethod {
        match self {
            Self::ClopperPearson => IntervalMethod::ClopperPearson,
            Self::Wilson => IntervalMethod::Wilson,
            Self::Jeffreys => IntervalMethod::Jeffreys,
        }
    }
}

/// Which HDF5 implementation reads.
#[cfg(feature = "libhdf5")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hdf5Reader {
    /// The reader in Rust.
    Rust,
    /// The system's C library.
    C,
}

/// In which language the report speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangName {
    /// English.
    En,
    /// Chinese.
    Zh,
    /// English, and Chinese beside or below it.
    Both,
}

impl LangName {
    /// The word of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
            Self::Both => "both",
        }
    }

    /// The language of documents.
    pub fn lang(self) -> puricell_report::Lang {
        match self {
            Self::En => puricell_report::Lang::En,
            Self::Zh => puricell_report::Lang::Zh,
            Self::Both => puricell_report::Lang::Both,
        }
    }
}

/// What `result.h5ad` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum H5adContent {
    /// The analysed genes: variable genes and those of the panels.
    Light,
    /// All genes.
    Full,
    /// No file.
    None,
}

impl H5adContent {
    /// The word of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Full => "full",
            Self::None => "none",
        }
    }
}
