//! What the points of each node are like.

use std::ops::Range;

use puricell_core::Dense;
use rayon::prelude::*;

use crate::ClusterError;

/// Median of each column over the rows of each node, `n_nodes x n_columns`; NaN for a node without rows. The mean of the
/// middle two for an even number, as [`puricell_core::math::median`].
///
/// `nodes` holds the node of each of `rows`, in their order, as [`super::map_to_nodes`] gives them; `rows` is gone through
/// twice. Exact. Beside the result, memory is 8 bytes for each row, and on each thread the values of one node.
///
/// # Errors
/// [`ClusterError::Index`] for a column or row beyond the table; [`ClusterError::Label`] for a node that is none of
/// `n_nodes`; [`ClusterError::Length`] where there is not one node for each row; [`ClusterError::NonFinite`] for NaN or
/// infinite values.
pub fn node_medians(
    values: &Dense<f32>,
    columns: &[usize],
    rows: &(impl IntoIterator<Item = usize> + Clone),
    nodes: &[u32],
    n_nodes: usize,
) -> Result<Dense<f64>, ClusterError> {
    if let Some(&index) = columns.iter().find(|&&column| column >= values.n_cols()) {
        return Err(ClusterError::Index { what: "column", index, n: values.n_cols() });
    }
    let of_nodes = places(nodes, n_nodes)?;
    let mut n_rows = 0;
    for row in rows.clone() {
        if row >= values.n_rows() {
            return Err(ClusterError::Index { what: "row", index: row, n: values.n_rows() });
        }
        n_rows += 1;
    }
    if n_rows != nodes.len() {
        return Err(ClusterError::Length { what: "nodes of rows", found: nodes.len(), expected: n_rows });
    }
    // Rows by node: each is then read once, for all columns, and nodes are independent of one another.
    let mut by_node = vec![0; nodes.len()];
    let mut next: Vec<usize> = of_nodes.iter().map(|place| place.start).collect();
    for (row, &node) in rows.clone().into_iter().zip(nodes) {
        let place = &mut next[node as usize];
        by_node[*place] = row;
        *place += 1;
    }
    let found: Result<Vec<Vec<f64>>, ClusterError> = of_nodes
        .into_par_iter()
        .map(|place| medians_of(values, columns, &by_node[place]))
        .collect::<Vec<_>>()
        .into_iter()
        .collect();
    let mut medians = Dense::filled(n_nodes, columns.len(), f64::NAN);
    for (node, found) in found?.into_iter().enumerate() {
        medians.row_mut(node).copy_from_slice(&found);
    }
    Ok(medians)
}

/// Median of each column over some rows.
fn medians_of(values: &Dense<f32>, columns: &[usize], rows: &[usize]) -> Result<Vec<f64>, ClusterError> {
    let n = rows.len();
    if n == 0 || columns.is_empty() {
        return Ok(vec![f64::NAN; columns.len()]);
    }
    // Column by column.
    let mut own = vec![0.0_f32; columns.len() * n];
    for (at, &row) in rows.iter().enumerate() {
        let row_values = values.row(row);
        for (to, &column) in own[at..].iter_mut().step_by(n).zip(columns) {
            let value = row_values[column];
            if !value.is_finite() {
                return Err(ClusterError::NonFinite { what: "table", row, column, value });
            }
            *to = value;
        }
    }
    Ok(own.chunks_exact_mut(n).map(median).collect())
}

/// Where the rows of each node lie when rows are ordered by node.
fn places(nodes: &[u32], n_nodes: usize) -> Result<Vec<Range<usize>>, ClusterError> {
    let mut sizes = vec![0; n_nodes];
    for (cell, &label) in nodes.iter().enumerate() {
        let size = sizes.get_mut(label as usize).ok_or(ClusterError::Label { cell, label, n_groups: n_nodes })?;
        *size += 1;
    }
    let mut start = 0;
    Ok(sizes
        .into_iter()
        .map(|size: usize| {
            start += size;
            start - size..start
        })
        .collect())
}

/// Of at least one value.
fn median(values: &mut [f32]) -> f64 {
    let n = values.len();
    let (below, &mut middle, _) = values.select_nth_unstable_by(n / 2, f32::total_cmp);
    let above = f64::from(middle);
    if !n.is_multiple_of(2) {
        return above;
    }
    let below = below.iter().copied().max_by(f32::total_cmp).map_or(above, f64::from);
    below + (above - below) * 0.5
}
