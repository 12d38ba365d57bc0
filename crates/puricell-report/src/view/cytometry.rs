//! Instrument, gates, channels, compensation and map as text.

use super::lot::Fact;
use super::markers::{IsctView, PositivityView, isct, positivity};
use super::result::share;
use super::{interval, message, or_dash};
use crate::lang::Term;
use crate::model::{ChannelRange, Cytometry, EventGate, GateGeometry, Instrument, Model, SomMap, Span};
use crate::number;
use crate::terms::{self, known, words};
use crate::text::{Sayable, Text, join};

/// What cytometry adds to the document.
pub(crate) struct CytometryView {
    pub(crate) isct: Option<IsctView>,
    pub(crate) positivity: Vec<PositivityView>,
    pub(crate) facts: Vec<Fact>,
    /// Further keywords, as `name = value`.
    pub(crate) keywords: String,
    pub(crate) gates: Vec<GateView>,
    pub(crate) channels: Vec<ChannelView>,
    pub(crate) compensation: Text,
    pub(crate) som: Option<SomView>,
}

/// The self-organising map.
pub(crate) struct SomView {
    pub(crate) sentence: Text,
    /// Id, events and label of each metacluster.
    pub(crate) metaclusters: Vec<(u32, Text, Text)>,
}

/// A gate.
pub(crate) struct GateView {
    pub(crate) name: Text,
    pub(crate) id: Text,
    pub(crate) within: Text,
    pub(crate) channels: Text,
    pub(crate) border: Text,
    pub(crate) counts: Text,
    pub(crate) share: Text,
    pub(crate) interval: Text,
    pub(crate) derivation: Text,
    /// Set by the user: shown with a mark.
    pub(crate) overridden: bool,
    pub(crate) origin: Term,
}

/// A channel.
pub(crate) struct ChannelView {
    pub(crate) name: Text,
    pub(crate) label: Text,
    pub(crate) marker: Text,
    pub(crate) role: Term,
    pub(crate) transform: Text,
}

pub(crate) fn cytometry(model: &Model) -> Option<CytometryView> {
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
        som: data.som.as_ref().map(|s| som(model, s)),
    })
}

fn som(model: &Model, map: &SomMap) -> SomView {
    let named = |label: &String| {
        let class = model.classes.iter().find(|c| c.label == *label || c.id == *label);
        class.map_or_else(|| known(label), |c| Text::named(&c.label, c.label_zh.as_deref()))
    };
    let (nodes, groups) = (map.nodes.len(), map.metaclusters.len());
    SomView {
        sentence: terms::SOM_SENTENCE.with(&[&known(&map.method), &number::count(map.n), &nodes, &groups]),
        metaclusters: map
            .metaclusters
            .iter()
            .map(|m| (m.id, super::count(m.n), or_dash(m.label.as_ref().map(named))))
            .collect(),
    }
}

fn facts(instrument: &Instrument) -> Vec<Fact> {
    let Instrument { cytometer, serial, software, format, acquired, keywords: _ } = instrument;
    [
        (terms::CYTOMETER, cytometer),
        (terms::SERIAL_NUMBER, serial),
        (terms::SOFTWARE, software),
        (terms::FORMAT, format),
        (terms::ACQUIRED, acquired),
    ]
    .into_iter()
    .map(|(name, value)| Fact::new(name, value.as_ref()))
    .collect()
}

fn gate(gate: &EventGate, data: &Cytometry) -> GateView {
    let name = |id: &String| known(data.gates.iter().find(|g| g.id == *id).map_or(id.as_str(), |g| g.name.as_str()));
    let ci = gate.ci_low.zip(gate.ci_high);
    let within: Vec<Text> = gate.parents.iter().map(name).collect();
    GateView {
        name: known(&gate.name),
        id: Text::Same(gate.id.clone()),
        within: if within.is_empty() { terms::ALL_EVENTS.said() } else { join(&within, ", ", "、") },
        channels: or_dash(Some(gate.channels.join(" × ")).filter(|c| !c.is_empty()).map(Text::Same)),
        border: border(&gate.geometry),
        counts: super::counts(gate.k, gate.n),
        share: share(Some(gate.k), gate.n, gate.fraction, ci, gate.upper_one_sided, None),
        interval: interval(ci),
        derivation: message(&gate.derivation),
        overridden: gate.origin != crate::model::GateOrigin::Automatic,
        origin: words::gate_origin(gate.origin),
    }
}

/// The border in words, with its values in display coordinates.
fn border(geometry: &GateGeometry) -> Text {
    // The least positive number of a detector stands for 0.
    let value = |v: f64| if v.abs() < 1e-30 { "0".to_owned() } else { number::significant(v, 3) };
    let side = |name: &dyn Sayable, low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) => Some(terms::RANGE_TO.with(&[name, &value(low), &value(high)])),
        (Some(low), None) => Some(terms::AT_LEAST.with(&[name, &value(low)])),
        (None, Some(high)) => Some(terms::BELOW.with(&[name, &value(high)])),
        (None, None) => None,
    };
    let joined = |sides: [Option<Text>; 2]| {
        let stated: Vec<Text> = sides.into_iter().flatten().collect();
        if stated.is_empty() { terms::OPEN.said() } else { join(&stated, ", ", "，") }
    };
    match geometry {
        GateGeometry::None => or_dash(None),
        GateGeometry::Stretches { removed } if removed.is_empty() => terms::NOTHING_TAKEN_OUT.said(),
        GateGeometry::Stretches { removed } => {
            let span = |s: &Span| terms::SPAN.with(&[&value(s.low), &value(s.high)]);
            let spans: Vec<Text> = removed.iter().map(span).collect();
            terms::WITHOUT.with(&[&join(&spans, ", ", "、")])
        }
        GateGeometry::Range { low, high } => joined([side(&terms::RANGE_NAME, *low, *high), None]),
        GateGeometry::Rectangle { x_low, x_high, y_low, y_high } => {
            joined([side(&"x", *x_low, *x_high), side(&"y", *y_low, *y_high)])
        }
        GateGeometry::Box { ranges } => {
            let same = |r: &ChannelRange| ranges.first().is_some_and(|f| f.low == r.low && f.high == r.high);
            if ranges.iter().all(same) {
                return joined([ranges.first().and_then(|r| side(&terms::EACH_NAME, r.low, r.high)), None]);
            }
            let sides: Vec<Text> = ranges.iter().filter_map(|r| side(&r.channel, r.low, r.high)).collect();
            join(&sides, ", ", "，")
        }
        GateGeometry::Polygon { x, y } => {
            let corners: Vec<String> =
                x.iter().zip(y).map(|(&x, &y)| format!("({}; {})", value(x), value(y))).collect();
            terms::POLYGON.with(&[&corners.join(" ")])
        }
        GateGeometry::Ellipse { mean, distance_square, .. } => {
            terms::ELLIPSE.with(&[&value(mean[0]), &value(mean[1]), &value(*distance_square)])
        }
        GateGeometry::Ratio { low, high } => joined([side(&"y / x", *low, *high), None]),
        GateGeometry::Boolean { expression } => Text::Same(expression.clone()),
    }
}

fn channels(data: &Cytometry) -> Vec<ChannelView> {
    data.channels
        .iter()
        .map(|c| ChannelView {
            name: Text::Same(c.name.clone()),
            label: or_dash(c.label.clone().map(Text::Same)),
            marker: or_dash(c.marker.clone().map(Text::Same)),
            role: words::channel_role(c.role),
            transform: c.transform.as_ref().map_or_else(
                || terms::LINEAR.said(),
                |t| {
                    let derived = t.derivation.as_ref().map_or_else(String::new, |d| format!(" ({d})"));
                    message(&format!("{}, {}{derived}", t.name, t.parameters))
                },
            ),
        })
        .collect()
}

fn compensation(data: &Cytometry) -> Text {
    let Some(matrix) = &data.compensation else { return terms::NO_COMPENSATION.said() };
    let condition = matrix.condition_number.map_or_else(
        || Text::Same(String::new()),
        |c| {
            let norm = matrix.condition_norm.as_ref();
            let norm = norm.map_or_else(|| Text::Same(String::new()), |n| terms::IN_BRACKETS.with(&[&known(n)]));
            terms::CONDITION.with(&[&number::significant(c, 3), &norm])
        },
    );
    terms::COMPENSATED.with(&[&known(&matrix.source), &matrix.channels.len(), &condition])
}
