//! What a reader sees of what the profile asks.

use puricell_report::model::{
    AppliedRule, ExcludedGene, Majority, Mixture, MixtureComponent, Model, Screen, Status, TransgeneShare, Transgenes,
    Waiver,
};
use puricell_report::{Lang, ModelProblem, ReportError, html, json, multiqc};

use crate::{bare_zero_per_cent, lot};

fn page(model: &Model) -> String {
    html(model, &[], Lang::En).unwrap().replace(['\u{a0}', '\u{202f}'], " ").replace("&nbsp;", " ")
}

pub(crate) fn component(class: &str, k: Option<u64>, within: (Option<bool>, Option<bool>)) -> MixtureComponent {
    let fraction = k.map(|k| k as f64 / 1893.0);
    MixtureComponent {
        class: class.to_owned(),
        within_another: class == "t_cell",
        range_min: Some(0.1),
        range_max: (class != "endothelial").then_some(0.25),
        k,
        n: 1893,
        fraction,
        ci_low: fraction.map(|f| f * 0.9),
        ci_high: fraction.map(|f| f * 1.1 + 0.002),
        upper_one_sided: Some(0.00158),
        within_by_point: within.0,
        within_by_bound: within.1,
        basis: "general knowledge".to_owned(),
    }
}

pub(crate) fn screen(k: Option<u64>) -> Screen {
    let text = str::to_owned;
    Screen {
        class: text("residual_pluripotent"),
        k,
        n: k.map(|_| 1893),
        upper_one_sided: k.map(|_| 0.001_581_3),
        smallest_seen: k.map(|_| 0.001_581_3),
        lod: None,
        sentence: text("None found."),
        shows: text("It shows <this>."),
        cannot_show: text("It cannot exclude."),
        orthogonal: text("Digital PCR."),
        excluded: vec![ExcludedGene { gene: text("SFRP2"), reason: text("made by stroma") }],
        basis: text("Sekine 2020"),
    }
}

#[test]
fn a_model_without_it_has_no_such_section() {
    let page = page(&lot());
    assert!(!page.contains("id=\"profile\"") && !page.contains("#profile"));
}

#[test]
fn components_stand_beside_their_ranges() {
    let mut model = lot();
    model.product.mixture = Some(Mixture {
        components: vec![
            component("target", Some(300), (Some(true), Some(true))),
            component("hematopoietic", Some(470), (Some(true), None)),
            component("t_cell", Some(0), (Some(false), Some(false))),
            component("endothelial", Some(180), (Some(false), None)),
            component("epithelial", None, (None, None)),
        ],
    });
    let page = page(&model);
    for text in [
        "10 – 25 %",
        "≥ 10 %",
        "300 of 1,893",
        "within, shown with 95 % confidence",
        "within; not shown with 95 % confidence",
        "outside, with 95 % confidence",
        "outside; not excluded with 95 % confidence",
        "NA",
        "↳ T cell",
        // Of purity, what it is a share of: the components, without what is counted within another.
        "together (Target MSC, Hematopoietic, Endothelial, Epithelial)",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert_eq!(bare_zero_per_cent(&page), None);
    let general = |model: &Model| multiqc(model).unwrap().remove(0).text;
    assert!(general(&model).contains("\"puricell_purity\": 93.0"));
    assert!(!general(&lot()).contains("puricell_purity"));
}

#[test]
fn a_screen_says_what_it_cannot() {
    let mut model = lot();
    model.product.screens = vec![screen(Some(0))];
    let found = page(&model);
    for text in ["Screen: Residual pluripotent", "1,893", "0.16 %", "It shows &#60;this&#62;.", "SFRP2: made"] {
        assert!(found.contains(text), "{text}");
    }
    assert_eq!(bare_zero_per_cent(&found), None);
    model.product.screens = vec![screen(None)];
    let strip = page(&model);
    let strip = strip.split("<h3>Screen").nth(1).unwrap().split("</dl>").next().unwrap().to_owned();
    assert_eq!((strip.matches("<dd>NA</dd>").count(), strip.matches("<dd>–</dd>").count()), (2, 3));
}

// Verifies R-26.
#[test]
fn a_refused_lot_shows_no_share_as_purity() {
    let mut model = lot();
    let shown = page(&model);
    assert!(shown.contains("<p class=\"share\">93.1 %"));
    model.product.majority = Some(Majority {
        class: "epithelial".to_owned(),
        k: 1000,
        n: 1893,
        refuses: true,
        sentence: "The lot is not this product.".to_owned(),
        basis: Some("Han 2025".to_owned()),
    });
    model.verdict.sentence = "The lot is not this product.".to_owned();
    for row in model.composition.iter_mut().filter(|r| r.class == "target") {
        row.status = Some(Status::NotReportable);
    }
    let refused = page(&model);
    let purity = refused.split("id=\"purity\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned();
    assert!(purity.contains("1,000 of 1,893 kept cells are called Epithelial") && purity.contains("1,762 of 1,893"));
    assert!(!purity.contains(" %"), "{purity}");
    assert!(refused.split("<nav").next().unwrap().contains("The lot is not this product."));
    let general = multiqc(&model).unwrap().remove(0).text;
    let data = general.split("\"data\"").nth(1).unwrap();
    assert!(!data.contains("puricell_target") && data.contains("puricell_hematopoietic"));
    // A majority that refuses nothing leaves the share.
    model.product.majority.as_mut().unwrap().refuses = false;
    assert!(page(&model).contains("<p class=\"share\">93.1 %"));
}

/// Rules, waivers and transgenes.
pub(crate) fn ask(model: &mut Model) {
    let rule = |id: &str, holds, applied, effect: Option<&str>| AppliedRule {
        id: id.to_owned(),
        when: "up to passage 2".to_owned(),
        holds,
        applied,
        effect: effect.map(str::to_owned),
        reason: "it is lost".to_owned(),
        basis: "general knowledge".to_owned(),
    };
    model.product.rules = vec![
        rule("rule_a", Some(true), true, Some("CD34: evidence for no class")),
        rule("rule_b", Some(false), false, None),
        rule("rule_c", None, true, None),
    ];
    let waiver = |classes: &[&str]| Waiver {
        gene: "CD34".to_owned(),
        classes: classes.iter().map(|&c| c.to_owned()).collect(),
        reason: "it is carried".to_owned(),
    };
    model.product.waivers = vec![waiver(&["Hematopoietic", "Endothelial"]), waiver(&[])];
    let share = |feature: &str, k: Option<u64>| TransgeneShare {
        feature: feature.to_owned(),
        k,
        n: k.map(|_| 1762),
        fraction: k.map(|k| k as f64 / 1762.0),
        ci_low: k.map(|k| k as f64 / 2000.0),
        ci_high: k.map(|k| k as f64 / 1500.0 + 0.002),
        upper_one_sided: k.map(|_| 0.0017),
        sentence: k.map_or_else(String::new, |k| format!("{k} of 1,762 target cells show it.")),
    };
    let shares = vec![share("GFP", Some(881)), share("CAR", Some(0)), share("x", None), share("any", None)];
    model.product.transgenes = Some(Transgenes { min_molecules: 2, expected: true, shares });
}

#[test]
fn rules_waivers_and_transgenes_are_tables() {
    let mut model = lot();
    ask(&mut model);
    let found = page(&model);
    for text in [
        "<td class=\"keep\">holds</td><td class=\"keep\">✓ applied</td><td>CD34: evidence for no class</td>",
        "<td class=\"keep\">does not hold</td><td class=\"keep\">– left out</td><td>says nothing about data of this kind</td>",
        "<td class=\"keep\">not known</td>",
        "<td>Hematopoietic, Endothelial</td>",
        "none: it would have decided for no class",
        "with 2 molecules or more",
        "881 of 1,762",
        "&#60; 0.17 %",
        "any of them",
    ] {
        assert!(found.contains(text), "{text}");
    }
    assert_eq!(bare_zero_per_cent(&found), None);
    let tables = found.matches("<table").count();
    assert_eq!(tables, found.matches("<caption>").count());
    model.product.transgenes.as_mut().unwrap().shares.clear();
    assert!(page(&model).contains("No transgene is named"));
}

#[test]
fn what_is_filled_in_satisfies_the_schema_and_reads_back() {
    let mut model = lot();
    model.product.mixture = Some(Mixture { components: vec![component("target", Some(300), (Some(true), None))] });
    model.product.screens = vec![screen(Some(0)), screen(None)];
    model.product.transgenes = Some(Transgenes { min_molecules: 1, expected: true, shares: Vec::new() });
    model.verdict.items[0].k = None;
    let text = json(&model).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&puricell_report::json_schema().unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(serde_json::from_str::<Model>(&text).unwrap(), model);
    // An item that was not counted shows no number.
    let item =
        page(&model).split("id=\"items\"").nth(1).unwrap().split("<tr class=\"main\">").nth(1).unwrap().to_owned();
    assert!(item.split("</tr>").next().unwrap().contains("<td class=\"num\">NA</td>"));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let mut model = lot();
    model.product.screens = vec![screen(Some(5000))];
    model.product.mixture = Some(Mixture {
        components: vec![MixtureComponent { range_max: Some(25.0), ..component("target", None, (None, None)) }],
    });
    let Err(ReportError::Model(problems)) = json(&model) else { panic!("accepted") };
    assert_eq!(
        problems,
        [
            ModelProblem::NotAFraction { what: "product.mixture.target".into(), value: "25".into() },
            ModelProblem::PartExceedsWhole { what: "product.screens.residual_pluripotent".into(), k: 5000, n: 1893 },
        ]
    );
}
