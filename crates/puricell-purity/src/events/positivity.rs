//! Events at or above the threshold of each marker.

use puricell_core::{CellMask, Dense, reduce};

use super::threshold::{MarkerThreshold, ThresholdSource};
use crate::{Proportion, PurityError};

/// Positive events of a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositiveCount {
    /// Marker id.
    pub marker: String,
    /// Where the threshold comes from.
    pub source: ThresholdSource,
    /// Events at or above the threshold among those kept; `None` where negative and positive cannot be told apart.
    pub counted: Option<Proportion>,
}

/// Counts the kept events at or above each threshold. A NaN is kept and not positive.
///
/// # Errors
/// [`PurityError::EventShape`] for a threshold of a column that `values` do not have, or a mask of another length.
pub fn count_positive(
    values: &Dense<f32>,
    mask: &CellMask,
    thresholds: &[MarkerThreshold],
) -> Result<Vec<PositiveCount>, PurityError> {
    if mask.n_loaded() != values.n_rows() {
        let (found, expected) = (mask.n_loaded(), values.n_rows());
        return Err(PurityError::EventShape { what: "number of events of the mask", found, expected });
    }
    if let Some(threshold) = thresholds.iter().find(|t| t.column >= values.n_cols()) {
        let (found, expected) = (threshold.column, values.n_cols());
        return Err(PurityError::EventShape { what: "column of a threshold", found, expected });
    }
    let chunks = reduce::map_chunks(values.n_rows(), reduce::CHUNK, |events| {
        let mut k = vec![0_u64; thresholds.len()];
        for event in events.filter(|&e| mask.is_kept(e)) {
            let row = values.row(event);
            for (count, threshold) in k.iter_mut().zip(thresholds) {
                *count += u64::from(threshold.is_positive(f64::from(row[threshold.column])));
            }
        }
        k
    });
    let n = mask.n_kept() as u64;
    thresholds
        .iter()
        .enumerate()
        .map(|(i, threshold)| {
            let k = chunks.iter().map(|c| c[i]).sum();
            let counted = if threshold.separable { Some(Proportion::new(k, n)?) } else { None };
            Ok(PositiveCount { marker: threshold.marker.clone(), source: threshold.source, counted })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use puricell_core::DropReason;

    use super::*;
    use crate::events::Calibration;

    #[test]
    fn kept_events_from_the_threshold_on_are_counted() {
        let values = Dense::new(5, 1, vec![1.0_f32, 2.0, 3.0, f32::NAN, 9.0]).unwrap();
        let mut mask = CellMask::all_kept(5);
        mask.drop_cell(4, DropReason::Debris);
        let of = |separable| MarkerThreshold {
            marker: "CD45".to_owned(),
            column: 0,
            threshold: 2.0,
            band: (1.5, 2.5),
            separable,
            source: ThresholdSource::User,
            calibration: Calibration::Band,
        };
        let counts = count_positive(&values, &mask, &[of(true), of(false)]).unwrap();
        assert_eq!(counts[0].counted, Some(Proportion::new(2, 4).unwrap()));
        assert_eq!(counts[1].counted, None);
        let beyond = MarkerThreshold { column: 1, ..of(true) };
        assert!(matches!(count_positive(&values, &mask, &[beyond]), Err(PurityError::EventShape { .. })));
    }
}
