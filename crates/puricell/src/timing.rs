//! Where time and memory went: all that may vary between two runs.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::memory::MemoryLimit;

/// One stage.
#[derive(Debug, Clone, Serialize)]
pub struct StageTiming {
    /// The stage.
    pub stage: String,
    /// Seconds by the clock.
    pub wall_s: f64,
    /// Seconds of processor time, all threads, user and system; absent where the system does not tell.
    pub cpu_s: Option<f64>,
    /// The process's peak resident memory at the end of the stage, bytes.
    pub peak_bytes: Option<u64>,
}

/// `timing.json`.
#[derive(Debug, Clone, Serialize)]
pub struct Timing {
    /// Seconds since 1970 (UTC) at the start.
    pub started_unix_s: u64,
    /// Host name.
    pub host: Option<String>,
    /// Threads used.
    pub threads: usize,
    /// Memory that the run was to keep to, bytes; absent where it asked nobody.
    pub memory_limit_bytes: Option<u64>,
    /// The stages in order.
    pub stages: Vec<StageTiming>,
    /// Whole run.
    pub total: Option<StageTiming>,
}

/// Takes the time of stages.
#[derive(Debug)]
pub struct Clock {
    timing: Timing,
    start: (Instant, Option<f64>),
}

impl Clock {
    /// Starts.
    #[allow(clippy::disallowed_methods)] // the binary may read the clock
    pub fn start(threads: usize) -> Self {
        let started_unix_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|h| h.trim().to_owned());
        Self {
            timing: Timing { started_unix_s, host, threads, memory_limit_bytes: None, stages: Vec::new(), total: None },
            start: (Instant::now(), cpu_seconds()),
        }
    }

    /// Notes the memory that the run is to keep to.
    pub fn memory_limit(&mut self, limit: MemoryLimit) {
        self.timing.memory_limit_bytes = (limit.bytes < u64::MAX).then_some(limit.bytes);
    }

    /// Runs one stage and notes what it took.
    #[allow(clippy::disallowed_methods)] // as above
    pub fn stage<T>(&mut self, stage: &'static str, run: impl FnOnce() -> T) -> T {
        let before = (Instant::now(), cpu_seconds());
        let value = run();
        self.timing.stages.push(measured(stage, before));
        value
    }

    /// Runs a part of a stage that is done in parts, among others, and adds what it took.
    #[allow(clippy::disallowed_methods)] // as above
    pub fn part<T>(&mut self, stage: &'static str, run: impl FnOnce() -> T) -> T {
        let before = (Instant::now(), cpu_seconds());
        let value = run();
        let part = measured(stage, before);
        match self.timing.stages.iter_mut().find(|s| s.stage == stage) {
            Some(whole) => {
                whole.wall_s += part.wall_s;
                whole.cpu_s = whole.cpu_s.zip(part.cpu_s).map(|(a, b)| a + b);
                whole.peak_bytes = part.peak_bytes;
            }
            None => self.timing.stages.push(part),
        }
        value
    }

    /// The record up to now.
    pub fn timing(&self) -> Timing {
        let mut timing = self.timing.clone();
        timing.total = Some(measured("total", self.start));
        timing
    }
}

#[allow(clippy::disallowed_methods)] // as above
fn measured(stage: &str, (wall, cpu): (Instant, Option<f64>)) -> StageTiming {
    StageTiming {
        stage: stage.to_owned(),
        wall_s: wall.elapsed().as_secs_f64(),
        cpu_s: cpu.and_then(|before| cpu_seconds().map(|after| after - before)),
        peak_bytes: peak_bytes(),
    }
}

/// Processor seconds of this process. Linux counts them in ticks of a hundredth of a second.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, field 2, may hold spaces; fields 14 and 15 are user and system time.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}
