//! What a study has shown for one class.

use puricell_purity::{Interval, Level as Confidence, Tail, Tally, beta_quantile};

use super::linearity::{Fit, Point};

/// A count among a number of draws, where one source cell may have been drawn more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// The count.
    pub k: u64,
    /// The draws.
    pub n: u64,
    /// Distinct source cells among the draws.
    pub n_distinct: u64,
    /// Distinct source cells among those counted.
    pub k_distinct: u64,
}

impl Share {
    /// As the file of a study states it.
    pub fn tally(self) -> Tally {
        Tally { k: self.k, n: self.n, n_distinct: self.n_distinct }
    }

    /// k / n; `None` for no draw.
    pub fn fraction(self) -> Option<f64> {
        (self.n > 0).then(|| self.k as f64 / self.n as f64)
    }

    /// Clopper and Pearson's interval of the fraction as if it had been seen among the distinct source cells only: a cell
    /// drawn again teaches nothing new (the effective sample size of Korn and Graubard 1998, Survey Methodology 24:193, at
    /// its largest design effect). `None` for no draw.
    pub fn interval(self, level: Confidence) -> Option<Interval> {
        let half = level.alpha() / 2.0;
        Some(Interval { low: self.bound(half, false)?, high: self.bound(half, true)? })
    }

    /// The one-sided upper bound, in the same way.
    pub fn upper_bound(self, level: Confidence) -> Option<f64> {
        self.bound(level.alpha(), true)
    }

    fn bound(self, alpha: f64, is_upper: bool) -> Option<f64> {
        let fraction = self.fraction()?;
        let n = self.n_distinct.min(self.n) as f64;
        let k = fraction * n;
        Some(if is_upper {
            if self.k == self.n { 1.0 } else { beta_quantile(Tail::Upper(alpha), k + 1.0, n - k) }
        } else if self.k == 0 {
            0.0
        } else {
            beta_quantile(Tail::Lower(alpha), k, n - k + 1.0)
        })
    }
}

/// What was found at one planted fraction, at full depth.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Fraction asked for.
    pub nominal: f64,
    /// Mixtures.
    pub n_runs: usize,
    /// Mean planted fraction: live single cells of the class over all live single cells.
    pub planted: f64,
    /// Mean called fraction, of the cells kept.
    pub called: f64,
    /// Student's interval of the mean called fraction; `None` for one mixture.
    pub called_interval: Option<(f64, f64)>,
    /// Planted live single cells that were called the class, among all of them, lost ones included.
    pub recall: Share,
    /// Mean called over mean planted; `None` for the blank.
    pub recovery: Option<f64>,
    /// Standard deviation of the called fraction over replicates; `None` without.
    pub repeatability: Option<f64>,
    /// The same over replicates, seeds and depths together; `None` with one condition.
    pub intermediate: Option<f64>,
    /// Coefficient of variation that one lot of as many cells has: repeatability, and the chance by which a cell is in the
    /// vial, together. `None` for the blank and without replicates.
    pub total_cv: Option<f64>,
    /// Mixtures in which more cells were called than the limit of blank.
    pub n_detected: usize,
}

impl Level {
    /// Repeatability over the mean called fraction; `None` where nothing was called.
    pub fn cv(&self) -> Option<f64> {
        self.repeatability.filter(|_| self.called > 0.0).map(|sd| sd / self.called)
    }

    /// Intermediate precision over the mean called fraction; `None` where nothing was called.
    pub fn intermediate_cv(&self) -> Option<f64> {
        self.intermediate.filter(|_| self.called > 0.0).map(|sd| sd / self.called)
    }
}

/// What a study has shown for one class; rates, levels and the line at full depth.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassResult {
    /// Class id.
    pub id: String,
    /// Kept cells of the blanks that were called the class, among all of them.
    pub blank: Share,
    /// Kept planted cells called the class, among all kept planted cells.
    pub sensitivity: Share,
    /// Planted cells that quality control removed, among all planted.
    pub lost: Share,
    /// Kept cells of a mixture, the median of the blanks: limits hold for as many.
    pub n_cells: u64,
    /// Limit of blank, as a count.
    pub lob_count: u64,
    /// Limit of blank, as a fraction.
    pub lob: f64,
    /// Limit of detection by the rates; `None` where no share suffices.
    pub lod: Option<f64>,
    /// The lowest planted fraction from which on at least 95 % of the mixtures were above the limit of blank.
    pub lod_seen: Option<f64>,
    /// Limit of quantification; `None` where not established.
    pub loq: Option<f64>,
    /// The line; `None` with fewer than three levels.
    pub fit: Option<Fit>,
    /// A point per mixture.
    pub points: Vec<Point>,
    /// By planted fraction, increasing.
    pub levels: Vec<Level>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_drawn_again_count_once() {
        let of = |k, n, n_distinct| Share { k, n, n_distinct, k_distinct: 0 }.interval(Confidence::P95).unwrap();
        let once = of(9, 10, 10);
        let again = of(90, 100, 10);
        assert!((once.low - again.low).abs() < 1e-12 && (once.high - again.high).abs() < 1e-12);
        // Clopper and Pearson 1934 for 9 of 10: 0.5550 to 0.9975 (scipy 1.17.1, binomtest).
        assert!((once.low - 0.554_983_9).abs() < 1e-6 && (once.high - 0.997_471_4).abs() < 1e-6, "{once:?}");
        let none = Share { k: 0, n: 3000, n_distinct: 1000, k_distinct: 0 };
        // The rule of three with the distinct cells: 1 - 0.05^(1/1000).
        assert!((none.upper_bound(Confidence::P95).unwrap() - 0.002_991_2).abs() < 1e-6);
        assert!(none.interval(Confidence::P95).unwrap().low <= 0.0);
        assert_eq!(Share::default().interval(Confidence::P95), None);
    }
}
