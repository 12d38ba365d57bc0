//! Reads Gating-ML.

use puricell_core::{Dense, Noted, Warning};
use roxmltree::Document;

use super::xml::{DATA_TYPE, Element, GATING, TRANSFORMS};
use super::{
    BooleanOperation, Compensation, Dimension, Divider, Gate, GateReference, GatingMl, Interval, Quadrant, Shape,
    Source, SpectrumMatrix, Transformation, TransformationKind,
};
use crate::cyto::{CytoError, Scale};

const GATES: [&str; 5] = ["RectangleGate", "PolygonGate", "EllipsoidGate", "QuadrantGate", "BooleanGate"];

impl GatingMl {
    /// Reads a document.
    ///
    /// Elements that are none of the standard's are looked into, with the warning `unknown_element`; `custom_info` is
    /// passed over. A document type declaration is refused.
    ///
    /// # Errors
    /// [`CytoError::Xml`] and [`CytoError::Element`] with the line where the text is no Gating-ML 2.0. References are
    /// looked up when the gates are evaluated.
    pub fn parse(text: &str) -> Result<Noted<Self>, CytoError> {
        let document = Document::parse(text).map_err(|error| {
            let (line, column) = (error.pos().row, error.pos().col);
            CytoError::Xml { line, column, problem: error.to_string() }
        })?;
        let root = Element(document.root_element());
        if !root.is(GATING, "Gating-ML") {
            return Err(
                root.wrong(format!("<{}>", root.name()), "<Gating-ML> of Gating-ML 2.0 as the outermost element")
            );
        }
        let mut warnings = Vec::new();
        let mut parsed = Self::default();
        // Depth first, in the file's order; a stack of its own, so that no depth of a file exhausts the program's.
        let mut waiting: Vec<Element<'_>> = root.elements().collect();
        waiting.reverse();
        while let Some(element) = waiting.pop() {
            if element.is(TRANSFORMS, "transformation") {
                parsed.transformations.push(transformation(element)?);
            } else if element.is(TRANSFORMS, "spectrumMatrix") {
                parsed.matrices.push(matrix(element)?);
            } else if GATES.iter().any(|name| element.is(GATING, name)) {
                parsed.gates.push(gate(element)?);
            } else if !element.is(DATA_TYPE, "custom_info") {
                let inner: Vec<Element<'_>> = element.elements().collect();
                warnings.push(Warning::new(
                    "unknown_element",
                    format!(
                        "<{}> on line {} is no element of Gating-ML 2.0; what it holds was read all the same",
                        element.name(),
                        element.line()
                    ),
                ));
                waiting.extend(inner.into_iter().rev());
            }
        }
        Ok(Noted { value: parsed, warnings })
    }
}

fn transformation(element: Element<'_>) -> Result<Transformation, CytoError> {
    let id = element.text(TRANSFORMS, "id", "the attribute transforms:id")?;
    let body = element.elements().find(|e| !e.is(DATA_TYPE, "custom_info"));
    let expected = "flin, flog, fasinh, logicle, hyperlog or fratio";
    let body = body.ok_or_else(|| element.wrong("nothing", expected))?;
    let number = |name: &str, expected| body.needed_number(TRANSFORMS, name, expected);
    let t = || number("T", "the number transforms:T");
    let w = || number("W", "the number transforms:W");
    let m = || number("M", "the number transforms:M");
    let a = || number("A", "the number transforms:A");
    let scale = match body.name() {
        "flin" => Scale::Linear { t: t()?, a: a()? },
        "flog" => Scale::Log { t: t()?, m: m()? },
        "fasinh" => Scale::Asinh { t: t()?, m: m()?, a: a()? },
        "logicle" => Scale::Logicle { t: t()?, w: w()?, m: m()?, a: a()? },
        "hyperlog" => Scale::Hyperlog { t: t()?, w: w()?, m: m()?, a: a()? },
        "fratio" => {
            let [numerator, denominator] = <[String; 2]>::try_from(channels(body)?)
                .map_err(|names| body.wrong(format!("{} channels", names.len()), "two"))?;
            let (b, c) = (number("B", "the number transforms:B")?, number("C", "the number transforms:C")?);
            return Ok(Transformation {
                id,
                kind: TransformationKind::Ratio { numerator, denominator, a: a()?, b, c },
            });
        }
        other => return Err(element.wrong(format!("<{other}>"), expected)),
    };
    let bound_min = element.number(TRANSFORMS, "boundMin", "a number as transforms:boundMin")?;
    let bound_max = element.number(TRANSFORMS, "boundMax", "a number as transforms:boundMax")?;
    Ok(Transformation { id, kind: TransformationKind::Scale { scale, bound_min, bound_max } })
}

fn matrix(element: Element<'_>) -> Result<SpectrumMatrix, CytoError> {
    let id = element.text(TRANSFORMS, "id", "the attribute transforms:id")?;
    if ["FCS", "uncompensated"].contains(&id.as_str()) {
        return Err(element.wrong(format!("the name '{id}'"), "a name other than FCS and uncompensated"));
    }
    let fluorochromes = channels(element.child(TRANSFORMS, "fluorochromes", "one <fluorochromes>")?)?;
    let detectors = channels(element.child(TRANSFORMS, "detectors", "one <detectors>")?)?;
    let inverted = element.flag(TRANSFORMS, "matrix-inverted-already")?;
    let mut values = Vec::new();
    let mut n_rows = 0;
    let n_columns = if inverted { fluorochromes.len() } else { detectors.len() };
    for spectrum in element.children(TRANSFORMS, "spectrum") {
        let before = values.len();
        for coefficient in spectrum.children(TRANSFORMS, "coefficient") {
            values.push(coefficient.needed_number(TRANSFORMS, "value", "the number transforms:value")?);
        }
        if values.len() - before != n_columns {
            let found = format!("{} coefficients", values.len() - before);
            return Err(spectrum.wrong(found, "one per detector (of an inverted matrix, per fluorochrome)"));
        }
        n_rows += 1;
    }
    if n_rows != if inverted { detectors.len() } else { fluorochromes.len() } {
        let expected = "one per fluorochrome (of an inverted matrix, per detector)";
        return Err(element.wrong(format!("{n_rows} spectra"), expected));
    }
    let coefficients = Dense::new(n_rows, n_columns, values)
        .map_err(|e| element.wrong(format!("{} coefficients", e.found), "one per fluorochrome and detector"))?;
    Ok(SpectrumMatrix { id, fluorochromes, detectors, coefficients, inverted })
}

/// Names of the channels listed in an element.
fn channels(element: Element<'_>) -> Result<Vec<String>, CytoError> {
    element
        .children(DATA_TYPE, "fcs-dimension")
        .map(|e| e.text(DATA_TYPE, "name", "the attribute data-type:name"))
        .collect()
}

fn gate(element: Element<'_>) -> Result<Gate, CytoError> {
    let id = element.text(GATING, "id", "the attribute gating:id")?;
    let parent = element.attribute(GATING, "parent_id").map(str::to_owned);
    let shape = match element.name() {
        "RectangleGate" => rectangle(element)?,
        "PolygonGate" => polygon(element)?,
        "EllipsoidGate" => ellipsoid(element)?,
        "QuadrantGate" => quadrants(element)?,
        _ => boolean(element)?,
    };
    Ok(Gate { id, parent, shape })
}

fn dimensions(element: Element<'_>) -> Result<Vec<Dimension>, CytoError> {
    element.children(GATING, "dimension").map(dimension).collect()
}

fn dimension(element: Element<'_>) -> Result<Dimension, CytoError> {
    let compensation = match element.text(GATING, "compensation-ref", "the attribute gating:compensation-ref")? {
        name if name == "uncompensated" => Compensation::Uncompensated,
        name if name == "FCS" => Compensation::Fcs,
        name => Compensation::Matrix(name),
    };
    let expected = "one <fcs-dimension> or <new-dimension>";
    let new = element.children(DATA_TYPE, "new-dimension").next();
    let source = if let Some(new) = new {
        Source::Ratio(new.text(DATA_TYPE, "transformation-ref", "the attribute data-type:transformation-ref")?)
    } else {
        let channel = element.child(DATA_TYPE, "fcs-dimension", expected)?;
        Source::Channel(channel.text(DATA_TYPE, "name", "the attribute data-type:name")?)
    };
    let transformation = element.attribute(GATING, "transformation-ref").map(str::to_owned);
    Ok(Dimension { source, compensation, transformation })
}

fn rectangle(element: Element<'_>) -> Result<Shape, CytoError> {
    let side = |e: Element<'_>| {
        let min = e.number(GATING, "min", "a number as gating:min")?;
        let max = e.number(GATING, "max", "a number as gating:max")?;
        Ok((dimension(e)?, Interval { min, max }))
    };
    Ok(Shape::Rectangle(element.children(GATING, "dimension").map(side).collect::<Result<_, CytoError>>()?))
}

fn coordinates(element: Element<'_>) -> Result<Vec<f64>, CytoError> {
    let value = |e: Element<'_>| e.needed_number(DATA_TYPE, "value", "the number data-type:value");
    element.children(GATING, "coordinate").map(value).collect()
}

fn polygon(element: Element<'_>) -> Result<Shape, CytoError> {
    let dimensions = <[Dimension; 2]>::try_from(dimensions(element)?)
        .map_err(|d| element.wrong(format!("{} dimensions", d.len()), "two"))?;
    let vertex = |e: Element<'_>| {
        <[f64; 2]>::try_from(coordinates(e)?).map_err(|c| e.wrong(format!("{} coordinates", c.len()), "two"))
    };
    let vertices = element.children(GATING, "vertex").map(vertex).collect::<Result<_, _>>()?;
    Ok(Shape::Polygon { dimensions, vertices })
}

fn ellipsoid(element: Element<'_>) -> Result<Shape, CytoError> {
    let dimensions = dimensions(element)?;
    let mean = coordinates(element.child(GATING, "mean", "one <mean>")?)?;
    let covariance = element.child(GATING, "covarianceMatrix", "one <covarianceMatrix>")?;
    let mut values = Vec::new();
    let mut n_rows = 0;
    for row in covariance.children(GATING, "row") {
        for entry in row.children(GATING, "entry") {
            values.push(entry.needed_number(DATA_TYPE, "value", "the number data-type:value")?);
        }
        n_rows += 1;
        if values.len() != n_rows * dimensions.len() {
            return Err(row.wrong("another number of entries", "one per dimension"));
        }
    }
    let covariance = Dense::new(n_rows, dimensions.len(), values)
        .map_err(|e| covariance.wrong(format!("{} entries", e.found), "one per pair of dimensions"))?;
    let distance = element.child(GATING, "distanceSquare", "one <distanceSquare>")?;
    let distance_square = distance.needed_number(DATA_TYPE, "value", "the number data-type:value")?;
    Ok(Shape::Ellipsoid { dimensions, mean, covariance, distance_square })
}

fn quadrants(element: Element<'_>) -> Result<Shape, CytoError> {
    let divider = |e: Element<'_>| {
        let id = e.text(GATING, "id", "the attribute gating:id")?;
        let value = |v: Element<'_>| v.content("a number");
        let values = e.children(GATING, "value").map(value).collect::<Result<_, _>>()?;
        Ok(Divider { id, dimension: dimension(e)?, values })
    };
    let position = |e: Element<'_>| {
        let divider = e.text(GATING, "divider_ref", "the attribute gating:divider_ref")?;
        Ok((divider, e.needed_number(GATING, "location", "the number gating:location")?))
    };
    let quadrant = |e: Element<'_>| {
        let id = e.text(GATING, "id", "the attribute gating:id")?;
        let positions = e.children(GATING, "position").map(position).collect::<Result<_, CytoError>>()?;
        Ok(Quadrant { id, positions })
    };
    Ok(Shape::Quadrants {
        dividers: element.children(GATING, "divider").map(divider).collect::<Result<_, CytoError>>()?,
        quadrants: element.children(GATING, "Quadrant").map(quadrant).collect::<Result<_, CytoError>>()?,
    })
}

fn boolean(element: Element<'_>) -> Result<Shape, CytoError> {
    let operations = [("and", BooleanOperation::And), ("or", BooleanOperation::Or), ("not", BooleanOperation::Not)];
    let mut found = operations.into_iter().flat_map(|(name, op)| element.children(GATING, name).map(move |e| (e, op)));
    let expected = "one <and>, <or> or <not>";
    let (body, operation) = found.next().ok_or_else(|| element.wrong("none", expected))?;
    if found.next().is_some() {
        return Err(element.wrong("several", expected));
    }
    let reference = |e: Element<'_>| {
        let id = e.text(GATING, "ref", "the attribute gating:ref")?;
        Ok(GateReference { id, complement: e.flag(GATING, "use-as-complement")? })
    };
    let operands = body.children(GATING, "gateReference").map(reference).collect::<Result<_, CytoError>>()?;
    Ok(Shape::Boolean { operation, operands })
}
