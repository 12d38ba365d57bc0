//! The figures.

use std::sync::Arc;

use puricell_report::model::Model;
use puricell_report::{Figure, FigureKind, figures, png};
use resvg::tiny_skia::Rect;
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Group, Node, Options, TextChunk, Tree};

use super::{bare_zero_per_cent, empty_lot, lot};

fn figure(model: &Model, kind: FigureKind) -> Figure {
    figures(model).unwrap().into_iter().find(|f| f.kind == kind).unwrap()
}

pub(super) fn tree(svg: &str) -> Tree {
    let mut fonts = Database::new();
    fonts.load_font_data(include_bytes!("../../assets/fonts/LiberationSans-Regular.ttf").to_vec());
    fonts.load_font_data(include_bytes!("../../assets/fonts/LiberationSans-Bold.ttf").to_vec());
    Tree::from_str(svg, &Options { fontdb: Arc::new(fonts), ..Options::default() }).unwrap()
}

/// Everything drawn, text included, lies on the sheet.
pub(super) fn assert_on_sheet(figure: &Figure) {
    let tree = tree(&figure.svg);
    let (width, height) = (tree.size().width(), tree.size().height());
    let mut outside = Vec::new();
    walk(tree.root(), &mut |what, drawn| {
        let inside = drawn.left() >= 0.0
            && drawn.top() >= 0.0
            && drawn.right() <= width + 0.01
            && drawn.bottom() <= height + 0.01;
        if !inside {
            outside.push(format!("{what} at {drawn:?}"));
        }
    });
    assert!(outside.is_empty(), "{:?}, {width} x {height}: {outside:?}", figure.kind);
}

/// Visits every drawn shape and text with its bounding box.
pub(super) fn walk(group: &Group, visit: &mut impl FnMut(String, Rect)) {
    for node in group.children() {
        match node {
            Node::Group(inner) => walk(inner, visit),
            Node::Text(text) => {
                let words = text.chunks().iter().map(TextChunk::text).collect();
                visit(words, text.abs_bounding_box());
            }
            other => visit("shape".to_owned(), other.abs_bounding_box()),
        }
    }
}

#[test]
fn every_figure_is_drawn_and_stays_on_its_sheet() {
    let drawn = figures(&lot()).unwrap();
    let kinds: Vec<FigureKind> = drawn.iter().map(|f| f.kind).collect();
    assert_eq!(
        kinds,
        [
            FigureKind::Composition,
            FigureKind::Accounting,
            FigureKind::Scores,
            FigureKind::Qc,
            FigureKind::SubPopulations,
            FigureKind::Stability,
            FigureKind::Umap
        ]
    );
    for figure in &drawn {
        assert_on_sheet(figure);
        assert!(figure.svg.contains("width=\"180mm\""), "{:?}", figure.kind);
        assert!(!figure.alt.is_empty() && !figure.title.is_empty());
        assert_eq!(bare_zero_per_cent(&figure.svg), None, "{:?}", figure.kind);
    }
}

#[test]
fn long_names_and_odd_values_stay_on_the_sheet() {
    let mut model = lot();
    for class in &mut model.classes {
        class.label = "WMSC-like cells with a name much longer than anyone would give to a class".to_owned();
    }
    for dropped in &mut model.qc.accounting.dropped {
        dropped.label =
            "a reason that goes on and on about the threshold, its derivation and what it means for the lot".to_owned();
    }
    for sub in &mut model.heterogeneity.as_mut().unwrap().subpopulations {
        sub.note = Some("a programme with a very long name indeed".to_owned());
        sub.jaccard = None;
        sub.stable = None;
    }
    let scatter = model.calls.scatter.as_mut().unwrap();
    scatter.target.score[0] = f32::NAN;
    scatter.contaminants[0].score[1] = f32::INFINITY;
    model.umap.as_mut().unwrap().x[0] = f32::NAN;
    for figure in figures(&model).unwrap() {
        assert_on_sheet(&figure);
    }
}

#[test]
fn limits_stand_where_the_logarithm_of_their_value_lies() {
    let svg = figure(&lot(), FigureKind::Composition).svg;
    // The axis runs from 0.01 % to 100 % between 52.0 and 107.5 mm; limits are the only red lines of width 4.
    let mut found: Vec<i32> = svg
        .lines()
        .filter(|l| l.contains("stroke=\"#8A1C1C\"") && l.contains("stroke-width=\"4\""))
        .map(|l| l.split("points=\"").nth(1).unwrap().split(',').next().unwrap().parse().unwrap())
        .filter(|&x: &i32| x < 1076)
        .collect();
    found.sort_unstable();
    // 520 + 555 (log10(share) + 4) / 4 for 1, 2, 5 and 90 %, by hand.
    let expected = [798, 839, 894, 1069];
    assert_eq!(found.len(), expected.len());
    for (x, by_hand) in found.iter().zip(expected) {
        // One unit of a tenth of a millimetre for the edge of the drawing area.
        assert!((x - by_hand).abs() <= 1, "{found:?}");
    }
}

// Verifies R-10.
#[test]
fn a_class_without_cells_is_an_arrow_with_its_bound() {
    let svg = figure(&lot(), FigureKind::Composition).svg.replace('\u{a0}', " ");
    assert!(svg.contains("0 / 1,893"));
    assert!(svg.contains("&lt; 0.16 %"));
    assert!(svg.contains("not reportable"));
}

#[test]
fn classes_differ_in_shape_and_not_in_colour_only() {
    let svg = figure(&lot(), FigureKind::Umap).svg;
    // Discs, rings, polygons, squares, crosses: target, other stromal, hematopoietic, endothelial, unassigned and suspect.
    for (tag, colour) in [
        ("<circle", "fill=\"#0072B2\""),
        ("<circle", "stroke=\"#56B4E9\""),
        ("<polygon", "fill=\"#D55E00\""),
        ("<rect", "fill=\"#009E73\""),
        ("<polyline", "stroke=\"#8C8C8C\""),
        ("<polyline", "stroke=\"#1F242A\""),
    ] {
        assert!(svg.lines().any(|l| l.starts_with(tag) && l.contains(colour)), "{tag} {colour}");
    }
    // One point per cell: 1,762 targets and one more disc in the legend.
    assert_eq!(svg.matches("fill=\"#0072B2\"").count(), 1763);
    assert!(svg.contains("llustration only"));
}

#[test]
fn a_lot_without_cells_has_no_figures() {
    assert_eq!(figures(&empty_lot()).unwrap(), Vec::new());
}

#[test]
fn sub_sampled_points_are_said_to_be() {
    let mut model = lot();
    model.umap.as_mut().unwrap().n_total = 40_000;
    assert!(figure(&model, FigureKind::Umap).title.contains("1,893 of 40,000 kept cells drawn"));
}

#[test]
fn the_same_model_gives_the_same_drawings_and_pictures() {
    let (first, second) = (figures(&lot()).unwrap(), figures(&lot()).unwrap());
    assert_eq!(first, second);
    let picture = png(&first[0].svg, 96).unwrap();
    assert_eq!(picture, png(&second[0].svg, 96).unwrap());
}

#[test]
fn a_png_has_print_size_and_text() {
    let composition = figure(&lot(), FigureKind::Composition);
    let picture = png(&composition.svg, 300).unwrap();
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    // 180 mm at 300 dpi.
    assert_eq!(u32::from_be_bytes(picture[16..20].try_into().unwrap()), 2126);
    // The shipped font is found: without text the picture is much smaller.
    let mute: String = composition.svg.lines().filter(|l| !l.starts_with("<text")).collect();
    assert!(mute.len() < composition.svg.len());
    let without_font = composition.svg.replace("<text", "<text display=\"none\"");
    assert!(png(&without_font, 300).unwrap().len() * 2 < picture.len());
}

#[test]
fn what_is_no_svg_is_refused() {
    assert!(matches!(png("<html>", 96), Err(puricell_report::ReportError::Svg { bytes: 6, .. })));
}

#[test]
fn the_composition_drawing_is_as_it_was_seen_and_approved() {
    insta::assert_snapshot!("composition", figure(&lot(), FigureKind::Composition).svg);
}
