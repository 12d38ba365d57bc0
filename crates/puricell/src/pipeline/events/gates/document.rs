//! The automatic gates as Gating-ML 2.0.

use puricell_prep::cyto::gates::{Gate as Kept, Range};
use puricell_prep::cyto::quality::TimeSpan;
use puricell_prep::cyto::{
    BooleanOperation, Compensation, Dimension, Gate, GateReference, GatingMl, Interval, Shape, Source, SpectrumMatrix,
    Transformation, TransformationKind,
};

use super::{AutomaticSteps, GateShape, LotSpillover};

/// Id and name of each step's gate. The ids hold the words by which gates of a user are given their reasons, so that
/// the document, given back as the user's, drops the same events for the same reasons.
const NAMES: [(&str, &str); 5] = [
    ("steady_time", "Undisturbed flow"),
    ("within_margins", "Within range"),
    ("not_debris", "Cells"),
    ("singlets", "Singlets"),
    ("viable", "Viable cells"),
];
/// Id of the gate, or of the first part of the ids of the gates, of time that left.
const DISTURBED: &str = "disturbed_time";
/// Id of the user's spillover matrix.
const MATRIX: &str = "spillover_given";
/// Id of the ratio of the singlet gate.
const RATIO: &str = "singlet_ratio";

/// A gate to be written.
pub(super) struct Plan {
    /// The step, from 0 in the order they ran.
    pub(super) at: usize,
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) parent: Option<&'static str>,
    pub(super) channels: Vec<String>,
    pub(super) shape: GateShape,
    pub(super) compensated: bool,
}

/// The steps that have a geometry, each with the one before as its parent.
pub(super) fn plan(steps: &AutomaticSteps, spillover: LotSpillover<'_>) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for (at, step) in steps.steps().into_iter().enumerate() {
        let spans = if at == 0 { steps.time.removed.as_slice() } else { &[] };
        let (channels, shape) = match (&step.gate, &steps.time.channel) {
            (Some(gate), _) if !gate.channels().is_empty() => {
                (gate.channels().into_iter().map(str::to_owned).collect(), GateShape::Kept(gate.clone()))
            }
            (None, Some(time)) if !spans.is_empty() => (vec![time.clone()], GateShape::Removed(spans.to_vec())),
            _ => continue,
        };
        // Only the dye is gated after compensation.
        let compensated = at == 4 && compensation_of(&channels[0], spillover) != Compensation::Uncompensated;
        let (id, name) = NAMES[at];
        let parent = plans.last().map(|p| p.id);
        plans.push(Plan { at, id, name, parent, channels, shape, compensated });
    }
    plans
}

/// The automatic gates as a document for the file as measured. Each gate's parent is the one before; the last holds the
/// kept events.
///
/// Steps without a geometry are left out. Time is the complement of what was removed. The viability gate is compensated
/// by the file's own matrix (`FCS`), or by the user's, which is then part of the document.
pub(super) fn to_gatingml(steps: &AutomaticSteps, spillover: LotSpillover<'_>) -> GatingMl {
    let mut document = GatingMl::default();
    for plan in plan(steps, spillover) {
        let compensation =
            if plan.compensated { compensation_of(&plan.channels[0], spillover) } else { Compensation::Uncompensated };
        if let (Compensation::Matrix(id), Some(given)) = (&compensation, spillover.given) {
            document.matrices.push(SpectrumMatrix::from_spillover(id.clone(), given));
        }
        let shape = match plan.shape {
            GateShape::Removed(spans) => undisturbed(&plan.channels[0], &spans, &mut document.gates),
            GateShape::Kept(gate) => kept(&gate, &compensation, &mut document.transformations),
            GateShape::GatingMl(shape) => shape,
        };
        document.gates.push(Gate { id: plan.id.to_owned(), parent: plan.parent.map(str::to_owned), shape });
    }
    document
}

/// How the lot's matrix is referred to for a channel. One that the matrix does not name is not compensated.
fn compensation_of(channel: &str, spillover: LotSpillover<'_>) -> Compensation {
    match (spillover.used(), spillover.given) {
        (Some(used), given) if used.channels().iter().any(|c| c == channel) => {
            if given.is_some() {
                Compensation::Matrix(MATRIX.to_owned())
            } else {
                Compensation::Fcs
            }
        }
        _ => Compensation::Uncompensated,
    }
}

fn dimension(source: Source, compensation: &Compensation) -> Dimension {
    Dimension { source, compensation: compensation.clone(), transformation: None }
}

/// The complement of the spans; their own gates are added to `gates`.
fn undisturbed(channel: &str, spans: &[TimeSpan], gates: &mut Vec<Gate>) -> Shape {
    let time = || dimension(Source::Channel(channel.to_owned()), &Compensation::Uncompensated);
    let reference = |id: String| GateReference { id, complement: false };
    let mut add = |id: String, shape| gates.push(Gate { id, parent: None, shape });
    let ids: Vec<String> = match spans.len() {
        1 => vec![DISTURBED.to_owned()],
        n => (1..=n).map(|i| format!("{DISTURBED}_{i}")).collect(),
    };
    for (id, span) in ids.iter().zip(spans) {
        add(id.clone(), Shape::Rectangle(vec![(time(), Interval { min: span.min, max: span.max })]));
    }
    if ids.len() > 1 {
        let operands = ids.into_iter().map(reference).collect();
        add(DISTURBED.to_owned(), Shape::Boolean { operation: BooleanOperation::Or, operands });
    }
    Shape::Boolean { operation: BooleanOperation::Not, operands: vec![reference(DISTURBED.to_owned())] }
}

/// A gate's geometry; a ratio is added to the transformations.
fn kept(gate: &Kept, compensation: &Compensation, transformations: &mut Vec<Transformation>) -> Shape {
    let channel = |name: &String| dimension(Source::Channel(name.clone()), compensation);
    match gate {
        Kept::Rect(rect) => {
            let side = |r: &Range| (channel(&r.channel), Interval { min: r.min, max: r.max });
            Shape::Rectangle(rect.ranges.iter().map(side).collect())
        }
        Kept::Polygon(polygon) => Shape::Polygon {
            dimensions: [channel(&polygon.x), channel(&polygon.y)],
            vertices: polygon.vertices.clone(),
        },
        Kept::Ratio(ratio) => {
            transformations.push(Transformation {
                id: RATIO.to_owned(),
                kind: TransformationKind::Ratio {
                    numerator: ratio.numerator.clone(),
                    denominator: ratio.denominator.clone(),
                    a: 1.0,
                    b: ratio.numerator_offset,
                    c: ratio.denominator_offset,
                },
            });
            let source = Source::Ratio(RATIO.to_owned());
            Shape::Rectangle(vec![(dimension(source, compensation), Interval { min: ratio.min, max: ratio.max })])
        }
    }
}
