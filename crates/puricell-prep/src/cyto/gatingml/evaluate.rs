//! Finds each gate's events.

use puricell_core::{Events, Noted, reduce};

use super::geometry::{in_ellipsoid, in_polygon};
use super::membership::{Membership, Memberships};
use super::plan::{Axis, AxisSource, Plan, PlannedGate, Planner, Rule};
use super::{BooleanOperation, GatingMl};
use crate::cyto::{CytoError, Spillover};

/// Events per block of work, a multiple of the 64 of a word.
const BLOCK: usize = 4096;

impl GatingMl {
    /// Finds the events of every gate.
    ///
    /// `events` are linear and **not compensated**: each dimension says which compensation it wants. `fcs` is the matrix
    /// of the FCS file; without one, dimensions that want it take the values as they are, with the warning
    /// `no_file_compensation`. A covariance that makes no ellipsoid is used as it is, with the warning `no_ellipsoid`.
    /// Memory beyond the result (a bit per event and gate) does not grow with the events.
    ///
    /// # Errors
    /// [`CytoError`] for names that repeat, are not defined or not in the events, gates that depend on each other,
    /// shapes against the rules, parameters out of range and matrices that cannot be inverted.
    pub fn evaluate(&self, events: &Events, fcs: Option<&Spillover>) -> Result<Noted<Memberships>, CytoError> {
        let (plan, warnings) = Planner::new(self, events, fcs)?.plan()?;
        let n = events.n_events();
        let blocks = reduce::map_chunks(n, BLOCK, |range| block(&plan, events, range));
        let mut words: Vec<Vec<u64>> = vec![Vec::with_capacity(n.div_ceil(64)); plan.gates.len()];
        for block in blocks {
            for (all, part) in words.iter_mut().zip(block) {
                all.extend(part);
            }
        }
        let gates = plan.gates.into_iter().zip(words);
        let gates = gates.map(|(gate, words)| (gate.id, Membership::from_words(n, words))).collect();
        Ok(Noted { value: Memberships { gates }, warnings })
    }
}

/// Words per gate for the events of `range`.
fn block(plan: &Plan, events: &Events, range: std::ops::Range<usize>) -> Vec<Vec<u64>> {
    let axes: Vec<Vec<f64>> = plan.axes.iter().map(|axis| values(axis, events, range.clone())).collect();
    let n = range.len();
    let mut found = vec![Vec::new(); plan.gates.len()];
    for &at in &plan.order {
        found[at] = words(&plan.gates[at], &axes, &found, n);
    }
    found
}

fn values(axis: &Axis, events: &Events, range: std::ops::Range<usize>) -> Vec<f64> {
    let mix = |row: &[f32], mixture: &[(usize, f64)]| match mixture {
        [(column, weight)] => f64::from(row[*column]) * weight,
        _ => mixture.iter().map(|&(column, weight)| f64::from(row[column]) * weight).sum(),
    };
    let mut values: Vec<f64> = match &axis.source {
        AxisSource::Channel(mixture) => range.map(|event| mix(events.values().row(event), mixture)).collect(),
        AxisSource::Ratio { numerator, denominator, a, b, c } => range
            .map(|event| {
                let row = events.values().row(event);
                a * ((mix(row, numerator) - b) / (mix(row, denominator) - c))
            })
            .collect(),
    };
    if let Some((transform, low, high)) = &axis.scale {
        for value in &mut values {
            *value = transform.forward(*value);
            // Not `clamp`, which would panic on bounds the wrong way round; NaN stays NaN.
            if *value < *low {
                *value = *low;
            } else if *value > *high {
                *value = *high;
            }
        }
    }
    values
}

/// Bits of the first `n` events of a block, by what is known of the gates before.
fn words(gate: &PlannedGate, axes: &[Vec<f64>], found: &[Vec<u64>], n: usize) -> Vec<u64> {
    let mut words = match &gate.rule {
        Rule::Intervals(sides) => pack(n, |event| {
            sides.iter().all(|&(axis, min, max)| {
                let value = axes[axis][event];
                !value.is_nan() && min.is_none_or(|m| value >= m) && max.is_none_or(|m| value < m)
            })
        }),
        Rule::Polygon { x, y, vertices } => {
            let (x, y) = (&axes[*x], &axes[*y]);
            pack(n, |event| in_polygon(vertices, x[event], y[event]))
        }
        Rule::Ellipsoid { axes: dimensions, mean, precision, distance_square } => {
            let mut point = vec![0.0; dimensions.len()];
            pack(n, |event| {
                point.iter_mut().zip(dimensions).for_each(|(p, &axis)| *p = axes[axis][event]);
                in_ellipsoid(mean, precision, *distance_square, &point)
            })
        }
        Rule::Boolean { operation, operands } => combine(*operation, operands, found, n),
    };
    if let Some(parent) = gate.parent {
        words.iter_mut().zip(&found[parent]).for_each(|(w, p)| *w &= p);
    }
    words
}

fn combine(operation: BooleanOperation, operands: &[(usize, bool)], found: &[Vec<u64>], n: usize) -> Vec<u64> {
    let all = pack(n, |_| true);
    let start = if operation == BooleanOperation::Or { vec![0; all.len()] } else { all.clone() };
    operands.iter().fold(start, |mut words, &(operand, complement)| {
        for ((word, &bits), &mask) in words.iter_mut().zip(&found[operand]).zip(&all) {
            let bits = if complement { !bits & mask } else { bits };
            *word = match operation {
                BooleanOperation::And => *word & bits,
                BooleanOperation::Or => *word | bits,
                BooleanOperation::Not => *word & !bits,
            };
        }
        words
    })
}

fn pack(n: usize, mut holds: impl FnMut(usize) -> bool) -> Vec<u64> {
    let word = |w: usize, holds: &mut dyn FnMut(usize) -> bool| {
        (0..64.min(n - 64 * w)).fold(0, |bits, i| bits | u64::from(holds(64 * w + i)) << i)
    };
    (0..n.div_ceil(64)).map(|w| word(w, &mut holds)).collect()
}
