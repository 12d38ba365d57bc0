//! The same bytes at any thread count.

use std::fmt::Debug;

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};

/// Runs `stage` in pools of 1, 2 and 4 threads and returns its result.
///
/// Results are compared by their `Debug` text, which for floats is the shortest text that reads back to the same
/// bits: unlike `==` it tells -0 from 0 and lets NaN equal NaN.
///
/// # Errors
/// [`ThreadPoolBuildError`] where the machine gives no threads.
///
/// # Panics
/// Where two thread counts give different results: that is what the test is for.
pub fn thread_sweep<R: Debug + Send>(stage: impl Fn() -> R + Sync) -> Result<R, ThreadPoolBuildError> {
    let run = |threads| Ok(ThreadPoolBuilder::new().num_threads(threads).build()?.install(&stage));
    let one = run(1)?;
    let text = format!("{one:?}");
    for threads in [2, 4] {
        let other = format!("{:?}", run(threads)?);
        let differs = text.bytes().zip(other.bytes()).position(|(a, b)| a != b);
        assert!(
            differs.is_none() && text.len() == other.len(),
            "results of 1 and of {threads} threads part at byte {differs:?} of their text"
        );
    }
    Ok(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    #[test]
    fn an_ordered_map_passes() {
        let squares = thread_sweep(|| (0..100_u64).into_par_iter().map(|i| i * i).collect::<Vec<_>>()).unwrap();
        assert_eq!(squares[99], 9801);
    }

    #[test]
    #[should_panic(expected = "results of 1 and of 2 threads")]
    fn a_result_that_knows_its_threads_is_caught() {
        thread_sweep(rayon::current_num_threads).unwrap();
    }
}
