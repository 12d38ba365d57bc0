//! Points whose groups are known.

use puricell_core::{Csr, Dense, Embedding, Seed};

/// `sizes[g]` points around a centre of its own each, unit spread; neighbouring centres lie `distance` apart. Groups
/// follow one another.
pub(crate) fn blobs(sizes: &[usize], dims: usize, distance: f64, seed: u64) -> (Embedding, Vec<u32>) {
    let mut stream = Seed(seed).stream("test.blobs", 0);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for (group, &size) in sizes.iter().enumerate() {
        for _ in 0..size {
            for d in 0..dims {
                // Centres on the axes: all pairs are equally far apart.
                let centre = if d == group % dims { distance / f64::sqrt(2.0) } else { 0.0 };
                values.push((centre + stream.normal()) as f32);
            }
            labels.push(group as u32);
        }
    }
    (embedding(values, dims), labels)
}

/// Points from row-major values.
pub(crate) fn embedding(values: Vec<f32>, dims: usize) -> Embedding {
    let n = values.len().checked_div(dims).unwrap_or(0);
    Embedding { points: Dense::new(n, dims, values).unwrap(), dims: (0..dims).map(|d| format!("D{d}")).collect() }
}

/// A sparse matrix of non-negative values, about one in eight stored; each group has columns of its own that are
/// stored three times as often.
pub(crate) fn sparse(sizes: &[usize], n_columns: usize, seed: u64) -> (Csr<f32>, Vec<u32>) {
    let mut stream = Seed(seed).stream("test.sparse", 0);
    let (mut indptr, mut indices, mut values, mut labels) = (vec![0], Vec::new(), Vec::new(), Vec::new());
    for (group, &size) in sizes.iter().enumerate() {
        for _ in 0..size {
            for column in 0..n_columns {
                let share = if column % (2 * sizes.len()) == group { 0.375 } else { 0.125 };
                if stream.uniform() < share {
                    indices.push(column as u32);
                    values.push((1.0 + stream.uniform()) as f32);
                }
            }
            indptr.push(indices.len() as u64);
            labels.push(group as u32);
        }
    }
    (Csr::new(labels.len(), n_columns, indptr, indices, values).unwrap(), labels)
}
