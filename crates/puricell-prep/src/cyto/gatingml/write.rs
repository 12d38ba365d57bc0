//! Writes Gating-ML.

use std::f64::consts::LOG10_E;
use std::fmt::Write as _;

use puricell_core::math;

use super::xml::{DATA_TYPE, GATING, TRANSFORMS};
use super::{
    BooleanOperation, Compensation, Dimension, Gate, GatingMl, Interval, Shape, Source, SpectrumMatrix, Transformation,
    TransformationKind,
};
use crate::cyto::{CytoError, Scale};

impl GatingMl {
    /// The document as Gating-ML 2.0, valid by its XML Schema where its shapes are; [`GatingMl::parse`] reads it back to
    /// the same.
    ///
    /// [`Scale::Arcsinh`], which the standard does not have, becomes the `fasinh` of the same values (`T` the cofactor
    /// times sinh 1, `M` log10 e, `A` 0), but for rounding.
    ///
    /// # Errors
    /// [`CytoError::XmlName`] and [`CytoError::RepeatedId`]: the schema wants the names of gates, quadrants, dividers,
    /// transformations and matrices to be XML names (`xs:ID`), each once in the document.
    pub fn to_xml(&self) -> Result<String, CytoError> {
        self.check_names()?;
        let mut xml = Xml { text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), depth: 0 };
        let namespaces = [("xmlns:gating", GATING), ("xmlns:transforms", TRANSFORMS), ("xmlns:data-type", DATA_TYPE)];
        let namespaces = namespaces.map(|(name, value)| (name, value.to_owned()));
        xml.element("gating:Gating-ML", &namespaces, |xml| {
            self.transformations.iter().for_each(|t| transformation(xml, t));
            self.matrices.iter().for_each(|m| matrix(xml, m));
            self.gates.iter().for_each(|g| gate(xml, g));
        });
        Ok(xml.text)
    }

    fn check_names(&self) -> Result<(), CytoError> {
        let mut ids: Vec<&String> = self.transformations.iter().map(|t| &t.id).collect();
        ids.extend(self.matrices.iter().map(|m| &m.id));
        for gate in &self.gates {
            ids.push(&gate.id);
            if let Shape::Quadrants { dividers, quadrants } = &gate.shape {
                ids.extend(dividers.iter().map(|d| &d.id));
                ids.extend(quadrants.iter().map(|q| &q.id));
            }
        }
        if let Some(id) = ids.iter().find(|id| !is_xml_name(id)) {
            return Err(CytoError::XmlName { id: (*id).clone() });
        }
        ids.sort();
        match ids.windows(2).find(|w| w[0] == w[1]) {
            Some(w) => Err(CytoError::RepeatedId { kind: "element", id: w[0].clone() }),
            None => Ok(()),
        }
    }
}

/// Whether text is a name by XML's rules without a colon; of letters beyond ASCII, those that are alphabetic.
fn is_xml_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

/// Text of an XML document under way.
struct Xml {
    text: String,
    depth: usize,
}

type Attributes<'a> = &'a [(&'static str, String)];

impl Xml {
    fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push('<');
        self.text.push_str(name);
        for (key, value) in attributes {
            // Writing to a String does not fail.
            let _ = write!(self.text, " {key}=\"{}\"", escape(value));
        }
    }

    fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.open(name, attributes);
        self.text.push_str("/>\n");
    }

    fn element(&mut self, name: &str, attributes: Attributes<'_>, inner: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        self.text.push_str(">\n");
        self.depth += 1;
        inner(self);
        self.depth -= 1;
        let _ = writeln!(self.text, "{}</{name}>", "  ".repeat(self.depth));
    }

    fn number(&mut self, name: &str, value: f64) {
        let _ = writeln!(self.text, "{}<{name}>{value}</{name}>", "  ".repeat(self.depth));
    }
}

/// Characters that XML keeps for itself, and white space that reading an attribute would turn into blanks.
fn escape(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\t' | '\n' | '\r' => format!("&#{};", u32::from(c)),
            other => other.to_string(),
        })
        .collect()
}

fn number(key: &'static str, value: f64) -> (&'static str, String) {
    (key, value.to_string())
}

fn transformation(xml: &mut Xml, transformation: &Transformation) {
    let mut attributes = vec![("transforms:id", transformation.id.clone())];
    match &transformation.kind {
        TransformationKind::Ratio { numerator, denominator, a, b, c } => {
            xml.element("transforms:transformation", &attributes, |xml| {
                let numbers = [number("transforms:A", *a), number("transforms:B", *b), number("transforms:C", *c)];
                xml.element("transforms:fratio", &numbers, |xml| {
                    channel(xml, numerator);
                    channel(xml, denominator);
                });
            });
        }
        TransformationKind::Scale { scale, bound_min, bound_max } => {
            attributes.extend(bound_min.map(|v| number("transforms:boundMin", v)));
            attributes.extend(bound_max.map(|v| number("transforms:boundMax", v)));
            let (t, w, m, a) = ("transforms:T", "transforms:W", "transforms:M", "transforms:A");
            let (name, parameters) = match *scale {
                Scale::Linear { t: top, a: low } => ("transforms:flin", vec![(t, top), (a, low)]),
                Scale::Log { t: top, m: decades } => ("transforms:flog", vec![(t, top), (m, decades)]),
                Scale::Asinh { t: top, m: decades, a: low } => {
                    ("transforms:fasinh", vec![(t, top), (m, decades), (a, low)])
                }
                Scale::Logicle { t: top, w: width, m: decades, a: low } => {
                    ("transforms:logicle", vec![(t, top), (w, width), (m, decades), (a, low)])
                }
                Scale::Hyperlog { t: top, w: width, m: decades, a: low } => {
                    ("transforms:hyperlog", vec![(t, top), (w, width), (m, decades), (a, low)])
                }
                Scale::Arcsinh { cofactor } => {
                    ("transforms:fasinh", vec![(t, cofactor * math::sinh(1.0)), (m, LOG10_E), (a, 0.0)])
                }
            };
            let parameters: Vec<_> = parameters.into_iter().map(|(key, value)| number(key, value)).collect();
            xml.element("transforms:transformation", &attributes, |xml| xml.empty(name, &parameters));
        }
    }
}

fn channel(xml: &mut Xml, name: &str) {
    xml.empty("data-type:fcs-dimension", &[("data-type:name", name.to_owned())]);
}

fn matrix(xml: &mut Xml, matrix: &SpectrumMatrix) {
    let mut attributes = vec![("transforms:id", matrix.id.clone())];
    if matrix.inverted {
        attributes.push(("transforms:matrix-inverted-already", "true".to_owned()));
    }
    xml.element("transforms:spectrumMatrix", &attributes, |xml| {
        let names = |names: &[String], xml: &mut Xml| names.iter().for_each(|name| channel(xml, name));
        xml.element("transforms:fluorochromes", &[], |xml| names(&matrix.fluorochromes, xml));
        xml.element("transforms:detectors", &[], |xml| names(&matrix.detectors, xml));
        for row in 0..matrix.coefficients.n_rows() {
            xml.element("transforms:spectrum", &[], |xml| {
                for &value in matrix.coefficients.row(row) {
                    xml.empty("transforms:coefficient", &[number("transforms:value", value)]);
                }
            });
        }
    });
}

fn gate(xml: &mut Xml, gate: &Gate) {
    let mut attributes = vec![("gating:id", gate.id.clone())];
    attributes.extend(gate.parent.iter().map(|parent| ("gating:parent_id", parent.clone())));
    match &gate.shape {
        Shape::Rectangle(sides) => xml.element("gating:RectangleGate", &attributes, |xml| {
            for (side, interval) in sides {
                dimension(xml, side, *interval);
            }
        }),
        Shape::Polygon { dimensions, vertices } => xml.element("gating:PolygonGate", &attributes, |xml| {
            for side in dimensions {
                dimension(xml, side, Interval::default());
            }
            for vertex in vertices {
                xml.element("gating:vertex", &[], |xml| coordinates(xml, vertex));
            }
        }),
        Shape::Ellipsoid { dimensions, mean, covariance, distance_square } => {
            xml.element("gating:EllipsoidGate", &attributes, |xml| {
                for side in dimensions {
                    dimension(xml, side, Interval::default());
                }
                xml.element("gating:mean", &[], |xml| coordinates(xml, mean));
                xml.element("gating:covarianceMatrix", &[], |xml| {
                    for row in 0..covariance.n_rows() {
                        xml.element("gating:row", &[], |xml| {
                            for &value in covariance.row(row) {
                                xml.empty("gating:entry", &[number("data-type:value", value)]);
                            }
                        });
                    }
                });
                xml.empty("gating:distanceSquare", &[number("data-type:value", *distance_square)]);
            });
        }
        Shape::Quadrants { dividers, quadrants } => xml.element("gating:QuadrantGate", &attributes, |xml| {
            for divider in dividers {
                let mut attributes = vec![("gating:id", divider.id.clone())];
                attributes.extend(references(&divider.dimension));
                xml.element("gating:divider", &attributes, |xml| {
                    source(xml, &divider.dimension);
                    divider.values.iter().for_each(|&value| xml.number("gating:value", value));
                });
            }
            for quadrant in quadrants {
                xml.element("gating:Quadrant", &[("gating:id", quadrant.id.clone())], |xml| {
                    for (divider, location) in &quadrant.positions {
                        let place = number("gating:location", *location);
                        xml.empty("gating:position", &[("gating:divider_ref", divider.clone()), place]);
                    }
                });
            }
        }),
        Shape::Boolean { operation, operands } => xml.element("gating:BooleanGate", &attributes, |xml| {
            let name = match operation {
                BooleanOperation::And => "gating:and",
                BooleanOperation::Or => "gating:or",
                BooleanOperation::Not => "gating:not",
            };
            xml.element(name, &[], |xml| {
                for operand in operands {
                    let mut attributes = vec![("gating:ref", operand.id.clone())];
                    if operand.complement {
                        attributes.push(("gating:use-as-complement", "true".to_owned()));
                    }
                    xml.empty("gating:gateReference", &attributes);
                }
            });
        }),
    }
}

fn coordinates(xml: &mut Xml, values: &[f64]) {
    for &value in values {
        xml.empty("gating:coordinate", &[number("data-type:value", value)]);
    }
}

/// Attributes that say how a dimension is compensated and transformed.
fn references(dimension: &Dimension) -> Vec<(&'static str, String)> {
    let compensation = match &dimension.compensation {
        Compensation::Uncompensated => "uncompensated",
        Compensation::Fcs => "FCS",
        Compensation::Matrix(name) => name,
    };
    let mut attributes = vec![("gating:compensation-ref", compensation.to_owned())];
    attributes.extend(dimension.transformation.iter().map(|t| ("gating:transformation-ref", t.clone())));
    attributes
}

fn dimension(xml: &mut Xml, dimension: &Dimension, interval: Interval) {
    let mut attributes = references(dimension);
    attributes.extend(interval.min.map(|v| number("gating:min", v)));
    attributes.extend(interval.max.map(|v| number("gating:max", v)));
    xml.element("gating:dimension", &attributes, |xml| source(xml, dimension));
}

fn source(xml: &mut Xml, dimension: &Dimension) {
    match &dimension.source {
        Source::Channel(name) => channel(xml, name),
        Source::Ratio(name) => {
            xml.empty("data-type:new-dimension", &[("data-type:transformation-ref", name.clone())]);
        }
    }
}
