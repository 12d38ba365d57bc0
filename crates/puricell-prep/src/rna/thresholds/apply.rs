//! Dropping cells by the lot's bounds.

use puricell_core::{CellMask, DropReason};

use super::{LotThresholds, mad::Threshold};
use crate::PrepError;
use crate::rna::CellMetrics;

/// Drops kept cells that lie outside the lot's bounds, each with one reason: the first that holds of `HighMito`,
/// `LowCounts`, `LowFeatures`, `Doublet`.
///
/// `protected` cells (candidates of a contaminant) are exempt from the bounds on molecules and genes and from the
/// lot's own mitochondrial bound, but not from the hard cap: else a search for contaminants would end with the small
/// cells gone. A cell whose mitochondrial fraction is NaN is not dropped by it. Cells already dropped keep their reason.
///
/// # Errors
/// [`PrepError::Length`] where mask, metrics and `protected` do not have one entry per cell.
pub fn apply_lot_thresholds(
    mask: &mut CellMask,
    metrics: &CellMetrics,
    thresholds: &LotThresholds,
    protected: &[bool],
) -> Result<(), PrepError> {
    PrepError::check_length("mask", mask.n_loaded(), metrics.n_cells())?;
    PrepError::check_length("protected", protected.len(), metrics.n_cells())?;
    let above = |x: f64, bound: Option<&Threshold>| bound.is_some_and(|t| x > t.value);
    for (cell, &protected) in protected.iter().enumerate() {
        let (counts, features) = (metrics.total_counts[cell] as f64, f64::from(metrics.n_features[cell]));
        let mito = metrics.mito_fraction[cell];
        if protected {
            if mito > thresholds.mito_cap {
                mask.drop_cell(cell, DropReason::HighMito);
            }
        } else if above(mito, thresholds.max_mito.as_ref()) {
            mask.drop_cell(cell, DropReason::HighMito);
        } else if counts < thresholds.min_counts.value {
            mask.drop_cell(cell, DropReason::LowCounts);
        } else if features < thresholds.min_features.value {
            mask.drop_cell(cell, DropReason::LowFeatures);
        } else if above(counts, thresholds.max_counts.as_ref()) || above(features, thresholds.max_features.as_ref()) {
            mask.drop_cell(cell, DropReason::Doublet);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use puricell_core::DropReason::{Debris, Doublet, HighMito, LowCounts, LowFeatures};

    use super::*;
    use crate::rna::Derivation;

    #[test]
    fn candidates_are_exempt_but_from_the_hard_cap_and_the_lot_adds_up() {
        let bound = |value| Threshold {
            value,
            derivation: Derivation::Mad,
            n_cells: 99,
            median: None,
            mad: None,
            unlimited: Some(value),
        };
        let thresholds = LotThresholds {
            min_counts: bound(1000.0),
            min_features: bound(400.0),
            max_counts: Some(bound(50_000.0)),
            max_features: None,
            max_mito: Some(bound(0.12)),
            mito_cap: 0.20,
        };
        let counts = [999, 1000, 60_000, 5000, 5000, 5000, 10];
        let m = CellMetrics {
            total_counts: counts.to_vec(),
            n_features: vec![499, 500, 30_000, 2500, 2500, 399, 5],
            mito_fraction: vec![0.0, 0.12, 0.0, 0.15, 0.25, f64::NAN, 0.0],
            ..CellMetrics::default()
        };
        let reasons = |protected: bool| {
            let mut mask = CellMask::all_kept(7);
            mask.drop_cell(6, Debris);
            apply_lot_thresholds(&mut mask, &m, &thresholds, &[protected; 7]).unwrap();
            assert_eq!(
                mask.n_loaded(),
                mask.n_kept() + mask.dropped(&DropReason::ALL).iter().map(|d| d.1).sum::<usize>()
            );
            (0..7).map(|i| mask.reason(i)).collect::<Vec<_>>()
        };
        assert_eq!(
            reasons(false),
            [Some(LowCounts), None, Some(Doublet), Some(HighMito), Some(HighMito), Some(LowFeatures), Some(Debris)]
        );
        assert_eq!(reasons(true), [None, None, None, None, Some(HighMito), None, Some(Debris)]);
    }
}
