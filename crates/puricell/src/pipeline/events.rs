//! From events to calls and composition.

mod channels;
mod controls;
mod gates;
mod maps;
mod scales;
mod target;
mod thresholds;

pub use channels::{MarkerColumns, find_markers};
pub use gates::{AutomaticSteps, GateShape, Gated, LotSpillover, UsedGate, UserGates};
pub use maps::EventMap;
pub use scales::{ChannelScale, ScaleParams};
pub use target::target_events;
pub use thresholds::{Basis, Control, ControlKind, LotThreshold, ThresholdParams};

use puricell_core::{CellMask, Channel, ChannelKind, Csr, Embedding, Events, Noted, Warning};
use puricell_prep::cyto::Spillover;
use puricell_prep::cyto::quality::QualityParams;
use puricell_purity::events::{
    CytoProfile, EventCall, EventCalls, EventModel, IsctTable, PositiveCount, ResolvedEvents, call_events,
    count_positive, isct_2006, resolve_events,
};
use puricell_purity::{CallKind, Decision, Profile, composition_of};

use super::structure::{Coordinates, MIN_CELLS};
use super::{Analysis, Called, Product, Settings, heterogeneity, product, structure};
use crate::error::AppError;
use crate::log::Log;
use crate::timing::Clock;

/// What a lot's events are analysed with.
#[derive(Debug, Clone)]
pub struct EventSettings<'a> {
    /// The profile, values replaced.
    pub profile: &'a CytoProfile,
    /// The product whose signs they are; `None` where the profile is one of cytometry by itself.
    pub product: Option<&'a Profile>,
    /// The frozen parameters of the call.
    pub model: &'a EventModel,
    /// Gates given by the user, in place of the automatic ones.
    pub gates: Option<&'a UserGates>,
    /// Marker and scale value from which on its events are positive, as given by the user.
    pub thresholds: &'a [(String, f64)],
    /// The automatic gates.
    pub quality: QualityParams,
    /// How channels are brought to their scales.
    pub scales: ScaleParams,
    /// How thresholds are found.
    pub positivity: ThresholdParams,
    /// Events drawn for neighbours, clusters and the map of cells.
    pub sample: usize,
    /// Sides of the self-organising map.
    pub som: (usize, usize),
    /// Metaclusters.
    pub n_metaclusters: usize,
    /// The rest.
    pub settings: Settings<'a>,
}

/// A file's events and the matrix they are to be compensated with.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Linear, uncompensated.
    pub events: Events,
    /// The file's own matrix; `None` where it has none, or the events are to be taken as they are.
    pub file_spillover: Option<Spillover>,
    /// A matrix given in its place.
    pub given_spillover: Option<Spillover>,
}

impl Measured {
    /// The matrices, for gates and compensation.
    pub fn spillover(&self) -> LotSpillover<'_> {
        LotSpillover { file: self.file_spillover.as_ref(), given: self.given_spillover.as_ref() }
    }
}

/// A control as it was measured.
#[derive(Debug, Clone)]
pub struct MeasuredControl {
    /// What was left out.
    pub kind: ControlKind,
    /// The markers it is a control of; `None`: all.
    pub markers: Option<Vec<String>>,
    /// Base name of its file.
    pub name: String,
    /// Its events.
    pub measured: Measured,
}

/// What is known of events.
#[derive(Debug)]
pub struct EventLot {
    /// Compensated events; channels with a scale are on it.
    pub events: Events,
    /// The scale of each channel.
    pub scales: Vec<Option<ChannelScale>>,
    /// Which channel measures which marker.
    pub channels: MarkerColumns,
    /// The matrix the events were compensated with.
    pub spillover: Option<Spillover>,
    /// Gates and what they left out.
    pub gated: Gated,
    /// Controls, gated and on the lot's scales.
    pub controls: Vec<Control>,
    /// One per marker of a channel.
    pub thresholds: Vec<LotThreshold>,
    /// The signs of the profile among them.
    pub markers: ResolvedEvents,
    /// The call of each kept event.
    pub calls: EventCalls,
    /// Positive events per marker.
    pub positive: Vec<PositiveCount>,
    /// The criteria of 2006; `None` where the profile's target is none of them.
    pub isct: Option<IsctTable>,
    /// The self-organising map; `None` with too few events or markers.
    pub map: Option<EventMap>,
}

impl Called for EventLot {
    fn kind(&self, event: usize) -> Option<CallKind> {
        self.calls.events[event].as_ref().map(EventCall::kind)
    }

    fn subclass(&self, event: usize) -> Option<usize> {
        self.calls.events[event].as_ref().and_then(EventCall::subclass)
    }

    fn confidence(&self, event: usize) -> f64 {
        self.calls.events[event].as_ref().map_or(f64::NAN, EventCall::confidence)
    }
}

/// Which events of a file are viable singlets, by the gates that a lot would get; `viability` is the column of the dye.
///
/// # Errors
/// As [`analyse_events`], of its gates.
pub fn gate_file(
    file: Measured,
    viability: Option<usize>,
    settings: &EventSettings<'_>,
) -> Result<Noted<CellMask>, AppError> {
    let Measured { mut events, file_spillover, given_spillover } = file;
    let spillover = LotSpillover { file: file_spillover.as_ref(), given: given_spillover.as_ref() };
    let quality = with_dye(settings.quality.clone(), viability, &events);
    let gated = gates::gate_events(&mut events, spillover, settings.gates, &quality)?;
    Ok(Noted { value: gated.value.mask, warnings: gated.warnings })
}

/// The dye is known by the channels' labels.
fn with_dye(mut quality: QualityParams, viability: Option<usize>, events: &Events) -> QualityParams {
    quality.viability.channel =
        quality.viability.channel.or_else(|| viability.map(|c| events.channels()[c].name.clone()));
    quality
}

/// Runs every stage on a lot's events. `channels` is what [`find_markers`] found in them.
///
/// # Errors
/// [`AppError`] where the channels do not fit the profile or the controls, or a stage refuses its input.
pub fn analyse_events(
    lot: Measured,
    controls: Vec<MeasuredControl>,
    channels: Noted<MarkerColumns>,
    settings: &EventSettings<'_>,
    log: &Log,
    clock: &mut Clock,
) -> Result<Analysis<EventLot>, AppError> {
    let mut warnings = Vec::new();
    let channels = channels.into_value(&mut warnings);
    let Measured { mut events, file_spillover, given_spillover } = lot;
    let spillover = LotSpillover { file: file_spillover.as_ref(), given: given_spillover.as_ref() };
    let shared = &settings.settings;
    let quality = with_dye(settings.quality.clone(), channels.viability, &events);

    log.stage("gates");
    let gated = clock
        .stage("gates", || gates::gate_events(&mut events, spillover, settings.gates, &quality))?
        .into_value(&mut warnings);
    let mask = gated.mask.clone();
    if mask.n_kept() == 0 {
        warnings.push(Warning::new(
            "no_cell_kept",
            format!("none of {} events is within the gates, so nothing can be said of the lot", events.n_events()),
        ));
    }

    log.stage("scales");
    let scales = clock.stage("scales", || {
        let scales = scales::find(&events, &mask, &channels, &settings.scales)?;
        scales::apply(&mut events, &scales)?;
        Ok::<_, AppError>(scales)
    })?;
    let controls = clock.stage("controls", || {
        controls
            .into_iter()
            .map(|control| controls::prepare(control, &events, &scales, settings.gates, &quality))
            .collect::<Result<Vec<_>, AppError>>()
    })?;
    let controls: Vec<Control> = controls.into_iter().map(|c| c.into_value(&mut warnings)).collect();

    log.stage("thresholds");
    let transforms: Vec<_> = scales.iter().map(|s| s.as_ref().map(|s| s.transform.clone())).collect();
    let given = on_scales(settings.thresholds, &channels, &transforms);
    let lacked = channels::lacked(settings.profile);
    let input = thresholds::ThresholdInput {
        values: events.values(),
        transforms: &transforms,
        mask: &mask,
        markers: &channels.markers,
        lacked: &lacked,
        controls: &controls,
        given: &given,
        seed: shared.seed,
    };
    let thresholds = clock
        .stage("thresholds", || thresholds::lot_thresholds(&input, &settings.positivity))?
        .into_value(&mut warnings);

    log.stage("calls");
    let usable: Vec<_> = thresholds.iter().map(|t| t.threshold.clone()).collect();
    let markers = resolve_events(settings.profile, &usable)?.into_value(&mut warnings);
    let resolved = markers.resolved.clone();
    let calls = clock.stage("calls", || call_events(events.values(), &mask, &markers, settings.model))?;
    let mut composition =
        clock.stage("composition", || composition_of(&resolved, calls.outcomes(&mask), shared.counting))?;
    let declared = settings.product.map(Profile::declared_components).unwrap_or_default();
    let name = settings.profile.isct_name.as_deref().unwrap_or(&settings.profile.target.name_en);
    let guard = (&settings.profile.guard, &declared[..], name);
    let (judgement, majority) = product::judged(&mut composition, shared.spec, guard, &mut warnings);
    let mixture = settings.product.map(|p| p.mixture_found(&composition)).transpose()?.flatten();
    let product = Product { majority, mixture, ..Product::default() };
    let positive = clock.stage("positivity", || count_positive(events.values(), &mask, &usable))?;
    let isct = channels::is_stromal(settings.profile)
        .then(|| isct_2006(&positive, &settings.profile.waivers, Decision::Point));

    log.stage("self-organising map");
    let columns = &channels.markers;
    let kept = mask.kept();
    let map = if shared.structure {
        clock.stage("som", || maps::map_events(&events, &kept, columns, settings))?.into_value(&mut warnings)
    } else {
        None
    };
    let sampled = if shared.structure {
        sample(&kept, columns, &events, settings.sample).into_value(&mut warnings)
    } else {
        None
    };
    drop(kept);
    let structure = sampled
        .map(|coordinates| structure::of_embedding(coordinates, shared, log, clock))
        .transpose()?
        .map(|found| found.into_value(&mut warnings));
    log.stage("heterogeneity");
    let is_target = |event: usize| calls.events[event].as_ref().is_some_and(|c| c.kind() == CallKind::Target);
    let heterogeneity = clock
        .stage("heterogeneity", || heterogeneity::of_target(structure.as_ref(), is_target, shared))?
        .into_value(&mut warnings);
    let kinds = calls.events.iter().flatten().map(EventCall::kind);
    let homogeneous = clock.stage("homogeneity", || {
        heterogeneity::homogeneity_of_target(kinds, structure.as_ref(), heterogeneity.as_ref(), shared)
    });
    let homogeneous = if shared.structure { homogeneous.into_value(&mut warnings) } else { homogeneous.value };
    let measured = EventLot {
        events,
        scales,
        channels,
        spillover: given_spillover.or(file_spillover),
        gated,
        controls,
        thresholds,
        markers,
        calls,
        positive,
        isct,
        map,
    };
    Ok(Analysis {
        resolved,
        mask,
        measured,
        composition,
        judgement,
        product,
        structure,
        heterogeneity,
        homogeneous,
        warnings,
    })
}

/// The user's thresholds, linear values, on the channels' scales.
fn on_scales(
    given: &[(String, f64)],
    channels: &MarkerColumns,
    transforms: &[Option<puricell_prep::cyto::Transform>],
) -> Vec<(String, f64)> {
    let scaled = |(marker, value): &(String, f64)| {
        let column = channels.markers.iter().find(|m| m.0 == *marker)?.1;
        Some((marker.clone(), transforms[column].as_ref().map_or(*value, |t| t.forward(*value))))
    };
    given.iter().filter_map(scaled).collect()
}

/// Evenly spaced kept events over the markers used, at most `most`.
fn sample(kept: &[usize], markers: &[(String, usize)], events: &Events, most: usize) -> Noted<Option<Coordinates>> {
    let none = |why: String| Noted { value: None, warnings: vec![Warning::new("no_structure", why)] };
    if kept.len() < MIN_CELLS {
        return none(format!("{} kept events are too few for clusters or a map: at least {MIN_CELLS}", kept.len()));
    }
    if markers.len() < 2 {
        return none(format!(
            "{} markers with a threshold are too few for clusters or a map: at least 2",
            markers.len()
        ));
    }
    let n = kept.len().min(most);
    let rows: Vec<usize> = (0..n).map(|i| kept[i * kept.len() / n]).collect();
    let columns: Vec<usize> = markers.iter().map(|m| m.1).collect();
    let points = maps::select(events, &rows, &columns);
    let names: Vec<String> = markers.iter().map(|m| m.0.clone()).collect();
    let width = columns.len();
    let row_starts = (0..=n).map(|i| (i * width) as u64).collect();
    let indices = (0..n).flat_map(|_| 0..width as u32).collect();
    let expression = Csr::new(n, width, row_starts, indices, points.values().to_vec());
    match expression {
        Ok(expression) => {
            let embedding = Embedding { points, dims: names.clone() };
            Noted::quiet(Some(Coordinates { rows, names, ids: None, expression, embedding }))
        }
        Err(error) => none(format!("the events sampled make no table: {error}")),
    }
}

/// Whether a channel measures light or mass, and so what a cell carries.
fn is_stain(channel: &Channel) -> bool {
    matches!(channel.kind, ChannelKind::Fluorescence | ChannelKind::Mass)
}
