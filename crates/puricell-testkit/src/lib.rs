//! For tests: simulation, comparison, thread sweeps.
