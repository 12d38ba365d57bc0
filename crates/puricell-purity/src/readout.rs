//! What was read of each cell.

use puricell_core::DropReason;

/// What was read of each cell, and so what a class is told by and what a cell is called in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Readout {
    /// Molecules of genes, in droplets or wells.
    #[default]
    Genes,
    /// Markers, of events of a cytometer.
    Markers,
}

impl Readout {
    /// Reasons for which cells leave as a rule; each has a row of all events. That of a user's gates has one where it occurs.
    pub fn reasons(self) -> &'static [DropReason] {
        match self {
            Self::Genes => &DropReason::OF_EXPRESSION,
            Self::Markers => &[
                DropReason::TimeAnomaly,
                DropReason::Margin,
                DropReason::Debris,
                DropReason::Doublet,
                DropReason::NonViable,
            ],
        }
    }

    /// English and Chinese name of the row of suspects.
    pub fn suspect(self) -> (&'static str, &'static str) {
        match self {
            Self::Genes => ("Suspect: doublet or ambient RNA", "疑似双细胞或环境 RNA"),
            Self::Markers => ("Suspect: target cell and another in one event", "疑似目的细胞与其他细胞的双细胞"),
        }
    }

    /// English and Chinese name of the row of debris.
    pub(crate) fn debris(self) -> (&'static str, &'static str) {
        match self {
            Self::Genes => ("Debris or empty droplet", "碎片或空液滴"),
            Self::Markers => ("Debris", "碎片"),
        }
    }

    /// Why a class is not reportable, after "for".
    pub(crate) fn not_reportable(self) -> &'static str {
        match self {
            Self::Genes => "too few of its genes are measured",
            Self::Markers => "not all of the markers it needs are measured and separable",
        }
    }

    /// What is counted, in the singular.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Genes => "cell",
            Self::Markers => "event",
        }
    }
}
