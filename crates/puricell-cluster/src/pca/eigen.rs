//! Eigenpairs of a small dense symmetric matrix.
//!
//! Householder tridiagonalisation and implicit QL: `tred2` and `tql2` of EISPACK (Bowdler, Martin, Reinsch and Wilkinson
//! 1968, doi:10.1007/BF02161360, doi:10.1007/BF02165404), in the form of the public-domain JAMA 1.0.3. Columns are
//! contiguous here, so that every inner loop runs along memory. Our own, because the crates that do this choose their
//! instructions by the processor they find, and so their bits.

use crate::dot::{add_scaled, dot};

/// Eigenvalues rising, each with its unit eigenvector.
pub(super) struct Eigen {
    pub(super) values: Vec<f64>,
    vectors: Vec<Vec<f64>>,
}

impl Eigen {
    /// The eigenvector of the `i`-th value.
    pub(super) fn vector(&self, i: usize) -> &[f64] {
        &self.vectors[i]
    }
}

/// All eigenpairs of a symmetric matrix given by its columns.
pub(super) fn symmetric_eigen(columns: Vec<Vec<f64>>) -> Eigen {
    let mut v = columns;
    let (mut d, mut e) = tridiagonalise(&mut v);
    diagonalise(&mut v, &mut d, &mut e);
    let mut order: Vec<usize> = (0..d.len()).collect();
    order.sort_by(|&a, &b| d[a].total_cmp(&d[b]).then(a.cmp(&b)));
    Eigen {
        values: order.iter().map(|&i| d[i]).collect(),
        vectors: order.iter().map(|&i| std::mem::take(&mut v[i])).collect(),
    }
}

/// Reduces to a tridiagonal matrix; `v` becomes the transformation. Returns diagonal and subdiagonal (from index 1).
fn tridiagonalise(v: &mut [Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let n = v.len();
    let mut d: Vec<f64> = (0..n).map(|j| v[j][n - 1]).collect();
    let mut e = vec![0.0; n];
    for i in (1..n).rev() {
        let scale: f64 = d[..i].iter().map(|x| x.abs()).sum();
        let mut h = 0.0;
        if scale == 0.0 {
            e[i] = d[i - 1];
            for j in 0..i {
                d[j] = v[j][i - 1];
                v[j][i] = 0.0;
                v[i][j] = 0.0;
            }
        } else {
            for x in &mut d[..i] {
                *x /= scale;
                h += *x * *x;
            }
            let f = d[i - 1];
            let g = if f > 0.0 { -h.sqrt() } else { h.sqrt() };
            e[i] = scale * g;
            h -= f * g;
            d[i - 1] = f - g;
            e[..i].fill(0.0);
            for j in 0..i {
                let f = d[j];
                v[i][j] = f;
                let below = j + 1..i;
                let g = e[j] + v[j][j] * f + dot(&v[j][below.clone()], &d[below.clone()]);
                add_scaled(&mut e[below.clone()], f, &v[j][below]);
                e[j] = g;
            }
            let mut f = 0.0;
            for j in 0..i {
                e[j] /= h;
                f += e[j] * d[j];
            }
            add_scaled(&mut e[..i], -f / (h + h), &d[..i]);
            for j in 0..i {
                let (f, g) = (d[j], e[j]);
                let column = &mut v[j];
                add_scaled(&mut column[j..i], -f, &e[j..i]);
                add_scaled(&mut column[j..i], -g, &d[j..i]);
                d[j] = column[i - 1];
                column[i] = 0.0;
            }
        }
        d[i] = h;
    }
    for i in 0..n.saturating_sub(1) {
        v[i][n - 1] = v[i][i];
        v[i][i] = 1.0;
        let h = d[i + 1];
        let (left, right) = v.split_at_mut(i + 1);
        let next = &mut right[0];
        if h != 0.0 {
            for (d, x) in d.iter_mut().zip(&next[..=i]) {
                *d = x / h;
            }
            for column in left.iter_mut() {
                let g = dot(&next[..=i], &column[..=i]);
                add_scaled(&mut column[..=i], -g, &d[..=i]);
            }
        }
        next[..=i].fill(0.0);
    }
    for j in 0..n {
        d[j] = v[j][n - 1];
        v[j][n - 1] = 0.0;
    }
    if n > 0 {
        v[n - 1][n - 1] = 1.0;
    }
    (d, e)
}

/// Implicit QL on the tridiagonal matrix, rotating the columns of `v` along.
fn diagonalise(v: &mut [Vec<f64>], d: &mut [f64], e: &mut [f64]) {
    let n = v.len();
    if n == 0 {
        return;
    }
    e.rotate_left(1);
    e[n - 1] = 0.0;
    let (mut f, mut largest) = (0.0_f64, 0.0_f64);
    for l in 0..n {
        largest = largest.max(d[l].abs() + e[l].abs());
        let small = |x: f64| x.abs() <= f64::EPSILON * largest;
        let m = (l..n - 1).find(|&m| small(e[m])).unwrap_or(n - 1);
        while m > l && !small(e[l]) {
            let mut g = d[l];
            let mut p = (d[l + 1] - g) / (2.0 * e[l]);
            let mut r = length(p, 1.0);
            if p < 0.0 {
                r = -r;
            }
            d[l] = e[l] / (p + r);
            d[l + 1] = e[l] * (p + r);
            let next = d[l + 1];
            let shift = g - d[l];
            for x in &mut d[l + 2..] {
                *x -= shift;
            }
            f += shift;
            p = d[m];
            let (mut c, mut c2, mut c3) = (1.0, 1.0, 1.0);
            let e_next = e[l + 1];
            let (mut s, mut s2) = (0.0, 0.0);
            for i in (l..m).rev() {
                c3 = c2;
                c2 = c;
                s2 = s;
                g = c * e[i];
                let h = c * p;
                r = length(p, e[i]);
                e[i + 1] = s * r;
                (s, c) = if r == 0.0 { (0.0, 1.0) } else { (e[i] / r, p / r) };
                p = c * d[i] - s * g;
                d[i + 1] = h + s * (c * g + s * d[i]);
                let (left, right) = v.split_at_mut(i + 1);
                for (a, b) in left[i].iter_mut().zip(&mut right[0]) {
                    let h = *b;
                    *b = s * *a + c * h;
                    *a = c * *a - s * h;
                }
            }
            p = -s * s2 * c3 * e_next * e[l] / next;
            e[l] = s * p;
            d[l] = c * p;
        }
        d[l] += f;
        e[l] = 0.0;
    }
}

/// Length of `(a, b)` without overflow, from correctly rounded operations only.
fn length(a: f64, b: f64) -> f64 {
    let (large, small) = if a.abs() > b.abs() { (a.abs(), b.abs()) } else { (b.abs(), a.abs()) };
    if large == 0.0 {
        return 0.0;
    }
    let ratio = small / large;
    large * (1.0 + ratio * ratio).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::Seed;

    /// `|A v - lambda v|` and the departure from orthonormality, the definition of an eigenpair.
    fn check(matrix: &[Vec<f64>]) {
        let eigen = symmetric_eigen(matrix.to_vec());
        let n = matrix.len();
        let size: f64 = matrix.iter().flatten().map(|x| x * x).sum::<f64>().sqrt().max(1.0);
        for i in 0..n {
            let v = eigen.vector(i);
            for (row, &x) in matrix.iter().zip(v) {
                // A backward-stable method leaves a few dozen roundings of the matrix's size.
                assert!((dot(row, v) - eigen.values[i] * x).abs() < 1e-13 * size, "pair {i} of {n}");
            }
            for j in 0..n {
                let want = f64::from(u8::from(i == j));
                assert!((dot(v, eigen.vector(j)) - want).abs() < 1e-12, "{i}, {j} of {n}");
            }
        }
        assert!(eigen.values.is_sorted());
    }

    #[test]
    fn eigenpairs_meet_their_definition() {
        let mut stream = Seed(3).stream("test", 0);
        for n in [0, 1, 2, 3, 7, 40, 90] {
            let mut m = vec![vec![0.0; n]; n];
            for (i, j) in (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))) {
                let x = stream.normal();
                m[i][j] = x;
                m[j][i] = x;
            }
            check(&m);
        }
    }

    #[test]
    fn zero_identity_and_repeated_values() {
        check(&vec![vec![0.0; 5]; 5]);
        let mut identity = vec![vec![0.0; 6]; 6];
        for (i, row) in identity.iter_mut().enumerate() {
            row[i] = 1.0;
        }
        check(&identity);
        check(&vec![vec![1.0; 9]; 9]);
    }
}
