//! What a profile asks besides classes, through the program: rules by lot, guard, screens, mixtures, transgenes.

use std::path::Path;

use puricell_purity::{Level, Profile, Proportion, Spec};
use puricell_testkit::{FlowCell, FlowLot, FlowPlan};
use serde_json::Value;

use crate::labelled_lot::LabelledLot;
use crate::program::{composition, puricell, repeatable, run_lot, test_data};

const QUICK: [&str; 3] = ["--no-umap", "--h5ad", "none"];
const STROMA: [&str; 2] = ["Fibroblast", "Pericytes"];

fn report(out: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(out.join("report.json")).unwrap()).unwrap()
}

fn page(out: &Path) -> String {
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    page.replace('\u{a0}', " ").replace("&nbsp;", " ").replace("&#39;", "'")
}

fn codes(report: &Value) -> Vec<&str> {
    report["warnings"].as_array().unwrap().iter().map(|w| w["code"].as_str().unwrap()).collect()
}

fn rule<'r>(report: &'r Value, id: &str) -> &'r Value {
    report["product"]["rules"].as_array().unwrap().iter().find(|r| r["id"] == id).unwrap()
}

fn parameter(report: &Value, name: &str) -> (String, String) {
    let all = report["parameters"].as_array().unwrap();
    let found = all.iter().find(|p| p["name"] == name).unwrap_or_else(|| panic!("no parameter {name}"));
    (found["value"].as_str().unwrap().to_owned(), found["source"].as_str().unwrap().to_owned())
}

/// Runs a lot with a metadata file of this text.
fn run_with(folder: &Path, lot: &Path, profile: &str, metadata: &str, name: &str) -> Value {
    let file = folder.join(format!("{name}.toml"));
    std::fs::write(&file, metadata).unwrap();
    let out = folder.join(name);
    run_lot(lot, profile, &out, &[&QUICK[..], &["--metadata", &file.to_string_lossy()]].concat());
    report(&out)
}

/// The genes of a class's panels that the file holds.
fn n_genes(report: &Value, class: &str) -> u64 {
    let panels = report["panels"].as_array().unwrap();
    panels.iter().find(|p| p["class"] == class).unwrap()["present"].as_u64().unwrap()
}

#[test]
fn cd34_counts_by_passage_and_the_report_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let lot = LabelledLot::breast(&STROMA).write(folder.path(), "lot");
    let run = |metadata, name| run_with(folder.path(), &lot, "adipose", metadata, name);
    let (early, late, unknown) = (run("passage = \"P2\"", "p2"), run("passage = \"P3\"", "p3"), run("", "unknown"));
    for (report, holds, applied, said) in [
        (&early, Value::Bool(true), true, false),
        (&late, Value::Bool(false), false, false),
        (&unknown, Value::Null, true, true),
    ] {
        let found = rule(report, "cd34_early");
        assert_eq!((&found["holds"], &found["applied"]), (&holds, &Value::Bool(applied)));
        assert_eq!(found["effect"], "CD34: evidence for no class");
        let waived = report["product"]["waivers"].as_array().unwrap().iter().any(|w| w["gene"] == "CD34");
        assert_eq!((waived, codes(report).contains(&"rule_undecided")), (applied, said));
    }
    let of = |value: &str, source: &str| (value.to_owned(), source.to_owned());
    assert_eq!(parameter(&early, "rules.cd34_early"), of("applied", "file"));
    assert_eq!(parameter(&unknown, "rules.cd34_early"), of("applied", "profile"));
    let page = page(&folder.path().join("p3"));
    assert!(page.contains("Rules of the profile for this lot") && page.contains("does not hold"));
    // What is of another form is said and counts as not given.
    let vague = run("passage = \"P3-P5\"\nsample_state = \"thawed\"", "vague");
    let said = codes(&vague);
    for code in ["passage_not_read", "sample_state_not_read", "rule_undecided"] {
        assert!(said.contains(&code), "{code}: {said:?}");
    }
}

#[test]
fn a_gene_that_decides_is_looked_for_where_no_rule_waives_it() {
    let folder = tempfile::tempdir().unwrap();
    let lot = LabelledLot::breast(&["Fibroblast", "Monocytes"]).write(folder.path(), "lot");
    let mine = folder.path().join("mine.toml");
    let text = Profile::builtin_text("adipose").unwrap();
    std::fs::write(&mine, text.replacen("waive_genes = [\"CD34\"]", "waive_genes = [\"CD14\"]", 1)).unwrap();
    let mine = mine.to_string_lossy();
    let run = |metadata, name| run_with(folder.path(), &lot, &mine, metadata, name);
    let (early, late, unknown) = (run("passage = \"1\"", "p1"), run("passage = \"7\"", "p7"), run("", "unknown"));
    assert_eq!(n_genes(&late, "monocyte"), n_genes(&early, "monocyte") + 1);
    assert_eq!(n_genes(&unknown, "monocyte"), n_genes(&early, "monocyte"));
    let classes = &early["product"]["waivers"][0]["classes"];
    assert!(classes.as_array().unwrap().iter().any(|c| c == "Monocytes and macrophages"), "{classes}");
}

#[test]
fn a_rule_waives_a_marker_of_events() {
    let folder = tempfile::tempdir().unwrap();
    let cells = vec![(FlowCell::Stromal, 5_000), (FlowCell::Endothelial, 100), (FlowCell::BCell, 100)];
    let plan = FlowPlan { cells, unstained: Vec::new(), seed: 11 };
    let lot = folder.path().join("lot.fcs");
    std::fs::write(&lot, FlowLot::simulate(&plan).to_fcs(true).unwrap()).unwrap();
    let waived = |metadata: &str, name: &str| {
        let file = folder.path().join(format!("{name}.toml"));
        std::fs::write(&file, metadata).unwrap();
        let out = folder.path().join(name);
        run_lot(&lot, "adipose", &out, &["--no-umap", "--metadata", &file.to_string_lossy()]);
        let report = report(&out);
        let rows = report["cytometry"]["isct"]["rows"].as_array().unwrap().clone();
        let cd34 = rows.iter().find(|r| r["marker"] == "CD34").unwrap()["status"].as_str().unwrap().to_owned();
        let genes = report["product"]["waivers"].as_array().unwrap().iter().map(|w| w["gene"].clone());
        (cd34, genes.collect::<Vec<_>>(), rule(&report, "cd34_early")["effect"].as_str().unwrap().to_owned())
    };
    let (status, genes, effect) = waived("passage = \"P1\"", "early");
    assert_eq!((status.as_str(), genes), ("informative", vec![Value::from("CD34")]));
    assert_eq!(effect, "CD34: no sign of a class, and the ISCT 2006 limit is for information");
    let (status, genes, _) = waived("passage = \"P4\"", "late");
    assert_ne!(status, "informative");
    assert_eq!(genes, Vec::<Value>::new());
    let (_, genes, _) = waived("passage = \"P4\"\nsample_state = \"licensed\"", "licensed");
    assert_eq!(genes, vec![Value::from("HLA-DR")]);
}

// Verifies R-26.
#[test]
fn an_epithelial_lot_is_refused_on_page_one() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("spec.toml");
    // A limit that any lot meets: the claim is refused all the same.
    let text = Spec::example_text("bone-marrow").unwrap().replacen("min = 0.95", "min = 0.0", 1);
    std::fs::write(&spec, text).unwrap();
    let lot = test_data("epithelial/hcc827.h5ad");
    let out = folder.path().join("out");
    let spec = spec.to_string_lossy();
    run_lot(&lot, "bone-marrow", &out, &[&QUICK[..], &["--spec", &spec]].concat());
    let found = report(&out);
    assert!(codes(&found).contains(&"product_is_not_msc"));
    let majority = &found["product"]["majority"];
    assert_eq!((&majority["class"], &majority["refuses"]), (&Value::from("epithelial"), &Value::Bool(true)));
    assert_eq!(found["verdict"]["overall"], "does_not_meet");
    let sentence = found["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("The lot is not this product: "), "{sentence}");
    for item in found["verdict"]["items"].as_array().unwrap().iter().filter(|i| i["class"] == "target") {
        assert_eq!(item["status"], "does_not_meet");
    }
    // What the file lacks the genes of was not counted, which is not zero.
    let items = found["verdict"]["items"].as_array().unwrap();
    let uncounted = items.iter().filter(|i| i["status"] == "not_reportable");
    assert!(uncounted.clone().count() > 0 && uncounted.clone().all(|i| i["k"].is_null() && i["fraction"].is_null()));
    assert!(!page(&out).contains("none found"));
    // Counts stay; no share of the target is stated as purity, in no document.
    for statement in found["purity"].as_array().unwrap() {
        assert!(statement["k"].is_u64() && statement["fraction"].is_null() && statement["ci_low"].is_null());
    }
    let target = composition(&out).into_iter().filter(|r| r["class"] == "target");
    assert!(target.clone().count() > 1 && target.clone().all(|r| r["status"] == "not_reportable" && r["k"] != "NA"));
    let general = std::fs::read_to_string(out.join("puricell_general_stats_mqc.json")).unwrap();
    let general: Value = serde_json::from_str(&general).unwrap();
    let row = general["data"].as_object().unwrap().values().next().unwrap();
    assert!(row.get("puricell_target").is_none() && row.get("puricell_epithelial").is_some());
    let page = page(&out);
    let verdict = page.find("The lot is not this product").unwrap();
    assert!(verdict < page.find("<nav").unwrap(), "the refusal is not on page one");
    assert!(page.contains("<b>No purity is claimed</b>") && page.matches(">no claim<").count() == 3);

    // Without a specification, nothing is reportable; said aloud, the target's share is not.
    let plain = folder.path().join("plain");
    let run = puricell()
        .args(["run", &lot.to_string_lossy(), "--profile", "bone-marrow", "--no-umap", "--h5ad", "none"])
        .args(["--log-format", "json", "--out"])
        .arg(&plain)
        .output()
        .unwrap();
    assert_eq!(report(&plain)["verdict"]["overall"], "not_reportable");
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("of 16; no purity is claimed") && said.contains("product_is_not_msc"), "{said}");
}

#[test]
fn another_majority_is_said_and_refuses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lot = LabelledLot::breast(&["Monocytes", "T cell", "NK cells"]).write(folder.path(), "lot");
    let out = folder.path().join("out");
    run_lot(&lot, "bone-marrow", &out, &QUICK);
    let found = report(&out);
    assert!(codes(&found).contains(&"majority_is_not_target") && !codes(&found).contains(&"product_is_not_msc"));
    let sentence = found["verdict"]["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("Most of the lot is not the product cell: "), "{sentence}");
    assert_eq!(found["verdict"]["overall"], "informative");
    assert!(found["purity"][0]["fraction"].is_f64());
    // In a mixture that declares them, blood cells go without saying.
    let out = folder.path().join("svf");
    run_lot(&lot, "adipose-svf", &out, &QUICK);
    assert!(report(&out)["product"]["majority"].is_null());
}

#[test]
fn a_majority_of_events_is_said_too() {
    let folder = tempfile::tempdir().unwrap();
    let cells = vec![(FlowCell::Stromal, 2_000), (FlowCell::BCell, 4_000)];
    let plan = FlowPlan { cells, unstained: Vec::new(), seed: 12 };
    let lot = folder.path().join("lot.fcs");
    std::fs::write(&lot, FlowLot::simulate(&plan).to_fcs(true).unwrap()).unwrap();
    for (profile, name) in [("msc-flow", "called 'Hematopoietic cells', not Mesenchymal"), ("adipose", "not MSC(AT).")]
    {
        let out = folder.path().join(profile);
        run_lot(&lot, profile, &out, &["--no-umap"]);
        let found = report(&out);
        let sentence = found["product"]["majority"]["sentence"].as_str().unwrap();
        assert!(sentence.contains("classified events") && sentence.contains(name), "{sentence}");
        assert!(codes(&found).contains(&"majority_is_not_target"));
        // A screen and a transgene are of expression.
        assert!(found["product"]["screens"].as_array().unwrap().is_empty());
        assert!(found["product"]["transgenes"].is_null());
    }
}

#[test]
fn a_screen_prints_what_it_can_and_cannot_show() {
    let folder = tempfile::tempdir().unwrap();
    let mut lot = LabelledLot::breast(&STROMA);
    let run = |lot: &LabelledLot, name: &str| {
        let path = lot.write(folder.path(), &format!("{name}.in"));
        let out = folder.path().join(name);
        run_lot(&path, "ipsc-msc", &out, &QUICK);
        (report(&out)["product"]["screens"][0].clone(), page(&out))
    };
    let (clean, page) = run(&lot, "clean");
    let n = clean["n"].as_u64().unwrap();
    assert!(clean["k"] == 0 && n > 30);
    // 1 - 0.05^(1/n), both the bound of none found and the share that would have shown.
    let bound = 1.0 - puricell_core::math::exp(puricell_core::math::ln(0.05) / n as f64);
    for field in ["upper_one_sided", "smallest_seen"] {
        assert!((clean[field].as_f64().unwrap() - bound).abs() < 1e-12, "{field}");
    }
    for text in ["Screen: Residual pluripotent cells", "cannot exclude", "Decides instead", "SFRP2: ", "digital PCR"] {
        assert!(page.contains(text), "{text}");
    }
    // A cell that carries the pluripotent genes, and no longer the stromal ones.
    let profile = Profile::builtin("ipsc-msc").unwrap();
    let panels = puricell_purity::Panels::builtin().unwrap();
    let stromal: Vec<&str> = profile
        .target
        .panels
        .iter()
        .flat_map(|id| &panels.get(id).unwrap().markers)
        .map(|m| m.symbol.as_str())
        .collect();
    lot.silence(0, &stromal);
    lot.add(0, &[("LIN28A", 8), ("POU5F1", 8), ("NANOG", 5), ("TDGF1", 8), ("DPPA4", 8), ("ESRG", 8)]);
    let (found, page) = run(&lot, "found");
    assert_eq!(found["k"], 1);
    assert!(found["upper_one_sided"].as_f64() > found["smallest_seen"].as_f64());
    assert!(page.contains("Residual pluripotent cells: 1 found among"));
}

#[test]
fn a_mixture_is_compared_with_its_ranges_and_pure_together() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    run_lot(&test_data("spike/breast.h5ad"), "adipose-svf", &out, &[&QUICK[..], &["--interval", "wilson"]].concat());
    let report = report(&out);
    let rows = composition(&out);
    let row = |class: &str, denominator: &str| {
        rows.iter().find(|r| r["class"] == class && r["denominator"] == denominator).unwrap()
    };
    let components = report["product"]["mixture"]["components"].as_array().unwrap();
    let mut together = 0;
    for component in components {
        let class = component["class"].as_str().unwrap();
        let of = row(class, "viable_singlets");
        assert_eq!(component["k"].as_u64().unwrap().to_string(), of["k"], "{class}");
        // The table of components and that of the composition hold one interval, by the method asked for.
        let low: f64 = of["ci_low"].parse().unwrap();
        assert!((component["ci_low"].as_f64().unwrap() - low).abs() < 1e-9, "{class}");
        let (x, min, max) = (&component["fraction"], &component["range_min"], &component["range_max"]);
        let inside = x.as_f64() >= min.as_f64() && x.as_f64() <= max.as_f64();
        assert_eq!(component["within_by_point"], inside, "{class}");
        assert_eq!(component["within_another"], class == "pericyte_like");
        if class != "pericyte_like" {
            together += component["k"].as_u64().unwrap();
        }
    }
    // Purity is that of the components together, over each denominator.
    for statement in report["purity"].as_array().unwrap() {
        let denominator = statement["denominator"].as_str().unwrap();
        let n: u64 = row("target", denominator)["n"].parse().unwrap();
        assert_eq!((&statement["k"], &statement["n"]), (&Value::from(together), &Value::from(n)), "{denominator}");
        let wilson =
            Proportion::new(together, n).unwrap().interval(puricell_purity::IntervalMethod::Wilson, Level::P95);
        assert!((statement["ci_low"].as_f64().unwrap() - wilson.low).abs() < 1e-9);
    }
    let page = page(&out);
    for text in ["Declared mixture", "15 – 35 %", "its purity is the share of the declared components together"] {
        assert!(page.contains(text), "{text}");
    }
    // The name of the whole is none of its stromal cells.
    assert!(page.contains("<h3>Declared mixture</h3>") && page.contains("Adipose stromal cells of the SVF"));
}

#[test]
fn transgenes_are_named_for_a_run_and_counted_in_target_cells() {
    let folder = tempfile::tempdir().unwrap();
    let mut lot = LabelledLot::breast(&["Fibroblast", "Pericytes", "Monocytes"]);
    // Every third cell of all kinds carries the one, a few the other.
    for cell in (0..lot.n_cells()).step_by(3) {
        lot.add(cell, &[("anti-CD19-CAR", 2)]);
    }
    lot.add(1, &[("tEGFR", 1)]);
    let path = lot.write(folder.path(), "lot");
    let run = |name: &str, more: &[&str]| {
        let out = folder.path().join(name);
        run_lot(&path, "gene-modified", &out, &[&QUICK[..], more].concat());
        (report(&out), out)
    };
    let (nothing, _) = run("nothing", &[]);
    assert!(codes(&nothing).contains(&"no_transgene_named"));
    assert_eq!(nothing["product"]["transgenes"]["shares"], Value::Array(Vec::new()));

    let (one, out) = run("one", &["--set", "transgene.features=anti-CD19-CAR"]);
    let share = &one["product"]["transgenes"]["shares"][0];
    let target: u64 = one["purity"][0]["k"].as_u64().unwrap();
    assert_eq!(share["n"], target);
    let k = share["k"].as_u64().unwrap();
    // The first 40 cells are stromal, nearly all called so; 14 of them carry it.
    assert!((11..=14).contains(&k), "{share}");
    let exact = Proportion::new(k, target).unwrap().clopper_pearson(Level::P95);
    assert!((share["ci_low"].as_f64().unwrap() - exact.low).abs() < 1e-9);
    assert!(page(&out).contains("neither the share of modified cells nor a copy number"));
    // To name the product's transgene is no departure from the profile that asks for it, and is recorded.
    assert_eq!(one["verdict"]["deviations"], Value::Array(Vec::new()));
    let recorded = parameter(&one, "transgene.features");
    assert_eq!(recorded, ("anti-CD19-CAR".to_owned(), "command_line".to_owned()));
    // Transgenes enter no call.
    assert_eq!(nothing["composition"], one["composition"]);

    let features = "transgene.features=[\"anti-CD19-CAR\", \"tEGFR\", \"absent\"]";
    let (several, _) = run("several", &["--set", features, "--set", "transgene.min_molecules=2"]);
    assert!(codes(&several).contains(&"transgene_not_in_file"));
    let shares = several["product"]["transgenes"]["shares"].as_array().unwrap();
    let found: Vec<(&str, Option<u64>)> =
        shares.iter().map(|s| (s["feature"].as_str().unwrap(), s["k"].as_u64())).collect();
    // One molecule is too few of the second; what the file lacks is not zero, nor is "any" then.
    assert_eq!(found, [("anti-CD19-CAR", Some(k)), ("tEGFR", Some(0)), ("absent", None), ("any", None)]);
    assert!(several["verdict"]["deviations"][0].as_str().unwrap().contains("transgene.min_molecules = 2"));
}

#[test]
fn what_the_profile_asks_is_the_same_at_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut lot = LabelledLot::breast(&STROMA);
    lot.add(3, &[("GFP", 4)]);
    let path = lot.write(folder.path(), "lot");
    let of = |threads: &str| {
        let out = folder.path().join(threads);
        let more = ["--threads", threads, "--set", "transgene.features=GFP"];
        run_lot(&path, "ipsc-msc", &out, &[&QUICK[..], &more].concat());
        repeatable(&out)
    };
    assert_eq!(of("1"), of("2"));
}
