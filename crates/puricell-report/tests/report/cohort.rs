//! The document on many lots: what it draws, where, and in which words.

use puricell_report::cohort::{Cohort, cohort_figures, cohort_html, cohort_pdf};
use puricell_report::{Figure, Lang, PdfOptions};
use resvg::tiny_skia::Rect;
use serde_json::{Value, json};

use super::figures::{assert_on_sheet, tree, walk};
use super::pdf::text;

fn part(name: &str, n_levels: u64, share: Option<[f64; 3]>, why_not: Option<&str>) -> Value {
    let [share, low, high] = share.map_or([None; 3], |s| s.map(Some));
    json!({ "name": name, "n_levels": n_levels, "variance": share, "share": share, "low": low, "high": high, "why_not": why_not })
}

fn class(id: &str, label: &str, zh: &str, n_lots: usize) -> Value {
    let counts: Vec<Value> =
        (0..n_lots).map(|_| json!({ "k": 90, "n": 100, "fraction": 0.9, "ci_low": 0.82, "ci_high": 0.95 })).collect();
    json!({
        "id": id, "label": label, "label_zh": zh, "parent": null, "role": if id == "target" { "target" } else { "contaminant" },
        "counts": counts, "n_lots": n_lots, "is_rare": false, "least": 0.9, "median": 0.9, "most": 0.9, "dispersion": null,
        "variance": [], "variance_why_not": null, "chart": null, "trends": [], "tolerance": [], "capability": null,
    })
}

fn compared(class: &str, ratio: Option<[f64; 3]>, margin: Option<f64>, shown: &str) -> Value {
    let [ratio, low, high] = ratio.map_or([None; 3], |r| r.map(Some));
    json!({
        "class": class, "n_lots": [3, 3], "k": [9, 9], "n": [100, 100], "upper": [0.1, 0.1], "odds_ratio": ratio, "low_90": low,
        "high_90": high, "margin": margin, "both_below": 0.001, "power": null, "p_difference": null, "shown": shown,
    })
}

/// Lots of three classes: one with shares of its variance, two that are too rare. Lots are 1 apart, the last 2 from all.
fn cohort(n_lots: usize) -> Cohort {
    let mut target = class("target", "Stromal cells", "基质细胞", n_lots);
    target["variance"] = json!([
        part("donor", 5, Some([0.25, 0.1, 0.6]), None),
        part("site", 1, None, Some("all lots have the same")),
        part("lot", 6, Some([0.5, 0.2, 0.8]), None),
    ]);
    let rare = |id: &str, label: &str, zh: &str| {
        let mut class = class(id, label, zh, n_lots);
        class["variance_why_not"] = json!("too few cells of the class for its logits to be normal");
        class["tolerance"] = json!([{ "method": "non_parametric", "low": null, "high": null, "factor": null,
                                      "why_not": "6 lots; at least 59 are needed" }]);
        class
    };
    let between: Vec<Vec<f64>> =
        (1..n_lots).map(|i| (0..i).map(|_| if i + 1 == n_lots { 2.0 } else { 1.0 }).collect()).collect();
    let measure = |name: &str| json!({ "name": name, "null_p95": 1.5, "null_median": 0.5, "between": between, "control": n_lots - 1 });
    let model = json!({
        "schema_version": "1.0", "tool": { "name": "puricell", "version": "0" }, "readout": "expression", "standing": "preliminary",
        "lots": (0..n_lots).map(|i| json!({ "id": format!("L{i}"), "folder": format!("L{i}"), "n": 100, "verdict": "meets",
                                            "facts": {} })).collect::<Vec<_>>(),
        "left_out": [{ "folder": "L77", "reason": "exit code 65: lot.h5: the file is cut off" }],
        "classes": [target, rare("blood", "Blood cells", "血细胞"), rare("skin", "Skin cells", "表皮细胞")],
        "composition_distance": { "of": ["target", "rest"], "measures": [measure("aitchison"), measure("jensen_shannon")] },
        "expression_distances": [], "outliers": [],
        "comparison": {
            "column": "process", "groups": ["1", "2"], "lots": [[0, 1, 2], [3, 4, 5]], "margins": "m 1, fixed on 2025-12-01",
            "classes": [
                compared("target", Some([1.25, 1.0, 1.6]), Some(2.0), "equivalent"),
                compared("blood", None, None, "both_below"),
                compared("skin", None, None, "describe_only"),
            ],
        },
        "bridging": null, "methods": [], "markers": [], "warnings": [], "parameters": [], "inputs": [], "definitions": [], "seed": 1,
    });
    serde_json::from_value(model).unwrap()
}

fn drawn(cohort: &Cohort) -> Vec<(String, Figure)> {
    cohort_figures(cohort).unwrap()
}

fn names(cohort: &Cohort) -> Vec<String> {
    drawn(cohort).into_iter().map(|(name, _)| name).collect()
}

fn svg(cohort: &Cohort, name: &str) -> String {
    drawn(cohort).into_iter().find(|(n, _)| n == name).unwrap().1.svg
}

/// A number that stands as `name="..."` in a line.
fn attribute(line: &str, name: &str) -> i32 {
    line.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
}

/// Points of the lines of a colour and width.
fn lines(svg: &str, colour: &str, width: u32) -> Vec<Vec<(i32, i32)>> {
    let (colour, width) = (format!("stroke=\"{colour}\""), format!("stroke-width=\"{width}\""));
    let point = |p: &str| p.split_once(',').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).unwrap();
    svg.lines()
        .filter(|l| l.starts_with("<polyline") && l.contains(&colour) && l.contains(&width))
        .map(|l| {
            l.split("points=\"").nth(1).unwrap().split('"').next().unwrap().split_whitespace().map(point).collect()
        })
        .collect()
}

/// One unit of a tenth of a millimetre for the edge of the drawing area.
fn assert_at(found: i32, by_hand: f64) {
    assert!((f64::from(found) - by_hand).abs() <= 1.5, "{found}, by hand {by_hand}");
}

#[test]
fn shares_of_variance_stand_at_their_per_cents_and_the_rest_says_why() {
    let svg = svg(&cohort(6), "variance");
    // 0 to 100 % from 520 to 1300.
    let at = |share: f64| 520.0 + 780.0 * share;
    let discs: Vec<&str> = svg.lines().filter(|l| l.starts_with("<circle")).collect();
    assert_eq!(discs.len(), 1);
    assert_at(attribute(discs[0], "cx"), at(0.25));
    let intervals: Vec<Vec<(i32, i32)>> = lines(&svg, "#1F242A", 4).into_iter().filter(|p| p[0].1 == p[1].1).collect();
    assert_eq!(intervals.len(), 2);
    for (found, [low, high]) in intervals.iter().zip([[0.1, 0.6], [0.2, 0.8]]) {
        assert_at(found[0].0, at(low));
        assert_at(found[1].0, at(high));
    }
    assert!(svg.contains("25.0\u{a0}% (10\u{a0}–\u{a0}60\u{a0}%)") && svg.contains("donor (5 levels)"), "{svg}");
    assert!(svg.contains("not estimable: all lots have the same") && svg.contains("site (1 level)"));
    assert_eq!(svg.matches("not estimable: too few cells of the class for its logits to be normal").count(), 2);
}

#[test]
fn ratios_stand_between_their_margins_on_a_log_scale_with_the_word_beside() {
    let svg = svg(&cohort(6), "comparability");
    // The widest is the margin, 2, with a tenth of room: 1/2.2 to 2.2 from 500 to 1110.
    let at = |ratio: f64| 805.0 + 305.0 * libm::log(ratio) / libm::log(2.2);
    let limits: Vec<i32> = lines(&svg, "#8A1C1C", 4).iter().map(|p| p[0].0).collect();
    // The margins of the one class that has some, then the two of the legend.
    assert_eq!(limits.len(), 4);
    assert_at(limits[0], at(0.5));
    assert_at(limits[1], at(2.0));
    let interval = lines(&svg, "#1F242A", 4).into_iter().find(|p| p[0].1 == p[1].1).unwrap();
    assert_at(interval[0].0, at(1.0));
    assert_at(interval[1].0, at(1.6));
    assert_at(attribute(svg.lines().find(|l| l.starts_with("<circle")).unwrap(), "cx"), at(1.25));
    assert!(svg.contains("1.25 (1.00\u{a0}–\u{a0}1.60)") && svg.contains("both below 0.1\u{a0}%"));
    // The class without a ratio and without anything shown has no row.
    assert!(svg.contains("Blood cells") && !svg.contains("Skin cells"));
}

#[test]
fn each_lot_has_a_tooth_for_every_other_and_a_square_for_the_control() {
    let cohort = cohort(6);
    let svg = svg(&cohort, "distances");
    // Each row's line goes to the base, up and back for each of five others; two more are the legend's.
    let combs: Vec<Vec<(i32, i32)>> = lines(&svg, "#0072B2", 2).into_iter().filter(|p| p.len() == 15).collect();
    assert_eq!(combs.len(), 12);
    // The first panel runs from 271 to 999 and to 1.03 times the largest distance, 2.
    let at = |distance: f64| 271.0 + 728.0 * distance / 2.06;
    let height = |tooth: &[(i32, i32)]| tooth[0].1 - tooth[1].1;
    let first: Vec<&[(i32, i32)]> = combs[0].chunks(3).collect();
    // Four lots nearer than 95 % of halves of one lot, the control further.
    for tooth in &first[..4] {
        assert_at(tooth[1].0, at(1.0));
        assert!(height(tooth) < height(first[4]), "{first:?}");
    }
    assert_at(first[4][1].0, at(2.0));
    let halves = lines(&svg, "#5E6670", 3);
    assert_at(halves[0][0].0, at(1.5));
    // In the row of each lot but its own, in both panels, and once in the legend.
    let squares: Vec<&str> = svg.lines().filter(|l| l.starts_with("<rect") && l.contains("#8A1C1C")).collect();
    assert_eq!(squares.len(), 2 * 5 + 1);
    assert_at(attribute(squares[0], "x") + 8, at(2.0));
    assert!(svg.contains("distance to L5, known to be different"));
}

#[test]
fn nothing_is_drawn_where_there_is_nothing_to_show() {
    assert_eq!(names(&cohort(6)), ["variance", "distances", "comparability"]);
    let mut bare = cohort(6);
    bare.classes[0].variance.clear();
    bare.composition_distance = None;
    bare.comparison.as_mut().unwrap().classes.retain(|c| c.class == "skin");
    assert_eq!(names(&bare), [""; 0]);
    // Sixty lots to a sheet.
    assert_eq!(names(&cohort(61)), ["variance", "distances", "distances_2", "comparability"]);
}

#[test]
fn no_words_of_a_figure_lie_on_others_however_long_names_are() {
    let long = "cells with a name much longer than anyone would give to a class, or to anything else of theirs";
    for n_lots in [6, 60] {
        let mut cohort = cohort(n_lots);
        for class in &mut cohort.classes {
            class.label = format!("{} {long}", class.label);
        }
        for part in &mut cohort.classes[0].variance {
            part.name = format!("{} {long}", part.name);
        }
        for lot in &mut cohort.lots {
            lot.id = format!("{} {long}", lot.id);
        }
        let comparison = cohort.comparison.as_mut().unwrap();
        comparison.groups = [format!("1 {long}"), format!("2 {long}")];
        comparison.column = long.to_owned();
        for (name, figure) in drawn(&cohort) {
            assert_on_sheet(&figure);
            let mut words: Vec<(String, Rect)> = Vec::new();
            walk(tree(&figure.svg).root(), &mut |what, drawn| {
                if what != "shape" {
                    words.push((what, drawn));
                }
            });
            // Names end where the drawing begins; that of a class with shares has its row to itself.
            let (starts, plot): (&[&str], f32) = match name.as_str() {
                "variance" => (&["donor", "site", "Blood", "Skin"], 520.0),
                "comparability" => (&["Stromal", "Blood"], 500.0),
                _ => (&["L0 ", "L5 "], 270.0),
            };
            let unit = tree(&figure.svg).size().width() / 1800.0;
            for start in starts {
                let (name, at) = words.iter().find(|(w, _)| w.starts_with(start)).unwrap();
                assert!(name.ends_with('…') && at.right() <= plot * unit, "{name} ends at {}", at.right() / unit);
            }
            for (i, (a, at)) in words.iter().enumerate() {
                for (b, other) in &words[..i] {
                    let wide = at.right().min(other.right()) - at.left().max(other.left());
                    // Boxes of lines reach above and below their letters.
                    let tall = at.bottom().min(other.bottom()) - at.top().max(other.top());
                    assert!(wide <= 0.0 || tall <= 1.0, "{name}, {n_lots} lots: '{a}' on '{b}', {wide} x {tall}");
                }
            }
        }
    }
}

#[test]
fn a_chinese_document_says_its_reasons_and_figures_in_chinese() {
    let cohort = cohort(6);
    let page = cohort_html(&cohort, Lang::Zh).unwrap();
    let pdf = text(&cohort_pdf(&cohort, &PdfOptions { lang: Lang::Zh, ..PdfOptions::default() }).unwrap());
    let flat = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    for words in [
        "各批相同",
        "无法估计：各批相同",
        "该类细胞过少，其 logit 不能视为正态",
        "6 批；至少需要 59 批",
        "m 1，于 2025-12-01 确定",
        "退出码 65：lot.h5: the file is cut off",
        "6 批的变异来源",
        "组成：6 批之间的距离",
        "两组均低于 0.1%",
    ] {
        assert!(page.contains(words), "page: {words}");
        assert!(flat(&pdf).contains(&flat(words)), "PDF: {words}");
    }
    for words in ["all lots have the same", "too few cells", "are needed", "fixed on", "not estimable"] {
        assert!(!page.contains(words) && !pdf.contains(words), "{words}");
    }
    let english = cohort_html(&cohort, Lang::En).unwrap();
    assert!(
        english.contains("exit code 65: lot.h5: the file is cut off")
            && english.contains("6 lots; at least 59 are needed")
    );
}
