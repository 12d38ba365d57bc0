//! A distribution in a hundred numbers.

use std::ops::Range;

/// Quantiles kept of a distribution: at 0.005, 0.015, ... 0.995. Between two distributions the mean difference of these is
/// the midpoint rule for the integral that is the earth mover's distance, exact where both sizes divide this number.
pub const N_QUANTILES: usize = 100;

/// Quantiles are whole numbers of this part of a unit: coarser than what the last bits depend on, finer than what cells tell.
pub(super) const PER_UNIT: f64 = 1e4;

/// Values of the two halves of a lot.
#[derive(Debug, Clone, Default)]
pub(super) struct HalfValues {
    /// Of each half; where `zeros` is not 0 none is below 0.
    pub(super) values: [Vec<f32>; 2],
    /// How many zeros there are besides.
    pub(super) zeros: [usize; 2],
}

/// Quantiles of both halves together and of each, in ten-thousandths of what `scale` makes of a value; it must not fall.
/// `None` where a half is empty.
///
/// A quantile is the smallest value that at least its share of the values do not exceed (type 1 of Hyndman and Fan 1996,
/// doi:10.2307/2684934), so always one of them: a scale may come before or after.
pub(super) fn of_halves(halves: HalfValues, scale: impl Fn(f32) -> f64) -> Option<[Vec<i32>; 3]> {
    let HalfValues { values: [mut first, mut second], zeros } = halves;
    if first.len() + zeros[0] == 0 || second.len() + zeros[1] == 0 {
        return None;
    }
    rayon::join(|| first.sort_unstable_by(f32::total_cmp), || second.sort_unstable_by(f32::total_cmp));
    let all = merged(&first, &second);
    let of = |sorted: &[f32], zeros: usize| -> Vec<i32> {
        let n = sorted.len() + zeros;
        let at = |rank: usize| rank.checked_sub(zeros).and_then(|i| sorted.get(i)).copied().unwrap_or(0.0);
        (0..N_QUANTILES).map(|i| whole(scale(at(rank(i, n))))).collect()
    };
    Some([of(&all, zeros[0] + zeros[1]), of(&first, zeros[0]), of(&second, zeros[1])])
}

/// Place, from 0, of quantile `i` among `n` values in order.
fn rank(i: usize, n: usize) -> usize {
    (n * (2 * i + 1)).div_ceil(2 * N_QUANTILES) - 1
}

/// The nearest whole number of ten-thousandths. None of the scales used comes near the ends of the range.
pub(super) fn whole(value: f64) -> i32 {
    (value * PER_UNIT).round() as i32
}

fn merged(a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let takes_b = y.total_cmp(x).is_lt();
        all.push(if takes_b { *y } else { *x });
        i += usize::from(!takes_b);
        j += usize::from(takes_b);
    }
    all.extend_from_slice(&a[i..]);
    all.extend_from_slice(&b[j..]);
    all
}

/// Ranges of at most so many of `n` items that `n_values` values of each fit in a bound of memory, 128 MB.
pub(super) fn in_blocks(n: usize, n_values: usize) -> impl Iterator<Item = Range<usize>> {
    let most = ((1 << 25) / n_values.max(1)).max(1);
    (0..n).step_by(most).map(move |first| first..(first + most).min(n))
}
