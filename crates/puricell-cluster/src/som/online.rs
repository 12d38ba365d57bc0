//! Training, one random point at a time.

use puricell_core::{Dense, Stream};

use super::codebook::Codebook;
use super::{SomParams, scaled};

/// Points drawn at once, so that the waits for memory overlap.
const BATCH: usize = 256;

/// Draws the map over the points by FlowSOM's schedule: learning rate and radius fall linearly over all steps.
pub(super) fn train(
    codebook: &mut Codebook,
    points: &Dense<f32>,
    scale: &[f64],
    params: &SomParams,
    stream: &mut Stream,
) {
    let (n, dims) = (points.n_rows(), scale.len());
    let steps = params.epochs.saturating_mul(n.min(params.max_training));
    let radius = params.radius.unwrap_or_else(|| default_radius(params.x, params.y));
    let (first, last) = params.learning_rate;
    let mut batch = vec![0.0; BATCH * dims];
    let mut rates = vec![0.0; codebook.n_padded()];
    for step in 0..steps {
        let place = step % BATCH;
        if place == 0 {
            for slot in 0..BATCH.min(steps - step) {
                scaled(points.row(stream.below(n)), scale, &mut batch[slot * dims..(slot + 1) * dims]);
            }
        }
        let point = &batch[place * dims..(place + 1) * dims];
        let (nearest, _) = codebook.nearest(point);
        let done = step as f64 / steps as f64;
        let rate = first - (first - last) * done;
        // Grid distances are whole: below 1 only the nearest itself is within the radius.
        let reach = (radius * (1.0 - done)) as usize;
        if reach == 0 {
            codebook.pull_one(nearest, point, rate);
            continue;
        }
        let (x, y) = (nearest / params.y, nearest % params.y);
        let (low, high) = (y.saturating_sub(reach), y.saturating_add(reach).min(params.y - 1));
        let (top, bottom) = (x.saturating_sub(reach), x.saturating_add(reach).min(params.x - 1));
        rates.fill(0.0);
        for row in top..=bottom {
            rates[row * params.y + low..=row * params.y + high].fill(rate);
        }
        codebook.pull(top * params.y + low, bottom * params.y + high + 1, point, &rates);
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
    use puricell_core::{Seed, math};

    #[test]
    fn codes_are_those_of_the_plain_algorithm() {
        // FlowSOM's loop as its sources have it, node by node. The same operations on the same numbers: the same bits.
        let mut stream = Seed(8).stream("test.online", 0);
        for (x, y, dims, n) in [(10, 10, 7, 300), (3, 5, 2, 100), (1, 9, 3, 60)] {
            let points = Dense::new(n, dims, (0..n * dims).map(|_| stream.normal() as f32).collect()).unwrap();
            let mut codes = Dense::new(x * y, dims, (0..x * y * dims).map(|_| stream.normal()).collect()).unwrap();
            let params = SomParams { x, y, ..SomParams::default() };
            let mut codebook = Codebook::new(&codes);
            train(&mut codebook, &points, &vec![1.0; dims], &params, &mut Seed(4).stream("test.online", 1));

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
            assert_eq!(codebook.codes().unwrap(), codes);
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
