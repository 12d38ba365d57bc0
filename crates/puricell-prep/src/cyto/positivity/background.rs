//! Markers of one population: is it stained or not, judged by what unstained channels of the same lot look like.

use super::population::MainPopulation;
use super::{Threshold, ThresholdSource, TwoComponents};
use crate::PrepError;
use puricell_core::math;

/// A population's reach in linear units, which channels of unlike scales have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearSpan {
    /// [`BackgroundParams::edge_sds`] lower spreads below the median.
    pub lower: f64,
    /// Median.
    pub median: f64,
    /// As many upper spreads above the median.
    pub upper: f64,
}

/// How background is known and told from stain. The same for every marker, whatever sign a profile expects of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackgroundParams {
    /// Spreads from the median at which a population is taken to end. Default 2: 98 % of a normal one lies on the inner side.
    pub edge_sds: f64,
    /// A reference channel's lower edge is at most this share of its upper edge. Default 0.1: an unstained population
    /// reaches down to zero, for noise lies on either side of it, while a stained one keeps a distance from zero (0.19
    /// for a spread of 0.41 on the logarithmic scale). A channel that fails is no reference.
    pub max_lower_share: f64,
    /// Fewest reference channels. Default 3: the median of three bears one that is stained after all.
    pub min_references: usize,
    /// A stained population's median lies at least this many times as far out as the reference's upper edge, and further than
    /// the upper edge of any reference channel; its lower edge lies no lower than the reference's upper edge.
    /// Default 3: backgrounds of detectors differ by that much in one instrument. Raise it where autofluorescence
    /// differs more.
    pub stained_fold: f64,
    /// Least upper edge of the reference, in linear units. Default 0. For mass cytometry the scale's cofactor: a metal
    /// without background has an edge of 0 counts.
    pub min_upper: f64,
    /// Spreads above the median at which background ends and positive events begin, by
    /// [`MainPopulation::tail`]. Default 2.8: 0.26 % of the background lies beyond, half of what the field leaves above the
    /// 99.5 % quantile of a control. No call rests on one faint marker, and a higher one loses dim populations (CD45 of progenitors).
    pub threshold_sds: f64,
    /// The background's spread is widened by this factor where it weighs evidence. Default 1.5: the spread is that of
    /// the main population, and other cells of the lot have more autofluorescence or spill over from brighter stains.
    pub evidence_widening: f64,
    /// A tail that reaches more than this many times as far, for the spread below the median, as the reference channels' tails do
    /// belongs to a population that shades into the background (HLA-DR of activated cells); the reference's own
    /// reach is taken instead. Default 1.5.
    pub max_reach: f64,
}

impl Default for BackgroundParams {
    fn default() -> Self {
        Self {
            edge_sds: 2.0,
            max_lower_share: 0.1,
            min_references: 3,
            stained_fold: 3.0,
            min_upper: 0.0,
            threshold_sds: 2.8,
            evidence_widening: 1.5,
            max_reach: 1.5,
        }
    }
}

/// What unstained channels of a lot look like, in linear units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackgroundReference {
    /// Median of the channels' medians.
    pub median: f64,
    /// Median of the channels' upper edges.
    pub upper: f64,
    /// Highest upper edge of a channel.
    pub highest: f64,
    /// Median of the channels' upper spreads, each on its own transformed scale.
    pub upper_sd: f64,
    /// Median of the distances from the median to the threshold, in lower spreads.
    pub reach: f64,
    /// Channels it was taken from.
    pub n_channels: usize,
}

/// What a population is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Staining {
    /// Its median lies within the reference.
    Background,
    /// It lies clearly beyond the reference.
    Stained,
    /// Neither: without a control nobody can say.
    Unclear,
}

/// The reference of channels that the target is said to lack: each with its population on its own transformed scale and the
/// same in linear units. `None` for fewer than [`BackgroundParams::min_references`] that reach down to zero. The order of
/// the channels does not matter.
pub fn background_reference(
    channels: &[(MainPopulation, LinearSpan)],
    params: &BackgroundParams,
) -> Option<BackgroundReference> {
    let reaches_zero = |s: &LinearSpan| s.upper.is_finite() && s.lower <= params.max_lower_share * s.upper.max(0.0);
    let kept: Vec<&(MainPopulation, LinearSpan)> = channels.iter().filter(|(_, s)| reaches_zero(s)).collect();
    if kept.len() < params.min_references.max(1) {
        return None;
    }
    let median = |of: &dyn Fn(&(MainPopulation, LinearSpan)) -> f64| {
        math::median(&kept.iter().map(|c| of(c)).collect::<Vec<_>>())
    };
    let upper = median(&|(_, s)| s.upper)?.max(params.min_upper);
    Some(BackgroundReference {
        median: median(&|(_, s)| s.median)?,
        upper,
        highest: kept.iter().map(|(_, s)| s.upper).fold(upper, f64::max),
        upper_sd: median(&|(p, _)| p.upper_sd)?,
        reach: median(&|(p, _)| reach(p, params))?,
        n_channels: kept.len(),
    })
}

fn reach(population: &MainPopulation, params: &BackgroundParams) -> f64 {
    (population.tail(params.threshold_sds) - population.median) / population.lower_sd
}

impl BackgroundReference {
    /// Judges one population.
    pub fn staining(&self, span: &LinearSpan, params: &BackgroundParams) -> Staining {
        if span.median <= self.upper {
            Staining::Background
        } else if span.lower >= self.upper && span.median >= self.highest.max(params.stained_fold * self.upper) {
            Staining::Stained
        } else {
            Staining::Unclear
        }
    }
}

/// Where a background ends, and what it is as a normal component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackgroundEdge {
    /// From here on events are positive.
    pub threshold: Threshold,
    /// Spread for the evidence: [`BackgroundParams::evidence_widening`] times that of the normal distribution whose
    /// [`BackgroundParams::threshold_sds`] are the distance from the population's median to the threshold.
    pub sd: f64,
    /// Whether another population shades into this one, so that the reference's reach was taken.
    pub is_shaded: bool,
}

/// The edge of a population at the background: its own tail, unless that reaches too far beside the reference's. `least` is the
/// lowest threshold allowed.
///
/// The band is where the odds lie between 1 to 9 and 9 to 1 if the faintest positive events lie as far beyond the threshold as
/// the background lies before it, with the same spread.
///
/// # Errors
/// [`PrepError::Parameter`] for a population whose tail lies at its median.
pub fn background_edge(
    population: &MainPopulation,
    reference: Option<&BackgroundReference>,
    least: f64,
    params: &BackgroundParams,
) -> Result<BackgroundEdge, PrepError> {
    let shaded = reference.map(|r| r.reach).filter(|r| reach(population, params) > params.max_reach * r);
    let edge = match shaded {
        Some(reach) => population.median + reach * population.lower_sd,
        None => population.tail(params.threshold_sds),
    };
    let value = edge.max(least);
    let distance = value - population.median;
    PrepError::check_at_least("distance to the edge", distance, f64::MIN_POSITIVE, "a finite number above 0")?;
    let sd = params.evidence_widening * distance / params.threshold_sds;
    let half = math::ln(9.0) * sd * sd / (2.0 * distance);
    let threshold = Threshold { value, band: (value - half, value + half), source: ThresholdSource::Background };
    Ok(BackgroundEdge { threshold, sd, is_shaded: shaded.is_some() })
}

/// The two components of a marker that all events carry, of the same weight. `upper` is the reference's upper edge on this
/// marker's scale. The background's median is reckoned back from there by the reference's spread: near zero, where no event of
/// this marker lies, its scale may be stretched at will.
pub fn components_of_stained(
    stained: &MainPopulation,
    reference: &BackgroundReference,
    upper: f64,
    params: &BackgroundParams,
) -> TwoComponents {
    let sd = reference.upper_sd;
    TwoComponents { weight: [0.5; 2], mean: [upper - params.edge_sds * sd, stained.median], sd: [sd, stained.lower_sd] }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: fn() -> BackgroundParams = BackgroundParams::default;

    fn span(lower: f64, median: f64, upper: f64) -> LinearSpan {
        LinearSpan { lower, median, upper }
    }

    fn population(median: f64) -> MainPopulation {
        let sd = 0.25;
        let (upper_two, tail_sd) = (median + 2.0 * sd, sd);
        MainPopulation { median, lower_sd: sd, upper_sd: sd, upper_two, tail_sd, n: 1000, share: 1.0 }
    }

    const REFERENCE: BackgroundReference =
        BackgroundReference { median: 100.0, upper: 400.0, highest: 1500.0, upper_sd: 0.25, reach: 2.8, n_channels: 3 };

    #[test]
    fn the_reference_is_the_median_of_channels_that_reach_zero() {
        let of = |spans: &[LinearSpan]| {
            let channels: Vec<_> = spans.iter().map(|&s| (population(1.0), s)).collect();
            background_reference(&channels, &PARAMS())
        };
        let spans = [span(-90.0, 100.0, 300.0), span(-50.0, 80.0, 400.0), span(-10.0, 120.0, 500.0)];
        let found = of(&spans).unwrap();
        assert!((found.reach - 2.8).abs() < 1e-12);
        assert_eq!(BackgroundReference { reach: 2.8, ..found }, BackgroundReference { highest: 500.0, ..REFERENCE });
        // A stained one among them is no reference: 4000 > 0.1 * 20000.
        let stained = span(4000.0, 9000.0, 20_000.0);
        assert_eq!(of(&[spans[0], stained, spans[1], spans[2]]), Some(found));
        assert_eq!(of(&[spans[0], spans[1], stained]), None);
        assert_eq!(background_reference(&[], &BackgroundParams { min_references: 0, ..PARAMS() }), None);
    }

    #[test]
    fn one_rule_judges_every_population() {
        let judged = |s| REFERENCE.staining(&s, &PARAMS());
        assert_eq!(judged(span(-100.0, 399.0, 1e4)), Staining::Background);
        assert_eq!(judged(span(400.0, 1500.0, 1e4)), Staining::Stained);
        assert_eq!(judged(span(399.0, 1500.0, 1e4)), Staining::Unclear);
        assert_eq!(judged(span(400.0, 1499.0, 1e4)), Staining::Unclear);
        let even = BackgroundReference { highest: 400.0, ..REFERENCE };
        assert_eq!(even.staining(&span(400.0, 1200.0, 1e4), &PARAMS()), Staining::Stained);
        assert_eq!(even.staining(&span(400.0, 1199.0, 1e4), &PARAMS()), Staining::Unclear);
    }

    #[test]
    fn background_ends_where_the_share_of_a_normal_tail_lies_beyond() {
        let found = background_edge(&population(1.0), None, f64::MIN, &PARAMS()).unwrap();
        assert!((found.threshold.value - 1.7).abs() < 1e-12 && (found.sd - 0.375).abs() < 1e-12);
        // Odds at x of N(2.4, 0.375) against N(1, 0.375): 1.4 (x - 1.7) / 0.140625.
        let odds = |x: f64| 1.4 * (x - 1.7) / 0.140_625;
        assert!((odds(found.threshold.band.1) - math::ln(9.0)).abs() < 1e-9);
        assert!((odds(found.threshold.band.0) + math::ln(9.0)).abs() < 1e-9);
        // The share of a normal background beyond: what the default's documentation says.
        assert!((0.5 * math::erfc(2.8 / std::f64::consts::SQRT_2) - 2.555e-3).abs() < 1e-6);
        let at_least = background_edge(&population(1.0), None, 5.0, &PARAMS()).unwrap();
        assert!((at_least.threshold.value - 5.0).abs() < 1e-12);
        let flat = MainPopulation { upper_two: 1.0, tail_sd: 0.0, ..population(1.0) };
        assert!(background_edge(&flat, None, 0.0, &PARAMS()).is_err());
    }

    #[test]
    fn a_tail_far_longer_than_the_references_is_another_population() {
        let edge = |p: &MainPopulation| background_edge(p, Some(&REFERENCE), f64::MIN, &PARAMS()).unwrap();
        let plain = edge(&population(1.0));
        assert!(!plain.is_shaded && (plain.threshold.value - 1.7).abs() < 1e-12);
        let shaded = edge(&MainPopulation { upper_two: 2.5, tail_sd: 1.0, ..population(1.0) });
        assert!(shaded.is_shaded && (shaded.threshold.value - 1.7).abs() < 1e-12);
    }

    #[test]
    fn a_stained_population_stands_against_the_reference() {
        let found = components_of_stained(&population(6.0), &REFERENCE, 1.5, &PARAMS());
        assert_eq!(found, TwoComponents { weight: [0.5; 2], mean: [1.0, 6.0], sd: [0.25; 2] });
        let params = crate::cyto::positivity::ComponentParams::default();
        let threshold = crate::cyto::positivity::threshold_from_components(&found, &params).unwrap();
        assert!((threshold.threshold().unwrap().value - 3.5).abs() < 1e-12);
    }
}
