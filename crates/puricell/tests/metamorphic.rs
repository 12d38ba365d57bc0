//! What does not matter changes no call: the order of cells and of genes, genes that nobody shows, the file's format,
//! splitting and rejoining, the states of the cells. Each test runs the program on the lot and on its variant, and compares
//! the calls of every barcode or event, not only their sums.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may

#[path = "cli/program.rs"]
#[allow(dead_code)] // shared with the other tests of the program
mod program;

#[path = "metamorphic/calls.rs"]
mod calls;
#[path = "metamorphic/cells.rs"]
mod cells;
#[path = "metamorphic/events.rs"]
mod events;
#[path = "metamorphic/variant.rs"]
mod variant;
