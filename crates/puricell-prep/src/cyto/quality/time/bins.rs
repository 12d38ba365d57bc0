//! Rates and mean ranks of stretches of consecutive events.

use puricell_core::Dense;
use rayon::prelude::*;

/// Events of a bin its mean ranks are taken from, at a fixed stride: a standard error of 0.0065.
const MAX_PER_BIN: usize = 2_000;
/// Events of the file that ranks are taken among, at a fixed stride.
const MAX_REFERENCE: usize = 20_000;

/// One bin.
#[derive(Debug, Clone)]
pub(super) struct Bin {
    pub(super) first: usize,
    pub(super) n_events: usize,
    pub(super) start: f64,
    /// Largest time of its events.
    pub(super) latest: f64,
    pub(super) rate: Option<f64>,
    /// Of each column asked for; NaN without a finite value.
    pub(super) mean_ranks: Vec<f64>,
}

/// Bins of `size` events; the last holds the remainder too. There are at least `size` events.
pub(super) fn bins(values: &Dense<f32>, time: usize, columns: &[usize], size: usize) -> Vec<Bin> {
    let n = values.n_rows();
    let n_bins = (n / size).max(1);
    let end = |bin: usize| if bin + 1 == n_bins { n } else { (bin + 1) * size };
    let clock = |event: usize| f64::from(values.row(event)[time]);
    let references: Vec<Vec<f32>> = columns.par_iter().map(|&column| reference(values, column)).collect();
    (0..n_bins)
        .into_par_iter()
        .map(|bin| {
            let (first, end) = (bin * size, end(bin));
            // From its first event to the next bin's, so that a pause between two bins counts; the last has no next.
            let (until, counted) = if end < n { (end, end - first) } else { (n - 1, end - first - 1) };
            let duration = between_ticks(values, time, until, size) - between_ticks(values, time, first, size);
            let rate = (duration > 0.0 && counted > 0).then(|| counted as f64 / duration);
            let stride = (end - first).div_ceil(MAX_PER_BIN);
            let mean_ranks = columns
                .iter()
                .zip(&references)
                .map(|(&column, reference)| {
                    let values = (first..end).step_by(stride).map(|i| values.row(i)[column]);
                    mean_rank(values, reference)
                })
                .collect();
            let latest = (first..end).map(clock).fold(f64::NEG_INFINITY, f64::max);
            Bin { first, n_events: end - first, start: clock(first), latest, rate, mean_ranks }
        })
        .collect()
}

/// The time of an event on a clock that ticks more slowly than events come: events of one tick, of which there are less
/// than `limit` to either side, are spread evenly up to the next tick. Without this the rates of bins of a few ticks
/// would leap by whole ticks.
fn between_ticks(values: &Dense<f32>, time: usize, event: usize, limit: usize) -> f64 {
    let at = |i: usize| values.row(i)[time];
    let shares = |&i: &usize| at(i).total_cmp(&at(event)).is_eq();
    let before = (event.saturating_sub(limit)..event).rev().take_while(shares).count();
    let after = (event + 1..values.n_rows().min(event + limit)).take_while(shares).count();
    let next = event + after + 1;
    let tick = f64::from(at(event));
    if before >= limit || next >= values.n_rows().min(event + limit) {
        return tick;
    }
    let share = before as f64 / (before + after + 1) as f64;
    tick + share * (f64::from(at(next)) - tick).max(0.0)
}

/// Finite values of a column at a fixed stride, sorted.
fn reference(values: &Dense<f32>, column: usize) -> Vec<f32> {
    let stride = values.n_rows().div_ceil(MAX_REFERENCE).max(1);
    let rows = (0..values.n_rows()).step_by(stride);
    let mut sample: Vec<f32> = rows.map(|i| values.row(i)[column]).filter(|v| v.is_finite()).collect();
    sample.sort_unstable_by(f32::total_cmp);
    sample
}

/// Mean of the finite values' ranks in the reference, 0 to 1, ties in the middle of theirs: 0.5 where nothing differs.
/// NaN without a value.
fn mean_rank(values: impl Iterator<Item = f32>, reference: &[f32]) -> f64 {
    let (mut n, mut twice) = (0_usize, 0_usize);
    for value in values.filter(|v| v.is_finite()) {
        n += 1;
        twice += reference.partition_point(|&r| r < value) + reference.partition_point(|&r| r <= value);
    }
    // Whole numbers until here, so that no rounding adds up.
    twice as f64 / (2.0 * n as f64 * reference.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_tick_are_spread_to_the_next() {
        let values = Dense::new(8, 1, vec![0.0, 0.0, 0.0, 0.0, 2.0, 5.0, 5.0, 5.0]).unwrap();
        let found: Vec<f64> = (0..8).map(|i| between_ticks(&values, 0, i, 8)).collect();
        // No tick follows the last.
        assert_eq!(found, [0.0, 0.5, 1.0, 1.5, 2.0, 5.0, 5.0, 5.0]);
        // More of one tick than is looked for.
        assert!((between_ticks(&values, 0, 1, 2) - 0.0).abs() < 1e-12);
    }

    #[test]
    fn the_mean_rank_follows_the_definition() {
        let reference = [1.0, 2.0, 2.0, 3.0];
        // Ranks of 0, 2, 9 among four: 0, (1 + 3) / 2, 4.
        let found = mean_rank([0.0, 2.0, f32::NAN, 9.0].into_iter(), &reference);
        assert!((found - 6.0 / 12.0).abs() < 1e-12);
        assert!((mean_rank(reference.into_iter(), &reference) - 0.5).abs() < 1e-12);
        assert!(mean_rank([f32::NAN].into_iter(), &reference).is_nan());
        assert!(mean_rank([1.0].into_iter(), &[]).is_nan());
    }
}
