//! Messages are a designed thing: what was found, what was expected, where, and what to do. Snapshots of stderr, stdout
//! and exit code together.

use std::path::{Path, PathBuf};

use crate::program::{left_in, puricell, test_data, transcript};

/// Runs a lot of the test data and snapshots what is said; unless it succeeds nothing may be left behind.
fn check(name: &str, input: &Path, more: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let input = input.to_string_lossy().into_owned();
    let mut args =
        vec!["run", &input, "--profile", "adipose", "--out", "out", "--no-umap", "--threads", "2", "--quiet"];
    args.extend(more);
    let text = transcript(folder.path(), &args);
    if !text.starts_with("exit code: 0") {
        assert!(left_in(folder.path()).is_empty(), "{name} left something behind");
    }
    insta::assert_snapshot!(name, text);
}

fn odd(name: &str) -> PathBuf {
    test_data(&format!("odd_inputs/{name}"))
}

/// A 10x MTX folder of a few cells over named genes.
fn mtx(folder: &Path, genes: &[&str], barcodes: &[&str], entries: &[(usize, usize, u32)]) -> PathBuf {
    let lot = folder.join("lot");
    std::fs::create_dir_all(&lot).unwrap();
    let lines = |items: Vec<String>| items.join("\n") + "\n";
    let features = genes.iter().map(|g| format!("{g}\t{g}\tGene Expression")).collect();
    std::fs::write(lot.join("features.tsv"), lines(features)).unwrap();
    std::fs::write(lot.join("barcodes.tsv"), lines(barcodes.iter().map(|b| (*b).to_owned()).collect())).unwrap();
    let mut matrix = vec![
        "%%MatrixMarket matrix coordinate integer general".to_owned(),
        format!("{} {} {}", genes.len(), barcodes.len(), entries.len()),
    ];
    matrix.extend(entries.iter().map(|(g, c, v)| format!("{g} {c} {v}")));
    std::fs::write(lot.join("matrix.mtx"), lines(matrix)).unwrap();
    lot
}

const STROMA: [&str; 8] = ["COL1A1", "COL1A2", "COL3A1", "LUM", "DCN", "PDGFRB", "PTPRC", "MT-CO1"];

#[test]
fn a_truncated_h5() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(test_data("demo/lot.h5")).unwrap();
    let path = folder.path().join("truncated.h5");
    std::fs::write(&path, &whole[..whole.len() / 3]).unwrap();
    let args = ["run", "truncated.h5", "--profile", "adipose", "--out", "out", "--quiet"];
    insta::assert_snapshot!("truncated_h5", transcript(folder.path(), &args));
}

#[test]
fn matrices_that_hold_nothing() {
    check("empty_h5", &odd("empty.h5"), &[]);
    check("no_cells", &odd("no_cells.h5ad"), &[]);
    check("no_genes", &odd("no_genes.h5ad"), &[]);
    let folder = tempfile::tempdir().unwrap();
    check("no_molecule", &mtx(folder.path(), &STROMA, &["A-1", "B-1"], &[]), &[]);
}

#[test]
fn a_matrix_of_one_cell() {
    let folder = tempfile::tempdir().unwrap();
    let entries: Vec<(usize, usize, u32)> = (1..=6).map(|g| (g, 1, 100)).collect();
    let one = mtx(folder.path(), &STROMA, &["A-1"], &entries);
    check("one_cell", &one, &["--set", "qc.min_features=3"]);
}

#[test]
fn a_matrix_without_one_marker() {
    let folder = tempfile::tempdir().unwrap();
    let genes = ["ACTB", "GAPDH", "MALAT1", "RPL3", "EEF1A1", "MT-CO1", "TUBA1A", "ENO1"];
    let entries: Vec<(usize, usize, u32)> = (1..=8).flat_map(|g| [(g, 1, 50), (g, 2, 60)]).collect();
    check("no_marker", &mtx(folder.path(), &genes, &["A-1", "B-1"], &entries), &[]);
}

// Verifies R-01.
#[test]
fn values_that_are_no_counts() {
    check("nan", &odd("nan_csr.h5ad"), &[]);
    check("negative", &odd("negative_csr.h5ad"), &[]);
    check("fraction", &odd("fraction_csr.h5ad"), &[]);
    check("log_normalised", &test_data("conformance/anndata/v0.5.0.h5ad"), &[]);
    check("counts_elsewhere", &odd("counts_in_raw.h5ad"), &["--layer", "X"]);
    check("no_such_layer", &test_data("conformance/other/scvelo_pancreas_100obs.h5ad"), &["--layer", "Ms"]);
}

#[test]
fn names_that_repeat() {
    check("duplicate_barcodes", &odd("duplicate_barcodes.h5"), &[]);
    let folder = tempfile::tempdir().unwrap();
    let genes = ["COL1A1", "COL1A2", "COL3A1", "LUM", "DCN", "PDGFRB", "COL1A1", "MT-CO1"];
    let entries: Vec<(usize, usize, u32)> = (1..=7).flat_map(|g| [(g, 1, 100), (g, 2, 90)]).collect();
    check("duplicate_genes", &mtx(folder.path(), &genes, &["A-1", "B-1"], &entries), &["--set", "qc.min_features=3"]);
}

#[test]
fn inputs_that_are_not_there_or_not_read() {
    check("missing_input", Path::new("nowhere.h5"), &[]);
    check("loom", &test_data("conformance/other/retina.loom"), &[]);
    check("several_genomes", &test_data("conformance/tenx/cr1.2_multiple_genomes.h5"), &[]);
}

#[test]
fn output_folders_that_cannot_be() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    let input = test_data("demo/lot.h5").to_string_lossy().into_owned();
    let args = |more: &'static str| vec!["run", &input, "--profile", "adipose", "--quiet", "--out", more];
    insta::assert_snapshot!("output_exists", transcript(folder.path(), &args("out")));
    let mut force = args("out");
    force.push("--force");
    insta::assert_snapshot!("output_is_no_result", transcript(folder.path(), &force));
    std::fs::write(folder.path().join("file"), "").unwrap();
    insta::assert_snapshot!("output_unwritable", transcript(folder.path(), &args("file/out")));
}

#[test]
fn command_lines_and_definitions_that_are_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let input = test_data("demo/lot.h5").to_string_lossy().into_owned();
    let run = |name: &str, profile: &str, more: &[&str]| {
        let mut args = vec!["run", &input, "--profile", profile, "--out", "out", "--quiet"];
        args.extend(more);
        insta::assert_snapshot!(name, transcript(folder.path(), &args));
    };
    run("unknown_profile", "cornea", &[]);
    run("unknown_value", "adipose", &["--set", "qc.mito=0.3"]);
    run("value_of_another_kind", "adipose", &["--set", "qc.mito_cap=high"]);
    run("value_out_of_range", "adipose", &["--set", "qc.mito_cap=1.5"]);
    std::fs::write(folder.path().join("lot.toml"), "lott = \"L1\"\n").unwrap();
    run("unknown_metadata", "adipose", &["--metadata", "lot.toml"]);
    let spec = "schema = \"puricell-spec/1\"\nid = \"x\"\nversion = \"1\"\nuse = \"release\"\n\n[[item]]\nid = \"purity\"\n\
                class = \"targett\"\ndenominator = \"viable_singlets\"\nmethod = \"m\"\nlimit = { max = 2.0 }\n\
                decision = \"point\"\njustification = \"j\"\n";
    std::fs::write(folder.path().join("spec.toml"), spec).unwrap();
    run("impossible_spec", "adipose", &["--spec", "spec.toml"]);
}

#[test]
fn fail_on_spec_is_exit_code_1_and_the_result_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let input = test_data("demo/lot.h5").to_string_lossy().into_owned();
    let spec = puricell_purity::Spec::example_text("adipose").unwrap();
    std::fs::write(folder.path().join("spec.toml"), spec).unwrap();
    let output = puricell()
        .args([
            "run",
            &input,
            "--profile",
            "adipose",
            "--spec",
            "spec.toml",
            "--fail-on-spec",
            "--no-umap",
            "--out",
            "out",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(folder.path().join("out/report.html").is_file());
}
