//! Mean and entropy of each gene.

use puricell_core::{CountMatrix, math};

use super::excess::Excess;

/// Counts with a ready logarithm.
const TABLE: usize = 4096;

/// `ln(1 + count)`, ready for small counts.
#[derive(Debug)]
pub(super) struct LogTable(Vec<f64>);

impl LogTable {
    pub(super) fn new() -> Self {
        Self((0..TABLE).map(|c| math::ln_1p(c as f64)).collect())
    }

    fn of(&self, count: u32) -> f64 {
        self.0.get(count as usize).copied().unwrap_or_else(|| math::ln_1p(f64::from(count)))
    }
}

/// What some cells hold of one gene.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GeneCounts {
    log_sum: f64,
    sum: u64,
    n_cells: u32,
    /// The two highest counts, higher first.
    top: [u32; 2],
}

impl GeneCounts {
    fn add(&mut self, count: u32, log: f64) {
        self.log_sum += log;
        self.sum += u64::from(count);
        self.n_cells += u32::from(count > 0);
        self.see_top(count);
    }

    fn see_top(&mut self, count: u32) {
        if count > self.top[1] {
            self.top = if count > self.top[0] { [count, self.top[0]] } else { [self.top[0], count] };
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.log_sum += other.log_sum;
        self.sum += other.sum;
        self.n_cells += other.n_cells;
        other.top.iter().for_each(|&c| self.see_top(c));
    }
}

/// A gene on the plot of entropy over mean.
#[derive(Clone, Copy)]
pub(super) struct Point {
    /// Its column.
    pub(super) gene: usize,
    /// `ln(1 + mean count)`.
    pub(super) mean: f64,
    /// Mean of `ln(1 + count)`.
    pub(super) entropy: f64,
}

/// Adds some rows of a block to what is known of every gene.
pub(super) fn add_cells(
    genes: &mut [GeneCounts],
    block: &CountMatrix,
    rows: impl Iterator<Item = usize>,
    logs: &LogTable,
) {
    for row in rows {
        block.row(row).for_each(|column, value| genes[column as usize].add(value, logs.of(value)));
    }
}

/// The genes that at least `min_cells` cells hold, by mean, then column.
pub(super) fn points(genes: &[GeneCounts], n_cells: usize, min_cells: u32) -> Vec<Point> {
    let n = n_cells as f64;
    let held = genes.iter().enumerate().filter(|(_, g)| g.n_cells >= min_cells);
    let mut points: Vec<Point> =
        held.map(|(gene, g)| Point { gene, mean: math::ln_1p(g.sum as f64 / n), entropy: g.log_sum / n }).collect();
    sort(&mut points);
    points
}

/// The genes of a first fit, those that stood out without their two highest cells (`ent.toli` of ROGUE): genes that
/// fall to the lowest mean of all or below are left out.
pub(super) fn without_outliers(found: &[Excess], genes: &[GeneCounts], n_cells: usize) -> Vec<Point> {
    let n = (n_cells - 2) as f64;
    let lowest = found.first().map_or(0.0, |e| e.point.mean);
    let judged_again = |e: &Excess| {
        if !e.is_significant() {
            return e.point;
        }
        let g = &genes[e.point.gene];
        let sum = g.sum - g.top.iter().map(|&c| u64::from(c)).sum::<u64>();
        let log_sum = g.log_sum - g.top.iter().map(|&c| math::ln_1p(f64::from(c))).sum::<f64>();
        Point { mean: math::ln_1p(sum as f64 / n), entropy: log_sum / n, ..e.point }
    };
    let mut points: Vec<Point> = found.iter().map(judged_again).filter(|p| p.mean > lowest).collect();
    sort(&mut points);
    points
}

fn sort(points: &mut [Point]) {
    points.sort_by(|a, b| a.mean.total_cmp(&b.mean).then(a.gene.cmp(&b.gene)));
}
