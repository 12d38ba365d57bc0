//! Many lots held against each other.

pub mod expression;
