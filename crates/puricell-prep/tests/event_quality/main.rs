//! Event quality on planted truth: each trouble leaves for its own reason, and cells stay.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic, and so may what they share")]

mod planted;
mod simulate;
mod steps;
