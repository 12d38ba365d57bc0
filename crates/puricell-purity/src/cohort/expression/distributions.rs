//! Distributions of a lot's target cells.

mod cells;
mod events;
mod tsv;

use crate::Species;

pub use cells::{N_DIRECTIONS, TargetCells};
pub use events::TargetEvents;
pub use tsv::{parse_distributions, write_distributions};

/// What a distribution is of, which says its scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DistributionKind {
    /// A gene: `ln(1 + 10,000 x its share of the cell's molecules)`.
    Gene,
    /// A sum of all genes of the list on that scale, along a random direction of length 1.
    Direction,
    /// A marker measured by light: `asinh(compensated value / 150)`.
    Fluorescence,
    /// A marker measured by mass: `asinh(value / 5)`.
    Mass,
}

impl DistributionKind {
    const ALL: [Self; 4] = [Self::Gene, Self::Direction, Self::Fluorescence, Self::Mass];

    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gene => "gene",
            Self::Direction => "direction",
            Self::Fluorescence => "fluorescence",
            Self::Mass => "mass",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// What it is of.
    pub kind: DistributionKind,
    /// Symbol of the gene (human), id of the marker, or number of the direction from 1.
    pub name: String,
    /// Quantiles of all target cells, of the first half and of the second, in ten-thousandths of the scale's unit; each
    /// [`N_QUANTILES`](super::N_QUANTILES) long, not falling.
    pub parts: [Vec<i32>; 3],
}

/// Those of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distributions {
    /// Whose genes they are; `None` for markers.
    pub species: Option<Species>,
    /// Cells of each half: the target cells, or as many events as were looked at.
    pub cells: [u64; 2],
    /// Genes of the list that the file of the lot does not have.
    pub absent: Vec<String>,
    /// Genes or markers by name, then directions; none where a half is empty.
    pub rows: Vec<Distribution>,
}
