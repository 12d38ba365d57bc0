//! Where time, bytes and memory went: all that may vary between two runs.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::log::Log;
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
    /// Bytes that the stage asked the system for, from files and pipes, whether they came from the disk or from the
    /// system's cache; a file read twice counts twice. Absent where the system does not tell.
    pub read_bytes: Option<u64>,
    /// Bytes that the stage handed to the system, whether they have reached the disk or not.
    pub written_bytes: Option<u64>,
    /// The process's resident memory at the end of the stage, bytes.
    pub resident_bytes: Option<u64>,
    /// The process's peak resident memory from its start to the end of the stage, bytes: a stage whose value is that of
    /// the stage before took no more than was taken already.
    pub peak_bytes: Option<u64>,
}

impl StageTiming {
    /// Adds a part that came later.
    fn add(&mut self, part: &Self) {
        fn sum<T: std::ops::Add<Output = T>>(a: Option<T>, b: Option<T>) -> Option<T> {
            a.zip(b).map(|(a, b)| a + b)
        }
        self.wall_s += part.wall_s;
        self.cpu_s = sum(self.cpu_s, part.cpu_s);
        self.read_bytes = sum(self.read_bytes, part.read_bytes);
        self.written_bytes = sum(self.written_bytes, part.written_bytes);
        self.resident_bytes = part.resident_bytes;
        self.peak_bytes = part.peak_bytes;
    }
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

/// Takes the time of stages, and tells the log.
#[derive(Debug)]
pub struct Clock {
    timing: Timing,
    /// Stages that are done in parts.
    in_parts: Vec<&'static str>,
    start: Reading,
    counters: Counters,
    log: Log,
}

impl Clock {
    /// Starts. Each stage's cost goes to `log` as it ends.
    #[allow(clippy::disallowed_methods)] // the binary may read the clock
    pub fn start(threads: usize, log: &Log) -> Self {
        let started_unix_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|h| h.trim().to_owned());
        let mut counters = Counters::default();
        Self {
            timing: Timing { started_unix_s, host, threads, memory_limit_bytes: None, stages: Vec::new(), total: None },
            in_parts: Vec::new(),
            start: counters.read(),
            counters,
            log: log.clone(),
        }
    }

    /// Notes the memory that the run is to keep to.
    pub fn memory_limit(&mut self, limit: MemoryLimit) {
        self.timing.memory_limit_bytes = (limit.bytes < u64::MAX).then_some(limit.bytes);
    }

    /// Runs one stage and notes what it took.
    pub fn stage<T>(&mut self, stage: &'static str, run: impl FnOnce() -> T) -> T {
        let before = self.counters.read();
        let value = run();
        let taken = self.counters.since(&before, stage);
        self.log.cost(&taken);
        self.timing.stages.push(taken);
        value
    }

    /// Runs a part of a stage that is done in parts, among others, and adds what it took. The log has it at the end of the
    /// run.
    pub fn part<T>(&mut self, stage: &'static str, run: impl FnOnce() -> T) -> T {
        let before = self.counters.read();
        let value = run();
        let part = self.counters.since(&before, stage);
        if !self.in_parts.contains(&stage) {
            self.in_parts.push(stage);
        }
        match self.timing.stages.iter_mut().find(|s| s.stage == stage) {
            Some(whole) => whole.add(&part),
            None => self.timing.stages.push(part),
        }
        value
    }

    /// The record up to now.
    pub fn timing(&mut self) -> Timing {
        let mut timing = self.timing.clone();
        timing.stages.iter().filter(|s| self.in_parts.contains(&&*s.stage)).for_each(|s| self.log.cost(s));
        let total = self.counters.since(&self.start, "total");
        self.log.cost(&total);
        timing.total = Some(total);
        timing
    }
}

/// What the system has counted up to one moment.
#[derive(Debug)]
struct Reading {
    at: Instant,
    cpu_ticks: Option<u64>,
    bytes: Option<(u64, u64)>,
}

/// Asks the system, and knows what the asking itself has read.
#[derive(Debug, Default)]
struct Counters {
    own_bytes: u64,
}

impl Counters {
    #[allow(clippy::disallowed_methods)] // as above
    fn read(&mut self) -> Reading {
        let cpu_ticks = self.file("/proc/self/stat").as_deref().and_then(ticks);
        // What is read from here on is counted in the next answer, so it is taken off there.
        let own = self.own_bytes;
        let bytes = self.file("/proc/self/io").as_deref().and_then(moved).map(|(r, w)| (r.saturating_sub(own), w));
        Reading { at: Instant::now(), cpu_ticks, bytes }
    }

    fn since(&mut self, before: &Reading, stage: &str) -> StageTiming {
        let now = self.read();
        let memory = self.file("/proc/self/status");
        let memory = |name| memory.as_deref().and_then(|text| kibibytes(text, name));
        let bytes = now.bytes.zip(before.bytes);
        StageTiming {
            stage: stage.to_owned(),
            wall_s: now.at.duration_since(before.at).as_secs_f64(),
            // Linux counts in hundredths of a second, whatever the kernel's own tick.
            cpu_s: now.cpu_ticks.zip(before.cpu_ticks).map(|(now, then)| now.saturating_sub(then) as f64 / 100.0),
            read_bytes: bytes.map(|(now, then)| now.0.saturating_sub(then.0)),
            written_bytes: bytes.map(|(now, then)| now.1.saturating_sub(then.1)),
            resident_bytes: memory("VmRSS:"),
            peak_bytes: memory("VmHWM:"),
        }
    }

    fn file(&mut self, path: &str) -> Option<String> {
        let text = std::fs::read_to_string(path).ok()?;
        self.own_bytes += text.len() as u64;
        Some(text)
    }
}

/// User and system time of `/proc/self/stat`.
fn ticks(stat: &str) -> Option<u64> {
    // The program's name, field 2, may hold spaces; fields 14 and 15 are user and system time.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

/// Bytes asked for and handed over, of `/proc/self/io`.
fn moved(io: &str) -> Option<(u64, u64)> {
    let value = |name: &str| io.lines().find_map(|l| l.strip_prefix(name))?.trim().parse::<u64>().ok();
    Some((value("rchar:")?, value("wchar:")?))
}

/// A line of `/proc/self/status`, in bytes.
fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|l| l.strip_prefix(name))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_a_name_with_spaces_and_brackets() {
        let stat = "7 (a (b) c) R 1 7 7 0 -1 4194560 90 0 0 0 120 34 0 0 20 0 3 0";
        assert_eq!(ticks(stat), Some(154));
        assert_eq!(ticks("7 (cut) R 1"), None);
        assert_eq!(moved("rchar: 12\nwchar: 5\nsyscr: 1\nread_bytes: 4096\n"), Some((12, 5)));
        assert_eq!(moved("rchar: 12\n"), None);
        assert_eq!(kibibytes("Name:\tx\nVmHWM:\t    3 kB\nVmRSS:\t 2 kB\n", "VmHWM:"), Some(3072));
    }
}
