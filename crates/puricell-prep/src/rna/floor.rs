//! Tier 1: what cannot be any cell.

use puricell_core::{CellMask, DropReason};

use super::CellMetrics;

/// The floor under any cell, whatever its kind. Keep it low: platelets, red cells and resting lymphocytes beside
/// stromal cells hold little RNA, and they are what a purity test is for.
#[derive(Debug, Clone, PartialEq)]
pub struct FloorParams {
    /// Below this many molecules a barcode is debris or an empty droplet (default 20). Raise it for unfiltered
    /// matrices with a high ambient level.
    pub debris_counts: u64,
    /// Above this mitochondrial fraction a barcode is dropped as high in mitochondrial molecules (default 1, which is
    /// never). A dying cell has lost most of its other molecules, so this comes before the floor of counts: it left
    /// because it is dead, not because it is small. A fraction that is NaN drops nothing.
    pub mito_cap: f64,
    /// Below this many molecules a barcode is dropped as low in counts (default 100). Raise it when the chemistry's
    /// empty droplets hold more than this.
    pub min_counts: u64,
    /// Below this many genes a barcode is dropped as low in features (default 30; a red cell's haemoglobin comes from
    /// few genes). Raise it with `min_counts`.
    pub min_features: u32,
}

impl Default for FloorParams {
    fn default() -> Self {
        Self { debris_counts: 20, mito_cap: 1.0, min_counts: 100, min_features: 30 }
    }
}

/// Drops what cannot be any viable cell: each dropped cell has one reason, the first that holds of `Debris`, `HighMito`,
/// `LowCounts`, `LowFeatures`.
pub fn floor(metrics: &CellMetrics, params: &FloorParams) -> CellMask {
    let mut mask = CellMask::all_kept(metrics.n_cells());
    for (cell, (&counts, &features)) in metrics.total_counts.iter().zip(&metrics.n_features).enumerate() {
        if counts < params.debris_counts {
            mask.drop_cell(cell, DropReason::Debris);
        } else if metrics.mito_fraction[cell] > params.mito_cap {
            mask.drop_cell(cell, DropReason::HighMito);
        } else if counts < params.min_counts {
            mask.drop_cell(cell, DropReason::LowCounts);
        } else if features < params.min_features {
            mask.drop_cell(cell, DropReason::LowFeatures);
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use puricell_core::DropReason::{Debris, HighMito, LowCounts, LowFeatures};

    use super::*;

    #[test]
    fn each_cell_has_the_first_reason_that_holds() {
        let metrics = CellMetrics {
            total_counts: vec![0, 19, 20, 99, 100, 100, 5000],
            n_features: vec![0, 19, 20, 90, 29, 30, 2],
            mito_fraction: vec![f64::NAN, 1.0, f64::NAN, 0.9, 0.1, 1.0, 0.1],
            ..CellMetrics::default()
        };
        let mask = floor(&metrics, &FloorParams::default());
        let want =
            [Some(Debris), Some(Debris), Some(LowCounts), Some(LowCounts), Some(LowFeatures), None, Some(LowFeatures)];
        assert_eq!((0..7).map(|i| mask.reason(i)).collect::<Vec<_>>(), want);
        let capped = floor(&metrics, &FloorParams { mito_cap: 0.2, ..FloorParams::default() });
        assert_eq!(
            (0..7).map(|i| capped.reason(i)).collect::<Vec<_>>()[..4],
            [Some(Debris), Some(Debris), Some(LowCounts), Some(HighMito)]
        );
        assert_eq!(capped.reason(5), Some(HighMito));
        assert_eq!(floor(&CellMetrics::default(), &FloorParams::default()).n_loaded(), 0);
    }
}
