//! Inner loops with a fixed number of lanes, summed in a fixed order: the compiler can vectorise them, and no
//! processor can change their bits.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `core::widest` picks

const LANES: usize = 8;

/// Sum of products over the shorter of the two slices.
#[inline(always)]
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f64 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for l in 0..LANES {
            lanes[l] += x[l] * y[l];
        }
    }
    ordered(lanes) + tail
}

/// `y += factor * x`.
#[inline(always)]
pub(crate) fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

/// Squared Euclidean distance in `f64`.
pub(crate) fn squared_distance(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let square = |x: f32, y: f32| {
        let d = f64::from(x) - f64::from(y);
        d * d
    };
    let tail: f64 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(&x, &y)| square(x, y)).sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for l in 0..LANES {
            lanes[l] += square(x[l], y[l]);
        }
    }
    ordered(lanes) + tail
}

#[inline(always)]
fn ordered(lanes: [f64; LANES]) -> f64 {
    ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_and_tail_sum_to_the_definition() {
        // Small integers: every sum is exact, so equality is the right test at any length.
        for n in 1_u8..40 {
            let a: Vec<f64> = (0..n).map(f64::from).collect();
            let b: Vec<f64> = (0..n).map(|i| f64::from(i % 5)).collect();
            let want: f64 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            assert_eq!(dot(&a, &b).to_bits(), want.to_bits());
            let (a, b): (Vec<f32>, Vec<f32>) = ((0..n).map(f32::from).collect(), vec![1.0; usize::from(n)]);
            let want: f64 = a.iter().map(|&x| (f64::from(x) - 1.0) * (f64::from(x) - 1.0)).sum();
            assert_eq!(squared_distance(&a, &b).to_bits(), want.to_bits());
        }
    }
}
