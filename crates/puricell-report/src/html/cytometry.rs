//! Instrument, gates, channels, compensation and map as text.

use super::lot::Fact;
use super::markers::{IsctView, PositivityView, isct, positivity};
use super::or_dash;
use super::result::share;
use crate::model::{ChannelRange, Cytometry, EventGate, GateGeometry, Instrument, Model};
use crate::number;
use crate::words;

/// What cytometry adds to the document.
pub(super) struct CytometryView {
    pub(super) isct: Option<IsctView>,
    pub(super) positivity: Vec<PositivityView>,
    pub(super) facts: Vec<Fact>,
    /// Further keywords, as `name = value`.
    pub(super) keywords: String,
    pub(super) gates: Vec<GateView>,
    pub(super) channels: Vec<ChannelView>,
    pub(super) compensation: String,
    pub(super) som: Option<String>,
}

/// A gate.
pub(super) struct GateView {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) within: String,
    pub(super) channels: String,
    pub(super) border: String,
    pub(super) counts: String,
    pub(super) share: String,
    pub(super) interval: String,
    pub(super) derivation: String,
    /// Set by the user: shown with a mark.
    pub(super) overridden: bool,
    pub(super) origin: &'static str,
}

/// A channel.
pub(super) struct ChannelView {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) marker: String,
    pub(super) role: &'static str,
    pub(super) transform: String,
}

pub(super) fn cytometry(model: &Model) -> Option<CytometryView> {
    let data = model.cytometry.as_ref()?;
    let keywords: Vec<String> = data.instrument.keywords.iter().map(|k| format!("{} = {}", k.name, k.value)).collect();
    Some(CytometryView {
        isct: isct(data),
        positivity: positivity(data),
        facts: facts(&data.instrument),
        keywords: keywords.join("; "),
        gates: data.gates.iter().map(|g| gate(g, data)).collect(),
        channels: channels(data),
        compensation: compensation(data),
        som: data.som.as_ref().map(|s| {
            format!(
                "{}; {} events, {} nodes, {} metaclusters.",
                s.method,
                number::count(s.n),
                number::count(s.nodes.len() as u64),
                number::count(s.metaclusters.len() as u64)
            )
        }),
    })
}

fn facts(instrument: &Instrument) -> Vec<Fact> {
    let Instrument { cytometer, serial, software, format, acquired, keywords: _ } = instrument;
    [
        ("Cytometer", cytometer),
        ("Serial number", serial),
        ("Software", software),
        ("Format", format),
        ("Acquired", acquired),
    ]
    .into_iter()
    .map(|(name, value)| Fact {
        name,
        value: value.clone().unwrap_or_else(|| "not stated".to_owned()),
        stated: value.is_some(),
    })
    .collect()
}

fn gate(gate: &EventGate, data: &Cytometry) -> GateView {
    let name = |id: &String| data.gates.iter().find(|g| g.id == *id).map_or_else(|| id.clone(), |g| g.name.clone());
    let ci = gate.ci_low.zip(gate.ci_high);
    let within: Vec<String> = gate.parents.iter().map(name).collect();
    GateView {
        name: gate.name.clone(),
        id: gate.id.clone(),
        within: if within.is_empty() { "all events".to_owned() } else { within.join(", ") },
        channels: or_dash(Some(gate.channels.join(" × ")).filter(|c| !c.is_empty())),
        border: border(&gate.geometry),
        counts: format!("{} of {}", number::count(gate.k), number::count(gate.n)),
        share: share(Some(gate.k), gate.n, gate.fraction, ci, gate.upper_one_sided, None),
        interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
        derivation: gate.derivation.clone(),
        overridden: gate.origin != crate::model::GateOrigin::Automatic,
        origin: words::gate_origin(gate.origin),
    }
}

/// The border in words, with its values in display coordinates.
fn border(geometry: &GateGeometry) -> String {
    // The least positive number of a detector stands for 0.
    let value = |v: f64| if v.abs() < 1e-30 { "0".to_owned() } else { number::significant(v, 3) };
    let side = |name: &str, low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) => Some(format!("{name} {} to {}", value(low), value(high))),
        (Some(low), None) => Some(format!("{name} ≥ {}", value(low))),
        (None, Some(high)) => Some(format!("{name} < {}", value(high))),
        (None, None) => None,
    };
    let joined = |sides: [Option<String>; 2]| {
        let stated: Vec<String> = sides.into_iter().flatten().collect();
        if stated.is_empty() { "open".to_owned() } else { stated.join(", ") }
    };
    match geometry {
        GateGeometry::None => "–".to_owned(),
        GateGeometry::Stretches { removed } if removed.is_empty() => "nothing taken out".to_owned(),
        GateGeometry::Stretches { removed } => {
            let spans: Vec<String> = removed.iter().map(|s| format!("{} to {}", value(s.low), value(s.high))).collect();
            format!("without {}", spans.join(", "))
        }
        GateGeometry::Range { low, high } => joined([side("range", *low, *high), None]),
        GateGeometry::Rectangle { x_low, x_high, y_low, y_high } => {
            joined([side("x", *x_low, *x_high), side("y", *y_low, *y_high)])
        }
        GateGeometry::Box { ranges } => {
            let same = |r: &ChannelRange| ranges.first().is_some_and(|f| f.low == r.low && f.high == r.high);
            if ranges.iter().all(same) {
                return joined([ranges.first().and_then(|r| side("each", r.low, r.high)), None]);
            }
            let sides: Vec<String> = ranges.iter().filter_map(|r| side(&r.channel, r.low, r.high)).collect();
            sides.join(", ")
        }
        GateGeometry::Polygon { x, y } => {
            let corners: Vec<String> =
                x.iter().zip(y).map(|(&x, &y)| format!("({}; {})", value(x), value(y))).collect();
            format!("polygon {}", corners.join(" "))
        }
        GateGeometry::Ellipse { mean, distance_square, .. } => format!(
            "ellipse around ({}; {}), squared distance {}",
            value(mean[0]),
            value(mean[1]),
            value(*distance_square)
        ),
        GateGeometry::Ratio { low, high } => joined([side("y / x", *low, *high), None]),
        GateGeometry::Boolean { expression } => expression.clone(),
    }
}

fn channels(data: &Cytometry) -> Vec<ChannelView> {
    data.channels
        .iter()
        .map(|c| ChannelView {
            name: c.name.clone(),
            label: or_dash(c.label.clone()),
            marker: or_dash(c.marker.clone()),
            role: words::channel_role(c.role),
            transform: c.transform.as_ref().map_or_else(
                || "linear".to_owned(),
                |t| {
                    let derived = t.derivation.as_ref().map_or_else(String::new, |d| format!(" ({d})"));
                    format!("{}, {}{derived}", t.name, t.parameters)
                },
            ),
        })
        .collect()
}

fn compensation(data: &Cytometry) -> String {
    let Some(matrix) = &data.compensation else { return "No compensation was applied.".to_owned() };
    let condition = matrix.condition_number.map_or_else(String::new, |c| {
        let norm = matrix.condition_norm.as_ref().map_or_else(String::new, |n| format!(" ({n})"));
        format!("; condition number {}{norm}", number::significant(c, 3))
    });
    format!("Compensated with {}: {} channels{condition}.", matrix.source, matrix.channels.len())
}
