//! What each stage costs by itself: `cargo bench -p puricell-benches [-- FILTER]`.
//!
//! Small inputs that are the same everywhere: the demonstration lot, and events and points simulated from fixed seeds. For whole
//! runs on a lot of one's own there is the program `stages`.

mod cytometry;
mod expression;
mod structure;

use std::error::Error;
use std::time::Duration;

use criterion::Criterion;

fn main() -> Result<(), Box<dyn Error>> {
    // Stages take milliseconds: ten samples in two seconds tell a tenth apart, and all of them take under a minute.
    let settings = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    let mut criterion = settings.configure_from_args();
    expression::bench(&mut criterion)?;
    structure::bench(&mut criterion)?;
    cytometry::bench(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
