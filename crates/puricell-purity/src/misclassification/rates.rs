//! The part of a confusion matrix that can be inverted.

use puricell_core::Stream;

use super::draws::dirichlet;
use super::{Confusion, TARGET};

/// Rows and columns of the true classes, and one last column for every other call.
///
/// A cell that is of none of the true classes (a doublet, a kind that the study did not plant) is taken to be called
/// something else, so that "none of these" is one more true class, whose row is 0, ..., 0, 1.
pub(super) struct Rates {
    /// True classes, in the order of the matrix; empty rows are left out.
    pub(super) classes: Vec<String>,
    /// Counts as of distinct cells, `classes x (classes + 1)`.
    counts: Vec<Vec<f64>>,
}

impl Rates {
    /// `None` where no target cell was called at all, so that there is nothing to invert.
    pub(super) fn new(confusion: &Confusion) -> Option<Self> {
        let filled: Vec<usize> =
            (0..confusion.truth.len()).filter(|&r| confusion.counts[r].iter().sum::<u64>() > 0).collect();
        let classes: Vec<String> = filled.iter().map(|&r| confusion.truth[r].clone()).collect();
        if !classes.iter().any(|c| c == TARGET) {
            return None;
        }
        let column = |name: &String| confusion.called.iter().position(|c| c == name);
        let columns: Vec<usize> = classes.iter().map(column).collect::<Option<_>>()?;
        let counts = filled
            .iter()
            .map(|&r| {
                let sum: u64 = confusion.counts[r].iter().sum();
                let scale = confusion.distinct[r].clamp(1, sum) as f64 / sum as f64;
                let mut row: Vec<f64> = columns.iter().map(|&c| confusion.counts[r][c] as f64 * scale).collect();
                row.push((sum as f64 * scale - row.iter().sum::<f64>()).max(0.0));
                row
            })
            .collect();
        Some(Self { classes, counts })
    }

    /// Shares of each row, as counted.
    pub(super) fn estimate(&self) -> Vec<Vec<f64>> {
        let share = |row: &Vec<f64>| {
            let sum: f64 = row.iter().sum();
            row.iter().map(|c| c / sum).collect()
        };
        self.counts.iter().map(share).collect()
    }

    /// Draws each row from its posterior: a Dirichlet with Jeffreys' half on the class itself. In the target's row every
    /// other call has a half too, since each is a false-positive rate of its own; in the other rows, of fewer cells, they
    /// share one half, so that the sensitivity is a Beta(k + 1/2, n - k + 1/2).
    pub(super) fn draw(&self, stream: &mut Stream, into: &mut [Vec<f64>]) {
        let n = self.classes.len();
        let mut alpha = vec![0.0; n + 1];
        for (i, (row, into)) in self.counts.iter().zip(into).enumerate() {
            let other = if self.classes[i] == TARGET { 0.5 } else { 0.5 / n as f64 };
            for (j, (alpha, count)) in alpha.iter_mut().zip(row).enumerate() {
                *alpha = count + if i == j { 0.5 } else { other };
            }
            dirichlet(&alpha, stream, into);
        }
    }

    /// Draws the target's row anew, without a half on its false-positive rates: those never seen are 0.
    pub(super) fn draw_target_without_prior(&self, stream: &mut Stream, into: &mut [Vec<f64>]) {
        let Some(target) = self.classes.iter().position(|c| c == TARGET) else { return };
        let mut alpha = self.counts[target].clone();
        alpha[target] += 0.5;
        dirichlet(&alpha, stream, &mut into[target]);
    }
}

/// Solves rates' x = observed over the true classes: the shares that would be called as observed. `None` where the matrix
/// has no inverse. Gauss's elimination with the largest pivot of each column, the first of equals.
pub(super) fn invert(rates: &[Vec<f64>], observed: &[f64]) -> Option<Vec<f64>> {
    let n = rates.len();
    // Row j of the system: the share called class j, from the cells of every true class.
    let mut system: Vec<Vec<f64>> =
        (0..n).map(|j| (0..n).map(|i| rates[i][j]).chain(std::iter::once(observed[j])).collect()).collect();
    for column in 0..n {
        let mut pivot = column;
        for row in column + 1..n {
            if system[row][column].abs() > system[pivot][column].abs() {
                pivot = row;
            }
        }
        if system[pivot][column].abs() < 1e-9 {
            return None;
        }
        system.swap(column, pivot);
        let (above, below) = system.split_at_mut(column + 1);
        let lead = &above[column];
        for row in below {
            let factor = row[column] / lead[column];
            for (value, lead) in row.iter_mut().zip(lead).skip(column) {
                *value -= factor * lead;
            }
        }
    }
    let mut solution = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|c| system[row][c] * solution[c]).sum();
        solution[row] = (system[row][n] - known) / system[row][row];
    }
    Some(solution)
}
