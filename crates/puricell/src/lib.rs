//! puricell: which cells are in an MSC lot, and in what proportion.
//!
//! This crate puts the stages in order: it reads the command line, resolves the configuration, makes the thread pool,
//! runs [`pipeline`], assembles the report model, and writes the result folder, whole or not at all. The stages
//! themselves live in the crates below.

pub mod arguments;
pub mod assemble;
pub mod cli;
pub mod cohort;
pub mod command;
pub mod config;
pub mod error;
pub mod exit;
pub mod interrupt;
pub mod log;
pub mod memory;
pub mod metadata;
pub mod output;
pub mod outputs;
pub mod pipeline;
pub mod record;
pub mod ro_crate;
pub mod seal;
pub mod threads;
pub mod timing;
pub mod validate;
