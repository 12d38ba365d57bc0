//! Events counted into bins, over fixed chunks and without a copy of them.

use puricell_core::reduce;
use puricell_report::model::PlotAxis;

/// Parts that the events are counted in: few, for each holds all bins.
const PARTS: usize = 32;

/// Events per bin; `bin` names that of an event, `None` for one that does not count.
pub(super) fn count(n_events: usize, n_bins: usize, bin: impl Fn(usize) -> Option<usize> + Sync + Send) -> Vec<u64> {
    let chunk = n_events.div_ceil(PARTS).max(reduce::CHUNK);
    let of_chunk = |events: std::ops::Range<usize>| {
        let mut counts = vec![0_u64; n_bins];
        for place in events.filter_map(&bin) {
            counts[place] += 1;
        }
        counts
    };
    let joined = |mut all: Vec<u64>, part: Vec<u64>| {
        all.iter_mut().zip(part).for_each(|(sum, n)| *sum += n);
        all
    };
    reduce::fold_chunks(n_events, chunk, of_chunk, joined).unwrap_or_else(|| vec![0; n_bins])
}

/// The bin of a value among equal ones over an axis; beyond its ends the outer ones. `None` for NaN.
pub(super) fn place(axis: &PlotAxis, value: f32, n_bins: usize) -> Option<usize> {
    let share = (f64::from(value) - axis.low) / (axis.high - axis.low);
    if share.is_nan() {
        return None;
    }
    Some(((share.max(0.0) * n_bins as f64) as usize).min(n_bins - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_but_nan_has_a_bin() {
        let axis = PlotAxis { low: -1.0, high: 3.0, ..PlotAxis::default() };
        let bins: Vec<Option<usize>> =
            [-9.0, -1.0, -0.01, 0.0, 2.999, 3.0, f32::INFINITY, f32::NAN].map(|v| place(&axis, v, 4)).into();
        assert_eq!(bins, [Some(0), Some(0), Some(0), Some(1), Some(3), Some(3), Some(3), None]);
    }

    #[test]
    fn counts_over_chunks_are_the_counts_of_all() {
        let n = 40 * reduce::CHUNK + 7;
        let found = count(n, 3, |event| if event % 5 == 4 { None } else { Some(event % 5 % 3) });
        let mut wanted = vec![0_u64; 3];
        (0..n).filter(|e| e % 5 != 4).for_each(|e| wanted[e % 5 % 3] += 1);
        assert_eq!(found, wanted);
        assert_eq!(count(0, 2, Some), [0, 0]);
    }
}
