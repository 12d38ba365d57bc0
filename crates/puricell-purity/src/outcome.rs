//! What became of each cell.

use puricell_core::DropReason;

use crate::call::{Call, CallKind};

/// The call of a kept cell, as far as counting needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    /// What the cell is. A class is an index into [`Resolved::classes`](crate::Resolved::classes) of an entry without
    /// parent.
    pub kind: CallKind,
    /// The sub-class, where the evidence names one: an index into [`Resolved::classes`](crate::Resolved::classes) of an
    /// entry whose parent is the class called. `None` for a cell that is no class.
    pub subclass: Option<usize>,
    /// Indices into [`Resolved::subsets`](crate::Resolved::subsets); only a target cell has any.
    pub subsets: Vec<usize>,
    /// How sure the call is, 0 to 1.
    pub confidence: f64,
}

/// What became of a loaded cell: one entry per cell, in input order.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It left before it could be called.
    Dropped(DropReason),
    /// It was kept and called.
    Called(Called),
}

impl From<&Call> for Outcome {
    fn from(call: &Call) -> Self {
        Self::Called(Called {
            kind: call.kind,
            subclass: call.subclass,
            subsets: call.subsets.clone(),
            confidence: call.confidence,
        })
    }
}
