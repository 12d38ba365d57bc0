//! The program as a user runs it: results, messages, exit codes, signals.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may

#[path = "cli/program.rs"]
mod program;

#[path = "cli/agreement.rs"]
mod agreement;
#[path = "cli/demo.rs"]
mod demo;
#[path = "cli/manners.rs"]
mod manners;
#[path = "cli/messages.rs"]
mod messages;
#[path = "cli/reproducibility.rs"]
mod reproducibility;
