//! Training: random points in small blocks, then all points at once.

use puricell_core::{Stream, reduce};

use super::SomParams;
use super::codebook::Codebook;
use super::points::{AT_ONCE, Points};

/// Most points of a block. At the end of the schedule, where nodes move alone, a code of a map of 100 gets 2 or 3 of them.
const BLOCK: usize = 256;
/// Least number of blocks: where steps are few, blocks are small.
const LEAST_BLOCKS: usize = 1000;
/// Points whose sums are taken in one piece in a pass over all.
const PIECE: usize = 8192;

/// Draws the map over the points by FlowSOM's schedule: learning rate and radius fall linearly over all steps.
///
/// A step pulls the codes within the radius a share `rate` of their way to a random point. Steps are taken block by block: the
/// nearest codes of a block's points are those before the block. The `h` pulls of one code then end, in the mean over their
/// orders, `1 - (1 - rate)^h` of the way to the mean of their points, where the code is put. A block of one point is FlowSOM's
/// own step.
pub(super) fn draw_over(
    codebook: &mut Codebook,
    points: &Points<'_>,
    scale: &[f64],
    params: &SomParams,
    stream: &mut Stream,
) {
    let (n, dims) = (points.n(), codebook.dims());
    let steps = params.epochs.saturating_mul(n.min(params.max_training));
    let block = (steps / LEAST_BLOCKS).clamp(1, BLOCK);
    let radius = params.radius.unwrap_or_else(|| default_radius(params.x, params.y));
    let (first, last) = params.learning_rate;
    let mut batch = vec![0.0; block * dims];
    let (mut drawn, mut nodes) = (Vec::with_capacity(block), vec![0; block]);
    let mut pulls = Gathered::new(codebook.n_nodes(), dims);
    let mut shares = vec![0.0; block + 1];
    let mut done = 0;
    while done < steps {
        let some = block.min(steps - done);
        // The middle of the block; of a block of one its only step.
        let progress = (done + some / 2) as f64 / steps as f64;
        drawn.clear();
        drawn.extend((0..some).map(|_| stream.below(n)));
        points.touch(&drawn);
        for (slot, &point) in drawn.iter().enumerate() {
            points.scaled(point, scale, &mut batch[slot * dims..(slot + 1) * dims]);
        }
        codebook.nearest(&batch[..some * dims], &mut nodes[..some]);
        pulls.clear();
        pulls.add(&batch[..some * dims], &nodes[..some]);
        // Grid distances are whole: below 1 only the nearest itself is within the radius.
        pulls.spread(params, (radius * (1.0 - progress)) as usize);
        let rate = first - (first - last) * progress;
        for h in 0..some {
            shares[h + 1] = shares[h] + rate * (1.0 - shares[h]);
        }
        codebook.update(|node, code| {
            let n = pulls.counts[node];
            for (code, sum) in code.iter_mut().zip(pulls.of(node)) {
                // Without a pull the share is 0, and the mean is any number.
                *code += shares[n] * (sum / n.max(1) as f64 - *code);
            }
        });
        done += some;
    }
}

/// One more block, of all points, at the end of the schedule: the nearest code moves alone, at the last rate. A code of many
/// points is put to their mean; one of a few stray points hardly moves.
pub(super) fn settle(codebook: &mut Codebook, points: &Points<'_>, scale: &[f64], params: &SomParams) {
    let dims = codebook.dims();
    let mut all = Gathered::new(codebook.n_nodes(), dims);
    let sums = |range: std::ops::Range<usize>| {
        let mut sums = Gathered::new(codebook.n_nodes(), dims);
        let (mut batch, mut nodes) = (vec![0.0; AT_ONCE * dims], [0; AT_ONCE]);
        for start in range.clone().step_by(AT_ONCE) {
            let some = AT_ONCE.min(range.end - start);
            for slot in 0..some {
                points.scaled(start + slot, scale, &mut batch[slot * dims..(slot + 1) * dims]);
            }
            codebook.nearest(&batch[..some * dims], &mut nodes[..some]);
            sums.add(&batch[..some * dims], &nodes[..some]);
        }
        sums
    };
    reduce::for_each_chunk(points.n(), PIECE, sums, |part| {
        all.counts.iter_mut().zip(part.counts).for_each(|(all, part)| *all += part);
        all.sums.iter_mut().zip(part.sums).for_each(|(all, part)| *all += part);
    });
    let stays = 1.0 - params.learning_rate.1;
    codebook.update(|node, code| {
        let n = all.counts[node];
        let share = 1.0 - power(stays, n);
        for (code, sum) in code.iter_mut().zip(all.of(node)) {
            *code += share * (sum / n.max(1) as f64 - *code);
        }
    });
}

/// `base` to the power of `n`, by squares, the same on every machine.
fn power(base: f64, mut n: usize) -> f64 {
    let (mut square, mut product) = (base, 1.0);
    while n > 0 {
        if n % 2 == 1 {
            product *= square;
        }
        square *= square;
        n /= 2;
    }
    product
}

/// Number and sum of the points of each node.
struct Gathered {
    dims: usize,
    counts: Vec<usize>,
    /// `n_nodes x dims`.
    sums: Vec<f64>,
}

impl Gathered {
    fn new(n_nodes: usize, dims: usize) -> Self {
        Self { dims, counts: vec![0; n_nodes], sums: vec![0.0; n_nodes * dims] }
    }

    fn clear(&mut self) {
        self.counts.fill(0);
        self.sums.fill(0.0);
    }

    fn of(&self, node: usize) -> &[f64] {
        &self.sums[node * self.dims..(node + 1) * self.dims]
    }

    fn add(&mut self, points: &[f64], nodes: &[u32]) {
        for (slot, &node) in nodes.iter().enumerate() {
            let node = node as usize;
            self.counts[node] += 1;
            let sums = &mut self.sums[node * self.dims..(node + 1) * self.dims];
            sums.iter_mut().zip(&points[slot * self.dims..]).for_each(|(sum, x)| *sum += x);
        }
    }

    /// Gives each node the points of all nodes at most `reach` away on the grid: along one side, then along the other.
    fn spread(&mut self, grid: &SomParams, reach: usize) {
        if reach == 0 {
            return;
        }
        // (length of the side, distance of neighbours on it, sides of the other kind, distance of those)
        for (length, step, others, other_step) in [(grid.y, 1, grid.x, grid.y), (grid.x, grid.y, grid.y, 1)] {
            let (counts, sums) = (self.counts.clone(), self.sums.clone());
            self.clear();
            for other in 0..others {
                for at in 0..length {
                    let to = other * other_step + at * step;
                    for from in at.saturating_sub(reach)..=at.saturating_add(reach).min(length - 1) {
                        let from = other * other_step + from * step;
                        if counts[from] > 0 {
                            self.counts[to] += counts[from];
                            let from = &sums[from * self.dims..(from + 1) * self.dims];
                            let to = &mut self.sums[to * self.dims..(to + 1) * self.dims];
                            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
                        }
                    }
                }
            }
        }
    }
}

/// The 0.67 quantile (type 7) of the Chebyshev distances between all ordered pairs of nodes, each with itself included.
fn default_radius(x: usize, y: usize) -> f64 {
    // Ordered pairs on a side of `n` nodes that are at most `d` apart.
    let within = |n: usize, d: usize| -> usize {
        let d = d.min(n - 1);
        n + (1..=d).map(|apart| 2 * (n - apart)).sum::<usize>()
    };
    let position = 0.67 * ((x * y * x * y) as f64 - 1.0);
    let value_at = |rank: usize| (0..x.max(y)).find(|&d| within(x, d) * within(y, d) > rank).unwrap_or(0) as f64;
    let (below, above) = (value_at(position.floor() as usize), value_at(position.ceil() as usize));
    below + (above - below) * (position - position.floor())
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::{Dense, Seed, math};

    #[test]
    fn codes_are_those_of_the_plain_algorithm() {
        // FlowSOM's loop as its sources have it, node by node. Fewer than 2,000 steps are blocks of one: the same operations
        // on the same numbers, the same bits.
        let mut stream = Seed(8).stream("test.online", 0);
        for (x, y, dims, n) in [(10, 10, 7, 199), (3, 5, 2, 100), (1, 9, 3, 60)] {
            let points = Dense::new(n, dims, (0..n * dims).map(|_| stream.normal() as f32).collect()).unwrap();
            let mut codes = Dense::new(x * y, dims, (0..x * y * dims).map(|_| stream.normal()).collect()).unwrap();
            let params = SomParams { x, y, ..SomParams::default() };
            let mut codebook = Codebook::new(&codes);
            let columns: Vec<usize> = (0..dims).collect();
            let table = Points::new(&points, &columns, None, "points").unwrap();
            draw_over(&mut codebook, &table, &vec![1.0; dims], &params, &mut Seed(4).stream("test.online", 1));

            let mut draws = Seed(4).stream("test.online", 1);
            let steps = 10 * n;
            for step in 0..steps {
                let point: Vec<f64> = points.row(draws.below(n)).iter().map(|&v| f64::from(v)).collect();
                let square = |code: &[f64]| -> f64 { code.iter().zip(&point).map(|(c, p)| (p - c) * (p - c)).sum() };
                let nearest =
                    (0..x * y).min_by(|&a, &b| square(codes.row(a)).total_cmp(&square(codes.row(b)))).unwrap();
                let done = step as f64 / steps as f64;
                let threshold = (default_radius(x, y) * (1.0 - done)).max(0.5);
                let alpha = 0.05 - (0.05 - 0.01) * done;
                for node in 0..x * y {
                    let apart = (node / y).abs_diff(nearest / y).max((node % y).abs_diff(nearest % y));
                    if apart as f64 <= threshold {
                        codes.row_mut(node).iter_mut().zip(&point).for_each(|(c, p)| *c += alpha * (p - *c));
                    }
                }
            }
            assert_eq!(codebook.into_codes().unwrap(), codes);
        }
    }

    #[test]
    fn default_radius_is_the_quantile_of_all_grid_distances() {
        for (x, y) in [(1_usize, 1_usize), (1, 7), (3, 2), (10, 10), (12, 5)] {
            let mut all = Vec::new();
            for a in 0..x * y {
                for b in 0..x * y {
                    all.push((a / y).abs_diff(b / y).max((a % y).abs_diff(b % y)) as f64);
                }
            }
            let want = math::quantile(&all, 0.67).unwrap();
            // The same interpolation between whole numbers, up to the rounding of the position.
            assert!((default_radius(x, y) - want).abs() < 1e-9, "{x} x {y}");
        }
    }
}
