//! What a reader sees of doublets.

use puricell_report::model::{DoubletCapture, DoubletKind, Doublets, HiddenClass, SweepCount};
use puricell_report::{Lang, html};

use crate::{empty_lot, lot};

/// Doublets of an invented lot.
pub(crate) fn some() -> Doublets {
    let kind = |classes: [&str; 2], expected: f64, suspected: u64, called: &[(&str, u64)]| DoubletKind {
        classes: (classes[0].to_owned(), classes[1].to_owned()),
        share: expected / 1000.0,
        expected,
        suspected,
        called: called.iter().map(|&(class, k)| SweepCount { class: class.to_owned(), k }).collect(),
    };
    Doublets {
        captures: Vec::new(),
        method: "9,600 pairs were summed; 105 neighbours tell.".to_owned(),
        recovered: 5000,
        rate_per_1000: 0.008,
        expected_rate: 0.04,
        n: 4800,
        expected: 192.0,
        suspected_from: 0.5,
        suspected: 61,
        n_simulated: 9600,
        n_neighbours: 105,
        kinds: vec![
            kind(["target", "target"], 190.2, 54, &[("target", 54)]),
            kind(["target", "suspect"], 1.84, 7, &[("target", 2), ("suspect", 5)]),
            kind(["suspect", "suspect"], 0.02, 0, &[]),
        ],
        hidden: vec![HiddenClass {
            class: "nowhere".to_owned(),
            k: 48,
            suspects: 5,
            expected: 3.8,
            hidden_share: 0.0762,
        }],
    }
}

#[test]
fn doublets_are_shown_expected_against_suspected_with_what_they_hide() {
    let mut model = lot();
    assert!(!html(&model, &[], Lang::En).unwrap().contains("id=\"doublets\""));
    model.doublets = Some(some());
    let page = html(&model, &[], Lang::En).unwrap().replace(['\u{a0}', '\u{202f}'], " ").replace("&nbsp;", " ");
    let target = &model.classes.iter().find(|c| c.id == "target").unwrap().label;
    for text in
        ["192 of 4,800", "0.8 % per 1,000 of 5,000 recovered cells: 4 %", "<td class=\"num\">1.8</td>", ">7.6 %<"]
    {
        assert!(page.contains(text), "{text}");
    }
    assert!(page.contains(&format!("54 {target}")));
    assert_eq!(page.matches("<td class=\"num\">0.0</td>").count(), 0);
    assert!(html(&empty_lot(), &[], Lang::En).is_ok());
}

#[test]
fn the_load_of_each_capture_is_said_in_both_languages() {
    let capture = |capture: &str, recovered: u64, expected_rate: f64| DoubletCapture {
        capture: capture.to_owned(),
        recovered,
        expected_rate,
    };
    let captures = vec![capture("1: a.h5", 3210, 0.025), capture("2: b.h5", 1790, 0.014)];
    let mut model = lot();
    model.doublets = Some(Doublets { captures, ..some() });
    let said =
        |lang: Lang| html(&model, &[], lang).unwrap().replace(['\u{a0}', '\u{202f}'], " ").replace("&nbsp;", " ");
    let english = said(Lang::En);
    for text in [
        "capture 1: a.h5, 3,210 recovered, 2.5 %",
        "capture 2: b.h5, 1,790 recovered, 1.4 %",
        "9,600 pairs were summed",
    ] {
        assert!(english.contains(text), "{text}");
    }
    let chinese = said(Lang::Zh);
    for text in ["捕获 1: a.h5，回收 3,210 个", "捕获 2: b.h5，回收 1,790 个", "模拟 9,600 个双细胞", "至多 105 个"]
    {
        assert!(chinese.contains(text), "{text}");
    }
}
