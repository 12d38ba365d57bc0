//! The commands.

mod bundled;
mod cohort;
mod definitions;
mod demo;
mod diff;
mod inspect;
mod locked;
mod manual;
mod naming;
mod parameters;
mod prepare;
mod profile;
mod rules;
mod run;
mod self_test;
mod validate;
mod verify;
mod written;

use std::io::Write;

use crate::cli::{Command, RepeatArgs, SchemaOf};
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::threads::ThreadSource;

/// Runs a command on the current thread pool.
///
/// # Errors
/// Why it ended early.
pub fn dispatch(command: &Command, log: &Log, n_threads: usize, source: ThreadSource) -> Result<Exit, AppError> {
    match command {
        Command::Demo(args) => demo::demo(args, log, n_threads),
        Command::Run(args) => {
            log.info(&format!("{n_threads} threads ({})", source.name()));
            run::run(args, log, n_threads)
        }
        Command::Prepare(args) => prepare::prepare(args, log, n_threads),
        Command::Join(args) => {
            log.info(&format!("{n_threads} threads ({})", source.name()));
            run::join(args, log, n_threads)
        }
        Command::Inspect(args) => inspect::inspect(args),
        Command::Profile(args) => profile::profile(&args.command),
        Command::Validate(args) => {
            log.info(&format!("{n_threads} threads ({})", source.name()));
            validate::validate(&args.command, log, n_threads)
        }
        Command::Cohort(args) => {
            log.info(&format!("{n_threads} threads ({})", source.name()));
            cohort::cohort(args, log, n_threads)
        }
        Command::Verify(args) => verify::verify(args),
        Command::Diff(args) => diff::diff(args),
        Command::SelfTest(args) => self_test::self_test(args, log, n_threads),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man { out } => manual::man(out.as_deref()),
        Command::Schema { of: SchemaOf::Spec } => print(puricell_purity::Spec::JSON_SCHEMA),
        Command::Schema { of: of @ (SchemaOf::Report | SchemaOf::Cohort) } => {
            let is_report = *of == SchemaOf::Report;
            let schema =
                if is_report { puricell_report::json_schema() } else { puricell_report::cohort::cohort_schema() };
            print(&schema.map_err(|e| AppError::Internal { place: "schema", message: e.to_string() })?)
        }
    }
}

/// Repeats a run from its manifest, on the current thread pool.
///
/// # Errors
/// Why it ended early, or that the bytes are others.
pub fn repeat(args: &RepeatArgs, log: &Log, n_threads: usize, source: ThreadSource) -> Result<Exit, AppError> {
    log.info(&format!("{n_threads} threads ({})", source.name()));
    run::repeat::repeat(args, log, n_threads)
}

/// Writes a result to stdout. A reader that has gone away is no fault.
fn print(text: &str) -> Result<Exit, AppError> {
    let mut out = std::io::stdout().lock();
    let written =
        out.write_all(text.as_bytes()).and_then(|()| if text.ends_with('\n') { Ok(()) } else { writeln!(out) });
    match written.and_then(|()| out.flush()) {
        Err(source) if source.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(AppError::Write { path: "standard output".into(), source })
        }
        _ => Ok(Exit::Done),
    }
}
