//! UMAP's neighbour graph: distances become memberships on a scale of each cell's own.
//!
//! McInnes, Healy and Melville 2018 (arXiv:1802.03426), as `fuzzy_simplicial_set` of umap-learn 0.5 with local
//! connectivity 1 and pure union; what scanpy stores as `connectivities`.

use puricell_core::{Csr, Knn, math, reduce};
use rayon::prelude::*;

use crate::{ClusterError, Graph};

/// Rounds of the bisection for a cell's scale, and how near it must come (umap-learn's constants).
const ROUNDS: usize = 64;
const TOLERANCE: f64 = 1e-5;
/// A scale is at least this share of the mean distance (umap-learn's `MIN_K_DIST_SCALE`).
const LEAST_SCALE: f64 = 1e-3;

/// The symmetric graph of fuzzy memberships, weights in (0, 1].
///
/// `knn` with `k` neighbours, the cell itself not counted, gives the graph scanpy makes with `n_neighbors = k + 1`. A
/// cell whose neighbours all coincide with it is tied to each with weight 1.
///
/// # Errors
/// [`ClusterError::NonFinite`] for a distance that is not finite or is negative, [`ClusterError::Label`] for a neighbour
/// that is no cell or the cell itself.
pub fn fuzzy_graph(knn: &Knn) -> Result<Graph, ClusterError> {
    let (n, k) = (knn.n_cells(), knn.k());
    check(knn)?;
    let total = reduce::fold_chunks(
        n,
        reduce::CHUNK,
        |cells| cells.map(|c| knn.of(c).1.iter().map(|&d| f64::from(d)).sum::<f64>()).sum::<f64>(),
        |a, b| a + b,
    );
    let mean_distance = total.unwrap_or(0.0) / (n * (k + 1)).max(1) as f64;
    let memberships: Vec<f32> = (0..n)
        .into_par_iter()
        .flat_map_iter(|cell| {
            let distances = knn.of(cell).1;
            let (nearest, scale) = local_scale(distances, mean_distance);
            distances.iter().map(move |&d| membership(f64::from(d), nearest, scale))
        })
        .collect();
    let directed = sorted_rows(knn, &memberships)?;
    // Positive, finite, without loops (of the neighbours checked) and the same both ways.
    Graph::mirrored(union(&directed)?)
}

/// Distances of each cell to its neighbours, `n_cells x n_cells`, `k` per row; a distance of 0 is stored as 0.
///
/// What scanpy stores as `distances`.
///
/// # Errors
/// As [`fuzzy_graph`].
pub fn distance_matrix(knn: &Knn) -> Result<Csr<f32>, ClusterError> {
    check(knn)?;
    let distances: Vec<f32> = (0..knn.n_cells()).flat_map(|cell| knn.of(cell).1.iter().copied()).collect();
    sorted_rows(knn, &distances)
}

fn check(knn: &Knn) -> Result<(), ClusterError> {
    let n = knn.n_cells();
    for cell in 0..n {
        let (neighbours, distances) = knn.of(cell);
        for (column, (&other, &value)) in neighbours.iter().zip(distances).enumerate() {
            if !(value.is_finite() && value >= 0.0) {
                return Err(ClusterError::NonFinite { what: "neighbour distances", row: cell, column, value });
            }
            if other as usize >= n || other as usize == cell {
                return Err(ClusterError::Label { cell, label: other, n_groups: n });
            }
        }
    }
    Ok(())
}

fn sorted_rows(knn: &Knn, values: &[f32]) -> Result<Csr<f32>, ClusterError> {
    let (n, k) = (knn.n_cells(), knn.k());
    let indices = (0..n).flat_map(|cell| knn.of(cell).0.iter().copied()).collect();
    Ok(Csr::new(n, n, (0..=n).map(|i| (i * k) as u64).collect(), indices, values.to_vec())?)
}

/// Distance to the nearest cell that is not in the same place, and the scale at which memberships sum to log2(k + 1).
fn local_scale(distances: &[f32], mean_distance: f64) -> (f64, f64) {
    let nearest = f64::from(distances.iter().copied().filter(|&d| d > 0.0).fold(f32::INFINITY, f32::min));
    let nearest = if nearest.is_finite() { nearest } else { 0.0 };
    let target = math::log2((distances.len() + 1) as f64);
    let (mut low, mut high, mut scale) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..ROUNDS {
        let sum: f64 = distances
            .iter()
            .map(|&d| {
                let beyond = f64::from(d) - nearest;
                if beyond > 0.0 { math::exp(-beyond / scale) } else { 1.0 }
            })
            .sum();
        if (sum - target).abs() < TOLERANCE {
            break;
        }
        if sum > target {
            high = scale;
            scale = 0.5 * (low + high);
        } else {
            low = scale;
            scale = if high.is_finite() { 0.5 * (low + high) } else { scale * 2.0 };
        }
    }
    // umap-learn takes the mean over the cell itself too.
    let own_mean = distances.iter().map(|&d| f64::from(d)).sum::<f64>() / (distances.len() + 1) as f64;
    let least = LEAST_SCALE * if nearest > 0.0 { own_mean } else { mean_distance };
    (nearest, scale.max(least))
}

fn membership(distance: f64, nearest: f64, scale: f64) -> f32 {
    let beyond = distance - nearest;
    if beyond <= 0.0 || scale == 0.0 { 1.0 } else { math::exp(-beyond / scale) as f32 }
}

/// `a + b - a * b` of a matrix and its mirror; memberships that have underflowed to 0 are left out.
fn union(directed: &Csr<f32>) -> Result<Csr<f32>, ClusterError> {
    let n = directed.n_rows();
    let mirror = mirrored(directed)?;
    let mut indptr = Vec::with_capacity(n + 1);
    let (mut indices, mut values) = (Vec::new(), Vec::new());
    indptr.push(0);
    for row in 0..n {
        let (mut a, mut b) = (entries(directed, row).peekable(), entries(&mirror, row).peekable());
        while let Some(column) = [a.peek(), b.peek()].into_iter().flatten().map(|e| e.0).min() {
            let here = f64::from(a.next_if(|e| e.0 == column).map_or(0.0, |e| e.1));
            let there = f64::from(b.next_if(|e| e.0 == column).map_or(0.0, |e| e.1));
            // Written so that swapping the two changes no bit.
            let weight = ((here + there) - here * there) as f32;
            if weight > 0.0 {
                indices.push(column);
                values.push(weight);
            }
        }
        indptr.push(indices.len() as u64);
    }
    Ok(Csr::new(n, n, indptr, indices, values)?)
}

fn entries(matrix: &Csr<f32>, row: usize) -> impl Iterator<Item = (u32, f32)> {
    let (columns, values) = matrix.row(row);
    columns.iter().copied().zip(values.iter().copied())
}

fn mirrored(matrix: &Csr<f32>) -> Result<Csr<f32>, ClusterError> {
    let n = matrix.n_rows();
    let mut indptr = vec![0_u64; n + 1];
    for &column in matrix.parts().1 {
        indptr[column as usize + 1] += 1;
    }
    for i in 0..n {
        indptr[i + 1] += indptr[i];
    }
    let mut next = indptr.clone();
    let mut indices = vec![0_u32; matrix.nnz()];
    let mut values = vec![0.0_f32; matrix.nnz()];
    for row in 0..n {
        for (column, value) in entries(matrix, row) {
            let at = next[column as usize] as usize;
            indices[at] = row as u32;
            values[at] = value;
            next[column as usize] += 1;
        }
    }
    Ok(Csr::new(n, n, indptr, indices, values)?)
}
