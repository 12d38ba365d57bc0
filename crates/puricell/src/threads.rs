//! How many threads to use.

use std::num::NonZeroUsize;

/// Where the number of threads came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadSource {
    /// `--threads`.
    CommandLine,
    /// `SLURM_CPUS_PER_TASK`.
    SlurmPerTask,
    /// `SLURM_CPUS_ON_NODE`: set even where a job was submitted without `-c`.
    SlurmOnNode,
    /// Processor affinity and cgroup quota, as the system reports them.
    System,
}

impl ThreadSource {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::CommandLine => "--threads",
            Self::SlurmPerTask => "SLURM_CPUS_PER_TASK",
            Self::SlurmOnNode => "SLURM_CPUS_ON_NODE",
            Self::System => "what the system allows",
        }
    }
}

/// The number of threads: `--threads`, else what the scheduler granted, else what the system allows.
#[allow(clippy::disallowed_methods)] // the binary may read the environment
pub fn resolve(asked: Option<NonZeroUsize>) -> (NonZeroUsize, ThreadSource) {
    resolve_from(asked, |name| std::env::var(name).ok())
}

fn resolve_from(
    asked: Option<NonZeroUsize>,
    variable: impl Fn(&str) -> Option<String>,
) -> (NonZeroUsize, ThreadSource) {
    if let Some(n) = asked {
        return (n, ThreadSource::CommandLine);
    }
    let number = |name: &str| variable(name).and_then(|v| v.trim().parse::<NonZeroUsize>().ok());
    if let Some(n) = number("SLURM_CPUS_PER_TASK") {
        return (n, ThreadSource::SlurmPerTask);
    }
    if let Some(n) = number("SLURM_CPUS_ON_NODE") {
        return (n, ThreadSource::SlurmOnNode);
    }
    (std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN), ThreadSource::System)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_beats_the_scheduler_beats_the_system() {
        let slurm = |name: &str| match name {
            "SLURM_CPUS_PER_TASK" => Some("3".to_owned()),
            "SLURM_CPUS_ON_NODE" => Some("5".to_owned()),
            _ => None,
        };
        let on_node = |name: &str| (name == "SLURM_CPUS_ON_NODE").then(|| "5".to_owned());
        assert_eq!(resolve_from(NonZeroUsize::new(7), slurm).0.get(), 7);
        assert_eq!(resolve_from(None, slurm), (NonZeroUsize::new(3).unwrap(), ThreadSource::SlurmPerTask));
        assert_eq!(resolve_from(None, on_node), (NonZeroUsize::new(5).unwrap(), ThreadSource::SlurmOnNode));
        assert_eq!(resolve_from(None, |_| Some("many".into())).1, ThreadSource::System);
    }
}
