//! Gates in the XML of Gating-ML 2.0 (ISAC recommendation, doi:10.1002/cyto.a.22690).
//!
//! [`GatingMl::parse`] reads a document, [`GatingMl::evaluate`] finds each gate's events, [`GatingMl::to_xml`] writes it.
//! A gate's events are those within its shape that are also in its parent gate. Intervals hold their lower end, but not
//! their upper one; polygons hold their outline, and where outlines cross, the even-odd rule holds; ellipsoids hold
//! their surface. A value of NaN lies in no rectangle, polygon, ellipsoid or quadrant.

mod evaluate;
mod geometry;
mod membership;
mod parse;
mod plan;
mod shapes;
mod write;
mod xml;

use puricell_core::Dense;

use super::{Scale, Spillover};
pub use membership::{Membership, Memberships};

/// A Gating-ML document: what is defined, in the file's order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GatingMl {
    /// Scales and ratios that dimensions refer to.
    pub transformations: Vec<Transformation>,
    /// Compensation matrices that dimensions refer to.
    pub matrices: Vec<SpectrumMatrix>,
    /// The gates.
    pub gates: Vec<Gate>,
}

/// A transformation and its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Transformation {
    /// Unique among transformations.
    pub id: String,
    /// What it does.
    pub kind: TransformationKind,
}

/// What a transformation does.
#[derive(Debug, Clone, PartialEq)]
pub enum TransformationKind {
    /// Brings one dimension to another scale.
    Scale {
        /// The scale.
        scale: Scale,
        /// Values scaled below this become this.
        bound_min: Option<f64>,
        /// Values scaled above this become this.
        bound_max: Option<f64>,
    },
    /// `fratio`: `a (x - b) / (y - c)`, a new dimension of two channels.
    Ratio {
        /// Channel (or dye) of `x`.
        numerator: String,
        /// Channel (or dye) of `y`.
        denominator: String,
        /// Factor.
        a: f64,
        /// Offset of `x`.
        b: f64,
        /// Offset of `y`.
        c: f64,
    },
}

/// How much of each dye's light every detector sees.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectrumMatrix {
    /// Unique among matrices; neither `FCS` nor `uncompensated`.
    pub id: String,
    /// Dyes, by which dimensions name compensated values.
    pub fluorochromes: Vec<String>,
    /// Channels of the file, at least as many as dyes; more are unmixed by least squares.
    pub detectors: Vec<String>,
    /// `n_fluorochromes x n_detectors`; where `inverted`, `n_detectors x n_fluorochromes`.
    pub coefficients: Dense<f64>,
    /// The coefficients are already those by which measured values (a row) are to be multiplied (the standard's
    /// `matrix-inverted-already`).
    pub inverted: bool,
}

impl SpectrumMatrix {
    /// A file's spillover as a matrix of Gating-ML; each dye goes by the name of its detector.
    pub fn from_spillover(id: impl Into<String>, spillover: &Spillover) -> Self {
        Self {
            id: id.into(),
            fluorochromes: spillover.channels().to_vec(),
            detectors: spillover.channels().to_vec(),
            coefficients: spillover.matrix().clone(),
            inverted: false,
        }
    }
}

/// A gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// Unique among gates and quadrants.
    pub id: String,
    /// Gate or quadrant that an event must also be in.
    pub parent: Option<String>,
    /// Its shape.
    pub shape: Shape,
}

/// Shape of a gate.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// An interval in each of its dimensions, one or more.
    Rectangle(Vec<(Dimension, Interval)>),
    /// A polygon in two dimensions.
    Polygon {
        /// Horizontal and vertical dimension.
        dimensions: [Dimension; 2],
        /// Corners, at least three; the last is joined to the first.
        vertices: Vec<[f64; 2]>,
    },
    /// Points within a Mahalanobis distance of a centre.
    Ellipsoid {
        /// Two or more.
        dimensions: Vec<Dimension>,
        /// Centre, a value per dimension.
        mean: Vec<f64>,
        /// `n_dimensions x n_dimensions`, that can be inverted; symmetric and positive definite for an ellipsoid.
        covariance: Dense<f64>,
        /// Square of the distance, above 0.
        distance_square: f64,
    },
    /// Several gates cut by common dividers. It holds no events itself; its quadrants do.
    Quadrants {
        /// What cuts.
        dividers: Vec<Divider>,
        /// What is cut out.
        quadrants: Vec<Quadrant>,
    },
    /// A combination of other gates.
    Boolean {
        /// How they are combined.
        operation: BooleanOperation,
        /// The gates: two or more, for [`BooleanOperation::Not`] one.
        operands: Vec<GateReference>,
    },
}

/// An interval, its lower end included and its upper one not. An end that is `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Interval {
    /// Lower end.
    pub min: Option<f64>,
    /// Upper end.
    pub max: Option<f64>,
}

/// What is compared: a channel or a ratio, compensated, then transformed.
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    /// Where the values come from.
    pub source: Source,
    /// How they are compensated.
    pub compensation: Compensation,
    /// Name of the scale they are brought to.
    pub transformation: Option<String>,
}

/// Where a dimension's values come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A channel's `$PnN`, or a dye of the matrix that compensates.
    Channel(String),
    /// A ratio, by the name of its transformation.
    Ratio(String),
}

/// How a dimension is compensated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compensation {
    /// Not at all.
    Uncompensated,
    /// By the matrix of the FCS file, where it has one.
    Fcs,
    /// By a matrix of the document, by name.
    Matrix(String),
}

/// A dimension cut at one or more values.
#[derive(Debug, Clone, PartialEq)]
pub struct Divider {
    /// Unique within its gate.
    pub id: String,
    /// What is cut.
    pub dimension: Dimension,
    /// Where, in increasing order.
    pub values: Vec<f64>,
}

/// A gate between dividers.
#[derive(Debug, Clone, PartialEq)]
pub struct Quadrant {
    /// Unique among gates and quadrants.
    pub id: String,
    /// Name of a divider and any place between two of its values, which says between which.
    pub positions: Vec<(String, f64)>,
}

/// How gates are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BooleanOperation {
    /// Events in all of them.
    And,
    /// Events in any of them.
    Or,
    /// Events not in it.
    Not,
}

/// A gate or quadrant, or all that is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateReference {
    /// Its name.
    pub id: String,
    /// Whether the events outside are meant.
    pub complement: bool,
}
