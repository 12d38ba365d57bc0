//! Binomial draws from random bits.

use puricell_core::Stream;

/// Successes among `n` trials of probability `p` (below 0 or NaN is 0, above 1 is 1).
///
/// Each trial compares a uniform number with `p`, bit by bit from the front; a trial is decided at the first bit that
/// differs. How many of the undecided trials have a 1 at the next bit is the number of ones among as many random bits,
/// so the draw is exact to the 53 bits of `p` and takes about `n / 32` random words.
pub fn binomial(n: u64, p: f64, stream: &mut Stream) -> u64 {
    if p >= 1.0 {
        return n;
    }
    let (mut undecided, mut successes) = (n, 0);
    let mut rest = p.max(0.0);
    while undecided > 0 && rest > 0.0 {
        let ones = count_ones(undecided, stream);
        rest *= 2.0;
        if rest >= 1.0 {
            // The bit of p is 1: a uniform number with a 0 here lies below p.
            rest -= 1.0;
            successes += undecided - ones;
            undecided = ones;
        } else {
            undecided -= ones;
        }
    }
    successes
}

/// Ones among `n` random bits.
fn count_ones(n: u64, stream: &mut Stream) -> u64 {
    let mut ones = 0;
    for _ in 0..n / 64 {
        ones += u64::from(stream.bits().count_ones());
    }
    let last = n % 64;
    if last > 0 {
        ones += u64::from((stream.bits() >> (64 - last)).count_ones());
    }
    ones
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::Seed;

    #[test]
    fn draws_have_the_right_moments() {
        for (item, (n, p)) in [(1, 0.3), (50, 0.003), (1000, 0.5), (777, 0.97)].into_iter().enumerate() {
            let mut stream = Seed(3).stream("test", item as u64);
            let repeats = 20_000;
            let draws: Vec<f64> = (0..repeats).map(|_| binomial(n, p, &mut stream) as f64).collect();
            let mean = draws.iter().sum::<f64>() / f64::from(repeats);
            let variance = draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / f64::from(repeats);
            let (want_mean, want_variance) = (n as f64 * p, n as f64 * p * (1.0 - p));
            // Four standard errors of the mean; of the variance about 4 sqrt((2 + excess kurtosis) / repeats).
            assert!((mean - want_mean).abs() < 4.0 * (want_variance / f64::from(repeats)).sqrt(), "{n} {p} {mean}");
            let kurtosis = 2.0 + (1.0 - 6.0 * p * (1.0 - p)) / want_variance;
            let error = 4.0 * (kurtosis / f64::from(repeats)).sqrt();
            assert!((variance / want_variance - 1.0).abs() < error, "{n} {p} {variance}");
        }
    }

    #[test]
    fn the_ends_are_certain() {
        let mut stream = Seed(3).stream("test", 0);
        for (p, want) in [(0.0, 0), (-0.1, 0), (f64::NAN, 0), (1.0, 99), (1.5, 99)] {
            assert_eq!(binomial(99, p, &mut stream), want);
        }
        assert_eq!(binomial(0, 0.5, &mut stream), 0);
    }
}
