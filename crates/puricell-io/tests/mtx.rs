//! Folders with a Matrix Market file: a round trip of random matrices, and faults with their line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp)] // tests

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use puricell_io::{FileKind, IoError, ReadOptions, inspect, open};

fn put(path: &Path, text: &str, gzip: bool) {
    if gzip {
        let name = format!("{}.gz", path.file_name().unwrap().to_str().unwrap());
        let mut encoder =
            GzEncoder::new(std::fs::File::create(path.with_file_name(name)).unwrap(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap();
    } else {
        std::fs::write(path, text).unwrap();
    }
}

fn folder(n_genes: usize, n_cells: usize, matrix: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    tables(folder.path(), n_genes, n_cells, false, false);
    std::fs::write(folder.path().join("matrix.mtx"), matrix).unwrap();
    folder
}

fn tables(folder: &Path, n_genes: usize, n_cells: usize, version2: bool, gzip: bool) {
    let barcodes: String = (0..n_cells).fold(String::new(), |mut text, i| {
        writeln!(text, "CELL{i}-1").unwrap();
        text
    });
    let features: String = (0..n_genes).fold(String::new(), |mut text, i| {
        let kind = if version2 { "" } else { "\tGene Expression" };
        writeln!(text, "ENSG{i:011}\tGENE{i}{kind}").unwrap();
        text
    });
    put(&folder.join("barcodes.tsv"), &barcodes, gzip);
    put(&folder.join(if version2 { "genes.tsv" } else { "features.tsv" }), &features, gzip);
}

fn error_of(n_genes: usize, n_cells: usize, matrix: &str) -> String {
    let folder = folder(n_genes, n_cells, matrix);
    open(folder.path(), &ReadOptions::default()).unwrap_err().to_string()
}

const HEAD: &str = "%%MatrixMarket matrix coordinate integer general\n%made by hand\n";

type Cells = Vec<std::collections::BTreeMap<u32, u32>>;

fn cells() -> impl Strategy<Value = (usize, Cells)> {
    (1_usize..30).prop_flat_map(|n_genes| {
        let cell = prop::collection::btree_map(0..n_genes as u32, 1..u32::MAX, 0..n_genes);
        (Just(n_genes), prop::collection::vec(cell, 1..20))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(
        (n_genes, cells) in cells(),
        order in 0..3,
        real in any::<bool>(),
        gzip in any::<[bool; 2]>(),
        version2 in any::<bool>(),
        carriage_return in any::<bool>(),
    ) {
        let mut entries: Vec<(u32, usize, u32)> = Vec::new();
        for (cell, counts) in cells.iter().enumerate() {
            entries.extend(counts.iter().map(|(&gene, &count)| (gene, cell, count)));
        }
        match order {
            0 => {}
            1 => entries.sort_by_key(|e| (e.0, e.1)),
            _ => entries.reverse(),
        }
        let end = if carriage_return { "\r\n" } else { "\n" };
        let kind = if real { "real" } else { "integer" };
        let mut text = format!("%%MatrixMarket matrix coordinate {kind} general{end}{n_genes} {} {}{end}", cells.len(), entries.len());
        for (gene, cell, count) in entries {
            let point = if real { ".0" } else { "" };
            write!(text, "{} {} {count}{point}{end}", gene + 1, cell + 1).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        tables(folder.path(), n_genes, cells.len(), version2, gzip[0]);
        put(&folder.path().join("matrix.mtx"), &text, gzip[1]);
        let loaded = open(folder.path(), &ReadOptions::default()).unwrap().value;
        prop_assert_eq!(loaded.source.kind, FileKind::TenxMtx);
        prop_assert_eq!(loaded.source.files.len(), 3);
        prop_assert_eq!(loaded.dataset.n_features(), n_genes);
        for (cell, counts) in cells.iter().enumerate() {
            let found: std::collections::BTreeMap<u32, u32> = loaded.dataset.counts().row(cell).iter().collect();
            prop_assert_eq!(&found, counts);
        }
    }
}

#[test]
fn more_than_a_block_is_read_in_parallel_and_in_order() {
    // About 4 MB of text: several blocks of 1 MiB, one line across each border.
    let (n_genes, n_cells) = (500, 700);
    let mut text = format!("{HEAD}{n_genes} {n_cells} {}\n", n_genes * n_cells);
    let count = |gene: usize, cell: usize| (gene * 7919 + cell * 104_729) % 1000 + 1;
    for cell in 0..n_cells {
        for gene in 0..n_genes {
            writeln!(text, "{} {} {}", gene + 1, cell + 1, count(gene, cell)).unwrap();
        }
    }
    assert!(text.len() > 3 << 20);
    let folder = folder(n_genes, n_cells, &text);
    let loaded = open(folder.path(), &ReadOptions::default()).unwrap().value;
    for cell in 0..n_cells {
        let want: Vec<(u32, u32)> = (0..n_genes).map(|gene| (gene as u32, count(gene, cell) as u32)).collect();
        assert_eq!(loaded.dataset.counts().row(cell).iter().collect::<Vec<_>>(), want);
    }
    // A fault far down is named by its line in the file, whatever block it fell into.
    let lines: Vec<&str> = text.lines().collect();
    let mut broken = lines.clone();
    broken[300_000] = "1 2 three";
    let folder = self::folder(n_genes, n_cells, &broken.join("\n"));
    let error = open(folder.path(), &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, IoError::Line { line: 300_001, .. }), "{error}");
}

#[test]
fn faults_are_named_with_their_line() {
    let head = |rest: &str| format!("{HEAD}{rest}");
    for (matrix, says) in [
        (
            "%%MatrixMarket matrix array real general\n3 2\n".to_owned(),
            "matrix.mtx:1: found '%%MatrixMarket matrix array",
        ),
        ("%%MatrixMarket matrix coordinate pattern general\n3 2 0\n".to_owned(), "matrix.mtx:1:"),
        ("%%MatrixMarket matrix coordinate integer symmetric\n3 2 0\n".to_owned(), "matrix.mtx:1:"),
        (String::new(), "matrix.mtx:1: found 'the end of the file'"),
        (head("3 2\n"), "matrix.mtx:3: found '3 2', expected the size line"),
        (head("3 2 1\n4 1 1\n"), "matrix.mtx:4: found '4 1 1', expected a feature number from 1"),
        (head("3 2 1\n0 1 1\n"), "matrix.mtx:4: found '0 1 1', expected a feature number from 1"),
        (head("3 2 1\n1 3 1\n"), "matrix.mtx:4: found '1 3 1', expected a barcode number from 1"),
        (head("3 2 1\n1 1\n"), "matrix.mtx:4: found '1 1', expected feature, barcode and count"),
        (head("3 2 1\n1 1 1 1\n"), "matrix.mtx:4:"),
        (head("3 2 1\n1 1 x\n"), "matrix.mtx:4: found '1 1 x'"),
        (head("3 2 2\n1 1 1\n"), "the size line: found 2 entries, expected 1 (lines that follow)"),
        (head("3 2 1\n1 1 1\n2 1 1\n"), "the size line: found 1 entries, expected 2 (lines that follow)"),
        (head("4 2 0\n"), "the size line: found 4 x 2, expected 3 x 2 (features x barcodes)"),
        (head("2 3 0\n"), "found 2 x 3; the matrix lies on its side, expected 3 x 2"),
        (head("3 2 2\n1 1 1\n2 2 1.5\n"), "line 5 does not hold counts: cell 'CELL1-1', gene 'GENE1' has 1.5"),
        (head("3 2 1\n1 1 -2\n"), "has -2, which is negative"),
        (head("3 2 1\n1 1 nan\n"), "has NaN, which is not a finite number"),
        (head("3 2 1\n1 1 4294967296\n"), "has 4294967296, which is larger than a 32-bit count"),
        (head("3 2 2\n1 1 1\n1 1 1\n"), "row 0 names column 0 twice"),
    ] {
        let found = error_of(3, 2, &matrix);
        assert!(found.contains(says), "expected {says}\nfound {found}");
    }
    assert!(error_of(3, 0, &head("3 0 0\n")).contains("is empty: 0 cells x 3 features"));
}

#[test]
fn a_folder_without_a_matrix_says_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let message = |path: &Path| {
        let error = open(path, &ReadOptions::default()).unwrap_err();
        format!("{error}\n{}", error.hint().unwrap())
    };
    assert!(message(folder.path()).contains("holds nothing"));
    std::fs::write(folder.path().join("notes.txt"), "").unwrap();
    assert!(message(folder.path()).contains("notes.txt"));
    // The folder above Cell Ranger's: the way down is named.
    let below = folder.path().join("filtered_feature_bc_matrix");
    std::fs::create_dir(&below).unwrap();
    tables(&below, 3, 2, false, true);
    put(&below.join("matrix.mtx"), &format!("{HEAD}3 2 1\n1 1 5\n"), true);
    assert!(message(folder.path()).contains("a matrix lies below: "));
    assert!(message(folder.path()).contains("filtered_feature_bc_matrix"));
    assert!(open(&below, &ReadOptions::default()).is_ok());
    // A matrix alone is not enough.
    std::fs::remove_file(below.join("barcodes.tsv.gz")).unwrap();
    assert!(message(&below).contains("features.tsv.gz, matrix.mtx.gz"));
}

#[test]
fn prefixed_names_and_the_path_of_the_matrix_work() {
    let folder = tempfile::tempdir().unwrap();
    tables(folder.path(), 3, 2, true, true);
    put(&folder.path().join("matrix.mtx"), &format!("{HEAD}3 2 1\n3 2 5\n"), true);
    for name in ["matrix.mtx.gz", "barcodes.tsv.gz", "genes.tsv.gz"] {
        std::fs::rename(folder.path().join(name), folder.path().join(format!("GSM1_lot_{name}"))).unwrap();
    }
    let by_folder = open(folder.path(), &ReadOptions::default()).unwrap().value;
    let by_file = open(&folder.path().join("GSM1_lot_matrix.mtx.gz"), &ReadOptions::default()).unwrap().value;
    assert_eq!(by_folder, by_file);
    assert_eq!(by_folder.dataset.counts().get(1, 2), Some(5));
    let found = inspect(folder.path()).unwrap();
    assert_eq!(found.default_matrix.as_deref(), Some("GSM1_lot_matrix.mtx.gz"));
    assert_eq!(found.matrices[0].n_nonzero, Some(1));
    assert_eq!(found.version.as_deref(), Some("Cell Ranger 2 layout"));
}

#[test]
fn a_gzip_file_cut_off_is_refused() {
    let folder = folder(3, 2, "");
    std::fs::remove_file(folder.path().join("matrix.mtx")).unwrap();
    put(&folder.path().join("matrix.mtx"), &format!("{HEAD}3 2 1\n1 1 5\n"), true);
    let path = folder.path().join("matrix.mtx.gz");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    let error = open(folder.path(), &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("the gzip stream"), "{error}");
}
