//! An orthonormal basis grown block by block, and the eigenpairs it holds (Rayleigh and Ritz).

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use pulp::{Simd, WithSimd};
use puricell_core::{Stream, widest};
use rayon::prelude::*;

use super::PcaParams;
use super::centred::{BLOCK, Block, Centred, Lanes};
use super::eigen::{Eigen, symmetric_eigen};
use crate::dot::{add_scaled, dot};

/// What is left of a vector below this share of its length is rounding, not a new direction.
const NEGLIGIBLE: f64 = 1e-10;

/// Vectors that go along the basis together: what they take of the cache is little, and the basis comes into it once for all of them.
const PROJECTED: usize = 4;

/// Orthonormal vectors.
pub(super) struct Basis {
    dim: usize,
    vectors: Vec<Vec<f64>>,
}

impl Basis {
    pub(super) fn dim(&self) -> usize {
        self.dim
    }

    pub(super) fn len(&self) -> usize {
        self.vectors.len()
    }

    pub(super) fn vectors(&self) -> &[Vec<f64>] {
        &self.vectors
    }

    /// Subtracts from each vector its part along the basis and returns those parts, a list per vector.
    fn project_out(&self, vectors: &mut [Vec<f64>]) -> Vec<Vec<f64>> {
        let parts = vectors
            .par_chunks_mut(PROJECTED)
            .flat_map_iter(|vectors| widest(Projection { basis: &self.vectors, vectors }));
        parts.collect()
    }

    /// Adds what is new in `vectors`, made orthonormal; `lengths` are their lengths before anything was projected out.
    fn extend(&mut self, vectors: Vec<Vec<f64>>, lengths: &[f64]) {
        let first_new = self.vectors.len();
        for (mut v, &length) in vectors.into_iter().zip(lengths) {
            // Twice is enough (Giraud, Langou and Rozloznik 2005, doi:10.1016/j.camwa.2005.08.009): after the
            // projection that came before, once more against the whole basis, when its own block is already out, as
            // what is left of a nearly dependent vector is mostly rounding.
            for start in [first_new, 0] {
                widest(Cleaning { basis: &self.vectors[start..], vector: &mut v });
            }
            let left = dot(&v, &v).sqrt();
            if left > NEGLIGIBLE * length && left > 0.0 {
                for x in &mut v {
                    *x /= left;
                }
                self.vectors.push(v);
            }
        }
    }
}

/// Subtracts from vectors their parts along a basis.
struct Projection<'a> {
    basis: &'a [Vec<f64>],
    vectors: &'a mut [Vec<f64>],
}

impl WithSimd for Projection<'_> {
    /// The parts of each vector.
    type Output = Vec<Vec<f64>>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let mut parts = vec![Vec::with_capacity(self.basis.len()); self.vectors.len()];
        for q in self.basis {
            for (parts, v) in parts.iter_mut().zip(&*self.vectors) {
                parts.push(dot(q, v));
            }
        }
        for (i, q) in self.basis.iter().enumerate() {
            for (parts, v) in parts.iter().zip(&mut *self.vectors) {
                add_scaled(v, -parts[i], q);
            }
        }
        parts
    }
}

/// Subtracts from a vector its part along each vector of a basis, one after the other.
struct Cleaning<'a> {
    basis: &'a [Vec<f64>],
    vector: &'a mut [f64],
}

impl WithSimd for Cleaning<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for q in self.basis {
            let part = dot(q, self.vector);
            add_scaled(self.vector, -part, q);
        }
    }
}

/// The leading eigenpairs of a scatter matrix.
pub(super) struct Found {
    pub(super) basis: Basis,
    /// Falling, all above rounding.
    pub(super) eigenvalues: Vec<f64>,
    /// The eigenvectors as combinations of the basis vectors.
    pub(super) coefficients: Vec<Vec<f64>>,
    /// Largest residual over its eigenvalue.
    pub(super) residual: f64,
    pub(super) converged: bool,
}

/// Finds the `wanted` leading eigenpairs of the scatter matrix.
pub(super) fn components(centred: &Centred<'_>, wanted: usize, params: &PcaParams, stream: &mut Stream) -> Found {
    let dim = centred.n_columns();
    let mut found = Found {
        basis: Basis { dim, vectors: Vec::new() },
        eigenvalues: Vec::new(),
        coefficients: Vec::new(),
        residual: 0.0,
        converged: true,
    };
    if wanted == 0 {
        return found;
    }
    let most = params.max_basis.max(wanted + BLOCK).min(dim);
    let start: Vec<Vec<f64>> = (0..BLOCK.min(dim)).map(|_| (0..dim).map(|_| stream.normal()).collect()).collect();
    let lengths = vec![1.0; start.len()];
    found.basis.extend(start, &lengths);

    let mut projected = Projected::default();
    let mut multiplied = 0;
    let mut check_at = (2 * wanted).min(most);
    loop {
        let from = multiplied;
        let to = found.basis.len();
        multiplied = to;
        let mut product = columns(&centred.scatter_times(&block(&found.basis.vectors[from..to], dim)), to - from);
        let lengths: Vec<f64> = product.iter().map(|v| dot(v, v).sqrt()).collect();
        projected.append(found.basis.project_out(&mut product));

        let remainder = gram(&product);
        let room = most.saturating_sub(to);
        product.truncate(room);
        found.basis.extend(product, &lengths);
        let exhausted = found.basis.len() == to;
        if to < check_at && !exhausted {
            continue;
        }
        let eigen = symmetric_eigen(projected.symmetric());
        found.residual = leading_residual(&eigen, wanted, &remainder, from, exhausted && to == dim);
        found.converged = found.residual <= params.tolerance;
        if found.converged || exhausted {
            found.basis.vectors.truncate(to);
            // Rounding of the products: a scatter value below this share of the largest is not told from 0.
            let floor = eigen.values.last().copied().unwrap_or(0.0).max(0.0) * 1e-12;
            for i in (0..to).rev().take(wanted).filter(|&i| eigen.values[i] > floor) {
                found.eigenvalues.push(eigen.values[i]);
                found.coefficients.push(eigen.vector(i).to_vec());
            }
            return found;
        }
        check_at = (to + (to / 4).max(BLOCK)).min(most);
    }
}

/// Largest `|C v - lambda v| / lambda` of the wanted pairs. Only the last block of the basis leaves a remainder.
fn leading_residual(eigen: &Eigen, wanted: usize, remainder: &[Vec<f64>], from: usize, complete: bool) -> f64 {
    let n = eigen.values.len();
    if complete {
        return 0.0;
    }
    let largest = eigen.values.last().copied().unwrap_or(0.0);
    let mut worst = 0.0_f64;
    for i in (0..n).rev().take(wanted) {
        let tail = &eigen.vector(i)[from..];
        let square: f64 = remainder.iter().zip(tail).map(|(row, t)| t * dot(row, tail)).sum();
        let value = eigen.values[i];
        if value > largest * 1e-12 {
            worst = worst.max(square.max(0.0).sqrt() / value);
        }
    }
    worst
}

/// The scatter matrix projected on the basis, grown by columns.
#[derive(Default)]
struct Projected {
    columns: Vec<Vec<f64>>,
}

impl Projected {
    fn append(&mut self, columns: Vec<Vec<f64>>) {
        self.columns.extend(columns);
    }

    /// The full symmetric matrix. A column knows only the basis as it was when it was made; the rest is its mirror.
    fn symmetric(&self) -> Vec<Vec<f64>> {
        let n = self.columns.len();
        let mut full = vec![vec![0.0; n]; n];
        for (j, column) in self.columns.iter().enumerate() {
            for (i, &v) in column.iter().enumerate().take(n) {
                // Both halves are known within a block: their mean.
                let v = if j < self.columns[i].len() { 0.5 * (v + self.columns[i][j]) } else { v };
                full[i][j] = v;
                full[j][i] = v;
            }
        }
        full
    }
}

fn gram(vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    vectors.par_iter().map(|a| vectors.iter().map(|b| dot(a, b)).collect()).collect()
}

fn block(vectors: &[Vec<f64>], dim: usize) -> Block {
    let mut block = vec![Lanes::ZERO; dim];
    for (l, vector) in vectors.iter().enumerate() {
        for (row, &v) in block.iter_mut().zip(vector) {
            row.0[l] = v;
        }
    }
    block
}

fn columns(block: &[Lanes], n: usize) -> Vec<Vec<f64>> {
    (0..n).map(|l| block.iter().map(|row| row.0[l]).collect()).collect()
}
