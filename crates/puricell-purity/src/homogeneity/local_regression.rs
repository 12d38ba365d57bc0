//! Local quadratic regression in one dimension, as `loess` computes it.
//!
//! Cleveland and Grosse (1991, doi:10.1007/BF01890836): the range is cut at medians until a cell holds at most a fifth
//! of a neighbourhood; at each cut a quadratic is fitted to the nearest points with tricube weights, and between cuts
//! the curve is the cubic with the fitted values and slopes. These are R's defaults (`family = "gaussian"`,
//! `degree = 2`, `surface = "interpolate"`, `cell = 0.2`). One deviation: where the points of a neighbourhood do not
//! determine a quadratic, the terms of higher order are 0, where `loess` takes the pseudoinverse.

/// Points in a cell, as a share of a neighbourhood.
const CELL: f64 = 0.2;
/// The range is widened by this share at both ends.
const MARGIN: f64 = 0.005;
/// Pivots smaller than this, of a matrix with diagonal near 1, are taken for 0.
const SINGULAR: f64 = 1e-12;

/// A fitted curve.
pub(super) struct Curve {
    /// Smallest and largest `x` of the data.
    range: (f64, f64),
    /// Where the curve was fitted, increasing.
    vertices: Vec<Vertex>,
}

struct Vertex {
    x: f64,
    value: f64,
    slope: f64,
}

impl Curve {
    /// Fits `y` over `x` (increasing, ties allowed), each neighbourhood a share `span` (0 to 1) of the points. `None`
    /// for fewer than four points in a neighbourhood.
    pub(super) fn fit(x: &[f64], y: &[f64], span: f64) -> Option<Self> {
        let (&low, &high) = (x.first()?, x.last()?);
        // The 1e-5 guards against n * span falling short of a whole number by rounding.
        let neighbours = ((x.len() as f64 * span + 1e-5).floor() as usize).min(x.len());
        if neighbours < 4 {
            return None;
        }
        let largest_cell = (x.len() as f64 * span * CELL).floor() as usize;
        let widest = (high - low).max(1e-10 * low.abs().max(high.abs()) + 1e-30);
        let ends = (low - MARGIN * widest, high + MARGIN * widest);
        let mut cuts = vec![ends.0, ends.1];
        cut(x, ends, largest_cell.max(1), &mut cuts);
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        let vertices = cuts.into_iter().map(|at| fit_at(x, y, at, neighbours)).collect();
        Some(Self { range: (low, high), vertices })
    }

    /// The curve at `x`; `None` outside the range of the data.
    pub(super) fn at(&self, x: f64) -> Option<f64> {
        if !(self.range.0..=self.range.1).contains(&x) {
            return None;
        }
        let right = self.vertices.partition_point(|v| v.x < x).clamp(1, self.vertices.len() - 1);
        let (a, b) = (&self.vertices[right - 1], &self.vertices[right]);
        let width = b.x - a.x;
        let (h, g) = ((x - a.x) / width, (b.x - x) / width);
        Some(
            g * g * (1.0 + 2.0 * h) * a.value
                + h * h * (1.0 + 2.0 * g) * b.value
                + width * h * g * (g * a.slope - h * b.slope),
        )
    }
}

/// Cuts the points `x` between `ends` at their median until no cell holds more than `largest`. Ties are not parted: the
/// nearest gap beside the median is taken, right before left.
fn cut(x: &[f64], ends: (f64, f64), largest: usize, cuts: &mut Vec<f64>) {
    if x.len() <= largest {
        return;
    }
    let median = x.len().div_ceil(2) - 1;
    let gap = |i: &usize| x[*i] < x[i + 1];
    let beside = (0..).map_while(|step| {
        let (right, left) = (median + step, median.checked_sub(step));
        (right + 1 < x.len() && left.is_some()).then_some([Some(right), left])
    });
    let last = beside.flatten().flatten().find(gap).unwrap_or(median);
    let at = x[last];
    if at <= ends.0 || at >= ends.1 {
        return;
    }
    cuts.push(at);
    cut(&x[..=last], (ends.0, at), largest, cuts);
    cut(&x[last + 1..], (at, ends.1), largest, cuts);
}

/// Value and slope at `at` of the quadratic through the nearest points.
fn fit_at(x: &[f64], y: &[f64], at: f64, neighbours: usize) -> Vertex {
    let mut right = x.partition_point(|&v| v < at);
    let mut left = right;
    while right - left < neighbours {
        if right == x.len() || (left > 0 && at - x[left - 1] <= x[right] - at) {
            left -= 1;
        } else {
            right += 1;
        }
    }
    let radius = (at - x[left]).max(x[right - 1] - at);
    if radius <= 0.0 {
        // All neighbours lie at this point.
        return Vertex { x: at, value: y[left..right].iter().sum::<f64>() / neighbours as f64, slope: 0.0 };
    }
    // Weighted sums of z^k and y z^k, z in radii.
    let (mut powers, mut products) = ([0.0; 5], [0.0; 3]);
    for (&x, &y) in x[left..right].iter().zip(&y[left..right]) {
        let z = (x - at) / radius;
        let d = z.abs();
        let tricube = 1.0 - d * d * d;
        let mut term = tricube * tricube * tricube;
        for k in 0..5 {
            powers[k] += term;
            if k < 3 {
                products[k] += term * y;
            }
            term *= z;
        }
    }
    let [value, slope, _] = solve(&powers, products);
    Vertex { x: at, value, slope: slope / radius }
}

/// Solves the normal equations of a quadratic, scaled to a diagonal of 1; undetermined terms are 0.
fn solve(powers: &[f64; 5], products: [f64; 3]) -> [f64; 3] {
    let scale = [0, 1, 2].map(|k| if powers[2 * k] > 0.0 { powers[2 * k].sqrt() } else { 1.0 });
    let mut a = [[0.0; 3]; 3];
    let mut b = [0.0; 3];
    for i in 0..3 {
        b[i] = products[i] / scale[i];
        for j in 0..3 {
            a[i][j] = powers[i + j] / (scale[i] * scale[j]);
        }
    }
    // Symmetric elimination in order of the terms, so that the one of highest order is the first to go.
    for pivot in 0..3 {
        let pivot_row = a[pivot];
        if pivot_row[pivot] > SINGULAR {
            for row in pivot + 1..3 {
                let factor = a[row][pivot] / pivot_row[pivot];
                a[row].iter_mut().zip(pivot_row).for_each(|(x, p)| *x -= factor * p);
                b[row] -= factor * b[pivot];
            }
        }
    }
    let mut solution = [0.0; 3];
    for i in (0..3).rev() {
        if a[i][i] > SINGULAR {
            let known: f64 = (i + 1..3).map(|j| a[i][j] * solution[j]).sum();
            solution[i] = (b[i] - known) / a[i][i];
        }
    }
    [0, 1, 2].map(|i| solution[i] / scale[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curve_agrees_with_loess() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../test-data/homogeneity/loess.tsv");
        let text = std::fs::read_to_string(path).unwrap();
        let rows: Vec<Vec<f64>> =
            text.lines().skip(1).map(|l| l.split('\t').map(|v| v.parse().unwrap()).collect()).collect();
        let column = |i: usize| rows.iter().map(|r| r[i]).collect::<Vec<f64>>();
        let (x, y, fitted) = (column(0), column(1), column(2));
        let curve = Curve::fit(&x, &y, 0.5).unwrap();
        for (x, want) in x.iter().zip(fitted) {
            // Two ways to solve the same least squares: normal equations of condition below 1e5 keep ten digits.
            assert!((curve.at(*x).unwrap() - want).abs() < 1e-10, "{x}");
        }
        assert!(curve.at(x[0] - 0.01).is_none() && curve.at(f64::NAN).is_none());
    }

    #[test]
    fn a_quadratic_is_its_own_fit() {
        let x: Vec<f64> = (0..60).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|x| 3.0 - 2.0 * x + 0.5 * x * x).collect();
        let curve = Curve::fit(&x, &y, 0.3).unwrap();
        for (x, y) in x.iter().zip(&y) {
            assert!((curve.at(*x).unwrap() - y).abs() < 1e-9 * y.abs().max(1.0));
        }
    }

    #[test]
    fn degenerate_data_give_finite_curves() {
        let mut two_values = vec![1.0; 30];
        two_values.extend(vec![2.0; 30]);
        for x in [vec![1.0; 40], two_values] {
            let y: Vec<f64> = x.iter().map(|x| 10.0 * x).collect();
            let curve = Curve::fit(&x, &y, 0.5).unwrap();
            for (x, y) in x.iter().zip(&y) {
                assert!((curve.at(*x).unwrap() - y).abs() < 1e-9);
            }
        }
        assert!(Curve::fit(&[], &[], 0.5).is_none());
        assert!(Curve::fit(&[1.0, 2.0], &[1.0, 2.0], 0.5).is_none());
    }
}
