//! For tests: simulation, comparison, thread sweeps.

mod threads;

pub use threads::thread_sweep;
