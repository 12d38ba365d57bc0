//! What a cytometry lot adds to the renderings.

use puricell_report::model::{ChannelRange, Cytometry, DensityPlot, EventGate, GateGeometry, Model, PlotAxis, SomEdge};
use puricell_report::{
    Figure, FigureKind, Lang, ModelProblem, ReportError, figures, html, json, json_schema, multiqc, png,
};
use serde_json::Value;

use super::figures::assert_on_sheet;
use super::{bare_zero_per_cent, empty_lot, flow_lot, lot};

const KINDS: [FigureKind; 5] =
    [FigureKind::MarkerHistograms, FigureKind::Densities, FigureKind::Gating, FigureKind::Spillover, FigureKind::Som];

fn figure(model: &Model, kind: FigureKind) -> Figure {
    figures(model).unwrap().into_iter().find(|f| f.kind == kind).unwrap()
}

fn data(model: &mut Model) -> &mut Cytometry {
    model.cytometry.as_mut().unwrap()
}

/// Text as a reader sees it: no-break spaces are spaces.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ").replace("&nbsp;", " ")
}

fn page(model: &Model) -> String {
    html(model, &figures(model).unwrap(), Lang::En).unwrap()
}

#[test]
fn the_json_satisfies_its_schema_and_reads_back() {
    let schema: Value = serde_json::from_str(&json_schema().unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let model = flow_lot();
    let text = json(&model).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(serde_json::from_str::<Model>(&text).unwrap(), model);
    value["cytometry"]["gates"][0]["geometry"]["kind"] = "circle".into();
    assert!(!validator.is_valid(&value));
}

#[test]
fn a_lot_of_expression_data_does_not_mention_cytometry() {
    let model = lot();
    assert!(!json(&model).unwrap().contains("\"cytometry\""));
    let page = page(&model);
    assert!(!page.contains("id=\"cytometry\"") && !page.contains("id=\"markers\""));
    assert!(figures(&model).unwrap().iter().all(|f| !KINDS.contains(&f.kind)));
}

#[test]
fn every_figure_is_drawn_and_stays_on_its_sheet() {
    let drawn = figures(&flow_lot()).unwrap();
    let kinds: Vec<FigureKind> = drawn.iter().map(|f| f.kind).filter(|k| KINDS.contains(k)).collect();
    assert_eq!(kinds, KINDS);
    for figure in &drawn {
        assert_on_sheet(figure);
        assert!(!figure.alt.is_empty() && !figure.title.is_empty());
        assert_eq!(bare_zero_per_cent(&figure.svg), None, "{:?}", figure.kind);
    }
}

#[test]
fn long_names_many_channels_and_odd_values_stay_on_the_sheet() {
    let mut model = flow_lot();
    let cytometry = data(&mut model);
    for gate in &mut cytometry.gates {
        gate.name = "Viable single cells of a name much longer than anyone would give to a gate".to_owned();
    }
    let all: Vec<String> = cytometry.gates.iter().map(|g| g.id.clone()).collect();
    for density in &mut cytometry.densities {
        density.gates.clone_from(&all);
    }
    for histogram in &mut cytometry.histograms {
        histogram.axis.label = "a marker with a long name (on a channel)".to_owned();
        histogram.counts[3] = 900_000_000;
    }
    cytometry.positivity[0].threshold = Some(f64::NAN);
    cytometry.positivity[1].threshold = Some(1e9);
    let compensation = cytometry.compensation.as_mut().unwrap();
    compensation.channels = (0..48).map(|i| format!("a very long channel name {i}")).collect();
    compensation.matrix = vec![vec![f64::INFINITY; 48]; 48];
    let som = cytometry.som.as_mut().unwrap();
    som.nodes[0].medians = vec![f64::NAN; som.markers.len()];
    som.metaclusters.iter_mut().for_each(|m| m.label = Some("a class with a very long name indeed".to_owned()));
    som.edges.truncate(50);
    for figure in figures(&model).unwrap() {
        assert_on_sheet(&figure);
    }
}

#[test]
fn a_plot_without_gates_shows_the_thresholds_of_its_markers() {
    let mut model = flow_lot();
    let plot = data(&mut model).densities.iter_mut().find(|d| d.x.channel == "APC-H7-A" && d.y.channel == "BV605-A");
    plot.unwrap().gates.clear();
    let dashes = |model: &Model| figure(model, FigureKind::Densities).svg.matches("stroke-width=\"3\"").count();
    assert!(dashes(&model) > dashes(&flow_lot()) + 20);
    let alt = plain(&figure(&model, FigureKind::Densities).alt);
    let of = |marker: &str| {
        let p = model.cytometry.as_ref().unwrap().positivity.iter().find(|p| p.marker == marker).unwrap();
        p.k.unwrap().to_string()
    };
    assert!(alt.replace(',', "").contains(&format!("CD45+: {} of", of("CD45"))), "{alt}");
    assert!(alt.replace(',', "").contains(&format!("CD14+: {} of", of("CD14"))), "{alt}");
}

#[test]
fn a_box_is_stated_once_where_its_ranges_are_alike() {
    let mut model = flow_lot();
    let range = |channel: &str, high| ChannelRange { channel: channel.to_owned(), low: Some(1e-38), high: Some(high) };
    let boxed = |highs: [f64; 3]| {
        let ranges = ["FSC-A", "FSC-H", "SSC-A"].into_iter().zip(highs).map(|(c, high)| range(c, high)).collect();
        GateGeometry::Box { ranges }
    };
    data(&mut model).gates[0].geometry = boxed([500.0, 500.0, 500.0]);
    assert!(page(&model).contains("each 0 to 500"));
    data(&mut model).gates[0].geometry = boxed([500.0, 500.0, 700.0]);
    assert!(page(&model).contains("FSC-A 0 to 500, FSC-H 0 to 500, SSC-A 0 to 700"));
}

#[test]
fn a_lot_of_events_is_told_in_events_and_markers() {
    let model = flow_lot();
    let page = page(&model);
    assert!(page.contains("How events were called") && page.contains("Events kept of loaded"));
    assert!(page.contains("Every loaded event is accounted for"));
    for word in ["Cells kept", "How cells", "loaded cell", "classified cells", "Marker genes", "<th scope=\"col\">Gene"]
    {
        assert!(!page.contains(word), "{word}");
    }
    let expression = self::page(&lot());
    assert!(expression.contains("How cells were called") && expression.contains("Cells kept of loaded"));
    for figure in figures(&model).unwrap() {
        assert!(!figure.title.contains("cells") && !figure.title.contains("Cell "), "{}", figure.title);
    }
}

#[test]
fn a_threshold_stands_at_its_display_coordinate() {
    let svg = figure(&flow_lot(), FigureKind::MarkerHistograms).svg;
    let found: Vec<i32> = svg
        .lines()
        .filter(|l| l.contains("stroke=\"#8A1C1C\"") && l.contains("stroke-width=\"3\""))
        .map(|l| l.split("points=\"").nth(1).unwrap().split(',').next().unwrap().parse().unwrap())
        .collect();
    // CD73: the axis of the first panel runs from -3 to 8 between 118 and 576; 118 + 458 * 7.1 / 11.
    assert!(found.iter().any(|x| (x - 414).abs() <= 1), "{found:?}");
    // CD105, third panel, 1200 to the right: 3.6, 118 + 458 * 6.6 / 11.
    assert!(found.iter().any(|x| (x - 1593).abs() <= 1), "{found:?}");
    // HLA-DR, also in the third column, is not separable: no line but the two thresholds of that column.
    assert!(plain(&svg).contains("not separable"));
}

#[test]
fn a_bin_of_a_density_is_drawn_where_it_lies() {
    let mut model = flow_lot();
    let axis = |channel: &str| PlotAxis { channel: channel.to_owned(), high: 1.0, ..PlotAxis::default() };
    data(&mut model).densities = vec![DensityPlot {
        population: None,
        n: 1,
        x: axis("A"),
        y: axis("B"),
        n_x: 2,
        n_y: 2,
        counts: vec![0, 0, 0, 1],
        gates: Vec::new(),
    }];
    let svg = figure(&model, FigureKind::Densities).svg;
    // The plot spans 160 to 569 across and 116 to 567 down: the last bin is its upper right quarter, and a tenth of a
    // millimetre more.
    let drawn = svg.lines().filter(|l| l.starts_with("<rect") && l.contains("fill=\"#E4EFF7\""));
    let drawn: Vec<&str> = drawn.filter(|l| l.contains("x=\"365\"") && l.contains("y=\"115\"")).collect();
    assert_eq!(drawn.len(), 1, "{svg}");
    assert!(drawn[0].contains("width=\"205\"") && drawn[0].contains("height=\"226\""), "{}", drawn[0]);
}

#[test]
fn gates_stand_below_their_parents_with_their_counts() {
    let svg = plain(&figure(&flow_lot(), FigureKind::Gating).svg);
    let order = ["Steady flow", "Singlets", "Viable singlets", "CD45+ CD14+", "CD45+ CD19+", "not CD45+"];
    let body = svg.split("</desc>").nth(1).unwrap();
    let places: Vec<usize> = order.iter().map(|name| body.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(body.contains("87,907 of 92,438 (95.10 %)"));
    // 1 - 0.05^(1/673) = 0.444 %, rounded up.
    assert!(body.contains("0 of 673 (&lt; 0.45 %)"));
}

#[test]
fn the_gating_drawing_is_as_it_was_seen_and_approved() {
    insta::assert_snapshot!("gating", figure(&flow_lot(), FigureKind::Gating).svg);
}

#[test]
fn nodes_at_or_above_a_threshold_are_ringed() {
    let model = flow_lot();
    let cytometry = model.cytometry.as_ref().unwrap();
    let som = cytometry.som.as_ref().unwrap();
    let mut expected = 0;
    for (i, name) in som.markers.iter().enumerate() {
        let threshold = cytometry.positivity.iter().find(|p| p.marker == *name).unwrap().threshold;
        let reached = |median: &f64| threshold.is_some_and(|t| *median >= t);
        expected += som.nodes.iter().filter_map(|n| n.medians.get(i)).filter(|m| reached(m)).count();
    }
    let svg = figure(&model, FigureKind::Som).svg;
    let rings = svg.lines().filter(|l| l.starts_with("<circle") && l.contains("stroke=\"#D55E00\"")).count();
    // One more in the key.
    assert_eq!(rings, expected + 1);
    assert!(expected > 300);
    // A number in every node with events, and in the list of metaclusters.
    let full = som.nodes.iter().filter(|n| n.n > 0).count();
    assert_eq!(svg.matches("text-anchor=\"middle\"").count(), full + som.metaclusters.len());
}

#[test]
fn spillover_is_printed_in_per_cent_and_negatives_are_framed() {
    let svg = figure(&flow_lot(), FigureKind::Spillover).svg;
    assert!(svg.contains("28.7") && svg.contains("\u{2212}0.3"));
    // The coefficient and the key.
    assert_eq!(svg.lines().filter(|l| l.starts_with("<rect") && l.contains("stroke=\"#D55E00\"")).count(), 2);
    assert!(svg.contains("condition number 1.84"));
}

// Verifies R-27.
#[test]
fn the_results_are_in_the_document_as_people_write_them() {
    let page = plain(&page(&flow_lot()));
    for text in [
        // ISCT lines; intervals by scipy.stats.beta, see the fixture's script.
        "≥ 95 %",
        "84,782 of 85,564",
        "99.02 – 99.15 %",
        "94.82 %",
        "modulation, not impurity",
        "CD79a or CD19",
        // No CD19-positive event: 1 - 0.05^(1/85564) = 0.003501 %, rounded up.
        "0 of 85,564",
        "&#60; 0.0036 %",
        "not separable",
        // Gates, channels, compensation.
        "polygon (32,000; 4,000)",
        "without 61.0 to 64.5",
        "▸ user",
        "CD73+ and CD90+ and CD105+ and not leukocytes",
        "arcsinh, cofactor = 150",
        "condition number 1.84 (2-norm)",
        "85,564 events, 100 nodes, 8 metaclusters",
        "V96300001",
    ] {
        assert!(page.contains(text), "missing: {text}");
    }
    assert!(!page.contains("RNA does not replace"));
    assert_eq!(bare_zero_per_cent(&page), None);
    let places: Vec<usize> = ["composition", "markers", "quality", "calls", "cytometry", "panels", "method"]
        .iter()
        .map(|id| page.find(&format!("<h2 id=\"{id}\"")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_result_of_a_marker_stands_in_two_tables_and_nowhere_differently() {
    let model = flow_lot();
    // Figures left out: they print it once more each.
    let page = plain(&html(&model, &[], Lang::En).unwrap());
    for text in ["81,128 of 85,564", "94.82 %"] {
        assert_eq!(page.matches(text).count(), 2, "{text}");
    }
}

// Verifies R-28.
#[test]
fn text_of_the_model_cannot_become_markup() {
    let mut model = flow_lot();
    let hostile = "\"><script>alert(1)</script>";
    let cytometry = data(&mut model);
    cytometry.instrument.cytometer = Some(hostile.to_owned());
    cytometry.gates[2].name = hostile.to_owned();
    cytometry.gates[3].derivation = hostile.to_owned();
    cytometry.positivity[0].note = Some(hostile.to_owned());
    cytometry.histograms[0].marker = hostile.to_owned();
    cytometry.densities[0].x.label = hostile.to_owned();
    cytometry.compensation.as_mut().unwrap().channels[0] = hostile.to_owned();
    cytometry.som.as_mut().unwrap().metaclusters[0].label = Some(hostile.to_owned());
    let page = page(&model);
    assert!(!page.contains("<script>a"));
    assert!(page.contains("&#60;script&#62;") && page.contains("&lt;script&gt;"));
}

#[test]
fn tables_and_figures_can_be_read_without_eyes() {
    let page = page(&flow_lot());
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    assert_eq!(page.matches("<figure>").count(), 7);
    assert_eq!(page.matches("<figure>").count(), page.matches("<figcaption>").count());
    // The densities are a picture.
    assert_eq!(page.matches("data:image/png;base64,iVBOR").count(), 1);
    for target in page.split("href=\"#").skip(1) {
        let id = target.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let (first, second) = (figures(&flow_lot()).unwrap(), figures(&flow_lot()).unwrap());
    assert_eq!(first, second);
    for (a, b) in first.iter().zip(&second) {
        assert_eq!(png(&a.svg, 60).unwrap(), png(&b.svg, 60).unwrap());
    }
    assert!(page(&flow_lot()) == page(&flow_lot()));
}

#[test]
fn a_lot_without_events_still_has_a_document() {
    let mut model = empty_lot();
    model.cytometry = Some(Cytometry::default());
    assert_eq!(figures(&model).unwrap(), Vec::new());
    let page = page(&model);
    assert!(page.contains("No compensation was applied."));
    assert_eq!(multiqc(&model).unwrap().len(), 4);
}

#[test]
fn multiqc_gets_per_cent_positive_and_zeros_with_their_bound() {
    let files = multiqc(&flow_lot()).unwrap();
    let file = files.iter().find(|f| f.name == "puricell_markers_mqc.json").unwrap();
    let value: Value = serde_json::from_str(&file.text).unwrap();
    let row = &value["data"]["UC-2026_08 <flow> & \"release\""];
    // 84782 / 85564.
    assert!((row["CD73"].as_f64().unwrap() - 99.086_064_233).abs() < 1e-8);
    assert_eq!(row["CD19"], "0 of 85,564 (< 0.0036 %)");
    assert!(row.get("HLA-DR").is_none(), "not separable is not zero");
    assert_eq!(value["headers"].as_object().unwrap().len(), 12);
    assert_eq!(bare_zero_per_cent(&file.text), None);
}

#[test]
fn cytometry_that_contradicts_itself_is_refused_with_every_problem() {
    let mut model = flow_lot();
    let cytometry = data(&mut model);
    cytometry.compensation.as_mut().unwrap().matrix[1].pop();
    cytometry.gates[1].n = 99_000;
    cytometry.gates[4].parents = vec!["nowhere".to_owned()];
    cytometry.gates.push(EventGate { id: "time".to_owned(), ..EventGate::default() });
    if let GateGeometry::Polygon { y, .. } = &mut cytometry.gates[2].geometry {
        y.pop();
    }
    cytometry.positivity[0].fraction = Some(99.1);
    cytometry.isct.as_mut().unwrap().rows[3].k = Some(90_000);
    cytometry.histograms[0].edges[5] = -9.0;
    cytometry.histograms[1].counts.pop();
    cytometry.densities[0].counts.pop();
    cytometry.densities[1].gates.push("gone".to_owned());
    let som = cytometry.som.as_mut().unwrap();
    som.nodes[2].metacluster = 77;
    som.edges.push(SomEdge { from: 0, to: 100 });
    let Err(ReportError::Model(problems)) = json(&model) else { panic!("accepted") };
    let length =
        |what: &str, found, expected| ModelProblem::Length { what: format!("cytometry.{what}"), found, expected };
    let unknown = |what: &str, found: &str| ModelProblem::UnknownReference {
        what: format!("cytometry.{what}"),
        found: found.to_owned(),
    };
    assert_eq!(
        problems,
        [
            length("compensation.matrix.FITC-A", 11, 12),
            ModelProblem::GateParent { gate: "margin".into(), n: 99_000, parent: "time".into(), k: 98_381 },
            length("gates.cells.geometry.y", 4, 5),
            unknown("gates.viable", "nowhere"),
            ModelProblem::Duplicate { what: "cytometry.gates".into(), found: "time".into() },
            ModelProblem::NotAFraction { what: "cytometry.positivity.CD73".into(), value: "99.1".into() },
            ModelProblem::PartExceedsWhole { what: "cytometry.isct.CD45".into(), k: 90_000, n: 85_564 },
            ModelProblem::Edges { what: "cytometry.histograms.CD73".into(), position: 5 },
            length("histograms.CD90.counts", 87, 88),
            length("densities.Time.FSC-A.counts", 3135, 3136),
            unknown("densities.FSC-A.SSC-A", "gone"),
            unknown("som.nodes.2", "77"),
            unknown("som.edges", "100"),
        ]
    );
}
