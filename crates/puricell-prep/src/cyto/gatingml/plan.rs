//! A document made ready to be evaluated on events with known channels: names become positions.

use puricell_core::{Dense, Events, Warning};

use super::{
    BooleanOperation, Compensation, Dimension, Gate, GatingMl, Shape, Source, SpectrumMatrix, TransformationKind,
};
use crate::cyto::compensation::{check_matrix, checked_inverse};
use crate::cyto::{CompensationParams, CytoError, Spillover, Transform};

/// What is to be computed per event: first the axes, then the rules in order.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) axes: Vec<Axis>,
    /// In the file's order, quadrants in place of their gate.
    pub(super) gates: Vec<PlannedGate>,
    /// Positions in `gates` such that each comes after all it depends on.
    pub(super) order: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct PlannedGate {
    pub(super) id: String,
    pub(super) parent: Option<usize>,
    pub(super) rule: Rule,
}

/// Axes are given by position; an open end of an interval is infinite, but holds infinities too.
#[derive(Debug)]
pub(super) enum Rule {
    Intervals(Vec<(usize, Option<f64>, Option<f64>)>),
    Polygon { x: usize, y: usize, vertices: Vec<[f64; 2]> },
    Ellipsoid { axes: Vec<usize>, mean: Vec<f64>, precision: Dense<f64>, distance_square: f64 },
    Boolean { operation: BooleanOperation, operands: Vec<(usize, bool)> },
}

/// A value per event.
#[derive(Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) source: AxisSource,
    pub(super) scale: Option<(Transform, f64, f64)>,
}

/// Columns and the weights by which they are summed.
type Mixture = Vec<(usize, f64)>;

#[derive(Debug, PartialEq)]
pub(super) enum AxisSource {
    Channel(Mixture),
    Ratio { numerator: Mixture, denominator: Mixture, a: f64, b: f64, c: f64 },
}

/// Builds a plan.
pub(super) struct Planner<'a> {
    document: &'a GatingMl,
    events: &'a Events,
    fcs: Option<(&'a Spillover, Dense<f64>)>,
    /// Per matrix of the document: `n_detectors x n_fluorochromes`.
    unmixing: Vec<Dense<f64>>,
    axes: Vec<Axis>,
    wants_fcs: bool,
}

impl<'a> Planner<'a> {
    pub(super) fn new(
        document: &'a GatingMl,
        events: &'a Events,
        fcs: Option<&'a Spillover>,
    ) -> Result<Self, CytoError> {
        let limit = CompensationParams::default().max_condition;
        let fcs = fcs
            .map(|s| checked_inverse("spillover", s.matrix(), limit).map(|(inverse, _)| (s, inverse)))
            .transpose()?;
        unique("transformation", document.transformations.iter().map(|t| &t.id))?;
        unique("matrix", document.matrices.iter().map(|m| &m.id))?;
        let unmixing = document.matrices.iter().map(|m| unmixing(m, limit)).collect::<Result<_, _>>()?;
        Ok(Self { document, events, fcs, unmixing, axes: Vec::new(), wants_fcs: false })
    }

    /// The plan, and what there is to say about it.
    pub(super) fn plan(mut self) -> Result<(Plan, Vec<Warning>), CytoError> {
        let document = self.document;
        let mut names: Vec<&String> = Vec::new();
        for gate in &document.gates {
            match &gate.shape {
                Shape::Quadrants { quadrants, .. } => names.extend(quadrants.iter().map(|q| &q.id)),
                _ => names.push(&gate.id),
            }
        }
        let holders = document.gates.iter().filter(|g| matches!(g.shape, Shape::Quadrants { .. })).map(|g| &g.id);
        unique("gate", names.iter().copied().chain(holders))?;
        let place = |gate: &Gate, id: &str| {
            names.iter().position(|n| *n == id).ok_or_else(|| CytoError::UnknownReference {
                gate: gate.id.clone(),
                kind: "gate",
                id: id.to_owned(),
            })
        };
        let mut gates = Vec::new();
        let mut warnings = Vec::new();
        for gate in &document.gates {
            warnings.extend(gate.check()?);
            let parent = gate.parent.as_ref().map(|id| place(gate, id)).transpose()?;
            let mut push = |id: &str, rule| gates.push(PlannedGate { id: id.to_owned(), parent, rule });
            match &gate.shape {
                Shape::Rectangle(sides) => {
                    let side = |(dimension, interval): &(Dimension, super::Interval)| {
                        Ok((self.axis(gate, dimension)?, interval.min, interval.max))
                    };
                    push(&gate.id, Rule::Intervals(sides.iter().map(side).collect::<Result<_, CytoError>>()?));
                }
                Shape::Polygon { dimensions: [x, y], vertices } => {
                    let (x, y) = (self.axis(gate, x)?, self.axis(gate, y)?);
                    push(&gate.id, Rule::Polygon { x, y, vertices: vertices.clone() });
                }
                Shape::Ellipsoid { dimensions, mean, covariance, distance_square } => {
                    let axes = dimensions.iter().map(|d| self.axis(gate, d)).collect::<Result<_, _>>()?;
                    // An ellipsoid may be as flat as f64 can tell.
                    let (precision, _) = checked_inverse(&format!("covariance of {}", gate.id), covariance, 1e15)?;
                    let (mean, distance_square) = (mean.clone(), *distance_square);
                    push(&gate.id, Rule::Ellipsoid { axes, mean, precision, distance_square });
                }
                Shape::Boolean { operation, operands } => {
                    let operands =
                        operands.iter().map(|o| Ok((place(gate, &o.id)?, o.complement))).collect::<Result<_, _>>()?;
                    push(&gate.id, Rule::Boolean { operation: *operation, operands });
                }
                Shape::Quadrants { dividers, quadrants } => {
                    let axes: Vec<usize> =
                        dividers.iter().map(|d| self.axis(gate, &d.dimension)).collect::<Result<_, _>>()?;
                    for quadrant in quadrants {
                        let mut intervals = Vec::new();
                        for (id, location) in &quadrant.positions {
                            let divider = dividers.iter().position(|d| d.id == *id).ok_or_else(|| {
                                CytoError::UnknownReference { gate: gate.id.clone(), kind: "divider", id: id.clone() }
                            })?;
                            let values = &dividers[divider].values;
                            let above = values.partition_point(|v| v <= location);
                            let below = above.checked_sub(1).map(|i| values[i]);
                            intervals.push((axes[divider], below, values.get(above).copied()));
                        }
                        push(&quadrant.id, Rule::Intervals(intervals));
                    }
                }
            }
        }
        if self.wants_fcs && self.fcs.is_none() {
            warnings.push(Warning::new(
                "no_file_compensation",
                "gates want the compensation of the FCS file, but it has none: its values are used as they are",
            ));
        }
        let order = order(&gates)?;
        Ok((Plan { axes: self.axes, gates, order }, warnings))
    }

    /// Position of the axis of this dimension.
    fn axis(&mut self, gate: &Gate, dimension: &Dimension) -> Result<usize, CytoError> {
        self.wants_fcs |= dimension.compensation == Compensation::Fcs;
        let source = match &dimension.source {
            Source::Channel(name) => AxisSource::Channel(self.mixture(gate, &dimension.compensation, name)?),
            Source::Ratio(id) => match self.transformation(gate, id)? {
                TransformationKind::Ratio { numerator, denominator, a, b, c } => AxisSource::Ratio {
                    numerator: self.mixture(gate, &dimension.compensation, numerator)?,
                    denominator: self.mixture(gate, &dimension.compensation, denominator)?,
                    a: *a,
                    b: *b,
                    c: *c,
                },
                TransformationKind::Scale { .. } => return Err(wrong_kind(gate, id, "a ratio as a new dimension")),
            },
        };
        let scale = match &dimension.transformation {
            None => None,
            Some(id) => match self.transformation(gate, id)? {
                TransformationKind::Scale { scale, bound_min, bound_max } => {
                    let (low, high) = (bound_min.unwrap_or(f64::NEG_INFINITY), bound_max.unwrap_or(f64::INFINITY));
                    Some((Transform::new(*scale)?, low, high))
                }
                TransformationKind::Ratio { .. } => return Err(wrong_kind(gate, id, "a scale for one dimension")),
            },
        };
        let axis = Axis { source, scale };
        if let Some(at) = self.axes.iter().position(|known| *known == axis) {
            return Ok(at);
        }
        self.axes.push(axis);
        Ok(self.axes.len() - 1)
    }

    fn transformation(&self, gate: &Gate, id: &str) -> Result<&'a TransformationKind, CytoError> {
        let found = self.document.transformations.iter().find(|t| t.id == id).map(|t| &t.kind);
        found.ok_or_else(|| unknown(gate, "transformation", id))
    }

    /// The columns that make up a compensated value.
    fn mixture(&self, gate: &Gate, compensation: &Compensation, name: &str) -> Result<Mixture, CytoError> {
        let all = |detectors: &[String], weights: &Dense<f64>, dye: usize| {
            detectors.iter().enumerate().map(|(i, d)| Ok((self.column(gate, d)?, weights.row(i)[dye]))).collect()
        };
        match compensation {
            Compensation::Uncompensated => {}
            Compensation::Fcs => {
                if let Some((spillover, inverse)) = &self.fcs
                    && let Some(dye) = spillover.channels().iter().position(|c| c == name)
                {
                    return all(spillover.channels(), inverse, dye);
                }
            }
            Compensation::Matrix(id) => {
                let at = self.document.matrices.iter().position(|m| m.id == *id);
                let at = at.ok_or_else(|| unknown(gate, "matrix", id))?;
                let matrix = &self.document.matrices[at];
                let dye = matrix.fluorochromes.iter().position(|f| f == name);
                return all(&matrix.detectors, &self.unmixing[at], dye.ok_or_else(|| unknown(gate, "dye", name))?);
            }
        }
        Ok(vec![(self.column(gate, name)?, 1.0)])
    }

    fn column(&self, gate: &Gate, name: &str) -> Result<usize, CytoError> {
        self.events.channel(name).ok_or_else(|| CytoError::MissingChannels {
            wanted_by: format!("gate '{}'", gate.id),
            missing: vec![name.to_owned()],
            present: self.events.channels().iter().map(|c| c.name.clone()).collect(),
        })
    }
}

/// `n_detectors x n_fluorochromes`: what measured values (a row) are multiplied by. For a square matrix its inverse, for
/// more detectors than dyes least squares, `S' (S S')^-1`.
fn unmixing(matrix: &SpectrumMatrix, limit: f64) -> Result<Dense<f64>, CytoError> {
    let s = &matrix.coefficients;
    if matrix.inverted {
        check_matrix(&matrix.id, &matrix.detectors, &matrix.fluorochromes, s)?;
        return Ok(s.clone());
    }
    check_matrix(&matrix.id, &matrix.fluorochromes, &matrix.detectors, s)?;
    let (n_dyes, n_detectors) = (s.n_rows(), s.n_cols());
    if n_dyes > n_detectors {
        return Err(CytoError::MatrixShape {
            matrix: matrix.id.clone(),
            rows: n_dyes,
            columns: n_detectors,
            expected_rows: n_detectors,
            expected_columns: n_detectors,
        });
    }
    if n_dyes == n_detectors {
        return Ok(checked_inverse(&matrix.id, s, limit)?.0);
    }
    let product = |i: usize, j: usize| s.row(i).iter().zip(s.row(j)).map(|(a, b)| a * b).sum::<f64>();
    let mut gram = Dense::filled(n_dyes, n_dyes, 0.0);
    (0..n_dyes).for_each(|i| (0..n_dyes).for_each(|j| gram.row_mut(i)[j] = product(i, j)));
    // The condition number of S S' is that of S squared.
    let (inverse, _) = checked_inverse(&matrix.id, &gram, limit * limit)?;
    let mut weights = Dense::filled(n_detectors, n_dyes, 0.0);
    for detector in 0..n_detectors {
        for dye in 0..n_dyes {
            weights.row_mut(detector)[dye] = (0..n_dyes).map(|k| s.row(k)[detector] * inverse.row(k)[dye]).sum();
        }
    }
    Ok(weights)
}

/// An order in which each gate comes after its parent and operands (Kahn), the file's order where there is a choice.
fn order(gates: &[PlannedGate]) -> Result<Vec<usize>, CytoError> {
    let mut done = vec![false; gates.len()];
    let mut order = Vec::with_capacity(gates.len());
    loop {
        let before = order.len();
        for (i, gate) in gates.iter().enumerate() {
            let operands: &[(usize, bool)] = match &gate.rule {
                Rule::Boolean { operands, .. } => operands,
                _ => &[],
            };
            if !done[i] && gate.parent.is_none_or(|p| done[p]) && operands.iter().all(|&(o, _)| done[o]) {
                done[i] = true;
                order.push(i);
            }
        }
        if order.len() == gates.len() {
            return Ok(order);
        }
        if order.len() == before {
            let left = (0..gates.len()).filter(|&i| !done[i]).map(|i| gates[i].id.clone());
            return Err(CytoError::Cycle { gates: left.collect() });
        }
    }
}

fn unique<'a>(kind: &'static str, ids: impl Iterator<Item = &'a String>) -> Result<(), CytoError> {
    let mut sorted: Vec<&String> = ids.collect();
    sorted.sort();
    match sorted.windows(2).find(|w| w[0] == w[1]) {
        Some(w) => Err(CytoError::RepeatedId { kind, id: w[0].clone() }),
        None => Ok(()),
    }
}

fn unknown(gate: &Gate, kind: &'static str, id: &str) -> CytoError {
    CytoError::UnknownReference { gate: gate.id.clone(), kind, id: id.to_owned() }
}

fn wrong_kind(gate: &Gate, id: &str, expected: &'static str) -> CytoError {
    CytoError::Shape { gate: gate.id.clone(), found: format!("transformation '{id}' is of the other kind"), expected }
}
