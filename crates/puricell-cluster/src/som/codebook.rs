//! The codes of a map, laid out for the search of the nearest.

use puricell_core::{Dense, DenseError};

/// Nodes searched together: enough for the widest registers, and the compiler can vectorise over them.
const LANES: usize = 8;

/// Codes in blocks of [`LANES`] nodes; within a block dimension by dimension. The last block is filled up with codes so far
/// off that they are never nearest.
pub(super) struct Codebook {
    n_nodes: usize,
    dims: usize,
    values: Vec<f64>,
}

impl Codebook {
    pub(super) fn new(codes: &Dense<f64>) -> Self {
        let (n_nodes, dims) = (codes.n_rows(), codes.n_cols());
        let mut values = vec![f64::MAX; n_nodes.div_ceil(LANES) * LANES * dims];
        for node in 0..n_nodes {
            for (d, &value) in codes.row(node).iter().enumerate() {
                values[at(dims, node, d)] = value;
            }
        }
        Self { n_nodes, dims, values }
    }

    /// The codes, `n_nodes x dims`.
    pub(super) fn codes(&self) -> Result<Dense<f64>, DenseError> {
        let codes = (0..self.n_nodes)
            .flat_map(|node| (0..self.dims).map(move |d| self.values[at(self.dims, node, d)]))
            .collect();
        Dense::new(self.n_nodes, self.dims, codes)
    }

    /// The node with the nearest code and the squared distance to it; ties by lowest node.
    ///
    /// The distance is summed over dimensions from first to last, whatever the node.
    pub(super) fn nearest(&self, point: &[f64]) -> (usize, f64) {
        let mut best = [f64::INFINITY; LANES];
        // Block numbers as floats: they are exact, and selected by the mask that selects the distances.
        let mut best_block = [0.0; LANES];
        let stride = LANES * self.dims;
        for block in 0..self.n_nodes.div_ceil(LANES) {
            let mut squares = [0.0; LANES];
            let codes = self.values[block * stride..(block + 1) * stride].as_chunks::<LANES>().0;
            for (codes, &x) in codes.iter().zip(point) {
                for l in 0..LANES {
                    let difference = x - codes[l];
                    squares[l] += difference * difference;
                }
            }
            for l in 0..LANES {
                let nearer = squares[l] < best[l];
                best[l] = if nearer { squares[l] } else { best[l] };
                best_block[l] = if nearer { block as f64 } else { best_block[l] };
            }
        }
        let mut nearest = (best_block[0] as usize * LANES, best[0]);
        for l in 1..LANES {
            let node = best_block[l] as usize * LANES + l;
            if best[l] < nearest.1 || (best[l] <= nearest.1 && node < nearest.0) {
                nearest = (node, best[l]);
            }
        }
        nearest
    }

    /// Moves the code of one node the share `rate` of the way to the point.
    pub(super) fn pull_one(&mut self, node: usize, point: &[f64], rate: f64) {
        for (d, &x) in point.iter().enumerate() {
            let code = &mut self.values[at(self.dims, node, d)];
            *code += rate * (x - *code);
        }
    }

    /// Moves the codes of the nodes `from..to` towards the point, each its share `rates[node]` of the way.
    ///
    /// Whole blocks are moved: the rates, [`Self::n_padded`] of them, must be 0 outside of the nodes to move, which leaves a
    /// code as it is, bit for bit, and keeps the loop free of branches.
    pub(super) fn pull(&mut self, from: usize, to: usize, point: &[f64], rates: &[f64]) {
        let stride = LANES * self.dims;
        let rates = rates.as_chunks::<LANES>().0;
        for block in from / LANES..to.div_ceil(LANES) {
            let rates = &rates[block];
            let codes = self.values[block * stride..(block + 1) * stride].as_chunks_mut::<LANES>().0;
            for (codes, &x) in codes.iter_mut().zip(point) {
                for l in 0..LANES {
                    codes[l] += rates[l] * (x - codes[l]);
                }
            }
        }
    }

    /// Nodes, filled up to whole blocks.
    pub(super) fn n_padded(&self) -> usize {
        self.n_nodes.div_ceil(LANES) * LANES
    }
}

fn at(dims: usize, node: usize, d: usize) -> usize {
    (node / LANES * dims + d) * LANES + node % LANES
}
