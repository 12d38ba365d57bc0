//! An order of points in which those near to each other lie together.

use puricell_core::Dense;

use super::boxes::GROUP;
use super::tile::PANEL;

/// Points that the coordinate to part by is chosen on.
const LOOKED_AT: usize = 256;
/// Points below which halves are not parted by two tasks.
const TASK: usize = 4096;

/// Rows of the points by halves of halves, each parted at the middle of the coordinate that varies most (Bentley 1975,
/// doi:10.1145/361002.361007), down to single panels. What lies in a group lies in one part, and so for `block`, a multiple
/// of a panel that a group is a multiple of.
pub(crate) fn by_halves(points: &Dense<f32>, block: usize) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..points.n_rows() as u32).collect();
    part(points, block, &mut rows);
    rows
}

/// Puts some rows into such an order.
pub(super) fn part(points: &Dense<f32>, block: usize, rows: &mut [u32]) {
    if rows.len() <= PANEL || points.n_cols() == 0 {
        return;
    }
    let unit = [GROUP * PANEL, block].into_iter().find(|u| rows.len() > *u).unwrap_or(PANEL);
    let half = (rows.len() / 2).next_multiple_of(unit).min(rows.len() - 1);
    let widest = widest(points, rows);
    let mut keys: Vec<(f32, u32)> = rows.iter().map(|&r| (points.row(r as usize)[widest], r)).collect();
    keys.select_nth_unstable_by(half, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (row, key) in rows.iter_mut().zip(keys) {
        *row = key.1;
    }
    let (lower, upper) = rows.split_at_mut(half);
    if lower.len() < TASK {
        part(points, block, lower);
        part(points, block, upper);
    } else {
        rayon::join(|| part(points, block, lower), || part(points, block, upper));
    }
}

/// The coordinate that varies most, the first of equals.
fn widest(points: &Dense<f32>, rows: &[u32]) -> usize {
    let n_dims = points.n_cols();
    let (mut sums, mut squares) = (vec![0.0; n_dims], vec![0.0; n_dims]);
    let step = rows.len().div_ceil(LOOKED_AT);
    let first = points.row(rows[0] as usize);
    let mut n = 0.0;
    for &row in rows.iter().step_by(step) {
        n += 1.0;
        for (((sum, square), &v), &first) in sums.iter_mut().zip(&mut squares).zip(points.row(row as usize)).zip(first)
        {
            let v = f64::from(v) - f64::from(first);
            *sum += v;
            *square += v * v;
        }
    }
    let spread = |d: usize| squares[d] - sums[d] * sums[d] / n;
    (0..n_dims).max_by(|&a, &b| spread(a).total_cmp(&spread(b)).then(b.cmp(&a))).unwrap_or(0)
}
