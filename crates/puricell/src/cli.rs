//! The command line.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use puricell_purity::IntervalMethod;

use crate::arguments::{self, Argument};
use crate::log::LogFormat;
use crate::record::Attribution;

/// Which cells are in an MSC lot, and in what proportion.
#[derive(Debug, Parser)]
#[command(name = "puricell", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Start with `puricell demo`. Then: puricell run filtered_feature_bc_matrix.h5 --profile umbilical-cord --out lot1"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Asked {
    /// A command.
    Command(Command),
    /// A run again.
    Repeat(RepeatArgs),
}

/// Reads the command line; the first word is the program.
///
/// # Errors
/// What clap says: an option that is wrong, or the help that was asked for.
pub fn parse(
    words: impl IntoIterator<Item = impl Into<std::ffi::OsString> + Clone>,
) -> Result<(Asked, Common), clap::Error> {
    let mut program = Cli::command();
    let matches = program.try_get_matches_from_mut(words)?;
    let run = program.find_subcommand("run").zip(matches.subcommand_matches("run"));
    if let Some((command, given)) = run
        && let Some(from) = given.get_one::<PathBuf>("from")
    {
        let common = Common::from_arg_matches(&matches)?;
        return Ok((Asked::Repeat(repeat(from, command, given)?), common));
    }
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (Command::Run(args), Some((command, given))) = (&mut cli.command, run) {
        args.given = arguments::given(command, given);
        args.date = source_date_epoch();
    }
    Ok((Asked::Command(cli.command), cli.common))
}

fn repeat(from: &Path, command: &clap::Command, given: &ArgMatches) -> Result<RepeatArgs, clap::Error> {
    let refuse = |message| Err(command.clone().error(clap::error::ErrorKind::ArgumentConflict, message));
    if let Some(decides) = arguments::given(command, given).first() {
        let name = decides.option.as_deref().unwrap_or("INPUT");
        return refuse(format!("--from repeats a run as it was, so {name} cannot be given with it"));
    }
    let Some(out) = given.get_one::<PathBuf>("out") else { return refuse("--out is missing".to_owned()) };
    Ok(RepeatArgs {
        from: from.to_owned(),
        files: given.get_one::<PathBuf>("files").cloned(),
        out: out.clone(),
        force: given.get_flag("force"),
        memory_limit: given.get_one::<u64>("memory_limit").copied(),
        attribution: Attribution::from_arg_matches(given)?,
    })
}

/// The date that documents are to have, by the convention of reproducible builds. What is no number is no date.
#[allow(clippy::disallowed_methods)] // the binary may read the environment
fn source_date_epoch() -> Option<i64> {
    std::env::var("SOURCE_DATE_EPOCH").ok()?.trim().parse().ok()
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Common {
    /// Threads; else SLURM_CPUS_PER_TASK, SLURM_CPUS_ON_NODE, or what the system allows
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Log warnings and errors only, and show no progress
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Log lines for people or for machines
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole way on real data inside the program, and say what to open
    Demo(DemoArgs),
    /// One lot: from a matrix of counts to a purity report
    Run(Box<RunArgs>),
    /// What is in a file: kind, version, shape, features, oddities
    Inspect(InspectArgs),
    /// Product profiles: list them, show one, check a file
    Profile(ProfileArgs),
    /// What the method finds of cells that were put in on purpose
    Validate(ValidateArgs),
    /// Whether a result is as it was written: every file, and its record
    Verify(VerifyArgs),
    /// What differs between two results: parameters, versions, classes
    Diff(DiffArgs),
    /// Run the data within the program and compare what it makes with what it is to make, byte for byte
    SelfTest(SelfTestArgs),
    /// Print the JSON Schema of report.json, or of specifications
    Schema {
        /// Of what
        #[arg(value_enum, default_value_t = SchemaOf::Report, value_name = "WHAT")]
        of: SchemaOf,
    },
}

/// `puricell demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The result folder
    #[arg(long, default_value = "puricell-demo", value_name = "DIR")]
    pub out: PathBuf,
    /// Language of the report: English, Chinese, or both
    #[arg(long, value_enum, default_value_t = LangName::En, value_name = "LANG")]
    pub lang: LangName,
    /// Who answers for the run.
    #[command(flatten)]
    pub attribution: Attribution,
    /// Replace an existing result folder
    #[arg(long)]
    pub force: bool,
}

/// `puricell run`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of the command line
pub struct RunArgs {
    /// A 10x .h5 file, an .h5ad file, a 10x MTX folder, or an .fcs file
    #[arg(required = false, required_unless_present = "from", value_name = "INPUT")]
    pub input: PathBuf,
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
    /// The raw (unfiltered) matrix of the same lot, whose empty droplets say what ambient RNA is
    #[arg(long, value_name = "FILE")]
    pub raw: Option<PathBuf>,
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
    /// The folder that holds the files of the run to be repeated, where they are not where they were
    #[arg(long, value_name = "DIR", requires = "from")]
    pub files: Option<PathBuf>,
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
}

/// `puricell run --from`.
#[derive(Debug)]
pub struct RepeatArgs {
    /// The manifest.
    pub from: PathBuf,
    /// Where its files are.
    pub files: Option<PathBuf>,
    /// The new folder.
    pub out: PathBuf,
    /// Replace it.
    pub force: bool,
    /// Memory to keep to.
    pub memory_limit: Option<u64>,
    /// Who answers for the run.
    pub attribution: Attribution,
}

/// `puricell self-test`.
#[derive(Debug, Args)]
pub struct SelfTestArgs {
    /// Print the hashes found, in the form of the list within the program
    #[arg(long)]
    pub print: bool,
}

/// What has a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// report.json.
    Report,
    /// A specification file, once read.
    Spec,
}

/// `puricell verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A result folder
    #[arg(value_name = "DIR")]
    pub result: PathBuf,
}

/// `puricell diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// A result folder
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// Another
    #[arg(value_name = "B")]
    pub b: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
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

/// `puricell inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A file or folder
    #[arg(value_name = "INPUT")]
    pub input: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

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

/// `puricell profile`.
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// What to do with profiles.
    #[command(subcommand)]
    pub command: ProfileCommand,
}

/// `puricell profile ...`.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// The built-in profiles, one a line
    List,
    /// The TOML of a built-in profile, of the gene panels (`panels`), of the markers of channels (`markers`), or of an
    /// example specification (`spec:ID`)
    Show {
        /// The id
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Check a profile, panel or specification file: every problem at once
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
