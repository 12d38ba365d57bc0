//! Many lots: their results read, what is known of them, and what the statistics say.

mod class;
mod compare;
mod expression;
mod facts;
mod groups;
mod limits;
mod lots;
mod methods;
mod missing;
mod study;
mod tables;

pub use expression::expression;
pub use facts::Facts;
pub use groups::{Group, Groups};
pub use lots::{Lot, Lots};
pub use methods::by_marker;
pub use missing::Missing;
pub use study::{Asked, in_order, study};
pub use tables::{classes_tsv, distances_tsv, lots_tsv, methods_tsv, variance_tsv};
