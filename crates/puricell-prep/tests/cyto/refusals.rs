//! Documents that are refused, and what is said of them.

use puricell_prep::cyto::GatingMl;

use crate::gates::data1;

const HEAD: &str = r#"<gating:Gating-ML xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating"
 xmlns:transforms="http://www.isac-net.org/std/Gating-ML/v2.0/transformations"
 xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes">
"#;

fn document(body: &str) -> String {
    format!("{HEAD}{body}\n</gating:Gating-ML>")
}

fn dimension(channel: &str, attributes: &str) -> String {
    format!(
        r#"<gating:dimension gating:compensation-ref="uncompensated" {attributes}><data-type:fcs-dimension data-type:name="{channel}"/></gating:dimension>"#
    )
}

fn rectangle(id: &str, channel: &str, attributes: &str) -> String {
    let dimension = dimension(channel, attributes);
    format!(r#"<gating:RectangleGate gating:id="{id}">{dimension}</gating:RectangleGate>"#)
}

fn boolean(id: &str, operation: &str, operands: &[&str]) -> String {
    let operands: String = operands.iter().map(|o| format!(r#"<gating:gateReference gating:ref="{o}"/>"#)).collect();
    let body = format!("<gating:{operation}>{operands}</gating:{operation}>");
    format!(r#"<gating:BooleanGate gating:id="{id}">{body}</gating:BooleanGate>"#)
}

fn parse_error(text: &str) -> String {
    GatingMl::parse(text).unwrap_err().to_string()
}

fn evaluate_error(body: &str) -> String {
    let parsed = GatingMl::parse(&document(body)).unwrap().value;
    parsed.evaluate(&data1(), None).unwrap_err().to_string()
}

#[test]
fn what_is_no_gating_ml_is_refused_with_the_line() {
    let error = parse_error("<a>\n</b></a>");
    assert!(error.starts_with("not well-formed XML at line 2, column"), "{error}");
    let entities = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
    assert!(parse_error(entities).starts_with("not well-formed XML at line 1"));
    assert_eq!(
        parse_error("<Workspace/>"),
        "Gating-ML line 1, <Workspace>: found <Workspace>, expected <Gating-ML> of Gating-ML 2.0 as the outermost element"
    );
    for (body, message) in [
        (
            "<gating:RectangleGate/>".to_owned(),
            "Gating-ML line 4, <RectangleGate>: found none, expected the attribute gating:id",
        ),
        (
            rectangle("R", "FL1-H", r#"gating:min="ten""#),
            "Gating-ML line 4, <dimension>: found 'ten', expected a number as gating:min",
        ),
        (
            rectangle("R", "FL1-H", r#"gating:max="NaN""#),
            "Gating-ML line 4, <dimension>: found 'NaN', expected a number as gating:max",
        ),
        (
            format!(r#"<gating:PolygonGate gating:id="P">{}</gating:PolygonGate>"#, dimension("FL1-H", "")),
            "Gating-ML line 4, <PolygonGate>: found 1 dimensions, expected two",
        ),
        (
            r#"<gating:BooleanGate gating:id="B"><gating:xor/></gating:BooleanGate>"#.to_owned(),
            "Gating-ML line 4, <BooleanGate>: found none, expected one <and>, <or> or <not>",
        ),
        (
            r#"<transforms:transformation transforms:id="T"><transforms:cubic/></transforms:transformation>"#
                .to_owned(),
            "Gating-ML line 4, <transformation>: found <cubic>, expected flin, flog, fasinh, logicle, hyperlog or fratio",
        ),
        (
            r#"<transforms:spectrumMatrix transforms:id="M"><transforms:fluorochromes/></transforms:spectrumMatrix>"#
                .to_owned(),
            "Gating-ML line 4, <spectrumMatrix>: found none, expected one <detectors>",
        ),
    ] {
        assert_eq!(parse_error(&document(&body)), message);
    }
}

#[test]
fn references_that_lead_nowhere_are_named() {
    for (body, message) in [
        (
            boolean("B", "and", &["A", "C"]) + &rectangle("A", "FL1-H", ""),
            "gate 'B' refers to the gate 'C', which is not defined",
        ),
        (
            rectangle("A", "FL1-H", r#"gating:transformation-ref="log""#),
            "gate 'A' refers to the transformation 'log', which is not defined",
        ),
        (
            rectangle("A", "FL1-H", "").replace("uncompensated", "Spill"),
            "gate 'A' refers to the matrix 'Spill', which is not defined",
        ),
        (
            rectangle("A", "CD3", ""),
            "gate 'A' wants 'CD3', but the events have only 'FSC-H', 'SSC-H', 'FL1-H', 'FL2-H', 'FL3-H', 'FL2-A', \
             'FL4-H', 'Time'",
        ),
        (rectangle("A", "FL1-H", "") + &rectangle("A", "FL2-H", ""), "two gates are named 'A'"),
        (
            boolean("A", "not", &["B"]) + &boolean("B", "not", &["A"]) + &rectangle("C", "FL1-H", ""),
            "these gates depend on each other: 'A', 'B'",
        ),
        (boolean("A", "not", &["A"]), "these gates depend on each other: 'A'"),
    ] {
        assert_eq!(evaluate_error(&body), message);
    }
}

#[test]
fn shapes_against_the_rules_are_refused() {
    let two = dimension("FL1-H", "") + &dimension("FL2-H", "");
    let ellipsoid = |covariance: [f64; 4], distance: f64| {
        let entry = |v: f64| format!(r#"<gating:entry data-type:value="{v}"/>"#);
        let rows: String = covariance
            .chunks(2)
            .map(|row| format!("<gating:row>{}{}</gating:row>", entry(row[0]), entry(row[1])))
            .collect();
        format!(
            r#"<gating:EllipsoidGate gating:id="E">{two}<gating:mean><gating:coordinate data-type:value="1"/>
               <gating:coordinate data-type:value="2"/></gating:mean>
               <gating:covarianceMatrix>{rows}</gating:covarianceMatrix>
               <gating:distanceSquare data-type:value="{distance}"/></gating:EllipsoidGate>"#
        )
    };
    for (body, message) in [
        (
            rectangle("A", "FL1-H", r#"gating:min="2" gating:max="1""#),
            "gate 'A': an interval [2.0, 1.0], expected min at most max",
        ),
        (
            format!(r#"<gating:PolygonGate gating:id="P">{two}</gating:PolygonGate>"#),
            "gate 'P': 0 vertices, expected three or more",
        ),
        (ellipsoid([1.0, 0.0, 0.0, 1.0], 0.0), "gate 'E': a squared distance of 0, expected more than 0"),
        (
            ellipsoid([1.0, 1.0, 1.0, 1.0], 1.0),
            "matrix 'covariance of E' has condition number inf, at most 1.000e15 is accepted: two of its rows can \
             hardly be told apart",
        ),
        (
            boolean("B", "and", &["A"]) + &rectangle("A", "FL1-H", ""),
            "gate 'B': 1 gate references, expected two or more",
        ),
        (
            boolean("B", "not", &["A", "A"]) + &rectangle("A", "FL1-H", ""),
            "gate 'B': 2 gate references, expected one for 'not'",
        ),
    ] {
        assert_eq!(evaluate_error(&body), message);
    }
    // As in the standard's own Ellipsoid3D: evaluated, with a remark.
    let parsed = GatingMl::parse(&document(&ellipsoid([1.0, 3.0, 2.0, 1.0], 1.0))).unwrap().value;
    assert_eq!(parsed.evaluate(&data1(), None).unwrap().warnings[0].code, "no_ellipsoid");
}

#[test]
fn no_event_and_no_gate_are_valid() {
    let empty = GatingMl::parse(&document("")).unwrap();
    assert!(empty.warnings.is_empty() && empty.value == GatingMl::default());
    assert!(empty.value.evaluate(&data1(), None).unwrap().value.gates.is_empty());
    let events = data1();
    let none = puricell_core::Events::new(events.values().select_rows(&[]), events.channels().to_vec()).unwrap();
    let parsed = GatingMl::parse(&document(&(rectangle("A", "FL1-H", "") + &boolean("N", "not", &["A"])))).unwrap();
    let found = parsed.value.evaluate(&none, None).unwrap().value;
    assert_eq!(found.gates.iter().map(|(_, m)| (m.n_events(), m.count())).collect::<Vec<_>>(), [(0, 0), (0, 0)]);
}
