//! `puricell cohort`: many lots put together.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use puricell_report::cohort::{Cohort, Equivalence, Standing};
use serde_json::{Value, json};

use crate::program::{puricell, repeatable, run_lot, test_data};
use crate::ro_crate;

/// A result of `puricell run` with other counts: the lot's number, and cells of each class among all viable singlets.
pub(crate) fn lot(template: &Value, folder: &Path, id: &str, n: u64, counts: &[(&str, u64)]) {
    let mut report = template.clone();
    report["lot"]["lot_id"] = json!(id);
    for row in report["composition"].as_array_mut().unwrap() {
        if row["denominator"] != "viable_singlets" || row["k"].is_null() {
            continue;
        }
        let k = counts.iter().find(|(class, _)| row["class"] == **class).map_or(0, |(_, k)| *k);
        (row["k"], row["n"], row["fraction"]) = (json!(k), json!(n), json!(k as f64 / n as f64));
    }
    fs::create_dir_all(folder).unwrap();
    let text = serde_json::to_string(&report).unwrap();
    let hash = puricell::output::hash_text(&text);
    fs::write(folder.join("report.json"), &text).unwrap();
    fs::write(folder.join("manifest.json"), json!({ "outputs": { "report.json": hash } }).to_string()).unwrap();
}

/// Twelve lots, half of them by a second version of the process that leaves more blood cells; the last one has far more.
fn lots(base: &Path) -> Vec<PathBuf> {
    let template = base.join("template");
    run_lot(&test_data("demo/lot.h5"), "adipose", &template, &["--no-umap", "--h5ad", "none"]);
    let template: Value = serde_json::from_str(&fs::read_to_string(template.join("report.json")).unwrap()).unwrap();
    let mut table = String::from("lot\tdonor\tprocess_version\tdate\tcolour\n");
    let folders = (0..12_u64).map(|i| {
        let folder = base.join(format!("L{i:02}"));
        let blood = if i == 11 { 900 } else { 50 + (i * 7) % 11 + 30 * (i % 2) };
        let counts = [("hematopoietic", blood), ("endothelial", i % 2), ("target", 4900 - blood), ("suspect", 10)];
        lot(&template, &folder, &format!("L{i:02}"), 5000, &counts);
        writeln!(table, "L{i:02}\tD{}\t{}\t2026-01-{:02}\tred", i % 5, 1 + i % 2, i + 1).unwrap();
        folder
    });
    let folders = folders.collect();
    fs::write(base.join("lots.tsv"), table).unwrap();
    folders
}

pub(crate) fn cohort(folders: &[PathBuf], more: &[&str]) -> (bool, String) {
    let output = puricell().arg("cohort").args(folders).args(more).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

/// The files for MultiQC have a row for each of the twelve lots, under its number.
fn for_multiqc(folder: &Path) {
    let file = |name: &str| -> Value {
        let path = folder.join(format!("puricell_cohort_{name}_mqc.json"));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let expected: Vec<String> = (0..12).map(|i| format!("L{i:02}")).collect();
    let (general, table, bars) = (file("general_stats"), file("composition"), file("classes"));
    for (section, kind) in [(&general, "generalstats"), (&table, "table"), (&bars, "bargraph")] {
        assert_eq!(section["plot_type"], kind);
        assert_eq!(section["data"].as_object().unwrap().keys().cloned().collect::<Vec<_>>(), expected);
        let shown = section.get("headers").unwrap_or(&section["categories"]).as_object().unwrap();
        for row in section["data"].as_object().unwrap().values() {
            assert!(row.as_object().unwrap().keys().all(|column| shown.contains_key(column)), "{kind}: {row}");
        }
    }
    // 900 of 5,000 in the last lot, which stands out; the first has no endothelial cell, and that is not 0 %.
    assert_eq!((&table["data"]["L11"]["hematopoietic"], &table["data"]["L11"]["n"]), (&json!(18.0), &json!(5000)));
    assert!(table["data"]["L00"]["endothelial"].as_str().unwrap().starts_with("0 of 5,000 (95 % interval up to "));
    let of = |lot: &str| general["data"][lot]["puricell_cohort_stands_out"].as_str().unwrap().to_owned();
    assert_eq!(of("L00"), "none");
    assert_eq!(of("L11").split(", ").count(), 2);
    for i in 0..12_u64 {
        let counts = bars["data"][&expected[i as usize]].as_object().unwrap();
        let sum: u64 = counts.values().map(|k| k.as_u64().unwrap()).sum();
        assert_eq!(sum, 4910 + i % 2, "lot {i}: {counts:?}");
    }
    let versions = fs::read_to_string(folder.join("puricell_mqc_versions.yml")).unwrap();
    assert_eq!(versions, format!("\"puricell\": \"{}\"\n", env!("CARGO_PKG_VERSION")));
}

pub(crate) fn read(folder: &Path) -> Cohort {
    serde_json::from_str(&fs::read_to_string(folder.join("cohort.json")).unwrap()).unwrap()
}

// Verifies.
#[test]
fn lots_are_put_together_with_the_same_bytes_at_any_thread_count_and_in_any_order() {
    let base = tempfile::tempdir().unwrap();
    let mut folders = lots(base.path());
    let (one, two) = (base.path().join("one"), base.path().join("two"));
    let table = base.path().join("lots.tsv");
    let options = |out: &Path, threads: &str| {
        let words = [
            "--metadata",
            &table.to_string_lossy(),
            "--bootstrap",
            "40",
            "--out",
            &out.to_string_lossy(),
            "--threads",
            threads,
        ];
        words.map(str::to_owned).to_vec()
    };
    let run = |folders: &[PathBuf], out: &Path, threads: &str| {
        let words = options(out, threads);
        let (is_done, told) = cohort(folders, &words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(is_done, "{told}");
    };
    run(&folders, &one, "1");
    folders.reverse();
    run(&folders, &two, "3");
    assert_eq!(repeatable(&one), repeatable(&two));
    let entities = ro_crate::check(&one);
    assert_eq!(entities["./"]["name"], "puricell: cohort of 12 lots");
    for_multiqc(&one);

    let found = read(&one);
    assert_eq!((found.lots.len(), found.standing), (12, Standing::Preliminary));
    assert_eq!(found.lots[3].facts["colour"], "red");
    let named: Vec<(&str, usize)> = found.outliers.iter().map(|o| (o.class.as_str(), o.lot)).collect();
    assert_eq!(named, [("target", 11), ("hematopoietic", 11)]);
    let blood = found.classes.iter().find(|c| c.id == "hematopoietic").unwrap();
    assert_eq!(blood.counts[0].unwrap().k, 50);
    assert!(!blood.is_rare && blood.tolerance[0].high.unwrap() > blood.median.unwrap());
    assert!(found.expression_distances.is_empty() && found.warnings.iter().any(|w| w.code == "no_distributions"));
    let endothelial = found.classes.iter().find(|c| c.id == "endothelial").unwrap();
    assert!(endothelial.is_rare && endothelial.tolerance[2].high.unwrap() < 0.002, "{:?}", endothelial.tolerance);
    for name in [
        "lots.tsv",
        "classes.tsv",
        "variance.tsv",
        "distances.tsv",
        "cohort.html",
        "cohort.pdf",
        "figures/control_target.svg",
        "audit.jsonl",
        "timing.json",
    ] {
        assert!(one.join(name).is_file(), "{name}");
    }
}

// Verifies R-30.
#[test]
fn two_groups_are_compared_within_margins_that_were_fixed_beforehand() {
    let base = tempfile::tempdir().unwrap();
    let folders = lots(base.path());
    let (table, margins) = (base.path().join("lots.tsv"), base.path().join("margins.toml"));
    let text = "schema = \"puricell-margins/1\"\nid = \"m\"\nversion = \"1\"\nfixed_on = \"2025-12-01\"\n\
                [[margin]]\nclass = \"hematopoietic\"\nodds_ratio = 4.0\njustification = \"half of the way to the limit\"\n\
                [[margin]]\nclass = \"endothelial\"\nboth_below = 0.001\njustification = \"detection limit\"\n";
    fs::write(&margins, text).unwrap();
    let out = base.path().join("out");
    let words = |out: &Path| {
        let path = |p: &Path| p.to_string_lossy().into_owned();
        [
            "--metadata".to_owned(),
            path(&table),
            "--compare".into(),
            "process_version=1,2".into(),
            "--margins".into(),
            path(&margins),
            "--bootstrap".into(),
            "20".into(),
            "--out".into(),
            path(out),
        ]
    };
    let told = words(&out);
    // Without the lot that stands out.
    let (is_done, message) = cohort(&folders[..11], &told.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(is_done, "{message}");
    let found = read(&out).comparison.unwrap();
    assert_eq!(found.margins.as_deref(), Some("m 1, fixed on 2025-12-01"));
    let shown = |class: &str| found.classes.iter().find(|c| c.class == class).unwrap();
    assert_eq!(shown("hematopoietic").shown, Equivalence::Equivalent);
    assert!(shown("hematopoietic").odds_ratio.unwrap() > 1.3);
    // One cell in each of five lots by the second version, none in those by the first.
    assert_eq!(shown("endothelial").shown, Equivalence::BothBelow);
    // No margin was fixed for it.
    assert_eq!(shown("target").shown, Equivalence::DescribeOnly);
    let page = fs::read_to_string(out.join("cohort.html")).unwrap();
    assert!(
        page.contains("equivalent") && page.contains("both below 0.1&nbsp;%") || page.contains("both below 0.1\u{a0}%")
    );
}

#[test]
fn results_that_cannot_be_used_are_all_named_or_left_out() {
    let base = tempfile::tempdir().unwrap();
    let mut folders = lots(base.path());
    fs::remove_file(folders[1].join("report.json")).unwrap();
    let altered = fs::read_to_string(folders[2].join("report.json")).unwrap().replacen("5000", "5001", 1);
    fs::write(folders[2].join("report.json"), altered).unwrap();
    let copy = base.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for name in ["report.json", "manifest.json"] {
        fs::copy(folders[3].join(name), copy.join(name)).unwrap();
    }
    folders.push(copy);
    folders.push(base.path().join("nowhere"));
    let out = base.path().join("out");
    let path = out.to_string_lossy().into_owned();
    let (is_done, told) = cohort(&folders, &["--out", &path, "--bootstrap", "5"]);
    assert!(!is_done && !out.exists());
    for part in [
        "4 of 14 results cannot be used",
        "L01: the folder holds no report.json",
        "L02: report.json is not as it was written",
        "copy: lot 'L03' is already that of L03",
        "nowhere: there is no such folder or file",
        "--keep-going",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let (is_done, told) = cohort(&folders, &["--out", &path, "--bootstrap", "5", "--keep-going"]);
    assert!(is_done, "{told}");
    let found = read(&out);
    assert_eq!((found.lots.len(), found.left_out.len()), (10, 4));
    assert!(fs::read_to_string(out.join("cohort.html")).unwrap().contains("no such folder or file"));
}

/// What a person reads of a page: without markup, and entities as what they stand for.
fn page_of(out: &Path) -> String {
    fs::read_to_string(out.join("cohort.html")).unwrap().replace("&#39;", "'").replace("&nbsp;", " ")
}

#[test]
fn a_lot_without_a_result_is_left_out_with_what_happened_to_it() {
    let base = tempfile::tempdir().unwrap();
    let mut folders = lots(base.path());
    // A run that ended early leaves no folder, and its record beside where that would be.
    let failed = base.path().join("L50");
    let run = puricell()
        .args(["run", "/nowhere/lot.h5", "--profile", "adipose", "--quiet", "--out"])
        .arg(&failed)
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(66));
    folders.push(failed.clone());
    // And what an engine keeps of others.
    let table = base.path().join("set_aside.tsv");
    let rows = "lot\tline\tpath\texit_code\twhy\twhat_to_do\n\
                L60\t3\tb.h5\t65\tb.h5: the file is cut off\tcopy it anew\n\
                L61\t4\tc.h5\t-\tkilled, or never started\tstart again\n";
    fs::write(&table, rows).unwrap();
    let out = base.path().join("out");
    let (path, of) = (table.to_string_lossy().into_owned(), out.to_string_lossy().into_owned());
    let options = ["--missing", &path, "--keep-going", "--out", &of, "--bootstrap", "5", "--force"];
    let (is_done, told) = cohort(&folders, &options);
    assert!(is_done, "{told}");
    let found = read(&out);
    let left: Vec<(&str, &str)> = found.left_out.iter().map(|l| (l.folder.as_str(), l.reason.as_str())).collect();
    assert_eq!(left[1..], [("L60", "exit code 65: b.h5: the file is cut off"), ("L61", "killed, or never started")]);
    assert_eq!(left[0].0, "L50");
    assert!(
        left[0].1.starts_with("there is no result; its last run ended with exit code 66: ")
            && left[0].1.contains("lot.h5")
    );
    let listed = found.inputs.iter().find(|i| i.name == "set_aside.tsv").unwrap();
    assert_eq!(listed.sha256, puricell::output::hash_text(rows));
    let page = page_of(&out);
    assert!(left.iter().all(|(lot, why)| page.contains(&format!("<td>{lot}</td><td>{why}</td>"))), "{left:?}");
    assert!(told.contains("L60 takes no part: exit code 65: b.h5: the file is cut off"), "{told}");

    let chinese = [&options[..], &["--lang", "zh"]].concat();
    assert!(cohort(&folders, &chinese).0);
    let page = page_of(&out);
    for words in
        ["退出码 65：b.h5: the file is cut off", "被终止，或从未启动", "无结果；最近一次运行以退出码 66 结束："]
    {
        assert!(page.contains(words), "{words}");
    }
    fs::write(&table, "lot\tline\nL60\t3\n").unwrap();
    let (is_done, told) = cohort(&folders, &options);
    assert!(!is_done && told.contains("there is no column `why` (columns: lot, line)"), "{told}");
}

/// The last step of every engine hands over what it knows of lots that have no result.
#[test]
fn the_last_step_of_the_workflows_gives_the_reasons_to_the_report() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("results");
    let state = base.path().join("state");
    fs::create_dir_all(&state).unwrap();
    fs::create_dir(&out).unwrap();
    let mut sheet = String::new();
    for (i, folder) in lots(base.path())[..4].iter().enumerate() {
        fs::rename(folder, out.join(format!("L{i:02}"))).unwrap();
        writeln!(sheet, "{}\tL{i:02}\t{}\tl{i}.h5\t-", i + 1, i + 2).unwrap();
    }
    // One that failed in its task, one that was killed, and a row that was set aside before.
    sheet.push_str("5\tL60\t6\tb.h5\t-\n6\tL61\t7\tc.h5\tlogs/6.log\n");
    fs::write(state.join("lots.tsv"), sheet).unwrap();
    fs::write(state.join("L60.exit"), "65\nerror: b.h5: the file is cut off\nhint: copy it anew\n").unwrap();
    let aside =
        "lot\tline\tpath\texit_code\twhy\twhat_to_do\nL70\t8\td.h5\t2\tno such file or folder: d.h5\tmend the path\n";
    fs::write(state.join("rows_set_aside.tsv"), aside).unwrap();
    fs::write(out.join("metadata.tsv"), "lot\tdonor\nL00\tD1\nL01\tD2\nL02\tD3\nL03\tD4\nL60\tD5\n").unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows/gather.sh");
    let ended = std::process::Command::new("bash")
        .arg(script)
        .args([&state, &out])
        .args([env!("CARGO_BIN_EXE_puricell"), "--bootstrap", "5"])
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let found = read(&out.join("cohort-partial"));
    let left: Vec<(&str, &str)> = found.left_out.iter().map(|l| (l.folder.as_str(), l.reason.as_str())).collect();
    let expected = [
        ("L70", "exit code 2: no such file or folder: d.h5"),
        ("L60", "exit code 65: b.h5: the file is cut off"),
        ("L61", "killed, or never started"),
    ];
    assert_eq!((found.lots.len(), &left[..]), (4, &expected[..]));
    let page = page_of(&out.join("cohort-partial"));
    assert!(expected.iter().all(|(lot, why)| page.contains(&format!("<td>{lot}</td><td>{why}</td>"))));
    assert!(
        fs::read_to_string(out.join("set_aside.tsv")).unwrap().contains("L61\t7\tc.h5\t-\tkilled, or never started")
    );
}

#[test]
fn wrong_tables_and_groups_are_told_whole() {
    let base = tempfile::tempdir().unwrap();
    let folders = lots(base.path());
    let table = base.path().join("wrong.tsv");
    fs::write(&table, "lot\tdonor\nL00\tD1\tx\nL01\tD1\n\tD2\nL01\tD3\n").unwrap();
    let out = base.path().join("out");
    let (path, of) = (table.to_string_lossy().into_owned(), out.to_string_lossy().into_owned());
    let (_, told) = cohort(&folders, &["--metadata", &path, "--out", &of]);
    for part in ["line 2 has 3 fields, the first line 2", "line 4 names no lot", "line 5: lot 'L01' has a row already"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    fs::write(&table, "name\tdonor\nL00\tD1\n").unwrap();
    let (_, told) = cohort(&folders, &["--metadata", &path, "--out", &of]);
    assert!(told.contains("there is no column `lot` (columns: name, donor)"), "{told}");
    let (_, told) = cohort(&folders, &["--compare", "process_version=1,2", "--out", &of]);
    assert!(told.contains("no lot has process_version '1' (found: no lot states it)"), "{told}");
    let (_, told) = cohort(&folders, &["--compare", "process_version", "--out", &of]);
    assert!(told.contains("the form is --compare FACT=A,B"), "{told}");
    assert!(!out.exists());
}
