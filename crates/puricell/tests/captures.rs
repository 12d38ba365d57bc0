//! One lot in several captures, taken together by `run` or prepared one by one and joined.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may

#[path = "metamorphic/calls.rs"]
#[allow(dead_code)] // shared with the tests of what changes no call
mod calls;
#[path = "cli/labelled_lot.rs"]
#[allow(dead_code)] // shared with the other tests of the program
mod labelled_lot;
#[path = "cli/program.rs"]
#[allow(dead_code)] // as above
mod program;
#[path = "metamorphic/variant.rs"]
#[allow(dead_code)] // as above
mod variant;

#[path = "cli/captures.rs"]
mod captures;
