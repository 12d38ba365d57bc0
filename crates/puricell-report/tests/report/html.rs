//! The HTML document.

use puricell_report::model::NeighbourSearch;
use puricell_report::{Lang, figures, html, model::Status};

use super::{bare_zero_per_cent, empty_lot, lot};

fn page() -> String {
    let model = lot();
    html(&model, &figures(&model).unwrap(), Lang::En).unwrap()
}

/// Text as a reader sees it: no-break spaces are spaces.
fn plain(page: &str) -> String {
    page.replace('\u{a0}', " ").replace("&nbsp;", " ")
}

// Verifies R-27.
#[test]
fn the_results_are_in_the_document_as_people_write_them() {
    let page = plain(&page());
    for text in [
        // Purity with its three denominators; intervals by scipy.stats.beta, see the fixture's script.
        "93.1 %",
        "1,762 of 1,893",
        "91.8 – 94.2 %",
        "88.1 %",
        "1,762 of 2,000",
        "95.4 %",
        "1,762 of 1,846",
        // Beside its limit of 2 % the share keeps the digit that tells it apart.
        "38 of 1,893",
        "2.01 %",
        "≤ 2 %",
        // No epithelial cell: 1 - 0.05^(1/1893) = 0.158 %.
        "0 of 1,893",
        "&#60; 0.16 %",
        // Accounting, thresholds, sub-populations, markers, homogeneity.
        "2,000 loaded = 1,893 kept + 107 left",
        "≤ 18.4 %",
        "1,034 of 1,762 (58.7 %)",
        "0.88 (0.79 – 0.92)",
        "3.1 × 10⁻⁸⁸",
        "&#60; 10⁻³⁰⁰",
        "0.874",
        "0.0051 (0.0004 – 0.0139)",
        "2.49 (2.42 – 2.55)",
        "0 of 1,762 (&#60; 0.17 %)",
        // Coverage, hashes, parameters, limits of the method.
        "LIN28A, ESRG, NANOG, POU5F1, DPPA4",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "18.3 MB",
        "▸ command line",
        "RNA does not replace a viability dye",
        "illustration only",
    ] {
        assert!(page.contains(text), "missing: {text}");
    }
}

#[test]
fn the_sections_stand_in_the_order_of_a_dossier_page() {
    let page = page();
    let places: Vec<usize> = [
        "verdict",
        "purity",
        "composition",
        "quality",
        "calls",
        "cutoffs",
        "heterogeneity",
        "homogeneity",
        "clusters",
        "panels",
        "warnings",
        "parameters",
        "inputs",
        "method",
        "signatures",
    ]
    .iter()
    .map(|id| page.find(&format!("<h2 id=\"{id}\"")).unwrap_or_else(|| panic!("no section {id}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn an_approximate_search_for_neighbours_says_what_it_missed() {
    let page_of = |search: Option<NeighbourSearch>| {
        let mut model = lot();
        model.clusters.as_mut().unwrap().neighbour_search = search;
        html(&model, &[], Lang::En).unwrap().replace(['\u{a0}', '\n'], " ")
    };
    let approximate = NeighbourSearch {
        is_exact: false,
        recall: Some(0.9836),
        ci_low: Some(0.977),
        ci_high: Some(0.9887),
        n_sampled: Some(2000),
        target: Some(0.97),
        n_regions: Some(1000),
        n_searched: Some(40),
        share_searched: Some(0.0417),
    };
    let page = page_of(Some(approximate));
    assert!(page.contains(
        "Each was compared with those of the 40 of 1,000 regions nearest to it. 98.4 % of the exact nearest neighbours \
         were found (measured on 2,000 drawn at random, 95 % interval 97.7 – 98.9 %); at least 97 % are wanted."
    ));
    assert!(page.contains("15 neighbours, searched for approximately, 30 components"));
    assert!(page.contains("no call, count or interval does"));
    let exact = page_of(Some(NeighbourSearch::default()));
    assert!(exact.contains("15 neighbours, searched for exactly, 30 components"));
    assert!(!exact.contains("no call, count or interval does"));
    assert!(page_of(None).contains("15 neighbours, 30 components"));
}

// Verifies R-10.
#[test]
fn a_zero_count_is_never_printed_as_zero_per_cent() {
    assert_eq!(bare_zero_per_cent(&page()), None);
}

// Verifies R-28.
#[test]
fn text_of_the_model_cannot_become_markup() {
    let mut model = lot();
    model.lot.lot_id = "<script>alert(1)</script>".to_owned();
    model.warnings[0].message = "</style><img src=x onerror=\"alert(2)\">".to_owned();
    model.classes[0].label = "\"><b>MSC</b> & co".to_owned();
    let page = html(&model, &figures(&model).unwrap(), Lang::En).unwrap();
    // The page's own scripts are three: its words, the cells, what runs.
    assert!(page.matches("<script").count() <= 3 && !page.contains("<script>alert"));
    for raw in ["<img src=x", "onerror=\"", "<b>MSC"] {
        assert!(!page.contains(raw), "{raw}");
    }
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    // In the alternative text of the embedded pictures and in the drawings too.
    assert!(page.contains("&lt;b&gt;MSC&lt;/b&gt; &amp; co"));
}

// Verifies R-27.
#[test]
fn nothing_is_fetched_from_anywhere() {
    let page = page();
    for outside in ["http:", "https:", " //", "@import", "url(", "<script src", "<link", "<iframe"] {
        // A picture's base64 may hold `//`.
        let found = page.lines().find(|l| l.contains(outside) && !l.contains("href=\"data:image/png;base64,"));
        assert_eq!(found, None, "{outside}");
    }
    for (attribute, start) in [("href=\"", "#"), ("src=\"", "data:image/png;base64,")] {
        for target in page.split(attribute).skip(1) {
            let is_picture = target.starts_with("data:image/png;base64,");
            assert!(is_picture || target.starts_with(start), "{}", &target[..target.len().min(60)]);
        }
    }
    // Each link leads to a heading of this page.
    for target in page.split("href=\"#").skip(1) {
        let id = target.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

// Verifies R-27.
#[test]
fn every_status_has_a_word_beside_its_colour() {
    let mut model = lot();
    for (status, words) in [
        (Status::Meets, "✓</span>meets"),
        (Status::DoesNotMeet, "✕</span>does not meet"),
        (Status::Inconclusive, "?</span>inconclusive"),
        (Status::Informative, "i</span>informative"),
        (Status::NotReportable, "–</span>not reportable"),
    ] {
        model.verdict.overall = status;
        let page = html(&model, &[], Lang::En).unwrap();
        let word = page.split("<p class=\"word status\">").nth(1).unwrap();
        assert!(word.split("</p>").next().unwrap().contains(words), "{words}");
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    assert!(page() == page());
}

#[test]
fn tables_and_figures_can_be_read_without_eyes() {
    let page = page();
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    assert_eq!(page.matches("<figure>").count(), 7);
    assert_eq!(page.matches("<figure>").count(), page.matches("<figcaption>").count());
    assert_eq!(page.matches("<img ").count(), page.matches("<img alt=\"").count());
    assert_eq!(page.matches("<svg ").count(), page.matches("role=\"img\">\n<title>").count());
    assert_eq!(page.matches("<h1").count(), 1);
}

#[test]
fn a_lot_without_cells_still_has_a_document() {
    let mut model = empty_lot();
    model.verdict.sentence = "No specification was given: every result is for information.".to_owned();
    let page = html(&model, &figures(&model).unwrap(), Lang::En).unwrap();
    assert!(page.contains("not stated"));
    assert!(page.contains("No specification was given"));
    assert!(page.contains("0 loaded = 0 kept + 0 left"));
    assert_eq!(bare_zero_per_cent(&page), None);
}

#[test]
fn points_of_cells_are_a_picture_and_not_thousands_of_elements() {
    let page = page();
    assert!(page.matches("<circle").count() < 200, "{}", page.matches("<circle").count());
    assert_eq!(page.matches("data:image/png;base64,iVBOR").count(), 2);
}
