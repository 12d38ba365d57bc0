//! The text of the documents holds every number of the report.
//!
//! Each number of `report.json`, each status and each answer, and each text that holds a number, is looked for in the text
//! taken out of `report.pdf` and of `report.html`, as it would be printed: a share as per cent, lower ends rounded down,
//! bounds and upper ends up, counts with separators, ends of intervals on their sides of a dash. It is looked for in the row,
//! box or sentence of what it belongs to: that which bears the name of the class, marker, gate or item; without a name, in the
//! one piece that holds most of its record. Figures are left out, so that nothing is found on an axis. What a document leaves
//! out is in the one list of `left_out`.
//!
//! It cannot show in which column of its row a number stands, nor tell a number from an equal one of the same row; that words
//! other than those of closed lists are right; or how a page looks. In Chinese, sentences are searched for their numbers
//! alone, anywhere in their record's row. How many digits a number deserves is tested with `number`.

mod left_out;
mod models;
mod page;
mod printed;
mod record;
mod words;

use std::collections::BTreeMap;

use puricell_report::{Lang, Model, PdfOptions, html, pdf};
use serde_json::Value;

use left_out::{Document, LEFT_OUT};
use page::Block;
use record::{Leaf, Outcome, look, records};

/// The report of a model, and its documents without their figures: what a figure alone shows is not found.
struct Made {
    report: Value,
    pdf: Vec<Block>,
    html: Vec<Block>,
    is_chinese: bool,
}

fn made(model: &Model, lang: Lang) -> Made {
    let options = PdfOptions { lang, ..PdfOptions::default() };
    Made {
        report: serde_json::to_value(model).unwrap(),
        pdf: page::of_pdf(&pdf(model, &[], &options).unwrap()),
        html: page::of_html(&html(model, &[], lang).unwrap()),
        is_chinese: lang == Lang::Zh,
    }
}

impl Made {
    fn blocks(&self, document: Document) -> &[Block] {
        if document == Document::Pdf { &self.pdf } else { &self.html }
    }

    fn looked(&self, document: Document) -> Outcome {
        look(&records(&self.report, self.is_chinese), self.blocks(document), document, self.is_chinese)
    }
}

/// Each report in each language.
fn all_made() -> Vec<(String, Made)> {
    let models = models::all();
    let kinds = models.iter().flat_map(|(name, model)| [Lang::En, Lang::Zh].map(|lang| (name, model, lang)));
    std::thread::scope(|scope| {
        let threads: Vec<_> = kinds
            .map(|(name, model, lang)| scope.spawn(move || (format!("{name}, {lang:?}"), made(model, lang))))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn every_number_of_the_report_is_in_the_text_of_both_documents() {
    let mut needed = vec![(0, 0); LEFT_OUT.len()];
    let mut missing = Vec::new();
    for (name, made) in all_made() {
        for document in [Document::Pdf, Document::Html] {
            let outcome = made.looked(document);
            missing.extend(outcome.missing.iter().map(|leaf| format!("{name}, {document:?}: {leaf}")));
            for (sum, of) in needed.iter_mut().zip(outcome.left_out) {
                *sum = (sum.0 + of.0, sum.1 + of.1);
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    for (entry, (all, found)) in LEFT_OUT.iter().zip(needed) {
        assert!(all > 0, "{} is in no report", entry.keys);
        assert!(found < all, "{} is printed, and need not be on the list ({})", entry.keys, entry.because);
    }
}

/// The one number of its record, which has no name: looked for in every piece, so that another may pass for it.
const ALONE: [&str; 1] = ["cytometry.compensation.condition_number"];

/// Of each kind of number one, changed in the report and not in its documents. A wrong value may by chance be that of
/// another number of its row: of three, two must be missed.
#[test]
fn a_changed_number_is_missed() {
    let mut passed = Vec::new();
    let kinds_of_reports =
        models::all().into_iter().filter(|(name, _)| ["inconclusive", "of events", "everything"].contains(name));
    for (name, model) in kinds_of_reports {
        let made = made(&model, Lang::En);
        let records = records(&made.report, false);
        for document in [Document::Pdf, Document::Html] {
            let mut kinds: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
            for (r, record) in records.iter().enumerate() {
                for (l, leaf) in record.leaves.iter().enumerate().filter(|(_, leaf)| !record.leaves_out(leaf, document))
                {
                    kinds.entry(&leaf.keys).or_default().push((r, l));
                }
            }
            // A step of Knuth's generator picks the place.
            let mut random = 0x9E37_79B9_u64;
            for (_, places) in kinds.into_iter().filter(|(keys, _)| !ALONE.contains(keys)) {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let (r, l) = places[usize::try_from(random >> 33).unwrap() % places.len()];
                let mut record = records[r].clone();
                let was = record.leaves[l].clone();
                let others: Vec<Value> = (0..3).filter_map(|nth| changed(&was, nth)).collect();
                let mut missed = 0;
                for other in &others {
                    record.leaves[l].value.clone_from(other);
                    let one = std::slice::from_ref(&record);
                    missed += usize::from(!look(one, made.blocks(document), document, false).missing.is_empty());
                }
                if missed * 3 < others.len() * 2 {
                    passed.push(format!(
                        "{name}, {document:?}: {} is {}, and of {others:?} some were found",
                        was.path, was.value
                    ));
                }
            }
        }
    }
    assert_eq!(passed, Vec::<String>::new());
}

/// Another value for a leaf: the `nth` of three.
fn changed(leaf: &Leaf, nth: usize) -> Option<Value> {
    Some(match &leaf.value {
        Value::Number(number) => match number.as_u64() {
            Some(whole) => (whole * 7 + [30_011, 411, 53][nth]).into(),
            None => number.as_f64().map(|x| x.max(1e-9) * [2.377, 0.613, 5.19][nth]).into(),
        },
        Value::Bool(yes) => words::other(leaf.key(), &yes.to_string()).map(|_| Value::Bool(!yes))?,
        Value::String(text) => {
            let digit = |c: char| c.to_digit(10).and_then(|d| char::from_digit((d + 7) % 10, 10)).unwrap_or(c);
            words::other(leaf.key(), text)
                .map_or_else(|| text.chars().map(digit).collect::<String>(), str::to_owned)
                .into()
        }
        _ => None?,
    })
}

#[test]
fn a_row_taken_from_a_page_is_missed() {
    let made = made(&models::all()[0].1, Lang::En);
    for document in [Document::Pdf, Document::Html] {
        for (row, list) in [("Hematopoietic", "composition."), ("purity-endothelial", "verdict.items.")] {
            let mut blocks = made.blocks(document).to_vec();
            blocks.retain(|block| !block.text.contains(row));
            let missing = look(&records(&made.report, false), &blocks, document, false).missing;
            assert!(missing.iter().any(|leaf| leaf.starts_with(list)), "{missing:?}");
        }
    }
}
