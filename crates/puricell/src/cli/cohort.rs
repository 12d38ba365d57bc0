//! The options of `puricell cohort`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use super::LangName;
use crate::record::Attribution;

/// `puricell cohort`.
#[derive(Debug, Args)]
#[command(after_help = "Example: puricell cohort lots/*/ --metadata lots.tsv --out cohort\n\
                        Compared: puricell cohort lots/*/ --metadata lots.tsv --compare process_version=1,2 --margins margins.toml --out change")]
pub struct CohortArgs {
    /// Result folders of `puricell run`, or their report.json
    #[arg(required = true, value_name = "RESULT")]
    pub results: Vec<PathBuf>,
    /// The result folder; it appears when everything is written
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// What is known of the lots: a table (.tsv or .csv) with a column `lot` (lot number or name of the result folder) and columns
    /// such as donor, age, sex, tissue, process_version, site, passage, batch, date; it goes before what the results say
    #[arg(long, value_name = "TABLE")]
    pub metadata: Option<PathBuf>,
    /// Facts among which the variance between lots is shared out
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',', default_value = "donor,passage,process_version")]
    pub factors: Vec<String>,
    /// Compare two groups of lots
    #[arg(long, value_name = "FACT=A,B")]
    pub compare: Option<String>,
    /// What must hold for the two groups to be called equivalent, fixed beforehand (TOML)
    #[arg(long, value_name = "FILE", requires = "compare")]
    pub margins: Option<PathBuf>,
    /// Hold the lots with this value against what all others predict
    #[arg(long, value_name = "FACT=VALUE")]
    pub bridge: Option<String>,
    /// A lot known to be different, as a measure for the distances
    #[arg(long, value_name = "LOT")]
    pub control: Option<String>,
    /// Leave out results that cannot be used, and say so in the report, instead of stopping
    #[arg(long)]
    pub keep_going: bool,
    /// Lots that have no result, and why, for the report to name: a table as `set_aside.tsv` of the workflows (columns `lot`, `why`)
    #[arg(long, value_name = "TABLE")]
    pub missing: Option<PathBuf>,
    /// Cohorts simulated for the intervals of the variance's shares
    #[arg(long, value_name = "N", default_value = "400")]
    pub bootstrap: NonZeroUsize,
    /// Language of the documents: English, Chinese, or both
    #[arg(long, value_enum, default_value_t = LangName::En, value_name = "LANG")]
    pub lang: LangName,
    /// Seed of every random stream
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Who answers for the analysis.
    #[command(flatten)]
    pub attribution: Attribution,
    /// Replace an existing result folder
    #[arg(long)]
    pub force: bool,
    /// SOURCE_DATE_EPOCH: the date of the documents, seconds since 1970.
    #[arg(skip)]
    pub date: Option<i64>,
}
