//! Who ran what, and where.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::output::hash_file;

/// Who answers for a run.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Record")]
pub struct Attribution {
    /// Who runs this, for the record; else PURICELL_OPERATOR
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// Where it is run, for the record; else PURICELL_SITE
    #[arg(long, value_name = "NAME")]
    pub site: Option<String>,
}

/// Who ran what, and where.
#[derive(Debug, Clone, Serialize)]
pub struct Origin {
    operator: Option<String>,
    site: Option<String>,
    /// The account of the system.
    user: Option<String>,
    host: Option<String>,
    /// The folder that paths of the command line are relative to.
    folder: PathBuf,
    arguments: Vec<String>,
    n_threads: usize,
    /// The job of a scheduler, by its variables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    job: Vec<(String, String)>,
    program: Program,
}

#[derive(Debug, Clone, Serialize)]
struct Program {
    version: &'static str,
    /// Of the program's own file; `None` where the system does not say which that is.
    sha256: Option<String>,
}

/// What schedulers call a job.
const JOB: [&str; 6] =
    ["SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID", "SLURM_RESTART_COUNT", "PBS_JOBID", "JOB_ID"];

impl Origin {
    /// Of this process.
    #[allow(clippy::disallowed_methods)] // the binary may read the environment
    pub fn here(attribution: &Attribution, n_threads: usize) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let program = std::env::current_exe().ok();
        Self {
            operator: attribution.operator.clone().or_else(|| variable("PURICELL_OPERATOR")),
            site: attribution.site.clone().or_else(|| variable("PURICELL_SITE")),
            user: variable("USER").or_else(|| variable("LOGNAME")),
            host: host().or_else(|| variable("HOSTNAME")),
            folder: std::env::current_dir().unwrap_or_default(),
            arguments: std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect(),
            n_threads,
            job: JOB.into_iter().filter_map(|name| Some((name.to_owned(), variable(name)?))).collect(),
            program: Program {
                version: env!("CARGO_PKG_VERSION"),
                sha256: program.and_then(|path| hash_file(&path).ok()).map(|(_, hash)| hash),
            },
        }
    }
}

fn host() -> Option<String> {
    let of_kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|h| h.trim().to_owned());
    of_kernel.filter(|h| !h.is_empty())
}
