//! How much memory a run may take.

use std::path::Path;

use puricell_io::Streaming;

/// Share of what the scheduler or the machine allows that a run takes for itself: other processes of the job need some, and
/// a job that passes its limit is killed without a word.
const SHARE: f64 = 0.9;

/// Bytes that a run takes beside the counts: of any lot, of each cell, and of each stored count. Measured on lots of 20,000 to
/// 1,000,000 cells (docs/performance.md).
const FIXED: f64 = 150e6;
const PER_CELL: f64 = 3000.0;
const PER_COUNT: f64 = 0.8;

/// Bytes of memory for each stored count of a block.
const BLOCK_SHARE: u64 = 200;

/// Where the limit came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemorySource {
    /// `--memory-limit`.
    CommandLine,
    /// `SLURM_MEM_PER_NODE`, or `SLURM_MEM_PER_CPU` times the processors.
    Slurm,
    /// The control group of the process (a container, a batch job).
    ControlGroup,
    /// The memory of the machine.
    Machine,
    /// Nothing is known.
    Unknown,
}

impl MemorySource {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::CommandLine => "--memory-limit",
            Self::Slurm => "SLURM_MEM_PER_NODE or SLURM_MEM_PER_CPU",
            Self::ControlGroup => "the control group",
            Self::Machine => "the machine",
            Self::Unknown => "no limit known",
        }
    }
}

/// The most memory that a run is to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryLimit {
    /// Bytes.
    pub bytes: u64,
    /// Who says so.
    pub source: MemorySource,
}

/// The limit asked for; else nine tenths of the least that scheduler, control group and machine allow.
#[allow(clippy::disallowed_methods)] // the binary may read the environment
pub fn resolve(asked: Option<u64>) -> MemoryLimit {
    resolve_from(asked, |name| std::env::var(name).ok(), |path| std::fs::read_to_string(Path::new(path)).ok())
}

fn resolve_from(
    asked: Option<u64>,
    variable: impl Fn(&str) -> Option<String>,
    file: impl Fn(&str) -> Option<String>,
) -> MemoryLimit {
    if let Some(bytes) = asked {
        return MemoryLimit { bytes, source: MemorySource::CommandLine };
    }
    let number = |name: &str| variable(name).and_then(|v| v.trim().parse::<u64>().ok()).filter(|&n| n > 0);
    let per_cpu = || Some(number("SLURM_MEM_PER_CPU")? * number("SLURM_CPUS_ON_NODE")?);
    let slurm = number("SLURM_MEM_PER_NODE").or_else(per_cpu).map(|mib| mib << 20);
    let known = [
        (slurm, MemorySource::Slurm),
        (control_group(&file), MemorySource::ControlGroup),
        (machine(&file), MemorySource::Machine),
    ];
    let least = known.into_iter().filter_map(|(bytes, source)| Some((bytes?, source))).min_by_key(|known| known.0);
    match least {
        Some((bytes, source)) => MemoryLimit { bytes: (bytes as f64 * SHARE) as u64, source },
        None => MemoryLimit { bytes: u64::MAX, source: MemorySource::Unknown },
    }
}

/// The least limit of the process's control group and those above it.
fn control_group(file: &impl Fn(&str) -> Option<String>) -> Option<u64> {
    let groups = file("/proc/self/cgroup")?;
    let limit = |path: String| file(&path)?.trim().parse::<u64>().ok();
    let mut limits = Vec::new();
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (fields.next(), fields.next()) else { continue };
        let is_v1 = controllers.split(',').any(|c| c == "memory");
        if !is_v1 && !controllers.is_empty() {
            continue;
        }
        let mut group = group.trim_end_matches('/');
        loop {
            limits.extend(if is_v1 {
                limit(format!("/sys/fs/cgroup/memory{group}/memory.limit_in_bytes"))
            } else {
                limit(format!("/sys/fs/cgroup{group}/memory.max"))
            });
            let Some((above, _)) = group.rsplit_once('/') else { break };
            group = above;
        }
    }
    limits.into_iter().min()
}

fn machine(file: &impl Fn(&str) -> Option<String>) -> Option<u64> {
    let info = file("/proc/meminfo")?;
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(total.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}

/// What the counts of a lot may take beside all else.
pub fn streaming(limit: MemoryLimit) -> Streaming {
    Streaming {
        memory: limit.bytes,
        fixed: FIXED,
        per_cell: PER_CELL,
        per_count: PER_COUNT,
        block: (limit.bytes / BLOCK_SHARE).clamp(1 << 22, 1 << 26),
    }
}

/// A size as `800M`, `8G` or `8GiB` (powers of 1024), `8GB` (powers of 1000), or bytes.
///
/// # Errors
/// What was found and what is expected.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let expected = || format!("'{text}' is no size: expected a number with K, M, G or T, as 8G or 800M");
    let number: f64 = number.parse().map_err(|_| expected())?;
    let unit = unit.trim().to_ascii_uppercase();
    let power = match unit.chars().next() {
        None | Some('B') => 0,
        Some('K') => 1,
        Some('M') => 2,
        Some('G') => 3,
        Some('T') => 4,
        Some(_) => return Err(expected()),
    };
    let base: f64 = match unit.get(1..).unwrap_or_default() {
        "" | "IB" => 1024.0,
        "B" => 1000.0,
        _ => return Err(expected()),
    };
    let bytes = number * base.powi(power);
    if bytes >= 1.0 && bytes < u64::MAX as f64 { Ok(bytes as u64) } else { Err(expected()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("8G", 8 << 30),
            ("8GiB", 8 << 30),
            ("8gb", 8_000_000_000),
            ("1.5M", 3 << 19),
            ("512", 512),
            ("2 T", 2 << 40),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in ["", "G", "8X", "8GX", "-1G", "0", "1e3"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_least_of_scheduler_group_and_machine_counts() {
        let file = |path: &str| match path {
            "/proc/self/cgroup" => Some("0::/slurm/job_7/step_0\n".to_owned()),
            "/sys/fs/cgroup/slurm/job_7/memory.max" => Some("4294967296\n".to_owned()),
            "/sys/fs/cgroup/slurm/job_7/step_0/memory.max" => Some("max\n".to_owned()),
            "/proc/meminfo" => Some("MemTotal:       16777216 kB\nMemFree: 1 kB\n".to_owned()),
            _ => None,
        };
        let none = |_: &str| None;
        let of = |bytes: u64, source| MemoryLimit { bytes: (bytes as f64 * SHARE) as u64, source };
        assert_eq!(resolve_from(None, none, file), of(4 << 30, MemorySource::ControlGroup));
        assert_eq!(resolve_from(Some(5), none, file), MemoryLimit { bytes: 5, source: MemorySource::CommandLine });
        let slurm = |name: &str| (name == "SLURM_MEM_PER_NODE").then(|| "2048".to_owned());
        assert_eq!(resolve_from(None, slurm, file), of(2 << 30, MemorySource::Slurm));
        let per_cpu = |name: &str| match name {
            "SLURM_MEM_PER_CPU" => Some("500".to_owned()),
            "SLURM_CPUS_ON_NODE" => Some("4".to_owned()),
            _ => None,
        };
        assert_eq!(resolve_from(None, per_cpu, file), of(2000 << 20, MemorySource::Slurm));
        let machine_only = |path: &str| (path == "/proc/meminfo").then(|| "MemTotal: 1048576 kB\n".to_owned());
        assert_eq!(resolve_from(None, none, machine_only), of(1 << 30, MemorySource::Machine));
        let first = |path: &str| match path {
            "/proc/self/cgroup" => Some("5:cpu,memory:/docker/a\n2:pids:/x\n".to_owned()),
            "/sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes" => Some("1073741824\n".to_owned()),
            _ => None,
        };
        assert_eq!(resolve_from(None, none, first), of(1 << 30, MemorySource::ControlGroup));
        assert_eq!(resolve_from(None, none, none).source, MemorySource::Unknown);
    }
}
