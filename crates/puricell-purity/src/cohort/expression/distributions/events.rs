//! Distributions of markers.

use puricell_core::math;
use rayon::prelude::*;

use super::{Distribution, DistributionKind, Distributions};
use crate::cohort::expression::halves::second_of_events;
use crate::cohort::expression::quantiles::{HalfValues, of_halves};

/// Cofactors of arcsinh, in common use. A lot's own scales, of an estimated width, would not do for another.
const OF_LIGHT: f64 = 150.0;
const OF_MASS: f64 = 5.0;

/// Target events looked at, evenly spaced. A quantile of so many is known to a hundredth of the spread.
const MOST: usize = 100_000;

/// A marker of a lot's target events.
#[derive(Debug)]
pub struct TargetEvents<V, L> {
    /// Id of the marker.
    pub marker: String,
    /// [`DistributionKind::Mass`] or [`DistributionKind::Fluorescence`].
    pub kind: DistributionKind,
    /// The value of a target event, by its number among them, on whatever rising scale.
    pub value: V,
    /// From that scale to the linear, compensated value.
    pub linear: L,
}

impl Distributions {
    /// The distributions of the markers of `n` target events, or of 100,000 of them, evenly spaced.
    pub fn of_events<V, L>(n: usize, mut markers: Vec<TargetEvents<V, L>>) -> Self
    where
        V: Fn(usize) -> f32 + Sync,
        L: Fn(f64) -> f64 + Sync,
    {
        let n_looked_at = n.min(MOST);
        let second = second_of_events(n_looked_at);
        markers.sort_by(|a, b| a.marker.cmp(&b.marker));
        let of_marker = |of: &TargetEvents<V, L>| {
            let mut halves = HalfValues::default();
            for (event, &second) in second.iter().enumerate() {
                halves.values[usize::from(second)].push((of.value)(event * n / n_looked_at));
            }
            let cofactor = if of.kind == DistributionKind::Mass { OF_MASS } else { OF_LIGHT };
            let parts = of_halves(halves, |value| math::asinh((of.linear)(f64::from(value)) / cofactor))?;
            Some(Distribution { kind: of.kind, name: of.marker.clone(), parts })
        };
        let rows = markers.par_iter().filter_map(of_marker).collect();
        let n_second = second.iter().filter(|&&second| second).count();
        Self { species: None, cells: [n_looked_at - n_second, n_second].map(|n| n as u64), absent: Vec::new(), rows }
    }
}
