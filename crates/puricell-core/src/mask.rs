//! Which cells stay, and why the others left.

/// Why a cell is not kept: a closed list, one reason per cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// Fewer molecules than the floor of any cell, or than this lot's lower bound.
    LowCounts,
    /// Fewer features than the floor of any cell, or than this lot's lower bound.
    LowFeatures,
    /// More molecules or features than this lot's upper bound: likely several target cells in one droplet.
    Doublet,
    /// A larger share of mitochondrial molecules than allowed: the RNA surrogate of a non-viable cell.
    HighMito,
    /// Hardly any molecule, or hardly any scattered light: an empty droplet or debris.
    Debris,
    /// Measured while the flow was disturbed: a clog, a bubble, a drift.
    TimeAnomaly,
    /// At the end of a detector's range, where values are not measured but cut.
    Margin,
    /// Stained by a viability dye: a dead cell.
    NonViable,
    /// Outside a gate given by the user that says nothing of why.
    Gate,
}

impl DropReason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::TimeAnomaly,
        Self::Margin,
        Self::Debris,
        Self::HighMito,
        Self::LowCounts,
        Self::LowFeatures,
        Self::Doublet,
        Self::NonViable,
        Self::Gate,
    ];

    /// The reasons for which a cell of an expression matrix leaves, in the order in which they are applied.
    pub const OF_EXPRESSION: [Self; 5] =
        [Self::Debris, Self::HighMito, Self::LowCounts, Self::LowFeatures, Self::Doublet];

    /// The reasons for which an event of a cytometer leaves, in the order in which they are applied. The last is only of gates
    /// given by the user.
    pub const OF_EVENTS: [Self; 6] =
        [Self::TimeAnomaly, Self::Margin, Self::Debris, Self::Doublet, Self::NonViable, Self::Gate];

    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::LowCounts => "low_counts",
            Self::LowFeatures => "low_features",
            Self::Doublet => "doublet",
            Self::HighMito => "high_mito",
            Self::Debris => "debris",
            Self::TimeAnomaly => "time_anomaly",
            Self::Margin => "margin",
            Self::NonViable => "non_viable",
            Self::Gate => "gate",
        }
    }
}

/// One entry per loaded cell: `None` for a kept cell, else the one reason it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellMask {
    reasons: Vec<Option<DropReason>>,
}

impl CellMask {
    /// All cells kept.
    pub fn all_kept(n_cells: usize) -> Self {
        Self { reasons: vec![None; n_cells] }
    }

    /// Drops a cell; the first reason given stays.
    pub fn drop_cell(&mut self, cell: usize, reason: DropReason) {
        self.reasons[cell].get_or_insert(reason);
    }

    /// Number of loaded cells.
    pub fn n_loaded(&self) -> usize {
        self.reasons.len()
    }

    /// Number of kept cells.
    pub fn n_kept(&self) -> usize {
        self.reasons.iter().filter(|r| r.is_none()).count()
    }

    /// True when the cell is kept.
    pub fn is_kept(&self, cell: usize) -> bool {
        self.reasons[cell].is_none()
    }

    /// The reason a cell left.
    pub fn reason(&self, cell: usize) -> Option<DropReason> {
        self.reasons[cell]
    }

    /// Indices of the kept cells, increasing.
    pub fn kept(&self) -> Vec<usize> {
        (0..self.reasons.len()).filter(|&i| self.reasons[i].is_none()).collect()
    }

    /// Cells dropped for each of these reasons. Over all reasons that were applied, loaded = kept + the sum of these.
    pub fn dropped(&self, reasons: &[DropReason]) -> Vec<(DropReason, usize)> {
        reasons.iter().map(|&reason| (reason, self.reasons.iter().filter(|&&r| r == Some(reason)).count())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn loaded_is_kept_plus_the_sum_over_reasons(drops in prop::collection::vec((0_usize..50, 0..DropReason::ALL.len()), 0..200)) {
            let mut mask = CellMask::all_kept(50);
            for (cell, reason) in drops {
                mask.drop_cell(cell, DropReason::ALL[reason]);
            }
            let dropped: usize = mask.dropped(&DropReason::ALL).iter().map(|d| d.1).sum();
            prop_assert_eq!(mask.n_loaded(), mask.n_kept() + dropped);
            prop_assert_eq!(mask.kept().len(), mask.n_kept());
        }
    }

    #[test]
    fn the_first_reason_stays() {
        let mut mask = CellMask::all_kept(1);
        mask.drop_cell(0, DropReason::HighMito);
        mask.drop_cell(0, DropReason::LowCounts);
        assert_eq!(mask.reason(0), Some(DropReason::HighMito));
    }
}
