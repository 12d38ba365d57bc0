//! Small symmetric matrices, in the order written: the same bits on every machine.

use puricell_core::Dense;
use puricell_core::math::ln;

/// `rows x columns` of zeros.
pub(super) fn zeros(rows: usize, columns: usize) -> Dense<f64> {
    Dense::filled(rows, columns, 0.0)
}

/// `a b`.
pub(super) fn product(a: &Dense<f64>, b: &Dense<f64>) -> Dense<f64> {
    let mut out = zeros(a.n_rows(), b.n_cols());
    for i in 0..a.n_rows() {
        for (k, &factor) in a.row(i).iter().enumerate() {
            if factor.abs() > 0.0 {
                for (to, &from) in out.row_mut(i).iter_mut().zip(b.row(k)) {
                    *to += factor * from;
                }
            }
        }
    }
    out
}

/// `a x`.
pub(super) fn times(a: &Dense<f64>, x: &[f64]) -> Vec<f64> {
    (0..a.n_rows()).map(|i| dot(a.row(i), x)).collect()
}

/// The sum of products.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Inverse and logarithm of the determinant of a symmetric positive definite matrix, by Cholesky's decomposition; `None` where
/// it is not one.
pub(super) fn inverse(a: &Dense<f64>) -> Option<(Dense<f64>, f64)> {
    let n = a.n_rows();
    let mut lower = zeros(n, n);
    let mut ln_determinant = 0.0;
    for i in 0..n {
        for j in 0..=i {
            let rest = a.row(i)[j] - dot(&lower.row(i)[..j], &lower.row(j)[..j]);
            if i == j {
                // Below, what is left of the diagonal is the dust of its own sum.
                if rest.is_nan() || rest <= 1e-12 * a.row(i)[i].abs() {
                    return None;
                }
                lower.row_mut(i)[i] = rest.sqrt();
                ln_determinant += ln(rest);
            } else {
                let value = rest / lower.row(j)[j];
                lower.row_mut(i)[j] = value;
            }
        }
    }
    // The inverse of the lower triangle, and its square.
    let mut half = zeros(n, n);
    for column in 0..n {
        for i in column..n {
            let start = if i == column { 1.0 } else { 0.0 };
            let sum: f64 = (column..i).map(|k| lower.row(i)[k] * half.row(k)[column]).sum();
            half.row_mut(i)[column] = (start - sum) / lower.row(i)[i];
        }
    }
    let mut out = zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            let value = (i..n).map(|k| half.row(k)[i] * half.row(k)[j]).sum();
            out.row_mut(i)[j] = value;
            out.row_mut(j)[i] = value;
        }
    }
    Some((out, ln_determinant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_undoes() {
        let a = Dense::new(3, 3, vec![4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0]).unwrap();
        let (inverse, ln_determinant) = inverse(&a).unwrap();
        let one = product(&a, &inverse);
        for i in 0..3 {
            for j in 0..3 {
                assert!((one.row(i)[j] - f64::from(u8::from(i == j))).abs() < 1e-14);
            }
        }
        // 4 (6 - 0.04) - 1 (2 + 0.1) + 0.5 (-0.2 - 1.5)
        assert!((ln_determinant - ln(20.89)).abs() < 1e-14);
        assert!(super::inverse(&Dense::new(2, 2, vec![1.0, 1.0, 1.0, 1.0]).unwrap()).is_none());
    }
}
