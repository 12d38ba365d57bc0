//! The choice of interval, and what a validation study adds.

use std::path::Path;

use puricell_purity::misclassification::Confusion;
use puricell_purity::{ClassValidation, Design, Limits, MadeWith, Method, Tally, VALIDATION_SCHEMA, Validation};
use serde_json::Value;

use crate::program::{composition, puricell, run_lot, test_data};

const QUICK: [&str; 3] = ["--no-umap", "--h5ad", "none"];

fn report(out: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(out.join("report.json")).unwrap()).unwrap()
}

/// A made-up study of the method that made a report.
fn study(report: &Value) -> Validation {
    let made_with = |kind: &str| {
        let all = report["definitions"].as_array().unwrap();
        let found = all.iter().find(|d| d["kind"] == kind).unwrap();
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        MadeWith { id: text("id"), version: text("version"), sha256: text("sha256") }
    };
    let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>();
    let tally = |k, n| Tally { k, n, n_distinct: n };
    Validation {
        schema: VALIDATION_SCHEMA.to_owned(),
        tool_version: "0.1.0".to_owned(),
        method: Method {
            profile: made_with("profile"),
            panels: made_with("panels"),
            call_model: made_with("call-model"),
        },
        input: "made up".to_owned(),
        design: Design {
            n_runs: 10,
            n_blank_runs: 5,
            cells_per_run: 2000,
            replicates: 5,
            fractions: vec![0.0, 0.02],
            depths: vec![1.0],
            ambient: 0.0,
            doublets: 0.0,
            dead: 0.0,
            seed: 1,
        },
        classes: vec![ClassValidation {
            class: "hematopoietic".to_owned(),
            blank: tally(2, 10_000),
            sensitivity: tally(80, 100),
            lost: tally(0, 100),
            limits: Limits {
                n_cells: 2000,
                lob: Some(0.001),
                lod: Some(0.003),
                loq: Some(0.01),
                loq_max_cv: 0.3,
                loq_max_bias: 0.3,
                how: "made up".to_owned(),
            },
            linearity: None,
            range: None,
            levels: Vec::new(),
            intermediate_cv: None,
        }],
        confusion: Confusion {
            truth: names(&["target", "hematopoietic"]),
            called: names(&["target", "hematopoietic", "unassigned"]),
            counts: vec![vec![9500, 2, 498], vec![2, 80, 18]],
            distinct: vec![10_000, 100],
        },
    }
}

#[test]
fn the_interval_asked_for_is_used_and_recorded() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("out");
    run_lot(&test_data("demo/lot.h5"), "adipose", &out, &[&QUICK[..], &["--interval", "wilson"]].concat());
    let report = report(&out);
    assert_eq!(report["statistics"]["interval"], "wilson");
    let recorded = report["parameters"].as_array().unwrap().iter().find(|p| p["name"] == "statistics.interval");
    assert_eq!(recorded.unwrap()["value"], "wilson");
    assert!(std::fs::read_to_string(out.join("report.html")).unwrap().contains("Wilson"));
    let rows = composition(&out);
    let row = rows.iter().find(|r| r["class"] == "target").unwrap();
    let number = |name: &str| row[name].parse::<f64>().unwrap();
    let (k, n, z) = (number("k"), number("n"), 1.959_963_985);
    // Wilson's formula; the file has ten digits.
    let centre = (k + z * z / 2.0) / (n + z * z);
    let half = z * (k * (n - k) / n + z * z / 4.0).sqrt() / (n + z * z);
    assert!((number("ci_low") - (centre - half)).abs() < 1e-9);
    assert!((number("ci_high") - (centre + half)).abs() < 1e-9);
    assert_eq!((row["corrected_fraction"].as_str(), row["result"].as_str()), ("NA", ""));
}

// Verifies R-25.
#[test]
fn a_study_of_this_method_gives_limits_and_corrections_and_one_of_another_is_refused() {
    let base = tempfile::tempdir().unwrap();
    let lot = test_data("demo/lot.h5");
    let plain = base.path().join("plain");
    run_lot(&lot, "adipose", &plain, &QUICK);
    let mut study = study(&report(&plain));
    let file = base.path().join("validation.json");
    let write = |study: &Validation| std::fs::write(&file, serde_json::to_string(study).unwrap()).unwrap();
    write(&study);

    let out = base.path().join("out");
    let path = file.to_string_lossy().into_owned();
    run_lot(&lot, "adipose", &out, &[&QUICK[..], &["--validation", &path]].concat());
    let rows = composition(&out);
    let row = rows.iter().find(|r| r["class"] == "hematopoietic" && r["denominator"] == "viable_singlets").unwrap();
    let number = |name: &str| row[name].parse::<f64>().unwrap();
    // About 2 % blood, seen with a sensitivity of 0.8 and next to no false positive.
    assert!(number("corrected_fraction") > number("fraction"));
    assert!(number("corrected_low") < number("corrected_fraction") && number("lob") < number("lod"));
    assert_eq!(row["result"], "quantified");
    assert!(std::fs::read_to_string(out.join("report.html")).unwrap().contains("By the validation study"));
    let kinds = report(&out);
    assert!(kinds["definitions"].as_array().unwrap().iter().any(|d| d["kind"] == "validation"));
    // Sub-classes were not planted: the study says nothing of them. Nor of classes that it has no blanks of.
    assert!(rows.iter().filter(|r| !r["parent"].is_empty()).all(|r| r["lob"] == "NA" && r["result"].is_empty()));
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("<th scope=\"col\" class=\"num\">LOB</th>") && !page.contains("another_version"));
    // What was counted is what is counted without a study.
    let before = composition(&plain);
    assert!(rows.iter().zip(&before).all(|(a, b)| a["k"] == b["k"] && a["ci_low"] == b["ci_low"]));

    let refused = |more: &[&str]| {
        let run = puricell()
            .args(["run", &lot.to_string_lossy(), "--profile", "adipose", "--quiet", "--validation", &path, "--out"])
            .arg(base.path().join("refused"))
            .args(more)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(2));
        assert!(!base.path().join("refused").exists());
        String::from_utf8(run.stderr).unwrap()
    };
    // The same profile with a value replaced is another method.
    let said = refused(&["--set", "qc.mito_cap=0.3"]);
    assert!(said.contains("the validation was made with profile adipose") && said.contains("hint: "), "{said}");
    // Of another version of the program the definitions are the same, and the code may not be.
    study.tool_version = "0.0.1".to_owned();
    write(&study);
    let older = base.path().join("older");
    run_lot(&lot, "adipose", &older, &[&QUICK[..], &["--validation", &path]].concat());
    assert!(std::fs::read_to_string(older.join("report.html")).unwrap().contains("validation_of_another_version"));
    study.method.call_model.sha256 = "0".repeat(64);
    write(&study);
    assert!(refused(&[]).contains("the validation was made with call model built-in"));
    study.classes[0].blank.k = 20_000;
    write(&study);
    assert!(refused(&[]).contains("'blank' of class 'hematopoietic' is 20000, expected a count of at most its n"));
}
