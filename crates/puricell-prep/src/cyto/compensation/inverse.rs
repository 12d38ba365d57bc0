//! Inverse of a small dense matrix.

use puricell_core::Dense;

/// Inverse and condition number in the 1-norm (`|A| |A^-1|`, largest absolute column sums), by Gaussian elimination
/// with partial pivoting (LU) of `[A | 1]`; `None` when a pivot is 0, the matrix is not square or not finite.
///
/// A pivot that is 0 but for rounding gives a condition number near 1e16: the caller's limit refuses it. Cubic in the
/// size, which is the number of dyes.
pub(crate) fn inverse(matrix: &Dense<f64>) -> Option<(Dense<f64>, f64)> {
    let n = matrix.n_rows();
    if n != matrix.n_cols() {
        return None;
    }
    let mut left = matrix.clone();
    let mut right = Dense::filled(n, n, 0.0);
    (0..n).for_each(|i| right.row_mut(i)[i] = 1.0);
    for k in 0..n {
        // The first of equal pivots, so that the elimination is one and the same everywhere.
        let mut pivot = k;
        for i in k + 1..n {
            if left.row(i)[k].abs() > left.row(pivot)[k].abs() {
                pivot = i;
            }
        }
        let size = left.row(pivot)[k];
        if size == 0.0 || !size.is_finite() {
            return None;
        }
        for side in [&mut left, &mut right] {
            let lower = side.row(pivot).to_vec();
            let upper = side.row(k).to_vec();
            side.row_mut(pivot).copy_from_slice(&upper);
            side.row_mut(k).copy_from_slice(&lower);
        }
        for i in k + 1..n {
            let factor = left.row(i)[k] / size;
            subtract(&mut left, i, k, factor);
            subtract(&mut right, i, k, factor);
        }
    }
    for k in (0..n).rev() {
        let size = left.row(k)[k];
        right.row_mut(k).iter_mut().for_each(|v| *v /= size);
        for i in 0..k {
            let factor = left.row(i)[k];
            subtract(&mut right, i, k, factor);
        }
    }
    let condition = if n == 0 { 1.0 } else { norm(matrix) * norm(&right) };
    condition.is_finite().then_some((right, condition))
}

/// Row `from`, times `factor`, off row `row`.
fn subtract(matrix: &mut Dense<f64>, row: usize, from: usize, factor: f64) {
    let source = matrix.row(from).to_vec();
    for (value, s) in matrix.row_mut(row).iter_mut().zip(source) {
        *value -= factor * s;
    }
}

/// Largest absolute column sum.
fn norm(matrix: &Dense<f64>) -> f64 {
    let sum = |column: usize| (0..matrix.n_rows()).map(|row| matrix.row(row)[column].abs()).sum::<f64>();
    (0..matrix.n_cols()).map(sum).fold(0.0, f64::max)
}
