//! Cytometry against FlowKit's values and the compliance tests of Gating-ML 2.0; see `test-data/cyto-transforms/README.md`
//! and `test-data/gatingml/README.md`.
#![allow(clippy::format_collect, reason = "short documents, built to be read")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a golden file that cannot be read must fail the test")]

mod gates;
mod refusals;
mod scales;
mod written;

use std::path::{Path, PathBuf};

fn test_data(set: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data").join(set)
}
