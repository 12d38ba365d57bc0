//! What profiles of either kind have in common: classes with parents and roles, sums over them, groups of target cells,
//! numbers with ranges.

mod check;
mod list;
mod range;
mod rollup;

pub(crate) use check::{Outline, OutlinedClass};
pub use list::{ClassList, ListedClass};
pub(crate) use range::{NumberRange, check_ranges};
pub(crate) use rollup::RawRollup;
