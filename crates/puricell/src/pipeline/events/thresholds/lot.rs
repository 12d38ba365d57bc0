//! Thresholds from the lot itself.

use puricell_cluster::gaussian_mixture;
use puricell_core::Seed;
use puricell_prep::cyto::positivity::{
    BackgroundEdge, BackgroundReference, MainPopulation, Staining, Threshold, TwoComponents, background_edge,
    background_reference, components_of_stained, main_population_of_sorted, threshold_from_components, valleys,
};
use puricell_purity::events::{Calibration, Component, MarkerThreshold};

use super::sample::Scaled;
use super::{Basis, LotThreshold, ThresholdInput, ThresholdParams, source};
use crate::error::AppError;

const STAGE: &str = "thresholds";

/// One marker's values and the populations among them.
pub(super) struct Profiled<'a> {
    /// Finite values in increasing order.
    pub(super) sorted: Vec<f64>,
    pub(super) scaled: Scaled<'a>,
    main: Option<MainPopulation>,
    parted: Option<Parted>,
}

/// Two populations with a valley between them.
struct Parted {
    components: TwoComponents,
    threshold: Threshold,
    lower: MainPopulation,
    upper: MainPopulation,
    depth: f64,
}

impl<'a> Profiled<'a> {
    pub(super) fn new(
        sorted: Vec<f64>,
        scaled: Scaled<'a>,
        item: usize,
        seed: Seed,
        params: &ThresholdParams,
    ) -> Result<Self, AppError> {
        let main = main_population_of_sorted(&sorted, &params.population);
        let parted = if main.is_some() { parted(&sorted, item, seed, params)? } else { None };
        Ok(Self { sorted, scaled, main, parted })
    }

    /// The population that shows background if any does: the lower of two, else the only one.
    fn lowest(&self) -> Option<&MainPopulation> {
        self.parted.as_ref().map(|p| &p.lower).or(self.main.as_ref())
    }

    fn staining(
        &self,
        population: &MainPopulation,
        reference: &BackgroundReference,
        params: &ThresholdParams,
    ) -> Staining {
        reference.staining(&self.scaled.span(population, &params.background), &params.background)
    }

    /// Share of the values from `value` on.
    pub(super) fn share_from(&self, value: f64) -> f64 {
        let above = self.sorted.len() - self.sorted.partition_point(|&v| v < value);
        above as f64 / self.sorted.len().max(1) as f64
    }

    /// The evidence about a threshold of the user's.
    pub(super) fn given(&self, value: f64) -> Calibration {
        match self.lowest().filter(|low| low.median < value) {
            Some(low) => Calibration::Negative(Component { mean: low.median, sd: low.upper_sd, weight: low.share }),
            None => Calibration::Band,
        }
    }

    pub(super) fn threshold(
        &self,
        marker: &str,
        column: usize,
        reference: Option<&BackgroundReference>,
        params: &ThresholdParams,
    ) -> Result<LotThreshold, AppError> {
        let Some(main) = &self.main else {
            let why = format!("{} events are too few to see a population", self.sorted.len());
            return Ok(LotThreshold::not_separable(marker, column, Basis::Background, why));
        };
        let made = match (&self.parted, reference) {
            (Some(parted), Some(reference)) => {
                let of = |population| self.staining(population, reference, params);
                match (of(&parted.lower), of(&parted.upper)) {
                    (Staining::Stained, _) => self.stained(&parted.lower, reference, params)?,
                    (_, Staining::Background) => Some(self.background(&parted.upper, reference, params)?),
                    _ => Some(self.mixture(parted, Some(reference), params)?),
                }
            }
            (Some(parted), None) => Some(self.mixture(parted, None, params)?),
            (None, Some(reference)) => match self.staining(main, reference, params) {
                Staining::Background => Some(self.background(main, reference, params)?),
                Staining::Stained => self.stained(main, reference, params)?,
                Staining::Unclear => None,
            },
            (None, None) => None,
        };
        let Some(made) = made else {
            let why = self.why_not(main, reference);
            return Ok(LotThreshold::not_separable(marker, column, Basis::Background, why));
        };
        Ok(made.named(marker, column))
    }

    fn why_not(&self, main: &MainPopulation, reference: Option<&BackgroundReference>) -> String {
        let at = self.scaled.words(main.median);
        match reference {
            Some(reference) => format!(
                "one population (median {at}), too near the background to tell whether it is stained (unstained channels of \
                 this lot end at {:.0}): it needs a control",
                reference.upper
            ),
            None => format!(
                "one population (median {at}), and no channels that show what background is in this lot: it needs a control"
            ),
        }
    }

    /// Two populations. Where most events are negative, positive begin at the edge of the negative population if that
    /// comes first: the crossing of the two moves out as the positive ones get fewer, and would cut off the dim among them.
    fn mixture(
        &self,
        parted: &Parted,
        reference: Option<&BackgroundReference>,
        params: &ThresholdParams,
    ) -> Result<Made, AppError> {
        let components = &parted.components;
        let crossing = parted.threshold;
        let [negative, positive] =
            [0, 1].map(|i| Component { mean: components.mean[i], sd: components.sd[i], weight: components.weight[i] });
        let found = format!(
            "Two populations of the lot with a valley between them ({:.2} of the lower peak deep, Ashman's D {:.1}, {:.2} % of \
             the events in the upper one)",
            parted.depth,
            components.ashman_d(),
            100.0 * components.weight[1] / (components.weight[0] + components.weight[1])
        );
        let edge = self.edge(&parted.lower, reference, params)?;
        if components.weight[0] > components.weight[1] && edge.threshold.value < crossing.value {
            let derivation = format!(
                "{found}; positive from {} spreads above the median of the lower one, {}.",
                params.background.threshold_sds,
                self.scaled.words(edge.threshold.value)
            );
            let calibration = Calibration::Negative(component(&parted.lower, &edge));
            return Ok(Made { basis: Basis::Mixture, threshold: edge.threshold, calibration, derivation });
        }
        let derivation = format!("{found}; they cross at {}.", self.scaled.words(crossing.value));
        let calibration = Calibration::Components { negative, positive };
        Ok(Made { basis: Basis::Mixture, threshold: crossing, calibration, derivation })
    }

    fn background(
        &self,
        population: &MainPopulation,
        reference: &BackgroundReference,
        params: &ThresholdParams,
    ) -> Result<Made, AppError> {
        let edge = self.edge(population, Some(reference), params)?;
        let derivation = format!(
            "One population at the background (median {}; {} unstained channels of this lot end at {:.0}){}; positive from {} \
             spreads above its median, {}.",
            self.scaled.words(population.median),
            reference.n_channels,
            reference.upper,
            if edge.is_shaded {
                ", into which a dim one shades; the spread is that of the unstained channels"
            } else {
                ""
            },
            params.background.threshold_sds,
            self.scaled.words(edge.threshold.value)
        );
        let calibration = Calibration::Negative(component(population, &edge));
        Ok(Made { basis: Basis::Background, threshold: edge.threshold, calibration, derivation })
    }

    /// `None` where the background's and the stained population do not part on this scale.
    fn stained(
        &self,
        population: &MainPopulation,
        reference: &BackgroundReference,
        params: &ThresholdParams,
    ) -> Result<Option<Made>, AppError> {
        let upper = self.scaled.forward(reference.upper);
        let components = components_of_stained(population, reference, upper, &params.background);
        if components.mean[0] >= components.mean[1] {
            return Ok(None);
        }
        let found = threshold_from_components(&components, &params.components).map_err(AppError::stage(STAGE))?;
        let Some(threshold) = found.threshold().copied() else { return Ok(None) };
        let derivation = format!(
            "One stained population (median {}; {} unstained channels of this lot end at {:.0}); positive from where the two \
             cross, {}.",
            self.scaled.words(population.median),
            reference.n_channels,
            reference.upper,
            self.scaled.words(threshold.value)
        );
        let [negative, positive] =
            [0, 1].map(|i| Component { mean: components.mean[i], sd: components.sd[i], weight: components.weight[i] });
        let calibration = Calibration::Components { negative, positive };
        Ok(Some(Made { basis: Basis::Background, threshold, calibration, derivation }))
    }

    /// The edge of a population that is taken for negative.
    pub(super) fn edge(
        &self,
        population: &MainPopulation,
        reference: Option<&BackgroundReference>,
        params: &ThresholdParams,
    ) -> Result<BackgroundEdge, AppError> {
        background_edge(population, reference, self.least(), &params.background).map_err(AppError::stage(STAGE))
    }

    fn least(&self) -> f64 {
        self.scaled.least_linear().map_or(f64::MIN, |linear| self.scaled.forward(linear))
    }
}

/// A threshold that has no name yet.
struct Made {
    basis: Basis,
    threshold: Threshold,
    calibration: Calibration,
    derivation: String,
}

impl Made {
    fn named(self, marker: &str, column: usize) -> LotThreshold {
        let threshold = MarkerThreshold {
            marker: marker.to_owned(),
            column,
            threshold: self.threshold.value,
            band: self.threshold.band,
            separable: true,
            source: source(self.basis),
            calibration: self.calibration,
        };
        LotThreshold { threshold, basis: self.basis, control: None, derivation: self.derivation, why_not: None }
    }
}

/// A population as the negative component: its spread is what counts towards the threshold.
pub(super) fn component(population: &MainPopulation, edge: &BackgroundEdge) -> Component {
    Component { mean: population.median, sd: edge.sd, weight: population.share }
}

/// A mixture of two sides, where a valley really parts them: a mixture alone also fits two components to one skewed
/// population.
fn parted(sorted: &[f64], item: usize, seed: Seed, params: &ThresholdParams) -> Result<Option<Parted>, AppError> {
    let valleys = valleys(sorted, &params.population);
    if valleys.is_empty() {
        return Ok(None);
    }
    // A seed of its own per marker.
    let seed = Seed(seed.stream("threshold", item as u64).bits());
    let mixture = gaussian_mixture(sorted, &params.mixture, seed).map_err(AppError::stage(STAGE))?.value;
    let sides = mixture
        .widest_gap()
        .and_then(|gap| Some((mixture.pooled(0..gap)?, mixture.pooled(gap..mixture.n_components())?)));
    let Some((low, high)) = sides.filter(|(l, h)| l.2 > 0.0 && h.2 > 0.0 && l.1 < h.1) else { return Ok(None) };
    let between = valleys.into_iter().filter(|v| low.1 < v.position && v.position < high.1);
    let Some(valley) = between.reduce(|a, b| if b.depth > a.depth { b } else { a }) else { return Ok(None) };
    let cut = sorted.partition_point(|&v| v < valley.position);
    let side = |values| main_population_of_sorted(values, &params.population);
    let (Some(lower), Some(upper)) = (side(&sorted[..cut]), side(&sorted[cut..])) else { return Ok(None) };
    let components = TwoComponents {
        weight: [lower.n as f64, upper.n as f64],
        mean: [lower.median, upper.median],
        sd: [lower.upper_sd, upper.lower_sd],
    };
    let found = threshold_from_components(&components, &params.components).map_err(AppError::stage(STAGE))?;
    let Some(threshold) = found.threshold().copied() else { return Ok(None) };
    Ok(Some(Parted { components, threshold, lower, upper, depth: valley.depth }))
}

/// What the channels that the target lacks show as background.
pub(super) fn reference(
    input: &ThresholdInput<'_>,
    profiles: &[Profiled<'_>],
    params: &ThresholdParams,
) -> Option<BackgroundReference> {
    let lacked = input.markers.iter().zip(profiles).filter(|((marker, _), _)| input.lacked.contains(marker));
    let lacked: Vec<&Profiled<'_>> = lacked.map(|(_, profile)| profile).collect();
    let mut background = params.background;
    background.min_upper = lacked.iter().filter_map(|p| p.scaled.least_linear()).fold(background.min_upper, f64::max);
    let channel = |p: &&Profiled<'_>| p.lowest().map(|&low| (low, p.scaled.span(&low, &params.background)));
    let channels: Vec<_> = lacked.iter().filter_map(channel).collect();
    background_reference(&channels, &background)
}

pub(super) fn why_no_reference(input: &ThresholdInput<'_>, params: &ThresholdParams) -> String {
    let measured: Vec<&str> =
        input.markers.iter().map(|(m, _)| m.as_str()).filter(|m| input.lacked.iter().any(|l| l == m)).collect();
    let list = if measured.is_empty() { "none".to_owned() } else { measured.join(", ") };
    format!(
        "markers of one population cannot be judged without a control: of the markers that the target lacks, {} unstained \
         channels are needed to show the background; measured are {list}",
        params.background.min_references
    )
}
