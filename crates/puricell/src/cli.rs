//! The command line.

mod asked;
mod cohort;
mod prepare;
mod run;
mod validate;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use asked::{Asked, RepeatArgs, in_order_of_run, parse, program};
pub use cohort::CohortArgs;
pub use prepare::PrepareArgs;
#[cfg(feature = "libhdf5")]
pub use run::Hdf5Reader;
pub use run::{EventArgs, H5adContent, IntervalName, LangName, RunArgs};
pub use validate::{SpikeArgs, ValidateArgs, ValidateCommand};

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
    /// One lot: from a matrix of counts, or those of its captures, to a purity report
    Run(Box<RunArgs>),
    /// One capture of a lot: read, checked, hashed and written for `puricell join`
    Prepare(PrepareArgs),
    /// One lot from its prepared captures: the same result as `puricell run` makes of the originals
    Join(Box<RunArgs>),
    /// What is in a file: kind, version, shape, features, oddities
    Inspect(InspectArgs),
    /// Product profiles: list them, show one, check a file
    Profile(ProfileArgs),
    /// What the method finds of cells that were put in on purpose
    Validate(ValidateArgs),
    /// Many lots: whether they agree, what moves them, and where limits may lie
    Cohort(Box<CohortArgs>),
    /// Whether a result is as it was written: every file, and its record
    Verify(VerifyArgs),
    /// What differs between two results: parameters, versions, classes
    Diff(DiffArgs),
    /// Run the data within the program and compare what it makes with what it is to make, byte for byte
    SelfTest(SelfTestArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one per command into a folder
    Man {
        /// A folder for puricell.1, puricell-run.1 and so on
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Print the JSON Schema of report.json, of cohort.json, or of specifications
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
    /// cohort.json.
    Cohort,
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
