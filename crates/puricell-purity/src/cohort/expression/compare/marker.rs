//! Single genes and markers.

use super::{in_units, moved};
use crate::cohort::expression::quantiles::PER_UNIT;
use crate::cohort::expression::{DistributionKind, Distributions};

/// The earth mover's distance of a gene or marker between two lots, in units of its scale.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkerDistance {
    /// Gene or marker.
    pub name: String,
    /// Its scale.
    pub kind: DistributionKind,
    /// Mean over the four pairs of halves.
    pub between: f64,
    /// Root mean square of the distances between the halves of each lot.
    pub within: f64,
    /// Median of all target cells of each lot.
    pub medians: [f64; 2],
}

/// Of two lots with the same rows.
pub(super) fn distances(a: &Distributions, b: &Distributions) -> Vec<MarkerDistance> {
    let mut found: Vec<MarkerDistance> = a
        .rows
        .iter()
        .zip(&b.rows)
        .filter(|(row, _)| row.kind != DistributionKind::Direction)
        .map(|(of_a, of_b)| {
            let ([_, a0, a1], [_, b0, b1]) = (&of_a.parts, &of_b.parts);
            let between = moved(a0, b0) + moved(a0, b1) + moved(a1, b0) + moved(a1, b1);
            let (in_a, in_b) = (in_units(moved(a0, a1)), in_units(moved(b0, b1)));
            MarkerDistance {
                name: of_a.name.clone(),
                kind: of_a.kind,
                between: in_units(between) / 4.0,
                within: f64::midpoint(in_a * in_a, in_b * in_b).sqrt(),
                medians: [median(&of_a.parts[0]), median(&of_b.parts[0])],
            }
        })
        .collect();
    found.sort_by(|a, b| b.between.total_cmp(&a.between).then_with(|| a.name.cmp(&b.name)));
    found
}

/// Halfway between the two quantiles in the middle.
fn median(quantiles: &[i32]) -> f64 {
    let middle = quantiles.len() / 2;
    f64::midpoint(f64::from(quantiles[middle - 1]), f64::from(quantiles[middle])) / PER_UNIT
}
