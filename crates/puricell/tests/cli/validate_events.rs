//! Spike-in studies of events.

use std::path::{Path, PathBuf};

use puricell_purity::Validation;
use puricell_testkit::{FlowCell, FlowLot, FlowPlan};

use crate::program::{composition, left_in, puricell, repeatable, run_lot, test_data, transcript};

fn write(folder: &Path, name: &str, cells: &[(FlowCell, usize)], seed: u64, with_spillover: bool) -> PathBuf {
    let path = folder.join(name);
    let lot = FlowLot::simulate(&FlowPlan { cells: cells.to_vec(), unstained: Vec::new(), seed });
    std::fs::write(&path, lot.to_fcs(with_spillover).unwrap()).unwrap();
    path
}

/// A target file with its dead cells and debris, one of blood and one of vessel.
fn files(folder: &Path) -> [String; 3] {
    use FlowCell::{BCell, Dead, Debris, Endothelial, Monocyte, Stromal};
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    [
        text(write(folder, "msc.fcs", &[(Stromal, 5000), (Dead, 300), (Debris, 500)], 1, true)),
        text(write(folder, "blood.fcs", &[(Monocyte, 500), (BCell, 300), (Debris, 100)], 2, true)),
        text(write(folder, "vessel.fcs", &[(Endothelial, 700)], 3, true)),
    ]
}

fn study([target, blood, vessel]: &[String; 3], out: &Path, more: &[&str]) {
    let output = puricell()
        .args(["validate", "spike", "--profile", "msc-flow", "--quiet", "--target", target])
        .args(["--contaminant", &format!("hematopoietic={blood}"), "--contaminant", &format!("endothelial={vessel}")])
        .args(["--cells", "2000", "--fractions", "0.005,0.02,0.05", "--replicates", "3"])
        .args(more)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

// Verifies R-25.
#[test]
fn planted_events_are_found_and_a_lot_is_held_against_them() {
    use FlowCell::{Dead, Debris, Endothelial, Monocyte, Stromal};
    let base = tempfile::tempdir().unwrap();
    let files = files(base.path());
    let out = base.path().join("study");
    study(&files, &out, &[]);
    let text = std::fs::read_to_string(out.join("validation.json")).unwrap();
    let validation = Validation::parse(&text, "validation.json").unwrap();
    assert_eq!((validation.design.n_runs, validation.design.n_blank_runs), (12, 3));
    assert!(validation.design.depths.is_empty());
    for id in ["hematopoietic", "endothelial"] {
        let class = validation.classes.iter().find(|c| c.class == id).unwrap();
        // 10, 40 and 100 of 2,000 viable singlets, three times: the planted fraction is the one asked for, to the event.
        let planted: Vec<f64> = class.levels.iter().map(|l| l.planted).collect();
        for (found, want) in planted.iter().zip([0.0, 0.005, 0.02, 0.05]) {
            assert!((found - want).abs() < 1e-12, "{planted:?}");
        }
        assert_eq!((class.lost.n, class.blank.n_distinct <= 5000), (450, true));
        // Populations of this panel lie apart by design: what is kept is told, and no stromal event is taken for another.
        assert!(class.sensitivity.k * 100 >= class.sensitivity.n * 98, "{id}: {:?}", class.sensitivity);
        assert!(class.blank.k <= 1 && class.lost.k * 20 <= class.lost.n, "{id}: {class:?}");
        let line = class.linearity.unwrap();
        assert!((line.slope - 1.0).abs() < 0.06, "{line:?}");
        assert!(class.limits.lob.is_some() && class.limits.lod.is_some());
    }
    let page = std::fs::read_to_string(out.join("validation.html")).unwrap();
    // Dead cells and debris come with the target, and are neither planted nor lost.
    assert!(page.contains("events outside the target files’ gates") && !page.contains("Ambient molecules"));
    assert!(!page.contains("cells recalled") && page.contains("Events recalled"));

    // A lot of its own seed, 1.5 % blood, under the study: the corrected interval holds what was put in.
    let lot = [(Stromal, 5820), (Monocyte, 90), (Endothelial, 90), (Dead, 300), (Debris, 500)];
    let lot = write(base.path(), "lot.fcs", &lot, 7, true);
    let result = base.path().join("lot");
    let validation = out.join("validation.json").to_string_lossy().into_owned();
    run_lot(&lot, "msc-flow", &result, &["--no-umap", "--validation", &validation]);
    let rows = composition(&result);
    for id in ["hematopoietic", "endothelial"] {
        let row = rows.iter().find(|r| r["class"] == id && r["denominator"] == "viable_singlets").unwrap();
        let number = |name: &str| row[name].parse::<f64>().unwrap_or_else(|_| panic!("{name}: {row:?}"));
        assert!(number("corrected_low") <= 0.015 && 0.015 <= number("corrected_high"), "{row:?}");
        assert!(number("lob") < number("lod") && row["result"] != "not_detected", "{row:?}");
    }

    // A threshold of the user is another method.
    let refused = puricell()
        .args(["run", &lot.to_string_lossy(), "--profile", "msc-flow", "--quiet", "--validation", &validation])
        .args(["--threshold", "CD45=800", "--out"])
        .arg(base.path().join("refused"))
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the validation was made with profile msc-flow"));
}

#[test]
fn the_same_bytes_of_events_at_any_number_of_threads() {
    let base = tempfile::tempdir().unwrap();
    let files = files(base.path());
    let of = |threads: &str| {
        let out = base.path().join(threads);
        study(&files, &out, &["--seeds", "2", "--threads", threads]);
        repeatable(&out)
    };
    assert_eq!(of("1"), of("2"));
}

#[test]
fn messages_of_events() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = tempfile::tempdir().unwrap();
    let [target, blood, _] = files(inputs.path());
    let bare = write(inputs.path(), "bare.fcs", &[(FlowCell::Monocyte, 600)], 4, false);
    let check = |name: &str, profile: &str, contaminant: &str, more: &[&str]| {
        let mut args = vec!["validate", "spike", "--profile", profile, "--quiet", "--out", "out", "--target", &target];
        args.extend(["--contaminant", contaminant]);
        args.extend(more);
        let text = transcript(folder.path(), &args);
        assert!(left_in(folder.path()).is_empty(), "{name} left something behind");
        insta::assert_snapshot!(name, text.replace(&*inputs.path().to_string_lossy(), "[inputs]"));
    };
    let blood_is = format!("hematopoietic={blood}");
    for option in ["ambient", "doublets", "dead"] {
        check(&format!("spike_events_{option}"), "msc-flow", &blood_is, &[&format!("--{option}"), "0.05"]);
    }
    check("spike_events_depth", "msc-flow", &blood_is, &["--depth", "0.5"]);
    check("spike_events_target_labels", "msc-flow", &blood_is, &["--target-labels", "label=x"]);
    check("spike_events_labels", "msc-flow", &format!("{blood_is}:label=Monocytes"), &[]);
    check("spike_events_unknown_class", "msc-flow", &format!("blood={blood}"), &[]);
    check("spike_events_same_file", "msc-flow", &format!("hematopoietic={target}"), &[]);
    let cells = test_data("spike/breast.h5ad").to_string_lossy().into_owned();
    check("spike_events_and_cells", "msc-flow", &format!("hematopoietic={cells}"), &[]);
    let spleen = test_data("flow-lots/spleen_f0.005.fcs").to_string_lossy().into_owned();
    check("spike_events_other_channels", "msc-flow", &format!("hematopoietic={spleen}"), &[]);
    check("spike_events_other_matrix", "msc-flow", &format!("hematopoietic={}", bare.to_string_lossy()), &[]);
    check("spike_events_pool_too_small", "msc-flow", &blood_is, &["--exact", "--cells", "8000"]);
}
