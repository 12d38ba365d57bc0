//! Planted events of a release panel, for tests.

use puricell_core::{Dense, Seed, Stream, math};

use super::{
    Calibration, Component, CytoProfile, EventCall, MarkerThreshold, ResolvedEvents, ThresholdSource, resolve_events,
};
use crate::CallKind;

/// ln intensity of the markers that a population carries, and its share; the rest are MSC.
pub(super) struct Population {
    pub(super) id: &'static str,
    pub(super) share: f64,
    carried: &'static [(&'static str, f64)],
}

pub(super) const MARKERS: [&str; 13] =
    ["CD73", "CD90", "CD105", "CD45", "CD34", "CD14", "CD19", "CD3", "CD56", "CD31", "CD144", "HLA-DR", "CD326"];
const NEGATIVE: f64 = 4.6;

pub(super) const POPULATIONS: [Population; 7] = [
    Population { id: "target", share: 0.0, carried: &[("CD73", 9.2), ("CD90", 9.6), ("CD105", 8.6)] },
    Population {
        id: "monocyte",
        share: 0.02,
        carried: &[("CD45", 8.6), ("CD14", 9.0), ("HLA-DR", 8.4), ("CD31", 7.8), ("CD105", 5.6)],
    },
    Population { id: "t_cell", share: 0.005, carried: &[("CD45", 9.6), ("CD3", 9.0), ("CD31", 6.0)] },
    Population { id: "b_cell", share: 0.001, carried: &[("CD45", 9.4), ("CD19", 8.4), ("HLA-DR", 8.8)] },
    Population { id: "nk_cell", share: 0.001, carried: &[("CD45", 9.4), ("CD56", 8.4), ("CD31", 6.5)] },
    Population {
        id: "hsc",
        share: 0.0005,
        carried: &[("CD34", 8.8), ("CD45", 7.2), ("CD31", 7.4), ("CD90", 6.0), ("HLA-DR", 7.6)],
    },
    Population {
        id: "endothelial",
        share: 0.005,
        carried: &[("CD31", 9.2), ("CD34", 7.4), ("CD144", 8.0), ("CD105", 9.0), ("CD73", 7.6), ("CD90", 5.4)],
    },
];

/// Dye of one cell, linear: log-normal, sd 0.38 where carried and 0.55 where not.
pub(super) fn dyes(population: &Population, stream: &mut Stream) -> Vec<f64> {
    MARKERS
        .iter()
        .map(|marker| {
            let carried = population.carried.iter().find(|(m, _)| m == marker);
            let (mean, sd) = carried.map_or((NEGATIVE, 0.55), |(_, mean)| (*mean, 0.38));
            math::exp(mean + sd * stream.normal())
        })
        .collect()
}

/// Photo-electron and electronic noise, then asinh(x / 150).
pub(super) fn measured(dyes: &[f64], stream: &mut Stream) -> Vec<f32> {
    dyes.iter()
        .map(|d| {
            let x = (d + (6.0 * d).sqrt() * stream.normal() + 80.0 * stream.normal()) / 150.0;
            math::ln(x.abs() + (x * x + 1.0).sqrt()).copysign(x) as f32
        })
        .collect()
}

/// Thresholds by the rule for an unstained control: its 99.5th percentile.
pub(super) fn thresholds() -> Vec<MarkerThreshold> {
    let (mut stream, blank) = (Seed(7).stream("control", 0), Population { id: "", share: 0.0, carried: &[] });
    let control: Vec<Vec<f32>> = (0..20_000)
        .map(|_| {
            let dyes = dyes(&blank, &mut stream);
            measured(&dyes, &mut stream)
        })
        .collect();
    MARKERS
        .iter()
        .enumerate()
        .map(|(column, marker)| {
            let values: Vec<f64> = control.iter().map(|event| f64::from(event[column])).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64;
            let threshold = math::quantile(&values, 0.995).unwrap();
            MarkerThreshold {
                marker: (*marker).to_owned(),
                column,
                threshold,
                band: (threshold - 0.2, threshold + 0.2),
                separable: true,
                source: ThresholdSource::Control,
                calibration: Calibration::Negative(Component { mean, sd: variance.sqrt(), weight: 1.0 }),
            }
        })
        .collect()
}

/// The same thresholds with the lot's own positive events, where a twentieth of it or more is positive: an endothelial
/// cell's faint CD90 lies above the control and far below the CD90 of MSC.
pub(super) fn calibrated(values: &Dense<f32>) -> Vec<MarkerThreshold> {
    let mut thresholds = thresholds();
    for t in &mut thresholds {
        let all = (0..values.n_rows()).map(|e| f64::from(values.row(e)[t.column]));
        let positive: Vec<f64> = all.filter(|v| t.is_positive(*v)).collect();
        let weight = positive.len() as f64 / values.n_rows() as f64;
        if let Calibration::Negative(negative) = t.calibration
            && weight >= 0.05
        {
            let mean = positive.iter().sum::<f64>() / positive.len() as f64;
            let variance = positive.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / positive.len() as f64;
            let negative = Component { weight: 1.0 - weight, ..negative };
            t.calibration =
                Calibration::Components { negative, positive: Component { mean, sd: variance.sqrt(), weight } };
        }
    }
    thresholds
}

/// Values, and the populations in each event: one, or two in a doublet.
pub(super) fn planted(n: usize, doublets: f64) -> (Dense<f32>, Vec<(usize, Option<usize>)>) {
    let mut stream = Seed(11).stream("planted", 0);
    let draw = |stream: &mut Stream| {
        let mut u = stream.uniform();
        (1..POPULATIONS.len())
            .find(|&p| {
                u -= POPULATIONS[p].share;
                u < 0.0
            })
            .unwrap_or(0)
    };
    let (mut values, mut truth) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let first = draw(&mut stream);
        let second = if stream.uniform() < doublets { Some(draw(&mut stream)) } else { None };
        let mut cell = dyes(&POPULATIONS[first], &mut stream);
        if let Some(second) = second {
            let other = dyes(&POPULATIONS[second], &mut stream);
            cell.iter_mut().zip(other).for_each(|(a, b)| *a += b);
        }
        values.extend(measured(&cell, &mut stream));
        truth.push((first, second));
    }
    (Dense::new(n, MARKERS.len(), values).unwrap(), truth)
}

pub(super) fn resolved(thresholds: &[MarkerThreshold]) -> ResolvedEvents {
    resolve_events(&CytoProfile::builtin("msc-flow").unwrap(), thresholds).unwrap().value
}

/// The most exact name of a call.
pub(super) fn name<'a>(call: &EventCall, resolved: &'a ResolvedEvents) -> &'a str {
    let classes = &resolved.resolved.classes;
    match (call.kind(), call.subclass()) {
        (CallKind::Target, _) => "target",
        (CallKind::Suspect(_), _) => "suspect",
        (CallKind::Unassigned, _) => "unassigned",
        (CallKind::Class(_), Some(sub)) => &classes[sub].id,
        (CallKind::Class(top), None) => &classes[top].id,
    }
}
