//! What is written, FlowKit reads to the same events; and rules of the standard that FlowKit does not have.

use puricell_core::Dense;
use puricell_prep::cyto::{
    BooleanOperation, Compensation, CompensationParams, Dimension, Divider, Gate, GateReference, GatingMl, Interval,
    Quadrant, Scale, Shape, Source, SpectrumMatrix, Spillover, Transform, Transformation, TransformationKind,
    compensate,
};

use crate::gates::{bits, data1, truth_file};
use crate::test_data;

fn spillover() -> Spillover {
    Spillover::from_keyword("3,FL1-H,FL2-H,FL3-H,1,0.02,0.06,0.11,1,0.07,0.09,0.01,1").unwrap()
}

fn channel(name: &str, compensation: Compensation, transformation: Option<&str>) -> Dimension {
    Dimension { source: Source::Channel(name.into()), compensation, transformation: transformation.map(str::to_owned) }
}

fn scale(id: &str, scale: Scale) -> Transformation {
    Transformation { id: id.into(), kind: TransformationKind::Scale { scale, bound_min: None, bound_max: None } }
}

fn gate(id: &str, parent: Option<&str>, shape: Shape) -> Gate {
    Gate { id: id.into(), parent: parent.map(str::to_owned), shape }
}

fn interval(min: f64, max: f64) -> Interval {
    Interval { min: Some(min), max: Some(max) }
}

/// Every shape, a parent chain, a matrix taken from a file's spillover.
fn document() -> GatingMl {
    let spill = || Compensation::Matrix("Spill".into());
    let raw = |name| channel(name, Compensation::Uncompensated, None);
    let reference = |id: &str, complement| GateReference { id: id.into(), complement };
    let at = |positions: [(&str, f64); 2]| positions.map(|(id, v)| (id.to_owned(), v)).to_vec();
    let quadrant = |id: &str, positions| Quadrant { id: id.into(), positions: at(positions) };
    let divider = |id: &str, name, values: &[f64]| Divider {
        id: id.into(),
        dimension: channel(name, spill(), Some("lgcl")),
        values: values.to_vec(),
    };
    let ratio = TransformationKind::Ratio {
        numerator: "FL2-H".into(),
        denominator: "FL2-A".into(),
        a: 2.7,
        b: -100.0,
        c: -300.0,
    };
    GatingMl {
        transformations: vec![
            scale("lgcl", Scale::Logicle { t: 10_000.0, w: 0.75, m: 4.5, a: 0.25 }),
            scale("asinh_5", Scale::Arcsinh { cofactor: 5.0 }),
            scale("hyper", Scale::Hyperlog { t: 10_000.0, w: 0.8, m: 4.5, a: 0.0 }),
            scale("low", Scale::Linear { t: 1.2, a: 0.1 }),
            Transformation { id: "ratio".into(), kind: ratio },
        ],
        matrices: vec![SpectrumMatrix::from_spillover("Spill", &spillover())],
        gates: vec![
            gate(
                "cells",
                None,
                Shape::Polygon {
                    dimensions: [raw("FSC-H"), raw("SSC-H")],
                    vertices: vec![[60.0, 5.0], [270.0, 5.0], [270.0, 90.0], [150.0, 110.0], [60.0, 40.0]],
                },
            ),
            gate(
                "core",
                Some("cells"),
                Shape::Ellipsoid {
                    dimensions: vec![raw("FSC-H"), raw("SSC-H")],
                    mean: vec![110.0, 25.0],
                    covariance: Dense::new(2, 2, vec![900.0, 60.0, 60.0, 200.0]).unwrap(),
                    distance_square: 4.5,
                },
            ),
            gate(
                "fourths",
                Some("core"),
                Shape::Quadrants {
                    dividers: vec![divider("d1", "FL1-H", &[0.35, 0.5]), divider("d2", "FL2-H", &[0.42])],
                    quadrants: vec![
                        quadrant("low-low", [("d1", 0.1), ("d2", 0.2)]),
                        quadrant("mid-low", [("d1", 0.4), ("d2", 0.2)]),
                        quadrant("high-high", [("d1", 0.9), ("d2", 0.6)]),
                    ],
                },
            ),
            gate(
                "dim",
                Some("mid-low"),
                Shape::Rectangle(vec![
                    (channel("FL3-H", spill(), Some("asinh_5")), interval(0.1, 3.3)),
                    (channel("FL4-H", Compensation::Uncompensated, Some("hyper")), interval(0.2, 0.8)),
                ]),
            ),
            gate(
                "rat",
                None,
                Shape::Rectangle(vec![(
                    Dimension {
                        source: Source::Ratio("ratio".into()),
                        compensation: Compensation::Uncompensated,
                        transformation: Some("low".into()),
                    },
                    interval(0.8, 0.9),
                )]),
            ),
            gate(
                "either",
                Some("cells"),
                Shape::Boolean {
                    operation: BooleanOperation::Or,
                    operands: vec![reference("rat", false), reference("core", true)],
                },
            ),
            gate(
                "not-dim",
                None,
                Shape::Boolean { operation: BooleanOperation::Not, operands: vec![reference("dim", false)] },
            ),
        ],
    }
}

// Verifies R-24.
#[test]
fn flowkit_reads_what_is_written_to_the_same_events() {
    // The files beside FlowKit's memberships are what is written now.
    let folder = test_data("gatingml").join("flowkit");
    let written = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(document().to_xml().unwrap(), written("every_shape.xml"));
    let suite = std::fs::read_to_string(test_data("gatingml").join("gml/gml_all_gates.xml")).unwrap();
    assert_eq!(GatingMl::parse(&suite).unwrap().value.to_xml().unwrap(), written("all_gates.xml"));
    let found = document().evaluate(&data1(), None).unwrap();
    assert!(found.warnings.is_empty());
    assert_eq!(found.value.gates.len(), 9);
    for (at, (gate, membership)) in found.value.gates.iter().enumerate() {
        assert!(membership.count() > 10 && membership.count() < 13_360, "{gate}: {}", membership.count());
        assert!(bits(membership) == truth_file(&folder.join(format!("every_shape_{at}.txt"))), "{gate}");
    }
}

#[test]
fn threads_do_not_change_a_membership() {
    let events = data1();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| document().evaluate(&events, None)).unwrap()
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn the_files_matrix_serves_dimensions_that_name_fcs() {
    let shape = |compensation: Compensation| {
        Shape::Rectangle(vec![
            (channel("FL2-H", compensation.clone(), None), interval(5.0, 300.0)),
            // Not in the matrix: taken as it is.
            (channel("FSC-H", Compensation::Fcs, None), interval(50.0, 150.0)),
        ])
    };
    let mut document = document();
    document.gates = vec![
        gate("file", None, shape(Compensation::Fcs)),
        gate("own", None, shape(Compensation::Matrix("Spill".into()))),
        gate("raw", None, shape(Compensation::Uncompensated)),
    ];
    let events = data1();
    let found = document.evaluate(&events, Some(&spillover())).unwrap();
    assert!(found.warnings.is_empty());
    let count = |id: &str| found.value.get(id).unwrap().count();
    assert_eq!(found.value.get("file"), found.value.get("own"));
    assert_ne!(count("file"), count("raw"));
    // The same as compensating first, but for the rounding to f32, which no event is near enough to notice.
    let mut compensated = events.clone();
    compensate(&mut compensated, &spillover(), &CompensationParams::default()).unwrap();
    let inside = |row: &[f32]| (5.0..300.0).contains(&row[3]) && (50.0..150.0).contains(&row[0]);
    assert_eq!((0..13_367).filter(|&i| inside(compensated.values().row(i))).count(), count("file"));
    // Without one, with a remark, the values as they are.
    let without = document.evaluate(&events, None).unwrap();
    assert_eq!(without.warnings[0].code, "no_file_compensation");
    assert_eq!(without.value.get("file"), without.value.get("raw"));
}

#[test]
fn ratios_of_compensated_channels_and_bounds_follow_the_standard() {
    let ratio = |id: &str| Dimension {
        source: Source::Ratio("r".into()),
        compensation: Compensation::Matrix("Spill".into()),
        transformation: Some(id.into()),
    };
    let linear = Scale::Linear { t: 10.0, a: 0.0 };
    let bounded = TransformationKind::Scale { scale: linear, bound_min: Some(0.05), bound_max: Some(0.2) };
    let kind =
        TransformationKind::Ratio { numerator: "FL2-H".into(), denominator: "FL1-H".into(), a: 2.0, b: 1.0, c: -3.0 };
    let mut document = document();
    document.transformations = vec![
        Transformation { id: "r".into(), kind },
        scale("free", linear),
        Transformation { id: "bounded".into(), kind: bounded },
    ];
    let side = |id, min, max| Shape::Rectangle(vec![(ratio(id), Interval { min, max })]);
    document.gates = vec![
        gate("between", None, side("free", Some(0.05), Some(0.2))),
        gate("all", None, side("bounded", Some(0.05), Some(0.200_001))),
        gate("top", None, side("bounded", Some(0.2), None)),
    ];
    let events = data1();
    assert_eq!(GatingMl::parse(&document.to_xml().unwrap()).unwrap().value, document);
    let found = document.evaluate(&events, None).unwrap().value;
    let mut compensated = events;
    compensate(&mut compensated, &spillover(), &CompensationParams::default()).unwrap();
    let scaled: Vec<f64> = (0..13_367)
        .map(|i| compensated.values().row(i))
        .map(|row| 2.0 * (f64::from(row[3]) - 1.0) / (f64::from(row[2]) + 3.0) / 10.0)
        .collect();
    let count = |holds: &dyn Fn(f64) -> bool| scaled.iter().filter(|v| holds(**v)).count();
    assert_eq!(found.get("between").unwrap().count(), count(&|v| (0.05..0.2).contains(&v)));
    // Held at the bounds, every event lies between them.
    assert_eq!(found.get("all").unwrap().count(), 13_367);
    assert_eq!(found.get("top").unwrap().count(), count(&|v| v >= 0.2));
}

#[test]
fn more_detectors_than_dyes_are_unmixed_by_least_squares() {
    // Two dyes in three detectors; the events are mixtures of them, so that unmixing gives the dyes back.
    let names = |n: &[&str]| n.iter().map(|&s| s.to_owned()).collect::<Vec<_>>();
    let spectra = vec![1.0, 0.3, 0.1, 0.2, 1.0, 0.5];
    let mut events = data1();
    let dyes: Vec<[f64; 2]> = (0..13_367).map(|i| [f64::from(i % 97), f64::from(i % 89)]).collect();
    for (i, dye) in dyes.iter().enumerate() {
        let row = events.values_mut().row_mut(i);
        for (detector, column) in [2, 3, 4].into_iter().enumerate() {
            row[column] = (dye[0] * spectra[detector] + dye[1] * spectra[3 + detector]) as f32;
        }
    }
    let matrix = |id: &str, coefficients, inverted| SpectrumMatrix {
        id: id.into(),
        fluorochromes: names(&["dye 1", "dye 2"]),
        detectors: names(&["FL1-H", "FL2-H", "FL3-H"]),
        coefficients,
        inverted,
    };
    // numpy 2.4: numpy.linalg.pinv(spectra), 3 x 2.
    let pinv = vec![
        1.056_874_160_322_436,
        -0.295_566_502_463_054_05,
        -0.145_991_939_095_387_38,
        0.837_438_423_645_32,
        -0.130_765_785_938_199_8,
        0.443_349_753_694_581_24,
    ];
    let mut document = document();
    document.transformations.clear();
    document.matrices = vec![matrix("mixed", Dense::new(2, 3, spectra).unwrap(), false)];
    document.matrices.push(matrix("unmixing", Dense::new(3, 2, pinv).unwrap(), true));
    // Whole numbers of dye, with half a unit to spare for rounding.
    let shape = |matrix: &str| {
        let side = |dye| channel(dye, Compensation::Matrix(matrix.into()), None);
        Shape::Rectangle(vec![(side("dye 1"), interval(9.5, 50.5)), (side("dye 2"), interval(19.5, 70.5))])
    };
    document.gates = vec![gate("a", None, shape("mixed")), gate("b", None, shape("unmixing"))];
    assert_eq!(GatingMl::parse(&document.to_xml().unwrap()).unwrap().value, document);
    let found = document.evaluate(&events, None).unwrap().value;
    let want: Vec<bool> = dyes.iter().map(|d| (9.5..50.5).contains(&d[0]) && (19.5..70.5).contains(&d[1])).collect();
    assert!(bits(found.get("a").unwrap()) == want);
    assert_eq!(found.get("a"), found.get("b"));
}

#[test]
fn odd_channel_names_survive_and_odd_ids_are_refused() {
    let mut document = document();
    document.transformations[1] = scale("asinh_5", Scale::Linear { t: 1e-9, a: 1e-300 });
    let name = "<CD\u{3b1}&\"4'>\t\n\r  x";
    let side = channel(name, Compensation::Fcs, None);
    document.gates[0].shape = Shape::Rectangle(vec![(side, Interval { min: Some(-0.1), max: None })]);
    assert_eq!(GatingMl::parse(&document.to_xml().unwrap()).unwrap().value, document);
    for id in ["", "1a", "a b", "a:b", "a<"] {
        document.gates[1].id = id.into();
        let error = document.to_xml().unwrap_err();
        assert!(error.to_string().starts_with(&format!("'{id}' cannot be a name in Gating-ML")), "{error}");
    }
    document.gates[1].id = "d1".into();
    assert_eq!(document.to_xml().unwrap_err().to_string(), "two elements are named 'd1'");
}

#[test]
fn arcsinh_is_written_as_the_fasinh_of_the_same_values() {
    let read = GatingMl::parse(&document().to_xml().unwrap()).unwrap().value;
    let TransformationKind::Scale { scale: as_read, .. } = read.transformations[1].kind else { panic!("{read:?}") };
    let (a, b) = (Transform::new(Scale::Arcsinh { cofactor: 5.0 }).unwrap(), Transform::new(as_read).unwrap());
    for x in [-300.0, -1.0, 0.0, 0.3, 77.0, 1e5] {
        assert!((a.forward(x) - b.forward(x)).abs() < 1e-12, "{x}");
    }
}
