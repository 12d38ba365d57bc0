//! The record of runs: `audit.jsonl`, a line for what happened, each with the hash of the line before.
//!
//! A result folder holds the record of the run that made it, after those of the results it replaced. A run that ends early
//! leaves no folder, so its record goes beside, to `OUT.failed.jsonl`; a later run that succeeds names that file's last hash,
//! and adds to the file a line that says so, for nothing recorded is removed. Times, host and paths are here and in no document: a repeated run gives the same documents.

mod chain;
mod moment;
mod origin;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use puricell_report::model::{Definition, InputFile, Parameter};
use serde::Serialize;
use serde_json::Value;

use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::OutputFolder;

pub use chain::{Chain, ChainFault, Line};
pub use moment::Moment;
pub use origin::{Attribution, Origin};

/// The record within a result folder.
pub const FILE: &str = "audit.jsonl";

/// The record of the run under way, for the signal handler.
static PENDING: Mutex<Option<Record>> = Mutex::new(None);

/// What a line says.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Started {
        at: Moment,
        #[serde(flatten)]
        origin: &'a Origin,
        /// The record of runs that ended early, where there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        earlier_failures: Option<Earlier>,
    },
    Finished {
        at: Moment,
        exit_code: u8,
        #[serde(flatten)]
        made: &'a Made<'a>,
        /// SHA-256 of the files that no other file vouches for.
        files: Vec<(String, String)>,
    },
    Failed {
        at: Moment,
        exit_code: Option<u8>,
        message: &'a str,
    },
    /// A later run to the same folder came to its end: what failed before is over.
    Superseded {
        at: Moment,
        /// The record of that run.
        by: String,
        /// SHA-256 of its last line.
        record_sha256: &'a str,
    },
}

#[derive(Debug, Clone, Serialize)]
struct Earlier {
    file: String,
    lines: usize,
    sha256: String,
}

/// What a run that came to its end was made of.
#[derive(Debug, Serialize)]
pub struct Made<'a> {
    /// The verdict, or what else the run came to.
    pub result: &'a str,
    /// The data.
    pub inputs: &'a [InputFile],
    /// The files that stood for the data, where captures had been prepared.
    #[serde(skip_serializing_if = "<[InputFile]>::is_empty")]
    pub prepared: &'a [InputFile],
    /// Profile, panels, specification, validation study.
    pub definitions: &'a [Definition],
    /// Every effective parameter.
    pub parameters: &'a [Parameter],
}

/// The record of one run.
#[derive(Debug, Clone)]
pub struct Record {
    out: PathBuf,
    origin: Origin,
    started: Moment,
}

impl Record {
    /// Starts the record of a run that will make the folder `out`.
    pub fn start(out: &Path, origin: Origin) -> Self {
        let record = Self { out: out.to_owned(), origin, started: Moment::now() };
        if let Ok(mut pending) = PENDING.lock() {
            *pending = Some(record.clone());
        }
        record
    }

    /// Writes the record into the folder that is about to appear, after the lines of the result that it replaces. Returns
    /// the hash of its last line.
    ///
    /// # Errors
    /// [`AppError::Read`] where an earlier record is there and cannot be read; [`AppError::Write`].
    pub fn finish(&self, folder: &OutputFolder, exit: Exit, made: &Made<'_>) -> Result<String, AppError> {
        // A record that is there and cannot be read must not be lost by being replaced.
        let before = |path: PathBuf| lines_of(&path).map_err(|source| AppError::Read { path, source });
        let mut chain = Chain::continued(&before(self.out.join(FILE))?);
        let failures = Chain::continued(&before(self.failures())?);
        let earlier_failures = (!failures.is_empty()).then(|| Earlier {
            file: self.failures().file_name().unwrap_or_default().to_string_lossy().into_owned(),
            lines: failures.len(),
            sha256: failures.head().to_owned(),
        });
        chain.push(&Event::Started { at: self.started.clone(), origin: &self.origin, earlier_failures });
        let files = folder.digests(&["manifest.json", "timing.json"])?;
        chain.push(&Event::Finished { at: Moment::now(), exit_code: exit as u8, made, files });
        folder.write_unhashed(FILE, chain.text().as_bytes())?;
        Ok(chain.head().to_owned())
    }

    /// The run is over. If it ended early this is added to the record beside the folder, unless it had not begun: an option, a
    /// profile or a specification that is wrong is no run. If it came to its end, that is added where earlier ones did not. Where it
    /// cannot be written there is a warning only, for how the run ended matters more.
    pub fn end<T>(self, ended: &Result<T, AppError>, log: &Log) {
        forget();
        let (what, written) = match ended {
            Ok(_) => ("that this run came to its end", self.append_success()),
            Err(error) if error.exit() == Exit::Usage && !matches!(error, AppError::Locked { .. }) => return,
            Err(error) => ("this failure", self.append_failure(Some(error.exit() as u8), &error.to_string())),
        };
        if let Err(source) = written {
            let path = self.failures();
            log.warn("no_record", &format!("{}: the record of {what} cannot be written: {source}", path.display()));
        }
    }

    fn append_failure(&self, exit_code: Option<u8>, message: &str) -> std::io::Result<()> {
        let started = Event::Started { at: self.started.clone(), origin: &self.origin, earlier_failures: None };
        append(&self.failures(), &[started, Event::Failed { at: Moment::now(), exit_code, message }])
    }

    /// Says in the record of earlier failures, where the last run of it failed, that a result is there now.
    fn append_success(&self) -> std::io::Result<()> {
        let path = self.failures();
        if last_event(&lines_of(&path)?).is_none_or(|last| last["event"] != "failed") {
            return Ok(());
        }
        let made = Chain::continued(&lines_of(&self.out.join(FILE))?);
        let folder = self.out.file_name().unwrap_or_default().to_string_lossy();
        let by = format!("{folder}/{FILE}");
        append(&path, &[Event::Superseded { at: Moment::now(), by, record_sha256: made.head() }])
    }

    fn failures(&self) -> PathBuf {
        failures_of(&self.out)
    }
}

/// How the last run that was to make the folder `out` ended, if it failed: `ended with exit code 65: ...` or `ended by signal 15`.
pub fn last_failure(out: &Path) -> Option<String> {
    let last = last_event(&lines_of(&failures_of(out)).ok()?)?;
    let message = last["message"].as_str().filter(|_| last["event"] == "failed")?;
    let code = last["exit_code"].as_u64();
    Some(code.map_or_else(|| message.to_owned(), |code| format!("ended with exit code {code}: {message}")))
}

/// The last line of a record, if it is whole.
fn last_event(text: &str) -> Option<Value> {
    serde_json::from_str(text.lines().last()?).ok()
}

/// `OUT.failed.jsonl`.
fn failures_of(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_else(|| "result".as_ref()).to_owned();
    name.push(".failed.jsonl");
    out.with_file_name(name)
}

/// Adds lines to a record.
fn append(path: &Path, events: &[Event<'_>]) -> std::io::Result<()> {
    let before = lines_of(path)?;
    let mut chain = Chain::continued(&before);
    for event in events {
        chain.push(event);
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).open(path)?;
    // With the end of a last line that was cut off, if it was.
    file.write_all(&chain.text().as_bytes()[before.len()..])?;
    file.sync_data()
}

/// The text of a record; empty where there is none.
fn lines_of(path: &Path) -> std::io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}

fn forget() {
    if let Ok(mut pending) = PENDING.lock() {
        *pending = None;
    }
}

/// Records that a signal ended the run under way. Called by the signal handler.
pub fn ended_by_signal(signal: i32) {
    let pending = PENDING.lock().ok().and_then(|mut pending| pending.take());
    if let Some(record) = pending {
        // There is nobody left to tell.
        let _ = record.append_failure(None, &format!("ended by signal {signal}"));
    }
}
