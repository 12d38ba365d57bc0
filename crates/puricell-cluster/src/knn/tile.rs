//! The first pass in `f32`: tiles of queries against panels of points laid out for the vector unit.

use std::ops::Range;

use puricell_core::Dense;

use super::candidates::Candidates;
use crate::dot::dot;

/// Queries of one tile.
pub(crate) const QUERIES: usize = 4;
/// Points of one panel: two SSE2 registers, so that a tile's eight accumulators stay in registers.
pub(crate) const PANEL: usize = 8;
/// Bytes of points visited before the next tile of queries: half of a common second-level cache.
const CACHE_BYTES: usize = 1 << 19;

/// Points centred on their mean, by rows and by panels.
pub(super) struct Packed {
    dims: usize,
    /// Row-major, padded to whole tiles of queries.
    rows: Vec<f32>,
    /// `dims x PANEL` per panel.
    panels: Vec<[f32; PANEL]>,
    /// `|y|^2 / 2` per panel; infinite beyond the last point.
    half_squares: Vec<[f32; PANEL]>,
    /// `|x|` in double precision.
    lengths: Vec<f64>,
}

impl Packed {
    pub(super) fn new(points: &Dense<f32>) -> Self {
        let (n, dims) = (points.n_rows(), points.n_cols());
        let mut mean = vec![0.0; dims];
        for row in 0..n {
            for (m, &v) in mean.iter_mut().zip(points.row(row)) {
                *m += f64::from(v);
            }
        }
        for m in &mut mean {
            *m /= n.max(1) as f64;
        }

        let n_panels = n.div_ceil(PANEL);
        let mut packed = Self {
            dims,
            rows: vec![0.0; n.next_multiple_of(QUERIES) * dims],
            panels: vec![[0.0; PANEL]; n_panels * dims],
            half_squares: vec![[f32::INFINITY; PANEL]; n_panels],
            lengths: Vec::with_capacity(n),
        };
        for row in 0..n {
            let (panel, lane) = (row / PANEL, row % PANEL);
            let x: Vec<f64> =
                points.row(row).iter().zip(&mean).map(|(&v, m)| f64::from((f64::from(v) - m) as f32)).collect();
            for (d, &v) in x.iter().enumerate() {
                packed.rows[row * dims + d] = v as f32;
                packed.panels[panel * dims + d][lane] = v as f32;
            }
            let square = dot(&x, &x);
            packed.half_squares[panel][lane] = (0.5 * square) as f32;
            packed.lengths.push(square.sqrt());
        }
        packed
    }

    /// The `most` best candidates of each query by `|y|^2 / 2 - x.y`; equal scores keep the lower index.
    pub(super) fn candidates(&self, queries: Range<usize>, most: usize) -> Vec<Candidates> {
        let mut found = vec![Candidates::new(most); queries.len()];
        let panels_at_once = (CACHE_BYTES / (PANEL * size_of::<f32>() * self.dims.max(1))).max(1);
        let n_panels = self.half_squares.len();
        for from in (0..n_panels).step_by(panels_at_once) {
            let to = (from + panels_at_once).min(n_panels);
            for tile in (0..queries.len()).step_by(QUERIES) {
                let in_tile = QUERIES.min(queries.len() - tile);
                let first = queries.start + tile;
                let x = &self.rows[first * self.dims..(first + QUERIES) * self.dims];
                let mut thresholds = [f32::NEG_INFINITY; QUERIES];
                for q in 0..in_tile {
                    thresholds[q] = found[tile + q].threshold();
                }
                for panel in from..to {
                    let y = &self.panels[panel * self.dims..(panel + 1) * self.dims];
                    let scores = scores(x, y, self.half_squares[panel]);
                    for q in 0..in_tile {
                        if least(scores[q]) < thresholds[q] {
                            thresholds[q] =
                                keep(&mut found[tile + q], scores[q], panel * PANEL, first + q, thresholds[q]);
                        }
                    }
                }
            }
        }
        found
    }

    /// Whether no point outside the candidates can be as near as `kth`, the squared distance of the k-th of them.
    ///
    /// A point that near lies within `reach = |x| + sqrt(kth)` of the mean. For such points the error of the first pass is
    /// at most `(dims + 8) * 2^-23 * (reach^2 / 2 + |x| * reach)`: the rounding of the running sum and of the half square
    /// (Higham 2002, section 3.1), doubled to cover the rounding of the centred coordinates.
    pub(super) fn proves(&self, query: usize, bound: f32, kth: f64) -> bool {
        let length = self.lengths[query];
        let reach = (length + kth.sqrt()) * (1.0 + 1e-6);
        if reach * reach > f64::from(f32::MAX) / 4.0 {
            // Scores may have overflowed.
            return false;
        }
        let error = (self.dims + 8) as f64 * f64::from(f32::EPSILON) * (0.5 * reach * reach + length * reach);
        2.0 * (f64::from(bound) - error) + length * length > kth * (1.0 + 1e-12)
    }
}

/// `|y|^2 / 2 - x.y` of a tile against a panel.
#[inline]
pub(crate) fn scores(x: &[f32], y: &[[f32; PANEL]], half_squares: [f32; PANEL]) -> [[f32; PANEL]; QUERIES] {
    let dims = y.len();
    let mut sums = [[0.0_f32; PANEL]; QUERIES];
    let (x0, rest) = x.split_at(dims);
    let (x1, rest) = rest.split_at(dims);
    let (x2, x3) = rest.split_at(dims);
    for ((((y, &x0), &x1), &x2), &x3) in y.iter().zip(x0).zip(x1).zip(x2).zip(x3) {
        for l in 0..PANEL {
            sums[0][l] += x0 * y[l];
            sums[1][l] += x1 * y[l];
            sums[2][l] += x2 * y[l];
            sums[3][l] += x3 * y[l];
        }
    }
    for sum in &mut sums {
        for l in 0..PANEL {
            sum[l] = half_squares[l] - sum[l];
        }
    }
    sums
}

#[inline]
pub(crate) fn least(scores: [f32; PANEL]) -> f32 {
    let mut least = scores[0];
    for s in scores {
        least = if s < least { s } else { least };
    }
    least
}

#[cold]
#[inline(never)]
fn keep(found: &mut Candidates, scores: [f32; PANEL], first: usize, query: usize, mut threshold: f32) -> f32 {
    for (lane, &score) in scores.iter().enumerate() {
        if score < threshold && first + lane != query {
            found.insert(score, (first + lane) as u32);
            threshold = found.threshold();
        }
    }
    threshold
}
