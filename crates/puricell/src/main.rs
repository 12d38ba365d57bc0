//! The command line.

use std::process::ExitCode;

use puricell::cli::Asked;
use puricell::exit::Exit;
use puricell::log::Log;
use puricell::{cli, command, interrupt, threads};

fn main() -> ExitCode {
    let (asked, common) = cli::parse(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let log = Log::new(common.log_format, common.quiet);
    if let Err(error) = interrupt::install() {
        log.warn(
            "no_signal_handler",
            &format!("signals are not handled ({error}): an interrupted run may leave a temporary folder"),
        );
    }
    let (n_threads, source) = threads::resolve(common.threads);
    let pool = match rayon::ThreadPoolBuilder::new().num_threads(n_threads.get()).build() {
        Ok(pool) => pool,
        Err(error) => {
            log.error(&format!("cannot start {n_threads} threads: {error}"), Some("give fewer --threads"));
            return Exit::Internal.into();
        }
    };
    let result = pool.install(|| match &asked {
        Asked::Command(command) => command::dispatch(command, &log, n_threads.get(), source),
        Asked::Repeat(repeat) => command::repeat(repeat, &log, n_threads.get(), source),
    });
    log.finish();
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            log.error(&error.to_string(), error.hint().as_deref());
            error.exit().into()
        }
    }
}
