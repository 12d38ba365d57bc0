//! Genes whose entropy lies below what their mean explains.

use puricell_core::math;

use super::entropy::Point;
use super::local_regression::Curve;

/// Share of the genes in each local fit (ROGUE's default).
const SPAN: f64 = 0.5;
/// Genes below this p-value do not shape the next fit.
const SHAPE_P: f64 = 0.1;
/// Significance, adjusted and not.
const ALPHA: f64 = 0.05;

/// How far a gene's entropy lies below the curve.
pub(super) struct Excess {
    pub(super) point: Point,
    /// The curve less the entropy.
    pub(super) ds: f64,
    /// Upper tail of a normal distribution with mean and deviation of all `ds`.
    p: f64,
    /// `p` adjusted by Benjamini and Hochberg (1995).
    adjusted: f64,
}

impl Excess {
    pub(super) fn is_significant(&self) -> bool {
        self.adjusted < ALPHA && self.p < ALPHA
    }
}

/// Fits the curve three times, as `entropy_fit` of ROGUE: to all genes, then twice to those that do not lie far below
/// the fit before. `points` are ordered by mean, and so is the result; genes outside the range of the last fit are
/// left out, and so are genes without entropy.
pub(super) fn excess(mut points: Vec<Point>) -> Vec<Excess> {
    points.retain(|p| p.entropy > 0.0);
    let mut shape = points.clone();
    for _ in 0..2 {
        shape = judge(&points, &shape).into_iter().filter(|e| e.p > SHAPE_P).map(|e| e.point).collect();
    }
    let mut found = judge(&points, &shape);
    adjust(&mut found);
    found
}

/// `ds` and p of each point that lies within the range of the curve fitted to `shape`.
fn judge(points: &[Point], shape: &[Point]) -> Vec<Excess> {
    let (x, y): (Vec<f64>, Vec<f64>) = shape.iter().map(|p| (p.mean, p.entropy)).unzip();
    let Some(curve) = Curve::fit(&x, &y, SPAN) else { return Vec::new() };
    let mut found: Vec<Excess> = points
        .iter()
        .filter_map(|&point| {
            let ds = curve.at(point.mean)? - point.entropy;
            ds.is_finite().then_some(Excess { point, ds, p: 1.0, adjusted: 1.0 })
        })
        .collect();
    let n = found.len() as f64;
    let mean = found.iter().map(|e| e.ds).sum::<f64>() / n;
    let variance = found.iter().map(|e| (e.ds - mean) * (e.ds - mean)).sum::<f64>() / (n - 1.0);
    if variance > 0.0 {
        let scale = (2.0 * variance).sqrt();
        for e in &mut found {
            e.p = 0.5 * math::erfc((e.ds - mean) / scale);
        }
    }
    found
}

fn adjust(found: &mut [Excess]) {
    let n = found.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| found[a].p.total_cmp(&found[b].p));
    let mut smallest = 1.0_f64;
    for (rank, &i) in order.iter().enumerate().rev() {
        smallest = smallest.min(found[i].p * n as f64 / (rank + 1) as f64);
        found[i].adjusted = smallest;
    }
}
