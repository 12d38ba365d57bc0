//! A number from 0 to 1.

use thiserror::Error;

/// A value outside 0 to 1, or not a number.
#[derive(Debug, Error, PartialEq)]
#[error("{0} is not a fraction from 0 to 1")]
pub struct FractionError(pub f64);

/// A number from 0 to 1. Per cent exist only where a person reads them.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Fraction(f64);

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);
    /// All.
    pub const ONE: Self = Self(1.0);

    /// Checks the range.
    ///
    /// # Errors
    /// [`FractionError`] for a value outside 0 to 1, or NaN.
    pub fn new(value: f64) -> Result<Self, FractionError> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(FractionError(value)) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}
