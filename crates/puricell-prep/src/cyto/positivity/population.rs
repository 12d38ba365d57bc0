//! The main population of one marker's values: where it lies and how far it spreads to either side.

use crate::cyto::density::{Density, Peak, PeakParams, density};

/// Fewest values of a population: the 99 % quantile then has two beyond it.
const MIN_VALUES: usize = 200;
/// Rounds of clipping; the limits settle within three or four.
const MAX_ROUNDS: usize = 20;
/// Quantiles of the standard normal distribution by which a side's spread is measured: (share on that side of the
/// median that lies within, distance in standard deviations). The innermost is what most of the population says, the outer ones
/// hear a skew; beyond 99 % a rare population of 1 % would be heard instead.
const NORMAL: [(f64, f64); 3] = [(0.341_344_746, 1.0), (0.477_249_868, 2.0), (0.49, 2.326_347_874)];

/// How the main population is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopulationParams {
    /// A valley parts two populations where the lower of the two peaks rises above it by at least this share of its own
    /// height. Default 0.3: two equal normal populations have it from a distance of 2.8 standard deviations on, and
    /// the bumps of a skewed one do not.
    pub min_relative_prominence: f64,
    /// Values further from the median than this many core spreads of their side belong to something else; the core spread
    /// is that of the inner 68 %, which a few per cent of other cells do not move. Default 6: of a normal population none is
    /// lost, and what lies beyond does not widen the spread.
    pub clip: f64,
    /// Least spread, in the unit of the values. Default 1e-3: a thousandth of a scale that ends at 1. Repeated
    /// values (zero counts of mass cytometry) have no spread of their own.
    pub min_sd: f64,
}

impl Default for PopulationParams {
    fn default() -> Self {
        Self { min_relative_prominence: 0.3, clip: 6.0, min_sd: 1e-3 }
    }
}

/// The population that most values belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MainPopulation {
    /// Median.
    pub median: f64,
    /// Spread below the median: the widest of its quantiles' distances, each as standard deviations of a normal.
    pub lower_sd: f64,
    /// Spread above the median, likewise.
    pub upper_sd: f64,
    /// Two spreads above the median: the 97.7 % quantile, so measured and not extrapolated.
    pub upper_two: f64,
    /// Spread between the 84.1 % and the 97.7 % quantile: that of the tail, by which it is extrapolated.
    pub tail_sd: f64,
    /// Values of the population.
    pub n: usize,
    /// Its share of all finite values, 0 to 1.
    pub share: f64,
}

impl MainPopulation {
    /// The value beyond which as large a share lies as beyond this many standard deviations of a normal: the 97.7 % quantile and
    /// from there by the spread of the tail, for a background has a core of one width (electronic noise) and a tail of another
    /// (autofluorescence). For 2 and more.
    pub fn tail(&self, sds: f64) -> f64 {
        self.upper_two + (sds - 2.0) * self.tail_sd
    }

    /// The value this many spreads above the median, or below it where `sds` is negative.
    pub fn edge(&self, sds: f64) -> f64 {
        self.median + sds * if sds < 0.0 { self.lower_sd } else { self.upper_sd }
    }
}

/// Finds the main population: the highest peak of the density with what lies between the valleys on either side, clipped
/// to [`PopulationParams::clip`] spreads until nothing changes. `None` for fewer than 200 finite values.
///
/// Values that are all but equal (a spike that holds most of them) are one population of the least spread.
pub fn main_population(values: &[f64], params: &PopulationParams) -> Option<MainPopulation> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    main_population_of_sorted(&sorted, params)
}

/// As [`main_population`], of finite values in increasing order.
pub fn main_population_of_sorted(sorted: &[f64], params: &PopulationParams) -> Option<MainPopulation> {
    if sorted.len() < MIN_VALUES {
        return None;
    }
    let (low, high) = main_range(sorted, params);
    let within = |from: f64, to: f64| {
        let start = sorted.partition_point(|&v| v < from);
        let end = sorted.partition_point(|&v| v <= to).max(start);
        &sorted[start..end]
    };
    let mut members = within(low, high);
    for _ in 0..MAX_ROUNDS {
        let (median, inner) = (at(members, 0.5)?, NORMAL[0].0);
        let below = (median - at(members, 0.5 - inner)?).max(params.min_sd);
        let above = (at(members, 0.5 + inner)? - median).max(params.min_sd);
        let clipped = within((median - params.clip * below).max(low), (median + params.clip * above).min(high));
        if clipped.len() == members.len() {
            break;
        }
        members = clipped;
    }
    describe(members, sorted.len(), params)
}

/// Quantile of values in increasing order, linear between them.
fn at(sorted: &[f64], q: f64) -> Option<f64> {
    let position = q * sorted.len().checked_sub(1)? as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64))
}

/// The valleys on either side of the highest peak, infinite where there is none.
fn main_range(sorted: &[f64], params: &PopulationParams) -> (f64, f64) {
    let Some(density) = density(sorted) else { return (f64::NEG_INFINITY, f64::INFINITY) };
    let valleys = parting_valleys(&density, params);
    let highest = (0..density.heights.len()).reduce(|a, b| if density.heights[b] > density.heights[a] { b } else { a });
    let top = density.position(highest.unwrap_or(0));
    let low = valleys.iter().map(|v| v.position).filter(|&v| v < top).fold(f64::NEG_INFINITY, f64::max);
    let high = valleys.iter().map(|v| v.position).filter(|&v| v > top).fold(f64::INFINITY, f64::min);
    (low, high)
}

/// Where two neighbouring populations part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Valley {
    /// Lowest point of the density between the two peaks.
    pub position: f64,
    /// How far it dips below the lower peak, as a share of that peak's height: near 0 for a dent, 1 for a gap.
    pub depth: f64,
}

/// The valleys between the populations of finite values in increasing order, from left to right. Empty where there is one
/// population, or none.
pub fn valleys(sorted: &[f64], params: &PopulationParams) -> Vec<Valley> {
    density(sorted).map(|d| parting_valleys(&d, params)).unwrap_or_default()
}

/// Between peaks that rise enough above their surroundings.
fn parting_valleys(density: &Density, params: &PopulationParams) -> Vec<Valley> {
    let mut peaks = density.peaks(&PeakParams::default());
    peaks.retain(|p| p.prominence >= params.min_relative_prominence * p.height);
    let valley = |pair: &[Peak]| {
        let lowest = density.valley(pair[0].index, pair[1].index);
        let depth = 1.0 - density.heights[lowest] / pair[0].height.min(pair[1].height);
        Valley { position: density.position(lowest), depth }
    };
    peaks.windows(2).map(valley).collect()
}

fn describe(members: &[f64], n_all: usize, params: &PopulationParams) -> Option<MainPopulation> {
    let at = |q: f64| at(members, q);
    let median = at(0.5)?;
    let (mut lower_sd, mut upper_sd) = (params.min_sd, params.min_sd);
    for (share, sds) in NORMAL {
        lower_sd = lower_sd.max((median - at(0.5 - share)?) / sds);
        upper_sd = upper_sd.max((at(0.5 + share)? - median) / sds);
    }
    let n = members.len();
    let (inner, upper_two) = (at(0.5 + NORMAL[0].0)?, at(0.5 + NORMAL[1].0)?);
    let tail_sd = (upper_two - inner).max(params.min_sd);
    Some(MainPopulation { median, lower_sd, upper_sd, upper_two, tail_sd, n, share: n as f64 / n_all as f64 })
}

#[cfg(test)]
mod tests {
    use puricell_core::{Seed, Stream};

    use super::*;

    fn sample(seed: u64, n: usize, draw: impl Fn(usize, &mut Stream) -> f64) -> Vec<f64> {
        let mut stream = Seed(seed).stream("population", 0);
        (0..n).map(|i| draw(i, &mut stream)).collect()
    }

    #[test]
    fn a_normal_population_is_described_by_its_own_parameters() {
        let found = main_population(&sample(1, 50_000, |_, s| 3.0 + 0.5 * s.normal()), &PopulationParams::default());
        let found = found.unwrap();
        // Standard errors: of the median 1.25 * 0.5 / sqrt(n) = 0.0028; of the 99 % quantile over 2.33 0.0036. The spread is the
        // largest of three, so a little above 0.5. Four standard errors.
        assert!((found.median - 3.0).abs() < 0.012, "{found:?}");
        for sd in [found.lower_sd, found.upper_sd] {
            assert!((0.49..0.52).contains(&sd), "{found:?}");
        }
        assert_eq!(found.n, 50_000);
    }

    #[test]
    fn rare_events_far_away_do_not_widen_the_spread() {
        // 5 % of the events at ten spreads, too few and too far to be the main population's.
        let draw = |i: usize, s: &mut Stream| s.normal() + if i.is_multiple_of(20) { 10.0 } else { 0.0 };
        let found = main_population(&sample(2, 50_000, draw), &PopulationParams::default()).unwrap();
        assert!((found.share - 0.95).abs() < 1e-3 && found.upper_sd < 1.04, "{found:?}");
    }

    #[test]
    fn a_few_per_cent_of_other_cells_leave_both_edges_where_they_were() {
        // 0.5 to 8 % of the events, at unlike distances below, so that no valley parts them: the lower edge stays.
        for percent in [1, 4, 16] {
            let draw = |i: usize, s: &mut Stream| {
                let strange = i % 200 < percent;
                s.normal() - if strange { 8.0 + 12.0 * s.uniform() } else { 0.0 }
            };
            let found = main_population(&sample(5, 20_000, draw), &PopulationParams::default()).unwrap();
            assert!((0.97..1.08).contains(&found.lower_sd), "{percent}: {found:?}");
        }
    }

    #[test]
    fn a_skew_is_heard_on_its_side() {
        // exp(0.5 z): the 99 % quantile lies 2.2 above the median, as 0.95 spreads of a normal; below, 0.69, as 0.39 at most.
        let draw = |_: usize, s: &mut Stream| puricell_core::math::exp(0.5 * s.normal());
        let found = main_population(&sample(3, 50_000, draw), &PopulationParams::default()).unwrap();
        let upper = (puricell_core::math::exp(0.5 * 2.326_347_874) - 1.0) / 2.326_347_874;
        assert!((found.upper_sd - upper).abs() < 0.03, "{found:?} {upper}");
        let lower = 1.0 - puricell_core::math::exp(-0.5);
        assert!((found.lower_sd - lower).abs() < 0.02, "{found:?} {lower}");
        assert!(valleys(&sorted(sample(3, 50_000, draw)), &PopulationParams::default()).is_empty());
    }

    fn sorted(mut values: Vec<f64>) -> Vec<f64> {
        values.sort_by(f64::total_cmp);
        values
    }

    #[test]
    fn two_populations_part_in_a_valley() {
        let draw = |i: usize, s: &mut Stream| s.normal() + if i % 10 < 3 { 6.0 } else { 0.0 };
        let values = sorted(sample(4, 50_000, draw));
        let found = valleys(&values, &PopulationParams::default());
        // 0.7 N(0, 1) and 0.3 N(6, 1) are lowest together near 3.1; the kernel blurs by less than 0.3.
        assert!(found.len() == 1 && (2.8..3.4).contains(&found[0].position) && found[0].depth > 0.9, "{found:?}");
        let main = main_population_of_sorted(&values, &PopulationParams::default()).unwrap();
        assert!((main.share - 0.7).abs() < 0.01 && main.median.abs() < 0.05, "{main:?}");
    }

    #[test]
    fn repeated_values_have_the_least_spread() {
        let mut values = vec![0.0; 5_000];
        let params = PopulationParams::default();
        let found = main_population(&values, &params).unwrap();
        assert!((found.upper_sd - params.min_sd).abs() < 1e-15 && found.median.abs() < 1e-15);
        values.truncate(199);
        assert_eq!(main_population(&values, &params), None);
    }
}
