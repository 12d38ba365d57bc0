//! The dossier document, read back by another library.

use lopdf::{Document, Object};
use puricell_report::model::Role;
use puricell_report::{Lang, Model, PdfOptions, figures, pdf};

use crate::{bare_zero_per_cent, empty_lot, flow_lot, lot};

fn made(model: &Model, lang: Lang) -> Vec<u8> {
    let options = PdfOptions { lang, ..PdfOptions::default() };
    pdf(model, &figures(model).unwrap(), &options).unwrap()
}

/// The text of every page, white space of any kind as single spaces.
fn pages(bytes: &[u8]) -> Vec<String> {
    let document = Document::load_mem(bytes).unwrap();
    let numbers: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = |n: &u32| document.extract_text(&[*n]).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    numbers.iter().map(text).collect()
}

pub(super) fn text(bytes: &[u8]) -> String {
    pages(bytes).join(" ")
}

/// Without any white space: where a line was broken says nothing.
pub(super) fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A whole number as documents print it.
fn count(value: u64) -> String {
    let digits = value.to_string();
    let chunks: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    chunks.join(",")
}

/// Whether behind one of the places where `counts` stands there is a share that rounds `fraction`, or for a count of zero
/// a bound that holds it.
fn share_follows(text: &str, counts: &str, k: u64, fraction: f64, upper: Option<f64>) -> bool {
    text.match_indices(counts).any(|(at, _)| {
        let after: String = text[at + counts.len()..].chars().take(60).collect();
        let words: Vec<&str> = after.split_whitespace().collect();
        let bound = words.first() == Some(&"<");
        let Some(number) = words.get(usize::from(bound)) else { return false };
        let Ok(shown) = number.parse::<f64>() else { return false };
        let decimals = number.split_once('.').map_or(0, |(_, d)| d.len());
        let step = 10_f64.powi(-i32::try_from(decimals).unwrap());
        if k == 0 {
            // Rounded up, by less than a step.
            let upper = upper.unwrap() * 100.0;
            return bound && shown >= upper - 1e-9 && shown <= upper + step;
        }
        // Half a step, and the last bit of a product.
        (shown - fraction * 100.0).abs() <= 0.5 * step + 1e-9
    })
}

#[test]
fn every_number_of_composition_and_purity_is_in_the_text() {
    for model in [lot(), flow_lot()] {
        let text = text(&made(&model, Lang::En));
        for row in &model.composition {
            let Some(k) = row.k else {
                assert!(text.contains(&format!("NA / {}", count(row.n))), "{}", row.class);
                continue;
            };
            let counts = format!("{} / {}", count(k), count(row.n));
            assert!(
                share_follows(&text, &counts, k, row.fraction.unwrap(), row.upper_one_sided),
                "{} {counts}",
                row.class
            );
        }
        for statement in &model.purity {
            let counts = format!("{} of {}", count(statement.k), count(statement.n));
            assert!(text.contains(&counts), "{counts}");
            // The share stands above its counts.
            let value = statement.fraction.unwrap() * 100.0;
            let shown = (0..4).map(|d| format!("{value:.d$} %")).any(|s| text.contains(&s));
            assert!(shown, "{value}");
        }
    }
}

#[test]
fn the_search_for_a_share_does_not_find_a_wrong_one() {
    let text = "T cell contaminant 9 / 1,919 0.47 % 0.21 – 0.89 % 0 / 1,919 < 0.16 %";
    assert!(share_follows(text, "9 / 1,919", 9, 0.0047, None));
    assert!(!share_follows(text, "9 / 1,919", 9, 0.0057, None));
    assert!(share_follows(text, "0 / 1,919", 0, 0.0, Some(0.001_56)));
    assert!(!share_follows(text, "0 / 1,919", 0, 0.0, Some(0.001_7)));
}

#[test]
fn equal_models_give_equal_bytes_and_a_date_is_printed_only_if_given() {
    let model = lot();
    let drawn = figures(&model).unwrap();
    let undated = pdf(&model, &drawn, &PdfOptions::default()).unwrap();
    assert!(undated == pdf(&model, &drawn, &PdfOptions::default()).unwrap());
    assert!(!text(&undated).contains("Date (UTC)"));
    let dated = pdf(&model, &drawn, &PdfOptions { date: Some(1_700_000_000), ..PdfOptions::default() }).unwrap();
    assert!(text(&dated).contains("2023-11-14 22:13:20Z"));
    assert!(String::from_utf8_lossy(&dated).contains("2023-11-14T22:13:20"));
}

#[test]
fn the_file_says_that_it_is_pdf_a_2b_and_embeds_every_font() {
    let bytes = made(&lot(), Lang::En);
    let raw = String::from_utf8_lossy(&bytes);
    assert!(raw.contains("<pdfaid:part>2</pdfaid:part>"));
    assert!(raw.contains("<pdfaid:conformance>B</pdfaid:conformance>"));
    let document = Document::load_mem(&bytes).unwrap();
    let mut fonts = 0;
    for object in document.objects.values() {
        let Object::Dictionary(dictionary) = object else { continue };
        if dictionary.get(b"Type").and_then(Object::as_name).is_ok_and(|t| t == b"FontDescriptor") {
            assert!(dictionary.has(b"FontFile2") || dictionary.has(b"FontFile3"));
            fonts += 1;
        }
    }
    assert!(fonts >= 3, "Latin, Latin bold, Chinese: {fonts}");
    assert!(bytes.len() < 1_000_000, "fonts are subsets: {} bytes", bytes.len());
}

#[test]
fn pages_are_numbered_and_bear_the_lot() {
    let pages = pages(&made(&lot(), Lang::En));
    for (i, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", i + 1, pages.len())), "{page}");
        assert!(page.contains("UC-2026/07 <A&B> \"pilot\""), "{page}");
    }
}

#[test]
fn the_first_page_says_what_the_verdict_says() {
    let model = lot();
    let pages = pages(&made(&model, Lang::En));
    let first = &pages[0];
    assert!(first.contains("? inconclusive"), "{first}");
    assert!(dense(first).contains(&dense(&model.verdict.sentence)));
    for deviation in &model.verdict.deviations {
        assert!(dense(first).contains(&dense(&format!("DEVIATION: {deviation}"))));
    }
    let cytometry = super::pdf::pages(&made(&flow_lot(), Lang::En));
    assert!(cytometry[0].contains("✓ meets"), "{}", cytometry[0]);
    assert!(cytometry[0].contains("OVERRIDE: gates.viable = 5.25 (set on the command line)"));
}

#[test]
fn the_first_page_holds_everything_to_the_limits_of_the_method() {
    for model in [lot(), flow_lot()] {
        for (lang, first, last) in [
            (Lang::En, "Cell composition and purity", "Limits of the method:"),
            (Lang::Zh, "细胞组成与纯度", "方法的局限:"),
        ] {
            let pages = pages(&made(&model, lang));
            let page = dense(&pages[0]);
            let (first, last) = (page.find(&dense(first)), page.find(&dense(last)));
            assert!(first.zip(last).is_some_and(|(first, last)| first < last), "{}", pages[0]);
        }
    }
}

#[test]
fn a_lot_without_a_contaminant_shows_bounds_and_no_bare_zero() {
    let mut model = lot();
    for row in model.composition.iter_mut().filter(|r| r.role == Role::Contaminant && r.k.is_some()) {
        (row.k, row.fraction, row.ci_low) = (Some(0), Some(0.0), Some(0.0));
        // 1 - 0.05^(1/n) is close to 3 / n.
        row.upper_one_sided = Some(3.0 / row.n as f64);
        row.ci_high = Some(3.7 / row.n as f64);
    }
    let text = text(&made(&model, Lang::En));
    assert_eq!(bare_zero_per_cent(&text), None);
    assert!(text.contains("< 0.1"));
}

#[test]
fn a_lot_without_specification_and_one_without_anything_are_written() {
    let mut model = lot();
    model.verdict.items.clear();
    model.verdict.sentence = "No specification was given: every result is for information.".to_owned();
    assert!(text(&made(&model, Lang::En)).contains("No specification was given"));
    let text = text(&made(&empty_lot(), Lang::En));
    assert!(text.contains("Lot empty") && text.contains("not stated"));
}

#[test]
fn cytometry_shows_its_table_and_the_gaps_of_miflowcyt() {
    let text = text(&made(&flow_lot(), Lang::En));
    for said in ["ISCT 2006", "CD14 or CD11b", "MIFlowCyt 1.0", "2.4 Clone", "GAP: not in the file or the metadata"] {
        assert!(text.contains(said), "{said}");
    }
}

#[test]
fn long_names_stay_on_the_page() {
    let mut model = lot();
    model.lot.lot_id = format!("LOT-{}", "0123456789".repeat(30));
    model.lot.product = Some("mesenchymal stromal cells ".repeat(40));
    let pages = pages(&made(&model, Lang::En));
    assert!(dense(&pages[0]).contains(&model.lot.lot_id), "the title is broken over lines, and whole");
    assert!(pages.iter().all(|p| p.contains("LOT-0123") && p.contains('…')), "the footer is cut");
}

#[test]
fn chinese_metadata_are_set_and_found() {
    let mut model = lot();
    model.lot.lot_id = "脐带间充质基质细胞-批号2026-07（复苏后）".to_owned();
    model.lot.product = Some("人脐带间充质基质细胞注射液，规格：1×10⁷个/袋；龘靐齉".to_owned());
    model.lot.tissue_source = Some("脐带华通胶".to_owned());
    let text = dense(&text(&made(&model, Lang::En)));
    assert!(text.contains("脐带间充质基质细胞-批号2026-07（复苏后）"));
    assert!(text.contains("人脐带间充质基质细胞注射液，规格：1×10⁷个/袋；龘靐齉"), "{text}");
    assert!(text.contains("脐带华通胶"));
}

/// The Han face has empty glyphs for some characters that it claims to have.
#[test]
fn a_character_whose_glyph_is_empty_is_spelled_out() {
    let mut model = lot();
    model.lot.sample_state = Some("冷冻保存 −196 ℃，Ⅴ 级".to_owned());
    let text = text(&made(&model, Lang::En));
    assert!(text.contains("−196 °C") && text.contains("V 级") && !text.contains("[U+"), "{text}");
}

#[test]
fn a_character_of_no_font_is_printed_as_its_code_point_and_said() {
    let mut model = lot();
    assert!(!text(&made(&model, Lang::En)).contains("[U+"), "the fixture needs no replacement");
    model.lot.lot_id = "lot \u{1F9EC}".to_owned();
    let text = text(&made(&model, Lang::En));
    assert!(text.contains("lot [U+1F9EC]"));
    assert!(text.contains("Characters that no shipped font has"));
}

#[test]
fn chinese_and_both_languages_speak() {
    let chinese = text(&made(&lot(), Lang::Zh));
    assert!(chinese.contains("细胞组成与纯度") && chinese.contains("签名"));
    assert!(!chinese.contains("Signatures"));
    let both = text(&made(&lot(), Lang::Both));
    assert!(both.contains("Signatures (placeholders: the program never signs) 签名"));
}

#[test]
fn thousands_of_points_become_a_picture_and_few_stay_vectors() {
    let has_picture = |model: &Model| {
        let document = Document::load_mem(&made(model, Lang::En)).unwrap();
        document.objects.values().any(|object| {
            let Object::Stream(stream) = object else { return false };
            stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|s| s == b"Image")
        })
    };
    let mut model = lot();
    model.umap = None;
    model.calls.scatter = None;
    assert!(!has_picture(&model));
    let mut model = lot();
    if let Some(scatter) = &mut model.calls.scatter {
        // Points on one spot are drawn once, so the copies lie apart.
        let spread = |score: &[f32]| -> Vec<f32> {
            (0_u8..10).flat_map(|copy| score.iter().map(move |s| s + f32::from(copy) * 0.037)).collect()
        };
        scatter.class = scatter.class.repeat(10);
        scatter.target.score = spread(&scatter.target.score);
        for axis in &mut scatter.contaminants {
            axis.score = spread(&axis.score);
        }
        scatter.n_total = scatter.class.len() as u64;
    }
    assert!(has_picture(&model));
}
