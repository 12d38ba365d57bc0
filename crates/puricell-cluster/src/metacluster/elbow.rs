//! Where a falling curve bends: FlowSOM's `DetermineNumberOfClusters` and `findElbow` (R package 2.x).

use puricell_core::Dense;

/// Share of the two neighbours in a smoothed value of the curve, as FlowSOM.
const SMOOTHING: f64 = 0.2;

/// Sum over codes of the squared distance to the mean of their group.
pub(super) fn sum_of_squares(codes: &Dense<f64>, groups: &[usize], k: usize) -> f64 {
    let dims = codes.n_cols();
    let mut means = Dense::filled(k, dims, 0.0);
    let mut sizes = vec![0_usize; k];
    for (code, &group) in groups.iter().enumerate() {
        sizes[group] += 1;
        means.row_mut(group).iter_mut().zip(codes.row(code)).for_each(|(sum, x)| *sum += x);
    }
    for (group, &size) in sizes.iter().enumerate() {
        means.row_mut(group).iter_mut().for_each(|sum| *sum /= size.max(1) as f64);
    }
    groups
        .iter()
        .enumerate()
        .map(|(code, &group)| crate::spanning_tree::squared_distance(codes.row(code), means.row(group)))
        .sum()
}

/// The number of groups, counted from 1, at which the curve bends.
///
/// Two straight lines are fitted by least squares, one to the values before it and one to it and those after; the bend is
/// where the sum of absolute residuals is least, ties by lowest. `curve[0]` is for one group. Fewer than three values give
/// their number.
pub(super) fn find(curve: &[f64]) -> usize {
    let n = curve.len();
    if n < 3 {
        return n;
    }
    let mut smooth = curve.to_vec();
    // In place and from the second on, so that the value before is smoothed already: as FlowSOM.
    for i in 1..n - 1 {
        smooth[i] = (1.0 - SMOOTHING) * smooth[i] + 0.5 * SMOOTHING * (smooth[i - 1] + smooth[i + 1]);
    }
    let mut best = (1, f64::INFINITY);
    for bend in 2..n {
        let residuals = residuals_of_line(&smooth[..bend - 1]) + residuals_of_line(&smooth[bend - 1..]);
        if residuals < best.1 {
            best = (bend, residuals);
        }
    }
    best.0
}

/// Sum of absolute residuals of a least-squares line through equally spaced values.
fn residuals_of_line(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let middle = 0.5 * (n - 1.0);
    let (mut xy, mut xx) = (0.0, 0.0);
    for (i, y) in values.iter().enumerate() {
        let x = i as f64 - middle;
        xy += x * (y - mean);
        xx += x * x;
    }
    let slope = if xx > 0.0 { xy / xx } else { 0.0 };
    values.iter().enumerate().map(|(i, y)| (y - mean - slope * (i as f64 - middle)).abs()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_of_squares_by_hand() {
        let codes = Dense::new(3, 2, vec![0.0, 0.0, 2.0, 0.0, 9.0, 9.0]).unwrap();
        // Means (1, 0) and (9, 9): 1 + 1 + 0.
        assert!((sum_of_squares(&codes, &[0, 0, 1], 2) - 2.0).abs() < 1e-15);
    }

    #[test]
    fn bend_of_two_lines() {
        // Falls by 10 to the fifth value and by 0.1 from there.
        let curve: Vec<f64> =
            (0..15_i32).map(|i| if i < 5 { 50.0 - 10.0 * f64::from(i) } else { 10.4 - 0.1 * f64::from(i) }).collect();
        assert!((5..=6).contains(&find(&curve)), "{}", find(&curve));
        assert_eq!(find(&[]), 0);
        assert_eq!(find(&[3.0]), 1);
        assert_eq!(find(&[3.0, 1.0]), 2);
    }
}
