//! What does not matter must not change the answer: the file format, the order of genes and cells, empty genes.

use std::io::Write;
use std::path::Path;

use puricell_core::Dataset;
use puricell_io::ReadOptions;

use crate::program::{hashes, run_lot, test_data};

/// Writes a 10x MTX folder (v3, plain) with cells and genes in the orders given.
fn write_mtx(folder: &Path, lot: &Dataset, cells: &[usize], genes: &[usize], extra_genes: usize) {
    std::fs::create_dir_all(folder).unwrap();
    let file = |name: &str| std::io::BufWriter::new(std::fs::File::create(folder.join(name)).unwrap());
    let mut barcodes = file("barcodes.tsv");
    for &cell in cells {
        writeln!(barcodes, "{}", lot.cells().ids[cell]).unwrap();
    }
    let mut features = file("features.tsv");
    let mut new_index = vec![0; lot.n_features()];
    for (new, &gene) in genes.iter().enumerate() {
        new_index[gene] = new + 1;
        writeln!(features, "{}\t{}\tGene Expression", lot.features().ids[gene], lot.features().names[gene]).unwrap();
    }
    for i in 0..extra_genes {
        writeln!(features, "EMPTY{i}\tEMPTY{i}\tGene Expression").unwrap();
    }
    let mut matrix = file("matrix.mtx");
    writeln!(matrix, "%%MatrixMarket matrix coordinate integer general").unwrap();
    writeln!(matrix, "{} {} {}", genes.len() + extra_genes, cells.len(), lot.counts().nnz()).unwrap();
    for (column, &cell) in cells.iter().enumerate() {
        for (gene, value) in lot.counts().row(cell) {
            writeln!(matrix, "{} {} {value}", new_index[gene as usize], column + 1).unwrap();
        }
    }
}

#[test]
fn format_order_and_empty_genes_leave_composition_and_comparisons_unchanged() {
    let base = tempfile::tempdir().unwrap();
    let input = test_data("demo/lot.h5");
    let lot = puricell_io::open(&input, &ReadOptions::default()).unwrap().value.dataset;
    let more = ["--no-umap", "--h5ad", "none"];
    let tables = |name: &str, input: &Path| {
        let out = base.path().join(format!("out-{name}"));
        run_lot(input, "adipose", &out, &more);
        let hashes = hashes(&out);
        ["composition.tsv", "distributions.tsv", "pseudobulk.tsv", "detection.tsv"].map(|name| hashes[name].clone())
    };
    let reference = tables("h5", &input);

    let cells: Vec<usize> = (0..lot.n_cells()).collect();
    let genes: Vec<usize> = (0..lot.n_features()).collect();
    let same = base.path().join("same");
    write_mtx(&same, &lot, &cells, &genes, 0);
    assert_eq!(reference, tables("mtx", &same));

    let backwards = |n: usize| (0..n).rev().collect::<Vec<usize>>();
    for (name, extra_genes) in [("turned", 0), ("turned and more", 7)] {
        let turned = base.path().join(name);
        write_mtx(&turned, &lot, &backwards(lot.n_cells()), &backwards(lot.n_features()), extra_genes);
        let found = tables(name, &turned);
        assert_eq!(reference[..2], found[..2], "{name}");
        // Genes that are counted in one lot alone would differ between lots: the sums say which were.
        assert_eq!(reference[2] == found[2], extra_genes == 0, "{name}");
    }
}
