//! The codes of a map, laid out for the search of the nearest.

use puricell_core::{Dense, DenseError};

/// Points searched together: four of the narrowest vector registers, so that a value of a code is loaded for many points.
const TILE: usize = 16;
/// Nodes searched together: their sums and the tile's values fit the registers that every processor has.
const NODES: usize = 2;

/// Codes in `f64`, and once more in `f32` for the search.
///
/// The search is exact: `f32` only says which points need no second look. No rounding of it, thus no processor, can change
/// a result.
pub(super) struct Codebook {
    n_nodes: usize,
    dims: usize,
    /// `n_nodes x dims`.
    codes: Vec<f64>,
    /// Mean of the codes. Points and codes are taken from here in the search, which keeps their `f32` precise.
    centre: Vec<f64>,
    /// Codes less the centre in pairs of nodes, a pair dimension by dimension.
    pairs: Vec<[f32; NODES]>,
    /// Half the squared length of each code less the centre; infinite where the last pair lacks a node.
    half_squares: Vec<[f32; NODES]>,
    /// Length of the longest code less the centre.
    reach: f32,
}

/// Points of a tile less the centre: `dims` rows of as many lanes.
type Tile = [[f32; TILE]];

/// What `f32` says of a tile.
struct Found {
    /// Least and second least of `|code|^2 / 2 - point.code` over the nodes: half the squared distance, less what is the
    /// same for all nodes.
    best: [f32; TILE],
    second: [f32; TILE],
    /// Node of the least.
    node: [u32; TILE],
}

impl Codebook {
    pub(super) fn new(codes: &Dense<f64>) -> Self {
        let (n_nodes, dims) = (codes.n_rows(), codes.n_cols());
        let n_pairs = n_nodes.div_ceil(NODES);
        let mut book = Self {
            n_nodes,
            dims,
            codes: codes.values().to_vec(),
            centre: vec![0.0; dims],
            pairs: vec![[0.0; NODES]; n_pairs * dims],
            half_squares: vec![[f32::INFINITY; NODES]; n_pairs],
            reach: 0.0,
        };
        book.prepare();
        book
    }

    /// The codes, `n_nodes x dims`.
    pub(super) fn into_codes(self) -> Result<Dense<f64>, DenseError> {
        Dense::new(self.n_nodes, self.dims, self.codes)
    }

    pub(super) fn n_nodes(&self) -> usize {
        self.n_nodes
    }

    pub(super) fn dims(&self) -> usize {
        self.dims
    }

    pub(super) fn code(&self, node: usize) -> &[f64] {
        &self.codes[node * self.dims..(node + 1) * self.dims]
    }

    /// Changes codes, each through `change(node, code)`.
    pub(super) fn update(&mut self, mut change: impl FnMut(usize, &mut [f64])) {
        for node in 0..self.n_nodes {
            change(node, &mut self.codes[node * self.dims..(node + 1) * self.dims]);
        }
        self.prepare();
    }

    /// Squared distance of a point to a code, summed over dimensions from first to last.
    pub(super) fn square(&self, node: usize, point: &[f64]) -> f64 {
        let mut square = 0.0;
        for (&x, &code) in point.iter().zip(self.code(node)) {
            let difference = x - code;
            square += difference * difference;
        }
        square
    }

    /// The nodes with the nearest codes by [`Self::square`], ties by lowest node. `points` holds a point for each of
    /// `nodes`, one after the other.
    pub(super) fn nearest(&self, points: &[f64], nodes: &mut [u32]) {
        if self.dims == 0 {
            return nodes.fill(0);
        }
        let mut tile = vec![[0.0; TILE]; self.dims];
        for (points, nodes) in points.chunks(TILE * self.dims).zip(nodes.chunks_mut(TILE)) {
            for (lane, point) in points.chunks_exact(self.dims).enumerate() {
                for ((to, &x), &centre) in tile.iter_mut().zip(point).zip(&self.centre) {
                    to[lane] = (x - centre) as f32;
                }
            }
            // Lanes that a last tile lacks keep what was there and are not looked at.
            let (found, margins) = (self.search(&tile), self.margins(&tile));
            for (lane, (node, point)) in nodes.iter_mut().zip(points.chunks_exact(self.dims)).enumerate() {
                // Written so that NaN and infinities take the second look.
                let sure = found.second[lane] - found.best[lane] > margins[lane];
                *node = if sure { found.node[lane] } else { self.nearest_of_all(point) };
            }
        }
    }

    fn nearest_of_all(&self, point: &[f64]) -> u32 {
        let mut nearest = (0, f64::INFINITY);
        for node in 0..self.n_nodes {
            let square = self.square(node, point);
            if square < nearest.1 {
                nearest = (node, square);
            }
        }
        nearest.0 as u32
    }

    /// By how much two scores must differ for their order to be that of the distances.
    ///
    /// With `u` the unit roundoff of `f32`, `x` the point and `c` the longest code, both from the centre: rounding both to
    /// `f32`, their product over `d` dimensions, the half square and the difference put a score off by at most
    /// `(d + 6) u |c| (|x| + |c|)`, two scores by twice that. The second term is the rounding of the distances in `f64`, the
    /// last what underflows.
    fn margins(&self, tile: &Tile) -> [f32; TILE] {
        let mut squares = [0.0_f32; TILE];
        for x in tile {
            for (square, &x) in squares.iter_mut().zip(x) {
                *square += x * x;
            }
        }
        let terms = (self.dims + 8) as f32;
        squares.map(|square| {
            let in_f32 = f32::EPSILON * (self.reach * (square.sqrt() + self.reach));
            terms * (in_f32 + f64::EPSILON as f32 * square + f32::MIN_POSITIVE)
        })
    }

    #[inline(never)] // a loop of its own, whose registers nothing else wants
    fn search(&self, tile: &Tile) -> Found {
        let (mut best, mut second) = ([f32::INFINITY; TILE], [f32::INFINITY; TILE]);
        let mut node = [0_u32; TILE];
        let mut name = 0_u32;
        for (codes, half_squares) in self.pairs.chunks_exact(self.dims).zip(&self.half_squares) {
            let mut products = [[0.0_f32; TILE]; NODES];
            for (x, code) in tile.iter().zip(codes) {
                for (products, &code) in products.iter_mut().zip(code) {
                    for (product, &x) in products.iter_mut().zip(x) {
                        *product += x * code;
                    }
                }
            }
            for (products, &half_square) in products.iter().zip(half_squares) {
                for l in 0..TILE {
                    let score = half_square - products[l];
                    // All ones where nearer: a choice by bits stays in the vector unit, where `if` becomes a jump a lane.
                    let nearer = u32::from(score < best[l]).wrapping_neg();
                    node[l] = (node[l] & !nearer) | (name & nearer);
                    let loser = if score < best[l] { best[l] } else { score };
                    second[l] = if loser < second[l] { loser } else { second[l] };
                    best[l] = if score < best[l] { score } else { best[l] };
                }
                name += 1;
            }
        }
        Found { best, second, node }
    }

    /// Lays the codes out for the search.
    fn prepare(&mut self) {
        if self.n_nodes == 0 || self.dims == 0 {
            return;
        }
        self.centre.fill(0.0);
        for code in self.codes.chunks_exact(self.dims) {
            self.centre.iter_mut().zip(code).for_each(|(sum, x)| *sum += x);
        }
        let n = self.n_nodes as f64;
        self.centre.iter_mut().for_each(|sum| *sum /= n);
        let mut longest = 0.0_f64;
        for (node, code) in self.codes.chunks_exact(self.dims).enumerate() {
            let (pair, lane) = (node / NODES, node % NODES);
            let mut square = 0.0;
            for ((to, &x), &centre) in self.pairs[pair * self.dims..].iter_mut().zip(code).zip(&self.centre) {
                let x = (x - centre) as f32;
                to[lane] = x;
                square += f64::from(x) * f64::from(x);
            }
            self.half_squares[pair][lane] = (square * 0.5) as f32;
            longest = longest.max(square);
        }
        self.reach = longest.sqrt() as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::Seed;

    /// Nearest by the definition.
    fn defined(book: &Codebook, point: &[f64]) -> u32 {
        let nodes = 0..book.n_nodes();
        let nearest = nodes.min_by(|&a, &b| book.square(a, point).total_cmp(&book.square(b, point)));
        nearest.unwrap() as u32
    }

    #[test]
    fn the_nearest_is_exact_where_f32_cannot_tell() {
        let mut stream = Seed(3).stream("test.codebook", 0);
        // Far from zero, far apart, tiny, beyond what f32 can square, and beyond f32; odd numbers of nodes, parts of tiles.
        for (offset, spread) in [(0.0, 1.0), (1e7, 1e-3), (-5.0, 1e-42), (0.0, 1e25), (3.0, 1e60), (1e30, 0.0)] {
            for (n_nodes, dims, n_points) in [(1, 3, 5), (7, 1, 33), (100, 18, 47)] {
                let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| offset + spread * stream.normal()).collect() };
                let mut codes = Dense::new(n_nodes, dims, draw(n_nodes * dims)).unwrap();
                // Twice the same code, twice nearly: ties go to the lower node, and a last bit decides.
                if n_nodes > 6 {
                    let (one, other) = (codes.row(2).to_vec(), codes.row(4).to_vec());
                    codes.row_mut(5).copy_from_slice(&one);
                    codes.row_mut(1).copy_from_slice(&other);
                    codes.row_mut(1)[0] = other[0].next_up();
                }
                let mut points = draw(n_points * dims);
                points[..dims].copy_from_slice(codes.row(n_nodes - 1));
                if n_nodes > 6 {
                    points[dims..2 * dims].copy_from_slice(codes.row(5));
                    points[2 * dims..3 * dims].copy_from_slice(codes.row(4));
                }
                let book = Codebook::new(&codes);
                let mut nodes = vec![u32::MAX; n_points];
                book.nearest(&points, &mut nodes);
                for (point, &node) in points.chunks_exact(dims).zip(&nodes) {
                    assert_eq!(node, defined(&book, point), "{offset} +- {spread}, {n_nodes} nodes, {dims} dimensions");
                }
            }
        }
    }

    #[test]
    fn most_points_need_no_second_look() {
        // As logicle values lie: were every point looked at twice, the result would be right and the search slow.
        let mut stream = Seed(4).stream("test.codebook", 1);
        let mut draw = |n: usize| -> Vec<f64> { (0..n).map(|_| 0.5 + 0.2 * stream.normal()).collect() };
        let book = Codebook::new(&Dense::new(100, 18, draw(1800)).unwrap());
        let (mut tile, mut unsure) = (vec![[0.0; TILE]; 18], 0);
        for _ in 0..100 {
            for (row, &centre) in tile.iter_mut().zip(&book.centre) {
                for x in row {
                    *x = (0.5 + 0.2 * stream.normal() - centre) as f32;
                }
            }
            let (found, margins) = (book.search(&tile), book.margins(&tile));
            unsure += (0..TILE).filter(|&l| found.second[l] - found.best[l] <= margins[l]).count();
        }
        assert!(unsure < 16, "{unsure} of 1,600");
    }
}
