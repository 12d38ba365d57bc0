//! Ctrl-C and SIGTERM: nothing half-written stays, and the end is recorded.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::{output, record};

/// Waits for a signal in a thread of its own; when one comes, removes unfinished output and lets the signal do what it
/// would have done, so that a shell or a scheduler sees "killed by SIGTERM".
///
/// # Errors
/// What the system said when the handler could not be installed.
pub fn install() -> std::io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            output::remove_unfinished();
            record::ended_by_signal(signal);
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Ok(())
}
