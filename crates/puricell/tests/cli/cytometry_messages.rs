//! What is said of FCS files that cannot be analysed: transcripts, and nothing left behind.

use std::path::Path;

use puricell_testkit::{FlowCell, FlowLot, FlowPlan};

use crate::program::{left_in, transcript};

fn lot() -> FlowLot {
    let cells = vec![(FlowCell::Stromal, 800), (FlowCell::Monocyte, 100), (FlowCell::Debris, 100)];
    FlowLot::simulate(&FlowPlan { cells, unstained: Vec::new(), seed: 1 })
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// Runs `lot.fcs` of a folder made by `fill`, and snapshots what is said; nothing may be left beside what was put there.
fn check(name: &str, fill: impl FnOnce(&Path), more: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    let mut args =
        vec!["run", "lot.fcs", "--profile", "msc-flow", "--out", "out", "--no-umap", "--threads", "2", "--quiet"];
    args.extend(more);
    let text = transcript(folder.path(), &args);
    assert!(!text.starts_with("exit code: 0"), "{name}: {text}");
    assert_eq!(left_in(folder.path()).len(), before, "{name} left something behind");
    insta::assert_snapshot!(name, text);
}

#[test]
fn files_that_are_no_events() {
    check("fcs_not_fcs", |f| put(f, "lot.fcs", b"cell,CD45\n1,200\n"), &[]);
    check("fcs_missing", |_| (), &[]);
    let whole = lot().to_fcs(true).unwrap();
    check("fcs_truncated", |f| put(f, "lot.fcs", &whole[..whole.len() / 2]), &[]);
    let mut empty = lot();
    empty.values.clear();
    check("fcs_no_events", |f| put(f, "lot.fcs", &empty.to_fcs(true).unwrap()), &[]);
    let mut broken = lot();
    broken.values[14 * 20 + 6] = f32::NAN;
    check("fcs_nan", |f| put(f, "lot.fcs", &broken.to_fcs(true).unwrap()), &[]);
}

#[test]
fn compensation_that_is_missing_or_cannot_be() {
    check("fcs_no_compensation", |f| put(f, "lot.fcs", &lot().to_fcs(false).unwrap()), &[]);
    let mut singular = lot();
    let n = singular.spillover.channels.len();
    let row = singular.spillover.matrix[..n].to_vec();
    singular.spillover.matrix[n..2 * n].copy_from_slice(&row);
    check("fcs_singular_compensation", |f| put(f, "lot.fcs", &singular.to_fcs(true).unwrap()), &[]);
    let whole = lot().to_fcs(true).unwrap();
    let csv = |text: &'static str| {
        let whole = whole.clone();
        move |f: &Path| {
            put(f, "lot.fcs", &whole);
            put(f, "matrix.csv", text.as_bytes());
        }
    };
    let more = ["--compensation", "matrix.csv"];
    check("fcs_compensation_other_channels", csv("FITC-A,XYZ-A\n1,0.1\n0,1\n"), &more);
    check("fcs_compensation_no_matrix", csv("FITC-A,PE-A\n1\n"), &more);
}

#[test]
fn channels_that_do_not_say_what_they_measure() {
    let relabelled = |changes: &[(usize, Option<&str>)]| {
        let mut lot = lot();
        for &(column, label) in changes {
            lot.parameters[column].label = label.map(str::to_owned);
        }
        lot.to_fcs(true).unwrap()
    };
    let two = relabelled(&[(8, Some("CD14/CD19"))]);
    check("fcs_two_markers_on_one_channel", |f| put(f, "lot.fcs", &two), &[]);
    let twice = relabelled(&[(8, Some("CD45"))]);
    check("fcs_a_marker_on_two_channels", |f| put(f, "lot.fcs", &twice), &[]);
    let none: Vec<(usize, Option<&str>)> = (3..13).map(|c| (c, None)).collect();
    check("fcs_no_marker", |f| put(f, "lot.fcs", &relabelled(&none)), &[]);
    let blood = relabelled(&[(3, Some("CD3")), (4, Some("CD4")), (5, Some("CD8"))]);
    check("fcs_no_marker_of_the_target", |f| put(f, "lot.fcs", &blood), &[]);
    let whole = lot().to_fcs(true).unwrap();
    check("fcs_assigned_to_no_channel", |f| put(f, "lot.fcs", &whole), &["--marker", "CD45=XYZ-A"]);
    check("fcs_no_such_marker", |f| put(f, "lot.fcs", &whole), &["--threshold", "CD146=1000"]);
}

#[test]
fn controls_that_do_not_fit() {
    let whole = lot().to_fcs(true).unwrap();
    let mut other = lot();
    other.parameters[6].name = "AF700-A".to_owned();
    other.spillover.channels[3] = "AF700-A".to_owned();
    let other = other.to_fcs(true).unwrap();
    let both = |f: &Path| {
        put(f, "lot.fcs", &whole);
        put(f, "fmo.fcs", &other);
    };
    check("fcs_control_with_other_channels", both, &["--fmo", "CD45=fmo.fcs"]);
    check("fcs_control_of_no_marker", both, &["--fmo", "CD146=fmo.fcs"]);
    check("fcs_control_missing", both, &["--unstained", "nothing.fcs"]);
}

#[test]
fn options_that_do_not_fit() {
    let whole = lot().to_fcs(true).unwrap();
    let fill = |f: &Path| {
        put(f, "lot.fcs", &whole);
        put(f, "gates.xml", b"<gates/>");
    };
    check("fcs_gates_no_gatingml", fill, &["--gates", "gates.xml"]);
    check("fcs_layer", fill, &["--layer", "raw"]);
    check("fcs_lenient_unknown", fill, &["--lenient", "everything"]);
    check("fcs_data_set", fill, &["--data-set", "2"]);
    let folder = tempfile::tempdir().unwrap();
    let lot = crate::program::test_data("demo/lot.h5");
    let args = ["run", &*lot.to_string_lossy(), "--profile", "adipose", "--out", "out", "--gates", "g.xml", "--quiet"];
    insta::assert_snapshot!("gates_for_expression", transcript(folder.path(), &args));
    let args = ["run", &*lot.to_string_lossy(), "--profile", "msc-flow", "--out", "out", "--quiet"];
    insta::assert_snapshot!("flow_profile_for_expression", transcript(folder.path(), &args));
}
