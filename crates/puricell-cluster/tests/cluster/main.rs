//! The stages together: against scanpy on real cells, against planted truth, on inputs too small to cluster, and over
//! thread counts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic, and so may what they share")]

mod blobs;
mod definition;
mod doublets;
mod golden;
mod mixture;
mod neighbours;
mod planted;
mod scanpy;
mod small;
mod som;
mod som_mapping;
mod threads;
mod trustworthiness;
