//! Parallel map over fixed-size chunks, folded in chunk order.
//!
//! Rayon's `sum` and `reduce` on floats split the work by the number of threads, so their result does too. Here the
//! chunks have a fixed size and their results are folded from first to last: the same bits at any thread count.

use std::ops::Range;

use rayon::prelude::*;

/// Items per chunk where a stage has no reason for another size.
pub const CHUNK: usize = 1024;

/// The ranges `0..chunk`, `chunk..2*chunk`, ... up to `n`.
pub fn chunks(n: usize, chunk: usize) -> impl IndexedParallelIterator<Item = Range<usize>> {
    let chunk = chunk.max(1);
    (0..n.div_ceil(chunk)).into_par_iter().map(move |i| i * chunk..((i + 1) * chunk).min(n))
}

/// Maps chunks in parallel and collects their results in chunk order.
pub fn map_chunks<R: Send>(n: usize, chunk: usize, map: impl Fn(Range<usize>) -> R + Sync + Send) -> Vec<R> {
    chunks(n, chunk).map(map).collect()
}

/// Maps chunks in parallel and folds their results from first to last. `None` when there is no item.
pub fn fold_chunks<R: Send>(
    n: usize,
    chunk: usize,
    map: impl Fn(Range<usize>) -> R + Sync + Send,
    mut fold: impl FnMut(R, R) -> R,
) -> Option<R> {
    let mut parts = map_chunks(n, chunk, map).into_iter();
    let first = parts.next()?;
    Some(parts.fold(first, &mut fold))
}

/// Maps chunks in parallel and hands their results to `fold` from first to last. A few results per thread are held at a
/// time.
pub fn for_each_chunk<R: Send>(
    n: usize,
    chunk: usize,
    map: impl Fn(Range<usize>) -> R + Sync + Send,
    mut fold: impl FnMut(R),
) {
    let chunk = chunk.max(1);
    let in_flight = 4 * rayon::current_num_threads() * chunk;
    for first in (0..n).step_by(in_flight) {
        let some = (n - first).min(in_flight);
        let parts = map_chunks(some, chunk, |range| map(first + range.start..first + range.end));
        parts.into_iter().for_each(&mut fold);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_sum_has_the_same_bits_at_any_thread_count() {
        let values: Vec<f64> = (0..100_000).map(|i| 1.0 / f64::from(i + 1)).collect();
        let sum = || fold_chunks(values.len(), CHUNK, |r| values[r].iter().sum::<f64>(), |a, b| a + b);
        let bits: Vec<u64> = [1, 2, 3, 4]
            .into_iter()
            .map(|n| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
                pool.install(sum).unwrap().to_bits()
            })
            .collect();
        assert!(bits.windows(2).all(|w| w[0] == w[1]));
        assert_eq!(fold_chunks(0, 8, |r| r.len(), |a, b| a + b), None);
    }
}
