//! Two hundred pseudo-random configurations of profile, specification, metadata and language: no document says anything
//! else than its `report.json`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use lopdf::Document;
use puricell_core::{Seed, Stream};
use puricell_report::Model;
use puricell_report::model::{Decision, LimitSide, Status, VerdictItem};
use rayon::prelude::*;

use crate::labelled_lot::LabelledLot;
use crate::program::{composition, run_lot};

const CONFIGURATIONS: u64 = 200;
const PROFILES: [&str; 11] = [
    "adipose",
    "adipose-svf",
    "bone-marrow",
    "cord-blood",
    "dental-pulp",
    "gene-modified",
    "ipsc-msc",
    "menstrual-blood",
    "placenta",
    "umbilical-cord",
    "whartons-jelly",
];
/// What a person may write.
const WORDS: [&str; 8] = [
    "脐带间充质干细胞注射液",
    "P4",
    "a < b & \"c\"",
    "MSC [U]",
    "fresh",
    "0012",
    "Zoë – 3 %",
    "very-long-name_without_a_space_20261123",
];

fn one<'a, T: ?Sized>(random: &mut Stream, among: &[&'a T]) -> &'a T {
    among[random.below(among.len())]
}

/// A lot with contaminants, one without, and one that is mostly of other cells.
fn lots(folder: &Path) -> Vec<PathBuf> {
    [
        ("mixed", &["Fibroblast", "Pericytes", "T cell", "Endothelial cells"][..]),
        ("pure", &["Fibroblast", "Pericytes"]),
        ("other", &["Fibroblast", "T cell", "Endothelial cells", "Epithelial cells"]),
    ]
    .map(|(name, labels)| LabelledLot::breast(labels).write(folder, name))
    .to_vec()
}

/// A limit below, at, near or above what was counted.
fn limit(random: &mut Stream, fraction: Option<f64>) -> String {
    let near = fraction.unwrap_or(0.5);
    let end = |random: &mut Stream| match random.below(5) {
        0 => 0.0,
        1 => near,
        2 => (near + 0.05 * random.normal()).clamp(0.0, 1.0),
        3 => 1.0,
        _ => random.uniform(),
    };
    let (a, b) = (end(random), end(random));
    match random.below(5) {
        0 | 1 => format!("{{ max = {a:?} }}"),
        2 | 3 => format!("{{ min = {a:?} }}"),
        _ => format!("{{ min = {:?}, max = {:?} }}", a.min(b), a.max(b)),
    }
}

/// A specification of up to eight items about rows that the profile has.
fn specification(random: &mut Stream, rows: &[BTreeMap<String, String>]) -> String {
    let purpose = one(random, &["characterisation", "release", "in-process"]);
    let mut text = format!(
        "schema = \"puricell-spec/1\"\nid = \"drawn\"\nversion = \"1.{}\"\nuse = \"{purpose}\"\n",
        random.below(9)
    );
    // What left by its quality has rows, and can be no item; nor can a pair be limited twice.
    let can_be = |row: &&BTreeMap<String, String>| {
        row["role"] != "excluded" || ["suspect", "unassigned", "non_viable"].contains(&row["class"].as_str())
    };
    let mut rows: Vec<_> = rows.iter().filter(can_be).collect();
    random.shuffle(&mut rows);
    for (i, row) in rows.into_iter().take(1 + random.below(8)).enumerate() {
        let limit = limit(random, row["fraction"].parse().ok());
        let decision = one(random, &["point", "bound95", "informative"]);
        let (class, denominator) = (&row["class"], &row["denominator"]);
        write!(
            text,
            "[[item]]\nid = \"item_{i}\"\nclass = \"{class}\"\ndenominator = \"{denominator}\"\nmethod = \"drawn\"\nlimit = {limit}\n\
             decision = \"{decision}\"\njustification = \"A drawn limit.\"\n"
        )
        .unwrap();
    }
    text
}

/// Metadata with some of the fields, and the values given.
fn metadata(random: &mut Stream) -> (String, Vec<String>) {
    let (mut text, mut values) = (String::new(), Vec::new());
    for field in ["lot", "product", "donor", "tissue", "passage", "process_version", "assay"] {
        if random.uniform() < 0.6 {
            let value = format!("{} {}", one(random, &WORDS), random.below(100));
            writeln!(text, "{field} = '{value}'").unwrap();
            values.push(value);
        }
    }
    (text, values)
}

/// Text without white space: where a line was broken says nothing.
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

fn text_of_pdf(path: &Path) -> String {
    let document = Document::load_mem(&std::fs::read(path).unwrap()).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    dense(&document.extract_text(&pages).unwrap())
}

/// What a page shows, tags and references taken out.
fn text_of_html(html: &str) -> String {
    let body = &html[html.find("</style>").unwrap()..html.find("<script").unwrap()];
    let mut text = String::new();
    for part in body.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, shown)| shown));
    }
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    dense(&text.replace("&nbsp;", " ").replace("&#38;", "&"))
}

fn count(value: u64) -> String {
    let digits = value.to_string();
    let chunks: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    chunks.join(",")
}

/// The status that follows from the numbers of an item, worked out anew. Of a limit with two ends the report holds one.
fn follows(item: &VerdictItem, has_two_ends: bool) -> Vec<Status> {
    let (Some(k), Some(limit), Some(bound)) = (item.k, item.limit_fraction, item.bound_one_sided) else {
        return vec![Status::NotReportable, Status::Informative];
    };
    let fraction = k as f64 / item.n as f64;
    let is_maximum = item.limit_side == LimitSide::Maximum;
    let is_within = |x: f64| if is_maximum { x <= limit } else { x >= limit };
    if item.decision == Decision::Point {
        return match (is_within(fraction), has_two_ends) {
            (true, false) => vec![Status::Meets],
            (true, true) => vec![Status::Meets, Status::DoesNotMeet],
            (false, _) => vec![Status::DoesNotMeet],
        };
    }
    match (is_within(bound), has_two_ends) {
        (true, false) => vec![Status::Meets],
        (true, true) => vec![Status::Meets, Status::Inconclusive, Status::DoesNotMeet],
        (false, _) => vec![Status::Inconclusive, Status::DoesNotMeet],
    }
}

fn rank(status: Status) -> usize {
    let order = [Status::Informative, Status::Meets, Status::Inconclusive, Status::NotReportable, Status::DoesNotMeet];
    order.iter().position(|s| *s == status).unwrap()
}

fn word(status: Status, is_chinese: bool) -> &'static str {
    match (status, is_chinese) {
        (Status::Meets, false) => "✓meets",
        (Status::DoesNotMeet, false) => "✕doesnotmeet",
        (Status::Inconclusive, false) => "?inconclusive",
        (Status::Informative, false) => "iinformative",
        (Status::NotReportable, false) => "–notreportable",
        (Status::Meets, true) => "✓符合",
        (Status::DoesNotMeet, true) => "✕不符合",
        (Status::Inconclusive, true) => "?无法判定",
        (Status::Informative, true) => "i仅供参考",
        (Status::NotReportable, true) => "–不可报告",
    }
}

/// The readings of an item in Chinese, from the words of its English sentence.
fn in_chinese(sentence: &str) -> Vec<String> {
    let reading = |part: &str| {
        let needed = |unit, zh| Some(format!("至少需要{}个{zh}", part.split_once("at least ")?.1.strip_suffix(unit)?));
        Some(match part {
            "meets by point estimate" => "按点估计符合".to_owned(),
            "does not meet by point estimate" => "按点估计不符合".to_owned(),
            "shown with 95 % confidence" => "以95%置信度证明符合".to_owned(),
            "excluded with 95 % confidence" => "以95%置信度证明不符合".to_owned(),
            "not shown with 95 % confidence" => "未能以95%置信度证明。".to_owned(),
            _ if part.starts_with("no ") => "无可计数的".to_owned(),
            _ if part.starts_with("not shown") => needed(" cells", "细胞").or_else(|| needed(" events", "事件"))?,
            _ => return None,
        })
    };
    let parts: Vec<&str> = sentence.trim_end_matches('.').split("; ").collect();
    match parts[..] {
        [counts, point, bound] => [point, bound]
            .map(|part| reading(part).unwrap_or_else(|| panic!("'{part}' of '{sentence}' is no reading")))
            .into_iter()
            .chain([dense(&counts.replace(" of ", "/"))])
            .collect(),
        _ if sentence.starts_with("not reportable") => vec!["不可报告：".to_owned()],
        _ => panic!("'{sentence}' is no reading of an item"),
    }
}

/// The report by itself.
fn check_report(model: &Model, specification: &str) {
    let verdict = &model.verdict;
    let limits: Vec<&str> = specification.lines().filter(|line| line.starts_with("limit")).collect();
    assert_eq!(verdict.items.len(), limits.len());
    for (item, limit) in verdict.items.iter().zip(limits) {
        let mut rows = model.composition.iter().filter(|r| r.class == item.class && r.denominator == item.denominator);
        let row = rows.next().unwrap();
        assert_eq!((item.k, item.n, item.fraction), (row.k, row.n, row.fraction), "{}", item.id);
        let has_two_ends = limit.contains("min") && limit.contains("max");
        let is_shown = matches!(item.status, Status::Informative);
        assert!(is_shown || follows(item, has_two_ends).contains(&item.status), "{limit} {item:?}");
    }
    let worst = verdict.items.iter().map(|i| i.status).max_by_key(|s| rank(*s)).unwrap();
    let is_spoiled_by_shown = worst == Status::NotReportable;
    assert!(verdict.overall == worst || is_spoiled_by_shown, "{:?} of {worst:?}", verdict.overall);
    let dropped: u64 = model.qc.accounting.dropped.iter().map(|d| d.n).sum();
    assert_eq!(model.qc.accounting.loaded, model.qc.accounting.kept + dropped);
}

/// The table beside the report.
fn check_table(model: &Model, out: &Path) {
    let rows = composition(out);
    assert_eq!(rows.len(), model.composition.len());
    for (row, of_report) in rows.iter().zip(&model.composition) {
        assert_eq!(row["class"], of_report.class);
        assert_eq!(row["k"], of_report.k.map_or_else(|| "NA".to_owned(), |k| k.to_string()));
        assert_eq!(row["n"], of_report.n.to_string());
        if let Some(fraction) = of_report.fraction {
            // Ten significant digits.
            assert!((row["fraction"].parse::<f64>().unwrap() - fraction).abs() <= 1e-9);
        }
    }
}

/// The documents beside the report.
fn check_documents(model: &Model, out: &Path, lang: &str, stated: &[String]) {
    let pdf = text_of_pdf(&out.join("report.pdf"));
    let html = text_of_html(&std::fs::read_to_string(out.join("report.html")).unwrap());
    let overall = word(model.verdict.overall, lang == "zh");
    assert!(pdf.contains(overall) && html.contains(overall), "{overall}");
    for row in &model.composition {
        let k = row.k.map_or_else(|| "NA".to_owned(), count);
        let counts = format!("{k}/{}", count(row.n));
        assert!(pdf.contains(&counts), "{} {counts}", row.class);
    }
    for statement in &model.purity {
        let between = if lang == "zh" { "/" } else { "of" };
        let counts = format!("{}{between}{}", count(statement.k), count(statement.n));
        assert!(pdf.contains(&counts) && html.contains(&counts), "{counts}");
    }
    for item in &model.verdict.items {
        if lang != "zh" {
            assert!(html.contains(&dense(&item.sentence)), "{} in report.html", item.sentence);
        }
        for reading in in_chinese(&item.sentence) {
            assert!(lang == "en" || html.contains(&reading), "'{reading}' for '{}' in report.html", item.sentence);
        }
    }
    for value in stated {
        assert!(pdf.contains(&dense(value)), "{value} in report.pdf");
        assert!(html.contains(&dense(value)), "{value} in report.html");
    }
    for text in [&pdf, &html] {
        let zero = text.match_indices("0%").find(|(at, _)| {
            let number: String =
                text[..=*at].chars().rev().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
            // A limit is what the specification says, were it 0 %.
            let before = &text[..=*at - (number.len() - 1)];
            // A range stands behind what decides on its item.
            let is_limit = ["≥0", "≤0", "于0", "to0", "most0", "least0", "drawn0", "bound0", "estimate0", "限0", "值0"]
                .iter()
                .any(|limit| before.ends_with(limit));
            number.chars().all(|c| matches!(c, '0' | '.')) && !is_limit
        });
        assert!(
            zero.is_none(),
            "{:?}",
            zero.map(|(at, _)| text[..at].chars().skip(text[..at].chars().count() - 60).collect::<String>())
        );
    }
}

// Verifies R-27.
#[test]
fn no_document_contradicts_its_report() {
    let base = tempfile::tempdir().unwrap();
    let lots = lots(base.path());
    let quick = ["--no-umap", "--h5ad", "none", "--threads", "1"];
    // Every pair of class and denominator that a profile has.
    let rows: Vec<Vec<BTreeMap<String, String>>> = PROFILES
        .par_iter()
        .map(|profile| {
            let out = base.path().join(profile);
            run_lot(&lots[0], profile, &out, &quick);
            composition(&out)
        })
        .collect();
    (0..CONFIGURATIONS).into_par_iter().for_each(|i| {
        let mut random = Seed(20_261_123).stream("configurations", i);
        let profile = random.below(PROFILES.len());
        let lot = &lots[random.below(lots.len())];
        let specification = specification(&mut random, &rows[profile]);
        let (metadata, stated) = metadata(&mut random);
        let lang = one(&mut random, &["en", "zh", "both"]);
        let interval = one(&mut random, &["clopper-pearson", "wilson", "jeffreys"]);
        let out = base.path().join(i.to_string());
        let (spec, facts) = (base.path().join(format!("{i}.spec.toml")), base.path().join(format!("{i}.toml")));
        std::fs::write(&spec, &specification).unwrap();
        std::fs::write(&facts, &metadata).unwrap();
        let (spec, facts) = (spec.to_string_lossy(), facts.to_string_lossy());
        let mut more = vec!["--spec", &spec, "--metadata", &facts, "--lang", lang, "--interval", interval];
        more.extend(quick);
        run_lot(lot, PROFILES[profile], &out, &more);
        let model: Model = serde_json::from_str(&std::fs::read_to_string(out.join("report.json")).unwrap()).unwrap();
        check_report(&model, &specification);
        check_table(&model, &out);
        check_documents(&model, &out, lang, &stated);
        std::fs::remove_dir_all(&out).unwrap();
    });
}
