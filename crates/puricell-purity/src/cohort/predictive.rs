//! Classes that many lots lack: how lots vary beyond counting, and what the next one may hold.
//!
//! Each lot's fraction is a Beta variable, its count a beta-binomial one (as of [`crate::replicates`]). What the lots leave open
//! of mean and correlation is carried into the bound for the next lot: their likelihood is summed over a grid.

use puricell_core::math::{exp, ln};
use rayon::prelude::*;

use crate::Proportion;
use crate::beta_binomial::ln_kernel;

use super::{MIN_LOTS, fraction_of, logit_of};

/// Steps of the grid of means and of correlations.
const STEPS: usize = 60;

/// Correlations looked at: below, 100,000 cells vary by counting alone; above, a lot is all or nothing.
const CORRELATIONS: (f64, f64) = (1e-6, 0.3);

/// What the next lot may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predicted {
    /// Cells of the next lot.
    pub n_cells: u64,
    /// With 95 % probability the next lot holds no more cells of the class.
    pub k_upper: u64,
    /// With 95 % probability no fewer.
    pub k_lower: u64,
}

/// A point of the grid: shapes of the Beta distribution and the probability of these shapes.
struct Shape {
    a: f64,
    b: f64,
    weight: f64,
}

/// The one-sided 95 % predictive bounds for a lot of `n_cells`; `None` with fewer than [`MIN_LOTS`] lots with a cell.
///
/// The mean has the prior of Jeffreys, Beta(1/2, 1/2); the logit of the correlation a uniform one from 1e-6 to 0.3. The cost is
/// that of counting up to the bound: for classes that are rare.
pub fn next_lot(lots: &[Proportion], n_cells: u64) -> Option<Predicted> {
    let grid = Grid::of(lots)?;
    let shapes = grid.shapes(None);
    let mut mixture = Mixture::of(&shapes, n_cells);
    let k_lower = mixture.reach(|below| below > 0.05);
    let k_upper = mixture.reach(|below| below >= 0.95);
    (n_cells > 0).then_some(Predicted { n_cells, k_upper, k_lower })
}

/// P(X <= k) and P(X >= k) of each lot's count, by all the others; `None` with fewer than [`MIN_LOTS`] others, and for a lot
/// without a cell.
pub fn tails_by_others(lots: &[Proportion]) -> Vec<Option<[f64; 2]>> {
    let n_counted = lots.iter().filter(|l| l.n() > 0).count();
    let grid = Grid::of(lots).filter(|_| n_counted > MIN_LOTS);
    let tails = |(i, lot): (usize, &Proportion)| {
        let shapes = grid.as_ref().filter(|_| lot.n() > 0)?.shapes(Some(i));
        let mut mixture = Mixture::of(&shapes, lot.n());
        while mixture.k < lot.k() {
            mixture.next();
        }
        Some([mixture.below, 1.0 - (mixture.below - mixture.here)])
    };
    lots.par_iter().enumerate().map(tails).collect()
}

/// Means and correlations, and how likely each makes each lot's count.
struct Grid {
    /// The shapes of the Beta distribution.
    shapes: Vec<[f64; 2]>,
    /// ln of the prior.
    prior: Vec<f64>,
    /// ln likelihood, a row per lot.
    of_lots: Vec<Vec<f64>>,
    all: Vec<f64>,
}

impl Grid {
    fn of(lots: &[Proportion]) -> Option<Self> {
        if lots.iter().filter(|l| l.n() > 0).count() < MIN_LOTS {
            return None;
        }
        // Means that the lots leave possible, however they vary: from far below one cell in all to far above the largest lot's.
        let least = 0.01 / (Proportion::sum(lots).n() as f64 + 1.0);
        let most = lots.iter().map(|l| (l.k() as f64 + 5.0) / (l.n() as f64 + 10.0)).fold(least, f64::max);
        let (low, high) = (logit_of(least), logit_of(most) + 1.5);
        let (first, last) = (logit_of(CORRELATIONS.0), logit_of(CORRELATIONS.1));
        let at = |low: f64, high: f64, i: usize| low + (high - low) * (i as f64 + 0.5) / STEPS as f64;
        let mut shapes = Vec::with_capacity(STEPS * STEPS);
        let mut prior = Vec::with_capacity(STEPS * STEPS);
        for i in 0..STEPS {
            let mean = fraction_of(at(low, high, i));
            for j in 0..STEPS {
                let correlation = fraction_of(at(first, last, j));
                let size = (1.0 - correlation) / correlation;
                shapes.push([mean * size, (1.0 - mean) * size]);
                // Beta(1/2, 1/2) on the scale of the grid, the logit.
                prior.push(0.5 * (ln(mean) + ln(1.0 - mean)));
            }
        }
        let of_lots: Vec<Vec<f64>> =
            lots.par_iter().map(|l| shapes.iter().map(|&[a, b]| ln_kernel(l.k(), l.n(), a, b)).collect()).collect();
        let all = (0..shapes.len()).map(|s| of_lots.iter().map(|lot: &Vec<f64>| lot[s]).sum()).collect();
        Some(Self { shapes, prior, of_lots, all })
    }

    /// The shapes that matter with their probabilities, by all lots or by all but one.
    fn shapes(&self, without: Option<usize>) -> Vec<Shape> {
        let ln_weight = |s: usize| self.prior[s] + self.all[s] - without.map_or(0.0, |lot| self.of_lots[lot][s]);
        let weights: Vec<f64> = (0..self.shapes.len()).map(ln_weight).collect();
        let largest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weighed = self.shapes.iter().zip(&weights).map(|(&[a, b], w)| Shape { a, b, weight: exp(w - largest) });
        let mut shapes: Vec<Shape> = weighed.filter(|s| s.weight > 1e-7).collect();
        let total: f64 = shapes.iter().map(|s| s.weight).sum();
        for shape in &mut shapes {
            shape.weight /= total;
        }
        shapes
    }
}

/// A mixture of beta-binomials, counted up from 0.
struct Mixture<'a> {
    shapes: &'a [Shape],
    n: u64,
    k: u64,
    /// ln P(X = k) of each shape.
    ln_p: Vec<f64>,
    /// P(X = k).
    here: f64,
    /// P(X <= k).
    below: f64,
}

impl<'a> Mixture<'a> {
    fn of(shapes: &'a [Shape], n: u64) -> Self {
        let ln_p: Vec<f64> = shapes.iter().map(|s| ln_kernel(0, n, s.a, s.b)).collect();
        let mut mixture = Self { shapes, n, k: 0, ln_p, here: 0.0, below: 0.0 };
        mixture.add();
        mixture
    }

    fn add(&mut self) {
        self.here = self.shapes.iter().zip(&self.ln_p).map(|(s, &ln_p)| s.weight * exp(ln_p)).sum();
        self.below += self.here;
    }

    fn next(&mut self) {
        let (x, left) = (self.k as f64, (self.n - self.k) as f64);
        for (shape, ln_p) in self.shapes.iter().zip(&mut self.ln_p) {
            *ln_p += ln(left / (x + 1.0) * (shape.a + x) / (shape.b + left - 1.0));
        }
        self.k += 1;
        self.add();
    }

    /// The first k from here on at which P(X <= k) is enough.
    fn reach(&mut self, enough: impl Fn(f64) -> bool) -> u64 {
        while self.k < self.n && !enough(self.below) {
            self.next();
        }
        self.k
    }
}

#[cfg(test)]
mod tests {
    use puricell_core::Seed;

    use super::*;
    use crate::beta_binomial::beta_binomial_quantile;

    /// Counts of beta-binomial lots: the quantile function turned on uniform numbers.
    fn lots(study: u64, n_lots: usize, mean: f64, correlation: f64, n: u64) -> Vec<Proportion> {
        let size = (1.0 - correlation) / correlation;
        let mut random = Seed(48).stream("lots", study);
        (0..n_lots)
            .map(|_| {
                let k = beta_binomial_quantile(random.uniform(), n, mean * size, (1.0 - mean) * size);
                Proportion::new(k, n).unwrap()
            })
            .collect()
    }

    // Verifies R-47.
    #[test]
    fn the_next_lot_keeps_its_bound() {
        for (mean, correlation) in [(0.001, 0.001), (0.0002, 0.0005), (0.01, 0.002)] {
            const STUDIES: u64 = 300;
            let kept = (0..STUDIES)
                .filter(|&study| {
                    let drawn = lots(study, 11, mean, correlation, 4000);
                    let bound = next_lot(&drawn[..10], 4000).unwrap();
                    drawn[10].k() <= bound.k_upper
                })
                .count();
            let share = kept as f64 / STUDIES as f64;
            // Counts are whole, so that a bound is kept more often than 95 %; less than 91 % of 300 come once in a thousand times.
            assert!(share > 0.91, "{mean} {correlation}: {share}");
            assert!(share < 0.999, "{mean} {correlation}: {share}, a bound that is never reached says nothing");
        }
    }

    #[test]
    fn lots_without_a_cell_have_a_bound_nonetheless() {
        let none = vec![Proportion::new(0, 5000).unwrap(); 20];
        let found = next_lot(&none, 5000).unwrap();
        assert!(found.k_upper <= 1 && found.k_lower == 0, "{found:?}");
        let few = next_lot(&none[..3], 5000).unwrap();
        assert!(few.k_upper >= found.k_upper, "{few:?}");
        assert_eq!(next_lot(&none[..2], 5000), None);
    }

    #[test]
    fn tails_tell_a_lot_that_the_others_do_not_explain() {
        let mut drawn = lots(1, 12, 0.002, 0.0005, 5000);
        let usual = tails_by_others(&drawn)[0].unwrap();
        assert!(usual.iter().all(|&p| p > 0.01), "{usual:?}");
        drawn[0] = Proportion::new(200, 5000).unwrap();
        let [below, above] = tails_by_others(&drawn)[0].unwrap();
        assert!(above < 1e-3 && below > 0.99, "{below} {above}");
    }
}
