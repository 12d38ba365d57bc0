//! The words of the figures in a Chinese document.

use std::collections::BTreeSet;

use puricell_report::model::{DenominatorId, Model};
use puricell_report::{FigureKind, Lang, PdfOptions, figures, html, pdf};

use super::pdf::{dense, text};
use super::{flow_lot, lot};

/// Words that are the same in both languages.
const SAME: [&str; 8] = ["ARI", "Jaccard", "NA", "RNA", "SPILLOVER", "UMAP", "UMI", "log"];

/// The lots in the words of the program: classes, reasons, metrics and gates as a run names them.
fn models() -> [Model; 2] {
    let (mut cells, mut events) = (lot(), flow_lot());
    for model in [&mut cells, &mut events] {
        for class in &mut model.classes {
            let zh = if class.id == "suspect" { "疑似双细胞或环境 RNA" } else { "其他间质细胞" };
            class.label_zh.get_or_insert_with(|| zh.to_owned());
        }
    }
    rename(
        &mut cells,
        &[
            "hardly any molecule: empty droplet or debris",
            "fewer molecules than the floor or this lot's bound",
            "fewer genes than the floor or this lot's bound",
            "mitochondrial share above the threshold: non-viable by the RNA surrogate",
            "more molecules or genes than this lot's bound",
        ],
    );
    rename(
        &mut events,
        &[
            "measured while the flow was disturbed: clog, bubble or surge",
            "at the end of a scatter detector's range",
            "too little forward scatter for a cell: debris",
            "pulse too long for its height: two cells in one event",
            "stained by the viability dye: dead",
        ],
    );
    let metrics = ["Molecules (UMI) per cell", "Genes per cell", "Mitochondrial share"];
    for (distribution, label) in cells.qc.distributions.iter_mut().zip(metrics) {
        distribution.label = String::from(label);
    }
    let scatter = cells.calls.scatter.as_mut().unwrap();
    for axis in [&mut scatter.target].into_iter().chain(&mut scatter.contaminants) {
        let class = cells.classes.iter().find(|c| c.id == axis.class).unwrap();
        axis.label = format!("{} key (log10)", class.label);
    }
    for sub in &mut cells.heterogeneity.as_mut().unwrap().subpopulations {
        sub.note = None;
    }
    let cytometry = events.cytometry.as_mut().unwrap();
    let names = ["Undisturbed flow", "Within range", "Cells", "Singlets", "Viable cells"];
    for (gate, name) in cytometry.gates.iter_mut().zip(names) {
        gate.name = String::from(name);
    }
    cytometry.gates.last_mut().unwrap().name = String::from("CD73+ CD90+ CD105+");
    cytometry.som.as_mut().unwrap().metaclusters[0].label = Some("unassigned".to_owned());
    [cells, events]
}

fn rename(model: &mut Model, reasons: &[&str]) {
    assert_eq!(model.qc.accounting.dropped.len(), reasons.len());
    for (dropped, label) in model.qc.accounting.dropped.iter_mut().zip(reasons) {
        dropped.label = String::from(*label);
    }
}

/// Runs of two Latin letters or more.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() > 1).map(str::to_owned).collect()
}

/// What the files and the panel name: channels, markers, axes of channels.
fn names(model: &Model) -> BTreeSet<String> {
    let Some(data) = &model.cytometry else { return BTreeSet::new() };
    let channels = data.channels.iter().flat_map(|c| [Some(&c.name), c.label.as_ref(), c.marker.as_ref()]);
    let axes = data.densities.iter().flat_map(|d| [Some(&d.x.label), Some(&d.y.label)]);
    let markers = data.positivity.iter().map(|p| Some(&p.marker));
    channels.chain(axes).chain(markers).flatten().flat_map(|name| words(name)).collect()
}

/// Title, description and words of each drawing of a page.
fn drawn(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for svg in page.split("<svg ").skip(1).filter(|s| s.contains("role=\"img\"")) {
        let svg = svg.split("</svg>").next().unwrap();
        for (from, to) in [("<title", "</title>"), ("<desc", "</desc>"), ("<text ", "</text>")] {
            for part in svg.split(from).skip(1) {
                let text = part.split_once('>').unwrap().1.split(to).next().unwrap();
                found.push(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").trim().to_owned());
            }
        }
    }
    found
}

fn page(model: &Model, lang: Lang) -> String {
    html(model, &figures(model).unwrap(), lang).unwrap()
}

#[test]
fn no_english_word_stands_in_a_figure_of_a_chinese_document() {
    for model in models() {
        let mut known = names(&model);
        known.extend(SAME.map(str::to_owned));
        let all = figures(&model).unwrap();
        let texts: Vec<String> =
            drawn(&page(&model, Lang::Zh)).into_iter().chain(all.iter().map(|f| f.alt_zh.clone())).collect();
        assert!(texts.len() > 100, "{}", texts.len());
        let english: Vec<&String> = texts.iter().filter(|t| !words(t).is_subset(&known)).collect();
        assert!(english.is_empty(), "{english:#?}");
        // Numbers are said as Chinese documents do.
        let foreign: Vec<&String> = texts.iter().filter(|t| t.contains(" of ") || t.contains("\u{a0}%")).collect();
        assert!(foreign.is_empty(), "{foreign:#?}");
    }
}

#[test]
fn the_search_for_english_words_finds_those_of_the_english_page() {
    for model in models() {
        let mut known = names(&model);
        known.extend(SAME.map(str::to_owned));
        let texts = drawn(&page(&model, Lang::En));
        assert!(texts.iter().filter(|t| !words(t).is_subset(&known)).count() > 50);
    }
}

#[test]
fn captions_are_in_the_language_of_the_document_and_in_both() {
    for model in models() {
        let all = figures(&model).unwrap();
        for lang in [Lang::En, Lang::Zh, Lang::Both] {
            let options = PdfOptions { lang, ..Default::default() };
            let (printed, page) = (dense(&text(&pdf(&model, &all, &options).unwrap())), page(&model, lang));
            for figure in &all {
                // A page ends within no caption, so that each is found whole.
                assert_eq!(printed.contains(&dense(&figure.alt)), lang != Lang::Zh, "{:?} {lang:?}", figure.kind);
                assert_eq!(printed.contains(&dense(&figure.alt_zh)), lang != Lang::En, "{:?} {lang:?}", figure.kind);
                let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                let described = match lang {
                    Lang::En => figure.alt.clone(),
                    Lang::Zh => figure.alt_zh.clone(),
                    Lang::Both => format!("{} {}", figure.alt, figure.alt_zh),
                };
                assert!(page.contains(&format!("<desc>{}</desc>", escaped(&described))), "{:?} {lang:?}", figure.kind);
            }
        }
    }
}

#[test]
fn a_share_of_the_waterfall_has_the_digits_of_the_table() {
    let model = lot();
    let all = figures(&model).unwrap();
    let svg = &all.iter().find(|f| f.kind == FigureKind::Accounting).unwrap().svg;
    let row = model.composition.iter().find(|r| r.denominator == DenominatorId::AllEvents && r.class == "non_viable");
    assert_eq!(row.and_then(|r| r.k), Some(58));
    // 58 of 2,000 with an interval from 2.2 to 3.7 %: one decimal. Kept are 1,893, of which 94.65 % is a digit too many.
    let shares: Vec<&str> = svg.lines().filter(|l| l.ends_with("\u{a0}%")).map(str::trim).collect();
    assert_eq!(
        shares,
        ["100\u{a0}%", "0.60\u{a0}%", "0.90\u{a0}%", "0.45\u{a0}%", "2.9\u{a0}%", "0.50\u{a0}%", "94.7\u{a0}%"]
    );
}
