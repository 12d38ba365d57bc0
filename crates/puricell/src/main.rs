//! The command line.

use std::process::ExitCode;

use clap::Parser;
use puricell::cli::Cli;
use puricell::exit::Exit;
use puricell::log::Log;
use puricell::{command, interrupt, threads};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let log = Log::new(cli.common.log_format, cli.common.quiet);
    if let Err(error) = interrupt::install() {
        log.warn(
            "no_signal_handler",
            &format!("signals are not handled ({error}): an interrupted run may leave a temporary folder"),
        );
    }
    let (n_threads, source) = threads::resolve(cli.common.threads);
    let pool = match rayon::ThreadPoolBuilder::new().num_threads(n_threads.get()).build() {
        Ok(pool) => pool,
        Err(error) => {
            log.error(&format!("cannot start {n_threads} threads: {error}"), Some("give fewer --threads"));
            return Exit::Internal.into();
        }
    };
    let result = pool.install(|| command::dispatch(&cli.command, &log, n_threads.get(), source));
    log.finish();
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            log.error(&error.to_string(), error.hint().as_deref());
            error.exit().into()
        }
    }
}
