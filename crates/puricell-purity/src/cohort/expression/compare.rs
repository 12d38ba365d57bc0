//! Distances between lots, and what to hold them against.

mod marker;
mod profiles;
mod why_not;

use rayon::prelude::*;

use self::profiles::Profiles;
use super::{Distribution, DistributionKind, Distributions, LotExpression, N_QUANTILES, quantiles};
use crate::PurityError;

pub use marker::MarkerDistance;
pub use why_not::WhyNot;

/// What a distance is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// 1 less Pearson's correlation of `log2(1 + molecules per million)` over the genes seen in either: 0 to 2, blind to a
    /// common shift or scale.
    PseudobulkCorrelation,
    /// Root mean square over the same genes of the difference of these logarithms: a typical log fold change, the distance of
    /// limma's `plotMDS` (Ritchie 2015, doi:10.1093/nar/gkv007) over all genes.
    PseudobulkLogRatio,
    /// Earth mover's distance (Wasserstein's of order 1) of single genes or markers, its mean over them, in units of their scale
    /// ([`DistributionKind`]).
    Marker,
    /// The same along random directions in the space of the genes: the sliced earth mover's distance.
    Sliced,
}

impl Measure {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::PseudobulkCorrelation, Self::PseudobulkLogRatio, Self::Marker, Self::Sliced];

    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::PseudobulkCorrelation => "pseudobulk_correlation",
            Self::PseudobulkLogRatio => "pseudobulk_log_ratio",
            Self::Marker => "marker_emd",
            Self::Sliced => "sliced_emd",
        }
    }

    /// What the distance of two draws of `n` and `m` cells from one lot grows in proportion to: a difference of means with the
    /// root of `1/n + 1/m`, 1 less a correlation with its square.
    fn noise(self, n: f64, m: f64) -> f64 {
        let variance = 1.0 / n + 1.0 / m;
        if self == Self::PseudobulkCorrelation { variance } else { variance.sqrt() }
    }
}

/// How lots are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompareParams {
    /// With fewer target cells in a half a lot is not compared (default 50, as for homogeneity).
    pub min_cells_per_half: u64,
    /// Level, 0 to 1, of the distances within lots beyond which lots are further apart (default 0.95).
    pub null_level: f64,
}

impl Default for CompareParams {
    fn default() -> Self {
        Self { min_cells_per_half: 50, null_level: 0.95 }
    }
}

/// Whether lots are further apart than a lot is from itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// They are not.
    LikeHalves,
    /// They are.
    Further,
}

impl Apart {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::LikeHalves => "no further apart than halves of a lot",
            Self::Further => "further apart",
        }
    }
}

/// A distance between two lots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distance {
    /// Between the lots: mean over the four pairs of a half of one and a half of the other.
    pub between: f64,
    /// Within the lots, between the two halves of each: root mean square of both (mean for
    /// [`Measure::PseudobulkCorrelation`]), which is what `between` would be if the lots were one, whatever their sizes.
    pub within: f64,
    /// `between / within`; `None` where halves do not differ.
    pub ratio: Option<f64>,
    /// `between` against the quantile of the distances within lots, brought to these lots' numbers of cells.
    pub apart: Apart,
    /// `between` over the mean distance of both lots to the control; `None` without a control, for the control itself, and where
    /// a distance to it is not estimable or 0.
    pub of_control: Option<f64>,
}

/// Two lots, `first < second`, as numbered when they were added.
#[derive(Debug, Clone, PartialEq)]
pub struct LotPair {
    /// One.
    pub first: usize,
    /// The other.
    pub second: usize,
    /// How far apart they are, or why that cannot be said.
    pub distance: Result<Distance, WhyNot>,
}

/// All distances of one measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The measure.
    pub measure: Measure,
    /// Distance between the halves of each lot.
    pub within: Vec<Result<f64, WhyNot>>,
    /// Every pair, in order of the first lot, then the second.
    pub pairs: Vec<LotPair>,
}

/// The lots to compare.
#[derive(Debug, Clone, Default)]
pub struct Cohort {
    profiles: Profiles,
    distributions: Vec<Distributions>,
}

impl Cohort {
    /// Adds a lot; the first is number 0.
    pub fn add(&mut self, lot: LotExpression) {
        self.profiles.add(lot.pseudobulk.as_ref());
        self.distributions.push(lot.distributions);
    }

    /// Number of lots.
    pub fn n_lots(&self) -> usize {
        self.distributions.len()
    }

    /// Compares every lot with every other by one measure. `control` is a lot known to be different, the positive control; its
    /// own halves are no part of the null.
    ///
    /// The null is the distance between the halves of each lot, divided by the root of `1/n + 1/m` of their sizes (by `1/n + 1/m`
    /// for [`Measure::PseudobulkCorrelation`]), to which sampling noise is proportional. A pair is held against the one of these, times
    /// the same of its sizes, that one more draw would exceed with a chance of at most 1 less the level; with fewer than 19 lots
    /// there is no such at 0.95, and the largest is taken. Time grows with the square of the lots.
    ///
    /// # Errors
    /// [`PurityError::Control`] where there is no such lot.
    pub fn compare(
        &self,
        measure: Measure,
        control: Option<usize>,
        params: &CompareParams,
    ) -> Result<Comparison, PurityError> {
        let n_lots = self.n_lots();
        if let Some(index) = control.filter(|&index| index >= n_lots) {
            return Err(PurityError::Control { index, n_lots });
        }
        let within: Vec<Result<f64, WhyNot>> = (0..n_lots)
            .into_par_iter()
            .map(|lot| {
                self.comparable(measure, (lot, lot), params)?;
                estimable(lot, self.of_halves(measure, (lot, 0), (lot, 1)))
            })
            .collect();
        let of_null = |(lot, distance): (usize, &Result<f64, WhyNot>)| {
            let distance = distance.as_ref().ok().filter(|_| Some(lot) != control)?;
            Some(distance / measure.noise(self.half_size(lot), self.half_size(lot)))
        };
        let null: Vec<f64> = within.iter().enumerate().filter_map(of_null).collect();
        let null = exceeded_by_few(null, params.null_level);

        let of: Vec<(usize, usize)> = (0..n_lots).flat_map(|a| (a + 1..n_lots).map(move |b| (a, b))).collect();
        let between: Vec<Result<f64, WhyNot>> =
            of.par_iter().map(|&pair| self.between(measure, pair, params)).collect();
        let place = |a: usize, b: usize| a * (2 * n_lots - a - 1) / 2 + b - a - 1;
        let to_control = |lot: usize| {
            let control = control.filter(|&control| control != lot)?;
            between[place(lot.min(control), lot.max(control))].as_ref().ok()
        };
        let distance = |(&(a, b), between): (&(usize, usize), &Result<f64, WhyNot>)| {
            let between = *between.as_ref().map_err(Clone::clone)?;
            let (of_a, of_b) = (within[a].clone()?, within[b].clone()?);
            let within = match measure {
                Measure::PseudobulkCorrelation => f64::midpoint(of_a, of_b),
                _ => f64::midpoint(of_a * of_a, of_b * of_b).sqrt(),
            };
            // The control's own pairs are held against the null of the others.
            let null = null.map(|null| null * measure.noise(self.half_size(a), self.half_size(b)));
            let is_further = null.is_some_and(|null| between > null);
            let of_control = to_control(a).zip(to_control(b)).map(|(a, b)| between / f64::midpoint(*a, *b));
            Ok(Distance {
                between,
                within,
                ratio: (within > 0.0).then(|| between / within),
                apart: if is_further { Apart::Further } else { Apart::LikeHalves },
                of_control: of_control.filter(|share| share.is_finite()),
            })
        };
        let pairs = of.iter().zip(&between);
        let pairs = pairs.map(|of| LotPair { first: of.0.0, second: of.0.1, distance: distance(of) }).collect();
        Ok(Comparison { measure, within, pairs })
    }

    /// Earth mover's distances of single genes or markers between two lots, the largest first.
    ///
    /// # Errors
    /// [`WhyNot`].
    pub fn markers(&self, first: usize, second: usize, params: &CompareParams) -> Result<Vec<MarkerDistance>, WhyNot> {
        self.comparable(Measure::Marker, (first, second), params)?;
        Ok(marker::distances(&self.distributions[first], &self.distributions[second]))
    }

    /// Target cells of a half.
    fn half_size(&self, lot: usize) -> f64 {
        let [first, second] = self.distributions[lot].cells;
        f64::midpoint(first as f64, second as f64)
    }

    fn between(&self, measure: Measure, (a, b): (usize, usize), params: &CompareParams) -> Result<f64, WhyNot> {
        self.comparable(measure, (a, b), params)?;
        let sum: f64 = [(0, 0), (0, 1), (1, 0), (1, 1)]
            .into_iter()
            .map(|(of_a, of_b)| self.of_halves(measure, (a, of_a), (b, of_b)))
            .sum();
        estimable(a, sum / 4.0)
    }

    fn comparable(&self, measure: Measure, (a, b): (usize, usize), params: &CompareParams) -> Result<(), WhyNot> {
        let least = params.min_cells_per_half;
        for lot in [a, b] {
            let cells = self.distributions[lot].cells;
            if cells.iter().any(|&n| n < least.max(1)) {
                return Err(WhyNot::TooFewCells { lot, n: cells.iter().sum(), least: 2 * least });
            }
        }
        match measure {
            Measure::PseudobulkCorrelation | Measure::PseudobulkLogRatio => self.profiles.comparable(a, b),
            Measure::Marker => {
                why_not::same_rows(&self.distributions, (a, b), |kind| kind != DistributionKind::Direction)
            }
            Measure::Sliced => why_not::same_rows(&self.distributions, (a, b), |kind| {
                kind != DistributionKind::Fluorescence && kind != DistributionKind::Mass
            }),
        }
    }

    /// Between a half of one lot and a half of another, or of the same; the lots are comparable.
    fn of_halves(&self, measure: Measure, a: (usize, usize), b: (usize, usize)) -> f64 {
        let is_wanted = |row: &&Distribution| match measure {
            Measure::Sliced => row.kind == DistributionKind::Direction,
            _ => row.kind != DistributionKind::Direction,
        };
        match measure {
            Measure::PseudobulkCorrelation => self.profiles.correlation_distance(a, b),
            Measure::PseudobulkLogRatio => self.profiles.log_ratio(a, b),
            Measure::Marker | Measure::Sliced => {
                let rows = |lot: usize| self.distributions[lot].rows.iter().filter(is_wanted);
                let (mut sum, mut n) = (0, 0_u32);
                for (of_a, of_b) in rows(a.0).zip(rows(b.0)) {
                    sum += moved(&of_a.parts[1 + a.1], &of_b.parts[1 + b.1]);
                    n += 1;
                }
                in_units(sum) / f64::from(n)
            }
        }
    }
}

/// The value that one more draw exceeds with a chance of at most 1 less `level`: of rank `level (n + 1)`, as in conformal prediction (Lei
/// 2018, doi:10.1080/01621459.2017.1307116); the largest where there are too few. `None` of none.
fn exceeded_by_few(mut values: Vec<f64>, level: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let rank = (level * (values.len() as f64 + 1.0)).ceil().max(1.0) as usize;
    values.get(rank - 1).or(values.last()).copied()
}

/// A distance that is a number: a correlation is none where all genes are expressed alike.
fn estimable(lot: usize, distance: f64) -> Result<f64, WhyNot> {
    if distance.is_finite() { Ok(distance) } else { Err(WhyNot::Lacks { lot, what: "difference between its genes" }) }
}

/// Sum of the differences of two lists of quantiles.
fn moved(a: &[i32], b: &[i32]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum()
}

/// The earth mover's distance, in units of the scale, of a sum of differences.
fn in_units(moved: u64) -> f64 {
    moved as f64 / (N_QUANTILES as f64 * quantiles::PER_UNIT)
}

#[cfg(test)]
mod tests;
