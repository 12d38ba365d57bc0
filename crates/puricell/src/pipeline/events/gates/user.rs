//! Gates of a Gating-ML file, in place of the automatic ones.

use puricell_core::{CellMask, ChannelKind, DropReason, Events, Noted};
use puricell_prep::cyto::{
    Compensation, Dimension, Divider, Gate, GatingMl, Interval, Memberships, Quadrant, Shape, Source,
    TransformationKind,
};

use super::{GateShape, Gated, LotSpillover, UsedGate, UserGates, compensate};
use crate::error::AppError;

/// A gate or quadrant, by the id under which its events are known.
struct Population<'a> {
    id: &'a str,
    parent: Option<&'a str>,
    shape: Shape,
}

pub(super) fn gate(
    events: &mut Events,
    spillover: LotSpillover<'_>,
    user: &UserGates,
) -> Result<Noted<Gated>, AppError> {
    let mut warnings = Vec::new();
    let fits = |e| AppError::usage(format!("{}: {e}", user.file), "see the file's channels with `puricell inspect`");
    let found = user.document.evaluate(events, spillover.file).map_err(fits)?.into_value(&mut warnings);
    let populations = populations(&user.document);
    let population = analysed(user, &populations)?;
    let place = |id: &str| populations.iter().find(|p| p.id == id);

    let mut gates = Vec::with_capacity(populations.len());
    for one in &populations {
        let channels = channels(&one.shape, &user.document);
        gates.push(UsedGate {
            id: one.id.to_owned(),
            name: one.id.to_owned(),
            parent: one.parent.map(str::to_owned),
            reason: reason(one.id, &channels, events),
            compensated: is_compensated(&one.shape, spillover),
            channels,
            shape: GateShape::GatingMl(one.shape.clone()),
            k: count(&found, one.id),
            n: one.parent.map_or(events.n_events(), |parent| count(&found, parent)),
            from_user: true,
            derivation: format!("given by the user in {}", user.file),
        });
    }

    // From the root: a gate's events are all in its parent, so the first that an event is not in is the one it left by.
    let mut path: Vec<&UsedGate> = Vec::new();
    let mut next = place(&population);
    while let Some(one) = next {
        path.extend(gates.iter().find(|g| g.id == one.id));
        next = one.parent.and_then(place);
    }
    let mut mask = CellMask::all_kept(events.n_events());
    for gate in path.iter().rev() {
        if let Some(members) = found.get(&gate.id) {
            (0..events.n_events()).filter(|&i| !members.contains(i)).for_each(|i| mask.drop_cell(i, gate.reason));
        }
    }
    let compensated = compensate(events, spillover, &mut warnings)?;
    let document = user.document.clone();
    let value = Gated { mask, gates, document, population: Some(population), steps: None, compensated };
    Ok(Noted { value, warnings })
}

fn count(found: &Memberships, id: &str) -> usize {
    found.get(id).map_or(0, puricell_prep::cyto::Membership::count)
}

/// Gates in the file's order, quadrants in place of what holds them.
fn populations(document: &GatingMl) -> Vec<Population<'_>> {
    let mut all = Vec::new();
    for Gate { id, parent, shape } in &document.gates {
        let parent = parent.as_deref();
        match shape {
            Shape::Quadrants { dividers, quadrants } => all.extend(quadrants.iter().map(|q| Population {
                id: &q.id,
                parent,
                shape: quadrant_rectangle(dividers, q),
            })),
            _ => all.push(Population { id, parent, shape: shape.clone() }),
        }
    }
    all
}

/// The intervals between dividers that a quadrant's positions point into.
fn quadrant_rectangle(dividers: &[Divider], quadrant: &Quadrant) -> Shape {
    let side = |(id, location): &(String, f64)| {
        let divider = dividers.iter().find(|d| d.id == *id)?;
        let above = divider.values.partition_point(|v| v <= location);
        let min = above.checked_sub(1).map(|i| divider.values[i]);
        Some((divider.dimension.clone(), Interval { min, max: divider.values.get(above).copied() }))
    };
    Shape::Rectangle(quadrant.positions.iter().filter_map(side).collect())
}

/// The population named, else the only one that nothing builds on.
fn analysed(user: &UserGates, populations: &[Population<'_>]) -> Result<String, AppError> {
    let quoted = |ids: &[&str]| ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ");
    let all: Vec<&str> = populations.iter().map(|p| p.id).collect();
    if all.is_empty() {
        let hint = "give a Gating-ML 2.0 file with gates, or none for automatic gates";
        return Err(AppError::usage(format!("{} holds no gate", user.file), hint));
    }
    if let Some(id) = &user.population {
        return if all.contains(&id.as_str()) {
            Ok(id.clone())
        } else {
            let message = format!("{} has no gate '{id}', but {}", user.file, quoted(&all));
            Err(AppError::usage(message, "name one of these as the population to analyse"))
        };
    }
    let is_used = |id: &str| {
        populations.iter().any(|p| {
            let operands = match &p.shape {
                Shape::Boolean { operands, .. } => operands.as_slice(),
                _ => &[],
            };
            p.parent == Some(id) || operands.iter().any(|o| o.id == id)
        })
    };
    let leaves: Vec<&str> = all.into_iter().filter(|id| !is_used(id)).collect();
    match leaves.as_slice() {
        [only] => Ok((*only).to_owned()),
        several => {
            let message = format!(
                "{} does not say which events are to be analysed: {} gates have no further gate within, {}",
                user.file,
                several.len(),
                quoted(several)
            );
            Err(AppError::usage(message, "name one of these as the population to analyse"))
        }
    }
}

fn dimensions(shape: &Shape) -> Vec<&Dimension> {
    match shape {
        Shape::Rectangle(sides) => sides.iter().map(|(d, _)| d).collect(),
        Shape::Polygon { dimensions, .. } => dimensions.iter().collect(),
        Shape::Ellipsoid { dimensions, .. } => dimensions.iter().collect(),
        Shape::Quadrants { dividers, .. } => dividers.iter().map(|d| &d.dimension).collect(),
        Shape::Boolean { .. } => Vec::new(),
    }
}

fn channels(shape: &Shape, document: &GatingMl) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: &String| {
        if !names.contains(name) {
            names.push(name.clone());
        }
    };
    for dimension in dimensions(shape) {
        match &dimension.source {
            Source::Channel(name) => add(name),
            Source::Ratio(id) => {
                for transformation in document.transformations.iter().filter(|t| t.id == *id) {
                    if let TransformationKind::Ratio { numerator, denominator, .. } = &transformation.kind {
                        add(numerator);
                        add(denominator);
                    }
                }
            }
        }
    }
    names
}

fn is_compensated(shape: &Shape, spillover: LotSpillover<'_>) -> bool {
    dimensions(shape).iter().any(|d| match &d.compensation {
        Compensation::Uncompensated => false,
        Compensation::Fcs => spillover.file.is_some(),
        Compensation::Matrix(_) => true,
    })
}

/// Why events outside leave, by the words of the gate's id. What a gate of doublets or dead cells is called often names
/// scatter or cells too (`FSC singlets`, `live cells`), so these words come last; and `cells` means debris only where
/// scatter is gated, for a gate of T cells excludes no debris.
fn reason(id: &str, channels: &[String], events: &Events) -> DropReason {
    let id = id.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| id.contains(w));
    let is_scatter = |name: &String| {
        events.channel(name).is_some_and(|c| {
            matches!(events.channels()[c].kind, ChannelKind::ForwardScatter | ChannelKind::SideScatter)
        })
    };
    let on_scatter = !channels.is_empty() && channels.iter().all(is_scatter);
    if has(&["time"]) {
        DropReason::TimeAnomaly
    } else if has(&["margin"]) {
        DropReason::Margin
    } else if has(&["singlet", "doublet"]) {
        DropReason::Doublet
    } else if has(&["live", "viab", "dead"]) {
        DropReason::NonViable
    } else if has(&["debris", "fsc", "scatter"]) || (has(&["cells"]) && on_scatter) {
        DropReason::Debris
    } else {
        DropReason::Gate
    }
}
