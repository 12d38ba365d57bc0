//! Points on a trained map.

use puricell_core::{Dense, reduce};

use super::codebook::Codebook;
use super::points::AT_ONCE;
use super::{TrainedSom, scaled_rows};
use crate::ClusterError;

/// Rows taken at once: enough chunks for many threads, little memory. Whole chunks, so that chunks do not depend on it.
const BLOCK: usize = 256 * reduce::CHUNK;

/// Where rows of a table lie on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct MappedRows {
    /// Node of each row, in the order of the rows: the one with the nearest code, ties by lowest node.
    pub nodes: Vec<u32>,
    /// Rows per node.
    pub sizes: Vec<usize>,
    /// Mean of the distances between rows and codes; NaN where there is no row.
    pub mean_quantisation_error: f64,
}

/// Gives rows of a table their nodes.
///
/// `values` is `n_rows x n_channels`; `columns` are the columns that are the map's dimensions, in its order, and `rows` those
/// to map, in any order. Rows are read from the table as they are wanted: beside the result, 4 bytes for each row, memory
/// does not grow with them. Takes `n_rows * n_nodes * n_dims` operations.
///
/// # Errors
/// [`ClusterError::Length`] where columns, scales and dimensions of the map differ in number, or rows are to be mapped to no
/// node; [`ClusterError::Index`] for a column or row beyond the table; [`ClusterError::NonFinite`] for NaN or infinite
/// values.
pub fn map_to_nodes(
    map: &TrainedSom,
    values: &Dense<f32>,
    columns: &[usize],
    rows: impl IntoIterator<Item = usize>,
) -> Result<MappedRows, ClusterError> {
    map_rows(map, values, columns, rows, |_| ())
}

/// As [`map_to_nodes`]; `each` is given the distance of each row, in order.
pub(super) fn map_rows(
    map: &TrainedSom,
    values: &Dense<f32>,
    columns: &[usize],
    rows: impl IntoIterator<Item = usize>,
    mut each: impl FnMut(f32),
) -> Result<MappedRows, ClusterError> {
    let (n_nodes, dims) = (map.codes.n_rows(), map.codes.n_cols());
    for (what, found) in [("scales of dimensions", map.scale.len()), ("columns", columns.len())] {
        if found != dims {
            return Err(ClusterError::Length { what, found, expected: dims });
        }
    }
    if let Some(&index) = columns.iter().find(|&&column| column >= values.n_cols()) {
        return Err(ClusterError::Index { what: "column", index, n: values.n_cols() });
    }
    // Rows are mapped to the codes as returned, after their rounding.
    let codebook = Codebook::new(&scaled_rows(&map.codes, &map.scale));
    let mut rows = rows.into_iter();
    let mut nodes = Vec::with_capacity(rows.size_hint().0);
    let mut sizes = vec![0; n_nodes];
    let mut total = 0.0;
    let mut block = Vec::new();
    loop {
        block.clear();
        block.extend(rows.by_ref().take(BLOCK));
        if block.is_empty() {
            break;
        }
        if n_nodes == 0 {
            return Err(ClusterError::Length { what: "nodes to map rows to", found: 0, expected: 1 });
        }
        let parts = reduce::map_chunks(block.len(), reduce::CHUNK, |range| {
            map_chunk(&codebook, &map.scale, values, columns, &block[range])
        });
        for part in parts {
            let (found, part) = part?;
            total += part;
            for (node, distance) in found {
                sizes[node as usize] += 1;
                nodes.push(node);
                each(distance);
            }
        }
    }
    let mean_quantisation_error = total / nodes.len() as f64;
    Ok(MappedRows { nodes, sizes, mean_quantisation_error })
}

/// Node and distance of each row, and the sum of the distances before they are rounded.
fn map_chunk(
    codebook: &Codebook,
    scale: &[f64],
    values: &Dense<f32>,
    columns: &[usize],
    rows: &[usize],
) -> Result<(Vec<(u32, f32)>, f64), ClusterError> {
    let dims = columns.len();
    let mut total = 0.0;
    let mut found = Vec::with_capacity(rows.len());
    let (mut points, mut nodes) = (vec![0.0; AT_ONCE * dims], [0; AT_ONCE]);
    for rows in rows.chunks(AT_ONCE) {
        for (at, &row) in rows.iter().enumerate() {
            if row >= values.n_rows() {
                return Err(ClusterError::Index { what: "row", index: row, n: values.n_rows() });
            }
            let row_values = values.row(row);
            let point = &mut points[at * dims..(at + 1) * dims];
            for ((out, &column), factor) in point.iter_mut().zip(columns).zip(scale) {
                let value = row_values[column];
                if !value.is_finite() {
                    return Err(ClusterError::NonFinite { what: "table", row, column, value });
                }
                *out = f64::from(value) * factor;
            }
        }
        codebook.nearest(&points[..rows.len() * dims], &mut nodes[..rows.len()]);
        for (at, &node) in nodes[..rows.len()].iter().enumerate() {
            let distance = codebook.square(node as usize, &points[at * dims..(at + 1) * dims]).sqrt();
            total += distance;
            found.push((node, distance as f32));
        }
    }
    Ok((found, total))
}
